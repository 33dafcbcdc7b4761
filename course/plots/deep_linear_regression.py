"""Figures of the linear regression notebook: weights found again, and two roads to the same weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from course.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, course_style, panels

_MODES = (BLUE, ORANGE, GREEN, PURPLE)
_DASHES = ("-", "--", "-.", ":")  # so that modes differ without colour, too


def _weights(axes: plt.Axes, values: np.ndarray, title: str, largest: float) -> None:
    """A small matrix as coloured squares with its numbers."""
    axes.imshow(values, cmap="PuOr", vmin=-largest, vmax=largest)
    axes.grid(False)
    axes.set_xticks([])
    axes.set_yticks([])
    for (row, column), value in np.ndenumerate(values):
        colour = "white" if abs(value) > 0.7 * largest else BLACK
        axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=colour)
    axes.set(xlabel="input", ylabel="output", title=title)


def recovered(truth: Any, estimate: Any, errors: Any, examples: int, redrawn: bool = False) -> plt.Figure:
    """The true weights, those that were found from a few examples, and the error by the number of examples.

    Args:
        truth: shape (k, d), small.
        estimate: the same from the first examples, shape (k, d).
        errors: root mean square error of the weights with 1, 2, ... examples, shape (n,).
        examples: how many the estimate is made of.
        redrawn: for a demo.
    """
    right, found, curve = (np.asarray(values, dtype=float) for values in (truth, estimate, errors))
    largest = float(np.abs(right).max()) * 1.15
    with course_style():
        figure, (one, two, three) = panels(3, width=3.6, height=3.3, redrawn=redrawn)
        if redrawn:
            figure.subplots_adjust(left=0.04, right=0.98, bottom=0.16, top=0.9, wspace=0.25)
        _weights(one, right, "true weights", largest)
        _weights(two, found, f"found from {examples} example{'s' if examples > 1 else ''}", largest)
        numbers = np.arange(1, len(curve) + 1)
        three.semilogy(numbers, curve, color=BLUE)
        three.semilogy(examples, curve[examples - 1], "o", color=ORANGE, markersize=9)
        three.set(xlabel="number of examples", ylabel="error of the weights (rms)", ylim=(1e-5, 20))
        three.set_yticks([1e-4, 1e-2, 1], ["0.0001", "0.01", "1"])  # plain text draws faster than powers
        three.minorticks_off()
    return figure


def two_roads(losses: dict[str, Any], strengths: dict[str, Any], names: Sequence[str]) -> plt.Figure:
    """Losses of two networks by epoch and, a panel each, how much of the data's modes each has learnt.

    Args:
        losses: name of the network to its losses, shape (epochs,).
        strengths: name of the network to the part of each mode that it has learnt, shape (epochs, k), k at most 4.
        names: of the modes, k.
    """
    with course_style():
        figure, (first, *others) = panels(1 + len(strengths), width=3.9, height=3.4)
        for (name, values), colour, dash in zip(losses.items(), (GREY, BLACK), ("--", "-"), strict=False):
            first.plot(np.asarray(values, dtype=float), dash, color=colour, label=name)
        first.set(xlabel="epoch", ylabel="loss", ylim=(0, None), title="loss")
        first.legend(loc="upper right")
        for axes, (name, values) in zip(others, strengths.items(), strict=True):
            parts = np.asarray(values, dtype=float)
            for k, mode in enumerate(names):
                width = 6.5 - 1.5 * k  # so that curves on top of one another are seen
                axes.plot(parts[:, k], _DASHES[k], color=_MODES[k], linewidth=width, label=f"mode {mode}")
            axes.set(xlabel="epoch", ylabel="part of the mode that is learnt", ylim=(-0.05, 1.08), title=name)
        others[-1].legend(loc="upper left")
    return figure
