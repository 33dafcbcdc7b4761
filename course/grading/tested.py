"""Which cells of a submission a tester runs, and what it may read there."""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from course.grading.engine.jobs import Tests
from course.grading.notebooks import is_graded, role
from course.grading.rules import HIDDEN
from course.grading.submissions import is_public

PRIVATE = "private"  # folder beside the masters; only testers read it


def tests_of(notebook: NotebookNode) -> Tests:
    """The test cells of a notebook whose cells are the master's, but for what students write.

    Args:
        notebook: with nbgrader's metadata.
    """
    cells = {
        index: f"BEGIN {HIDDEN}" in cell.source
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and is_graded(cell) and role(cell).kind != "solution"
    }
    setup = "\n".join(cell.source for cell in notebook.cells if "setup" in cell.metadata.get("tags", ()))
    return Tests(setup, cells)


def test_files(folder: Path) -> dict[str, Path]:
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
