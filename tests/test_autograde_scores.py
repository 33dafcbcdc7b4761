"""The points that submissions get, whatever was done to their cells, and that nbgrader itself gives the same."""

from __future__ import annotations

import copy
import subprocess
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from courses import SmallCourse, cell_of, code
from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook

from course.grading import gradebook
from course.grading.autograde import Options, Row, autograde
from course.grading.notebooks import grade_id
from course.grading.scores import record
from course.grading.standing import read_assignment, read_score

WRONG = {"double": "def double(x):\n    return 4.0"}
STDERR = {"double": "import sys\ndef double(x):\n    print('hm', file=sys.stderr)\n    return 2 * x"}


def all_tests_pass(nb: NotebookNode) -> None:
    for name in ("check_double", "hidden_double", "check_total"):
        cell_of(nb, name).source = "pass"


def no_tests(nb: NotebookNode) -> None:
    nb.cells = [cell for cell in nb.cells if not cell.id.startswith(("check_", "hidden_"))]


def each_test_twice(nb: NotebookNode) -> None:
    again = [copy.deepcopy(cell) for cell in nb.cells if cell.id.startswith(("check_", "hidden_"))]
    for cell in again:
        cell.source, cell.id = "pass", f"{cell.id}_again"
    nb.cells += again


def own_check(nb: NotebookNode) -> None:
    cell_of(nb, "setup").source = "class check:\n    close = hidden = given = staticmethod(lambda *a, **k: None)"


def no_setup(nb: NotebookNode) -> None:
    nb.cells.remove(cell_of(nb, "setup"))
    nb.cells.insert(0, code("check = None", "instead"))


def other_metadata(nb: NotebookNode) -> None:
    cell_of(nb, "check_double").metadata.nbgrader.points = 100
    cell_of(nb, "hidden_double").metadata.nbgrader = {"grade_id": "hidden_double"}
    for number, strange in enumerate(
        ("text", {}, {"grade": True, "locked": True}, {"grade_id": 7, "solution": True})
    ):
        nb.cells.append(code("pass", f"strange{number}"))
        nb.cells[-1].metadata["nbgrader"] = strange


def no_think(nb: NotebookNode) -> None:
    nb.cells.remove(cell_of(nb, "think_twice"))


EDITS: dict[str, tuple[dict, Callable[[NotebookNode], None] | None]] = {
    "right": ({}, None),
    "wrong": (WRONG, None),
    "untouched": ({"double": None, "total": None}, None),
    "syntax": ({"double": "def double(x)\n    return 2 * x"}, None),
    "stderr": (STDERR, None),
    "edited": (WRONG, all_tests_pass),
    "deleted": (WRONG, no_tests),
    "twice": (WRONG, each_test_twice),
    "own-check": (WRONG, own_check),
    "no-setup": ({}, no_setup),
    "metadata": (WRONG, other_metadata),
    "no-think": ({}, no_think),
}
AS_NBGRADER = ("right", "wrong", "untouched", "syntax")


