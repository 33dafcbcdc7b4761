"""Figures of the training topic: a bracket that shrinks, paths over loss surfaces, models over their data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps
from matplotlib.colors import BoundaryNorm
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from course.plots.style import BLACK, BLUE, CURVES, ORANGE, PURPLE, course_style, flat, panels

_PATHS = (("o", ORANGE), ("s", "#FFFFFF"), ("^", PURPLE))  # marker and colour of each path over a surface


# One parameter -----------------------------------------------------------------------------------------------


def loss_curve(phi: ArrayLike, loss: ArrayLike, marks: Mapping[str, tuple[float, float]]) -> plt.Figure:
    """A loss of one parameter, with points marked on it.

    Args:
        phi: the parameter, shape (n,), increasing.
        loss: at each, shape (n,).
        marks: name to a point (phi, loss).
    """
    with course_style():
        figure, (axes,) = panels(1, width=5.6)
        axes.plot(flat(phi), flat(loss), color=BLUE)
        for name, point in marks.items():
            axes.vlines(point[0], 0, point[1], color=ORANGE, linestyle=":", linewidth=1.4)
            axes.plot(*point, "o", color=ORANGE, clip_on=False, zorder=3)
            axes.annotate(name, point, xytext=(0, 8), textcoords="offset points", ha="center", weight="bold")
        axes.set(xlabel="parameter φ", ylabel="loss L[φ]", xlim=(0, 1), ylim=(0, 1.12))
    return figure


def bracket(
    phi: ArrayLike,
    loss: ArrayLike,
    points: Sequence[ArrayLike],
    answer: float,
    answer_loss: float,
    redrawn: bool = False,
) -> plt.Figure:
    """Where a line search looked, iteration by iteration, under the loss that it looked at.

    Args:
        phi: the parameter, shape (n,), increasing.
        loss: at each, shape (n,).
        points: one array an iteration, the parameters at which the loss was asked for.
        answer: what the search returned.
        answer_loss: the loss there.
        redrawn: for a demo.
    """
    position, height = flat(phi), flat(loss)
    best = int(height.argmin())
    with course_style():
        figure, (above, below) = panels(1, 2, width=6.4, height=2.6, redrawn=redrawn)
        above.plot(position, height, color=BLUE)
        above.plot(position[best], height[best], "*", color=BLACK, markersize=11, label="lowest point")
        above.plot(answer, answer_loss, "o", color=ORANGE, label="answer of the search", zorder=3)
        above.set(ylabel="loss L[φ]", xlim=(0, 1), ylim=(min(0.0, height[best] - 0.1), 1.45), xlabel="parameter φ")
        above.legend(loc="upper left", ncols=2)
        for row, asked in enumerate(points, start=1):
            places = np.sort(flat(asked))
            if places.size:
                below.plot(places[[0, -1]], [row, row], color=BLUE, linewidth=1.6)
                below.plot(places[[0, -1]], [row, row], "|", color=BLUE, markersize=7)
                below.plot(places[1:-1], np.full(places[1:-1].size, row), "o", color=ORANGE, markersize=4.5)
        below.axvline(position[best], color=BLACK, linestyle=":", linewidth=1.2)
        below.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        below.set(xlabel="parameter φ", ylabel="iteration", xlim=(0, 1), ylim=(max(len(points), 4) + 0.7, 0.3))
    return figure


# Two parameters ----------------------------------------------------------------------------------------------


def loss_on_grid(
    model: Callable[[np.ndarray, np.ndarray], np.ndarray],
    x_train: np.ndarray,
    y_train: np.ndarray,
    phi_0: np.ndarray,
    phi_1: np.ndarray,
) -> np.ndarray:
    """The sum of squares at every point of a grid, one call of the model for each column.

    The models of this topic meet phi_1 and x as the product phi_1 x and in no other way. So the products of all
    phi_1 with all x, in one long row and with a phi_1 of 1, are a whole column of the grid.

    Args:
        model: takes parameters (2, 1) and inputs (n,), returns predictions (n,).
        x_train: inputs, shape (n,).
        y_train: targets, shape (n,).
        phi_0: first parameter, shape (columns,).
        phi_1: second parameter, shape (rows,).

    Returns:
        Losses, shape (rows, columns).
    """
    products = np.outer(phi_1, x_train)
    predicted = [model(np.array([[offset], [1.0]]), products.ravel()) for offset in phi_0]
    misses = np.reshape(predicted, (len(phi_0), *products.shape)) - y_train
    return np.sum(misses**2, axis=-1).T


def loss_surface(
    phi_0: ArrayLike,
    phi_1: ArrayLike,
    losses: ArrayLike,
    paths: Mapping[str, ArrayLike] | None = None,
    path_losses: Mapping[str, ArrayLike] | None = None,
    redrawn: bool = False,
) -> plt.Figure:
    """A loss over two parameters with paths on it and, beside it, the loss along each path.

    Args:
        phi_0: first parameter, shape (columns,), increasing.
        phi_1: second parameter, shape (rows,), increasing.
        losses: shape (rows, columns).
        paths: name to parameters, shape (steps + 1, 2) or (steps + 1, 2, 1), at most three.
        path_losses: the same names to losses, shape (steps + 1,); no second panel without it.
        redrawn: for a demo.
    """
    heights = np.asarray(losses, dtype=float)
    low, high = heights.min(), heights.max()
    levels = low + (high - low) * np.linspace(0, 1, 15) ** 2  # closer together where it is low
    size = (4.6, 3.5) if redrawn else (5.3, 4.2)  # inches a panel; a smaller one is drawn faster
    with course_style():
        figure, axes = panels(2 if path_losses else 1, width=size[0], height=size[1], redrawn=redrawn)
        engine = figure.get_layout_engine()
        if engine is not None:
            engine.set(wspace=0.06)  # type: ignore[call-arg]
        surface = axes[0]
        norm = BoundaryNorm(levels, colormaps["viridis"].N)
        if redrawn:
            figure.subplots_adjust(left=0.07, right=0.98, bottom=0.15, wspace=0.3)
            filled: Any = surface.pcolormesh(flat(phi_0), flat(phi_1), heights, cmap="viridis", norm=norm)
        else:
            filled = surface.contourf(flat(phi_0), flat(phi_1), heights, levels, cmap="viridis", norm=norm)
            surface.contour(flat(phi_0), flat(phi_1), heights, levels, colors="white", linewidths=0.4, alpha=0.6)
        bar = figure.colorbar(filled, ax=surface, label="loss", ticks=levels[::2], format="%.3g")
        bar.minorticks_off()
        surface.grid(False)
        outline: dict[str, Any] = {"color": BLACK, "linewidth": 3.2}
        for (name, path), (marker, colour) in zip((paths or {}).items(), _PATHS, strict=False):
            across, up = np.asarray(path, dtype=float).reshape(-1, 2).T
            look: dict[str, Any] = {"color": colour, "marker": marker, "markeredgecolor": BLACK, "markersize": 4.5}
            surface.plot(across, up, **outline)
            surface.plot(across, up, label=name, linewidth=1.6, **look)
            surface.plot(across[0], up[0], clip_on=False, **(look | {"markersize": 9}))
            if path_losses:
                along = flat(path_losses[name])
                axes[1].plot(along, **outline)
                axes[1].plot(along, label=name, linewidth=1.6, **look)
        surface.set(
            xlabel="φ₀",
            ylabel="φ₁",
            xlim=(np.min(phi_0), np.max(phi_0)),
            ylim=(np.min(phi_1), np.max(phi_1)),
            title="loss surface (large marker: start)" if path_losses else "loss surface",
        )
        if paths and not path_losses:
            surface.legend(loc="upper right", frameon=True)
        if path_losses:
            axes[1].xaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))
            axes[1].set(xlabel="step", ylabel="loss", title="loss along the path", ylim=(0, None))
            if len(path_losses) > 1:
                axes[1].legend(loc="upper right")
    return figure


# Data --------------------------------------------------------------------------------------------------------


def fits(x: ArrayLike, predictions: Mapping[str, ArrayLike], x_train: ArrayLike, y_train: ArrayLike) -> plt.Figure:
    """Predictions of one or several models over the data.

    Args:
        x: where the models were evaluated, shape (m,), increasing.
        predictions: name to predictions, shape (m,), at most five.
        x_train: inputs of the data, shape (n,).
        y_train: targets, shape (n,).
    """
    with course_style():
        figure, (axes,) = panels(1, width=6.4, height=3.4)
        for (name, values), (colour, style) in zip(predictions.items(), CURVES, strict=False):
            axes.plot(flat(x), flat(values), style, color=colour, label=name)
        axes.plot(flat(x_train), flat(y_train), "o", color=BLACK, markersize=5, label="data", zorder=3)
        axes.set(xlabel="input x", ylabel="output y", xlim=(np.min(x), np.max(x)))
        axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3)
    return figure


def losses_by_step(curves: Mapping[str, ArrayLike], ylabel: str = "loss") -> plt.Figure:
    """The loss along several runs.

    Args:
        curves: name to losses by step, one-dimensional, at most five.
        ylabel: what the loss is called.
    """
    with course_style():
        figure, (axes,) = panels(1, width=6.4, height=3.4)
        for (name, values), (colour, style) in zip(curves.items(), CURVES, strict=False):
            axes.plot(flat(values), style, color=colour, linewidth=1.6, label=name)
        axes.set(xlabel="step", ylabel=ylabel, ylim=(0, None))
        axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3)
    return figure
