"""Enters the scores of a submission into the gradebook, by nbgrader's rules.

The rules are nbgrader's own (``determine_grade``, comments, the late penalty's plugin). The writing is not: its
object mapper asks some fifty questions a submission, and some get slower as the class grows. Here an assignment is
read once, and a submission is a handful of statements on nbgrader's tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Comment, Grade, Gradebook, Student, SubmittedAssignment, SubmittedNotebook, new_uuid
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task, parse_utc
from sqlalchemy import Connection, bindparam, insert, select, update

from course.grading.deadlines import Penalties
from course.grading.gradebook import one_transaction, silent
from course.grading.hiding import needs_tester
from course.grading.settings import CourseFolder
from course.grading.standing import GRADE_COLUMNS, Given, KnownAssignment, KnownNotebook, Score, points_of, stand

_submissions, _places = SubmittedAssignment.__table__, SubmittedNotebook.__table__
_grades, _comments, _students = Grade.__table__, Comment.__table__, Student.__table__

# Made once: SQLAlchemy looks up what it compiled by a key that takes longer to make than a statement to run.
_STUDENT = select(_students.c.id).where(_students.c.id == bindparam("student"))
_NEW_STUDENT = insert(_students)
_SUBMISSION = select(_submissions.c.id, _submissions.c.timestamp, _submissions.c.extension).where(
    _submissions.c.assignment_id == bindparam("assignment"), _submissions.c.student_id == bindparam("student")
)
_NEW_SUBMISSION = insert(_submissions)
_NEW_TIME = update(_submissions).where(_submissions.c.id == bindparam("key")).values(timestamp=bindparam("when"))
# notebooks and cells are named because the tables' indices begin with them
_PLACES = select(_places.c.notebook_id, _places.c.id, _places.c.late_submission_penalty).where(
    _places.c.assignment_id == bindparam("submission"),
    _places.c.notebook_id.in_(bindparam("notebooks", expanding=True)),
)
_PENALTY = (
    update(_places).where(_places.c.id == bindparam("key")).values(late_submission_penalty=bindparam("penalty"))
)
_NEW_PLACES = insert(_places)
_GRADES = select(*GRADE_COLUMNS).where(
    _grades.c.notebook_id == bindparam("place"), _grades.c.cell_id.in_(bindparam("cells", expanding=True))
)
_NEW_GRADES = insert(_grades)
_CHANGED_GRADES = (
    update(_grades)
    .where(_grades.c.id == bindparam("key"))
    .values(auto_score=bindparam("auto_score"), needs_manual_grade=bindparam("needs_manual_grade"))
)
_COMMENTS = select(_comments.c.id, _comments.c.cell_id).where(
    _comments.c.notebook_id == bindparam("place"), _comments.c.cell_id.in_(bindparam("cells", expanding=True))
)
_NEW_COMMENTS = insert(_comments)
_CHANGED_COMMENTS = (
    update(_comments).where(_comments.c.id == bindparam("key")).values(auto_comment=bindparam("auto_comment"))
)


def record(
    course: CourseFolder,
    book: Gradebook,
    assignment: KnownAssignment,
    student: str,
    notebooks: Mapping[str, NotebookNode],
    timestamp: str | None,
    differs: Callable[[str], bool] = lambda name: False,
) -> Score:
    """Enter a graded submission, all of it or nothing; returns how it stands then.

    Args:
        course: for the configuration.
        book: the open gradebook.
        assignment: as the gradebook has it.
        student: id; entered where it is new.
        notebooks: name to executed notebook; the assignment's other notebooks were not handed in and get 0.
        timestamp: when it was handed in, as nbgrader writes it, or None.
        differs: whether a notebook's answers are others than those that were graded before; those that have points
            by hand keep them, and formgrader asks for another look.
    """
    with one_transaction(book):
        connection = book.db.connection()
        when = parse_utc(timestamp) if timestamp else None
        key, when, extension = _enter(connection, assignment, student, when)
        places = _enter_notebooks(connection, assignment, key)
        grades = {}
        for name, known in assignment.notebooks.items():
            reread = partial(differs, name)
            grades[name] = _save_grades(connection, known, places[name], notebooks.get(name), reread)
            _save_comments(connection, known, places[name], notebooks.get(name))
        due = assignment.duedate + extension if assignment.duedate and extension else assignment.duedate
        penalties: dict[str, float] = {}
        if due and when and when > due:
            lateness = Penalties(course)
            for name in assignment.notebooks:
                points = sum(points_of(given) for given in grades[name])
                penalty = lateness.of(student, points, (when - due).total_seconds())
                if penalty is not None:
                    connection.execute(_PENALTY, {"key": places[name], "penalty": penalty})
                    penalties[name] = penalty
    return stand(assignment, grades, penalties)


def _enter(connection: Connection, assignment: KnownAssignment, student: str, when: Any) -> tuple[str, Any, Any]:
    """Student and submission are there; returns the submission's key, time and extension."""
    if connection.execute(_STUDENT, {"student": student}).first() is None:
        connection.execute(_NEW_STUDENT, {"id": student})
    row = connection.execute(_SUBMISSION, {"assignment": assignment.id, "student": student}).first()
    if row is None:
        key, extension = new_uuid(), assignment.extensions.get(student)
        values = {"id": key, "assignment_id": assignment.id, "student_id": student, "timestamp": when}
        connection.execute(_NEW_SUBMISSION, {**values, "extension": extension})
        return key, when, extension
    if when is not None:
        connection.execute(_NEW_TIME, {"key": row.id, "when": when})
    return row.id, when if when is not None else row.timestamp, row.extension


