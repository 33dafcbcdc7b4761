"""How figures look in every notebook: sizes, and colours that colour-blind readers tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

# Okabe and Ito, "Color Universal Design" (2008), in the order in which figures use them.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
SKY, GOLD, GREY, BLACK = "#56B4E9", "#E69F00", "#8A8A8A", "#000000"
CURVES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (PURPLE, ":"), (GREY, "-"))  # that differ without colour, too
CLASS_COLOURS = (BLUE, ORANGE, GREEN)
CLASS_MARKERS = ("o", "s", "^")  # so that classes differ without colour, too

PANEL_WIDTH, PANEL_HEIGHT = 4.2, 3.2  # inches; three panels fill a notebook's width

_STYLE: dict[str, Any] = {
    "axes.grid": True,
    "axes.prop_cycle": cycler(color=[BLUE, ORANGE, GREEN, PURPLE, SKY, GOLD, GREY]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 11,
    "axes.labelsize": 10.5,
    "figure.dpi": 100,
    "font.size": 10,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.7,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "lines.linewidth": 2.0,
    "lines.markersize": 6.0,
}


def flat(values: ArrayLike) -> np.ndarray:
    """Numbers in a row, whatever the shape that a student's code gives them."""
    return np.asarray(values, dtype=float).ravel()


class _DrawnOnce(FigureCanvasAgg):
    """Saves a figure with the margins that it has.

    A notebook asks for margins cut to what is drawn, for which a figure is drawn twice and measured in between:
    nearly half of the time in which a slider answers.
    """

    def print_figure(self, *args: Any, bbox_inches: Any = None, **options: Any) -> Any:
        return super().print_figure(*args, bbox_inches=None if bbox_inches == "tight" else bbox_inches, **options)


@contextmanager
def course_style() -> Iterator[None]:
    """The course's look inside the block; a student's own rcParams are as before afterwards."""
    with plt.style.context(_STYLE):
        yield


def panels(
    columns: int,
    rows: int = 1,
    *,
    width: float = PANEL_WIDTH,
    height: float = PANEL_HEIGHT,
    redrawn: bool = False,
) -> tuple[plt.Figure, list[plt.Axes]]:
    """A figure of `rows` times `columns` panels, and its axes row by row.

    pyplot forgets the figure at once: a cell shows it because it is the cell's value, and shows it once.

    Args:
        columns: panels side by side.
        rows: panels one under the other.
        width: of one panel, in inches.
        height: of one panel, in inches.
        redrawn: for a demo's figure, drawn anew at every move of a slider: fixed margins, which must have room
            for all labels, and fewer ticks draw in a third of the time of margins that are measured.
    """
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(width * columns, height * rows),
        squeeze=False,
        layout=None if redrawn else "constrained",
    )
    if redrawn:
        wide, high = figure.get_size_inches()
        figure.subplots_adjust(
            left=0.85 / wide, right=1 - 0.2 / wide, bottom=0.5 / high, top=1 - 0.4 / high, wspace=0.25, hspace=0.5
        )
        for panel in axes.ravel():
            panel.xaxis.set_major_locator(MaxNLocator(4))
            panel.yaxis.set_major_locator(MaxNLocator(4))
    plt.close(figure)
    if redrawn:
        _DrawnOnce(figure)
    return figure, list(axes.ravel())
