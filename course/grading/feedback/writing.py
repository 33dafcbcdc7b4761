"""Writes the pages of graded submissions, several at once."""

from __future__ import annotations

import contextlib
import copy
import multiprocessing
import shutil
import signal
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import GetGrades

from course.grading import deadlines, gradebook
from course.grading.due import Due, read_due
from course.grading.errors import CourseError
from course.grading.feedback.exercises import released
from course.grading.feedback.marks import Marks, put_into, read_marks
from course.grading.feedback.page import render
from course.grading.processes import begin_beside
from course.grading.release import Complaints, swap_in
from course.grading.settings import CourseFolder

INDEX = "index.html"
SCRATCH = ".course-feedback-"
WORTH_A_PROCESS = 25  # submissions; starting a process takes as long as these

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Task:
    """A submission whose pages are to be written."""

    assignment: str
    marks: Marks
    due: Due | None
    show_hidden: bool

    @property
    def name(self) -> str:
        return f"{self.marks.student}/{self.assignment}"


def feedback(
    course: CourseFolder,
    assignments: list[str],
    students: list[str],
    *,
    show_hidden: bool = False,
    jobs: int = 1,
    progress: Progress = lambda done, total: None,
) -> list[Path]:
    """Write the feedback of graded submissions; what was there before is replaced when the new one is complete.

    Args:
        course: the course folder.
        assignments: names; all where empty.
        students: ids; all that are graded where empty.
        show_hidden: show hidden tests and mark schemes.
        jobs: submissions written at the same time.
        progress: called with how many are done, and of how many.

    Returns:
        The page of each submission, by assignment and student.

    Raises:
        CourseError: an assignment does not exist, a student has nothing graded, or the pages of a submission could
            not be made; then those of all others are written.
    """
    chosen = course.choose(assignments)
    graded = {name: graded_students(course, name) for name in chosen}
    for student in students:
        if not any(student in those for those in graded.values()):
            raise CourseError(
                f"student {student!r} has nothing graded for {', '.join(chosen)}; run `course autograde` first"
            )
    if not any(graded.values()):
        raise CourseError(f"nothing is graded yet for {', '.join(chosen)}; run `course autograde` first")
    if students:
        graded = {name: [each for each in those if each in students] for name, those in graded.items()}
    with course.lock():
        tasks = _tasks(course, graded, show_hidden)
        for left in course.root.glob(f"{SCRATCH}*"):  # by a run that was killed; the lock says that none runs now
            shutil.rmtree(left, ignore_errors=True)
        return _write_all(course, tasks, jobs, progress)


def graded_students(course: CourseFolder, assignment: str) -> list[str]:
    """Who has a graded submission of the assignment."""
    folders = course.step("autograded").glob(f"*/{assignment}")
    return sorted(path.parent.name for path in folders if any(path.glob("*.ipynb")))


def _tasks(course: CourseFolder, graded: dict[str, list[str]], show_hidden: bool) -> list[_Task]:
    due = read_due(course)
    tasks = []
    with gradebook.opened(course) as book:
        deadlines.refresh_open(course, book, list(graded))
        for name, those in graded.items():
            marks = read_marks(book, name) if those else {}
            for student in those:
                if student not in marks:
                    raise CourseError(
                        f"{student}/{name}: in autograded/, but not in the gradebook; run `course autograde {name}`"
                    )
                tasks.append(_Task(name, marks[student], due.get(name), show_hidden))
    return tasks


# Several at once ---------------------------------------------------------------------------------------------


def _write_all(course: CourseFolder, tasks: list[_Task], jobs: int, progress: Progress) -> list[Path]:
    progress(0, len(tasks))
    problems: dict[str, str] = {}
    for done, (task, problem) in enumerate(_outcomes(course, tasks, jobs), start=1):
        if problem:
            problems[task.name] = problem
        progress(done, len(tasks))
    if problems:
        first = next(task.name for task in tasks if task.name in problems)
        more = f" (and {len(problems) - 1} more have none)" if len(problems) > 1 else ""
        others = f"; {len(tasks) - len(problems)} others are written" if len(tasks) > len(problems) else ""
        raise CourseError(f"{first}: no feedback: {problems[first]}{more}{others}")
    return [_target(course, task) / INDEX for task in tasks]


