"""What the value on a test cell's last line counts: as nbgrader has it, but for numbers that are no score."""

from __future__ import annotations

import copy
from typing import NamedTuple

import nbformat
import pytest
from courses import SmallCourse, metadata, notebook, setup_cell, solution, test_cell, text
from nbformat import NotebookNode, v4
from nbgrader.converters import Autograde
from nbgrader.utils import determine_grade

from course.grading import gradebook
from course.grading.autograde import Options, Row, autograde
from course.grading.notebooks import grade_id
from course.grading.partial_credit import REFUSED, refuse_impossible_scores
from course.grading.release import Complaints, release
from course.grading.standing import Score, read_score

POINTS = 2.0


class Case(NamedTuple):
    """A test cell's last lines; what they count, None where NumPy decides; what is said where it is refused."""

    source: str
    expected: float | None
    said: str = ""


CASES = {
    "half": Case("0.5", 0.5),
    "none_of_it": Case("0", 0.0),
    "minus_zero": Case("-0.0", 0.0),
    "all_of_it": Case("2", 2.0),
    "integer": Case("1", 1.0),
    "exponent": Case("5e-1", 0.5),
    "spaces": Case("give('  0.5\\n')", 0.5),
    "underscore": Case("give('1_0e-1')", 1.0),
    "after_text": Case("print('0.1')\n0.5", 0.5),
    "after_display": Case("display(0.1)\n0.5", 0.5),
    "two_values": Case("0.1\n0.5", 0.5),
    "nothing": Case("None", 2.0),
    "only_printed": Case("print('0.5')", 2.0),
    "in_quotes": Case("'1'", 2.0),
    "words": Case("'well done'", 2.0),
    "true": Case("True", 2.0),
    "in_a_list": Case("[0.5]", 2.0),
    "numpy": Case("np.float64(0.5)", None),
    "numpy_item": Case("np.float64(0.5).item()", 0.5),
    "after_stderr": Case("print('!', file=sys.stderr)\n1", 0.0),
    "nan_after_stderr": Case("print('!', file=sys.stderr)\nfloat('nan')", 0.0),
    "error": Case("1 / 0", 0.0),
    "nan": Case("float('nan')", 0.0, "nan"),
    "inf": Case("float('inf')", 0.0, "inf"),
    "minus_inf": Case("-float('inf')", 0.0, "-inf"),
    "minus": Case("-1", 0.0, "-1"),
    "a_bit_less": Case("-1e-9", 0.0, "-1e-09"),
    "more": Case("2.5", 0.0, "2.5"),
    "huge": Case("1e400", 0.0, "inf"),
    "digits": Case("10**400", 0.0, "inf"),
    "no_text": Case("give('')", 0.0, "without text"),
}
GIVE = """class give:
    ### BEGIN SOLUTION
    def __init__(self, shown):
        self.shown = shown
    def __repr__(self):
        return self.shown
    ### END SOLUTION"""


def master() -> NotebookNode:
    """One answer, and many tests that end with a value; and a question that is answered and marked by hand."""
    question = text("Because of the reference.", "why")
    question.metadata = metadata("why", grade=True, solution=True, points=3)
    tests = [test_cell(case.source, "test", name, POINTS) for name, case in CASES.items()]
    return notebook(setup_cell("import sys\n\nimport numpy as np"), solution(GIVE, "give"), *tests, question)


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """Without the rules for masters, which allow no value on the last line of a test cell."""
    course = SmallCourse(tmp_path_factory.mktemp("partial"))
    course.configure("from course.grading.pipeline import CheckMaster")
    course.configure("c.GenerateAssignment.preprocessors.remove(CheckMaster)")
    course.write_master(master())
    release(course.folder, [])
    for student in ("ada", "ben", "cleo"):
        path = course.submit(student)
        made = nbformat.read(path, as_version=4)
        if student == "ada":
            made.cells[-1].source = "An answer."
        elif student == "ben":
            del made.cells[-1]
        nbformat.write(made, path)
    return course


