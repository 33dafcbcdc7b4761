"""Figures of the notebooks on MNIST-1D: signals, errors by epoch, confusion matrices, and what a shift does."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from course.plots.style import BLACK, BLUE, CURVES, GREY, ORANGE, course_style, flat, panels

APART = 5.5  # how far one signal is drawn above the next


def examples(x: ArrayLike, labels: ArrayLike, each: int = 3) -> plt.Figure:
    """The first signals of each class, a panel a class, one above the other.

    Args:
        x: signals, shape (n, length) or (n, 1, length).
        labels: their classes, shape (n,).
        each: how many of a class, at most five.
    """
    classes_of = np.asarray(labels)
    signals = np.asarray(x, dtype=float).reshape(len(classes_of), -1)
    classes = np.unique(classes_of)
    columns = min(5, len(classes))
    rows = -(-len(classes) // columns)
    with course_style():
        figure, axes = panels(columns, rows, width=2.3, height=0.5 + 0.6 * each)
        for panel, k in zip(axes, classes, strict=False):
            for number, signal in enumerate(signals[classes_of == k][:each]):
                height = APART * (each - number)
                panel.axhline(height, color="#DDDDDD", linewidth=0.7)
                panel.plot(signal - signal.mean() + height, color=CURVES[number][0], linewidth=1.5)
            panel.set_title(f"class {k}", fontsize=10)
            panel.set(yticks=(), ylim=(APART * 0.2, APART * (each + 0.8)), xlim=(0, signals.shape[1] - 1))
            panel.spines.left.set_visible(False)
            panel.label_outer()
        for panel in axes[len(classes) :]:
            panel.set_visible(False)
        figure.supxlabel("place in the signal", fontsize=10.5)
        figure.supylabel("value, examples one above the other", fontsize=10.5)
    return figure


def errors_by_epoch(
    errors: Mapping[str, Mapping[str, ArrayLike]], baselines: Mapping[str, float] | None = None
) -> plt.Figure:
    """Errors along the training of several networks, a panel for each kind of error.

    Args:
        errors: title of a panel, such as "validation", to name of a network (at most five) to its errors in
            percent after 0, 1, … epochs, shape (epochs + 1,), or (runs, epochs + 1) for several runs of it.
        baselines: title of a panel to an error that a dotted line is drawn at.
    """
    with course_style():
        figure, axes = panels(len(errors), width=4.6, height=3.4)
        for panel, (title, networks) in zip(axes, errors.items(), strict=True):
            for (name, runs), (colour, style) in zip(networks.items(), CURVES, strict=False):
                for number, run in enumerate(np.atleast_2d(np.asarray(runs, dtype=float))):
                    label = None if number else name
                    panel.plot(run, style, color=colour, linewidth=1.6, label=label)
            if baselines and title in baselines:
                panel.axhline(
                    baselines[title],
                    color=BLACK,
                    linestyle=":",
                    linewidth=1.4,
                    label=f"to beat: {baselines[title]:.1f} %",
                )
            panel.xaxis.set_major_locator(MaxNLocator(integer=True))
            panel.set(xlabel="epoch", ylabel="error, %", title=title, ylim=(0, 100))
            panel.margins(x=0)
            panel.legend(loc="upper right")
    return figure


def confusions(matrices: Mapping[str, ArrayLike]) -> plt.Figure:
    """Confusion matrices, coloured by the share of each row and with the counts written in.

    Args:
        matrices: title to counts, rows true and columns predicted, shape (classes, classes).
    """
    with course_style():
        figure, axes = panels(len(matrices), width=4.9, height=4.6)
        for panel, (title, matrix) in zip(axes, matrices.items(), strict=True):
            counts = np.asarray(matrix, dtype=float)
            shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
            panel.imshow(shares, cmap="Blues", norm=PowerNorm(0.5, 0, 1))  # so that few look like more than none
            for (row, column), count in np.ndenumerate(counts):
                if count:
                    colour = "white" if shares[row, column] > 0.3 else BLACK
                    panel.text(column, row, f"{count:.0f}", ha="center", va="center", fontsize=8.5, color=colour)
            places = range(len(counts))
            panel.set(xlabel="predicted class", ylabel="true class", title=title, xticks=places, yticks=places)
            panel.grid(False)
            panel.spines[:].set_visible(True)
    return figure


def by_shift(shifts: ArrayLike, values: Mapping[str, ArrayLike], ylabel: str) -> plt.Figure:
    """Percent by how far signals are shifted, a curve a network.

    Args:
        shifts: in places, shape (n,), increasing.
        values: name to percent, shape (n,), at most five.
        ylabel: what the percent are of.
    """
    with course_style():
        figure, (axes,) = panels(1, width=6.0, height=3.4)
        for (name, percent), (colour, style) in zip(values.items(), CURVES, strict=False):
            axes.plot(flat(shifts), flat(percent), style, marker="o", markersize=4, color=colour, label=name)
        axes.set(xlabel="shift to the right, in places", ylabel=ylabel, ylim=(0, 103))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(loc="lower left")
    return figure


def answers(
    signal: ArrayLike, shifted: ArrayLike, probabilities: Mapping[str, ArrayLike], label: int, redrawn: bool = False
) -> plt.Figure:
    """A signal before and after a shift, and the probabilities that two networks give it afterwards.

    Args:
        signal: as it is in the data, shape (length,).
        shifted: shape (length,).
        probabilities: name of a network to its probabilities, shape (classes,), two networks.
        label: the right class.
        redrawn: for a demo.
    """
    with course_style():
        figure, (left, right) = panels(2, width=5.0, height=2.9, redrawn=redrawn)
        left.plot(flat(signal), color=GREY, linewidth=1.4, linestyle="--", label="as it was")
        left.plot(flat(shifted), color=BLACK, linewidth=1.8, label="shifted")
        left.set(xlabel="place in the signal", ylabel=f"signal of class {label}")
        left.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2)
        for offset, colour, hatch, (name, given) in zip(
            (-0.2, 0.2), (BLUE, ORANGE), ("", "///"), probabilities.items(), strict=False
        ):
            heights = 100 * flat(given)
            right.bar(
                np.arange(heights.size) + offset,
                heights,
                width=0.38,
                color=colour,
                hatch=hatch,
                edgecolor="white",
                linewidth=0.3,
                label=name,
            )
        right.set_xticks(range(max(flat(given).size for given in probabilities.values())))
        right.axvspan(label - 0.5, label + 0.5, color=GREY, alpha=0.25, linewidth=0, zorder=0)
        right.set(xlabel="class (grey: the right one)", ylabel="probability, %", ylim=(0, 100))
        right.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2)
        if redrawn:
            figure.subplots_adjust(left=0.07, right=0.98, bottom=0.17, top=0.86)
    return figure
