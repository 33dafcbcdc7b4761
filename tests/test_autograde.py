"""What `course autograde` grades when, and how it says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from commands import Unrun, one_clear_line, run_command
from courses import SmallCourse, cell_of, small_master

from course.grading.autograde import Options, Row, autograde
from course.grading.release import release


def test_right_and_wrong_answers_get_their_points(released_course: SmallCourse) -> None:
    released_course.submit("ada")
    released_course.submit("ben", {"double": "def double(x):\n    return x + x if x == 2.0 else 0.0"})
    rows = autograde(released_course.folder, [], [], Options(jobs=2))
    assert [(row.student, row.score.points, row.score.of, row.score.by_hand) for row in rows if row.score] == [
        ("ada", 6.0, 8.0, 2.0),
        ("ben", 3.0, 8.0, 2.0),
    ]
    assert rows[1].score is not None
    assert rows[1].score.failed == ["doubling/hidden_double", "doubling/check_total"]


# What is new or changed --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded_template(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    made = released_template.copy_to(tmp_path_factory.mktemp("graded") / "course_folder")
    made.submit("ada", {"double": "def double(x):\n    return 0.0"})
    made.submit("ben")
    (made.root / "submitted" / "ada" / "01_first" / "notes.txt").write_text("mine")
    autograde(made.folder, [], [], Options(jobs=2))
    return made


@pytest.fixture
def graded(graded_template: SmallCourse, tmp_path: Path) -> SmallCourse:
    """A course in which ada (one exercise wrong) and ben (all right) are graded."""
    return graded_template.copy_to(tmp_path / "course_folder")


def grade(course: SmallCourse, *students: str, **options: object) -> dict[str, Row]:
    """Grade, with a runner that runs nothing; rows by student."""
    done = autograde(course.folder, [], list(students), Options(**options), runner=Unrun())  # type: ignore[arg-type]
    return {row.student: row for row in done}


def test_what_is_graded_is_not_graded_again_and_keeps_its_score(graded: SmallCourse) -> None:
    before = graded.snapshot()
    rows = grade(graded)
    assert [(row.graded, row.note) for row in rows.values()] == [(False, "unchanged")] * 2
    assert [row.score.points for row in rows.values() if row.score] == [2.0, 6.0]
    assert graded.snapshot() == before


def edit_submission(course: SmallCourse) -> None:
    course.submit("ada")


def edit_other_file(course: SmallCourse) -> None:
    (course.root / "submitted" / "ada" / "01_first" / "notes.txt").write_text("changed")


def rename_other_file(course: SmallCourse) -> None:
    folder = course.root / "submitted" / "ada" / "01_first"
    (folder / "notes.txt").rename(folder / "renamed.txt")


def edit_prose(course: SmallCourse) -> None:
    master = small_master()
    cell_of(master, "title").source = "# Doubling, and how"
    course.write_master(master)


def add_data(course: SmallCourse) -> None:
    (course.root / "source" / "01_first" / "data.csv").write_text("1\n")


def edit_settings(course: SmallCourse) -> None:
    course.configure("c.Course.notebook_seconds = 200")


def lose_graded_folder(course: SmallCourse) -> None:
    (course.root / "autograded" / "ada" / "01_first" / ".graded.json").unlink()


@pytest.mark.parametrize("change", [edit_submission, edit_other_file, rename_other_file, lose_graded_folder])
def test_submission_that_changed_is_graded_again_and_no_other(
    change: Callable[[SmallCourse], None], graded: SmallCourse
) -> None:
    change(graded)
    assert {student: row.graded for student, row in grade(graded).items()} == {"ada": True, "ben": False}


@pytest.mark.parametrize("change", [edit_prose, add_data, edit_settings])
def test_all_are_graded_again_when_what_they_share_changed(
    change: Callable[[SmallCourse], None], graded: SmallCourse
) -> None:
    change(graded)
    assert {student: row.graded for student, row in grade(graded).items()} == {"ada": True, "ben": True}


def test_all_are_graded_again_on_another_device_and_then_not(graded: SmallCourse) -> None:
    assert all(row.graded for row in grade(graded, device="cpu").values())
    assert not any(row.graded for row in grade(graded, device="cpu").values())


def test_opening_notebooks_in_jupyterlab_is_no_change(graded: SmallCourse) -> None:
    for folder in (graded.root / "source" / "01_first", graded.root / "submitted" / "ada" / "01_first"):
        (folder / ".ipynb_checkpoints").mkdir()
        (folder / ".ipynb_checkpoints" / "doubling-checkpoint.ipynb").write_text("{}")
    assert not any(row.graded for row in grade(graded).values())


def test_new_student_is_graded_beside_unchanged_ones(graded: SmallCourse) -> None:
    graded.submit("cleo")
    assert {student: row.graded for student, row in grade(graded).items()} == {
        "ada": False,
        "ben": False,
        "cleo": True,
    }


# Who and what is chosen --------------------------------------------------------------------------------------


def test_only_the_students_named_are_graded(released_course: SmallCourse) -> None:
    for student in ("ada", "ben", "cleo"):
        released_course.submit(student)
    assert list(grade(released_course, "ada", "cleo")) == ["ada", "cleo"]
    assert not (released_course.root / "autograded" / "ben").exists()


def test_only_the_assignments_named_are_graded(released_course: SmallCourse) -> None:
    released_course.write_master(assignment="02_second")
    release(released_course.folder, [])
    for assignment in ("01_first", "02_second"):
        released_course.submit("ada", assignment=assignment)
    rows = autograde(released_course.folder, ["02_second"], [], Options(), runner=Unrun())
    assert [(row.student, row.assignment) for row in rows] == [("ada", "02_second")]


def test_notebook_that_is_missing_scores_0_and_is_named(released_course: SmallCourse) -> None:
    released_course.write_master(name="again")
    release(released_course.folder, [])
    released_course.submit("ada")
    row = grade(released_course)["ada"]
    assert row.note == "again.ipynb missing"
    assert row.score is not None
    assert row.score.notebooks == {"again": (0.0, 8.0), "doubling": (6.0, 8.0)}
    assert row.score.by_hand == 2.0


def test_missing_notebook_that_comes_later_gets_its_points(released_course: SmallCourse) -> None:
    released_course.write_master(name="again")
    release(released_course.folder, [])
    released_course.submit("ada")
    grade(released_course)
    released_course.submit("ada", name="again")
    row = grade(released_course)["ada"]
    assert row.score is not None
    assert (row.note, row.score.points, row.score.by_hand) == ("", 12.0, 4.0)


def test_jobs_run_at_the_same_time(released_course: SmallCourse) -> None:
    """They can't see each other, but the clock is everybody's."""
    slow = "import time\nprint(time.time())\ntime.sleep(1.5)\nprint(time.time())\n"
    for student in ("ada", "ben"):
        released_course.submit(student, {"double": slow + "def double(x):\n    return 2 * x"})
    autograde(released_course.folder, [], [], Options(jobs=2))
    spans = []
    for student in ("ada", "ben"):
        path = released_course.root / "autograded" / student / "01_first" / "doubling.ipynb"
        text = cell_of(nbformat.read(path, as_version=4), "double").outputs[0].text
        spans.append([float(line) for line in text.split()])
    (first, second) = sorted(spans)
    assert second[0] < first[1]


# The command -------------------------------------------------------------------------------------------------


def test_command_shows_a_row_a_student(graded: SmallCourse) -> None:
    said = run_command(graded, "autograde")
    rows = {line.split()[0]: line.split() for line in said.out.splitlines() if line.split()}
    assert (said.status, said.err) == (0, "")
    assert rows["ada"][1:4] == ["2", "8", "2"]
    assert rows["ben"][1:] == ["6", "8", "2", "unchanged"]


def test_nothing_handed_in_is_said_and_no_mistake(released_course: SmallCourse) -> None:
    said = run_command(released_course, "autograde")
    assert (said.status, said.out, said.err) == (0, "nothing has been handed in\n", "")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["03_none"], ["'03_none'", "01_first"]),
        (["--student", "zoe"], ["'zoe'", "does not exist", "submitted/zoe/"]),
        (["02_second", "--student", "ada"], ["'ada'", "nothing", "02_second"]),
        (["--jobs", "0"], ["--jobs", "'0'"]),
        (["--device", "abacus"], ["--device", "'abacus'"]),
    ],
)
def test_mistake_is_one_clear_line(words: list[str], named: list[str], graded: SmallCourse) -> None:
    graded.write_master(assignment="02_second")
    line = one_clear_line(graded, "autograde", *words)
    assert all(word in line for word in named), line


def test_another_command_at_the_same_time_is_one_clear_line(graded: SmallCourse) -> None:
    with graded.folder.lock():
        line = one_clear_line(graded, "autograde")
    assert "another course command" in line and str(graded.root) in line


def test_gradebook_that_is_none_is_one_clear_line(graded: SmallCourse) -> None:
    (graded.root / "gradebook.db").write_text("not a database, and longer than the header of one would be" * 20)
    assert "gradebook.db" in one_clear_line(graded, "autograde")


def test_graded_notebook_is_a_valid_notebook(graded: SmallCourse) -> None:
    nbformat.validate(nbformat.read(graded.root / "autograded" / "ada" / "01_first" / "doubling.ipynb", 4))


def test_unchanged_row_keeps_its_note(released_course: SmallCourse) -> None:
    path = released_course.submit("ada")
    path.with_name("scratch.ipynb").write_bytes(path.read_bytes())
    notes = [autograde(released_course.folder, [], [], Options())[0].note for _ in range(2)]
    assert notes == [
        "scratch.ipynb is not of this assignment",
        "unchanged; scratch.ipynb is not of this assignment",
    ]
