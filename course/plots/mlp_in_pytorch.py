"""Figures of the notebook on multilayer perceptrons in PyTorch: spirals, training, and maps of decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from course.plots.style import BLACK, BLUE, CLASS_COLOURS, CLASS_MARKERS, ORANGE, PURPLE, course_style, panels

COLOURS = (*CLASS_COLOURS, PURPLE)
MARKERS = (*CLASS_MARKERS, "D")
SHOWN = 250  # points of a class: more of them hide each other


def square(limit: float, points: int = 161) -> np.ndarray:
    """The points of a square grid around the origin, row by row from the lower left.

    Args:
        limit: the grid reaches from -limit to limit in both directions.
        points: a side.

    Returns:
        Shape (points * points, 2), float32.
    """
    side = np.linspace(-limit, limit, points, dtype=np.float32)
    across, up = np.meshgrid(side, side)
    return np.stack([across.ravel(), up.ravel()], axis=1)


def _draw_points(axes: plt.Axes, x: ArrayLike, y: ArrayLike, size: float) -> list[Line2D]:
    positions, labels = np.asarray(x), np.asarray(y)
    for k in np.unique(labels):
        chosen = positions[labels == k]
        chosen = chosen[np.linspace(0, len(chosen) - 1, min(SHOWN, len(chosen)), dtype=int)]
        look: dict[str, Any] = {
            "color": COLOURS[k],
            "marker": MARKERS[k],
            "markeredgecolor": "white",
            "markeredgewidth": 0.4,
        }
        axes.plot(chosen[:, 0], chosen[:, 1], linestyle="", markersize=size, label=f"class {k}", **look)
    return [
        Line2D([], [], linestyle="", marker=MARKERS[k], color=COLOURS[k], label=f"class {k}")
        for k in np.unique(labels)
    ]


def points(x: ArrayLike, y: ArrayLike) -> plt.Figure:
    """Points of up to four classes in the plane.

    Args:
        x: shape (n, 2).
        y: labels from 0 to 3, shape (n,).
    """
    with course_style():
        figure, (axes,) = panels(1, width=5.8, height=4.6)
        handles = _draw_points(axes, x, y, 4.5)
        axes.set(xlabel="input x₁", ylabel="input x₂", aspect="equal")
        axes.legend(handles=handles, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def losses(batch_losses: ArrayLike, batches: int) -> plt.Figure:
    """The loss of every batch, and the mean of each epoch.

    Args:
        batch_losses: shape (epochs * batches,).
        batches: how many make an epoch.
    """
    values = np.asarray(batch_losses, dtype=float)
    epochs = np.arange(1, values.size + 1) / batches
    with course_style():
        figure, (axes,) = panels(1, width=6.4, height=3.4)
        axes.plot(epochs, values, color=BLUE, linewidth=0.7, alpha=0.6, label="each batch")
        means = values.reshape(-1, batches).mean(axis=1)
        axes.plot(np.arange(1, means.size + 1) - 0.5, means, color=ORANGE, label="mean of each epoch")
        axes.set(xlabel="epoch", ylabel="cross entropy (nats)", xlim=(0, epochs[-1]), ylim=(0, None))
        axes.legend(loc="upper right")
    return figure


def _map_colours(probabilities: np.ndarray) -> np.ndarray:
    """The colour of the most probable class at each place, the paler the less sure it is."""
    classes = probabilities.shape[-1]
    pure = np.array([to_rgb(colour) for colour in COLOURS[:classes]])[probabilities.argmax(axis=-1)]
    sure = (probabilities.max(axis=-1) - 1 / classes) / (1 - 1 / classes)
    return 1 - (0.12 + 0.58 * sure[..., None]) * (1 - pure)


def decision_maps(
    maps: Mapping[float, ArrayLike], x: ArrayLike, y: ArrayLike, *, redrawn: bool = False
) -> plt.Figure:
    """What a network decides at every place, a panel for each size of the window, with points on it.

    Args:
        maps: limit of a :func:`square` to the classes' probabilities there, shape (side * side, K), K at most 4.
        x: points to draw, shape (n, 2).
        y: their labels, shape (n,).
        redrawn: for a demo.
    """
    smallest = min(maps)
    with course_style():
        figure, axes = panels(len(maps), width=5.0, height=4.7, redrawn=redrawn)
        if redrawn:
            figure.subplots_adjust(left=0.14, right=0.8)
        for panel, (limit, values) in zip(axes, maps.items(), strict=True):
            probabilities = np.asarray(values, dtype=float)
            side = round(len(probabilities) ** 0.5)
            probabilities = probabilities.reshape(side, side, -1)
            extent = (-limit, limit, -limit, limit)
            panel.imshow(_map_colours(probabilities), extent=extent, origin="lower", interpolation="bilinear")
            for k in range(probabilities.shape[-1]):
                lead = probabilities[..., k] - np.delete(probabilities, k, axis=-1).max(axis=-1)
                if lead.min() < 0 < lead.max():
                    lines: dict[str, Any] = {"levels": [0], "colors": BLACK, "linewidths": 0.8}
                    panel.contour(lead, extent=extent, origin="lower", **lines)
            handles = _draw_points(panel, x, y, 4.0 * (smallest / limit) ** 0.6)
            if limit > smallest:
                corner = (-smallest, -smallest)
                panel.add_patch(
                    Rectangle(corner, 2 * smallest, 2 * smallest, fill=False, linestyle="--", linewidth=1.2)
                )
            title = f"from {-limit:g} to {limit:g}".replace("-", "−")
            panel.set(xlabel="input x₁", ylabel="input x₂", title=title)
            panel.grid(False)
        axes[-1].legend(handles=handles, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure
