"""How submissions stand: an assignment as the gradebook has it, and the scores in it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    SolutionCell,
    SourceCell,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import select

from course.grading.notebooks import grade_id

GRADE_COLUMNS = [Grade.__table__.c[name] for name in (
    "id", "cell_id", "notebook_id", "auto_score", "manual_score", "extra_credit", "needs_manual_grade"
)]  # fmt: skip


@dataclass(frozen=True)
class Score:
    """How a submission stands in the gradebook.

    Attributes:
        points: what it has now, late penalty taken off.
        of: what it could have.
        by_hand: points that wait for a person.
        failed: graded cells that cost points, as notebook/cell.
        notebooks: points and possible points of each notebook.
        cells: points of each graded cell, as notebook/cell.
    """

    points: float
    of: float
    by_hand: float
    failed: list[str] = field(default_factory=list)
    notebooks: dict[str, tuple[float, float]] = field(default_factory=dict)
    cells: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Given:
    """What a cell of a submission has been given."""

    cell_id: str
    auto_score: float | None
    manual_score: float | None
    extra_credit: float | None
    needs_manual_grade: bool


@dataclass(frozen=True)
class KnownNotebook:
    """A notebook of an assignment as the gradebook has it; cells in their order.

    Attributes:
        id: its key.
        kernelspec: what it runs with, None where nothing is said.
        points: name to (key, points) of each cell that has points.
        tasks: names of those that a person gives.
        commented: name to key of each cell that can have a comment.
        checksums: name to checksum as it was released.
        released: name to text as it was released, of cells that students write into.
    """

    id: str
    kernelspec: dict[str, Any] | None
    points: dict[str, tuple[str, float]]
    tasks: frozenset[str]
    commented: dict[str, str]
    checksums: dict[str, str]
    released: dict[str, str]


@dataclass(frozen=True)
class KnownAssignment:
    """An assignment as the gradebook has it.

    Attributes:
        id: its key.
        name: its name.
        duedate: without a zone, in UTC.
        notebooks: by name.
        extensions: student's id to the time beyond that, of those who have not handed in yet, too.
    """

    id: str
    name: str
    duedate: Any
    notebooks: dict[str, KnownNotebook]
    extensions: dict[str, datetime.timedelta] = field(default_factory=dict)


def read_assignment(
    book: Gradebook, name: str, masters: Mapping[str, NotebookNode] | None = None
) -> KnownAssignment:
    """Read what the gradebook knows of an assignment.

    Args:
        book: the open gradebook.
        name: the assignment's.
        masters: by name; give the order of cells, which the gradebook does not keep for certain.

    Raises:
        MissingEntry: it knows nothing.
    """
    row = book.db.execute(select(Assignment.id, Assignment.duedate).where(Assignment.name == name)).first()
    if row is None:
        raise MissingEntry(f"no assignment {name} in the gradebook")
    wanted = select(Notebook.id, Notebook.name, Notebook.kernelspec).where(Notebook.assignment_id == row.id)
    notebooks = {}
    for each in book.db.execute(wanted.order_by(Notebook.name)):
        master = (masters or {}).get(each.name)
        order = [str(grade_id(cell)) for cell in master.cells if grade_id(cell)] if master is not None else []
        notebooks[each.name] = _read_notebook(book, each, order)
    return KnownAssignment(row.id, name, row.duedate, notebooks)


def _read_notebook(book: Gradebook, row: Any, first: list[str]) -> KnownNotebook:
    def cells(kind: Any, *columns: Any) -> list[Any]:
        return list(book.db.execute(select(kind.name, kind.id, *columns).where(kind.notebook_id == row.id)))

    graded, tasks = cells(GradeCell, GradeCell.max_score), cells(TaskCell, TaskCell.max_score)
    solutions = cells(SolutionCell)
    sources = cells(SourceCell, SourceCell.checksum, SourceCell.source)
    names = dict.fromkeys([*first, *(cell.name for cell in sources)])
    order = {name: position for position, name in enumerate(names)}

    def in_order(found: Iterable[Any]) -> list[Any]:
        return sorted(found, key=lambda cell: order.get(cell.name, len(order)))

    return KnownNotebook(
        row.id,
        json.loads(row.kernelspec) if row.kernelspec else None,
        {cell.name: (cell.id, float(cell.max_score)) for cell in in_order([*graded, *tasks])},
        frozenset(cell.name for cell in tasks),
        {cell.name: cell.id for cell in in_order([*solutions, *tasks])},
        {cell.name: cell.checksum for cell in sources if cell.checksum},
        {cell.name: cell.source or "" for cell in sources if cell.name in {each.name for each in solutions}},
    )


# Scores --------------------------------------------------------------------------------------------------------


def read_score(book: Gradebook, assignment: str, student: str) -> Score:
    """How a submission stands.

    Raises:
        MissingEntry: it is not in the gradebook.
    """
    try:
        return read_scores(book, read_assignment(book, assignment))[student]
    except KeyError:
        raise MissingEntry(f"no submission of {assignment} by {student}") from None


def read_scores(book: Gradebook, assignment: KnownAssignment) -> dict[str, Score]:
    """How every submission of an assignment stands, by student."""
    submitted, place = SubmittedAssignment, SubmittedNotebook
    wanted = (
        select(submitted.student_id, place.id, place.notebook_id, place.late_submission_penalty)
        .join(place, place.assignment_id == submitted.id)
        .where(submitted.assignment_id == assignment.id)
    )
    by_id = {known.id: name for name, known in assignment.notebooks.items()}
    penalties: dict[str, dict[str, float]] = {}
    grades: dict[str, dict[str, list[Any]]] = {}
    whose: dict[str, tuple[str, str]] = {}
    for row in book.db.execute(wanted):
        if row.notebook_id in by_id:
            name = by_id[row.notebook_id]
            penalties.setdefault(row.student_id, {})[name] = row.late_submission_penalty or 0.0
            grades.setdefault(row.student_id, {})[name] = []
            whose[row.id] = row.student_id, name
    all_grades = (
        select(*GRADE_COLUMNS)
        .join(place, place.id == Grade.notebook_id)
        .join(submitted, submitted.id == place.assignment_id)
        .where(submitted.assignment_id == assignment.id)
    )
    for row in book.db.execute(all_grades):
        if row.notebook_id in whose:
            student, name = whose[row.notebook_id]
            grades[student][name].append(row)
    return {student: stand(assignment, grades[student], penalties[student]) for student in grades}


def stand(
    assignment: KnownAssignment, grades: Mapping[str, Sequence[Any]], penalties: Mapping[str, float]
) -> Score:
    points = of = by_hand = 0.0
    failed: list[str] = []
    notebooks: dict[str, tuple[float, float]] = {}
    cells: dict[str, float] = {}
    for name, known in assignment.notebooks.items():
        rows = {row.cell_id: row for row in grades.get(name, ())}
        own = most = 0.0
        for cell, (key, worth) in known.points.items():
            most += worth
            if key not in rows:
                continue
            row = rows[key]
            got = points_of(row)
            own += got
            cells[f"{name}/{cell}"] = got
            if row.needs_manual_grade and row.manual_score is None:
                by_hand += worth
            if row.auto_score is not None and got < worth:
                failed.append(f"{name}/{cell}")
        own -= penalties.get(name, 0.0)
        notebooks[name] = (own, most)
        points, of = points + own, of + most
    return Score(points, of, by_hand, failed, notebooks, cells)


def points_of(row: Any) -> float:
    """What a cell counts: what a person gave goes before what its test gave; extra credit on top."""
    given = row.manual_score if row.manual_score is not None else row.auto_score
    return 0.0 if given is None else given + (row.extra_credit or 0.0)
