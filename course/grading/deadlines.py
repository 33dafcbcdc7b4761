"""Due dates, extensions and penalties in the gradebook, in nbgrader's own columns, so that formgrader shows them.

They follow due.toml and the late policy without running a notebook: whoever reads points asks for
:func:`refresh` first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import Assignment, Grade, Gradebook, Student, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import Connection, bindparam, func, select, update
from traitlets import TraitError

from course.grading import gradebook
from course.grading.due import DUE_FILE, Due, read_due_file
from course.grading.errors import CourseError
from course.grading.settings import CONFIG_FILE, CourseFolder

_assignments, _submissions = Assignment.__table__, SubmittedAssignment.__table__
_places, _grades = SubmittedNotebook.__table__, Grade.__table__
_ALMOST = 1e-9  # penalties that differ by less are the same


def due_in_gradebook(course: CourseFolder) -> dict[str, Due]:
    """When assignments are due as formgrader and nbgrader's commands have set it, by name."""
    if not gradebook.exists(course):
        return {}
    with gradebook.reading(course) as connection:
        rows = connection.execute(select(_assignments.c.id, _assignments.c.name, _assignments.c.duedate)).all()
        columns = _submissions.c.assignment_id, _submissions.c.student_id, _submissions.c.extension
        extensions: dict[str, dict[str, dt.timedelta]] = {}
        for row in connection.execute(select(*columns).where(_submissions.c.extension.is_not(None))):
            extensions.setdefault(row.assignment_id, {})[row.student_id] = row.extension
    found = {}
    for row in rows:
        if row.duedate is not None:
            due = row.duedate.replace(tzinfo=dt.UTC)
            its = extensions.get(row.id, {})
            found[row.name] = Due(due, {student: due + extra for student, extra in its.items()})
    return found


def extensions_of(course: CourseFolder, assignment: str) -> dict[str, dt.timedelta]:
    """What due.toml gives students beyond the due date, as nbgrader keeps it."""
    due = (read_due_file(course) or {}).get(assignment)
    return {student: time - due.due for student, time in due.extensions.items()} if due else {}


class Penalties:
    """nbgrader's penalty for lateness, by the plugin of the configuration."""

    def __init__(self, course: CourseFolder) -> None:
        try:
            step = AssignLatePenalties(config=course.config)
            step.log = gradebook.silent
            step.init_plugin()
        except (TraitError, ImportError) as error:
            summary = str(error).splitlines()[0]
            raise CourseError(f"{CONFIG_FILE}: c.AssignLatePenalties.plugin_class: {summary}") from None
        self._plugin = step.plugin_inst

    def of(self, student: str, points: float, seconds_late: float) -> float | None:
        """What a notebook loses: None, or from 0 to all that it has.

        Raises:
            CourseError: a plugin of the instructor's fails.
        """
        if seconds_late <= 0:
            return None
        try:
            penalty = self._plugin.late_submission_penalty(student, points, seconds_late)
            return None if penalty is None else min(max(0.0, float(penalty)), points)
        except Exception as error:
            name = type(self._plugin).__name__
            raise CourseError(
                f"{name} (c.AssignLatePenalties.plugin_class) fails for {student}: {error!r}"
            ) from error


def unknown_students(course: CourseFolder) -> list[str]:
    """A line for each extension in due.toml that nobody has, because the id is another one."""
    file = read_due_file(course) or {}
    asked = {(name, student) for name, due in file.items() for student in due.extensions}
    if not asked:
        return []
    known = {path.name for path in course.step("submitted").glob("*") if path.is_dir()}
    if gradebook.exists(course):
        with gradebook.reading(course) as connection:
            known |= set(connection.execute(select(Student.__table__.c.id)).scalars())
    return [
        f"{DUE_FILE}: an extension of {name} for {student!r}, who is neither in the gradebook nor in submitted/"
        for name, student in sorted(asked)
        if student not in known
    ]


@dataclass
class _Changes:
    """What differs in the gradebook from what it should have: keys and new values."""

    due: list[dict[str, Any]] = field(default_factory=list)
    extensions: list[dict[str, Any]] = field(default_factory=list)
    penalties: list[dict[str, Any]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.due or self.extensions or self.penalties)


