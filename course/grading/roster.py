"""Who is in the course: the gradebook's students, and rosters that Moodle, Canvas, nbgrader or a person writes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from nbgrader.api import Student
from sqlalchemy import insert, select, update

from course.grading import gradebook
from course.grading.columns import (
    CANVAS_ACCOUNTS,
    EMAILS,
    FIRST_NAMES,
    FULL_NAMES,
    IDS,
    LAST_NAMES,
    LMS_IDS,
    NO_PEOPLE,
    ROLES,
    STUDENT_ROLES,
)
from course.grading.errors import CourseError
from course.grading.names import in_one_line, same_folder, split_name, why_no_folder
from course.grading.settings import CourseFolder
from course.grading.sheets import Row, Sheet, is_ruined_number, plain, read_sheet

_students = Student.__table__
LONGEST = 128  # characters of an id, a name or an address: what nbgrader's columns hold


@dataclass(frozen=True)
class Person:
    """One student, as nbgrader's table of students has them.

    Attributes:
        id: the name of the student's folder in submitted/.
        first_name: "" where it is not known, as all below.
        last_name: family name.
        email: address.
        lms_user_id: the number that the LMS itself knows the person by (Canvas's "ID").
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""

    @property
    def name(self) -> str:
        """First and last name; "" where neither is known."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Changes:
    """What entering a roster changed in the gradebook; ids, in their order.

    Attributes:
        added: who is new.
        changed: id to what is different now, a phrase each.
        unchanged: who was there just so.
        absent: who is in the gradebook and not in the roster; they stay.
    """

    added: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


def roster_of(course: CourseFolder) -> list[Person]:
    """Everybody in the gradebook, by id; nobody where there is none yet.

    Raises:
        CourseError: the gradebook can't be opened.
    """
    if not gradebook.exists(course):
        return []
    with gradebook.opened(course) as book:
        rows = book.db.execute(select(_students).order_by(_students.c.id)).all()
    return [_person(row) for row in rows]


def _person(row: object) -> Person:
    return Person(**{each.name: getattr(row, each.name) or "" for each in fields(Person)})


def enter(course: CourseFolder, people: list[Person]) -> Changes:
    """Enter people into the gradebook: new ones are added, known ones follow the roster, nobody is removed.

    What the roster leaves empty stays as it is. An id that the gradebook has with other capitals is the same
    person, and keeps the gradebook's spelling, because folders are named by it.

    Raises:
        CourseError: somebody new has the address of one in the gradebook, another course command is writing, or the
            gradebook can't be opened.
    """
    changes = Changes()
    with course.lock(), gradebook.opened(course) as book, gradebook.one_transaction(book):
        connection = book.db.connection()
        known = {same_folder(row.id): _person(row) for row in connection.execute(select(_students))}
        _refuse_second_ids(known, people)
        for person in people:
            before = known.pop(same_folder(person.id), None)
            if before is None:
                connection.execute(insert(_students), _values(person))
                changes.added.append(person.id)
                continue
            after = replace(
                before, **{name: value for name, value in _values(person).items() if value and name != "id"}
            )
            phrases = _differences(before, after)
            if phrases:
                connection.execute(update(_students).where(_students.c.id == before.id).values(**_values(after)))
                changes.changed[before.id] = phrases
            else:
                changes.unchanged.append(before.id)
        changes.absent.extend(sorted(person.id for person in known.values()))
    return changes


def _refuse_second_ids(known: dict[str, Person], people: list[Person]) -> None:
    """Refuse people who are in the gradebook under another id: they would be there twice, for good."""
    emails = {person.email.casefold(): person.id for person in known.values() if person.email}
    for person in people:
        other = emails.get(person.email.casefold())
        if other is not None and same_folder(person.id) not in known:
            raise CourseError(
                f"{person.email} is {other!r} in the gradebook and {person.id!r} in the roster; take the ids from "
                "the column that they came from before (--id-column), or correct the roster"
            )


def _values(person: Person) -> dict[str, str | None]:
    return {each.name: getattr(person, each.name) or None for each in fields(Person)}


def _differences(before: Person, after: Person) -> list[str]:
    found = []
    for each in fields(Person):
        was, now = getattr(before, each.name), getattr(after, each.name)
        if was != now:
            found.append(f"{each.name.replace('_', ' ')} {was or '–'} → {now}")
    return found


# Reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Roster:
    """What a file says about who is in the course.

    Attributes:
        people: the students.
        left_out: how many rows are of people with another role, such as teachers.
    """

    people: list[Person]
    left_out: int


def read_roster(path: Path, id_column: str = "") -> list[Person]:
    """The students of a roster; see :func:`read_roster_file`."""
    return read_roster_file(path, id_column).people


def read_roster_file(path: Path, id_column: str = "") -> Roster:
    """Read a roster: a CSV file whose first line names its columns, from Moodle, Canvas, nbgrader or a person.

    Args:
        path: the file; commas, semicolons or tabs; UTF-8, UTF-16 or Windows' letters.
        id_column: the column that holds the ids, where it is not to be found by its name.

    Raises:
        CourseError: it can't be read, has no ids, two people have one id, or an id can't be a folder's name.
    """
    sheet = read_sheet(path)
    rows, left_out = _rows_of_students(sheet)
    ids = _column_of_ids(sheet, rows, id_column)
    people: dict[str, tuple[Person, Row]] = {}
    for row in rows:
        person = _read_person(sheet, row, ids)
        other, where = people.setdefault(same_folder(person.id), (person, row))
        if replace(other, id=person.id) != person:
            raise CourseError(
                f"{sheet.name}, lines {where.line} and {row.line}: two people have the id {person.id!r}: "
                f"{_called(other)} and {_called(person)}; correct the file, or name another column with --id-column"
            )
    if not people:
        raise CourseError(f"{sheet.name}: no student in it, only the names of columns")
    return Roster([person for person, _ in people.values()], left_out)


def _rows_of_students(sheet: Sheet) -> tuple[list[Row], int]:
    """The rows that are students', and how many are other people's."""
    somebody = (*IDS, *EMAILS, *FIRST_NAMES, *LAST_NAMES, *FULL_NAMES)
    rows = [row for row in sheet.rows if row.first(*FULL_NAMES).casefold() not in NO_PEOPLE]
    rows = [row for row in rows if not any(map(sheet.has, somebody)) or row.first(*somebody)]
    roles = [plain(row.first(*ROLES)) for row in rows]
    students = [any(name in role for name in STUDENT_ROLES) for role in roles]
    if not any(students):  # no roles are said, or in a language that is not known here
        return rows, 0
    kept = [row for row, is_student in zip(rows, students, strict=True) if is_student]
    return kept, len(rows) - len(kept)


def _column_of_ids(sheet: Sheet, rows: list[Row], asked: str) -> str:
    """The plain name of the column that holds the ids."""
    if asked:
        return sheet.column(asked)
    canvas = any(sheet.has(name) for name in CANVAS_ACCOUNTS)
    names = [name for name in IDS if sheet.has(name) and not (canvas and name == "id")]
    if canvas and sheet.has("id"):
        names.append("id")
    for name in names:
        if any(row.get(name) for row in rows) or not rows:
            return name
    if names:
        raise CourseError(
            f"{sheet.name}: no ids: the column {sheet.shown_as(names[0])!r} is empty; name another with "
            f"--id-column, of {', '.join(sheet.shown)}"
        )
    raise CourseError(
        f"{sheet.name}, line {sheet.header_line}: no column of ids (id, username, ID number, SIS Login ID, …) "
        f"among {', '.join(sheet.shown)}; name the one that holds them with --id-column"
    )


def _read_person(sheet: Sheet, row: Row, ids: str) -> Person:
    first, last = row.first(*FIRST_NAMES), row.first(*LAST_NAMES)
    if not first and not last:
        first, last = split_name(row.first(*FULL_NAMES))
    lms = row.first(*LMS_IDS)
    if not lms and ids != "id" and any(sheet.has(name) for name in CANVAS_ACCOUNTS):
        lms = row.get("id")
    about = (in_one_line(text) for text in (first, last, row.first(*EMAILS), lms))
    person = Person(unicodedata.normalize("NFC", row.get(ids)), *about)
    where = f"{sheet.name}, line {row.line}"
    if not person.id:
        raise CourseError(
            f"{where}: {_called(person)} has no id in the column {sheet.shown_as(ids)!r}; fill it in, or name "
            "another column with --id-column"
        )
    if is_ruined_number(person.id):
        raise CourseError(
            f"{where}: the id {person.id!r} is a number that a spreadsheet has shortened; export the file again, "
            "and import it there with this column as text"
        )
    reason = why_no_folder(person.id)
    if reason:
        raise CourseError(f"{where}: the id {person.id[:60]!r} can't be a folder's name: {reason}")
    for each in fields(Person):
        if len(getattr(person, each.name)) > LONGEST:
            raise CourseError(f"{where}: {each.name.replace('_', ' ')} has more than {LONGEST} characters")
    return person


def _called(person: Person) -> str:
    return person.name or person.email or "somebody without a name"
