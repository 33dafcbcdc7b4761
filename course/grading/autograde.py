"""submitted/ to autograded/ and the gradebook: what is new or changed, several at once."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties, Execute, SaveAutoGrades

from course.device import VARIABLE as DEVICE_VARIABLE
from course.grading import gradebook
from course.grading.engine import Job, KernelRunner, Result, Runner
from course.grading.errors import CourseError
from course.grading.gradebook import Score
from course.grading.notebooks import grade_id
from course.grading.release import checked_masters, generated, refuse_changes, swap_in
from course.grading.repair import restore_metadata, restore_missing_cells
from course.grading.settings import RECORD, CourseFolder
from course.grading.submissions import (
    Submission,
    common_fingerprint,
    find_submissions,
    fingerprint,
    graded_folder,
    is_public,
    last_record,
    read_submission,
    read_timestamp,
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Options:
    """How to grade.

    Attributes:
        jobs: submissions graded at the same time.
        device: what notebooks find in COURSE_DEVICE; None leaves the environment's.
        regrade: grade unchanged submissions, too, and let the gradebook follow changed masters; a copy of the
            gradebook is kept.
        skip_tags: cells with these tags are not run.
    """

    jobs: int = 1
    device: str | None = None
    regrade: bool = False
    skip_tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """How one submission came out.

    Attributes:
        student: id.
        assignment: name.
        score: as it stands in the gradebook; None where the submission could not be graded.
        graded: whether it was graded now; False for unchanged ones and for failures.
        note: what a person should know, "" for nothing.
        problem: why it could not be graded, "" where it was.
    """

    student: str
    assignment: str
    score: Score | None
    graded: bool
    note: str = ""
    problem: str = ""


@dataclass
class Graded:
    """The outcome of a run.

    Attributes:
        rows: one a submission, by assignment and student.
        kept_aside: the copy of the gradebook that a regrade left.
    """

    rows: list[Row] = field(default_factory=list)
    kept_aside: Path | None = None


@dataclass(frozen=True)
class _Assignment:
    name: str
    masters: dict[str, NotebookNode]
    common: str  # common_fingerprint


@dataclass(frozen=True)
class _Task:
    """A submission that is to be graded, and what grading it needs to know."""

    submission: Submission
    assignment: _Assignment
    fingerprint: str
    notebooks: dict[str, NotebookNode]
    timestamp: str | None
    note: str


def autograde(
    course: CourseFolder,
    assignments: list[str],
    students: list[str],
    options: Options,
    *,
    runner: Runner | None = None,
    progress: Progress = lambda done, total: None,
) -> Graded:
    """Grade what is new or changed, and say how every submission stands.

    A submission that can't be read or run never stops the others: it is a row with its reason, and what is
    in the gradebook and in autograded/ for it stays as it was.

    Args:
        course: the course folder.
        assignments: names; all where empty.
        students: ids; all where empty.
        options: how to grade.
        runner: what runs the notebooks; kernels where not given.
        progress: called with how many are done, and of how many.

    Raises:
        CourseError: an assignment or student does not exist, a master breaks a rule, or graded cells changed
            after submissions were graded and this is no regrade.
    """
    chosen = course.choose(assignments)
    submissions = _choose_submissions(course, chosen, students)
    outcome = Graded()
    with course.lock():
        prepared = {name: _prepare_assignment(course, name, options) for name in chosen if submissions[name]}
        if options.regrade:
            outcome.kept_aside = gradebook.keep_aside(course)
        for assignment in prepared.values():
            _bring_up_to_date(course, assignment, options)
        with gradebook.opened(course) as book:
            rows, tasks = _sort_out(course, book, submissions, prepared, options)
            runner = runner or KernelRunner(options.jobs)
            rows += _grade(course, book, tasks, options, runner, progress)
    outcome.rows = sorted(rows, key=lambda row: (row.assignment, row.student))
    return outcome


def _choose_submissions(
    course: CourseFolder, assignments: list[str], students: list[str]
) -> dict[str, list[Submission]]:
    found = {name: find_submissions(course, name) for name in assignments}
    if not students:
        return found
    for student in students:
        if not any(submission.student == student for each in found.values() for submission in each):
            folder = course.step("submitted") / student
            what = f"has handed in nothing for {', '.join(assignments)}" if folder.is_dir() else "does not exist"
            raise CourseError(f"student {student!r} {what} (looked in {course.relative(folder)}/)")
    return {name: [each for each in those if each.student in students] for name, those in found.items()}


def _prepare_assignment(course: CourseFolder, name: str, options: Options) -> _Assignment:
    masters = checked_masters(course, name)
    if options.regrade:
        gradebook.refuse_other_notebooks(course, name, masters)
    else:
        refuse_changes(course, name, masters)
    device = options.device or os.environ.get(DEVICE_VARIABLE)
    relevant = {"device": device, "skip_tags": sorted(options.skip_tags)}
    return _Assignment(name, masters, common_fingerprint(course, name, relevant))


def _bring_up_to_date(course: CourseFolder, assignment: _Assignment, options: Options) -> None:
    """Let the gradebook know the assignment's cells as the masters have them."""
    with gradebook.opened(course) as book:
        known = gradebook.is_known(book, assignment.name)
        changed = known and gradebook.differences(book, assignment.name, assignment.masters)
        fit = changed and gradebook.has_submissions(book, assignment.name)
    if fit:
        gradebook.fit_to_masters(course, assignment.name, assignment.masters)
    if not known or changed:
        with generated(course, assignment.name):
            pass  # nbgrader enters the cells into the gradebook on the way


