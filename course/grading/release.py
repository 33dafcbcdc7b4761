"""source/ to release/, through nbgrader's own generate_assignment."""

from __future__ import annotations

import contextlib
import logging
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException

from course.grading import gradebook
from course.grading.errors import CourseError
from course.grading.notebooks import read_notebook
from course.grading.pipeline import CheckMaster, describe_problems
from course.grading.rules import find_problems
from course.grading.settings import CourseFolder


@dataclass(frozen=True)
class Released:
    """An assignment that was released.

    Attributes:
        assignment: its name.
        notebooks: how many notebooks it has.
        changed: whether any released file differs from the one before.
    """

    assignment: str
    notebooks: int
    changed: bool


def release(course: CourseFolder, assignments: list[str]) -> list[Released]:
    """Make the student notebooks of the assignments, and enter their cells into the gradebook.

    All masters are checked before anything is written; each assignment is made in a temporary folder and
    swapped in whole.

    Raises:
        CourseError: an assignment does not exist, a master breaks a rule, or its graded cells changed after
            submissions were graded.
    """
    chosen = course.choose(assignments)
    masters = {assignment: checked_masters(course, assignment) for assignment in chosen}
    for assignment in chosen:
        refuse_changes(course, assignment, masters[assignment])
    with course.lock():
        return [_release_one(course, assignment) for assignment in chosen]


def checked_masters(course: CourseFolder, assignment: str) -> dict[str, NotebookNode]:
    """The masters of an assignment, by name.

    Raises:
        CourseError: one can't be read, or breaks a rule.
    """
    masters = {}
    for name, path in course.masters(assignment).items():
        shown = course.relative(path)
        masters[name] = read_notebook(path, shown)
        problems = find_problems(masters[name]) if has_rules(course) else []
        if problems:
            raise CourseError(describe_problems(shown, problems))
    return masters


def has_rules(course: CourseFolder) -> bool:
    """Whether masters keep this course's rules: configure() asks for it; plain nbgrader courses have none."""
    steps = course.config.GenerateAssignment.get("preprocessors", ())
    return CheckMaster in steps


def refuse_changes(course: CourseFolder, assignment: str, masters: dict[str, NotebookNode]) -> None:
    """Refuse masters whose graded cells differ from those that submissions were graded with.

    Raises:
        CourseError: says which cells, and what to do.
    """
    gradebook.refuse_other_notebooks(course, assignment, masters)
    changes = gradebook.changes_since_graded(course, assignment, masters)
    if changes:
        more = f" (and {len(changes) - 3} more)" if len(changes) > 3 else ""
        raise CourseError(
            f"{assignment}: graded cells changed after submissions were graded: {'; '.join(changes[:3])}{more}; "
            f"`course autograde {assignment} --regrade` keeps the old gradebook aside and grades all again"
        )


def _release_one(course: CourseFolder, assignment: str) -> Released:
    target = course.step("release") / assignment
    with generated(course, assignment) as made:
        before, after = _contents(target), _contents(made)
        if before != after:
            swap_in(made, target)
    return Released(assignment, len([name for name in after if name.endswith(".ipynb")]), before != after)


@contextlib.contextmanager
def generated(course: CourseFolder, assignment: str) -> Iterator[Path]:
    """A temporary folder with the assignment as nbgrader releases it; enters its cells into the gradebook.

    Raises:
        CourseError: nbgrader could not make it.
    """
    with tempfile.TemporaryDirectory(prefix=".course-release-", dir=course.root) as folder:
        coursedir = course.directory(release_directory=Path(folder))
        coursedir.assignment_id = assignment
        complaints = Complaints()
        converter = GenerateAssignment(coursedir=coursedir, config=course.config)
        converter.log = complaints.logger
        try:
            converter.start()
        except (NbGraderException, SystemExit):
            raise CourseError(f"{assignment}: nbgrader could not release it: {complaints.last()}") from None
        yield Path(folder) / assignment


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def swap_in(made: Path, target: Path) -> None:
    """Put a finished folder in the place of an old one, which goes only when the new one stands."""
    target.parent.mkdir(parents=True, exist_ok=True)
    old = made.with_name(made.name + ".old")
    if target.exists():
        target.rename(old)
    try:
        made.rename(target)
    except BaseException:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


class Complaints(logging.Handler):
    """Keeps nbgrader's log to itself and remembers the last error."""

    def __init__(self) -> None:
        super().__init__()
        self.logger = logging.Logger("course.nbgrader")
        self.logger.addHandler(self)
        self._errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR:
            self._errors.append(record.getMessage())

    def last(self) -> str:
        """The last line of the last traceback, or the last error."""
        tracebacks = [text for text in self._errors if text.startswith("Traceback")]
        return ((tracebacks or self._errors or ["unknown reason"])[-1]).strip().splitlines()[-1]
