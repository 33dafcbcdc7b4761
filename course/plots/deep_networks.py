"""Figures of the deep-networks topic: networks fed into each other, and the matrices of deep ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from course.plots.style import BLACK, BLUE, GOLD, GREY, ORANGE, SKY, course_style, panels


def _line(axes: plt.Axes, x: np.ndarray, y: np.ndarray, joints: np.ndarray) -> None:
    """A piecewise linear curve with a dot at each joint."""
    axes.plot(x, y, color=BLUE)
    axes.plot(joints, np.interp(joints, x, y), "o", color=BLACK, markersize=4.5, zorder=3)
    axes.set(xlim=(-1.03, 1.03), ylim=(-1.6, 1.6), xticks=(-1, -0.5, 0, 0.5, 1), yticks=(-1, 0, 1))


def composition(
    x: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    composed: ArrayLike,
    joints: tuple[ArrayLike, ArrayLike, ArrayLike],
    *,
    redrawn: bool = False,
) -> plt.Figure:
    """Two networks and their composition side by side, with the joints of each.

    Args:
        x: inputs, shape (n,), increasing, from -1 to 1.
        first: output of the first network at x, shape (n,).
        second: output of the second network at x, shape (n,).
        composed: output of the second at the output of the first, shape (n,).
        joints: inputs where each of the three bends, of any length.
        redrawn: for a demo.
    """
    grid, *curves = (np.asarray(each, dtype=float) for each in (x, first, second, composed))
    bends = [np.asarray(each, dtype=float) for each in joints]
    with course_style():
        figure, (left, middle, right) = panels(3, width=3.7, height=3.5, redrawn=redrawn)
        if redrawn:
            figure.subplots_adjust(wspace=0.38)
        made = ~np.isclose(bends[2][:, None], bends[0]).any(axis=1)  # joints where the first does not bend
        dots = bends[0], bends[1], bends[2][~made]
        for axes, values, places in zip((left, middle, right), curves, dots, strict=True):
            _line(axes, grid, values, places)
        for place in bends[1]:
            left.axhline(place, color=ORANGE, linestyle="--", linewidth=1.2)
            middle.axvline(place, color=ORANGE, linestyle="--", linewidth=1.2)
        for axes, values in ((left, curves[0]), (right, curves[2])):
            heights = np.interp(bends[2][made], grid, values)
            axes.plot(bends[2][made], heights, "s", color=ORANGE, markersize=5, zorder=3)
        left.set(xlabel="input x", ylabel="first output y′", title="first network")
        middle.set(xlabel="its input y′", ylabel="output y", title="second network")
        right.set(xlabel="input x", ylabel="output y", title=f"composition: {len(bends[2])} joints")
    return figure


def variants(x: ArrayLike, original: ArrayLike, changed: Mapping[str, ArrayLike]) -> plt.Figure:
    """Changed compositions, a panel each, over the original one.

    Args:
        x: inputs, shape (n,), increasing, from -1 to 1.
        original: output to compare with, shape (n,).
        changed: title to output, shape (n,); an even number of them.
    """
    with course_style():
        figure, axes = panels(2, len(changed) // 2, width=5.2, height=2.7)
        for panel, (title, y) in zip(axes, changed.items(), strict=True):
            panel.plot(x, original, color=GREY, linewidth=1.3, label="original")
            panel.plot(x, y, color=BLUE, label="changed")
            panel.set(xlim=(-1, 1), ylim=(-1.3, 2.1), xlabel="input x", ylabel="output", title=title)
        axes[0].legend(loc="upper left", ncols=2, frameon=True, edgecolor="none", framealpha=0.9)
    return figure


def agreement(x: ArrayLike, curves: Mapping[str, ArrayLike]) -> plt.Figure:
    """Two curves that should be one: the first wide and pale, the second thin and dashed on top.

    Args:
        x: inputs, shape (n,), increasing.
        curves: name to values, shape (n,) or (1, n); two of them.
    """
    looks: tuple[dict[str, Any], ...] = (
        {"color": SKY, "linewidth": 6.0},
        {"color": BLACK, "linewidth": 1.5, "linestyle": "--"},
    )
    with course_style():
        figure, (axes,) = panels(1, width=5.6, height=3.2)
        for look, (name, values) in zip(looks, curves.items(), strict=True):
            axes.plot(np.ravel(x), np.ravel(values), label=name, **look)
        axes.set(xlabel="input x", ylabel="output y", xlim=(-1, 1))
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.16), ncols=2)
    return figure


def _block(axes: plt.Axes, left: float, rows: int, columns: int, colour: str, name: str) -> float:
    """A matrix drawn as a grid of cells with its name above and its shape below; returns where it ends."""
    for row in range(rows):
        for column in range(columns):
            axes.add_patch(
                Rectangle((left + column, row - rows / 2), 1, 1, facecolor=colour, edgecolor="white", linewidth=1.5)
            )
    middle = left + columns / 2
    axes.text(middle, rows / 2 + 0.25, name, ha="center", va="bottom", fontsize=11)
    axes.text(middle, -rows / 2 - 0.3, f"{rows}×{columns}", ha="center", va="top", fontsize=9.5)
    return left + columns


def layers(betas: Sequence[ArrayLike], omegas: Sequence[ArrayLike]) -> plt.Figure:
    """The equation of each layer, drawn with blocks of the shapes that its arrays have.

    Args:
        betas: offsets of each layer, shapes (out, 1).
        omegas: weights of each layer, shapes (out, in).
    """
    shapes = [np.shape(omega) for omega in omegas]
    tallest = max(max(shape) for shape in shapes)
    with course_style():
        figure, axes = panels(2, (len(shapes) + 1) // 2, width=5.2, height=0.27 * tallest + 0.75)
        for spare in axes[len(shapes) :]:
            spare.axis("off")
        for k, (panel, (rows, columns), beta) in enumerate(zip(axes, shapes, betas, strict=False)):
            panel.set(
                xlim=(-0.5, 15.5 + max(shape[1] for shape in shapes)),
                ylim=(-tallest / 2 - 1.3, tallest / 2 + 1.5),
                aspect="equal",
            )
            panel.axis("off")
            final = k == len(shapes) - 1
            result, source = ("y" if final else f"h$_{k + 1}$"), ("x" if k == 0 else f"h$_{k}$")
            end = _block(panel, 0, rows, 1, GREY, result)
            panel.text(end + 1.2, 0, "=" if final else "= ReLU[", ha="left", va="center", fontsize=12)
            end = _block(panel, 7, np.shape(beta)[0], np.shape(beta)[1], GOLD, f"β$_{k}$")
            panel.text(end + 1.2, 0, "+", ha="center", va="center", fontsize=12)
            end = _block(panel, end + 2.6, rows, columns, SKY, f"Ω$_{k}$")
            end = _block(panel, end + 1.6, columns, 1, GREY, source)
            if not final:
                panel.text(end + 0.6, 0, "]", ha="left", va="center", fontsize=12)
    return figure


def curve(x: ArrayLike, y: ArrayLike, title: str = "") -> plt.Figure:
    """One function of one input, for a demo.

    Args:
        x: inputs, shape (n,) or (1, n), increasing.
        y: outputs, shape (n,) or (1, n).
        title: of the panel.
    """
    with course_style():
        figure, (axes,) = panels(1, width=6.0, height=3.4, redrawn=True)
        axes.plot(np.ravel(x), np.ravel(y), color=BLUE)
        axes.set(xlabel="input x", ylabel="output y", title=title, xlim=(np.min(x), np.max(x)))
    return figure
