"""Figures of the convolution topic: images, kernels and feature maps, and the places where a kernel is put."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from numpy.typing import ArrayLike

from course.plots.style import BLACK, GREEN, ORANGE, PURPLE, course_style, panels

IMAGE_COLOURS = "cividis"
SIGNED_COLOURS = "RdBu_r"  # of kernels and feature maps: white is 0
NUMBERS_UP_TO = 60  # cells of a matrix that has its numbers written in, where there is room


def _largest(values: np.ndarray) -> float:
    return float(np.abs(values).max(initial=0)) or 1.0


def _draw_matrix(
    axes: plt.Axes, matrix: np.ndarray, colours: str, low: float, high: float, title: str, numbers: bool
) -> None:
    axes.imshow(matrix, cmap=colours, vmin=low, vmax=high)
    axes.set(xticks=(), yticks=())
    axes.set_title(title, fontsize=9.5)
    axes.grid(False)
    axes.spines[:].set_visible(True)
    if not numbers:
        return
    for (row, column), value in np.ndenumerate(matrix):
        red, green, blue, _ = axes.images[0].to_rgba(value)
        dark = 0.3 * red + 0.59 * green + 0.11 * blue < 0.5
        axes.text(
            column, row, f"{value:.3g}", ha="center", va="center", fontsize=9, color="white" if dark else BLACK
        )


# Feature maps -------------------------------------------------------------------------------------------------


def feature_maps(image: ArrayLike, weights: ArrayLike, output: ArrayLike) -> plt.Figure:
    """Images, kernels and what comes out, a row a channel; numbers are written in where there is one channel.

    Args:
        image: shape (batch, channels in, height, width).
        weights: shape (channels out, channels in, kernel height, kernel width).
        output: feature maps, shape (batch, channels out, rows, columns).
    """
    inputs, kernels, maps = (np.asarray(values, dtype=float) for values in (image, weights, output))
    examples, channels = inputs.shape[:2]
    many = kernels.shape[0]
    written = examples == channels == many == 1
    height = 2.9 if written else 1.15 * max(channels, many)
    with course_style():
        ratios = [1.5] * examples + [0.8] * many + [1.5] * examples
        width = 11 if written else 1.35 * sum(ratios)
        figure = plt.figure(figsize=(width, height))
        figure.subplots_adjust(left=0.01, right=0.99, bottom=0.03, top=1 - 0.3 / height, wspace=0.15, hspace=0.4)
        plt.close(figure)
        grid = figure.add_gridspec(max(channels, many), len(ratios), width_ratios=ratios)
        for example in range(examples):
            name = "image" if examples == 1 else f"image {example}"
            for channel in range(channels):
                title = name if channels == 1 else f"{name}, channel {channel}"
                axes = figure.add_subplot(grid[channel, example])
                numbers = written and inputs[0, 0].size <= NUMBERS_UP_TO
                low, high = inputs.min(), max(inputs.max(), inputs.min() + 1e-9)
                _draw_matrix(axes, inputs[example, channel], IMAGE_COLOURS, low, high, title, numbers)
        for out in range(many):
            for channel in range(channels):
                title = "kernel" if written else f"kernel {out}, {channel}"
                axes = figure.add_subplot(grid[channel, examples + out])
                size = _largest(kernels)
                _draw_matrix(axes, kernels[out, channel], SIGNED_COLOURS, -size, size, title, written)
        for example in range(examples):
            for out in range(many):
                title = "feature map" if many == 1 else f"feature map {out}"
                title += "" if examples == 1 else f" of image {example}"
                axes = figure.add_subplot(grid[out, examples + many + example])
                size = _largest(maps)
                numbers = written and maps[0, 0].size <= NUMBERS_UP_TO
                _draw_matrix(axes, maps[example, out], SIGNED_COLOURS, -size, size, title, numbers)
    return figure


def filtered(image: ArrayLike, maps: Mapping[str, ArrayLike]) -> plt.Figure:
    """A picture beside its feature maps, each with a bar that says what its colours mean.

    Args:
        image: shape (height, width).
        maps: title to feature map, shape (rows, columns).
    """
    picture = np.asarray(image, dtype=float)
    with course_style():
        figure, axes = panels(1 + len(maps), width=3.1, height=2.9)
        _draw_matrix(axes[0], picture, IMAGE_COLOURS, picture.min(), picture.max(), "image", False)
        figure.colorbar(axes[0].images[0], ax=axes[0], shrink=0.75)
        for panel, (title, values) in zip(axes[1:], maps.items(), strict=True):
            matrix = np.asarray(values, dtype=float)
            size = _largest(matrix)
            _draw_matrix(panel, matrix, SIGNED_COLOURS, -size, size, title, False)
            figure.colorbar(panel.images[0], ax=panel, shrink=0.75)
    return figure


# Where the kernel is put --------------------------------------------------------------------------------------


def windows(
    height: int, width: int, kernel: int, settings: Sequence[tuple[int, int, int, int]], redrawn: bool = False
) -> plt.Figure:
    """The places of a square kernel on an image with its padding, a panel for every setting.

    Args:
        height: of the image, in pixels.
        width: of the image, in pixels.
        kernel: its height and width.
        settings: (stride, pad, rows, columns) each; rows and columns are the size of the output.
        redrawn: for a demo's figure: fixed margins, which draw faster.
    """
    with course_style():
        figure, axes = panels(len(settings), width=11 / max(2, len(settings)), height=3.4, redrawn=redrawn)
        for panel, setting in zip(axes, settings, strict=True):
            _draw_windows(panel, height, width, kernel, *setting)
        shown: list[Artist] = [
            Line2D([], [], color=BLACK, marker="o", linestyle="", label="top left corner of a window"),
            Patch(facecolor="none", edgecolor=ORANGE, linewidth=2.5, label="first window"),
            Patch(facecolor="none", edgecolor=PURPLE, linestyle="--", linewidth=2.5, label="next"),
            Patch(facecolor="none", edgecolor=GREEN, linestyle=":", linewidth=2.5, label="last"),
            Patch(facecolor=PIXEL, label="pixel"),
            Patch(facecolor=PADDING, label="padding"),
            Line2D([], [], color=BLACK, marker="x", linestyle="", label="in no window"),
        ]
        if redrawn:
            figure.subplots_adjust(left=0.02, right=0.98, bottom=0.16)
        figure.legend(
            handles=shown,
            loc="lower center" if redrawn else "outside lower center",
            ncols=7 if len(settings) > 1 else 4,
            columnspacing=1.0,
            handlelength=1.3,
            handletextpad=0.4,
        )
    return figure


PIXEL, PADDING = "#BBD9EE", "#E8E8E8"


def _draw_windows(
    axes: plt.Axes, height: int, width: int, kernel: int, stride: int, pad: int, rows: int, columns: int
) -> None:
    high, wide = height + 2 * pad, width + 2 * pad
    pixels = np.zeros((high, wide))
    pixels[pad : pad + height, pad : pad + width] = 1
    axes.imshow(pixels, cmap=ListedColormap([PADDING, PIXEL]), vmin=0, vmax=1, extent=(0, wide, high, 0))
    axes.hlines(range(1, high), 0, wide, color="white", linewidth=1, zorder=1)
    axes.vlines(range(1, wide), 0, high, color="white", linewidth=1, zorder=1)
    unseen = np.ones((high, wide), dtype=bool)
    for row in range(rows):
        for column in range(columns):
            unseen[row * stride : row * stride + kernel, column * stride : column * stride + kernel] = False
    down, along = np.nonzero(unseen)
    axes.plot(along + 0.5, down + 0.5, "x", color=BLACK, markersize=7, markeredgewidth=1.2)
    last = ((columns - 1) * stride, (rows - 1) * stride)
    for corner, colour, line in (((0, 0), ORANGE, "-"), ((stride, 0), PURPLE, "--"), (last, GREEN, ":")):
        if corner[0] <= last[0]:
            axes.add_patch(
                Rectangle(
                    corner,
                    kernel,
                    kernel,
                    facecolor="none",
                    edgecolor=colour,
                    linestyle=line,
                    linewidth=2.5,
                    zorder=3,
                )
            )
    x, y = np.meshgrid(np.arange(columns) * stride, np.arange(rows) * stride)
    axes.plot(x.ravel() + 0.5, y.ravel() + 0.5, "o", color=BLACK, markersize=4)
    axes.set(xlim=(-0.15, wide + 0.15), ylim=(high + 0.15, -0.15), aspect="equal")
    axes.set_title(f"stride {stride}, pad {pad}: output {rows} × {columns}", fontsize=10)
    axes.axis("off")
