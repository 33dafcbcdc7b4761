"""What there is to report of an assignment: points in the gradebook, graded notebooks, records beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Grade as GradeTable
from nbgrader.api import Gradebook, MissingEntry, Student, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import select

from course.grading import gradebook, standing
from course.grading.due import Due, read_due, with_zone
from course.grading.notebooks import read_notebook
from course.grading.report.graded import add_files
from course.grading.settings import CourseFolder
from course.grading.standing import GRADE_COLUMNS, KnownAssignment
from course.grading.submissions import find_submissions

NO_TIME = dt.timedelta(0)


@dataclass(frozen=True)
class Part:
    """A cell with points.

    Attributes:
        path: notebook/cell.
        kind: "check", "hidden", "think" or "other".
        points: that it can give.
    """

    path: str
    kind: str
    points: float


@dataclass(frozen=True)
class Exercise:
    """An exercise with its check and hidden test, a Think question, or a cell that stands for itself.

    Attributes:
        notebook: name.
        name: the exercise's id.
        parts: its cells, in order.
    """

    notebook: str
    name: str
    parts: tuple[Part, ...]

    @property
    def points(self) -> float:
        """That it can give."""
        return sum(part.points for part in self.parts)


@dataclass
class Entry:
    """A submission that the gradebook has.

    Attributes:
        student: id.
        key: the gradebook's own, drawn at random when it was entered.
        points: what it has now, late penalty taken off.
        waiting: points that a person still has to give.
        values: points of each cell with points, as notebook/cell; None where they wait for a person.
        time: when it was handed in; None where nothing says so.
        late: by how much.
        notebooks: those handed in, with the cells that matter here.
        seconds: that each notebook took.
        all_seconds: that all took together; None where nothing says so.
    """

    student: str
    key: str
    points: float
    waiting: float
    values: dict[str, float | None]
    time: dt.datetime | None = None
    late: dt.timedelta = NO_TIME
    notebooks: dict[str, list[NotebookNode]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    all_seconds: float | None = None


@dataclass
class Gathered:
    """All that a report is made of.

    Attributes:
        course: its name, "" where it has none.
        assignment: name.
        enrolled: students in the course.
        handed_in: ids of those who handed something in.
        of: points that one can have.
        exercises: in order.
        entries: those graded, by student.
        masters: name to master.
        due: None where there is no date.
        names: id to a person's name, of those who have one.
        problems: what could not be read, a sentence each.
    """

    course: str
    assignment: str
    enrolled: int
    handed_in: list[str]
    of: float
    exercises: list[Exercise]
    entries: list[Entry]
    masters: dict[str, NotebookNode]
    due: Due | None
    names: dict[str, str]
    problems: list[str]


def gather(course: CourseFolder, assignment: str) -> Gathered:
    """Read what there is of an assignment; nothing is written, and nothing need have been graded.

    Raises:
        CourseError: a master, the due dates or the gradebook can't be read.
    """
    masters = {
        name: read_notebook(path, course.relative(path), outputs=False)
        for name, path in course.masters(assignment).items()
    }
    submitted = find_submissions(course, assignment)
    due = read_due(course).get(assignment)
    known: KnownAssignment | None = None
    entries: list[Entry] = []
    people: dict[str, str] = {}
    if gradebook.exists(course):
        with gradebook.opened(course) as book:
            people = _people(book)
            try:
                known = standing.read_assignment(book, assignment, masters)
                entries = sorted(_entries(book, known), key=lambda entry: entry.student)
            except MissingEntry:
                pass
    problems: list[str] = []
    for entry in entries:
        add_files(course, assignment, entry, masters, problems)
        if due:
            entry.late = due.late_by(entry.student, entry.time)
    handed_in = sorted({each.student for each in submitted} | {entry.student for entry in entries})
    return Gathered(
        course.directory().course_id,
        assignment,
        len(people.keys() | set(handed_in)),
        handed_in,
        sum(worth for each in known.notebooks.values() for _, worth in each.points.values()) if known else 0.0,
        _exercises(known) if known else [],
        entries,
        masters,
        due,
        {student: name for student, name in people.items() if name},
        problems,
    )


def _people(book: Gradebook) -> dict[str, str]:
    """Everybody in the gradebook: id to name."""
    rows = book.db.execute(select(Student.id, Student.first_name, Student.last_name))
    return {row.id: " ".join(filter(None, (row.first_name, row.last_name))) for row in rows}


def _exercises(known: KnownAssignment) -> list[Exercise]:
    parts: dict[tuple[str, str], list[Part]] = {}
    for notebook, its in known.notebooks.items():
        for cell, (_, points) in its.points.items():
            kind, name = _kind(cell, cell in its.tasks)
            parts.setdefault((notebook, name), []).append(Part(f"{notebook}/{cell}", kind, points))
    return [Exercise(notebook, name, tuple(those)) for (notebook, name), those in parts.items()]


def _kind(cell: str, task: bool) -> tuple[str, str]:
    """What a cell with points is, and the exercise that it belongs to; as :func:`notebooks.role` has it."""
    if task:
        return "think", cell
    for kind in ("check", "hidden"):
        if cell.startswith(f"{kind}_"):
            return kind, cell.removeprefix(f"{kind}_")
    return "other", cell


def _entries(book: Gradebook, known: KnownAssignment) -> Iterator[Entry]:
    """Every submission in the gradebook, in two questions."""
    submitted, place = SubmittedAssignment, SubmittedNotebook
    by_id = {each.id: name for name, each in known.notebooks.items()}
    columns = (submitted.id, submitted.student_id, submitted.timestamp)
    rows: dict[str, Any] = {}
    penalties: dict[str, dict[str, float]] = {}
    whose: dict[str, tuple[str, str]] = {}
    for row in book.db.execute(
        select(*columns, place.id.label("place"), place.notebook_id, place.late_submission_penalty)
        .join(place, place.assignment_id == submitted.id)
        .where(submitted.assignment_id == known.id)
    ):
        rows[row.id] = row
        if row.notebook_id in by_id:
            whose[row.place] = row.id, by_id[row.notebook_id]
            penalties.setdefault(row.id, {})[by_id[row.notebook_id]] = row.late_submission_penalty or 0.0
    grades: dict[str, dict[str, list[Any]]] = {}
    for row in book.db.execute(
        select(*GRADE_COLUMNS)
        .join(place, place.id == GradeTable.notebook_id)
        .join(submitted, submitted.id == place.assignment_id)
        .where(submitted.assignment_id == known.id)
    ):
        if row.notebook_id in whose:
            key, name = whose[row.notebook_id]
            grades.setdefault(key, {}).setdefault(name, []).append(row)
    for key, row in rows.items():
        its = grades.get(key, {})
        score = standing.stand(known, its, penalties.get(key, {}))
        time = with_zone(row.timestamp) if row.timestamp else None
        values = _values(known, its, score.cells)
        yield Entry(row.student_id, key, score.points, score.by_hand, values, time)


def _values(
    known: KnownAssignment, grades: Mapping[str, list[Any]], cells: Mapping[str, float]
) -> dict[str, float | None]:
    waits = {row.cell_id for those in grades.values() for row in those if _waits(row)}
    found: dict[str, float | None] = {}
    for notebook, its in known.notebooks.items():
        for cell, (key, _) in its.points.items():
            path = f"{notebook}/{cell}"
            found[path] = None if key in waits or path not in cells else cells[path]
    return found


def _waits(row: Any) -> bool:
    return bool(row.manual_score is None and (row.needs_manual_grade or row.auto_score is None))
