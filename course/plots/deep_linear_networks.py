"""Figures of the deep linear networks topic: families of features, modes, and learning that comes in steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D

from course.plots.style import BLACK, BLUE, GOLD, GREEN, GREY, ORANGE, PURPLE, SKY, course_style, panels

_MODES = (BLUE, ORANGE, GREEN, PURPLE, SKY, GOLD, GREY, BLACK)
_DASHES: tuple[Any, ...] = ("-", "--", "-.", ":")  # so that modes differ without colour, too
_DIVERGING = "PuOr"


def _numbers(values: Any) -> np.ndarray:
    """Arrays, lists and tensors of any device, or lists of them, as an array."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
    elif isinstance(values, list | tuple):
        values = [_numbers(each) for each in values]
    return np.asarray(values, dtype=float)


# Data ---------------------------------------------------------------------------------------------------------


def _table(axes: plt.Axes, values: np.ndarray, rows: Sequence[str], columns: Sequence[str], **look: Any) -> Any:
    """A matrix as coloured squares with the names of its rows and columns."""
    image = axes.imshow(values, aspect="auto", interpolation="nearest", **look)
    axes.set_xticks(range(len(columns)), columns, rotation=60, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0)
    axes.grid(False)
    return image


def features(items: Sequence[str], names: Sequence[str], values: Any, agreement: Any) -> plt.Figure:
    """Which item has which feature and, beside it, how far the sampled features of two items agree.

    Args:
        items: names of the n items.
        names: names of the f features.
        values: 1 where an item has a feature and 0 where not, shape (f, n).
        agreement: shape (n, n), from -1 to 1.
    """
    with course_style():
        figure, (named, sampled) = panels(2, width=5.2, height=3.9)
        _table(named, _numbers(values), names, items, cmap="Blues", vmin=0, vmax=1.6)
        for row, column in np.argwhere(_numbers(values) > 0):
            named.plot(column, row, "o", color="white", markersize=4)
        named.set(title="features with names (dot: has it)")
        image = _table(sampled, _numbers(agreement), items, items, cmap="viridis", vmin=0, vmax=1)
        sampled.set(title="agreement of the sampled features")
        figure.colorbar(image, ax=sampled, label="mean of the products")
    return figure


def modes_of_items(items: Sequence[str], patterns: Any, strengths: Any) -> plt.Figure:
    """The right singular vectors: what each mode says of each item.

    Args:
        items: names of the n items.
        patterns: the matrix V, one column a mode, shape (n, r). A column's sign is free; it is turned so that its
            sum is positive or, where that is about zero, its largest entry.
        strengths: singular values, shape (r,).
    """
    columns = _numbers(patterns)
    leaning = np.where(np.abs(columns.sum(axis=0)) > 0.5, columns.sum(axis=0), 0)
    first = columns[np.abs(columns).argmax(axis=0), np.arange(columns.shape[1])]
    columns = columns * np.where(np.where(leaning, leaning, first) < 0, -1, 1)
    with course_style():
        figure, (axes,) = panels(1, width=6.6, height=3.6)
        labels = [f"{k}: {value:.1f}" for k, value in enumerate(_numbers(strengths), start=1)]
        image = _table(axes, columns, items, labels, cmap=_DIVERGING, vmin=-1, vmax=1)
        axes.set(xlabel="mode and its singular value", title="columns of V")
        figure.colorbar(image, ax=axes, label="entry")
    return figure


# Learning -----------------------------------------------------------------------------------------------------


def loss_and_modes(losses: Any, modes: Any, strengths: Any = None, redrawn: bool = False) -> plt.Figure:
    """The loss by epoch and, on an axis of its own at the right, the singular values of the network's map.

    Args:
        losses: shape (epochs,).
        modes: one column a mode, shape (epochs, r), at most eight.
        strengths: singular values of the data, shape (r,), marked at the right edge.
        redrawn: for a demo.
    """
    curve, values = _numbers(losses), _numbers(modes)
    with course_style():
        figure, (left,) = panels(1, width=7.6, height=3.9, redrawn=redrawn)
        if redrawn:
            figure.subplots_adjust(left=0.09, right=0.9, bottom=0.14, top=0.84)
        right = left.twinx()
        right.spines["right"].set_visible(True)
        right.grid(False)
        left.grid(axis="y", visible=False)
        epochs = np.arange(len(curve))
        left.plot(epochs, curve, color=BLACK, linewidth=2.6, zorder=3)
        for k in range(values.shape[1]):
            right.plot(epochs + 1, values[:, k], _DASHES[k % 4], color=_MODES[k % 8], linewidth=1.6)
        if strengths is not None:
            right.plot(np.full(values.shape[1], len(curve)), _numbers(strengths), "<", color=GREY, clip_on=False)
        left.set(xlabel="epoch", ylabel="loss (black)", xlim=(0, len(curve)), ylim=(0, None))
        right.set(ylabel="singular value (coloured)", ylim=(0, None))
        left.set_zorder(right.get_zorder() + 1)
        left.patch.set_visible(False)
        handles = [Line2D([], [], color=BLACK, linewidth=2.6, label="loss")]
        handles += [
            Line2D([], [], color=_MODES[k % 8], linestyle=_DASHES[k % 4], label=f"mode {k + 1}")
            for k in range(values.shape[1])
        ]
        figure.legend(handles=handles, loc="outside upper center" if not redrawn else "upper center", ncols=5)
    return figure


