"""Cells of a notebook that can tell nothing of one answer: its tests come out the same without them.

A figure's data, a demonstration with a trained network, a language model that is only listened to: a class is
graded with all of it, because students are to see that it runs. So are the tests of exercises that an answer has
nothing to do with. For a bank with a hundred answers to one notebook, that is most of the time.
"""

from __future__ import annotations

from nbformat import NotebookNode

from course.grading.notebooks import role
from course.grading.rules import is_plain_python, names_defined, names_used

TAG = "unneeded"


def tag_unneeded(notebook: NotebookNode, exercise: str = "") -> None:
    """Tag code cells that are neither set-up, solution nor test, and that no solution needs; and others' tests.

    A cell is needed that gives a value to a name that a solution reads, or that reads such a name itself and so may
    change what it stands for. Tests see nothing of these cells, by the rules for masters.

    Args:
        notebook: changed in place.
        exercise: the one whose answer matters. Tests of exercises that don't build on it, at first hand or through
            others, are tagged, too; none are where it is "".
    """
    if exercise:
        _tag_other_tests(notebook, exercise)
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
        _tag(cell)


def _tag_other_tests(notebook: NotebookNode, exercise: str) -> None:
    """With an answer changes what it defines, and all that reads it; tests that read none of these do not."""
    changed = set[str]()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    tests = [cell for cell in cells if role(cell).kind in ("check", "hidden")]
    waiting = [cell for cell in cells if cell not in tests]
    own = [cell for cell in waiting if role(cell).kind == "solution" and role(cell).exercise == exercise]
    if not all(is_plain_python(cell.source) for cell in own):
        return  # nobody knows what it defines
    while own:
        changed.update(*(names_defined(cell.source) for cell in own))
        waiting = [cell for cell in waiting if cell not in own]
        own = [cell for cell in waiting if names_used(cell.source) & changed or not is_plain_python(cell.source)]
    for cell in tests:
        if role(cell).exercise != exercise and not names_used(cell.source) & changed:
            _tag(cell)


def _tag(cell: NotebookNode) -> None:
    cell.metadata["tags"] = [*cell.metadata.get("tags", ()), TAG]
