"""Runs that are killed in the middle, and run again: nothing is lost, nothing is graded twice, nothing differs."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from courses import SmallCourse
from nbgrader.api import Gradebook

from course.grading.autograde import Options, Row, autograde
from course.grading.settings import RECORD

CLASS, KILLS = 30, 20
ANSWERS: list[dict[str, str]] = [
    {},
    {"double": "def double(x):\n    return 3 * x"},
    {"total": "def total(values):\n    raise ValueError('no')"},
]


@pytest.fixture(scope="module")
def handed_in(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    made = released_template.copy_to(tmp_path_factory.mktemp("killed") / "course_folder")
    for number in range(CLASS):
        made.submit(f"student{number:02d}", ANSWERS[number % len(ANSWERS)])
    return made


@pytest.fixture(scope="module")
def undisturbed(handed_in: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> tuple[SmallCourse, float]:
    """A run that nobody kills, and how long it took."""
    course = handed_in.copy_to(tmp_path_factory.mktemp("undisturbed") / "course_folder")
    started = time.monotonic()
    grade(course)
    return course, time.monotonic() - started


def grade(course: SmallCourse) -> list[Row]:
    return autograde(course.folder, [], [], Options(jobs=2))


def book_of(course: SmallCourse) -> list[Any]:
    """All that the gradebook holds of the submissions, without its keys."""
    with Gradebook(course.folder.db_url, course.folder.directory().course_id or "default_course") as book:
        return sorted(
            (submission.student_id, notebook.name, grade.name, grade.auto_score, grade.manual_score,
             grade.needs_manual_grade, comment_on(notebook, grade.name))
            for submission in book.assignment_submissions("01_first")
            for notebook in submission.notebooks
            for grade in notebook.grades
        )  # fmt: skip


def comment_on(notebook: Any, name: str) -> Any:
    return [comment.auto_comment for comment in notebook.comments if comment.name == name]


def files_of(course: SmallCourse) -> dict[str, Any]:
    """autograded/ as it is, but for how long each took."""
    base = course.root / "autograded"
    found: dict[str, Any] = {}
    for path in base.rglob("*"):
        if path.is_file():
            content: Any = path.read_bytes()
            if path.name == RECORD:
                content = {name: value for name, value in json.loads(content).items() if "seconds" not in name}
            found[str(path.relative_to(base))] = content
    return found


def finished(course: SmallCourse) -> set[str]:
    return {path.parent.parent.name for path in (course.root / "autograded").glob(f"*/*/{RECORD}")}


def run_in_fork(course: SmallCourse) -> int:
    """Grade in a process of its own; returns its id. Modules are loaded already, so it starts at once."""
    pid = os.fork()
    if pid == 0:
        try:
            grade(course)
        finally:
            os._exit(0)
    return pid


@pytest.mark.slow
@pytest.mark.parametrize("number", range(KILLS))
def test_coordinator_killed_and_run_again_gives_the_same(
    number: int, handed_in: SmallCourse, undisturbed: tuple[SmallCourse, float], tmp_path: Path
) -> None:
    wanted, seconds = undisturbed
    course = handed_in.copy_to(tmp_path / "course_folder")
    moment = random.Random(number).uniform(0.1, 1.0) * seconds
    pid = run_in_fork(course)
    time.sleep(moment)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    done = finished(course)
    rows = grade(course)
    assert {row.student for row in rows if not row.graded} == done, f"killed after {moment:.2f} s"
    assert (book_of(course), files_of(course)) == (book_of(wanted), files_of(wanted))
    assert not list(course.root.glob(".course-autograde-*"))


def kill_matching(matches: Callable[[psutil.Process], bool], parent: int) -> bool:
    for process in psutil.Process(parent).children(recursive=True):
        try:
            if matches(process):
                process.kill()
                return True
        except psutil.NoSuchProcess:
            continue
    return False


def is_zygote(process: psutil.Process | None) -> bool:
    """Whether it is the Python that bubblewrap runs, and is at work already."""
    if process is None or "zygote.main" not in " ".join(process.cmdline()):
        return False
    parent = process.parent()
    inside = "bwrap" not in process.cmdline()[0] and parent is not None and "bwrap" in " ".join(parent.cmdline())
    return inside and process.children() != []


def is_child(process: psutil.Process) -> bool:
    """Whether it is a submission's process."""
    return is_zygote(process.parent())


@pytest.mark.parametrize(("matches", "times"), [(is_child, 4), (is_zygote, 3)])
def test_class_ends_right_although_its_processes_are_killed(
    matches: Callable[[psutil.Process], bool],
    times: int,
    handed_in: SmallCourse,
    undisturbed: tuple[SmallCourse, float],
    tmp_path: Path,
) -> None:
    course = handed_in.copy_to(tmp_path / "course_folder")
    pid = run_in_fork(course)
    killed = 0
    while killed < times and os.waitpid(pid, os.WNOHANG) == (0, 0):
        killed += kill_matching(matches, pid)
        time.sleep(0.3)
    if killed == times:
        os.waitpid(pid, 0)
    assert killed > 1
    assert (book_of(course), files_of(course)) == (book_of(undisturbed[0]), files_of(undisturbed[0]))
