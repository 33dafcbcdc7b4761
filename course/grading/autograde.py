"""submitted/ to autograded/ and the gradebook: what is new or changed, several at once."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import Gradebook

from course.device import VARIABLE as DEVICE_VARIABLE
from course.grading import deadlines, gradebook, standing
from course.grading.confinement import choose_runner, environment_of
from course.grading.engine.jobs import Job, Result, Runner
from course.grading.engine.sandbox import SandboxError
from course.grading.errors import CourseError
from course.grading.private import make_private_files
from course.grading.release import checked_masters, generated, has_rules, refuse_changes
from course.grading.settings import CourseFolder
from course.grading.standing import Score
from course.grading.submissions import Submission, common_fingerprint, find_submissions, fingerprint, last_record
from course.grading.task import PreparedAssignment, Prune, Started, Task, finish, prepare, steps_of

Progress = Callable[[int, int], None]
SCRATCH = ".course-autograde-"


@dataclass(frozen=True)
class Options:
    """How to grade.

    Attributes:
        jobs: submissions graded at the same time.
        device: what notebooks find in COURSE_DEVICE; None leaves the environment's.
        regrade: grade unchanged submissions, too, and let the gradebook follow changed masters; what
            :mod:`course.grading.regrade` does on a copy.
        skip_tags: cells with these tags are not run.
        prune: gives cells of a notebook such a tag, once it is as it will be run.
        confined: run submissions in the sandbox.
    """

    jobs: int = 1
    device: str | None = None
    regrade: bool = False
    skip_tags: frozenset[str] = frozenset()
    prune: Prune | None = None
    confined: bool = True


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


def autograde(
    course: CourseFolder,
    assignments: list[str],
    students: list[str],
    options: Options,
    *,
    runner: Runner | None = None,
    progress: Progress = lambda done, total: None,
) -> list[Row]:
    """Grade what is new or changed, and say how every submission stands.

    A submission that can't be read or run never stops the others: it is a row with its reason, and what is
    in the gradebook and in autograded/ for it stays as it was.

    Args:
        course: the course folder.
        assignments: names; all where empty.
        students: ids; all where empty.
        options: how to grade.
        runner: what runs the notebooks, in place of the one that the options ask for.
        progress: called with how many are done, and of how many.

    Returns:
        A row a submission, by assignment and student.

    Raises:
        CourseError: an assignment or student does not exist, a master breaks a rule, or graded cells changed
            after submissions were graded and this is no regrade.
    """
    chosen = course.choose(assignments)
    submissions = choose_submissions(course, chosen, students)
    with course.lock():
        return grade_all(course, submissions, options, runner=runner, progress=progress)


def grade_all(
    course: CourseFolder,
    submissions: dict[str, list[Submission]],
    options: Options,
    *,
    runner: Runner | None = None,
    progress: Progress = lambda done, total: None,
) -> list[Row]:
    """:func:`autograde` of submissions by assignment, for a caller that has locked the course."""
    prepared = {name: prepare_assignment(course, name, options) for name in submissions if submissions[name]}
    with gradebook.opened(course) as book:
        rows, tasks = _sort_out(course, book, submissions, prepared, options)
        rows += _grade(course, book, tasks, options, runner, progress)
    return sorted(rows, key=lambda row: (row.assignment, row.student))


def choose_submissions(
    course: CourseFolder, assignments: list[str], students: list[str]
) -> dict[str, list[Submission]]:
    """The submissions of some assignments and students, all where no student is named.

    Raises:
        CourseError: a student does not exist, or has handed in nothing of these.
    """
    found = {name: find_submissions(course, name) for name in assignments}
    if not students:
        return found
    for student in students:
        if not any(submission.student == student for each in found.values() for submission in each):
            folder = course.step("submitted") / student
            what = f"has handed in nothing for {', '.join(assignments)}" if folder.is_dir() else "does not exist"
            raise CourseError(f"student {student!r} {what} (looked in {course.relative(folder)}/)")
    return {name: [each for each in those if each.student in students] for name, those in found.items()}


def prepare_assignment(course: CourseFolder, name: str, options: Options) -> PreparedAssignment:
    """Check the masters, and let the gradebook know their cells."""
    masters = checked_masters(course, name)
    make_private_files(course.settings, course.step("source"), name)
    if options.regrade:
        gradebook.refuse_other_notebooks(course, name, masters)
    else:
        refuse_changes(course, name, masters)
    _bring_up_to_date(course, name, masters)
    hashes = {each: hashlib.sha256(path.read_bytes()).hexdigest() for each, path in course.masters(name).items()}
    with gradebook.opened(course) as book:
        deadlines.refresh_open(course, book, [name])
        known = standing.read_assignment(book, name, masters)
    known = replace(known, extensions=deadlines.extensions_of(course, name))
    common, before = common_of(course, name, options), CourseFolder(course.root).step("autograded")
    return PreparedAssignment(name, masters, common, known, hashes, steps_of(course), before)


def common_of(course: CourseFolder, name: str, options: Options) -> str:
    """The fingerprint of what all submissions of an assignment share."""
    device = options.device or os.environ.get(DEVICE_VARIABLE)
    return common_fingerprint(course, name, {"device": device, "skip_tags": sorted(options.skip_tags)})


def _bring_up_to_date(course: CourseFolder, name: str, masters: dict[str, NotebookNode]) -> None:
    with gradebook.opened(course) as book:
        known = gradebook.is_known(book, name)
        changed = known and gradebook.differences(book, name, masters)
        fit = changed and gradebook.has_submissions(book, name)
    if fit:
        gradebook.fit_to_masters(course, name, masters)
    if not known or changed:
        with generated(course, name):
            pass  # nbgrader enters the cells into the gradebook on the way


def _sort_out(
    course: CourseFolder,
    book: Gradebook,
    submissions: dict[str, list[Submission]],
    prepared: dict[str, PreparedAssignment],
    options: Options,
) -> tuple[list[Row], list[Task]]:
    """Rows for what is graded already, and tasks for the rest."""
    rows, tasks = [], []
    for name, assignment in prepared.items():
        stand = standing.read_scores(book, assignment.known)
        for submission in submissions[name]:
            try:
                now = fingerprint(submission, assignment.common)
            except OSError as error:
                rows.append(_failure(submission, f"can't be read: {error.strerror}"))
                continue
            before = last_record(course, submission)
            score = stand.get(submission.student)
            if not options.regrade and score is not None and before.get("fingerprint") == now:
                note = "; ".join(part for part in ("unchanged", before.get("note")) if part)
                rows.append(Row(submission.student, name, score, graded=False, note=note))
            else:
                tasks.append(Task(submission, assignment, now))
    return rows, tasks


def _grade(
    course: CourseFolder,
    book: Gradebook,
    tasks: list[Task],
    options: Options,
    runner: Runner | None,
    progress: Progress,
) -> Iterator[Row]:
    progress(0, len(tasks))
    if not tasks:
        return
    device = options.device or os.environ.get(DEVICE_VARIABLE)
    if runner is None:
        masters = {task.assignment.name: task.assignment.masters for task in tasks}
        every = [master for those in masters.values() for master in those.values()]
        runner = choose_runner(
            course.settings, every, options.jobs, confined=options.confined, tested=has_rules(course), device=device
        )
    environment = environment_of(device)
    for left in course.root.glob(f"{SCRATCH}*"):  # by a run that was killed; the lock says that none runs now
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=course.root) as scratch, _settled():
        started: dict[str, Started] = {}
        failures: list[Row] = []

        def jobs() -> Iterator[Job]:
            for number, task in enumerate(tasks):
                folder = Path(scratch, str(number), task.assignment.name)
                try:
                    started[task.key], job = prepare(
                        course, task, folder, environment, options.skip_tags, options.prune
                    )
                except CourseError as error:
                    failures.append(_failure(task.submission, str(error)))
                except Exception as error:
                    reason = f"{task.submission.where}: could not be prepared: {_first_line(error)}"
                    failures.append(_failure(task.submission, reason))
                else:
                    yield job

        try:
            with contextlib.closing(runner.run(jobs())) as results:  # type: ignore[type-var]
                for done, result in enumerate(results, start=1):
                    yield _finish(course, book, started.pop(result.key), result)
                    progress(done + len(failures), len(tasks))
        except SandboxError as error:
            raise CourseError(str(error)) from None
        yield from failures
        progress(len(tasks), len(tasks))


@contextlib.contextmanager
def _settled() -> Iterator[None]:
    """What is in memory by now is left alone by the garbage collector, which took a tenth of our time."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _finish(course: CourseFolder, book: Gradebook, started: Started, result: Result) -> Row:
    submission = started.task.submission
    try:
        score, note = finish(course, book, started, result)
    except CourseError as error:
        return _failure(submission, f"{submission.where}: {error}")
    except Exception as error:
        return _failure(submission, f"{submission.where}: could not be scored: {_first_line(error)}")
    finally:
        shutil.rmtree(started.folder.parent, ignore_errors=True)
    return Row(submission.student, submission.assignment, score, graded=True, note=note)


def _failure(submission: Submission, reason: str) -> Row:
    return Row(submission.student, submission.assignment, None, False, problem=reason)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
