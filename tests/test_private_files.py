"""Private data that a course makes for itself: once, whole, and from a seed that nobody else has."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from commands import one_clear_line
from courses import ROOT, SmallCourse
from sandboxed import needs_sandbox

from course.grading import private
from course.grading.autograde import Options, autograde
from course.grading.errors import CourseError
from course.grading.private import SEED_FILE, VARIABLE, make_private_files
from course.grading.release import release
from course.grading.settings import CourseFolder

MADE = "test_private_files.make_numbers"
calls: list[int] = []


def make_numbers(path: Path, seed: int) -> None:
    """Stands for what makes a test set."""
    calls.append(seed)
    path.write_text(f"made from {seed}")


def make_half(path: Path, seed: int) -> None:
    """Fails on the way."""
    path.write_text("half")
    raise OSError(28, "No space left on device")


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    calls.clear()
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.syspath_prepend(str(Path(__file__).parent))


def configured(course: SmallCourse, maker: str = MADE) -> SmallCourse:
    course.configure(f'c.Course.private_files = {{"01_first/numbers.txt": "{maker}"}}')
    return course


def make(course: SmallCourse, assignment: str = "01_first") -> Path:
    folder = course.folder
    make_private_files(folder.settings, folder.step("source"), assignment)
    return folder.step("source") / "01_first" / "private"


def test_a_seed_is_drawn_once_and_data_are_made_once(small_course: SmallCourse) -> None:
    found = make(configured(small_course))
    seed = int((found / SEED_FILE).read_text())
    assert (found / "numbers.txt").read_text() == f"made from {seed}"
    make(small_course)
    assert calls == [seed] and sorted(path.name for path in found.iterdir()) == ["numbers.txt", SEED_FILE]
    (found / "numbers.txt").unlink()
    make(small_course)
    assert calls == [seed, seed]


def test_two_courses_have_two_seeds(small_course: SmallCourse) -> None:
    found = make(configured(small_course))
    first = (found / SEED_FILE).read_text()
    for path in found.iterdir():
        path.unlink()
    make(small_course)
    assert (found / SEED_FILE).read_text() != first


def test_only_the_instructor_can_read_them(small_course: SmallCourse) -> None:
    found = make(configured(small_course))
    assert stat.S_IMODE(found.stat().st_mode) == 0o700
    assert stat.S_IMODE((found / SEED_FILE).stat().st_mode) == 0o600


def test_the_variable_sets_the_seed_where_none_was_drawn(
    small_course: SmallCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "12")
    found = make(configured(small_course))
    monkeypatch.setenv(VARIABLE, "13")
    (found / "numbers.txt").unlink()
    make(small_course)
    assert calls == [12, 12]


@pytest.mark.parametrize("seed", ["", "x", "-1", "4294967296", "1.5"])
def test_a_seed_that_is_none_is_refused(
    seed: str, small_course: SmallCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = make(configured(small_course))
    (found / SEED_FILE).write_text(f"{seed}\n")
    (found / "numbers.txt").unlink()
    with pytest.raises(CourseError, match="is no seed"):
        make(small_course)


def test_other_assignments_and_other_private_files_are_left_alone(small_course: SmallCourse) -> None:
    found = small_course.root / "source" / "01_first" / "private"
    found.mkdir()
    (found / "own.csv").write_text("1,2")
    make(configured(small_course), "02_second")
    assert calls == [] and [path.name for path in found.iterdir()] == ["own.csv"]
    make(small_course)
    assert (found / "own.csv").read_text() == "1,2" and len(calls) == 1


def test_data_that_fail_on_the_way_leave_nothing_half_written(small_course: SmallCourse) -> None:
    configured(small_course, "test_private_files.make_half")
    with pytest.raises(CourseError, match="could not be made: No space left"):
        make(small_course)
    found = small_course.root / "source" / "01_first" / "private"
    assert [path.name for path in found.iterdir()] == [SEED_FILE]


@pytest.mark.parametrize("maker", ["nothing", "no.such.module", "test_private_files.nobody"])
def test_a_setting_that_names_nothing_is_said_in_a_line(maker: str, small_course: SmallCourse) -> None:
    configured(small_course, maker)
    release(small_course.folder, [])
    small_course.submit("ada")
    line = one_clear_line(small_course, "autograde")
    assert "c.Course.private_files['01_first/numbers.txt']" in line and "there is no such function" in line


@needs_sandbox
def test_they_are_made_before_the_first_grading_and_never_released(small_course: SmallCourse) -> None:
    configured(small_course)
    release(small_course.folder, [])
    assert calls == []
    small_course.submit("ada")
    (row,) = autograde(small_course.folder, [], [], Options(jobs=1))
    assert row.score is not None and len(calls) == 1
    seed = (small_course.root / "source" / "01_first" / "private" / SEED_FILE).read_text().strip()
    for step in ("release", "autograded"):
        for path in (small_course.root / step).rglob("*"):
            assert not path.is_file() or (path.name != "numbers.txt" and seed.encode() not in path.read_bytes())


def test_the_course_s_own_setting_names_a_function() -> None:
    for name, maker in CourseFolder(ROOT).settings.private_files.items():
        assert callable(private._function(name, maker))
        assert name.split("/")[0] in os.listdir(ROOT / "source")
