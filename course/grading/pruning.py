"""Cells of a notebook that no exercise needs: the tests come out the same without them.

A figure's data, a demonstration with a trained network, a language model that is only listened to: a class is
graded with all of it, because students are to see that it runs. For a bank with a hundred answers to one notebook
it is most of the time.
"""

from __future__ import annotations

from nbformat import NotebookNode

from course.grading.notebooks import role
from course.grading.rules import is_plain_python, names_defined, names_used

TAG = "unneeded"


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
        used = names_used(cell.source)
        if role(cell).kind == "solution":
            needed |= used
        elif is_plain_python(cell.source):  # what can't be read is kept: it may do anything
            others.append((cell, names_defined(cell.source), used))
    defined = set[str]().union(*(names for _, names, _ in others))
    while True:
        found = [each for each in others if (each[1] | (each[2] & defined)) & needed]
        if not found:
            break
        others = [each for each in others if each not in found]
        needed.update(*(used for _, _, used in found))
    for cell, _, _ in others:
        cell.metadata["tags"] = [*cell.metadata.get("tags", ()), TAG]
