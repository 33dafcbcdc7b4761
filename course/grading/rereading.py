"""Whether somebody has to read an answer again that has points by hand: whether its text is another one now."""

from __future__ import annotations

import json
from pathlib import Path

from nbformat import NotebookNode


def text_differs(folder: Path, name: str, now: NotebookNode) -> bool:
    """Whether what a student has written, beside code, differs from what was graded before.

    Args:
        folder: of the submission in autograded/, as it was.
        name: of the notebook.
        now: the notebook as it is graded now.
    """
    try:
        before = json.loads((folder / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        return _texts(before) != _texts(now.cells)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return False  # nothing to compare with: it was graded elsewhere, or cleaned away


def _texts(cells: list) -> list[str]:
    """Text that students write, nothing twice and nothing empty: in another order it is the same answer."""
    texts = {
        "".join(cell["source"]).strip() for cell in cells if cell["cell_type"] != "code" and not _is_given(cell)
    }
    return sorted(texts - {""})


def _is_given(cell: dict) -> bool:
    meta = cell["metadata"].get("nbgrader", {})
    return bool(meta.get("locked") or meta.get("task"))
