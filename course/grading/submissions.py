"""What was handed in: finding submissions, reading them, and telling which changed since they were graded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

import course as package
from course.grading.errors import CourseError
from course.grading.notebooks import read_notebook
from course.grading.repair import belongs_to
from course.grading.settings import CONFIG_FILE, NOT_COPIED, PRIVATE, RECORD, CourseFolder


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


# What changed ------------------------------------------------------------------------------------------------


def fingerprint(submission: Submission, common: str) -> str:
    """A hash of all that a grade depends on.

    Args:
        submission: whose files count.
        common: :func:`common_fingerprint` of the assignment.
    """
    digest = hashlib.sha256(common.encode())
    for path in sorted(submission.folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            _add(digest, str(path.relative_to(submission.folder)), path.read_bytes())
    return digest.hexdigest()


def common_fingerprint(course: CourseFolder, assignment: str, options: Mapping[str, object]) -> str:
    """A hash of what all submissions of an assignment share: master, settings, options, package."""
    digest = hashlib.sha256(json.dumps(options, sort_keys=True, default=str).encode())
    source = course.step("source") / assignment
    package_folder = Path(package.__file__).parent
    files = [path for path in source.rglob("*") if path.is_file()]
    files += [path for path in package_folder.rglob("*.py") if path.is_file()]
    files.append(course.root / CONFIG_FILE)
    for path in sorted(files):
        _add(digest, path.name, path.read_bytes())
    return digest.hexdigest()


def _add(digest: hashlib._Hash, name: str, content: bytes) -> None:
    digest.update(f"{len(name)}:{name}:{len(content)}:".encode())
    digest.update(content)


def graded_with(course: CourseFolder, submission: Submission) -> str | None:
    """The fingerprint that the submission was last graded with, or None."""
    try:
        record = json.loads((graded_folder(course, submission) / RECORD).read_text())
    except (OSError, ValueError):
        return None
    return record.get("fingerprint") if isinstance(record, dict) else None


def graded_folder(course: CourseFolder, submission: Submission) -> Path:
    """Where the graded copy of a submission lies."""
    return course.step("autograded") / submission.student / submission.assignment


def is_public(path: Path, base: Path) -> bool:
    """Whether a file of an assignment may be copied: not private, no checkpoint, no cache."""
    parts = path.relative_to(base).parts
    patterns = [pattern for pattern in NOT_COPIED if pattern != RECORD]
    return PRIVATE not in parts and not any(Path(part).match(pattern) for part in parts for pattern in patterns)
