"""One submission on its way from submitted/ through a runner to the gradebook and autograded/."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    Execute,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)

from course.grading import scores
from course.grading.engine.jobs import Job, Result
from course.grading.errors import CourseError
from course.grading.execute import ExecuteConfined
from course.grading.gradebook import silent
from course.grading.hiding import limits_reached
from course.grading.partial_credit import RefuseImpossibleScores, refuse_impossible_scores
from course.grading.release import swap_in
from course.grading.repair import repair
from course.grading.rereading import text_differs
from course.grading.settings import RECORD, CourseFolder
from course.grading.standing import KnownAssignment, KnownNotebook, Score
from course.grading.submissions import (
    Submission,
    graded_folder,
    is_older_release,
    is_public,
    read_submission,
    read_timestamp,
)
from course.grading.tested import files_of_tests, tests_of

# What of nbgrader's chains is done here: by repair, by the runner, by scores.
_DONE_BEFORE = (ClearOutput, DeduplicateIds, OverwriteKernelspec, OverwriteCells, CheckCellMetadata)
_DONE_AFTER = (
    Execute,
    ExecuteConfined,
    RefuseImpossibleScores,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
)


Prune = Callable[[Submission, str, NotebookNode], None]  # of a submission's notebook of that name


@dataclass(frozen=True)
class PreparedAssignment:
    """An assignment with what grading its submissions needs.

    Attributes:
        name: its name.
        masters: by name.
        common: fingerprint of what all its submissions share.
        known: as the gradebook has it.
        hashes: notebook's name to its master's hash.
        steps: of the configuration's chains what is left to do, before and after the run.
        before: the folder autograded/ that graders have seen; a regrade writes into another one.
    """

    name: str
    masters: dict[str, NotebookNode]
    common: str
    known: KnownAssignment
    hashes: dict[str, str]
    steps: tuple[list[Any], list[Any]]
    before: Path


@dataclass(frozen=True)
class Task:
    """A submission that is to be graded.

    Attributes:
        submission: where it lies.
        assignment: what it is of.
        fingerprint: of all that its grade depends on.
    """

    submission: Submission
    assignment: PreparedAssignment
    fingerprint: str

    @property
    def key(self) -> str:
        """A name for it."""
        return f"{self.assignment.name}/{self.submission.student}"


@dataclass(frozen=True)
class Started:
    """A task that was given to a runner.

    Attributes:
        task: itself.
        folder: where its files are until they go into autograded/.
        timestamp: when it was handed in.
        notes: what a person should know.
    """

    task: Task
    folder: Path
    timestamp: str | None
    notes: list[str]


def steps_of(course: CourseFolder) -> tuple[list[Any], list[Any]]:
    """What of the configuration's chains is not done here: before, and after the run."""
    chains = Autograde(config=course.config)
    return (
        [step for step in chains.sanitize_preprocessors if step not in _DONE_BEFORE],
        [step for step in chains.autograde_preprocessors if step not in _DONE_AFTER],
    )


def prepare(
    course: CourseFolder,
    task: Task,
    folder: Path,
    environment: dict[str, str],
    skip_tags: frozenset[str],
    prune: Prune | None = None,
) -> tuple[Started, Job]:
    """Read, repair and copy a submission, so that it can be run.

    Args:
        course: the course folder.
        task: what to grade.
        folder: made; gets the submission's files and the assignment's.
        environment: for the runner.
        skip_tags: for the runner.
        prune: tags cells of a notebook that is ready to be run.

    Raises:
        CourseError: it can't be graded, and why.
    """
    assignment, submission = task.assignment, task.submission
    submitted = read_submission(course, submission, assignment.masters)
    timestamp = read_timestamp(course, submission)
    notes = list(submitted.notes)
    notebooks = {}
    for name, notebook in submitted.notebooks.items():
        known = assignment.known.notebooks.get(name)
        older = is_older_release(notebook, assignment.hashes[name])
        repairs = repair(notebook, assignment.masters[name], known.released if known else {})
        if older:
            notes.append(f"{name}: released from an older master")
            repairs.edited.clear()  # they differ because the master has changed since
        notes += [f"{name}: {phrase}" for phrase in repairs.describe()]
        if known is not None:
            _know(notebook, known)
        notebooks[name] = _through(course, assignment.steps[0], notebook, task, name)
        if prune is not None:
            prune(submission, name, notebooks[name])
    _copy_files(course, submission, folder)
    job = Job(
        task.key,
        notebooks,
        folder,
        course.settings.limits,
        environment,
        skip_tags,
        {name: tests_of(notebook, assignment.masters[name]) for name, notebook in notebooks.items()},
        files_of_tests(course.step("source") / submission.assignment),
    )
    return Started(task, folder, timestamp, notes), job


