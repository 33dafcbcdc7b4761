"""What was handed in: finding submissions, reading them, and telling which changed since they were graded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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


def find_submissions(course: CourseFolder, assignment: str) -> list[Submission]:
    """The submissions of an assignment, by student."""
    folders = sorted(path for path in course.step("submitted").glob(f"*/{assignment}") if path.is_dir())
    return [Submission(path.parent.name, assignment, path) for path in folders]


def read_submission(
    course: CourseFolder, submission: Submission, masters: dict[str, NotebookNode]
) -> tuple[dict[str, NotebookNode], list[str]]:
    """The submitted notebooks of the assignment by name, and the names of others that lie beside them.

    Raises:
        CourseError: a notebook can't be read or is another one, or there is none of the assignment.
    """
    notebooks, strangers = {}, []
    for path in sorted(submission.folder.glob("*.ipynb")):
        if path.stem not in masters:
            strangers.append(path.name)
            continue
        shown = course.relative(path)
        if path.is_symlink() or not path.is_file():
            raise CourseError(f"{shown}: not a plain file, but a link or a folder")
        notebook = read_notebook(path, shown)
        if not belongs_to(notebook, masters[path.stem]):
            raise CourseError(
                f"{shown}: not the notebook {path.stem} of {submission.assignment}: none of its exercises"
            )
        notebooks[path.stem] = notebook
    if not notebooks:
        what = f"{', '.join(strangers)} is not of this assignment" if strangers else "no notebook in it"
        names = ", ".join(f"{name}.ipynb" for name in masters)
        raise CourseError(f"{course.relative(submission.folder)}: {what}; its notebooks are {names}")
    return notebooks, strangers


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
    """A hash of what all submissions of an assignment share: master, settings, options, package."""
    digest = hashlib.sha256(json.dumps(options, sort_keys=True, default=str).encode())
    _add_folder(digest, course.step("source") / assignment, "*")
    _add_folder(digest, Path(package.__file__).parent, "*.py")
    _add(digest, CONFIG_FILE, (course.root / CONFIG_FILE).read_bytes())
    return digest.hexdigest()


def _add_folder(digest: hashlib._Hash, folder: Path, pattern: str) -> None:
    for path in sorted(folder.rglob(pattern)):
        if path.is_file() and not path.is_symlink() and not _matches(path, folder, LEFT_BEHIND):
            _add(digest, str(path.relative_to(folder)), path.read_bytes())


def _matches(path: Path, base: Path, patterns: list[str]) -> bool:
    """Whether the name of the file, or of a folder that it is in, matches one of the patterns."""
    return any(Path(part).match(pattern) for part in path.relative_to(base).parts for pattern in patterns)


def _add(digest: hashlib._Hash, name: str, content: bytes) -> None:
    digest.update(f"{len(name)}:{name}:{len(content)}:".encode())
    digest.update(content)


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
