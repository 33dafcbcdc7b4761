"""The class of six that `course demo` makes up: its table, its feedback, and the folder it lives in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Said, one_clear_line, run_command
from courses import SmallCourse

from course.grading import demo

BANK = "# %% wrong: double | the check's answer\ndef double(x):\n    return 4.0\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """A course with two notebooks in one assignment, and a wrong answer for the second in its bank."""
    made = SmallCourse(tmp_path_factory.mktemp("demo"))
    made.write_master(name="again")
    made.write_master()
    bank = made.root / "tests" / "answers" / "01_first"
    bank.mkdir(parents=True)
    (bank / "doubling.py").write_text(BANK)
    return made


@pytest.fixture(scope="module")
def before(course: SmallCourse) -> dict[str, bytes]:
    return course.snapshot()


@pytest.fixture(scope="module")
def said(course: SmallCourse, before: dict[str, bytes]) -> Said:
    (course.root / "demo").mkdir()  # an empty folder is taken
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "CELL_SECONDS", 3)  # nor do tests want to wait
        return run_command(course, "demo", "--jobs", "2")


@pytest.mark.parametrize(
    ("student", "what", "points", "by_hand"),
    [
        ("ada", "all right", 12, 4),
        ("ben", "some wrong", 2 + 4, 4),  # nothing returned, and the bank's wrong answer
        ("cleo", "nothing done", 0, 4),
        ("dev", "a syntax error", 2 + 6, 4),  # hidden_total tests with a right double
        ("eve", "an endless loop", 3 + 6, 4),
        ("finn", "a notebook missing", 6, 2),
    ],
)
def test_row_of_a_student(student: str, what: str, points: int, by_hand: int, said: Said) -> None:
    (row,) = [line.split() for line in said.out.splitlines() if line.split()[:1] == [student]]
    words = what.split()
    assert row[1 : 1 + len(words)] == words
    assert row[1 + len(words) : 4 + len(words)] == [str(points), "16", str(by_hand)]


def test_demo_ends_well(said: Said) -> None:
    assert (said.status, said.err) == (0, "")


def test_missing_notebook_is_noted(said: Said) -> None:
    assert [line.strip() for line in said.out.splitlines() if "missing" in line][-1] == "doubling.ipynb missing"


def test_every_student_has_feedback(course: SmallCourse, said: Said) -> None:
    pages = sorted((course.root / "demo" / "feedback").glob("*/01_first/index.html"))
    assert [page.parents[1].name for page in pages] == [student.id for student in demo.CLASS]


def test_folders_of_the_course_are_not_written_to(
    course: SmallCourse, before: dict[str, bytes], said: Said
) -> None:
    after = {name: content for name, content in course.snapshot().items() if not name.startswith("demo/")}
    assert after == before


def test_demo_runs_again_in_its_folder_and_starts_from_nothing(
    course: SmallCourse, said: Said, tmp_path: Path
) -> None:
    other = course.copy_to(tmp_path / "course_folder")
    (other.root / "demo" / "submitted" / "zoe").mkdir()
    made = demo.make_class(other.folder, other.root / "demo", ["01_first"])
    assert not made.step("autograded").exists()
    assert sorted(path.name for path in made.step("submitted").iterdir()) == [each.id for each in demo.CLASS]


def with_a_file(folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")


def as_a_file(folder: Path) -> None:
    folder.write_text("years of work")


@pytest.mark.parametrize("prepare", [with_a_file, as_a_file])
def test_folder_that_is_not_a_demos_is_refused_and_untouched(
    prepare: Callable[[Path], None], small_course: SmallCourse
) -> None:
    folder = small_course.root / "mine"
    prepare(folder)
    line = one_clear_line(small_course, "demo", str(folder))
    assert line.startswith(f"course demo: {folder}: exists and is not a demo's folder")


def test_course_folder_itself_is_refused_and_untouched(small_course: SmallCourse) -> None:
    assert "not a demo's folder" in one_clear_line(small_course, "demo", str(small_course.root))
