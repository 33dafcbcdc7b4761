"""When assignments are due: `due.toml` in the course folder, which people edit; without one, the gradebook.

    timezone = "Europe/Berlin"                 # of the times below that say none

    ["03_loss_functions"]
    due = 2026-12-01T23:59:00
    extensions = { ada = 2026-12-03T23:59:00 }

Where there is a due.toml it says all: an assignment that it does not name has no due date.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import zoneinfo
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn

from course.grading.errors import CourseError
from course.grading.settings import CourseFolder

DUE_FILE = "due.toml"
_NONE = dt.timedelta(0)
_EXAMPLE = "2026-12-01T23:59:00+01:00"


@dataclass(frozen=True)
class Due:
    """When an assignment is due.

    Attributes:
        due: for everybody; with its time zone, as all times here.
        extensions: student's id to a later time, for those who have one.
    """

    due: dt.datetime
    extensions: dict[str, dt.datetime] = field(default_factory=dict)

    def of(self, student: str) -> dt.datetime:
        """When it is due for one student."""
        return self.extensions.get(student, self.due)

    def late_by(self, student: str, time: dt.datetime | None) -> dt.timedelta:
        """How late a submission of that time is; zero where it is in time, or nobody knows when it came.

        A submission at the very time when it is due is in time. A time without a zone is UTC, as nbgrader has them.
        """
        if time is None:
            return _NONE
        return max(_NONE, with_zone(time) - with_zone(self.of(student)))


def with_zone(time: dt.datetime) -> dt.datetime:
    """A time as it is, or as UTC where it says no zone: so nbgrader writes them."""
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)


def late_by(course: CourseFolder, assignment: str, student: str, time: dt.datetime | None) -> dt.timedelta:
    """How late a submission is; zero where it is in time or has no due date.

    For many at once: ``read_due(course).get(assignment)`` once, and :meth:`Due.late_by`.

    Raises:
        CourseError: as :func:`read_due`.
    """
    due = read_due(course).get(assignment)
    return due.late_by(student, time) if due else _NONE


def read_due(course: CourseFolder) -> dict[str, Due]:
    """When assignments are due, by name; those that have no due date are not in it.

    Raises:
        CourseError: due.toml has something wrong in it; says the line.
    """
    found = read_due_file(course)
    if found is None:
        from course.grading.deadlines import due_in_gradebook

        return due_in_gradebook(course)
    return found


def read_due_file(course: CourseFolder) -> dict[str, Due] | None:
    """What due.toml says; None where there is none.

    Raises:
        CourseError: it has something wrong in it; says the line.
    """
    path = course.root / DUE_FILE
    if not path.exists():
        return None
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: can't be read: {error}") from None
    return dict(_read(text, tuple(course.assignments())))


@lru_cache(maxsize=8)
def _read(text: str, assignments: tuple[str, ...]) -> dict[str, Due]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        number = int(found.group(1)) if found else len(text.splitlines())
        line = (text.splitlines() or [""])[number - 1].strip()
        raise CourseError(
            f"{DUE_FILE}, line {number}: {line[:60]!r} is not TOML; a time is written {_EXAMPLE}, and a name with "
            "spaces or dots in quotation marks"
        ) from None
    source = _Source(text)
    zone = source.zone(table.pop("timezone", None))
    return {name: _read_one(source, name, values, zone, assignments) for name, values in table.items()}


def _read_one(source: _Source, name: str, values: Any, zone: dt.tzinfo | None, assignments: tuple[str, ...]) -> Due:
    if name not in assignments:
        source.refuse(f"no assignment {name!r}; there are: {', '.join(assignments) or 'none'}", name)
    if not isinstance(values, dict):
        source.refuse(f'a table is wanted: ["{name}"] in one line, and due = {_EXAMPLE} in the next', name)
    for key in values:
        if key not in ("due", "extensions"):
            source.refuse(f"{key!r} is not known; a table has due and extensions", name, key)
    if "due" not in values:
        source.refuse(f'["{name}"] has no due = {_EXAMPLE}', name)
    due = source.time(values["due"], zone, name, "due")
    extensions = values.get("extensions", {})
    if not isinstance(extensions, dict):
        source.refuse(f"extensions = {{ STUDENT = {_EXAMPLE} }} is wanted", name, "extensions")
    later = {}
    for student, value in extensions.items():
        if isinstance(value, dict):
            source.refuse(f"an id with a dot in it is written in quotation marks: {student}.…", name, student)
        later[student] = source.time(value, zone, name, student)
        if later[student] < due:
            source.refuse(f"the extension of {student} ends before the assignment is due", name, student)
    return Due(due, later)


class _Source:
    """The text that values came from, to say in which line they stand."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()

    def refuse(self, what: str, table: str = "", key: str = "") -> NoReturn:
        raise CourseError(f"{DUE_FILE}, line {self._line(table, key)}: {what}")

    def _line(self, table: str, key: str) -> int:
        """Where a table begins, or the first line after that in which the key stands before its value."""
        begin = 0
        if table:
            header = re.compile(rf"""\s*(?:\[\s*)?["']?{re.escape(table)}["']?\s*[\].=]""")
            begin = next((number for number, line in enumerate(self.lines) if header.match(line)), 0)
        if key:
            named = re.compile(rf"""(?:^|[\s{{,."']){re.escape(key)}["']?\s*[=.]""")
            return next((n for n, line in enumerate(self.lines[begin:], begin) if named.search(line)), begin) + 1
        return begin + 1

    def zone(self, name: Any) -> dt.tzinfo | None:
        """The time zone of that name; None for none."""
        if name is None:
            return None
        try:
            return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, TypeError, OSError):
            self.refuse(f'timezone = {name!r}: no such time zone; one is "Europe/Berlin"', key="timezone")

    def time(self, value: Any, zone: dt.tzinfo | None, table: str, key: str) -> dt.datetime:
        """A time with its zone; a day is meant until its end."""
        if isinstance(value, str):
            try:
                day = re.fullmatch(r"\s*\d{4}-\d\d-\d\d\s*", value)
                value = dt.date.fromisoformat(value.strip()) if day else dt.datetime.fromisoformat(value.strip())
            except ValueError:
                self.refuse(f"{key} = {value!r} is not a time; one is {_EXAMPLE}", table, key)
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            value = dt.datetime.combine(value, dt.time(23, 59, 59))
        if not isinstance(value, dt.datetime):
            self.refuse(f"{key} = {value!r} is not a time; one is {_EXAMPLE}", table, key)
        if value.tzinfo is not None:
            return value
        if zone is None:
            self.refuse(
                f"{key} = {value:%Y-%m-%d %H:%M} says no time zone: add one to it ({_EXAMPLE}), "
                'or timezone = "Europe/Berlin" as the first line of the file',
                table,
                key,
            )
        # In the hour that a clock goes through twice, or not at all, what is later: in the student's favour
        either = [value.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
        return max(either, key=lambda time: time.astimezone(dt.UTC))
