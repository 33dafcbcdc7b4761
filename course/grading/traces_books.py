"""A student's rows in the gradebook and in every copy of it that was kept."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from course.grading.errors import CourseError
from course.grading.gradebook import file_of
from course.grading.settings import CourseFolder
from course.grading.traces import Trace, counted

SECONDS_TO_WAIT = 30.0  # for formgrader, if it is writing
_MAGIC = b"SQLite format 3\x00"
_SUBMISSIONS = "SELECT id FROM submitted_assignment WHERE student_id = :student"
_NOTEBOOKS = f"SELECT id FROM submitted_notebook WHERE assignment_id IN ({_SUBMISSIONS})"
# Table to what of it is the student's; what refers to others comes before them.
_ROWS = {
    "grade": f"notebook_id IN ({_NOTEBOOKS})",
    "comment": f"notebook_id IN ({_NOTEBOOKS})",
    "submitted_notebook": f"assignment_id IN ({_SUBMISSIONS})",
    "submitted_assignment": "student_id = :student",
    "student": "id = :student",
}
_WORDS = {"student": "entry", "submitted_assignment": "submission", "grade": "score", "comment": "comment"}


def in_gradebooks(course: CourseFolder, student: str) -> Iterator[Trace]:
    """A trace for each gradebook that has the student; the kept copies first.

    Raises:
        CourseError: the gradebook is no file, or one of the files can't be read.
    """
    book = file_of(course)
    for path in [*(each for each in gradebooks(book) if each != book), *([book] if book.is_file() else [])]:
        counts = _counts(path, student)
        if any(counts.values()):
            words = [counted(counts[table], noun) for table, noun in _WORDS.items() if counts[table]]
            yield Trace(course.relative(path), ", ".join(words), partial(_erase, path, student))


def gradebooks(book: Path) -> list[Path]:
    """The gradebook and its copies: of regrades, of ``nbgrader db upgrade``, of people."""
    return sorted(path for path in book.parent.glob(f"{book.stem}*") if path.is_file() and _is_database(path))


def _is_database(path: Path) -> bool:
    with open(path, "rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


@contextlib.contextmanager
def _opened(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    try:
        address = f"{path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(address, uri=True, timeout=SECONDS_TO_WAIT, isolation_level=None)
        with contextlib.closing(connection):
            yield connection
    except sqlite3.DatabaseError as error:
        raise CourseError(
            f"{path}: {error}; nothing of the student was erased from it: mend that, run again"
        ) from None


def _counts(path: Path, student: str) -> dict[str, int]:
    with _opened(path, "ro") as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables >= _ROWS.keys():  # somebody else's database
            return dict.fromkeys(_ROWS, 0)
        asked = {"student": student}
        return {
            table: connection.execute(f"SELECT count(*) FROM {table} WHERE {rows}", asked).fetchone()[0]
            for table, rows in _ROWS.items()
        }


def _erase(path: Path, student: str) -> None:
    with _opened(path, "rw") as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("BEGIN IMMEDIATE")
        for table, rows in _ROWS.items():
            connection.execute(f"DELETE FROM {table} WHERE {rows}", {"student": student})
        connection.execute("COMMIT")
        connection.execute("VACUUM")  # what was deleted before, in a page that is free, goes as well
