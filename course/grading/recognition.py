"""Finds a master's cells in a submission, also where a tool has dropped or changed what marks them.

By their grade_id; else by their cell id, wherever a tool has put it; else by the name that they define; else by
their text. Of several the last counts.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

from nbformat import NotebookNode

from course.grading.form_titles import helper, with_form_title
from course.grading.notebooks import grade_id, role
from course.grading.rules import HIDDEN, SCHEME


@dataclass(frozen=True)
class Recognised:
    """The master's cells in a submission; names in the master's order.

    Attributes:
        cells: grade_id to the submission's cell, of those that are there.
        otherwise: those that were found by another sign than their grade_id.
        twice: those that there are several of.
    """

    cells: dict[str, NotebookNode]
    otherwise: list[str]
    twice: list[str]


def with_role(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that nbgrader knows."""
    return [cell for cell in notebook.cells if role(cell).kind != "other"]


def name_of(cell: NotebookNode) -> str:
    """The grade_id of a cell that has one."""
    return str(grade_id(cell))


def recognise(notebook: NotebookNode, master: NotebookNode) -> Recognised:
    """Find the master's cells in a submission."""
    wanted = with_role(master)
    names = [name_of(cell) for cell in wanted]
    taken: dict[int, str] = {}  # index in the submission to name
    otherwise: set[str] = set()
    candidates: dict[str, set[int]] = {}
    for signs_of in _SIGNS:
        missing = [cell for cell in wanted if name_of(cell) not in candidates]
        if not missing:
            break
        by_sign: dict[str, list[int]] = {}
        for index, cell in enumerate(notebook.cells):
            # whatever carries another cell's name is that cell
            if index not in taken and (signs_of is _grade_ids or grade_id(cell) not in names):
                for sign in signs_of(cell, False):
                    by_sign.setdefault(sign, []).append(index)
        for original in reversed(missing):  # backwards, so that two that look the same keep their order
            matches = {index for sign in signs_of(original, True) for index in by_sign.get(sign, ())} - taken.keys()
            if matches:
                name = name_of(original)
                taken[max(matches)], candidates[name] = name, matches
                if signs_of is not _grade_ids:
                    otherwise.add(name)
    found = {name: notebook.cells[index] for index, name in taken.items()}
    return Recognised(
        {name: found[name] for name in names if name in found},
        [name for name in names if name in otherwise],
        [name for name in names if candidates.get(name, set()) - taken.keys()],
    )


def _grade_ids(cell: NotebookNode, is_masters: bool) -> set[str]:
    name = grade_id(cell)
    return {name} if name is not None else set()


def cell_ids(cell: NotebookNode, is_masters: bool) -> set[str]:
    """Ids where nbformat has them and where Colab puts them; released notebooks have the master's."""
    return {each for each in (cell.get("id"), cell.metadata.get("id")) if isinstance(each, str) and each}


_DEFINED = re.compile(r"^(?:async +)?(?:def|class) +(\w+)", re.MULTILINE)
_ASSIGNED = re.compile(r"^(\w+) *(?::[^=\n]+)?=(?!=)", re.MULTILINE)


def defined(cell: NotebookNode, is_masters: bool) -> set[str]:
    """Names that a code cell gives to something at its top level; of the master's only solutions are known by them.

    Where the master defines functions and classes, its variables are no sign: others may have the same.
    """
    if cell.cell_type != "code" or (is_masters and role(cell).kind != "solution"):
        return set()
    names, variables = set(_DEFINED.findall(cell.source)), set(_ASSIGNED.findall(cell.source))
    return names or variables if is_masters else names | variables


def _texts(cell: NotebookNode, is_masters: bool) -> set[str]:
    texts = {cell.source, *((as_released(cell),) if is_masters else ())}
    return {f"{cell.cell_type} {words(text)}" for text in texts if text.strip()}


_SIGNS: tuple[Callable[[NotebookNode, bool], set[str]], ...] = (_grade_ids, cell_ids, defined, _texts)


def words(source: str) -> str:
    """A text without its spaces at line ends and empty lines, which editors change."""
    return "\n".join(line.rstrip() for line in source.splitlines() if line.strip())


def as_released(cell: NotebookNode) -> str:
    """The master's cell as students got it: without hidden tests and mark scheme, the set-up with a form title."""
    return with_form_title([cell], 0) if helper(cell) == "setup" else _released(cell.source)


@functools.lru_cache(maxsize=1024)
def _released(source: str) -> str:
    kept, inside = [], False
    for line in source.split("\n"):
        if f"BEGIN {HIDDEN}" in line or f"BEGIN {SCHEME}" in line:
            inside = True
        elif f"END {HIDDEN}" in line or f"END {SCHEME}" in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)
