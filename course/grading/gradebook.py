"""The gradebook: nbgrader's database, and its assignments; :mod:`course.grading.scores` has submissions."""

from __future__ import annotations

import contextlib
import datetime
import logging
import sqlite3
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbgrader.api
import sqlalchemy
from nbformat import NotebookNode
from nbgrader.api import Comment, Grade, Gradebook, MissingEntry
from nbgrader.dbutil import ALEMBIC_DIR

from course.grading.errors import CourseError
from course.grading.notebooks import grade_id, is_graded, role
from course.grading.settings import CourseFolder


def newest_schema() -> str:
    """The version of the tables that this nbgrader makes."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory(ALEMBIC_DIR).get_current_head() or ""


# nbgrader asks a process for it whenever it makes a gradebook, which takes 5 s, and finds none on PATH where the
# environment was not activated.
nbgrader.api.get_alembic_version = newest_schema

silent = logging.Logger("course.silent")  # for nbgrader's warnings about what we report ourselves
silent.addHandler(logging.NullHandler())


@contextlib.contextmanager
def opened(course: CourseFolder) -> Iterator[Gradebook]:
    """The gradebook, closed afterwards.

    Raises:
        CourseError: the file is no gradebook.
    """
    try:
        book = Gradebook(course.db_url, course.directory().course_id or "default_course")
    except sqlalchemy.exc.DatabaseError as error:
        raise CourseError(f"{course.db_url}: not a gradebook that can be opened ({error.orig})") from None
    try:
        yield book
    finally:
        book.close()


def exists(course: CourseFolder) -> bool:
    """Whether there is a gradebook; a database that is no file is taken to be there."""
    prefix = "sqlite:///"
    return not course.db_url.startswith(prefix) or Path(course.db_url.removeprefix(prefix)).is_file()


@contextlib.contextmanager
def reading(course: CourseFolder) -> Iterator[sqlalchemy.Connection]:
    """A connection to a gradebook that is there, for questions alone; nbgrader's own way in takes a while.

    Raises:
        CourseError: the file is no gradebook.
    """
    engine = sqlalchemy.create_engine(course.db_url)
    try:
        with engine.connect() as connection:
            yield connection
    except sqlalchemy.exc.DatabaseError as error:
        raise CourseError(f"{course.db_url}: not a gradebook that can be opened ({error.orig})") from None
    finally:
        engine.dispose()


@contextlib.contextmanager
def one_transaction(book: Gradebook) -> Iterator[None]:
    """Everything inside is written together, or not at all: nbgrader's commits wait for the end."""
    commit = book.db.commit
    book.db.commit = book.db.flush
    try:
        with warnings.catch_warnings():
            # nbgrader's models lean on autoflush, which newer releases of SQLAlchemy remark on every time
            warnings.simplefilter("ignore", sqlalchemy.exc.SAWarning)
            yield
        commit()
    except BaseException:
        book.db.rollback()
        raise
    finally:
        del book.db.commit


# Assignments ---------------------------------------------------------------------------------------------


def is_known(book: Gradebook, assignment: str) -> bool:
    """Whether the gradebook has the assignment and its notebooks."""
    try:
        return bool(book.find_assignment(assignment).notebooks)
    except MissingEntry:
        return False


def differences(book: Gradebook, assignment: str, masters: dict[str, NotebookNode]) -> list[str]:
    """How the masters' graded cells differ from those in the gradebook, a phrase each."""
    try:
        known = {notebook.name: notebook for notebook in book.find_assignment(assignment).notebooks}
    except MissingEntry:
        return []
    found = [f"notebook {name} added" for name in masters if name not in known]
    found += [f"notebook {name} removed" for name in known if name not in masters]
    for name, notebook in known.items():
        if name in masters:
            found += _cell_differences(name, notebook, masters[name])
    return found


def _cell_differences(name: str, notebook: Any, master: NotebookNode) -> list[str]:
    points = {cell.name: float(cell.max_score) for cell in [*notebook.grade_cells, *notebook.task_cells]}
    sources = {cell.name: cell.source for cell in notebook.source_cells}
    before = {*points, *(cell.name for cell in notebook.solution_cells)}
    after = {grade_id(cell): cell for cell in master.cells if is_graded(cell) or role(cell).kind == "solution"}
    found = [f"{name}/{cell} added" for cell in after if cell not in before]
    found += [f"{name}/{cell} removed" for cell in sorted(before) if cell not in after]
    for cell_name, cell in after.items():
        if cell_name in points and is_graded(cell):
            now = float(cell.metadata.nbgrader.points)
            if points[cell_name] != now:
                found.append(f"{name}/{cell_name}: points {points[cell_name]:g} before, {now:g} now")
            if role(cell).kind != "solution" and sources.get(cell_name) != cell.source:
                found.append(f"{name}/{cell_name}: its text changed")
    return found


