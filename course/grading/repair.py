"""Puts back what a submission lost of the master's cells, so that a slip of the mouse costs no points."""

from __future__ import annotations

import copy

from nbformat import NotebookNode

from course.grading.notebooks import grade_id, is_graded, role


def belongs_to(notebook: NotebookNode, master: NotebookNode) -> bool:
    """Whether a submitted notebook is this master's: whether any cell of an exercise is in it."""
    exercises = {grade_id(cell) for cell in master.cells if is_graded(cell) or role(cell).kind == "solution"}
    return any(grade_id(cell) in exercises for cell in notebook.cells)


def restore_metadata(notebook: NotebookNode, master: NotebookNode) -> None:
    """Give the master's cells their nbgrader metadata as the master has them, and take them from all others.

    Of several cells with one grade_id the last one counts, as nbgrader has it; the others run as plain cells.

    Args:
        notebook: the submission; changed in place.
        master: the master.
    """
    wanted = {name: cell.metadata.nbgrader for cell in master.cells if (name := grade_id(cell)) is not None}
    for cell in reversed(notebook.cells):
        name = grade_id(cell)
        if name in wanted:
            cell.metadata["nbgrader"] = copy.deepcopy(wanted.pop(name))
        else:
            cell.metadata.pop("nbgrader", None)


def restore_missing_cells(notebook: NotebookNode, master: NotebookNode) -> list[str]:
    """Insert the master's test, Think and set-up cells that the notebook lacks, each behind its predecessor there.

    Args:
        notebook: the submission; changed in place.
        master: the master.

    Returns:
        The grade_ids of what was put back, in order.
    """
    restored = []
    behind = -1  # position of the last cell of the master that the submission has
    for cell in master.cells:
        name = grade_id(cell)
        found = _position(notebook, cell)
        if found is not None:
            behind = max(behind, found)
        elif name is not None and role(cell).kind not in ("solution", "other"):
            behind += 1
            notebook.cells.insert(behind, copy.deepcopy(cell))
            restored.append(name)
    return restored


def _position(notebook: NotebookNode, cell: NotebookNode) -> int | None:
    name, ident = grade_id(cell), cell.get("id")
    for index, other in enumerate(notebook.cells):
        if (name is not None and grade_id(other) == name) or (name is None and other.get("id") == ident):
            return index
    return None
