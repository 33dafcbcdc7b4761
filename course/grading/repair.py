"""Puts back what a submission lost on its way through students' tools, so that a slip of the mouse costs no points.

Its cells are recognised and solutions that were split are joined; test cells, Think questions and set-up are then
the master's again, where they can do their work.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode

from course.grading.form_titles import without_form_title
from course.grading.notebooks import grade_id, is_graded, role
from course.grading.places import put_in_place
from course.grading.recognition import as_released, name_of, recognise, with_role, words
from course.grading.splits import join_pieces


@dataclass
class Repairs:
    """What was done to a notebook.

    Attributes:
        recognised: cells that had lost nbgrader's metadata.
        joined: solutions that were cut into several cells.
        edited: test cells with another text than they were released with.
        added: cells that were missing.
        moved: cells that stood where they could not do their work.
        twice: cells that were there more than once; the last counts.
        missing: solutions that are not there.
    """

    recognised: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def describe(self) -> list[str]:
        """A phrase for each kind of repair that was needed."""
        phrases = (
            (self.recognised, "recognised without metadata"),
            (self.joined, "split, joined"),
            (self.edited, "edited, restored"),
            (self.added, "missing, put back"),
            (self.moved, "moved, put back"),
            (self.twice, "there twice, the last counts"),
            (self.missing, "missing"),
        )
        return [f"{_some(names)} {what}" for names, what in phrases if names]


def _some(names: list[str], most: int = 3) -> str:
    return ", ".join(names) if len(names) <= most else f"{len(names)} cells"


def belongs_to(notebook: NotebookNode, master: NotebookNode) -> bool:
    """Whether a submitted notebook is this master's: whether any cell of an exercise is in it."""
    exercises = {name_of(cell) for cell in master.cells if is_graded(cell) or role(cell).kind == "solution"}
    if any(grade_id(cell) in exercises for cell in notebook.cells):
        return True
    return not exercises.isdisjoint(recognise(notebook, master).cells)


def repair(notebook: NotebookNode, master: NotebookNode, released: Mapping[str, str]) -> Repairs:
    """Give the notebook the master's cells back.

    Args:
        notebook: the submission; changed in place.
        master: the master.
        released: grade_id to text of cells that students write into, as they got them.
    """
    its = recognise(notebook, master)
    repairs = Repairs(recognised=its.otherwise)
    for cell in notebook.cells:
        cell.metadata.pop("nbgrader", None)
    for original in with_role(master):
        name = name_of(original)
        cell = its.cells.get(name)
        if cell is None:
            continue
        if role(original).kind == "solution":
            cell.metadata["nbgrader"] = copy.deepcopy(original.metadata.nbgrader)
            _change_type(cell, original.cell_type)
            if cell.cell_type == "code" and join_pieces(notebook, cell, its.cells.values()):
                repairs.joined.append(name)
        else:
            given = (words(original.source), words(as_released(original)))
            if words(cell.source) not in given and words(without_form_title(cell.source)) not in given:
                repairs.edited.append(name)
            _replace(cell, original)
    repairs.twice = [name for name in its.twice if name not in repairs.joined]
    placed = put_in_place(notebook, master, its.cells, released)
    repairs.added, repairs.moved, repairs.missing = placed.added, placed.moved, placed.missing
    return repairs


def _replace(cell: NotebookNode, original: NotebookNode) -> None:
    """Make a cell the master's in all but its id, which another one may have."""
    own = cell.get("id")
    cell.clear()
    cell.update(copy.deepcopy(original))
    if own is not None:
        cell["id"] = own


def _change_type(cell: NotebookNode, kind: str) -> None:
    if cell.cell_type == kind:
        return
    cell.cell_type = kind
    if kind == "code":
        cell.outputs, cell.execution_count = [], None
        cell.pop("attachments", None)
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)