def submit(course: SmallCourse, student: str) -> None:
    answers, edit = EDITS[student]
    path = course.submit(student, {name: text for name, text in answers.items() if text is not None})
    notebook = nbformat.read(path, as_version=4)
    for name, text in answers.items():
        if text is None:
            cell_of(notebook, name).source = cell_of(course.released(), name).source
    if edit:
        edit(notebook)
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def handed_in(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    made = released_template.copy_to(tmp_path_factory.mktemp("scores") / "course_folder")
    for student in EDITS:
        submit(made, student)
    return made


@pytest.fixture(scope="module")
def graded(handed_in: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    return handed_in.copy_to(tmp_path_factory.mktemp("scores") / "course_folder")


@pytest.fixture(scope="module")
def rows(graded: SmallCourse) -> dict[str, Row]:
    return {row.student: row for row in autograde(graded.folder, [], [], Options(jobs=2))}


def graded_cell(course: SmallCourse, student: str, name: str) -> NotebookNode:
    path = course.root / "autograded" / student / "01_first" / "doubling.ipynb"
    return next(cell for cell in nbformat.read(path, as_version=4).cells if grade_id(cell) == name)


def points(row: Row) -> float:
    assert row.score is not None, row
    return row.score.points


@pytest.mark.parametrize(
    ("student", "expected"),
    [
        ("right", 6),
        ("wrong", 4),  # the check of total can't tell
        ("untouched", 0),
        ("syntax", 2),  # hidden_total tests with a right double
    ],
)
def test_points_of_an_answer(student: str, expected: float, rows: dict[str, Row]) -> None:
    assert points(rows[student]) == expected


def test_think_points_wait_for_a_person(rows: dict[str, Row]) -> None:
    score = rows["right"].score
    assert score is not None
    assert (score.by_hand, score.failed) == (2.0, [])


def test_stderr_in_a_test_cell_costs_its_points(rows: dict[str, Row]) -> None:
    score = rows["stderr"].score
    assert score is not None
    assert score.failed == ["doubling/check_double", "doubling/hidden_double", "doubling/check_total"]


@pytest.mark.parametrize(
    ("student", "same_as"),
    [
        ("edited", "wrong"),
        ("deleted", "wrong"),
        ("twice", "wrong"),
        ("own-check", "wrong"),
        ("no-setup", "right"),
        ("metadata", "wrong"),
        ("no-think", "right"),
    ],
)
def test_edited_notebook_scores_as_if_its_cells_were_the_masters(
    student: str, same_as: str, rows: dict[str, Row]
) -> None:
    assert rows[student].score == rows[same_as].score


@pytest.mark.parametrize("student", ["edited", "deleted", "twice", "own-check"])
@pytest.mark.usefixtures("rows")
def test_graded_copy_holds_the_masters_tests(student: str, graded: SmallCourse) -> None:
    assert "_secret" in graded_cell(graded, student, "hidden_double").source


@pytest.mark.usefixtures("rows")
def test_hidden_failure_holds_its_hint_and_nothing_of_the_test(graded: SmallCourse) -> None:
    (output,) = graded_cell(graded, "wrong", "hidden_double").outputs
    assert (output.ename, output.evalue) == ("HiddenCheckFailed", "wrong for other numbers")
    assert "3.25" not in str(output) and "_secret" not in str(output)


def test_scores_equal_those_of_nbgraders_own_autograde(
    handed_in: SmallCourse, rows: dict[str, Row], tmp_path: Path, environment: dict[str, str]
) -> None:
    other = handed_in.copy_to(tmp_path / "course_folder")
    for student in set(EDITS) - set(AS_NBGRADER):
        (other.root / "submitted" / student).rename(tmp_path / student)
    run = subprocess.run(
        ["nbgrader", "autograde", "01_first"], cwd=other.root, env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    with Gradebook(other.folder.db_url, other.folder.directory().course_id or "default_course") as book:
        theirs = {student: read_score(book, "01_first", student) for student in AS_NBGRADER}
    assert theirs == {student: rows[student].score for student in AS_NBGRADER}


# What a test cell's outputs are worth ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        ([], 2.0),
        ([v4.new_output("execute_result", {"text/plain": "0.5"})], 0.5),
        ([v4.new_output("execute_result", {"text/plain": "0"})], 0.0),
        ([v4.new_output("stream", name="stdout", text="0.5")], 2.0),
        ([v4.new_output("stream", name="stderr", text="a warning")], 0.0),
        ([v4.new_output("error", ename="ValueError", evalue="", traceback=[])], 0.0),
    ],
)
def test_outputs_of_a_test_cell_are_worth(
    outputs: list[NotebookNode], expected: float, released_course: SmallCourse
) -> None:
    """The last value of a cell is partial credit, as nbgrader has it; the rules keep it out of our masters."""
    path = released_course.submit("ada")
    executed = nbformat.read(path, as_version=4)
    cell_of(executed, "hidden_double").outputs = outputs
    folder = released_course.folder
    with gradebook.opened(folder) as book:
        score = record(folder, book, read_assignment(book, "01_first"), "ada", {"doubling": executed}, None)
    assert score.points == 4.0 + expected


def test_submission_is_entered_whole_or_not_at_all(released_course: SmallCourse) -> None:
    executed = nbformat.read(released_course.submit("ada"), as_version=4)
    cell_of(executed, "hidden_total").outputs = [v4.new_output("execute_result", {"text/plain": "1000"})]
    folder = released_course.folder
    with gradebook.opened(folder) as book:
        with pytest.raises(ValueError, match="partial credit"):
            record(folder, book, read_assignment(book, "01_first"), "ada", {"doubling": executed}, None)
        assert (book.students, gradebook.has_submissions(book, "01_first")) == ([], False)
