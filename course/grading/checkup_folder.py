"""Whether a course folder is sound: settings, masters, release, gradebook, private data, what runs have left."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from course.doctor.rows import BROKEN, MISSING, OK, Row
from course.grading.errors import CourseError
from course.grading.settings import CONFIG_FILE, PRIVATE, CourseFolder

LITTLE_DISK = 1e9  # bytes
MANY = 3  # of a kind that are named
_PRIVATE_PATH = re.compile(r"""private_path\(\s*["']([^"'\n]+)["']""")
_OLDER = "nbgrader db upgrade, in the course folder; it keeps the old one beside it"


def settings(course: CourseFolder) -> Iterator[Row]:
    """The folder and its settings; the last row is OK only where they can be read."""
    if not os.access(course.root, os.W_OK | os.X_OK):
        found = f"{course.root}: you may not write here"
        yield Row("course folder", BROKEN, found, "change its owner or permissions")
    free = shutil.disk_usage(course.root).free
    if free < LITTLE_DISK:
        found = f"{free / 1e6:.0f} MB free on the disk of {course.root}"
        yield Row("disk", BROKEN, found, "make room: grading writes as much as was handed in, and more")
    try:
        course.settings  # noqa: B018 (reads it)
        plain = "" if _is_ours(course) else "; without configure(c), so that it is graded as nbgrader does it"
        yield Row("course folder", OK, f"{course.root}, {CONFIG_FILE} can be read{plain}")
    except CourseError as error:
        yield Row("course folder", BROKEN, str(error), f"mend {CONFIG_FILE}; nothing works before")


def _is_ours(course: CourseFolder) -> bool:
    from course.grading.release import has_rules

    return has_rules(course)


def masters(course: CourseFolder) -> Iterator[Row]:
    """Whether there are masters, and they keep the rules."""
    from course.grading.release import checked_masters

    names = course.assignments()
    if not names:
        found = f"no notebook in {course.relative(course.step('source'))}/ASSIGNMENT/"
        yield Row("masters", MISSING, found, "course new begins one")
        return
    problems, count = [], 0
    for name in names:
        try:
            count += len(checked_masters(course, name))
        except CourseError as error:
            problems.append(str(error))
    if problems:
        yield Row("masters", BROKEN, _some(problems), "mend them: docs/authoring.md")
    else:
        yield Row("masters", OK, f"{count} notebooks in {len(names)} assignments")


def release(course: CourseFolder) -> Iterator[Row]:
    """Whether what students have is what the masters say."""
    from course.grading.publish import stale_releases

    if not course.assignments():
        return
    stale = stale_releases(course)
    if stale:
        yield Row("release", BROKEN, _some(stale), "course release, then course publish", needed=False)
    else:
        yield Row("release", OK, "made from the masters as they are")


def gradebook(course: CourseFolder) -> Iterator[Row]:
    """Whether it opens, is whole and has the tables that this nbgrader wants."""
    from course.grading.gradebook import file_of
    from course.grading.traces_books import gradebooks

    prefix = "sqlite:///"
    if not course.db_url.startswith(prefix):
        from course.grading.gradebook import reading

        with reading(course):
            yield Row("gradebook", OK, "a database that is no file; it answers")
        return
    book = file_of(course)
    if not book.exists():
        yield Row("gradebook", OK, "none yet; releasing makes it")
        return
    if not os.access(book, os.W_OK):
        yield Row("gradebook", BROKEN, f"{course.relative(book)}: you may not write it", "change its permissions")
        return
    problem, found = _problem_of(book)
    if problem:
        copies = [course.relative(path) for path in gradebooks(book) if path != book]
        last = f"; the last copy that was kept is {copies[-1]}" if copies else ""
        yield Row("gradebook", BROKEN, f"{course.relative(book)}: {problem}", f"put a backup in its place{last}")
        return
    lacks, has, wants = _schema(book)
    if lacks:
        yield Row("gradebook", BROKEN, f"{course.relative(book)}: an older nbgrader's, without {lacks[0]}", _OLDER)
    elif has != wants:
        say = f"DELETE FROM alembic_version; INSERT INTO alembic_version VALUES ('{wants}')"
        if has is None:
            say = f"CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL); {say}"
        problem = f"has all tables, but not their version ({wants}), so that nbgrader db upgrade would fail"
        todo = f'sqlite3 {course.relative(book)} "{say}"'
        yield Row("gradebook", BROKEN, f"{course.relative(book)}: {found}; it {problem}", todo, needed=False)
    else:
        yield Row("gradebook", OK, f"{course.relative(book)}: {found}")


def _problem_of(book: Path) -> tuple[str, str]:
    """What is wrong with a gradebook, and what is in it."""
    try:
        with closing(sqlite3.connect(f"{book.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            (check,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if check != "ok":
                return f"damaged ({check})", ""
            (students,) = connection.execute("SELECT count(*) FROM student").fetchone()
            (submissions,) = connection.execute("SELECT count(*) FROM submitted_assignment").fetchone()
            return "", f"{students} students, {submissions} submissions"
    except sqlite3.DatabaseError as error:
        return str(error), ""


def _schema(book: Path) -> tuple[list[str], str | None, str]:
    """Columns that it lacks, the version that it says it has (None where it says none), and the one wanted."""
    from nbgrader.api import Base

    from course.grading.gradebook import newest_schema

    wants = newest_schema()
    with closing(sqlite3.connect(f"{book.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        lacks = []
        for table in Base.metadata.sorted_tables:
            there = {row[1] for row in connection.execute(f'PRAGMA table_info("{table.name}")')}
            lacks += [f"{table.name}.{column.name}" for column in table.columns if column.name not in there]
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return lacks, None, wants
        return lacks, row[0] if row else "", wants


def due_dates(course: CourseFolder) -> Iterator[Row]:
    """Whether due.toml can be read."""
    from course.grading.due import DUE_FILE, read_due_file

    try:
        due = read_due_file(course)
    except CourseError as error:
        yield Row("due dates", BROKEN, str(error), f"mend {DUE_FILE}")
        return
    if due is not None:
        yield Row("due dates", OK, f"{DUE_FILE}: {len(due)} of {len(course.assignments())} assignments have one")


def private_data(course: CourseFolder) -> Iterator[Row]:
    """Whether the data that only tests read are there."""
    source, made = course.step("source"), course.settings.private_files
    wanted: dict[str, str] = {}
    for assignment in course.assignments():
        for path in course.masters(assignment).values():
            text = path.read_text(encoding="utf-8", errors="replace").replace('\\"', '"')
            wanted |= {f"{assignment}/{name}": path.name for name in _PRIVATE_PATH.findall(text)}
    files = sorted({*wanted, *made})
    there = [name for name in files if _private(source, name).is_file()]
    for name in files:
        if name in there:
            continue
        shown = course.relative(_private(source, name))
        if name in made:
            todo = "the next course autograde or release makes it"
            yield Row("private data", MISSING, f"{shown}: not made yet", todo, needed=False)
        else:
            yield Row("private data", MISSING, f"{shown}: tests of {wanted[name]} read it", "put it there")
    if there:
        yield Row("private data", OK, _some(there, "; "))


def _private(source: Path, name: str) -> Path:
    assignment, _, file = name.partition("/")
    return source / assignment / PRIVATE / file


def leftovers(course: CourseFolder) -> Iterator[Row]:
    """What runs that were killed have left, if none is at work now."""
    from course.grading.errors import Busy
    from course.grading.regrade import WAITING

    folders = [path for path in sorted(course.root.glob(".course-*")) if path.is_dir()]
    if not folders:
        return
    try:
        with course.lock():
            pass
    except Busy:
        yield Row("leftovers", OK, "another course command is at work here", needed=False)
        return
    for path in folders:
        if path.name == WAITING:
            todo = "course autograde … --regrade --yes --why '…' keeps it; remove the folder to forget it"
            yield Row("a regrade", OK, f"waits in {path.name}/ to be kept", todo, needed=False)
    killed = [path.name for path in folders if path.name != WAITING]
    if killed:
        todo = "the next command of the kind puts that right; or remove them"
        yield Row("leftovers", BROKEN, f"of runs that were killed: {_some(killed)}", todo, needed=False)


def _some(texts: list[str], between: str = "; ") -> str:
    more = f"{between}and {len(texts) - MANY} more" if len(texts) > MANY else ""
    return between.join(texts[:MANY]) + more