def refresh(course: CourseFolder, assignments: list[str] | None = None) -> bool:
    """Bring due dates, extensions and penalties up to date, and write only where something differs.

    Args:
        course: the course folder.
        assignments: names; all where None.

    Returns:
        Whether anything did differ.

    Raises:
        Busy: something differs, and another course command is writing.
        CourseError: due.toml is wrong.
    """
    file = read_due_file(course)  # before anything else: what is wrong in it is said also without a gradebook
    if not gradebook.exists(course):
        return False
    with gradebook.reading(course) as connection:
        if not _find_changes(course, connection, file, assignments):
            return False
    with course.lock(), gradebook.opened(course) as book:
        refresh_open(course, book, assignments)
    return True


def refresh_open(course: CourseFolder, book: Gradebook, assignments: list[str] | None = None) -> None:
    """:func:`refresh` for a caller that has locked the course and opened the gradebook."""
    with gradebook.one_transaction(book):
        connection = book.db.connection()
        changes = _find_changes(course, connection, read_due_file(course), assignments)
        for table, column, rows in (
            (_assignments, "duedate", changes.due),
            (_submissions, "extension", changes.extensions),
            (_places, "late_submission_penalty", changes.penalties),
        ):
            if rows:
                wanted = update(table).where(table.c.id == bindparam("key")).values({column: bindparam("new")})
                connection.execute(wanted, rows)
        book.db.expire_all()  # the mapper has not seen our statements


def _find_changes(
    course: CourseFolder, connection: Connection, file: Mapping[str, Due] | None, names: list[str] | None
) -> _Changes:
    changes = _Changes()
    wanted = select(_assignments.c.id, _assignments.c.name, _assignments.c.duedate)
    if names is not None:
        wanted = wanted.where(_assignments.c.name.in_(names))
    assignments = {row.id: row for row in connection.execute(wanted)}
    due: dict[str, dt.datetime | None] = {}  # by the assignment's key, without a zone, as the gradebook has it
    for key, row in assignments.items():
        due[key] = _in_utc(file[row.name].due) if file and row.name in file else None
        if file is None:
            due[key] = row.duedate
        elif due[key] != row.duedate:
            changes.due.append({"key": key, "new": due[key]})
    late: dict[str, tuple[str, float]] = {}  # submission's key to student and seconds
    columns = [_submissions.c[name] for name in ("id", "assignment_id", "student_id", "timestamp", "extension")]
    for row in connection.execute(select(*columns).where(_submissions.c.assignment_id.in_(assignments))):
        extension = row.extension
        if file is not None:
            its = file.get(assignments[row.assignment_id].name)
            extension = (
                its.extensions[row.student_id] - its.due if its and row.student_id in its.extensions else None
            )
            if extension != row.extension:
                changes.extensions.append({"key": row.id, "new": extension})
        time = due[row.assignment_id]
        if time is not None and row.timestamp is not None:
            seconds = (row.timestamp - time - (extension or dt.timedelta(0))).total_seconds()
            if seconds > 0:
                late[row.id] = row.student_id, seconds
    _find_penalties(course, connection, list(assignments), late, changes)
    return changes


def _find_penalties(
    course: CourseFolder,
    connection: Connection,
    assignments: list[str],
    late: dict[str, tuple[str, float]],
    changes: _Changes,
) -> None:
    columns = _places.c.id, _places.c.assignment_id, _places.c.late_submission_penalty
    submissions = select(_submissions.c.id).where(_submissions.c.assignment_id.in_(assignments))
    places = connection.execute(select(*columns).where(_places.c.assignment_id.in_(submissions))).all()
    points: dict[str, float] = {}
    if late:
        given = func.coalesce(_grades.c.manual_score, _grades.c.auto_score)
        score = func.coalesce(given + func.coalesce(_grades.c.extra_credit, 0.0), 0.0)
        of_those = (
            select(_grades.c.notebook_id, func.sum(score).label("points"))
            .join(_places, _places.c.id == _grades.c.notebook_id)
            .where(_places.c.assignment_id.in_(submissions))
            .group_by(_grades.c.notebook_id)
        )
        points = {row.notebook_id: row.points for row in connection.execute(of_those)}
    penalties = Penalties(course) if late else None
    for place in places:
        penalty = None
        if penalties and place.assignment_id in late:
            student, seconds = late[place.assignment_id]
            penalty = penalties.of(student, points.get(place.id, 0.0), seconds)
        before = place.late_submission_penalty
        if (penalty is None) != (before is None) or abs((penalty or 0.0) - (before or 0.0)) > _ALMOST:
            changes.penalties.append({"key": place.id, "new": penalty})


def _in_utc(time: dt.datetime) -> dt.datetime:
    return time.astimezone(dt.UTC).replace(tzinfo=None)
