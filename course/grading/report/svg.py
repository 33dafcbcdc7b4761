"""Matplotlib's figures as SVG that stands in a page: small, the same every time, and in the page's colours."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course.plots.style import course_style

WIDTH = 4.4  # inches: fits a phone, so that letters are as large there as they should be
# Colours that no figure has, which the page replaces by its own: those of text, of lines, of what lies behind.
INK, LINES, PAPER = "#010203", "#020304", "#030405"
_VARIABLES = {INK: "var(--ink)", LINES: "var(--line)", PAPER: "var(--paper)"}
_LOOK: dict[str, Any] = {
    "axes.edgecolor": LINES,
    "axes.facecolor": "none",
    "axes.labelcolor": INK,
    "axes.labelsize": 9.5,
    "figure.facecolor": "none",
    "font.size": 9.5,
    "grid.color": LINES,
    "grid.linewidth": 0.6,
    "legend.fontsize": 9.0,
    "legend.labelcolor": INK,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": LINES,
    "xtick.labelcolor": INK,
    "ytick.color": LINES,
    "ytick.labelcolor": INK,
}
_NO_METADATA = {"Creator": None, "Date": None, "Format": None, "Type": None}


@contextmanager
def drawing(height: float) -> Iterator[tuple[Figure, Axes]]:
    """A figure with one panel, of the report's width and look; draw inside the block, and :func:`svg_of` it there.

    Args:
        height: in inches.
    """
    with course_style(), plt.style.context(_LOOK):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")  # pyplot knows nothing of it
        yield figure, figure.add_subplot()


def svg_of(figure: Figure, name: str) -> str:
    """The figure as an `<svg>` element without a script, a link or a date; its colours are the page's.

    Args:
        figure: drawn.
        name: of the figure in its page; goes into the ids in it, so that two figures don't share one.
    """
    file = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name}), warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", UserWarning
        )  # letters that Matplotlib's font has not; the reader's has them
        figure.savefig(file, format="svg", metadata=_NO_METADATA)
    text = file.getvalue()
    text = text[text.index("<svg") :].strip()
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(
        r'\bid="(\w+?)_(\d+)"', rf'id="{name}-\1-\2"', text
    )  # figure_1 and so on, which nothing refers to
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, variable)
    # hidden from a screen reader, which has the description beside it and would else read out every tick
    return re.sub(r"<svg\b", '<svg aria-hidden="true" focusable="false"', text, count=1)