def modes_and_theory(modes: Any, theory: Any, names: Sequence[str]) -> plt.Figure:
    """Singular values by epoch, with the curves of a theory over them.

    Args:
        modes: shape (epochs, k), at most eight.
        theory: the same as predicted, shape (epochs, k).
        names: of the modes, k.
    """
    values, predicted = _numbers(modes), _numbers(theory)
    with course_style():
        figure, (axes,) = panels(1, width=7.2, height=3.6)
        epochs = np.arange(1, len(values) + 1)
        for k, name in enumerate(names):
            axes.plot(epochs, values[:, k], color=_MODES[k % 8], linewidth=4.5, alpha=0.6, label=f"mode {name}")
            axes.plot(epochs, predicted[:, k], "--", color=BLACK, linewidth=1.2)
        axes.plot([], [], "--", color=BLACK, linewidth=1.2, label="theory")
        axes.set(xlabel="epoch", ylabel="singular value", xlim=(0, len(values)), ylim=(0, None))
        axes.legend(loc="upper left")
    return figure


# Representations ----------------------------------------------------------------------------------------------


def similarity_and_dynamics(
    dot_products: Any,
    cosines: Any,
    items: Sequence[str],
    losses: Any,
    modes: Any,
    scale: float,
    epoch: int,
    redrawn: bool = False,
) -> plt.Figure:
    """Two similarity matrices at one epoch, beside loss and modes with that epoch marked.

    Args:
        dot_products: shape (n, n).
        cosines: shape (n, n).
        items: names of the n items.
        losses: shape (epochs,).
        modes: strengths, one column a mode, shape (epochs, r), at most eight.
        scale: the largest dot product of all epochs: where colours end, so that epochs can be compared.
        epoch: the one that is shown.
        redrawn: for a demo.
    """
    curve, strengths = _numbers(losses), _numbers(modes)
    with course_style():
        figure, (left, middle, right) = panels(3, width=4.4, height=3.6, redrawn=redrawn)
        if redrawn:
            figure.subplots_adjust(left=0.07, right=0.95, bottom=0.25, top=0.9, wspace=0.35)
        for panel, matrix, end in ((left, dot_products, scale), (middle, cosines, 1.0)):
            image = _table(panel, _numbers(matrix), items, items, cmap=_DIVERGING, vmin=-end, vmax=end)
            figure.colorbar(image, ax=panel)
        left.set(title=f"dot products, epoch {epoch}")
        middle.set(title=f"cosines, epoch {epoch}")
        right.grid(axis="y", visible=False)
        right.plot(curve, color=BLACK)
        right.axvline(epoch, color=ORANGE, linewidth=1.6)
        right.set(xlabel="epoch", ylabel="loss (black)", xlim=(0, len(curve)), ylim=(0, None))
        right.set(title="loss and modes (coloured)")
        twin = right.twinx()
        twin.grid(False)
        twin.spines["right"].set_visible(True)
        for k in range(strengths.shape[1]):
            twin.plot(strengths[:, k], _DASHES[k % 4], color=_MODES[k % 8], linewidth=1.3)
        twin.set(ylabel="strength", ylim=(0, None))
    return figure


def similarities(matrices: dict[str, Any], items: Sequence[str]) -> plt.Figure:
    """Several similarity matrices side by side; the colours of each end at its largest value.

    Args:
        matrices: title to similarities, shape (n, n), at most four.
        items: names of the n items.
    """
    arrays = {title: _numbers(matrix) for title, matrix in matrices.items()}
    with course_style():
        figure, axes = panels(2, (len(arrays) + 1) // 2, width=4.6, height=3.4)
        for panel, (title, array) in zip(axes, arrays.items(), strict=False):
            end = float(np.abs(array).max()) or 1.0
            image = _table(panel, array, items, items, cmap=_DIVERGING, vmin=-end, vmax=end)
            panel.set(title=title)
            figure.colorbar(image, ax=panel)
    return figure
