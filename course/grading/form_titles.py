"""Form titles: the first line with which Colab folds a helper cell away; JupyterLab reads it as a comment."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nbformat import NotebookNode

from course.grading.alt import heading_above

TITLE = "#@title"
INSTALL = "Install the course's package (needed in Colab; elsewhere this does nothing)"
SETUP = "Set-up: run this cell first"
DEMO = "Demo"
# Cells whose code nobody is there to read or write: they install, import, or make sliders. A figure's cell keeps
# its code in sight: what is drawn, and from which of the student's names, belongs to what it says.
HELPERS = ("install", "setup", "demo")
_COMMENT = re.compile(r"# ?(?!@)(\S.*)")
_TITLE_LINE = re.compile(r"# ?@title\b([^{\n]*)[^\n]*(?:\n|\Z)")


def helper(cell: NotebookNode) -> str:
    """Which kind of helper a cell is: "install", "setup" or "demo"; "" for any other."""
    tags = cell.metadata.get("tags", ())
    return next((each for each in HELPERS if each in tags), "") if cell.cell_type == "code" else ""


def with_form_title(cells: Sequence[NotebookNode], index: int) -> str:
    """The source of a helper cell as students get it, with a form title as its first line.

    Args:
        cells: of the master.
        index: of the helper cell among them.
    """
    source, kind = cells[index].source, helper(cells[index])
    if _TITLE_LINE.match(source):
        return source
    if kind == "demo":
        return _titled(heading_above(cells, index) or DEMO, source)
    if kind == "install":
        return _titled(INSTALL, source)
    first, _, rest = source.partition("\n")
    comment = _COMMENT.fullmatch(first)
    if comment is None:
        return _titled(SETUP, source)
    title, _, more = comment[1].partition(". ")  # the comment says it already
    return _titled(title.rstrip("."), f"# {more}\n{rest}" if more else rest)


def _titled(title: str, source: str) -> str:
    return f"{TITLE} {title.translate({ord('{'): '(', ord('}'): ')'})}\n{source}"  # braces hold Colab's options


def form_title(source: str) -> str:
    """The form title that a cell begins with, without Colab's options; "" where there is none."""
    found = _TITLE_LINE.match(source)
    return found[1].strip() if found else ""


def without_form_title(source: str) -> str:
    """The source of a cell without the form title that it may begin with."""
    return _TITLE_LINE.sub("", source, count=1) if _TITLE_LINE.match(source) else source