@pytest.fixture(scope="module")
def graded(handed_in: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    return handed_in.copy_to(tmp_path_factory.mktemp("partial") / "course_folder")


@pytest.fixture(scope="module")
def rows(graded: SmallCourse) -> dict[str, Row]:
    return {row.student: row for row in autograde(graded.folder, [], [], Options(jobs=2))}


@pytest.fixture(scope="module")
def executed(graded: SmallCourse, rows: dict[str, Row]) -> dict[str, NotebookNode]:
    """The graded cells of ada's, by name."""
    made = nbformat.read(graded.root / "autograded" / "ada" / "01_first" / "doubling.ipynb", as_version=4)
    return {str(grade_id(cell)).removeprefix("test_"): cell for cell in made.cells if grade_id(cell)}


def score_of(row: Row) -> Score:
    assert row.score is not None, row.problem
    return row.score


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.expected is not None])
def test_value_of_a_test_cell_counts(name: str, rows: dict[str, Row]) -> None:
    assert score_of(rows["ada"]).cells[f"doubling/test_{name}"] == CASES[name].expected


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.said])
def test_what_is_accepted_counts_as_in_plain_nbgrader(
    name: str, rows: dict[str, Row], executed: dict[str, NotebookNode]
) -> None:
    assert score_of(rows["ada"]).cells[f"doubling/test_{name}"] == determine_grade(executed[name])[0]
    assert not any(output.get("ename") == REFUSED for output in executed[name].outputs)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.said])
def test_what_is_refused_says_why_in_the_graded_cell(name: str, executed: dict[str, NotebookNode]) -> None:
    error, value = executed[name].outputs
    assert (error.ename, value.output_type) == (REFUSED, "execute_result")
    assert error.evalue == f"the cell's value is {CASES[name].said}; a score is a number from 0 to 2"


def test_what_is_refused_is_in_the_note_and_nothing_else(rows: dict[str, Row]) -> None:
    assert rows["ada"].note.split("; ") == [
        f"doubling: test_{name} gives {case.said} of 2, counted as 0" for name, case in CASES.items() if case.said
    ]


def test_nbgraders_own_chain_gives_the_same_scores(
    handed_in: SmallCourse, rows: dict[str, Row], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """As formgrader's button runs it."""
    course = handed_in.copy_to(tmp_path_factory.mktemp("nbgrader") / "course_folder").folder
    coursedir = course.directory()
    coursedir.assignment_id, coursedir.student_id = "01_first", "ada"
    converter, complaints = Autograde(coursedir=coursedir, config=course.config), Complaints()
    converter.log = complaints.logger
    converter.force = converter.create_student = True
    converter.start()
    with gradebook.opened(course) as book:
        assert read_score(book, "01_first", "ada").cells == score_of(rows["ada"]).cells
    assert complaints.last() == "Score refused: test_no_text gives without text of 2, counted as 0"


# Outputs that no kernel of ours has made ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "refused"),
    [
        ({"text/plain": ["0.5"]}, False),
        ({"text/plain": ["5"]}, True),
        ({"text/plain": ["0.5\n", "5"]}, False),
        ({"text/plain": []}, True),
        ({"text/html": "<b>1</b>"}, True),
        ({}, True),
    ],
)
def test_every_value_is_refused_or_can_be_scored(data: dict, refused: bool) -> None:
    cell = test_cell("any", "check", "any", POINTS)
    cell.outputs = [v4.new_output("execute_result", data)]
    assert len(refuse_impossible_scores(notebook(cell))) == refused
    assert (determine_grade(cell)[0] == 0) == refused


@pytest.mark.parametrize("change", [{"points": 0}, {"points": 2.5}, {"solution": True}, {"grade": False}])
def test_only_test_cells_with_fewer_points_are_refused(change: dict) -> None:
    cell = test_cell("any", "check", "any", POINTS)
    cell.metadata.nbgrader.update(change)
    cell.outputs = [v4.new_output("execute_result", {"text/plain": "2.5"})]
    before = copy.deepcopy(cell)
    assert len(refuse_impossible_scores(notebook(cell))) == (change == {"points": 0})
    assert (cell == before) == (change != {"points": 0})


# Answers marked by hand -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("student", "by_hand", "comment"),
    [("ada", 3.0, None), ("ben", 0.0, "No response."), ("cleo", 0.0, "No response.")],
)
def test_answer_waits_for_a_person_only_where_there_is_one(
    student: str, by_hand: float, comment: str | None, rows: dict[str, Row], graded: SmallCourse
) -> None:
    """ben has deleted the cell, cleo has left it as it was."""
    with gradebook.opened(graded.folder) as book:
        found = book.find_comment("why", "doubling", "01_first", student).auto_comment
    assert (score_of(rows[student]).by_hand, score_of(rows[student]).cells["doubling/why"], found) == (
        by_hand,
        0.0,
        comment,
    )


def test_answer_that_was_deleted_is_named_in_the_note(rows: dict[str, Row]) -> None:
    assert rows["ben"].note.startswith("doubling: why missing, put back; ")
    assert rows["cleo"].note == rows["ada"].note
