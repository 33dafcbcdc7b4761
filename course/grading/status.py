"""How far each assignment is: from folders and, by a few questions for all of them together, from the gradebook."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import (
    Assignment,
    Grade,
    GradeCell,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import Connection, case, func, select

from course.grading import gradebook
from course.grading.due import Due, read_due
from course.grading.grades import time_of
from course.grading.settings import RECORD, CourseFolder
from course.grading.submissions import find_submissions

_assignments, _notebooks = Assignment.__table__, Notebook.__table__
_submissions, _places, _grades = SubmittedAssignment.__table__, SubmittedNotebook.__table__, Grade.__table__
NO, YES, OLDER = "no", "yes", "older"


@dataclass(frozen=True)
class Stage:
    """How far an assignment is; numbers are of students.

    Attributes:
        assignment: its name.
        released: "yes", "no", or "older" where masters have changed since.
        due: when it is due; None for no due date.
        submitted: with a folder in submitted/.
        late: handed in after it was due for them.
        graded: with a score in the gradebook.
        to_grade: handed in, and not graded as it is now.
        by_hand: with points that wait for a person.
        feedback: with a page of feedback.
        to_write: graded since their feedback was written, or without any.
        mean: percent of the points that those graded have; None where nobody is.
    """

    assignment: str
    released: str
    due: Due | None
    submitted: int
    late: int
    graded: int
    to_grade: int
    by_hand: int
    feedback: int
    to_write: int
    mean: float | None

    @property
    def next(self) -> str:
        """What to do next, in a word or two; "" where nothing is left."""
        if self.released == NO:
            return "release"
        if self.to_grade:
            return "autograde"
        if self.by_hand:
            return "by hand"
        if self.to_write:
            return "feedback"
        if self.released == OLDER and not self.submitted:
            return "release"
        if not self.submitted and not self.graded:
            return "collect"
        return "grades"


@dataclass
class _Graded:
    """What the gradebook has of one submission."""

    time: dt.datetime | None
    points: float = 0.0
    waits: bool = False


@dataclass
class _Known:
    """What the gradebook has of one assignment."""

    of: float = 0.0
    graded: dict[str, _Graded] = field(default_factory=dict)


def read_status(course: CourseFolder, assignments: list[str]) -> tuple[int, list[Stage]]:
    """How many students there are, and how far each assignment is.

    Args:
        course: the course folder.
        assignments: names; all where empty.

    Raises:
        CourseError: an assignment does not exist, due.toml is wrong, or the gradebook can't be opened.
    """
    chosen = course.choose(assignments)
    due = read_due(course)
    students: set[str] = set()
    known: Mapping[str, _Known] = {}
    if gradebook.exists(course):
        with gradebook.reading(course) as connection:
            known = _read_gradebook(connection)
            students = set(connection.execute(select(Student.__table__.c.id)).scalars())
    stages = []
    for name in chosen:
        stage, handed_in = _read_stage(course, name, known.get(name, _Known()), due.get(name))
        stages.append(stage)
        students |= handed_in
    return len(students), stages


def _read_stage(course: CourseFolder, name: str, known: _Known, due: Due | None) -> tuple[Stage, set[str]]:
    submissions = find_submissions(course, name)
    times = {each.student: graded.time for each in submissions if (graded := known.graded.get(each.student))}
    late = to_grade = 0
    for each in submissions:
        time = time_of(course, each)
        late += bool(due and due.late_by(each.student, time))
        to_grade += each.student not in times or (time is not None and time != times[each.student])
    handed_in = {each.student for each in submissions}
    for student, graded in known.graded.items():  # its folder may have been cleared away since
        late += bool(due and student not in handed_in and due.late_by(student, graded.time))
    pages = {
        student: _time_of_file(course.step("feedback") / student / name / "index.html") for student in known.graded
    }
    records = {
        student: _time_of_file(course.step("autograded") / student / name / RECORD) for student in known.graded
    }
    shares = [max(0.0, each.points) / known.of for each in known.graded.values()] if known.of else []
    stage = Stage(
        name,
        _released(course, name),
        due,
        len(submissions),
        late,
        len(known.graded),
        to_grade,
        sum(each.waits for each in known.graded.values()),
        sum(time > 0 for time in pages.values()),
        sum(pages[student] < max(records[student], 1) for student in known.graded),
        100 * sum(shares) / len(shares) if shares else None,
    )
    return stage, handed_in


def _time_of_file(path: Path) -> float:
    """When a file was written last; 0 where there is none."""
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0


def _released(course: CourseFolder, name: str) -> str:
    """Whether an assignment is released, and from its masters as they are now."""
    state = YES
    for notebook, master in course.masters(name).items():
        try:
            record = json.loads((course.step("release") / name / f"{notebook}.ipynb").read_bytes())["metadata"]
        except (OSError, ValueError, KeyError):
            return NO
        made_from = (record.get("course") or {}).get("master_sha256")
        if made_from and made_from != hashlib.sha256(master.read_bytes()).hexdigest():
            state = OLDER
    return state


def _read_gradebook(connection: Connection) -> dict[str, _Known]:
    """What the gradebook has, by assignment; penalties taken off as they stand there."""
    known: dict[str, _Known] = {}
    for cells in (GradeCell.__table__, TaskCell.__table__):
        base = GradeCell.__mapper__.inherits.local_table
        of = (
            select(_assignments.c.name, func.sum(cells.c.max_score).label("of"))
            .join(_notebooks, _notebooks.c.assignment_id == _assignments.c.id)
            .join(base, base.c.notebook_id == _notebooks.c.id)
            .join(cells, cells.c.id == base.c.id)
            .group_by(_assignments.c.name)
        )
        for row in connection.execute(of):
            known.setdefault(row.name, _Known()).of += row.of
    given = func.coalesce(_grades.c.manual_score, _grades.c.auto_score)
    waits = case((_grades.c.needs_manual_grade & _grades.c.manual_score.is_(None), 1), else_=0)
    places = (
        select(
            _grades.c.notebook_id,
            func.sum(func.coalesce(given + func.coalesce(_grades.c.extra_credit, 0.0), 0.0)).label("points"),
            func.sum(waits).label("waits"),
        )
        .group_by(_grades.c.notebook_id)
        .subquery()
    )
    wanted = (
        select(
            _assignments.c.name,
            _submissions.c.student_id,
            _submissions.c.timestamp,
            places.c.points,
            places.c.waits,
            _places.c.late_submission_penalty,
        )
        .join(_submissions, _submissions.c.assignment_id == _assignments.c.id)
        .join(_places, _places.c.assignment_id == _submissions.c.id)
        .outerjoin(places, places.c.notebook_id == _places.c.id)
    )
    for row in connection.execute(wanted):
        its = known.setdefault(row.name, _Known()).graded.setdefault(row.student_id, _Graded(row.timestamp))
        its.points += (row.points or 0.0) - (row.late_submission_penalty or 0.0)
        its.waits = its.waits or bool(row.waits)
    return known