def _know(notebook: NotebookNode, known: KnownNotebook) -> None:
    """Kernel and checksums as the gradebook has them."""
    if known.kernelspec:
        notebook.metadata["kernelspec"] = known.kernelspec
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader")
        if meta and meta["grade_id"] in known.checksums:
            meta["checksum"] = known.checksums[meta["grade_id"]]


def _through(
    course: CourseFolder, steps: Iterable[Any], notebook: NotebookNode, task: Task, name: str
) -> NotebookNode:
    """A notebook through some of nbgrader's preprocessors."""
    its = {
        "assignment": task.assignment.name,
        "notebook": name,
        "student": task.submission.student,
        "db_url": course.db_url,
    }
    for step in steps:
        preprocessor = step(config=course.config)
        preprocessor.log = silent
        if preprocessor.enabled:
            notebook, _ = preprocessor.preprocess(notebook, {"nbgrader": its, "unique_key": name})
    return notebook


def _copy_files(course: CourseFolder, submission: Submission, folder: Path) -> None:
    """The submission's files, then the assignment's public ones over them."""
    folder.mkdir(parents=True)
    for base in (submission.folder, course.step("source") / submission.assignment):
        for path in sorted(base.rglob("*")):
            if path.is_symlink() or not path.is_file() or path.suffix == ".ipynb" or not is_public(path, base):
                continue
            target = folder / path.relative_to(base)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            shutil.copyfile(path, target)


# After the run ------------------------------------------------------------------------------------------------


def finish(course: CourseFolder, book: Gradebook, started: Started, result: Result) -> tuple[Score, str]:
    """Enter the scores, then put the graded folder in place; a crash between the two only grades once more.

    Returns:
        How the submission stands, and what a person should know.

    Raises:
        CourseError: it could not be run, and why.
    """
    task = started.task
    if result.problem:
        raise CourseError(result.problem)
    notes = list(started.notes)
    notebooks = {}
    for name, executed in result.notebooks.items():
        notebooks[name] = _through(course, task.assignment.steps[1], executed, task, name)
        notes += [f"{name}: {phrase}" for phrase in refuse_impossible_scores(notebooks[name])]
        notes += [f"{name}: {phrase}" for phrase in limits_reached(notebooks[name])]
    note = "; ".join(notes)
    _write(started, notebooks, result, note)
    student, seen = task.submission.student, task.assignment.before / task.submission.student / task.assignment.name

    @cache
    def differs(name: str) -> bool:
        return name in notebooks and text_differs(seen, name, notebooks[name])

    score = scores.record(course, book, task.assignment.known, student, notebooks, started.timestamp, differs)
    swap_in(started.folder, graded_folder(course, task.submission))
    return score, note


def _write(started: Started, notebooks: dict[str, NotebookNode], result: Result, note: str) -> None:
    """Complete the folder that the submission ran in, so that it can go into autograded/."""
    folder = started.folder
    _tidy(folder)
    for name, notebook in notebooks.items():
        # not nbformat.writes: it checks again what was checked when it was read and when it was run
        (folder / f"{name}.ipynb").write_text(v4.writes(notebook), encoding="utf-8")
    record = {
        "fingerprint": started.task.fingerprint,
        "seconds": round(result.seconds, 2),
        "notebook_seconds": {name: round(seconds, 2) for name, seconds in result.notebook_seconds.items()},
        "note": note,
    }
    (folder / RECORD).write_text(json.dumps(record))
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o444)  # as nbgrader leaves them


def _tidy(folder: Path) -> None:
    """Take out what the code may have left there and must not: links, pipes and the like, and what we write."""
    for path in list(folder.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            path.unlink()
    for path in (*folder.glob("*.ipynb"), folder / RECORD):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
