"""Scores of submissions: what nbgrader's rules give, written to the gradebook, and how a submission stands.

The rules are nbgrader's own (``determine_grade``, comments, the late penalty's plugin). The writing is not: its
object mapper asks some fifty questions a submission, and some get slower as the class grows. Here an assignment is
read once, and a submission is a handful of statements on nbgrader's tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    SolutionCell,
    SourceCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task, parse_utc
from sqlalchemy import bindparam, insert, select, update

from course.grading.gradebook import one_transaction, silent
from course.grading.notebooks import grade_id
from course.grading.settings import CourseFolder


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
    """An assignment as the gradebook has it."""

    id: str
    name: str
    duedate: Any
    notebooks: dict[str, KnownNotebook]


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


# Writing ------------------------------------------------------------------------------------------------------


def record(
    course: CourseFolder,
    book: Gradebook,
    assignment: KnownAssignment,
    student: str,
    notebooks: Mapping[str, NotebookNode],
    timestamp: str | None,
) -> Score:
    """Enter a graded submission, all of it or nothing; returns how it stands then.

    Args:
        course: for the configuration.
        book: the open gradebook.
        assignment: as the gradebook has it.
        student: id; entered where it is new.
        notebooks: name to executed notebook; the assignment's other notebooks were not handed in and get 0.
        timestamp: when it was handed in, as nbgrader writes it, or None.
    """
    with one_transaction(book):
        when = parse_utc(timestamp) if timestamp else None
        submission, when, extension = _enter(book, assignment, student, when)
        places = _notebook_keys(book, assignment, submission)
        for name, known in assignment.notebooks.items():
            _save_grades(book, known, places[name], notebooks.get(name))
            _save_comments(book, known, places[name], notebooks.get(name))
        book.db.execute(
            update(SubmittedNotebook)
            .where(SubmittedNotebook.assignment_id == submission)
            .where(SubmittedNotebook.notebook_id.in_([known.id for known in assignment.notebooks.values()]))
            .values(late_submission_penalty=None)
        )
        due = assignment.duedate + extension if assignment.duedate and extension else assignment.duedate
        if due and when and when > due:
            for name, executed in notebooks.items():
                _save_penalty(course, book, assignment.name, name, student, executed)
        book.db.flush()
        score = _stand(assignment, _grades_of(book, assignment, places), _penalties(book, assignment, submission))
    return score


def _enter(book: Gradebook, assignment: KnownAssignment, student: str, when: Any) -> tuple[str, Any, Any]:
    """Student and submission are there; returns the submission's key, time and extension."""
    db = book.db
    if db.execute(select(Student.id).where(Student.id == student)).first() is None:
        book.add_student(student)
    wanted = select(SubmittedAssignment.id, SubmittedAssignment.timestamp, SubmittedAssignment.extension)
    its = (SubmittedAssignment.assignment_id == assignment.id, SubmittedAssignment.student_id == student)
    row = db.execute(wanted.where(*its)).first()
    if row is None:
        db.execute(
            insert(SubmittedAssignment).values(assignment_id=assignment.id, student_id=student, timestamp=when)
        )
        row = db.execute(wanted.where(*its)).one()
    elif when is not None:
        db.execute(update(SubmittedAssignment).where(SubmittedAssignment.id == row.id).values(timestamp=when))
    return row.id, when if when is not None else row.timestamp, row.extension


def _notebook_keys(book: Gradebook, assignment: KnownAssignment, submission: str) -> dict[str, str]:
    """Notebook's name to the key of the submission's notebook; made where it is missing."""
    by_id = {known.id: name for name, known in assignment.notebooks.items()}
    wanted = select(SubmittedNotebook.notebook_id, SubmittedNotebook.id).where(
        SubmittedNotebook.assignment_id == submission, SubmittedNotebook.notebook_id.in_(by_id)
    )
    found = {row.notebook_id: row.id for row in book.db.execute(wanted)}
    missing = [{"notebook_id": key, "assignment_id": submission} for key in by_id if key not in found]
    if missing:
        book.db.execute(insert(SubmittedNotebook), missing)
        found = {row.notebook_id: row.id for row in book.db.execute(wanted)}
    return {by_id[key]: place for key, place in found.items()}


