"""Figures of the transformers topic: tokens as columns, attention weights, and what a shuffle does to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.image import AxesImage
from numpy.typing import ArrayLike

from course.plots.style import GREY, course_style, panels


def _squares(
    axes: plt.Axes,
    values: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    colours: str,
    ends: Sequence[float],
) -> AxesImage:
    """A matrix as coloured squares, with the names of its rows and columns."""
    image = axes.imshow(values, cmap=colours, vmin=ends[0], vmax=ends[1], aspect="auto", interpolation="nearest")
    slanted: dict[str, Any] = (
        {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if max(map(len, columns)) > 2 else {}
    )
    axes.set_xticks(range(len(columns)), columns, **slanted)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0)
    axes.grid(False)
    return image


def embeddings(matrices: Mapping[str, ArrayLike], tokens: Sequence[str], features: Sequence[str]) -> plt.Figure:
    """Matrices whose columns are tokens, side by side, in colours that diverge from zero.

    Args:
        matrices: title to numbers, shape (D, N).
        tokens: the N names of the columns.
        features: the D names of the rows.
    """
    arrays = {title: np.asarray(matrix, dtype=float) for title, matrix in matrices.items()}
    with course_style():
        figure, axes = panels(len(arrays), width=4.8, height=3.4)
        end = max(float(np.abs(array).max()) for array in arrays.values()) or 1.0
        for panel, (title, array) in zip(axes, arrays.items(), strict=True):
            image = _squares(panel, array, features, tokens, "PuOr", (-end, end))
            panel.set(title=title, xlabel="token")
        axes[0].set_ylabel("row")
        figure.colorbar(image, ax=axes, label="value")
    return figure


def attention(matrices: Mapping[str, ArrayLike], tokens: Sequence[str], *, redrawn: bool = False) -> plt.Figure:
    """Attention weights as heat maps side by side; every column sums to 1, and a cross marks an exact zero.

    Args:
        matrices: title to weights, shape (N, N): how much the output of the column's token takes from the row's.
        tokens: the N names of rows and columns.
        redrawn: for a demo.
    """
    arrays = {title: np.asarray(matrix, dtype=float) for title, matrix in matrices.items()}
    with course_style():
        alone = len(arrays) == 1
        figure, axes = panels(
            len(arrays), width=5.4 if alone else 4.4, height=4.0 if alone else 3.7, redrawn=redrawn
        )
        for panel, (title, array) in zip(axes, arrays.items(), strict=True):
            image = _squares(panel, array, tokens, tokens, "viridis", (0.0, 1.0))
            row, column = np.nonzero(array == 0)
            panel.plot(column, row, "x", color=GREY, markersize=6, markeredgewidth=1.2)
            panel.set(title=title, xlabel="output of this token …")
            if alone:
                for row, column in np.ndindex(array.shape):
                    colour = "black" if array[row, column] > 0.55 else "white"
                    panel.text(
                        column, row, f"{array[row, column]:.2f}", ha="center", va="center", fontsize=8, color=colour
                    )
        axes[0].set_ylabel("… takes from this one")
        if redrawn:
            figure.subplots_adjust(left=0.09, right=0.9, bottom=0.14, top=0.9, wspace=0.12)
            for panel in axes[1:]:
                panel.set_yticks([])  # the same as on the left, and each takes time to draw
        figure.colorbar(image, ax=axes, label="weight", ticks=[0, 0.5, 1] if redrawn else None)
    return figure


def equivariance(
    output: ArrayLike, output_shuffled: ArrayLike, tokens: Sequence[str], order: Sequence[int]
) -> plt.Figure:
    """Outputs of a sentence above those of the same words in another order, with a line for every word.

    Args:
        output: of the sentence, shape (D, N).
        output_shuffled: of the shuffled sentence, shape (D, N).
        tokens: the N words of the sentence.
        order: word `order[n]` of the sentence is word n of the shuffled one, N whole numbers.
    """
    sides = np.asarray(output, dtype=float), np.asarray(output_shuffled, dtype=float)
    words = list(tokens), [tokens[n] for n in order]
    with course_style():
        figure, axes = panels(
            1, 2, width=6.8, height=2.9, redrawn=True
        )  # margins are fixed: the lines rely on them
        gap = 0.5  # between the panels, in heights of a panel
        figure.subplots_adjust(left=0.09, right=0.97, bottom=0.08, top=0.94, hspace=gap)
        end = max(float(np.abs(side).max()) for side in sides) or 1.0
        for panel, side, names in zip(axes, sides, words, strict=True):
            rows = [str(row + 1) for row in range(side.shape[0])]
            image = _squares(panel, side, rows, names, "PuOr", (-end, end))
            panel.set_xticks(range(len(names)), names, rotation=0, ha="center")
            panel.set_ylabel("row")
        axes[0].set_title("outputs of the sentence")
        axes[1].xaxis.tick_top()
        axes[1].set_xlabel("outputs of the same words in another order", fontsize=11)
        for place, n in enumerate(order):
            axes[0].plot(
                [n, place], [-0.12, 0.12 - gap], color=GREY, linewidth=1.3, clip_on=False,
                transform=axes[0].get_xaxis_transform(),
            )  # fmt: skip
        figure.colorbar(image, ax=axes, label="value")
    return figure
