"""Copies of a small released notebook, as students leave them, for the tests of `course validate`."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import nbformat
from courses import SmallCourse, cell_of, small_master
from nbformat import NotebookNode, v4

from course.grading.handin import fill_in, solutions
from course.validation.report import Report

Change = Callable[[NotebookNode], object]


def solved(released: NotebookNode) -> NotebookNode:
    """The small notebook with right answers to everything."""
    made = fill_in(released, solutions(small_master()))
    cell_of(made, "answer_twice").source = "Because half of it would be too little."
    return made


def write(folder: Path, nb: NotebookNode, *changes: Change, name: str = "doubling.ipynb") -> Path:
    """Write a copy of a notebook, changed."""
    made = copy.deepcopy(nb)
    for change in changes:
        change(made)
    nbformat.write(made, folder / name)
    return folder / name


def source(name: str, text: str) -> Change:
    """Another text in a cell."""

    def change(nb: NotebookNode) -> None:
        cell_of(nb, name).source = text

    return change


def deleted(name: str) -> Change:
    """A cell less."""
    return lambda nb: nb.cells.remove(cell_of(nb, name))


def below(name: str, text: str, tags: tuple[str, ...] = ()) -> Change:
    """A code cell of the student's own below another."""

    def change(nb: NotebookNode) -> None:
        made = v4.new_code_cell(text, id=f"a{len(nb.cells)}b2c3d4", metadata={"tags": list(tags)} if tags else {})
        nb.cells.insert(nb.cells.index(cell_of(nb, name)) + 1, made)

    return change


def moved_above(name: str, other: str) -> Change:
    """A cell somewhere else."""

    def change(nb: NotebookNode) -> None:
        cell = cell_of(nb, name)
        nb.cells.remove(cell)
        nb.cells.insert(nb.cells.index(cell_of(nb, other)), cell)

    return change


def untouched(course: SmallCourse, name: str) -> Change:
    """A cell as it was released."""
    return source(name, cell_of(course.released(), name).source)


def states(report: Report) -> dict[str, str]:
    """Name to state of exercises and questions."""
    return {each.name: each.state for each in (*report.exercises, *report.questions)}


def hint(report: Report, exercise: str) -> str:
    """What is said about an exercise."""
    return next(each.hint for each in report.exercises if each.name == exercise)


def to_mend(report: Report) -> list[str]:
    """What is serious beside the exercises."""
    return [each.text for each in report.findings if each.serious]


def worth_knowing(report: Report) -> list[str]:
    """What is not."""
    return [each.text for each in report.findings if not each.serious]