def _enter_notebooks(connection: Connection, assignment: KnownAssignment, submission: str) -> dict[str, str]:
    """Notebook's name to the key of the submission's notebook; made where it is missing, without a penalty."""
    by_id = {known.id: name for name, known in assignment.notebooks.items()}
    found = {}
    for row in connection.execute(_PLACES, {"submission": submission, "notebooks": list(by_id)}).all():
        found[by_id[row.notebook_id]] = row.id
        if row.late_submission_penalty is not None:
            connection.execute(_PENALTY, {"key": row.id, "penalty": None})
    new = [
        {"id": new_uuid(), "notebook_id": key, "assignment_id": submission}
        for key, name in by_id.items()
        if name not in found
    ]
    if new:
        connection.execute(_NEW_PLACES, new)
    return found | {by_id[row["notebook_id"]]: row["id"] for row in new}


def _save_grades(
    connection: Connection,
    known: KnownNotebook,
    place: str,
    executed: NotebookNode | None,
    differs: Callable[[], bool],
) -> list[Given]:
    cells = (
        {cell.metadata.nbgrader["grade_id"]: cell for cell in executed.cells if is_grade(cell)} if executed else {}
    )
    asked = {"place": place, "cells": [key for key, _ in known.points.values()]}
    rows = {row.cell_id: row for row in connection.execute(_GRADES, asked)}
    given, new, changed = [], [], []
    for name, (key, _) in known.points.items():
        row = rows.get(key)
        manual, extra = (row.manual_score, row.extra_credit) if row is not None else (None, None)
        if executed is None:
            auto, by_hand = 0.0, False
        elif name in known.tasks:
            again = row is not None and manual is not None and (row.needs_manual_grade or differs())
            auto, by_hand = None, manual is None or again
        elif name in cells:
            auto = None if needs_tester(cells[name]) else determine_grade(cells[name], silent)[0]
            by_hand = manual is not None or auto is None
        elif row is not None:
            auto, by_hand = row.auto_score, row.needs_manual_grade
        else:
            auto, by_hand = None, True
        given.append(Given(key, auto, manual, extra, by_hand))
        values = {"auto_score": auto, "needs_manual_grade": by_hand}
        if row is None:
            new.append({"cell_id": key, "notebook_id": place, **values})
        else:
            changed.append({"key": row.id, **values})
    if new:
        connection.execute(_NEW_GRADES, new)
    if changed:
        connection.execute(_CHANGED_GRADES, changed)
    return given


def _save_comments(connection: Connection, known: KnownNotebook, place: str, executed: NotebookNode | None) -> None:
    asked = {"place": place, "cells": list(known.commented.values())}
    rows = {row.cell_id: row.id for row in connection.execute(_COMMENTS, asked)}
    cells = {}
    for cell in executed.cells if executed else ():
        if is_solution(cell) or is_task(cell):
            cells[cell.metadata.nbgrader["grade_id"]] = cell
    new, changed = [], []
    for name, key in known.commented.items():
        comment = _comment_on(cells.get(name))
        if key not in rows:
            new.append({"cell_id": key, "notebook_id": place, "auto_comment": comment})
        elif name in cells:
            changed.append({"key": rows[key], "auto_comment": comment})
    if new:
        connection.execute(_NEW_COMMENTS, new)
    if changed:
        connection.execute(_CHANGED_COMMENTS, changed)


def _comment_on(cell: NotebookNode | None) -> str | None:
    """nbgrader's remark on an answer that is still as it was released."""
    if cell is None or is_task(cell):
        return None
    return "No response." if cell.metadata.nbgrader.get("checksum") == compute_checksum(cell) else None
