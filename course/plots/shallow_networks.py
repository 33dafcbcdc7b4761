"""Figures of the shallow-networks topic: a network taken apart, its fit to data, and heat maps of two inputs."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import ArrayLike

from course.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, course_style, panels

UNIT_COLOURS = (BLUE, GREEN, PURPLE)
STAGES = ("pre-activation f", "activation h", "weighted φh")


def _ten_panels(figure: plt.Figure, output_width: float) -> dict[str, plt.Axes]:
    """Nine small panels "00" to "22", a column a stage and a row a hidden unit, and "output" on the right."""
    rows: list[Any] = [[f"{stage}{unit}" for stage in range(3)] + ["output"] for unit in range(3)]
    axes: dict[str, plt.Axes] = figure.subplot_mosaic(rows, width_ratios=[1, 1, 1, output_width])
    return axes


def _draw_parts(figure: plt.Figure) -> None:
    """The panels of a network with one input, with curves that have no points yet."""
    axes = _ten_panels(figure, 2)
    figure.subplots_adjust(left=0.06, right=0.98, top=0.92, bottom=0.1, wspace=0.32, hspace=0.2)
    for unit, colour in enumerate(UNIT_COLOURS):
        for stage, title in enumerate(STAGES):
            panel = axes[f"{stage}{unit}"]
            panel.plot([], [], color=colour)
            panel.tick_params(labelsize=8.5)
            panel.set_yticks([-1, 1])
            panel.grid(False)
            panel.xaxis.set_visible(unit == 2)  # every tick costs time when a slider moves
            panel.yaxis.set_visible(stage == 0)
            if unit == 0:
                panel.set_title(title)
            if unit == 2:
                panel.set_xlabel("input x")
            if stage == 0:
                panel.set_ylabel(f"unit {unit + 1}")
    axes["output"].plot([], [], color=BLACK)
    axes["output"].plot([], [], "o", color=ORANGE, clip_on=True)
    axes["output"].set_xlabel("input x")
    for panel in axes.values():
        panel.axhline(0, color=GREY, linewidth=0.8, zorder=0)
        panel.set(xlim=(0, 1), ylim=(-1.5, 1.5), xticks=(0, 1))
    axes["output"].set_xticks(np.linspace(0, 1, 5))


def network(
    x: ArrayLike,
    y: ArrayLike,
    pre: ArrayLike,
    act: ArrayLike,
    weighted: ArrayLike,
    *,
    data: tuple[ArrayLike, ArrayLike] | None = None,
    title: str = "output y = φ₀ + sum of weighted",
    onto: plt.Figure | None = None,
) -> plt.Figure:
    """A network of three hidden units taken apart: nine panels, and the output beside them.

    Args:
        x: inputs, shape (n,), increasing, between 0 and 1.
        y: outputs, shape (n,).
        pre: pre-activations of the three units, shape (3, n).
        act: their activations, shape (3, n).
        weighted: their weighted activations, shape (3, n).
        data: inputs and targets to show beside the output, each of shape (m,).
        title: of the output's panel.
        onto: a figure that this function returned before: it gets new curves, which is ten times as fast as
            a new figure. For demos.
    """
    with course_style():
        figure = onto
        if figure is None:
            figure = plt.figure(figsize=(11, 4.8))
            plt.close(figure)
            _draw_parts(figure)
        axes = {panel.get_label(): panel for panel in figure.axes}
        for stage, values in enumerate((pre, act, weighted)):
            for unit, curve in enumerate(np.asarray(values)):
                axes[f"{stage}{unit}"].lines[0].set_data(x, curve)
        axes["output"].lines[0].set_data(x, y)
        axes["output"].lines[1].set_data(*(data or ([], [])))
        axes["output"].set_title(title)
    return figure


def fit(
    x: ArrayLike,
    y: ArrayLike,
    x_train: ArrayLike,
    y_train: ArrayLike,
    *,
    joints: ArrayLike = (),
    title: str = "",
) -> plt.Figure:
    """A network's output with the data.

    Args:
        x: inputs, shape (n,), increasing, between 0 and 1.
        y: the network's outputs, shape (n,).
        x_train: inputs of the data, shape (m,).
        y_train: targets, shape (m,).
        joints: inputs to mark with a dashed line, any number.
        title: of the panel.
    """
    with course_style():
        figure, (axes,) = panels(1, width=5.6, height=3.4)
        for k, joint in enumerate(np.asarray(joints)):
            axes.axvline(joint, color=GREY, linestyle="--", linewidth=1.3, label="" if k else "joints")
        axes.plot(np.asarray(x), np.asarray(y), color=BLUE, label="output y")
        axes.plot(np.asarray(x_train), np.asarray(y_train), "o", color=ORANGE, label="data", zorder=3)
        axes.set(xlabel="input x", ylabel="output y", xlim=(0, 1), ylim=(-1.2, 1.2), title=title)
        axes.legend(loc="upper left", ncols=3, columnspacing=1.0, frameon=True, edgecolor="none", framealpha=1)
    return figure


def _heat_map(
    panel: plt.Axes, values: np.ndarray, extent: tuple[float, float, float, float], limits: tuple[float, float]
) -> plt.cm.ScalarMappable:
    """A surface from above: colours, and contours at equal steps."""
    image = panel.imshow(
        values, origin="lower", extent=extent, cmap="cividis", vmin=limits[0], vmax=limits[1], aspect="equal"
    )
    levels = np.linspace(*limits, 11)[1:-1]
    panel.contour(values, levels, extent=extent, colors="white", linewidths=0.7, linestyles="solid")
    panel.grid(False)
    return image


def two_inputs(
    x1: ArrayLike, x2: ArrayLike, y: ArrayLike, pre: ArrayLike, act: ArrayLike, weighted: ArrayLike
) -> plt.Figure:
    """A network of two inputs and three hidden units taken apart, as heat maps seen from above.

    Args:
        x1: first inputs on a grid, shape (rows, columns), increasing along a row.
        x2: second inputs, shape (rows, columns), increasing along a column.
        y: outputs, shape (rows, columns).
        pre: pre-activations of the three units, shape (3, rows, columns).
        act: their activations, shape (3, rows, columns).
        weighted: their weighted activations, shape (3, rows, columns).
    """
    extent = (float(np.min(x1)), float(np.max(x1)), float(np.min(x2)), float(np.max(x2)))
    with course_style():
        figure = plt.figure(figsize=(11, 5.6))
        plt.close(figure)
        axes = _ten_panels(figure, 3.0)
        figure.subplots_adjust(left=0.07, right=0.98, top=0.95, bottom=0.03, wspace=0.3, hspace=0.12)
        for stage, (title, values) in enumerate(zip(STAGES, map(np.asarray, (pre, act, weighted)), strict=True)):
            limits = float(values.min()), float(values.max())
            column = [axes[f"{stage}{unit}"] for unit in range(3)]
            for unit, panel in enumerate(column):
                image = _heat_map(panel, values[unit], extent, limits)
                panel.tick_params(labelsize=8.5)
                panel.xaxis.set_visible(unit == 2)
                panel.yaxis.set_visible(stage == 0)
            column[0].set_title(title)
            column[2].set_xlabel("$x_1$")
            figure.colorbar(image, ax=column, location="bottom", aspect=12, fraction=0.04, pad=0.11)
        surface = np.asarray(y)
        image = _heat_map(axes["output"], surface, extent, (float(surface.min()), float(surface.max())))
        axes["output"].set(xlabel="$x_1$", ylabel="$x_2$", title="output y")
        figure.colorbar(image, ax=axes["output"], location="bottom", aspect=36, fraction=0.04, pad=0.11)
        for unit, values in enumerate(np.asarray(pre)):
            axes[f"0{unit}"].set_ylabel(f"unit {unit + 1}\n$x_2$")
            for panel in (axes[f"0{unit}"], axes["output"]):  # where this unit bends
                panel.contour(values, [0.0], extent=extent, colors=ORANGE, linewidths=2.2)
    return figure
