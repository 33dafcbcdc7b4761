"""Puts back what a submission lost on its way through students' tools, so that a slip of the mouse costs no points.

Cells are recognised by their grade_id; else by their cell id, wherever a tool has put it; else by their text; else
by the name that they define. Test cells, Think questions and set-up are then the master's again, in their place.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode

from course.grading.notebooks import grade_id, is_graded, role
from course.grading.rules import HIDDEN, SCHEME


@dataclass
class Repairs:
    """What was done to a notebook.

    Attributes:
        recognised: cells that had lost nbgrader's metadata.
        edited: test cells with another text than they were released with.
        added: cells that were missing.
        moved: cells that stood where they could not do their work.
        twice: cells that were there more than once; the last counts.
    """

    recognised: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    def describe(self) -> list[str]:
        """A phrase for each kind of repair that was needed."""
        phrases = (
            (self.recognised, "recognised without metadata"),
            (self.edited, "edited, restored"),
            (self.added, "missing, put back"),
            (self.moved, "moved, put back"),
            (self.twice, "there twice, the last counts"),
        )
        return [f"{_some(names)} {what}" for names, what in phrases if names]


def _some(names: list[str], most: int = 3) -> str:
    return ", ".join(names) if len(names) <= most else f"{len(names)} cells"


def belongs_to(notebook: NotebookNode, master: NotebookNode) -> bool:
    """Whether a submitted notebook is this master's: whether any cell of an exercise is in it."""
    found, _, _ = _match(notebook, master)
    exercises = [cell for cell in master.cells if is_graded(cell) or role(cell).kind == "solution"]
    return any(str(grade_id(cell)) in found for cell in exercises)


def repair(notebook: NotebookNode, master: NotebookNode, released: Mapping[str, str]) -> Repairs:
    """Give the notebook the master's cells back.

    Args:
        notebook: the submission; changed in place.
        master: the master.
        released: grade_id to text of cells that students write into, as they got them.
    """
    repairs = Repairs()
    found, repairs.recognised, repairs.twice = _match(notebook, master)
    for cell in notebook.cells:
        cell.source = cell.source.replace("\r\n", "\n")
        cell.metadata.pop("nbgrader", None)
    for original in _with_role(master):
        cell = found.get(_name(original))
        if cell is None:
            continue
        cell.metadata["nbgrader"] = copy.deepcopy(original.metadata.nbgrader)
        if cell.cell_type != original.cell_type:
            _change_type(cell, original.cell_type)
        if _is_ours(original):
            if _words(cell.source) not in (_words(original.source), _words(_as_released(original))):
                repairs.edited.append(_name(original))
            cell.source = original.source
    _put_in_place(notebook, master, found, released, repairs)
    return repairs


def _with_role(master: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in master.cells if role(cell).kind != "other"]


def _name(cell: NotebookNode) -> str:
    return str(grade_id(cell))


def _is_ours(cell: NotebookNode) -> bool:
    """Whether students are not meant to write into the cell."""
    return role(cell).kind != "solution"


def _change_type(cell: NotebookNode, kind: str) -> None:
    cell.cell_type = kind
    if kind == "code":
        cell.outputs, cell.execution_count = [], None
        cell.pop("attachments", None)
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


# Recognising cells ----------------------------------------------------------------------------------------------


def _match(notebook: NotebookNode, master: NotebookNode) -> tuple[dict[str, NotebookNode], list[str], list[str]]:
    """The master's cells in the submission by grade_id; which were found by other means; which are there twice."""
    wanted = _with_role(master)
    free = list(notebook.cells)
    found: dict[str, NotebookNode] = {}
    recognised: list[str] = []
    names = [_name(cell) for cell in wanted]
    ids = [grade_id(cell) for cell in notebook.cells]
    twice = [name for name in names if ids.count(name) > 1]
    for number, signs_of in enumerate(_SIGNS):
        if len(found) == len(wanted):
            break
        for original in wanted:
            name = _name(original)
            if name in found:
                continue
            signs = signs_of(original, True)
            matches = [cell for cell in free if signs & signs_of(cell, False)]
            if number:  # whatever carries another cell's name is that cell
                matches = [cell for cell in matches if grade_id(cell) not in names]
            if matches:
                found[name] = matches[-1]
                free = [cell for cell in free if cell is not matches[-1]]
                if number:
                    recognised.append(name)
    return found, [name for name in names if name in recognised], twice


