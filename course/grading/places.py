"""Puts the master's cells where they can do their work: set-up above what follows it, tests below what they test.

Cells that can do it where they are stay there, in whatever order: another order is no mistake.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode
from nbformat.v4.nbbase import random_cell_id

from course.grading.notebooks import is_graded, role
from course.grading.recognition import cell_ids, defined, name_of, with_role


@dataclass
class Placed:
    """What was done, by name, in the master's order.

    Attributes:
        added: cells that were missing.
        moved: cells that stood where they could not do their work.
        missing: solutions that are not there; nothing can stand in for them.
    """

    added: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def put_in_place(
    notebook: NotebookNode, master: NotebookNode, found: Mapping[str, NotebookNode], released: Mapping[str, str]
) -> Placed:
    """Move and add cells of the master's.

    Args:
        notebook: the submission; changed in place.
        master: the master.
        found: grade_id to the submission's cell.
        released: grade_id to text of cells that students write into, as they got them.
    """
    wanted, cells, present, placed = with_role(master), notebook.cells, dict(found), Placed()
    names = {id(cell): name for name, cell in found.items()}
    if [names[id(cell)] for cell in cells if id(cell) in names] == [name_of(each) for each in wanted]:
        return placed  # as released: nothing can be wrong
    for number, original in enumerate(wanted):
        name, kind = name_of(original), role(original).kind
        cell = present.get(name)
        if cell is None and kind == "solution" and not is_graded(original):
            placed.missing.append(name)
            continue
        needed = [present[each] for each in _needed(wanted[: number + 1], present) if each in present]
        lowest = max((_position(cells, each) for each in needed), default=-1) + 1
        later = [name_of(each) for each in wanted[number + 1 :] if role(each).kind == "solution"]  # they never move
        highest = min((_position(cells, present[each]) for each in later if each in present), default=len(cells))
        if cell is None:
            cell = copy.deepcopy(original)
            if any(each.get("id") == cell.get("id") for each in cells):
                cell["id"] = random_cell_id()
            if kind == "solution":  # marked by hand, and taken out: nothing was answered
                cell.source = released.get(name, "")
            placed.added.append(name)
            present[name] = cell
        else:
            at = _position(cells, cell)
            if at >= lowest and not (kind == "locked" and at > highest >= lowest):
                continue
            del cells[at]
            lowest, highest = lowest - (at < lowest), highest - (at < highest)
            placed.moved.append(name)
        below = _before(notebook, master, original, present) + 1
        cells.insert(max(lowest, min(below, highest) if kind == "locked" else below), cell)
    return placed


def _needed(wanted: list[NotebookNode], present: Mapping[str, NotebookNode]) -> list[str]:
    """What the last of the master's cells must stand below.

    A test needs the set-up, its own solution, and those solutions whose names it or they use. Of any other cell
    it is not known what it needs: all above it. Questions need nothing, nor does what students write.
    """
    *earlier, original = wanted
    its = role(original)
    if its.kind in ("solution", "think"):
        return []
    if its.kind not in ("check", "hidden"):
        return [name_of(each) for each in earlier if role(each).kind != "think"]
    needed = [name_of(each) for each in earlier if role(each).kind == "locked"]
    solutions = [each for each in reversed(earlier) if role(each).kind == "solution"]
    used = _words(original)
    for each in sorted(solutions, key=lambda each: role(each).exercise != its.exercise):  # its own is the first
        here = present.get(name_of(each), each)
        gives = defined(each, True) | defined(here, False)
        if role(each).exercise == its.exercise or gives & used:
            needed.append(name_of(each))
            used = (used | _words(each) | _words(here)) - gives  # what it has itself, it needs from nobody
    return needed


def _words(cell: NotebookNode) -> set[str]:
    return set(re.findall(r"\w+", cell.source))


def _before(
    notebook: NotebookNode, master: NotebookNode, original: NotebookNode, present: Mapping[str, NotebookNode]
) -> int:
    """Position of the nearest cell of any kind that the master has before this one; -1 where there is none."""
    positions = {id(cell): index for index, cell in enumerate(notebook.cells)}
    by_id = {each: index for index, cell in enumerate(notebook.cells) for each in cell_ids(cell, False)}
    at = next(index for index, cell in enumerate(master.cells) if cell is original)
    for earlier in reversed(master.cells[:at]):
        here = present.get(name_of(earlier))
        if here is not None:
            return positions[id(here)]
        same = [by_id[each] for each in cell_ids(earlier, True) if each in by_id]
        if same:
            return max(same)
    return -1


def _position(cells: list[NotebookNode], cell: NotebookNode) -> int:
    return next(index for index, each in enumerate(cells) if each is cell)
