"""What was collected for an assignment, and from where: the record that lies in `collected/ASSIGNMENT/`.

`course collect` writes it; feedback, status and reports read it. Every attempt's files stay in
`collected/ASSIGNMENT/STUDENT/N/`; the attempt that counts was copied to `submitted/STUDENT/ASSIGNMENT/`.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.grading.errors import CourseError
from course.grading.settings import CourseFolder

COLLECTED = "collected"  # the folder in the course folder
ATTEMPTS = "attempts.json"  # in collected/ASSIGNMENT/
ASIDE = "aside"  # the folder in collected/ASSIGNMENT/ of what is nobody's submission
HAND = "hand"
_VERSION = 1


@dataclass(frozen=True)
class Attempt:
    """One hand-in of one student.

    Attributes:
        student: id, as the folder of submitted/ is named.
        assignment: its name.
        time: when it was handed in, with a zone; None where nothing says so.
        late: the LMS's own flag; due dates are another matter.
        lms: "moodle", "canvas", "folder" or "exchange"; HAND for what lay in submitted/ when it was replaced, which
            somebody had put or changed there by hand.
        archive: the name of the file or folder that it came in.
        origin: path of its first notebook in the archive, as the LMS wrote it.
        used: whether it is the one that counts.
        number: its files lie in collected/ASSIGNMENT/STUDENT/NUMBER/.
        time_from: what says the time ("the grading worksheet"); "" where there is none.
        not_after: it was handed in by then; all that an archive of Moodle or Canvas says by itself.
        origins: path of every file in the archive, as the LMS wrote it.
        digest: a hash of its files, names and contents.
        label: what the LMS calls the person, as the names in the archive begin.
        placed: a hash of what was put into submitted/, for the one that counts; another one is there where somebody
            has changed it by hand since.
        notes: what was renamed or unpacked on the way, a phrase each.
    """

    student: str
    assignment: str
    time: datetime.datetime | None
    late: bool
    lms: str
    archive: str
    origin: str
    used: bool
    number: int = 1
    time_from: str = ""
    not_after: datetime.datetime | None = None
    origins: tuple[str, ...] = ()
    digest: str = ""
    label: str = ""
    placed: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Aside:
    """What was handed in and is nobody's submission; it lies in collected/ASSIGNMENT/aside/FOLDER/.

    Attributes:
        folder: its name there.
        label: what the archive calls it.
        reason: why it lies there, and what to do.
        archive: the name of the file or folder that it came in.
        student: whose it is; "" where nobody knows.
    """

    folder: str
    label: str
    reason: str
    archive: str
    student: str = ""


def folder_of(course: CourseFolder, assignment: str) -> Path:
    """Where what was collected for an assignment lies."""
    return course.root / COLLECTED / assignment


def files_of(course: CourseFolder, attempt: Attempt) -> Path:
    """The folder with an attempt's files."""
    return folder_of(course, attempt.assignment) / attempt.student / str(attempt.number)


def read_attempts(course: CourseFolder, assignment: str) -> list[Attempt]:
    """Every attempt that was collected for an assignment, by student and number; none where none was.

    Raises:
        CourseError: the record is damaged.
    """
    return read_record(course, assignment)[0]


def read_aside(course: CourseFolder, assignment: str) -> list[Aside]:
    """What was set aside for an assignment.

    Raises:
        CourseError: the record is damaged.
    """
    return read_record(course, assignment)[1]


def read_record(course: CourseFolder, assignment: str) -> tuple[list[Attempt], list[Aside]]:
    """Attempts and what was set aside.

    Raises:
        CourseError: the record is damaged.
    """
    path = folder_of(course, assignment) / ATTEMPTS
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        attempts = [_attempt(assignment, entry) for entry in content["attempts"]]
        return attempts, [Aside(**entry) for entry in content["aside"]]
    except FileNotFoundError:
        return [], []
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise CourseError(
            f"{course.relative(path)}: not a record of what was collected ({type(error).__name__}); "
            "move its folder away and collect the archives again"
        ) from None


_TIMES = ("time", "not_after")


def _attempt(assignment: str, entry: dict[str, Any]) -> Attempt:
    made = {**entry, **{name: tuple(entry[name]) for name in ("origins", "notes")}}
    for name in _TIMES:
        made[name] = datetime.datetime.fromisoformat(entry[name]) if entry[name] else None
    return Attempt(assignment=assignment, **made)


def record_of(attempts: Iterable[Attempt], aside: Iterable[Aside]) -> str:
    """The record's text: the same for the same attempts, in whatever order."""
    entries = []
    for attempt in sorted(attempts, key=lambda each: (each.student, each.number)):
        entry = dataclasses.asdict(attempt)
        del entry["assignment"]
        for name in _TIMES:
            entry[name] = entry[name].isoformat() if entry[name] else None
        entries.append(entry)
    others = [dataclasses.asdict(each) for each in sorted(aside, key=lambda each: each.folder)]
    content = {"version": _VERSION, "attempts": entries, "aside": others}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
