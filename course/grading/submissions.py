"""What was handed in: finding submissions, reading them, and telling which changed since they were graded."""

from __future__ import annotations

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import parse_utc

import course as package
from course.grading.errors import CourseError
from course.grading.notebooks import read_notebook
from course.grading.repair import belongs_to
from course.grading.settings import CONFIG_FILE, LEFT_BEHIND, NOT_COPIED, RECORD, CourseFolder


@dataclass(frozen=True)
class Submission:
    """One student's folder for one assignment.

    Attributes:
        student: id, the name of the student's folder.
        assignment: its name.
        folder: where it lies in submitted/.
    """

    student: str
    assignment: str
    folder: Path

    @property
    def where(self) -> str:
        """How messages name it."""
        return f"{self.student}/{self.assignment}"


def find_submissions(course: CourseFolder, assignment: str) -> list[Submission]:
    """The submissions of an assignment, by student."""
    folders = sorted(path for path in course.step("submitted").glob(f"*/{assignment}") if path.is_dir())
    return [Submission(path.parent.name, assignment, path) for path in folders]


@dataclass(frozen=True)
class Submitted:
    """What a submission holds.

    Attributes:
        notebooks: those of the assignment, by name; without outputs.
        notes: what was taken for what, what is missing, what else lies there.
    """

    notebooks: dict[str, NotebookNode]
    notes: list[str]


def read_submission(course: CourseFolder, submission: Submission, masters: Mapping[str, NotebookNode]) -> Submitted:
    """The submitted notebooks of an assignment, also where a tool has renamed them.

    Raises:
        CourseError: a notebook can't be read or is another one, or there is none of the assignment.
    """
    paths = sorted(path for path in submission.folder.iterdir() if path.suffix.lower() == ".ipynb")
    notebooks: dict[str, NotebookNode] = {}
    notes: list[str] = []
    copies: list[tuple[int, Path, str]] = []
    strangers: list[str] = []
    for path in paths:
        copy = copy_of(path.stem, masters)
        if path.stem in masters and path.suffix == ".ipynb":
            notebooks[path.stem] = _read_own(course, submission, path, path.stem, masters)
        elif copy is None:
            strangers.append(_printable(path.name))
        else:
            copies.append((copy[1], path, copy[0]))
    unused: list[str] = []
    for _, path, name in sorted(copies, reverse=True):  # of several copies the latest
        if name in notebooks:
            unused.append(f"{_printable(path.name)} not used")
        else:
            notebooks[name] = _read_own(course, submission, path, name, masters)
            notes.append(f"{_printable(path.name)} taken for {name}.ipynb")
    if not notebooks:
        what = "no notebook in it"
        if strangers:
            what = f"{', '.join(strangers)} is not of this assignment"
        names = ", ".join(f"{name}.ipynb" for name in masters)
        raise CourseError(f"{course.relative(submission.folder)}: {what}; its notebooks are {names}")
    notes += [f"{name}.ipynb missing" for name in masters if name not in notebooks]
    in_order = {name: notebooks[name] for name in masters if name in notebooks}
    others = [*unused, *(f"{name} is not of this assignment" for name in strangers)]
    return Submitted(in_order, [*notes, *sorted(others)])


def _read_own(
    course: CourseFolder, submission: Submission, path: Path, name: str, masters: Mapping[str, NotebookNode]
) -> NotebookNode:
    shown = _printable(course.relative(path))
    if path.is_symlink() or not path.is_file():
        raise CourseError(f"{shown}: not a plain file, but a link, a folder or the like")
    notebook = read_notebook(path, shown, outputs=False)
    if not belongs_to(notebook, masters[name]):
        raise CourseError(f"{shown}: not the notebook {name} of {submission.assignment}: none of its exercises")
    return notebook


# What programs put before and behind the name of a copy: `Copy of x`, `x (1)`, `x-Copy1`, `x - Kopie`, `x 2`
_BEFORE = re.compile(r"^(?:copy of|kopie von|copie de|copia de|copia di) +", re.IGNORECASE)
_BEHIND = re.compile(r"(?: *\((\d+)\)|[ _-]+(?:copy|kopie|copie|copia)[ _-]?(\d*)| (\d+))$", re.IGNORECASE)


