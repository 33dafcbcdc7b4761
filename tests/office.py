"""What tests of deadlines and grades share: a class that hands in around a due date, and points by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from commands import Unrun
from courses import SmallCourse
from nbgrader.api import Gradebook

from course.grading.autograde import Options, Row, autograde
from course.grading.due import DUE_FILE

ASSIGNMENT = "01_first"
DUE = "2026-12-01 22:59:00 UTC"  # 23:59 in Berlin
DUE_TOML = '["01_first"]\ndue = 2026-12-01T23:59:00+01:00\n'


def write_due(course: SmallCourse, text: str = DUE_TOML) -> None:
    """Write due.toml."""
    (course.root / DUE_FILE).write_text(text, encoding="utf-8")


def hand_in(course: SmallCourse, times: Mapping[str, str], assignment: str = ASSIGNMENT) -> None:
    """Students hand in right answers at these times."""
    for student, time in times.items():
        path = course.submit(student, assignment=assignment)
        path.with_name("timestamp.txt").write_text(time)


def grade(course: SmallCourse, *assignments: str) -> list[Row]:
    """Grade without running anything: every test cell passes, which is 6 of 8 points."""
    return autograde(course.folder, list(assignments), [], Options(), runner=Unrun())


def give_points(course: SmallCourse, student: str, points: float, assignment: str = ASSIGNMENT) -> None:
    """What an assistant does in formgrader: points for the Think question, which has 2."""
    with Gradebook(course.folder.db_url) as book:
        found = book.find_grade("think_twice", "doubling", assignment, student)
        found.manual_score, found.needs_manual_grade = points, False
        book.db.commit()


def penalties(course: SmallCourse, assignment: str = ASSIGNMENT) -> dict[str, float]:
    """What nbgrader itself says that each student loses."""
    with Gradebook(course.folder.db_url) as book:
        return {each.student_id: each.late_submission_penalty for each in book.assignment_submissions(assignment)}


def as_rows(text: str) -> list[dict[str, str]]:
    """A CSV file read back, a dictionary a line."""
    return list(csv.DictReader(io.StringIO(text)))


def read_back(path: Path) -> list[dict[str, str]]:
    """A written CSV file read back."""
    return as_rows(path.read_text(encoding="utf-8-sig"))