def _save_grades(book: Gradebook, known: KnownNotebook, place: str, executed: NotebookNode | None) -> None:
    cells = (
        {cell.metadata.nbgrader["grade_id"]: cell for cell in executed.cells if is_grade(cell)} if executed else {}
    )
    rows = {row.cell_id: row for row in _grade_rows(book, known, place)}
    new, changed = [], []
    for name, (key, _) in known.points.items():
        manual = rows[key].manual_score if key in rows else None
        if executed is None:
            auto, by_hand = 0.0, False
        elif name in known.tasks:
            auto, by_hand = None, manual is None
        elif name in cells:
            auto = determine_grade(cells[name], silent)[0]
            by_hand = manual is not None or auto is None
        else:
            continue
        values = {"auto_score": auto, "needs_manual_grade": by_hand}
        if key in rows:
            changed.append({"key": rows[key].id, **values})
        else:
            new.append({"cell_id": key, "notebook_id": place, **values})
    if new:
        book.db.execute(insert(Grade), new)
    _update(book, Grade, changed)


def _save_comments(book: Gradebook, known: KnownNotebook, place: str, executed: NotebookNode | None) -> None:
    wanted = select(Comment.id, Comment.cell_id).where(
        Comment.notebook_id == place, Comment.cell_id.in_(list(known.commented.values()))
    )
    rows = {row.cell_id: row.id for row in book.db.execute(wanted)}
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
        book.db.execute(insert(Comment), new)
    _update(book, Comment, changed)


def _comment_on(cell: NotebookNode | None) -> str | None:
    """nbgrader's remark on an answer that is still as it was released."""
    if cell is None or is_task(cell):
        return None
    return "No response." if cell.metadata.nbgrader.get("checksum") == compute_checksum(cell) else None


def _update(book: Gradebook, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "key"}
        statement = update(table.__table__).where(table.__table__.c.id == bindparam("key")).values(columns)
        book.db.connection().execute(statement, rows)


def _save_penalty(
    course: CourseFolder, book: Gradebook, assignment: str, name: str, student: str, executed: NotebookNode
) -> None:
    """nbgrader's own late penalty, by the plugin of the configuration, into the gradebook that is open."""
    book.db.flush()
    book.db.expire_all()  # the mapper has not seen our statements
    step = AssignLatePenalties(config=course.config)
    step.log = silent
    step.init_plugin()
    submission = book.find_submission(assignment, student)
    notebook = book.find_submission_notebook(name, assignment, student)
    penalty = step.plugin_inst.late_submission_penalty(student, notebook.score, submission.total_seconds_late)
    if penalty is not None:
        notebook.late_submission_penalty = step._check_late_penalty(notebook, penalty)


# Reading ------------------------------------------------------------------------------------------------------


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
        _GRADES.join(place, place.id == Grade.notebook_id)
        .join(submitted, submitted.id == place.assignment_id)
        .where(submitted.assignment_id == assignment.id)
    )
    for row in book.db.execute(all_grades):
        if row.notebook_id in whose:
            student, name = whose[row.notebook_id]
            grades[student][name].append(row)
    return {student: _stand(assignment, grades[student], penalties[student]) for student in grades}


_GRADES = select(
    Grade.id, Grade.cell_id, Grade.notebook_id, Grade.auto_score, Grade.manual_score, Grade.extra_credit,
    Grade.needs_manual_grade,
)  # fmt: skip


def _grade_rows(book: Gradebook, known: KnownNotebook, place: str) -> list[Any]:
    keys = [key for key, _ in known.points.values()]  # with the keys the table's index serves
    return list(book.db.execute(_GRADES.where(Grade.notebook_id == place, Grade.cell_id.in_(keys))))


def _grades_of(book: Gradebook, assignment: KnownAssignment, places: dict[str, str]) -> dict[str, list[Any]]:
    return {name: _grade_rows(book, known, places[name]) for name, known in assignment.notebooks.items()}


def _penalties(book: Gradebook, assignment: KnownAssignment, submission: str) -> dict[str, float]:
    by_id = {known.id: name for name, known in assignment.notebooks.items()}
    wanted = select(SubmittedNotebook.notebook_id, SubmittedNotebook.late_submission_penalty).where(
        SubmittedNotebook.assignment_id == submission, SubmittedNotebook.notebook_id.in_(by_id)
    )
    return {by_id[row.notebook_id]: row.late_submission_penalty or 0.0 for row in book.db.execute(wanted)}


def _stand(assignment: KnownAssignment, grades: Mapping[str, list[Any]], penalties: Mapping[str, float]) -> Score:
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
            got = _points(row)
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


def _points(row: Any) -> float:
    """What a cell counts: what a person gave goes before what its test gave; extra credit on top."""
    given = row.manual_score if row.manual_score is not None else row.auto_score
    return 0.0 if given is None else given + (row.extra_credit or 0.0)
