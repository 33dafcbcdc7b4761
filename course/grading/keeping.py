"""Puts a regraded copy in the place of the gradebook while people go on giving points in formgrader.

Formgrader opens the gradebook once and keeps it open: were the file another one, all that is given afterwards would
go into the old one, and be lost. So the file stays, its content becomes the copy's, in one transaction, and what
was given by hand since the copy was made is taken along.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from course.grading.errors import CourseError

SECONDS_TO_WAIT = 30.0  # for somebody who is writing; formgrader takes a moment

# What people give: table, and its columns. Regrading changes none of them but whether somebody has to look again.
_BY_HAND = {
    "grade": (("manual_score", "extra_credit"), ("needs_manual_grade",)),
    "comment": (("manual_comment",), ()),
    "submitted_notebook": (("flagged",), ()),
    "student": (("first_name", "last_name", "email", "lms_user_id"), ()),
}


def put_in_place(copy: Path, book: Path) -> None:
    """Let the gradebook have what a copy of it has, all of it or nothing.

    Args:
        copy: made from the gradebook, and graded since; it is of no use afterwards.
        book: the gradebook.

    Raises:
        CourseError: somebody is writing into the gradebook all the time; nothing has changed.
    """
    if not book.exists():
        copy.replace(book)
        return
    with contextlib.closing(sqlite3.connect(book, timeout=SECONDS_TO_WAIT, isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS copy", (str(copy),))
        try:
            connection.execute("BEGIN IMMEDIATE")
            _take_along(connection)
            for table in _tables(connection):
                columns = ", ".join(f'"{name}"' for name in _columns(connection, table))
                connection.execute(f'DELETE FROM main."{table}"')
                connection.execute(f'INSERT INTO main."{table}" ({columns}) SELECT {columns} FROM copy."{table}"')
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise CourseError(f"{book}: {error}; somebody else is writing into it: try again") from None


def _take_along(connection: sqlite3.Connection) -> None:
    """Bring into the copy what people have given since it was made."""
    for table, (given, follows) in _BY_HAND.items():
        sets = ", ".join(f"{name} = its.{name}" for name in (*given, *follows))
        differs = " OR ".join(f"its.{name} IS NOT copy.{table}.{name}" for name in given)
        same = f"its.id = copy.{table}.id"
        connection.execute(f"UPDATE copy.{table} SET {sets} FROM main.{table} AS its WHERE {same} AND ({differs})")
    connection.execute("INSERT OR IGNORE INTO copy.student SELECT * FROM main.student")


def _tables(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return [name for (name,) in found]


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f'PRAGMA main.table_info("{table}")')]