def _sort_out(
    course: CourseFolder,
    book: Gradebook,
    submissions: dict[str, list[Submission]],
    prepared: dict[str, _Assignment],
    options: Options,
) -> tuple[list[Row], list[_Task]]:
    """Rows for what is graded already or can't be graded, and tasks for the rest."""
    rows, tasks = [], []
    for name, assignment in prepared.items():
        for submission in submissions[name]:
            try:
                now = fingerprint(submission, assignment.common)
                before = last_record(course, submission)
                if not options.regrade and before.get("fingerprint") == now:
                    score = _known_score(book, submission, assignment)
                    if score is not None:
                        note = "; ".join(part for part in ("unchanged", before.get("note")) if part)
                        rows.append(Row(submission.student, name, score, graded=False, note=note))
                        continue
                notebooks, strangers = read_submission(course, submission, assignment.masters)
                timestamp = read_timestamp(course, submission)
            except (CourseError, OSError) as error:
                rows.append(Row(submission.student, name, None, graded=False, problem=str(error)))
                continue
            note = _notes(assignment, notebooks, strangers)
            tasks.append(_Task(submission, assignment, now, notebooks, timestamp, note))
    return rows, tasks


def _known_score(book: Gradebook, submission: Submission, assignment: _Assignment) -> Score | None:
    try:
        return _in_order(gradebook.read_score(book, submission.assignment, submission.student), assignment)
    except MissingEntry:
        return None


def _in_order(score: Score, assignment: _Assignment) -> Score:
    """The failed cells in the order in which the notebooks have them."""
    cells = [f"{name}/{grade_id(cell)}" for name, master in assignment.masters.items() for cell in master.cells]
    order = {cell: position for position, cell in enumerate(cells)}
    score.failed.sort(key=lambda cell: order.get(cell, len(order)))
    return score


def _notes(assignment: _Assignment, notebooks: dict[str, NotebookNode], strangers: list[str]) -> str:
    notes = [f"{name}.ipynb missing" for name in assignment.masters if name not in notebooks]
    notes += [f"{name} is not of this assignment" for name in strangers]
    return "; ".join(notes)


# Running -----------------------------------------------------------------------------------------------------