def _grade_ids(cell: NotebookNode, is_masters: bool) -> set[str]:
    name = grade_id(cell)
    return {name} if name is not None else set()


def _cell_ids(cell: NotebookNode, is_masters: bool) -> set[str]:
    """Ids where nbformat has them and where Colab puts them; released notebooks have the master's."""
    ids = {cell.get("id"), cell.metadata.get("id")}
    return {f"{cell.cell_type} {each}" for each in ids if isinstance(each, str) and each}


def _defined(cell: NotebookNode, is_masters: bool) -> set[str]:
    """Names of functions and classes that a code cell defines; only for a solution is that a sign."""
    if cell.cell_type != "code" or (is_masters and role(cell).kind != "solution"):
        return set()
    return set(re.findall(r"^(?:async +)?(?:def|class) +(\w+)", cell.source, re.MULTILINE)) or _assigned(
        cell.source
    )


def _assigned(source: str) -> set[str]:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return set()
    targets = [target for each in body if isinstance(each, ast.Assign) for target in each.targets]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _texts(cell: NotebookNode, is_masters: bool) -> set[str]:
    texts = {cell.source, *((_as_released(cell),) if is_masters else ())}
    return {f"{cell.cell_type} {_words(text)}" for text in texts if text.strip()}


_SIGNS: tuple[Callable[[NotebookNode, bool], set[str]], ...] = (_grade_ids, _cell_ids, _texts, _defined)


def _words(source: str) -> str:
    """A text without its spaces at line ends and empty lines, which editors change."""
    return "\n".join(line.rstrip() for line in source.splitlines() if line.strip())


def _as_released(cell: NotebookNode) -> str:
    """The master's cell as students got it: without hidden tests and mark scheme."""
    kept, inside = [], False
    for line in cell.source.split("\n"):
        if f"BEGIN {HIDDEN}" in line or f"BEGIN {SCHEME}" in line:
            inside = True
        elif f"END {HIDDEN}" in line or f"END {SCHEME}" in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


# Places ----------------------------------------------------------------------------------------------------------


def _put_in_place(
    notebook: NotebookNode,
    master: NotebookNode,
    found: dict[str, NotebookNode],
    released: Mapping[str, str],
    repairs: Repairs,
) -> None:
    """Each cell of ours stands behind all that the master has before it, and set-up before all that follows it."""
    wanted = _with_role(master)
    behind = -1  # position of the last of the master's cells so far
    for number, original in enumerate(wanted):
        name = _name(original)
        cell = found.get(name)
        if cell is None:
            if _is_ours(original) or is_graded(original):
                next_of_all = _first(notebook.cells, found, wanted[number + 1 :])
                behind = max(behind, min(_before(notebook.cells, master, original), next_of_all - 1)) + 1
                new = copy.deepcopy(original)
                if not _is_ours(original):  # marked by hand, and taken out: nothing was answered
                    new.source = released.get(name, "")
                notebook.cells.insert(behind, new)
                repairs.added.append(name)
            continue
        at = _position(notebook.cells, cell)
        if _is_ours(original):
            too_late = role(original).kind == "locked" and at > _first(notebook.cells, found, wanted[number + 1 :])
            if at < behind or too_late:
                del notebook.cells[at]
                at = behind + 1 if at > behind else behind
                notebook.cells.insert(at, cell)
                repairs.moved.append(name)
        behind = max(behind, at)


def _before(cells: list[NotebookNode], master: NotebookNode, original: NotebookNode) -> int:
    """Position of the nearest cell of any kind that the master has before this one; -1 where there is none."""
    at = next(index for index, cell in enumerate(master.cells) if cell is original)
    for earlier in reversed(master.cells[:at]):
        for index, cell in enumerate(cells):
            if _cell_ids(cell, False) & _cell_ids(earlier, True):
                return index
    return -1


def _first(cells: list[NotebookNode], found: dict[str, NotebookNode], others: Iterable[NotebookNode]) -> int:
    """Position of the first of some of the master's cells; past the end where none is there."""
    present = [found[_name(each)] for each in others if _name(each) in found]
    return min((_position(cells, cell) for cell in present), default=len(cells))


def _position(cells: list[NotebookNode], cell: NotebookNode) -> int:
    return next(index for index, each in enumerate(cells) if each is cell)
