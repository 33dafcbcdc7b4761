"""A made-up class of six, so that an instructor sees on the first evening what grading looks like."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course.grading.answers import Answer, make_scratch, read_blocks
from course.grading.errors import CourseError
from course.grading.handin import fill_in, hand_in, solutions, with_body
from course.grading.settings import CONFIG_FILE, CourseFolder

MARK = ".course-demo"  # a folder with this file in it is ours to empty
CELL_SECONDS = 5  # nobody wants to wait half a minute for the endless loop of a demo


@dataclass(frozen=True)
class Notebook:
    """One notebook of the demo: its master, its wrong answers, and its place in the assignment."""

    master: NotebookNode
    wrong: list[Answer]
    first: bool
    last: bool


def _all_right(notebook: Notebook) -> dict[str, str] | None:
    return solutions(notebook.master)


def _some_wrong(notebook: Notebook) -> dict[str, str] | None:
    answers = solutions(notebook.master)
    for exercise in list(answers)[::2]:
        mistakes = [answer.source for answer in notebook.wrong if answer.exercise == exercise]
        answers[exercise] = mistakes[0] if mistakes else with_body(notebook.master, exercise, "return None")
    return answers


def _nothing_done(notebook: Notebook) -> dict[str, str] | None:
    return {}


def _syntax_error(notebook: Notebook) -> dict[str, str] | None:
    answers = solutions(notebook.master)
    if notebook.first:
        answers[next(iter(answers))] += "\n    return ("
    return answers


def _endless_loop(notebook: Notebook) -> dict[str, str] | None:
    answers = solutions(notebook.master)
    if notebook.first:
        exercise = list(answers)[-1]
        answers[exercise] = with_body(notebook.master, exercise, "while True:\n    pass")
    return answers


def _one_missing(notebook: Notebook) -> dict[str, str] | None:
    return None if notebook.last else solutions(notebook.master)


@dataclass(frozen=True)
class Student:
    """A student of the demo class.

    Attributes:
        id: as in submitted/.
        what: what they did, for the table.
        answers: notebook to answers by exercise, or None where it is not handed in.
    """

    id: str
    what: str
    answers: Callable[[Notebook], dict[str, str] | None]


CLASS = (
    Student("ada", "all right", _all_right),
    Student("ben", "some wrong", _some_wrong),
    Student("cleo", "nothing done", _nothing_done),
    Student("dev", "a syntax error", _syntax_error),
    Student("eve", "an endless loop", _endless_loop),
    Student("finn", "a notebook missing", _one_missing),
)


def first_with_several(course: CourseFolder) -> str:
    """The assignment that shows the most in a minute: the first one with several notebooks, or the first."""
    names = course.choose([])
    return next((name for name in names if len(course.masters(name)) > 1), names[0])


def make_class(course: CourseFolder, folder: Path, assignments: list[str]) -> CourseFolder:
    """Make a course folder with assignments released and the class's submissions in it.

    Args:
        course: where masters and answers bank are taken from. Nothing is written into its own folders but private
            data that were not made yet.
        folder: emptied first if an earlier demo made it.
        assignments: names.

    Raises:
        CourseError: the folder holds something that is not a demo.
    """
    if folder.exists() and not (folder / MARK).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise CourseError(f"{folder}: exists and is not a demo's folder; name another one, or move it away")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).write_text("made by `course demo`, which empties this folder when it runs again\n")
    made = make_scratch(course, folder, course.choose(assignments))
    if len(assignments) == 1:  # some notebooks have cells that take longer
        with open(folder / CONFIG_FILE, "a") as config:
            config.write(
                f"\n# The demo does not wait long for its endless loop.\nc.Course.cell_seconds = {CELL_SECONDS}\n"
            )
    for assignment in made.assignments():
        masters = made.masters(assignment)
        for position, (name, path) in enumerate(masters.items()):
            master = nbformat.read(path, as_version=4)
            bank = course.root / "tests" / "answers" / assignment / f"{name}.py"
            blocks = read_blocks(bank, assignment, name, master) if bank.is_file() else ()
            wrong = [answer for answer in blocks if answer.kind == "wrong"]
            notebook = Notebook(master, wrong, position == 0, position == len(masters) - 1)
            released = nbformat.read(made.step("release") / assignment / f"{name}.ipynb", as_version=4)
            for student in CLASS:
                answers = student.answers(notebook)
                if answers is not None:
                    target = made.step("submitted") / student.id / assignment
                    hand_in(fill_in(released, answers), target, name)
    return CourseFolder(made.root)  # read the settings anew, with the demo's own
