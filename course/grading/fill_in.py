"""Grades into a file that Moodle or Canvas has exported: its own rows and columns, so that it takes them back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from course.grading.collected import read_attempts
from course.grading.columns import CANVAS_ACCOUNTS, EMAILS, FIRST_NAMES, FULL_NAMES, IDS, LAST_NAMES, NO_PEOPLE
from course.grading.errors import CourseError
from course.grading.exports import full_marks, grade_of, safe_text, to_text
from course.grading.grades import MISSING, Result
from course.grading.names import same_folder, split_name
from course.grading.roster import Person
from course.grading.settings import CourseFolder
from course.grading.sheets import Row, Sheet, plain

# Moodle's grading worksheet of one assignment, in the languages that rosters are read in
_GRADE = ("grade", "bewertung", "note", "calificacion", "valutazione", "cijfer")
_MOST = ("maximumgrade", "bestwertung", "notemaximale", "calificacionmaxima", "valutazionemassima", "maximumcijfer")
_EXCUSED = ("EX", "N/A")  # Canvas's words for who needs no grade
_NUMBER = r"-?\d+(?:[.,]\d+)?"


@dataclass
class Filled:
    """A file that was filled in, and what a person should know.

    Attributes:
        text: the file.
        format: "moodle" or "canvas".
        people: how many rows have their student.
        unknown: rows without a student in the gradebook, as people call them.
        left: students with points whose row is not there, by id.
        by_name: students who were found by nothing but their name.
        excused: cells that say that no grade is wanted, and stay.
        columns: assignments without a column.
    """

    text: str = ""
    format: str = ""
    people: int = 0
    unknown: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    by_name: list[str] = field(default_factory=list)
    excused: int = 0
    columns: list[str] = field(default_factory=list)


def is_canvas(sheet: Sheet) -> bool:
    """Whether a table is an export of Canvas's gradebook."""
    return sheet.has("id") and sheet.has("section") and any(sheet.has(name) for name in ("student", "lastname"))


def fill_in(
    course: CourseFolder,
    sheet: Sheet,
    results: Mapping[str, list[Result]],
    unsubmitted: str,
    out_of: float | None,
    named: Mapping[str, str],
    *,
    all_asked: bool,
) -> Filled:
    """Put grades into the cells of a table; all else in it stays, but that no cell can be computed.

    Args:
        course: for what was collected, where the rows of a blind worksheet have numbers.
        sheet: the table.
        results: what students have, by assignment.
        unsubmitted: "empty" leaves the cell of who has handed in nothing as it is, "zero" puts 0 there.
        out_of: full marks in the other system; None for the points themselves.
        named: assignment to the column that somebody named for it.
        all_asked: whether somebody asked for each of the assignments; a column must be there for each then.

    Raises:
        CourseError: there is no column for an assignment, or full marks there are other ones.
    """
    filled = Filled(format="canvas" if is_canvas(sheet) else "moodle")
    columns = _find_columns(sheet, list(results), named, filled, all_asked=all_asked)
    for name, column in columns.items():
        _refuse_other_marks(sheet, column, name, full_marks(results[name], out_of))
    finder = _Finder([each.student for each in next(iter(results.values()))])
    if not is_canvas(sheet):
        finder.know_participants(course, columns)
    own = {(each.student.id, name): each for name, those in results.items() for each in those}
    rows, seen = [list(sheet.raw)], set()
    for row in sheet.rows:
        cells = [*row.raw, *[""] * (len(sheet.raw) - len(row.raw))]
        person = None if _is_nobody(row) else finder.find(sheet, row, filled)
        if person is not None:
            seen.add(person.id)
            for name, column in columns.items():
                _put(cells, column, own[person.id, name], unsubmitted, out_of, filled)
        rows.append([safe_text(cell) for cell in cells])
    filled.people = len(seen)
    graded = {student for (student, name), each in own.items() if name in columns and each.points is not None}
    filled.left = sorted(graded - seen)
    filled.text = to_text(rows, sheet.delimiter)
    return filled


def _put(
    cells: list[str], column: int, result: Result, unsubmitted: str, out_of: float | None, filled: Filled
) -> None:
    if filled.format == "canvas" and cells[column].strip().upper() in _EXCUSED:
        filled.excused += 1
    elif result.state != MISSING or unsubmitted == "zero":
        cells[column] = grade_of(result, unsubmitted, out_of)


def _is_nobody(row: Row) -> bool:
    """Whether a row of Canvas's is no person's."""
    words = row.first(*FULL_NAMES).casefold() or row.first(*LAST_NAMES).casefold()
    return words in NO_PEOPLE or not any(row.cells[:4])


# Columns ---------------------------------------------------------------------------------------------------------


def _find_columns(
    sheet: Sheet, assignments: list[str], named: Mapping[str, str], filled: Filled, *, all_asked: bool
) -> dict[str, int]:
    """Assignment to the number of its column."""
    found: dict[str, int] = {}
    grade = next((sheet.column_number(name) for name in _GRADE if sheet.has(name)), None)
    for name in assignments:
        if name in named:
            found[name] = _number_of(sheet, named[name])
            continue
        fitting = [i for i, title in enumerate(sheet.shown) if plain(name) in map(plain, _titles(title))]
        if len(fitting) == 1:
            found[name] = fitting[0]
        elif len(fitting) > 1:
            raise CourseError(f"{sheet.name}: several columns for {name}; name one with --column {name}=COLUMN")
        elif grade is not None and len(assignments) == 1:
            found[name] = grade
        else:
            filled.columns.append(name)
    if grade is not None and not found and len(assignments) > 1:
        raise CourseError(
            f"{sheet.name}: a worksheet of one assignment; name it: course grades ASSIGNMENT --template …"
        )
    if not found or (all_asked and filled.columns):
        name = filled.columns[0]
        raise CourseError(
            f"{sheet.name}: no column for {name}; name it with --column {name}=COLUMN, of: {_possible(sheet)}"
        )
    return found


