"""Which cells of a submission a tester runs, and what it may read there."""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from course.grading.engine.jobs import Test, Tests
from course.grading.notebooks import grade_id, is_graded, role
from course.grading.rules import HIDDEN
from course.grading.submissions import is_public

PRIVATE = "private"  # folder beside the masters; only testers read it


def tests_of(notebook: NotebookNode, master: NotebookNode) -> Tests:
    """The test cells of a submission. What is run of them is the master's, whatever the submission says.

    Args:
        notebook: the submission; its cells have the master's nbgrader metadata.
        master: the master.
    """
    sources = {
        grade_id(cell): cell.source
        for cell in master.cells
        if cell.cell_type == "code" and grade_id(cell) and is_graded(cell) and role(cell).kind != "solution"
    }
    cells = {}
    for index, cell in enumerate(notebook.cells):
        source = sources.pop(grade_id(cell), None) if cell.cell_type == "code" else None
        if source is not None:
            cells[index] = Test(source, f"BEGIN {HIDDEN}" in source)
    setup = "\n".join(cell.source for cell in master.cells if "setup" in cell.metadata.get("tags", ()))
    return Tests(setup, cells)


def files_of_tests(folder: Path) -> dict[str, Path]:
    """The files that a test may read, by the name that they have in its folder.

    Args:
        folder: of the assignment's masters.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink() or path.suffix == ".ipynb":
            continue
        name = path.relative_to(folder)
        if name.parts[0] == PRIVATE or is_public(path, folder):
            found[str(name)] = path
    return found