def _outcomes(course: CourseFolder, tasks: list[_Task], jobs: int) -> Iterator[tuple[_Task, str]]:
    """Each task with the reason why it failed, "" where it did not, as they come to an end."""
    processes = min(jobs, len(tasks) // WORTH_A_PROCESS)
    if processes < 2:
        for task in tasks:
            yield task, _try(course, task)
        return
    # new processes, and no forks: threads run here, such as the one that draws the progress bar
    start = multiprocessing.get_context("spawn")
    where = course.root, course.replaced
    with ProcessPoolExecutor(processes, start, begin_beside) as pool:
        try:
            with _ignoring_interrupts():
                pool.submit(int).result()  # the processes are begun
            running = {pool.submit(_try_elsewhere, *where, task): task for task in tasks}
            for ended in as_completed(running):
                yield running[ended], ended.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


@contextlib.contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """Ctrl-C counts when this is over: a process that has only begun would answer it with a traceback."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _try_elsewhere(root: Path, replaced: tuple[tuple[str, str], ...], task: _Task) -> str:
    return _try(_course(root, replaced), task)


@lru_cache(maxsize=1)
def _course(root: Path, replaced: tuple[tuple[str, str], ...]) -> CourseFolder:
    return CourseFolder(root, replaced)


def _try(course: CourseFolder, task: _Task) -> str:
    try:
        with warnings.catch_warnings():  # nbconvert's, with words of a student's in them
            warnings.simplefilter("ignore")
            _write(course, task)
    except CourseError as error:
        return str(error)
    except Exception as error:  # of one submission; it must not cost the others theirs
        return f"{type(error).__name__}: {(str(error).strip() or 'no reason given').splitlines()[0]}"
    return ""


# One submission ----------------------------------------------------------------------------------------------


def _target(course: CourseFolder, task: _Task) -> Path:
    return course.step("feedback") / task.marks.student / task.assignment


def _write(course: CourseFolder, task: _Task) -> None:
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=course.root) as folder:
        coursedir = course.directory(feedback_directory=Path(folder))
        coursedir.assignment_id, coursedir.student_id = task.assignment, task.marks.student
        config = copy.deepcopy(course.config)
        config.GenerateFeedback.pop("post_convert_hook", None)  # that would write into feedback/ itself
        config.HideFromStudents.show_hidden = task.show_hidden
        complaints = Complaints()
        converter = GenerateFeedback(coursedir=coursedir, config=config)
        converter.log = complaints.logger
        marks = put_into(task.marks)
        converter.preprocessors = [marks if step is GetGrades else step for step in converter.preprocessors]
        try:
            converter.start()
        except (NbGraderException, SystemExit):
            raise CourseError(complaints.last()) from None
        made = Path(folder) / task.marks.student / task.assignment
        _write_index(course, task, made)
        swap_in(made, _target(course, task))


def _write_index(course: CourseFolder, task: _Task, folder: Path) -> None:
    """Write the page of one submission into its feedback folder."""
    policy = course.settings.late_policy
    page = render(
        task.assignment,
        task.marks,
        course.step("autograded") / task.marks.student / task.assignment,
        {part.name: released(course, task.assignment, part.name) for part in task.marks.notebooks},
        task.due,
        "" if policy == "none" else policy,
        show_hidden=task.show_hidden,
    )
    (folder / INDEX).write_text(page, encoding="utf-8")


def write_index_after_nbgrader(assignment: str, student: str, notebooks: list[str]) -> None:
    """The same page after nbgrader's own generate_feedback, which calls this for every submission."""
    course = CourseFolder.find(Path.cwd())
    show_hidden = bool(course.config.HideFromStudents.get("show_hidden", False))
    for folder in sorted({Path(notebook).parent for notebook in notebooks}):
        who, what = folder.parent.name, folder.name
        with gradebook.opened(course) as book:
            marks = read_marks(book, what, who)
        if who in marks:
            task = _Task(what, marks[who], read_due(course).get(what), show_hidden)
            _write_index(course, task, _target(course, task))
