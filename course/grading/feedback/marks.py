"""What the gradebook says of an assignment's submissions, read at once for a whole class."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Comment, Grade, Gradebook, MissingEntry, Student, SubmittedAssignment, SubmittedNotebook
from nbgrader.utils import is_grade, is_solution, is_task
from sqlalchemy import Select, select

from course.grading.notebooks import grade_id
from course.grading.standing import KnownAssignment, read_assignment

_UNANSWERED = "No response."  # nbgrader's own remark on an answer that is as it was released


@dataclass(frozen=True)
class Mark:
    """What one graded cell has been given.

    Attributes:
        points: earned, extra credit included.
        of: what could be earned.
        waiting: whether a person still has to mark it.
        extra: the part of the points that is extra credit.
    """

    points: float
    of: float
    waiting: bool = False
    extra: float = 0.0


@dataclass(frozen=True)
class NotebookMarks:
    """What one notebook of a submission has been given.

    Attributes:
        name: of the notebook.
        marks: graded cell to what it was given.
        comments: cell to what a person wrote about it.
        remarks: the same with nbgrader's own remarks, where a person wrote none; None for none at all.
        unanswered: cells that are as they were released.
        penalty: points taken off for lateness.
    """

    name: str
    marks: dict[str, Mark] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str | None] = field(default_factory=dict)
    unanswered: frozenset[str] = frozenset()
    penalty: float = 0.0

    @property
    def points(self) -> float:
        """What it has, penalty taken off."""
        return sum(mark.points for mark in self.marks.values()) - self.penalty

    @property
    def of(self) -> float:
        """What it could have."""
        return sum(mark.of for mark in self.marks.values())


@dataclass(frozen=True)
class Marks:
    """What a submission has been given.

    Attributes:
        student: id.
        name: first and last name; "" where the gradebook has none.
        time: when it was handed in, or None.
        notebooks: all of the assignment, handed in or not, by name.
    """

    student: str
    name: str = ""
    time: dt.datetime | None = None
    notebooks: tuple[NotebookMarks, ...] = ()


def read_marks(book: Gradebook, assignment: str, student: str | None = None) -> dict[str, Marks]:
    """The marks of an assignment's submissions, by student; {} where the gradebook does not know the assignment.

    Args:
        book: the open gradebook.
        assignment: its name.
        student: only this one's.
    """
    try:
        known = read_assignment(book, assignment)
    except MissingEntry:
        return {}
    people = {row.student_id: row for row in book.db.execute(_of(known, student, *_WHO))}
    places = list(book.db.execute(_of(known, student, *_PLACE, joined=(SubmittedNotebook,))))
    grades = _by_place(book.db.execute(_of(known, student, *_GRADE, joined=(SubmittedNotebook, Grade))))
    comments = _by_place(book.db.execute(_of(known, student, *_COMMENT, joined=(SubmittedNotebook, Comment))))
    names = {notebook.id: name for name, notebook in known.notebooks.items()}
    found: dict[str, list[NotebookMarks]] = {each: [] for each in people}
    for place in places:
        name = names.get(place.notebook_id)
        if name is not None:
            its = grades.get(place.id, {}), comments.get(place.id, {})
            found[place.student_id].append(_notebook(known, name, *its, place.late_submission_penalty or 0.0))
    return {
        each: Marks(each, _name(row), row.timestamp, tuple(sorted(found[each], key=lambda part: part.name)))
        for each, row in people.items()
    }


_WHO = (SubmittedAssignment.student_id, SubmittedAssignment.timestamp, Student.first_name, Student.last_name)
_PLACE = (
    SubmittedAssignment.student_id,
    SubmittedNotebook.id,
    SubmittedNotebook.notebook_id,
    SubmittedNotebook.late_submission_penalty,
)
_GRADE = (
    Grade.notebook_id.label("place"),
    Grade.cell_id,
    Grade.auto_score,
    Grade.manual_score,
    Grade.extra_credit,
    Grade.needs_manual_grade,
)
_COMMENT = (Comment.notebook_id.label("place"), Comment.cell_id, Comment.auto_comment, Comment.manual_comment)
_JOINS = {
    SubmittedNotebook: SubmittedNotebook.assignment_id == SubmittedAssignment.id,
    Grade: Grade.notebook_id == SubmittedNotebook.id,
    Comment: Comment.notebook_id == SubmittedNotebook.id,
}


def _of(known: KnownAssignment, student: str | None, *columns: Any, joined: tuple[Any, ...] = ()) -> Select[Any]:
    """A question about the submissions of an assignment."""
    asked = select(*columns).select_from(SubmittedAssignment)
    if not joined:
        asked = asked.join(Student, Student.id == SubmittedAssignment.student_id)
    for table in joined:
        asked = asked.join(table, _JOINS[table])
    asked = asked.where(SubmittedAssignment.assignment_id == known.id)
    return asked if student is None else asked.where(SubmittedAssignment.student_id == student)


def _by_place(rows: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """Rows by the submission's notebook and by cell."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(row.place, {})[row.cell_id] = row
    return found


def _notebook(
    known: KnownAssignment, name: str, grades: dict[str, Any], comments: dict[str, Any], penalty: float
) -> NotebookMarks:
    its = known.notebooks[name]
    marks = {cell: _mark(grades.get(key), worth) for cell, (key, worth) in its.points.items()}
    rows = {cell: comments[key] for cell, key in its.commented.items() if key in comments}
    said = {cell: row.manual_comment for cell, row in rows.items() if (row.manual_comment or "").strip()}
    remarks = {
        cell: row.manual_comment if row.manual_comment is not None else row.auto_comment
        for cell, row in rows.items()
    }
    unanswered = frozenset(cell for cell, row in rows.items() if row.auto_comment == _UNANSWERED)
    return NotebookMarks(name, marks, said, remarks, unanswered, penalty)


def _mark(row: Any, worth: float) -> Mark:
    if row is None:
        return Mark(0.0, worth)
    given = row.manual_score if row.manual_score is not None else row.auto_score
    extra = (row.extra_credit or 0.0) if given is not None else 0.0
    waiting = bool(row.needs_manual_grade) and row.manual_score is None
    return Mark((given or 0.0) + extra, worth, waiting, extra)


def _name(row: Any) -> str:
    return " ".join(part.strip() for part in (row.first_name, row.last_name) if part and part.strip())


def put_into(marks: Marks) -> Callable[[NotebookNode, dict[str, Any]], tuple[NotebookNode, dict[str, Any]]]:
    """A preprocessor that does what nbgrader's GetGrades does, which asks the gradebook for each cell anew."""
    by_name = {notebook.name: notebook for notebook in marks.notebooks}

    def preprocess(nb: NotebookNode, its: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        notebook = by_name[its["nbgrader"]["notebook"]]
        for cell in nb.cells:
            name = grade_id(cell)
            if name and (is_solution(cell) or is_task(cell)):
                cell.metadata.nbgrader["comment"] = notebook.remarks.get(name)
            if name and (is_grade(cell) or is_task(cell)):
                mark = notebook.marks.get(name) or Mark(0.0, 0.0)
                cell.metadata.nbgrader["score"], cell.metadata.nbgrader["points"] = mark.points, mark.of
        its["nbgrader"]["score"], its["nbgrader"]["max_score"] = notebook.points, notebook.of
        its["nbgrader"]["late_penalty"] = notebook.penalty
        return nb, its

    return preprocess
