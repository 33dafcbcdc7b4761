"""Points by hand when a submission is graded again: never lost, and looked at again where the answer is another."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from commands import Unrun
from courses import SmallCourse, cell_of
from nbgrader.api import Gradebook

from course.grading.autograde import Options, autograde
from course.grading.regrade import regrade

ADA = ("01_first", "ada")
QUESTION = ("think_twice", "doubling", *ADA)
ANSWER = "Because of the mark scheme."


@pytest.fixture
def course(released_course: SmallCourse) -> SmallCourse:
    """A course in which ada's answer has points and a comment."""
    hand_in(released_course, ANSWER)
    grade(released_course)
    with closing(Gradebook(released_course.folder.db_url)) as book:
        mark = book.find_grade(*QUESTION)
        mark.manual_score, mark.needs_manual_grade = 1.5, False
        book.find_comment(*QUESTION).manual_comment = "well said"
        book.db.commit()
    return released_course


def hand_in(course: SmallCourse, answer: str, **code: str) -> Path:
    """ada's submission with this answer to the question."""
    path = course.submit("ada", code)
    notebook = nbformat.read(path, as_version=4)
    cell_of(notebook, "answer_twice").source = answer
    nbformat.write(notebook, path)
    return path


def grade(course: SmallCourse) -> None:
    """`course autograde`, with all tests passed."""
    autograde(course.folder, [], [], Options(), runner=Unrun())


def again(course: SmallCourse) -> None:
    """`course autograde --regrade --yes`."""
    regrade(course.folder, [], [], Options(), confirmed=True, why="to see", runner=Unrun())


def marks(course: SmallCourse) -> tuple[float | None, str | None, bool]:
    """Points, comment, and whether formgrader asks for a look."""
    with closing(Gradebook(course.folder.db_url)) as book:
        mark = book.find_grade(*QUESTION)
        return mark.manual_score, book.find_comment(*QUESTION).manual_comment, mark.needs_manual_grade


def test_another_answer_keeps_its_points_and_asks_for_a_look(course: SmallCourse) -> None:
    hand_in(course, "Because it is twice.")
    grade(course)
    assert marks(course) == (1.5, "well said", True)


def test_the_same_answer_beside_other_code_keeps_its_points(course: SmallCourse) -> None:
    hand_in(course, f"  {ANSWER}\n", double="def double(x):\n    return x + x")
    grade(course)
    assert marks(course) == (1.5, "well said", False)


def test_an_answer_that_is_gone_asks_for_a_look(course: SmallCourse) -> None:
    path = hand_in(course, ANSWER)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "answer_twice"]
    nbformat.write(notebook, path)
    grade(course)
    assert marks(course) == (1.5, "well said", True)


@pytest.mark.parametrize("answer", [ANSWER, "Because it is twice."])
def test_a_regrade_keeps_them_and_asks_for_a_look_only_at_another_answer(course: SmallCourse, answer: str) -> None:
    hand_in(course, answer)
    again(course)
    assert marks(course) == (1.5, "well said", answer != ANSWER)


def test_whoever_has_not_looked_yet_is_asked_after_a_regrade_as_well(course: SmallCourse) -> None:
    hand_in(course, "Because it is twice.")
    grade(course)
    again(course)
    assert marks(course) == (1.5, "well said", True)


def test_where_the_graded_folder_was_cleaned_away_nothing_is_lost(course: SmallCourse) -> None:
    for path in (course.root / "autograded" / "ada" / "01_first").iterdir():
        path.unlink()
    grade(course)
    assert marks(course) == (1.5, "well said", False)
