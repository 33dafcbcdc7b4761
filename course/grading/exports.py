"""Grades as files: for people, and in the columns that Moodle and Canvas import."""

from __future__ import annotations

import csv
import io
import math
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from course.grading.errors import CourseError
from course.grading.grades import GRADED, MISSING, Result

BOM = "\ufeff"  # by it Excel sees that a file is UTF-8; Moodle and Canvas leave it out themselves
_TRIGGERS = "=+-@\t\r\n＝＋－＠"  # what begins a formula, in wide letters, too
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
# A spreadsheet that expects another separator cuts a cell there
_INNER = re.compile(rf"([;\t]\s*[\"']*)(?=[{re.escape(_TRIGGERS)}])")


def safe_text(text: str) -> str:
    """Text that no spreadsheet computes: an apostrophe stands before what could begin a formula.

    Numbers, and signs that stand alone, such as Moodle's "-" for no grade, stay as they are.
    """
    if _NUMBER.fullmatch(text) or len(text.strip()) < 2:
        return text
    text = _INNER.sub(r"\1'", text)
    return f"'{text}" if text[0] in _TRIGGERS else text


def number(value: float, digits: int) -> str:
    """A number with at most so many digits behind the point, and none that say nothing."""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def to_text(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """Rows as CSV; what they hold is safe already."""
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return made.getvalue()


def write(text: str, path: Path) -> None:
    """Put a file in place when it is complete.

    Raises:
        CourseError: it can't be written there.
    """
    try:
        descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with open(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(beside, 0o666 & ~mask)
            os.replace(beside, path)
        except BaseException:
            os.unlink(beside)
            raise
    except OSError as error:
        raise CourseError(f"{path}: can't be written: {error.strerror}") from None


def grade_of(result: Result, unsubmitted: str, out_of: float | None, digits: int = 2) -> str:
    """The cell of a grade: points, or nothing where there is nothing to say.

    Args:
        result: whose it is.
        unsubmitted: "empty" or "zero".
        out_of: full marks in the other system; None for the points themselves.
        digits: behind the point.
    """
    if result.state == MISSING:
        return "0" if unsubmitted == "zero" else ""
    if result.points is None:
        return ""
    factor = 1.0 if out_of is None or not result.of else out_of / result.of
    return number(result.points * factor, digits)


def full_marks(results: list[Result], out_of: float | None) -> float:
    """What can be had in the other system."""
    return out_of if out_of is not None else results[0].of if results else 0.0


def as_csv(results: Mapping[str, list[Result]], unsubmitted: str) -> str:
    """A row for each student and assignment."""
    notebooks = {
        (name, notebook): None for name, those in results.items() for each in those for notebook in each.notebooks
    }
    header = ["student", "first_name", "last_name", "email", "assignment", "state", "points", "of", "penalty"]
    header += ["by_hand", "submitted", "due", "late_hours"]
    rows = [[*header, *(f"{name}/{notebook}" for name, notebook in notebooks)]]
    for name, those in results.items():
        for each in those:
            person, graded = each.student, each.state == GRADED
            about = (person.id, person.first_name, person.last_name, person.email, name, each.state)
            late = each.late.total_seconds()
            by_notebook = [
                number(each.notebooks[notebook][0], 4) if assignment == name and notebook in each.notebooks else ""
                for assignment, notebook in notebooks
            ]
            rows.append(
                [
                    *map(safe_text, about),
                    grade_of(each, unsubmitted, None, digits=4),
                    number(each.of, 4),
                    number(each.penalty, 4) if graded else "",
                    number(each.waiting, 4) if graded else "",
                    each.submitted.isoformat(" ", "seconds") if each.submitted else "",
                    each.due.isoformat(" ", "seconds") if each.due else "",
                    number(math.ceil(late / 36) / 100, 2) if late else "",
                    *by_notebook,
                ]
            )
    return to_text(rows)


def as_moodle(
    results: Mapping[str, list[Result]], unsubmitted: str, out_of: float | None, columns: Mapping[str, str]
) -> str:
    """What Moodle's grade import reads, in the columns of its grade export."""
    titles = [safe_text(columns.get(name, f"Assignment: {name}")) for name in results]
    rows = [["First name", "Last name", "ID number", "Email address", *titles]]
    for each in zip(*results.values(), strict=True):
        person = each[0].student
        about = person.first_name, person.last_name, person.id, person.email
        rows.append([*map(safe_text, about), *(grade_of(result, unsubmitted, out_of) for result in each)])
    return to_text(rows)


def as_canvas(
    results: Mapping[str, list[Result]], unsubmitted: str, out_of: float | None, columns: Mapping[str, str]
) -> str:
    """What Canvas's gradebook import reads, in the columns of its export.

    "ID" is Canvas's own number and nothing else: Canvas would take the digits of another id for somebody's.
    """
    titles = [safe_text(columns.get(name, name)) for name in results]
    full = [number(full_marks(those, out_of), 2) for those in results.values()]
    rows = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *titles],
        ["    Points Possible", "", "", "", "", *full],
    ]
    for each in zip(*results.values(), strict=True):
        person = each[0].student
        name = ", ".join(part for part in (person.last_name, person.first_name) if part) or person.id
        own = person.lms_user_id if re.fullmatch(r"[0-9]+", person.lms_user_id) else ""
        about = safe_text(name), own, "", safe_text(person.id), ""
        rows.append([*about, *(grade_of(result, unsubmitted, out_of) for result in each)])
    return to_text(rows)