def copy_of(stem: str, notebooks: Iterable[str]) -> tuple[str, int] | None:
    """The notebook that a file's name stands for, and the number of the copy; None where it stands for none."""
    names = {_as_typed(name): name for name in notebooks}
    number = 0
    while _as_typed(stem) not in names:
        shorter = _BEFORE.sub("", stem.strip())
        behind = _BEHIND.search(shorter) if shorter == stem else None
        if behind:
            number = max(number, int(next(filter(None, behind.groups()), "0")))
            shorter = shorter[: behind.start()]
        if shorter == stem:
            return None
        stem = shorter
    return names[_as_typed(stem)], number


def _as_typed(stem: str) -> str:
    return re.sub(r"[\s_-]+", "_", unicodedata.normalize("NFC", stem).strip().casefold())


def _printable(name: str) -> str:
    """A file's name as it can stand in one line, whatever bytes it has."""
    return "".join(character if character.isprintable() else "?" for character in name)


def is_older_release(notebook: NotebookNode, master_hash: str) -> bool:
    """Whether a submitted notebook says that it was released from another state of its master."""
    record = notebook.metadata.get("course")
    made_from = record.get("master_sha256") if isinstance(record, dict) else None
    return isinstance(made_from, str) and made_from != master_hash


def read_timestamp(course: CourseFolder, submission: Submission) -> str | None:
    """When it was handed in, as nbgrader writes it beside the notebooks; None where nothing says so.

    Raises:
        CourseError: what timestamp.txt holds is no time.
    """
    path = submission.folder / "timestamp.txt"
    if path.is_symlink() or not path.is_file():
        return None
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    if not text:
        return None
    try:
        parse_utc(text)
    except (ValueError, OverflowError):
        raise CourseError(f"{course.relative(path)}: not a time: {text[:40]!r}") from None
    return text


# What changed ------------------------------------------------------------------------------------------------


# A line that no run depends on: the late policy is applied in the gradebook, as due.toml is
_NO_RUN = re.compile(
    rb"""^[ \t]*c\.Course\.late_policy[ \t]*=[ \t]*(["'])[^"'\n]*\1[ \t]*(?:#.*)?(?:\n|\Z)""", re.MULTILINE
)


def fingerprint(submission: Submission, common: str) -> str:
    """A hash of all that a grade depends on.

    Args:
        submission: whose files count.
        common: :func:`common_fingerprint` of the assignment.
    """
    digest = hashlib.sha256(common.encode())
    _add_folder(digest, submission.folder, "*")
    return digest.hexdigest()


def common_fingerprint(course: CourseFolder, assignment: str, options: Mapping[str, object]) -> str:
    """A hash of what all runs of an assignment share: master, settings, options, package; no deadlines."""
    digest = hashlib.sha256(json.dumps(options, sort_keys=True, default=str).encode())
    _add_folder(digest, course.step("source") / assignment, "*")
    _add_folder(digest, Path(package.__file__).parent, "*.py")
    config = (course.root / CONFIG_FILE).read_bytes()
    digest.update(_NO_RUN.sub(b"", config))
    return digest.hexdigest()


_PIECE = 1 << 20  # bytes of a file that are read at once


def _add_folder(digest: hashlib._Hash, folder: Path, pattern: str) -> None:
    for path in sorted(folder.rglob(pattern)):
        if path.is_file() and not path.is_symlink() and not _matches(path, folder, LEFT_BEHIND):
            digest.update(f"{path.stat().st_size}:".encode() + os.fsencode(path.relative_to(folder)) + b"\0")
            with open(path, "rb") as file:
                while piece := file.read(_PIECE):
                    digest.update(piece)


def _matches(path: Path, base: Path, patterns: list[str]) -> bool:
    """Whether the name of the file, or of a folder that it is in, matches one of the patterns."""
    return any(Path(part).match(pattern) for part in path.relative_to(base).parts for pattern in patterns)


def last_record(course: CourseFolder, submission: Submission) -> dict[str, Any]:
    """What was written when the submission was last graded: fingerprint, seconds, note; {} where it was not."""
    try:
        record = json.loads((graded_folder(course, submission) / RECORD).read_text())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def graded_folder(course: CourseFolder, submission: Submission) -> Path:
    """Where the graded copy of a submission lies."""
    return course.step("autograded") / submission.student / submission.assignment


def is_public(path: Path, base: Path) -> bool:
    """Whether a file of an assignment may be copied: not private, no checkpoint, no cache."""
    return not _matches(path, base, [pattern for pattern in NOT_COPIED if pattern != RECORD])
