"""Figures of the multilayer-perceptrons topic: ReLUs that add up to a curve, and what a small network decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps
from matplotlib.collections import LineCollection
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import ArrayLike

from course.plots.style import BLACK, BLUE, CURVES, ORANGE, course_style, flat, panels

_MOST_NUMBERED = 10  # lines that are numbered at their right end; more would overlap


# Function approximation --------------------------------------------------------------------------------------


def target(x: ArrayLike, y: ArrayLike, x_train: ArrayLike, y_train: ArrayLike) -> plt.Figure:
    """A function, and the points at which it is known.

    Args:
        x: shape (m,), increasing.
        y: the function there, shape (m,).
        x_train: shape (n,).
        y_train: the function there, shape (n,).
    """
    with course_style():
        figure, (axes,) = panels(1, width=6.4)
        axes.plot(flat(x), flat(y), color=BLUE, label="sin x")
        axes.plot(flat(x_train), flat(y_train), "o", color=BLACK, label="the points you are given")
        axes.set(xlabel="input x", ylabel="output y")
        axes.legend()
    return figure


def relus(
    x: ArrayLike,
    basis: ArrayLike,
    weighted: ArrayLike,
    y_hat: ArrayLike,
    truth: ArrayLike,
    x_train: ArrayLike,
    y_train: ArrayLike,
    redrawn: bool = False,
) -> plt.Figure:
    """Three panels: shifted ReLUs, the same ReLUs times their weights, and the sum of those over the truth.

    Args:
        x: shape (m,), increasing.
        basis: a ReLU a row, shape (k, m).
        weighted: the same rows, each times its weight, shape (k, m).
        y_hat: the approximation, shape (m,).
        truth: the function, shape (m,).
        x_train: the points, shape (n,).
        y_train: shape (n,).
        redrawn: for a demo.
    """
    place = flat(x)
    rows = [np.asarray(each, dtype=float) for each in (basis, weighted)]
    count = len(rows[0])
    colours = colormaps["viridis"](np.linspace(0, 0.88, count))
    with course_style():
        figure, axes = panels(3, height=3.7, redrawn=redrawn)
        engine = figure.get_layout_engine()
        if engine is not None:
            engine.set(wspace=0.04)  # type: ignore[call-arg]
        else:
            figure.subplots_adjust(left=0.06, right=0.98, bottom=0.17)
        for panel, lines in zip(axes, rows, strict=False):
            paths = [np.column_stack([place, line]) for line in lines]
            panel.add_collection(LineCollection(paths, colors=colours, linewidths=1.7))
            panel.autoscale_view()
            if count <= _MOST_NUMBERED:
                _number_ends(panel, place[-1], lines[:, -1], colours)
        axes[0].set(xlabel="input x", ylabel="ReLU", title="basis: shifted ReLUs")
        axes[1].set(xlabel="input x", ylabel="weight · ReLU", title="weighted ReLUs")
        axes[2].plot(place, flat(truth), color=BLUE, linewidth=3.5, alpha=0.45, label="truth")
        axes[2].plot(place, flat(y_hat), color=ORANGE, linewidth=1.6, label="sum of the weighted")
        axes[2].plot(flat(x_train), flat(y_train), "o", color=BLACK, markersize=4, label="points")
        low, high = axes[2].get_ylim()
        axes[2].set(xlabel="input x", ylabel="output y", title="their sum", ylim=(low, high + 0.35 * (high - low)))
        axes[2].legend(loc="upper right", ncols=2, columnspacing=1.0, handlelength=1.5)
    return figure


def _number_ends(panel: plt.Axes, end: float, heights: np.ndarray, colours: np.ndarray) -> None:
    """The number of each line beside its right end, moved apart where two would overlap."""
    gap = 0.06 * float(np.ptp(panel.get_ylim()))
    order = np.argsort(heights)
    places = heights[order].astype(float)
    for _ in range(200):  # neighbours push each other until none is too near
        push = np.clip(gap - np.diff(places), 0, None) / 2
        places[:-1] -= push
        places[1:] += push
    for which, height in zip(order, places, strict=True):
        text = str(which + 1)
        panel.annotate(
            text, (end, height), xytext=(5, 0), textcoords="offset points", va="center", fontsize=8.5,
            color=colours[which], fontweight="bold", annotation_clip=False,
        )  # fmt: skip


def errors(counts: ArrayLike, largest: Mapping[str, ArrayLike]) -> plt.Figure:
    """The largest error by number of points, both on log axes.

    Args:
        counts: shape (m,), increasing.
        largest: name to errors, shape (m,), at most five.
    """
    with course_style():
        figure, (axes,) = panels(1, width=6.4, height=3.4)
        for (name, values), (colour, style) in zip(largest.items(), CURVES, strict=False):
            axes.loglog(flat(counts), flat(values), style, marker="o", color=colour, label=name)
        axes.xaxis.set_major_locator(FixedLocator(flat(counts).tolist()))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.set(xlabel="number of points", ylabel="largest error")
        axes.legend()
    return figure


# Networks of two inputs --------------------------------------------------------------------------------------


def _labelled_points(axes: plt.Axes, inputs: np.ndarray, labels: np.ndarray) -> None:
    for label, colour, marker in ((0, BLUE, "o"), (1, ORANGE, "s")):
        chosen = labels == label
        look: dict[str, Any] = {
            "color": colour,
            "markersize": 3.6,
            "markeredgecolor": "white",
            "markeredgewidth": 0.4,
        }
        axes.plot(*inputs[chosen].T, marker, label=f"z = {label}", **look)
    axes.set(xlabel="x₁", ylabel="x₂", aspect="equal")
    axes.grid(False)


def points(problems: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> plt.Figure:
    """Labelled points in the plane, a panel for each data set.

    Args:
        problems: title to inputs, shape (n, 2), and labels 0 or 1, shape (n,).
    """
    with course_style():
        figure, axes = panels(len(problems), height=3.8)
        for panel, (title, (inputs, labels)) in zip(axes, problems.items(), strict=True):
            _labelled_points(panel, np.asarray(inputs, dtype=float), flat(labels))
            panel.set(title=title, xlim=(-1.45, 1.45), ylim=(-1.45, 1.45))
        axes[0].legend(loc="lower left", frameon=True)
    return figure


def decisions(
    networks: Mapping[str, Callable[[np.ndarray], ArrayLike]],
    inputs: ArrayLike,
    labels: ArrayLike,
    joints: Sequence[ArrayLike] = (),
    resolution: int = 121,
    redrawn: bool = False,
) -> plt.Figure:
    """The probability that networks give to z = 1 over the plane, as contours, with the data; a panel each.

    Args:
        networks: title to a function from inputs (m, 2) to probabilities (m,); it is called once, with a grid.
        inputs: of the data, shape (n, 2).
        labels: of the data: 0 or 1, shape (n,).
        joints: for each network the lines on which its hidden units switch on, shape (units, 3): the line is where
            a x1 + b x2 + c = 0; none without it.
        resolution: points of the grid along each side.
        redrawn: for a demo.
    """
    places = np.asarray(inputs, dtype=float)
    low, high = places.min(axis=0) - 0.2, places.max(axis=0) + 0.2
    across, up = (np.linspace(*ends, resolution) for ends in zip(low, high, strict=True))
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    height = 4.3 * float(high[1] - low[1]) / float(high[0] - low[0]) + 0.9
    with course_style():
        figure, axes = panels(len(networks), width=5.4, height=height, redrawn=redrawn)
        if redrawn:
            figure.subplots_adjust(top=0.8)
        for i, (panel, (title, network)) in enumerate(zip(axes, networks.items(), strict=True)):
            theta = flat(network(grid)).reshape(resolution, resolution)
            levels = np.linspace(0, 1, 11)
            filled = panel.contourf(across, up, theta, levels, cmap="cividis", alpha=0.5)
            panel.contour(across, up, theta, [0.5], colors=BLACK, linewidths=2.2)
            _labelled_points(panel, places, flat(labels))
            for a, b, c in np.asarray(joints[i], dtype=float) if joints else ():
                panel.contour(
                    across, up, a * across + b * up[:, None] + c, [0], colors=BLACK, linestyles="--", linewidths=1.0
                )
            panel.set(title=title, xlim=(low[0], high[0]), ylim=(low[1], high[1]))
        figure.colorbar(filled, ax=axes, label="θ = Pr(z = 1)", ticks=np.linspace(0, 1, 6), shrink=0.9, pad=0.02)
        figure.legend(
            *axes[0].get_legend_handles_labels(), loc="upper left" if redrawn else "outside upper left", ncols=2
        )
    return figure