def _grade(
    course: CourseFolder,
    book: Gradebook,
    tasks: list[_Task],
    options: Options,
    runner: Runner,
    progress: Progress,
) -> Iterator[Row]:
    progress(0, len(tasks))
    if not tasks:
        return
    environment = {DEVICE_VARIABLE: options.device} if options.device else {}
    by_key = {f"{task.submission.assignment}/{task.submission.student}": task for task in tasks}
    with tempfile.TemporaryDirectory(prefix=".course-autograde-", dir=course.root) as scratch:
        rows, jobs = [], []
        for number, (key, task) in enumerate(by_key.items()):
            folder = Path(scratch) / str(number) / task.submission.assignment
            try:
                notebooks = _sanitized(course, task)
                _copy_files(course, task.submission, folder)
            except Exception as error:
                rows.append(_failure(task, f"could not be prepared: {_first_line(error)}"))
                continue
            limits = course.settings.limits
            jobs.append(Job(key, notebooks, folder, limits, environment, options.skip_tags))
        yield from rows
        folders = {job.key: job.folder for job in jobs}
        with contextlib.closing(runner.run(jobs)) as results:  # type: ignore[type-var]
            for done, result in enumerate(results, start=len(rows) + 1):
                yield _finish(course, book, by_key[result.key], result, folders[result.key])
                progress(done, len(tasks))


def _sanitized(course: CourseFolder, task: _Task) -> dict[str, NotebookNode]:
    """The submitted notebooks as they are to be run: test cells and set-up as the master has them."""
    sanitized = {}
    for name, notebook in task.notebooks.items():
        restore_metadata(notebook, task.assignment.masters[name])
        restore_missing_cells(notebook, task.assignment.masters[name])
        steps = Autograde(config=course.config).sanitize_preprocessors
        sanitized[name] = _through(course, steps, notebook, task, name)
    return sanitized


def _through(
    course: CourseFolder, steps: Iterable[Any], notebook: NotebookNode, task: _Task, name: str
) -> NotebookNode:
    """A notebook through some of nbgrader's preprocessors."""
    its = {
        "assignment": task.submission.assignment,
        "notebook": name,
        "student": task.submission.student,
        "db_url": course.db_url,
    }
    for step in steps:
        preprocessor = step(config=course.config)
        preprocessor.log = gradebook.silent
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


def _finish(course: CourseFolder, book: Gradebook, task: _Task, result: Result, folder: Path) -> Row:
    """Enter the scores, then put the graded folder in place; a crash between the two only grades once more."""
    if result.problem:
        return _failure(task, result.problem)
    try:
        kept = [step for step in Autograde(config=course.config).autograde_preprocessors if step not in _OURS]
        notebooks = {
            name: _through(course, kept, notebook, task, name) for name, notebook in result.notebooks.items()
        }
        _write(task, notebooks, folder, result.seconds)
        score = gradebook.record(course, book, task.submission.assignment, task.submission.student, notebooks,
                                 task.timestamp)  # fmt: skip
        swap_in(folder, graded_folder(course, task.submission))
    except Exception as error:
        return _failure(task, f"could not be scored: {_first_line(error)}")
    score = _in_order(score, task.assignment)
    return Row(task.submission.student, task.submission.assignment, score, graded=True, note=task.note)


_OURS = (Execute, SaveAutoGrades, AssignLatePenalties)  # done by the runner and by gradebook.record


def _write(task: _Task, notebooks: dict[str, NotebookNode], folder: Path, seconds: float) -> None:
    """Complete the folder that the submission ran in, so that it can go into autograded/."""
    _tidy(folder)
    for name, notebook in notebooks.items():
        (folder / f"{name}.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    record = {"fingerprint": task.fingerprint, "seconds": round(seconds, 2), "note": task.note}
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


def _failure(task: _Task, reason: str) -> Row:
    where = f"{task.submission.student}/{task.submission.assignment}"
    return Row(task.submission.student, task.submission.assignment, None, False, problem=f"{where}: {reason}")


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
