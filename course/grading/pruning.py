"""Cells of a notebook that no exercise needs: the tests come out the same without them.

A figure's data, a demonstration with a trained network, a language model that is only listened to: a class is
graded with all of it, because students are to see that it runs. For a bank with a hundred answers to one notebook
it is most of the time.
"""

from __future__ import annotations

import symtable
from dataclasses import dataclass

from nbformat import NotebookNode

from course.grading.notebooks import role

TAG = "unneeded"


@dataclass(frozen=True)
class _Names:
    bound: frozenset[str]
    used: frozenset[str]


def tag_unneeded(notebook: NotebookNode) -> None:
    """Tag code cells that are neither set-up, solution nor test, and that no solution needs.

    A cell is needed that gives a value to a name that a solution reads, or that reads such a name itself and so may
    change what it stands for. Tests see nothing of these cells, by the rules for masters.

    Args:
        notebook: changed in place.
    """
    needed: set[str] = set()
    others = []
    for cell in notebook.cells:
        if (
            cell.cell_type != "code"
            or "setup" in cell.metadata.get("tags", ())
            or role(cell).kind in ("check", "hidden")
        ):
            continue
        names = _names(cell.source)
        if role(cell).kind == "solution" or names is None:  # what can't be read may need and do anything
            needed |= names.used if names else set()
        else:
            others.append((cell, names))
    defined = frozenset[str]().union(*(names.bound for _, names in others))
    while True:
        found = [each for each in others if (each[1].bound | (each[1].used & defined)) & needed]
        if not found:
            break
        others = [each for each in others if each not in found]
        needed |= {name for _, names in found for name in names.used}
    for cell, _ in others:
        cell.metadata["tags"] = [*cell.metadata.get("tags", ()), TAG]


def _names(source: str) -> _Names | None:
    """The notebook's names that a cell binds, and those that it reads; None where it is no plain Python."""
    bound: set[str] = set()
    used: set[str] = set()
    try:
        waiting: list[symtable.SymbolTable] = [symtable.symtable(source, "cell", "exec")]
    except SyntaxError:
        return None
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        at_top = table.get_type() == "module"
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (at_top or symbol.is_global()):
                used.add(symbol.get_name())
            if (symbol.is_assigned() or symbol.is_imported()) and (at_top or symbol.is_declared_global()):
                bound.add(symbol.get_name())
    return _Names(frozenset(bound), frozenset(used))
