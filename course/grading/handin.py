"""Makes submissions: a released notebook with answers in its solution cells. For the demo class and the bank."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course.grading.notebooks import role
from course.grading.rules import SOLUTION, without_markers

_REGION = re.compile(rf"^([ \t]*)### BEGIN {SOLUTION}\n.*?^[ \t]*### END {SOLUTION}", re.MULTILINE | re.DOTALL)


def solutions(master: NotebookNode) -> dict[str, str]:
    """Exercise id to the reference solution, as a student would have written it."""
    return {its.exercise: without_markers(cell.source) for cell, its in _solution_cells(master)}


def with_body(master: NotebookNode, exercise: str, body: str) -> str:
    """The solution cell of an exercise with another body in its (first) function.

    Args:
        master: holds the exercise.
        exercise: its id.
        body: lines to put in place of the reference solution, not indented.
    """
    source = next(cell.source for cell, its in _solution_cells(master) if its.exercise == exercise)

    def indented(match: re.Match[str]) -> str:
        return "\n".join(match[1] + line for line in body.split("\n"))

    return without_markers(_REGION.sub(indented, source, count=1))


def fill_in(released: NotebookNode, answers: Mapping[str, str]) -> NotebookNode:
    """A copy of the released notebook with these answers in its solution cells; the others stay untouched."""
    filled = copy.deepcopy(released)
    for cell, its in _solution_cells(filled):
        if its.exercise in answers:
            cell.source = answers[its.exercise]
    return filled


def hand_in(notebook: NotebookNode, folder: Path, name: str) -> None:
    """Write a notebook into a submission's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{name}.ipynb")


def _solution_cells(notebook: NotebookNode) -> list:
    return [
        (cell, role(cell)) for cell in notebook.cells if role(cell).kind == "solution" and cell.cell_type == "code"
    ]