def _titles(shown: str) -> Iterable[str]:
    """What a column's name can stand for: Canvas puts a number behind it, Moodle words on both sides."""
    yield shown
    bare = re.sub(r"\s*\([^()]*\)$", "", shown)
    yield bare
    yield bare.partition(":")[2]


def _number_of(sheet: Sheet, asked: str) -> int:
    exact = [number for number, title in enumerate(sheet.shown) if title == asked.strip()]
    alike = [number for number, title in enumerate(sheet.shown) if plain(asked) in map(plain, _titles(title))]
    for those in (exact, alike):
        if len(those) == 1:
            return those[0]
    what = "several columns" if alike else "no column"
    raise CourseError(f"{sheet.name}: {what} {asked!r}; there are: {_possible(sheet)}")


def _possible(sheet: Sheet) -> str:
    """Columns that could be an assignment's, for a message."""
    people = {*IDS, *EMAILS, *FULL_NAMES, *FIRST_NAMES, *LAST_NAMES, *CANVAS_ACCOUNTS, "section", "identifier"}
    return ", ".join(title for title in sheet.shown if plain(title) not in people) or "none"


def _refuse_other_marks(sheet: Sheet, column: int, assignment: str, ours: float) -> None:
    """Refuse points that the other system would take for points of another number of points."""
    for row in sheet.rows:
        text = ""
        if row.first(*FULL_NAMES, *LAST_NAMES).casefold() == "points possible":
            text = row.cells[column]
            if "read only" in text.casefold():
                raise CourseError(
                    f"{sheet.name}: Canvas only shows the column {sheet.shown[column]!r}, and reads none"
                )
        elif plain(sheet.shown[column]) in _GRADE:
            text = row.first(*_MOST)
        if re.fullmatch(_NUMBER, text):
            theirs = float(text.replace(",", "."))
            if abs(theirs - ours) > 0.005:
                raise CourseError(
                    f"{sheet.name}: full marks of {assignment} are {theirs:g} there and {ours:g} here; "
                    f"--out-of {theirs:g} turns the points into theirs"
                )
            return


# People ----------------------------------------------------------------------------------------------------------


class _Finder:
    """Finds the student of a row: by id, then e-mail, then the number of a worksheet, then a name that one has."""

    def __init__(self, people: list[Person]) -> None:
        self._ids = {same_folder(person.id): person for person in people}
        self._emails = _unique((person.email.casefold(), person) for person in people)
        self._lms = _unique((person.lms_user_id, person) for person in people)
        self._names = _unique((_name(person.first_name, person.last_name), person) for person in people)
        self._participants: dict[str, Person] = {}

    def know_participants(self, course: CourseFolder, columns: Iterable[str]) -> None:
        """The numbers that Moodle gave participants, from the names in the archives that were collected."""
        for assignment in columns:
            for attempt in read_attempts(course, assignment):
                number = re.search(r"_(\d+)_assignsubmission_", attempt.origin)
                person = self._ids.get(same_folder(attempt.student))
                if attempt.lms == "moodle" and number and person:
                    self._participants[number[1]] = person

    def find(self, sheet: Sheet, row: Row, filled: Filled) -> Person | None:
        """The student of a row; None where there is none, or its cells say different ones."""
        canvas = is_canvas(sheet)
        sure = [self._lms.get(row.get("id"))] if canvas else []
        for name in IDS:
            if row.get(name) and not (canvas and name == "id"):
                sure += [self._ids.get(same_folder(row.get(name))), self._emails.get(row.get(name).casefold())]
        email = row.first(*EMAILS)
        sure += [self._ids.get(same_folder(email)), self._emails.get(email.casefold())]
        if not canvas and row.cells and (number := re.fullmatch(r"\D*(\d+)", row.cells[0])):
            sure.append(self._participants.get(number[1]))
        found = {person.id: person for person in sure if person}
        first, last = row.first(*FIRST_NAMES), row.first(*LAST_NAMES)
        full = row.first(*FULL_NAMES)
        name = _name(first, last) if first or last else _name(*split_name(full))
        if len(found) == 1:
            return next(iter(found.values()))
        if len(found) > 1:
            filled.unknown.append(f"line {row.line} (its cells name {' and '.join(sorted(found))})")
            return None
        person = self._names.get(name)
        if person and not (email and person.email):  # with two addresses it is another one of the same name
            filled.by_name.append(person.id)
            return person
        filled.unknown.append(full or f"{first} {last}".strip() or email or row.cells[0])
        return None


def _name(first: str, last: str) -> str:
    return " ".join(f"{first} {last}".casefold().split())


def _unique(pairs: Iterable[tuple[str, Person]]) -> dict[str, Person]:
    """Keys that one person has."""
    found: dict[str, Person | None] = {}
    for key, person in pairs:
        if key:
            found[key] = None if key in found else person
    return {key: person for key, person in found.items() if person is not None}
