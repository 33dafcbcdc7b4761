"""Figures of the high-dimensions coursework: distances of random points, volumes of balls and of their skins."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from course.plots.style import BLACK, BLUE, CLASS_COLOURS, CLASS_MARKERS, GREEN, ORANGE, course_style, flat, panels

LINES = ("-", "--", "-.")


def _draw_distances(axes: plt.Axes, distances: Mapping[int, ArrayLike]) -> None:
    for (dimensions, values), colour, line in zip(distances.items(), CLASS_COLOURS, LINES, strict=False):
        relative = flat(values) / flat(values).mean()
        axes.hist(
            relative,
            bins=np.linspace(0, 3, 61).tolist(),
            histtype="step",
            color=colour,
            linestyle=line,
            linewidth=2,
            weights=np.full(relative.size, 100 / relative.size),
            label=f"{dimensions} dimensions",
        )
    axes.set(xlabel="distance / mean distance", ylabel="percent of pairs", xlim=(0, 3), title="Distances")
    axes.legend(loc="upper right")


def _draw_along(
    axes: plt.Axes, dimensions: ArrayLike, curves: Mapping[str, ArrayLike], ylabel: str, title: str, dotted: float
) -> None:
    position = flat(dimensions)
    axes.axhline(dotted, color=BLACK, linestyle=":", linewidth=1.4)
    drawn = zip(curves.items(), CLASS_COLOURS, CLASS_MARKERS, LINES, strict=False)
    for (name, values), colour, marker, line in drawn:
        axes.plot(position, flat(values), line, marker=marker, color=colour, label=name, markersize=5)
    axes.set(xlabel="dimensions", ylabel=ylabel, title=title, ylim=(0, None))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if len(curves) > 1:
        axes.legend(loc="best")


def relative_distances(distances: Mapping[int, ArrayLike]) -> plt.Figure:
    """Histograms of distances, each divided by its mean.

    Args:
        distances: number of dimensions to distances between points, shape (n,); up to three of them.
    """
    with course_style():
        figure, (axes,) = panels(1, width=6.2, height=3.4)
        _draw_distances(axes, distances)
    return figure


def along_dimensions(
    dimensions: ArrayLike, curves: Mapping[str, ArrayLike], ylabel: str, title: str = "", dotted: float = 1.0
) -> plt.Figure:
    """Some quantities for growing numbers of dimensions.

    Args:
        dimensions: shape (k,), increasing.
        curves: name to values, shape (k,); up to three of them.
        ylabel: what the values are.
        title: of the panel.
        dotted: where a dotted line is drawn to compare with.
    """
    with course_style():
        figure, (axes,) = panels(1, width=6.2, height=3.4)
        _draw_along(axes, dimensions, curves, ylabel, title, dotted)
    return figure


def three_surprises(
    distances: Mapping[int, ArrayLike],
    ball_dimensions: ArrayLike,
    volumes: ArrayLike,
    skin_dimensions: ArrayLike,
    shares: ArrayLike,
) -> plt.Figure:
    """Distances, volumes and skins side by side: the figure to hand in.

    Args:
        distances: number of dimensions to distances between points, shape (n,); up to three of them.
        ball_dimensions: shape (k,), increasing.
        volumes: of the ball of diameter 1 in these, shape (k,).
        skin_dimensions: shape (m,), increasing.
        shares: of the volume that lies in the outer 1 percent in these, shape (m,).
    """
    with course_style():
        figure, (left, middle, right) = panels(3)
        _draw_distances(left, distances)
        _draw_along(middle, ball_dimensions, {"volume": volumes}, "volume", "Ball of diameter 1", 1.0)
        _draw_along(
            right, skin_dimensions, {"share": shares}, "share of the volume", "Outer 1 % of the radius", 1.0
        )
    return figure


def pairs(distances: ArrayLike, angles: ArrayLike, dimensions: int) -> plt.Figure:
    """Distances and angles between pairs of random points: what the demo redraws.

    Args:
        distances: shape (n,).
        angles: in degrees, seen from the origin, shape (n,).
        dimensions: of the space, for the title.
    """
    word = "dimension" if dimensions == 1 else "dimensions"
    with course_style():
        figure, (left, right) = panels(2, width=4.6, height=3.0, redrawn=True)
        relative = flat(distances) / flat(distances).mean()
        left.stairs(*np.histogram(relative, bins=60, range=(0, 3)), fill=True, color=BLUE)  # one shape: fast
        left.axvline(1, color=ORANGE, linestyle="--")
        left.set(xlabel="distance / mean distance", ylabel="pairs", xlim=(0, 3), title=f"{dimensions} {word}")
        right.stairs(*np.histogram(flat(angles), bins=60, range=(0, 180)), fill=True, color=GREEN)
        right.axvline(90, color=ORANGE, linestyle="--")
        right.set(xlabel="angle in degrees", ylabel="pairs", xlim=(0, 180), title="seen from the origin")
    return figure