def changes_since_graded(course: CourseFolder, assignment: str, masters: dict[str, NotebookNode]) -> list[str]:
    """:func:`differences`, where submissions of the assignment are in the gradebook; else none that matter."""
    with opened(course) as book:
        if not has_submissions(book, assignment):
            return []
        return differences(book, assignment, masters)


def refuse_other_notebooks(course: CourseFolder, assignment: str, masters: dict[str, NotebookNode]) -> None:
    """Refuse notebooks added or removed after grading: grades of whole notebooks are not moved about.

    Raises:
        CourseError: says which notebook, and what to do.
    """
    with opened(course) as book:
        if not has_submissions(book, assignment):
            return
        known = {notebook.name for notebook in book.find_assignment(assignment).notebooks}
    for name in sorted(known - set(masters)):
        raise CourseError(
            f"{assignment}: notebook {name} was removed, and grades depend on it; put it back, "
            "or move the gradebook aside and grade from the start"
        )
    for name in sorted(set(masters) - known):
        raise CourseError(
            f"{assignment}: notebook {name} was added after submissions were graded; make it an assignment "
            "of its own, or move the gradebook aside and grade from the start"
        )


def has_submissions(book: Gradebook, assignment: str) -> bool:
    """Whether any submission of the assignment is in the gradebook."""
    return bool(book.assignment_submissions(assignment))


def keep_aside(course: CourseFolder) -> Path | None:
    """Copy the gradebook to a file with the time in its name; None where there is none yet.

    Raises:
        CourseError: the gradebook is not a file (another database), so a copy is the user's to make.
    """
    path = file_of(course)
    if not path.exists():
        return None
    now = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    copy = path.with_name(f"{path.stem}-{now}{path.suffix}")
    number = 1
    while copy.exists():
        number += 1
        copy = path.with_name(f"{path.stem}-{now}-{number}{path.suffix}")
    copy_database(path, copy)
    return copy


def file_of(course: CourseFolder) -> Path:
    """The gradebook's file.

    Raises:
        CourseError: it is another kind of database, so a copy is the user's to make.
    """
    prefix = "sqlite:///"
    if not course.db_url.startswith(prefix):
        raise CourseError(f"{course.db_url}: not a file that can be copied; back it up, then regrade with nbgrader")
    return Path(course.db_url.removeprefix(prefix))


def copy_database(path: Path, copy: Path) -> None:
    """Copy a gradebook as it is at one moment, also while somebody writes to it."""
    with contextlib.closing(sqlite3.connect(path)) as old, contextlib.closing(sqlite3.connect(copy)) as new:
        old.backup(new)


def fit_to_masters(course: CourseFolder, assignment: str, masters: dict[str, NotebookNode]) -> None:
    """Let the gradebook's cells follow masters that changed, and keep every score of a cell that stayed.

    nbgrader refuses to add or remove cells once there are submissions; this adds and removes them in the
    submissions, too, so that nbgrader finds the same cells and only has texts and points left to update.

    The notebooks are the same as before, see :func:`refuse_other_notebooks`.
    """
    with opened(course) as book, one_transaction(book):
        for notebook in book.find_assignment(assignment).notebooks:
            _fit_notebook(book, assignment, notebook, masters[notebook.name])


def _fit_notebook(book: Gradebook, assignment: str, notebook: Any, master: NotebookNode) -> None:
    wanted: dict[str, NotebookNode] = {}
    for cell in master.cells:
        if role(cell).kind != "other":
            wanted[cell.metadata.nbgrader.grade_id] = cell
    for cell in [*notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells]:
        if cell.name not in wanted:
            for dependent in [*cell.grades, *cell.comments]:
                book.db.delete(dependent)
            book.db.delete(cell)
    for cell in list(notebook.source_cells):
        if cell.name not in wanted:
            book.db.delete(cell)
    book.db.flush()
    present = {cell.name for cell in notebook.source_cells}
    for name, cell in wanted.items():
        if name in present:
            continue
        kind, where = role(cell).kind, (notebook.name, assignment)
        book.add_source_cell(name, *where, cell_type=cell.cell_type, source=cell.source)
        points = cell.metadata.nbgrader.get("points")
        if kind == "think":
            graded = book.add_task_cell(name, *where, max_score=float(points), cell_type=cell.cell_type)
        elif is_graded(cell):
            graded = book.add_grade_cell(name, *where, max_score=float(points), cell_type=cell.cell_type)
        else:
            graded = None
        commented = book.add_solution_cell(name, *where) if kind == "solution" else None
        commented = graded if kind == "think" else commented
        for submission in notebook.submissions:
            if graded is not None:
                book.db.add(Grade(cell_id=graded.id, notebook=submission))
            if commented is not None:
                book.db.add(Comment(cell_id=commented.id, notebook=submission))
    book.db.flush()
