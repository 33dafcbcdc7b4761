"""Moodle's grading worksheet: who a participant is, and when they handed in. Its archives say neither for sure."""

from __future__ import annotations

import datetime
import re
import tomllib
import zoneinfo
from dataclasses import dataclass, field
from typing import Any

from course.grading.collect.people import words
from course.grading.due import DUE_FILE
from course.grading.errors import CourseError
from course.grading.roster import EMAILS, FULL_NAMES
from course.grading.settings import CourseFolder
from course.grading.sheets import Row, Sheet, plain

_IDS = ("idnumber", "username", "idnummer", "matrikelnummer", "numerodidentification", "numerodeid")
_SUBMITTED = (
    "lastmodifiedsubmission",
    "zuletztgeandertabgabe",
    "dernieremodificationtravailremis",
    "dernieremodificationremise",
    "ultimamodificacionentrega",
    "ultimamodificaconsegna",
)
_PARTICIPANT = re.compile(r"\D*?(\d+)")
_LATE = re.compile(r"\blate\b|verspätet|zu spät|en retard|de retraso|di ritardo|te laat", re.IGNORECASE)


@dataclass(frozen=True)
class Participant:
    """A line of the worksheet.

    Attributes:
        name: full name; "" where the assignment is marked blind.
        id: the ID number or user name; "".
        email: address; "".
        time: when the submission was last changed, with a zone; None where there is none, or it can't be read.
        late: whether Moodle calls it late.
    """

    name: str
    id: str
    email: str
    time: datetime.datetime | None
    late: bool


@dataclass
class Worksheet:
    """What is known of an assignment's participants.

    Attributes:
        name: the file's, "" where there is none.
        participants: by the number that Moodle gives each for this assignment.
        unread: a time that could not be read; "" where all could.
    """

    name: str = ""
    participants: dict[str, Participant] = field(default_factory=dict)
    unread: str = ""
    _others: list[str] = field(default_factory=list)
    _same: int = 0

    def of(self, number: str, name: str) -> Participant | None:
        """The participant with this number; None where somebody else has it here."""
        found = self.participants.get(number)
        if found is None or not found.name:  # marked blind
            return found
        same = bool(words(found.name) & words(name)) or "participant" in words(name)
        if not same:
            self._others.append(f"participant {number} is {found.name!r} there, and {name!r} in the archive")
            return None
        self._same += 1
        return found

    def refuse_another(self) -> None:
        """Refuse a worksheet that knows other people by the archive's numbers.

        Raises:
            CourseError: nearly all that it was asked for were somebody else.
        """
        if len(self._others) > self._same:
            raise CourseError(f"{self.name}: {self._others[0]}; it is another assignment's worksheet")


def is_worksheet(sheet: Sheet) -> bool:
    """Whether a table is Moodle's grading worksheet: its first column numbers the participants."""
    cells = [row.cells[0] for row in sheet.rows if row.cells]
    header = plain(sheet.shown[0]) if sheet.shown else ""
    numbered = bool(cells) and all(_PARTICIPANT.fullmatch(cell) for cell in cells)
    return (
        numbered and (header == "identifier" or not all(cell.isdigit() for cell in cells)) and len(sheet.shown) > 3
    )


def read_worksheet(sheet: Sheet, zone: datetime.tzinfo | None) -> Worksheet:
    """The participants that a worksheet names.

    Args:
        sheet: the table.
        zone: of its times, which say none; None for this machine's.
    """
    made = Worksheet(sheet.name)
    column = _column_of_times(sheet)
    for row in sheet.rows:
        number = _PARTICIPANT.fullmatch(row.cells[0])
        if not number:
            continue
        text = row.cells[column] if column is not None else ""
        time = read_time(text, zone)
        if time is None and any(sign.isdigit() for sign in text):
            made.unread = made.unread or text
        made.participants[number[1]] = Participant(
            row.first(*FULL_NAMES), row.first(*_IDS), row.first(*EMAILS), time, _is_late(row)
        )
    return made


def _column_of_times(sheet: Sheet) -> int | None:
    """Where it stands when a submission was last changed: the first of its two columns of times."""
    names = [plain(name) for name in sheet.shown]
    for name in _SUBMITTED:
        if name in names:
            return names.index(name)
    for column in range(1, len(names)):
        if any(read_time(row.cells[column], None) for row in sheet.rows):
            return column
    return None


def _is_late(row: Row) -> bool:
    return any(_LATE.search(part) for part in row.get("status").split(" - ")[1:])


# Times -----------------------------------------------------------------------------------------------------------

_MONTHS = {  # how months begin in the languages that courses here are taught in, without accents
    1: "jan ene gen janv",
    2: "feb fev fevr",
    3: "mar mrt maa",
    4: "apr avr abr",
    5: "may mai mei mag",
    6: "jun juin giu",
    7: "jul juil lug",
    8: "aug aou ago",
    9: "sep set",
    10: "oct okt ott out",
    11: "nov",
    12: "dec dez dic",
}
_BEGINNINGS = sorted(((text, number) for number, those in _MONTHS.items() for text in those.split()), reverse=True)
_DATE = re.compile(r"(\d{1,2})\W+(?:de +|di +)?([^\W\d]+)\.?\W+(?:de +|del +|di +)?(\d{4})")
_DATE_BACKWARDS = re.compile(r"([^\W\d]+)\.? +(\d{1,2}),? +(\d{4})")
_NUMBERS = re.compile(r"(\d{4})-(\d\d)-(\d\d)|(\d{1,2})\.(\d{1,2})\.(\d{4})")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)(?::(\d\d))?(?:\s*([AaPp])\.?\s?[Mm]\b)?")


def read_time(text: str, zone: datetime.tzinfo | None) -> datetime.datetime | None:
    """A time as Moodle writes it: ``Tuesday, 24 November 2026, 3:29 PM``, in several languages.

    Args:
        text: the time.
        zone: where its clock stood; None for this machine's zone.

    Returns:
        The time with a zone; None where it is none.
    """
    text = text.replace("\u202f", " ").replace("\xa0", " ")
    date, rest = _date_of(text)
    clock = _CLOCK.search(rest) if date else None
    if not date or not clock:
        return None
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    if clock[4]:
        hour = hour % 12 + (12 if clock[4] in "Pp" else 0)
    try:
        time = datetime.datetime(*date, hour, minute, second)
        return time.replace(tzinfo=zone) if zone else time.astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def _date_of(text: str) -> tuple[tuple[int, int, int] | None, str]:
    """Year, month and day, and what stands after them."""
    if found := _NUMBERS.search(text):
        year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
        return (int(year), int(month), int(day)), text[found.end() :]
    for pattern, day_at, month_at in ((_DATE, 1, 2), (_DATE_BACKWARDS, 2, 1)):
        for found in pattern.finditer(text):
            month = _month_of(found[month_at])
            if month:
                return (int(found[3]), month, int(found[day_at])), text[found.end() :]
    return None, ""


def _month_of(word: str) -> int:
    name = plain(word)
    return next((number for text, number in _BEGINNINGS if name.startswith(text)), 0)


def zone_of(course: CourseFolder) -> datetime.tzinfo | None:
    """The time zone that due.toml names; None where it names none."""
    try:
        table: dict[str, Any] = tomllib.loads((course.root / DUE_FILE).read_text(encoding="utf-8-sig"))
        return zoneinfo.ZoneInfo(table["timezone"])
    except (OSError, ValueError, KeyError, TypeError, zoneinfo.ZoneInfoNotFoundError):
        return None
