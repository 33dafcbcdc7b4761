"""Figures of the notebook on networks for images: digits, filters, feature maps, and answers with dropout."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import ArrayLike

from course.plots.convolution import IMAGE_COLOURS, SIGNED_COLOURS
from course.plots.style import BLACK, BLUE, ORANGE, course_style, panels

INK = "Greys"
COLUMNS = 10  # digits in a row
MAPS_IN_A_ROW = (4, 5)  # in the first layer and in the second


def _array(values: Any) -> np.ndarray:
    """Numbers as an array; of a tensor on any device, with a graph or without."""
    return np.asarray(values.detach().cpu() if hasattr(values, "detach") else values, dtype=float)


def _draw(axes: plt.Axes, matrix: np.ndarray, colours: str, low: float, high: float, title: str = "") -> None:
    axes.imshow(matrix, cmap=colours, vmin=low, vmax=high)
    axes.set(xticks=(), yticks=())
    axes.set_title(title, fontsize=10)
    axes.grid(False)
    axes.spines[:].set_visible(True)


def digits(images: Any, labels: Any, predicted: Any = None) -> plt.Figure:
    """Pictures of digits with their labels and, where there are any, what was predicted instead.

    Args:
        images: shape (n, 1, height, width).
        labels: shape (n,).
        predicted: shape (n,); where it is not the label, the title says so and is in another colour.
    """
    pictures, right = _array(images)[:, 0], _array(labels).astype(int)
    said = right if predicted is None else _array(predicted).astype(int)
    rows = -(-len(pictures) // COLUMNS)
    with course_style():
        figure, axes = panels(COLUMNS, rows, width=1.1, height=1.35)
        for panel in axes[len(pictures) :]:
            panel.axis("off")
        for panel, picture, digit, answer in zip(axes, pictures, right, said, strict=False):
            wrong = digit != answer
            title = f"{digit}, not {answer}" if wrong else f"{digit}"
            _draw(panel, picture, INK, picture.min(), picture.max(), title)
            panel.title.set(color=ORANGE if wrong else BLACK, weight="bold" if wrong else "normal")
    return figure


def filters(before: Any, after: Any) -> plt.Figure:
    """The kernels of a first layer before and after training, one colour scale for all.

    Args:
        before: shape (channels, 1, height, width).
        after: the same shape.
    """
    first, second = _array(before)[:, 0], _array(after)[:, 0]
    size = float(np.abs(np.stack([first, second])).max())
    with course_style():
        figure, axes = panels(len(first), 2, width=1.1, height=1.25)
        for number, (start, end) in enumerate(zip(first, second, strict=True)):
            _draw(axes[number], start, SIGNED_COLOURS, -size, size, f"{number}")
            _draw(axes[number + len(first)], end, SIGNED_COLOURS, -size, size)
        axes[0].set_ylabel("before")
        axes[len(first)].set_ylabel("after")
        figure.colorbar(axes[0].images[0], ax=axes, label="weight", shrink=0.8, pad=0.01)
    return figure


def feature_maps(image: Any, first: Any, second: Any) -> plt.Figure:
    """An image and its feature maps in two layers; every map has its own colour scale, from 0.

    Args:
        image: shape (1, height, width).
        first: of the first layer, shape (channels, rows, columns), not negative.
        second: of the second layer, the same with other numbers.
    """
    layers = [_array(first), _array(second)]
    with course_style():
        figure = plt.figure(figsize=(11, 4.2), layout="constrained")
        plt.close(figure)
        parts = np.asarray(figure.subfigures(1, 3, width_ratios=(0.75, 1.2, 1.3)))
        axes = parts[0].subplots()
        picture = _array(image)[0]
        _draw(axes, picture, INK, picture.min(), picture.max())
        parts[0].suptitle("image", fontsize=11)
        for part, maps, columns, name in zip(parts[1:], layers, MAPS_IN_A_ROW, ("first", "second"), strict=True):
            panel_grid = part.subplots(-(-len(maps) // columns), columns, squeeze=False).ravel()
            for panel in panel_grid[len(maps) :]:
                panel.axis("off")
            for number, (panel, matrix) in enumerate(zip(panel_grid, maps, strict=False)):
                largest = float(matrix.max())
                _draw(panel, matrix, IMAGE_COLOURS, 0, largest or 1.0, f"{number}: 0 to {largest:.1f}")
                panel.title.set(fontsize=8)
            part.suptitle(f"{name} layer: {len(maps)} maps of {maps.shape[1]} × {maps.shape[2]}", fontsize=11)
    return figure


def answers(training: ArrayLike, evaluation: ArrayLike, image: Any) -> plt.Figure:
    """What a network says of one image, many times in training mode and once in evaluation mode.

    Args:
        training: probabilities, shape (passes, classes).
        evaluation: probabilities, shape (classes,).
        image: shape (1, height, width).
    """
    often, once = _array(training), _array(evaluation)
    classes = np.arange(often.shape[1])
    places = classes + np.linspace(-0.25, 0.25, len(often))[:, None]
    with course_style():
        figure, (left, axes) = plt.subplots(1, 2, figsize=(9, 3.2), width_ratios=(1, 2.6), layout="constrained")
        plt.close(figure)
        picture = _array(image)[0]
        _draw(left, picture, INK, picture.min(), picture.max(), "image")
        axes.plot(places.ravel(), often.ravel(), "o", color=BLUE, markersize=4, alpha=0.6)
        axes.plot([], [], "o", color=BLUE, markersize=4, label=f"training mode, {len(often)} passes")
        axes.hlines(once, classes - 0.38, classes + 0.38, color=ORANGE, linewidth=2.5, label="evaluation mode")
        axes.set(xlabel="digit", ylabel="probability", ylim=(-0.03, 1.03), xticks=classes)
        axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2)
    return figure


def one_channel(image: Any, kernel: Any, pre_activation: Any, pooled: Any) -> plt.Figure:
    """How one channel of a first layer comes about: image, kernel, convolution, pooling with ReLU. For a demo.

    Args:
        image: shape (height, width).
        kernel: shape (kernel height, kernel width).
        pre_activation: what the convolution gives, shape (rows, columns).
        pooled: after pooling and ReLU, not negative.
    """
    picture, weights, raw, small = (_array(values) for values in (image, kernel, pre_activation, pooled))
    with course_style():
        figure, axes = panels(4, width=2.3, height=2.4, redrawn=True)
        figure.subplots_adjust(left=0.01, right=0.99, top=0.9, bottom=0.02, wspace=0.06)
        _draw(axes[0], picture, INK, picture.min(), picture.max(), "image")
        size = float(np.abs(weights).max()) or 1.0
        _draw(axes[1], weights, SIGNED_COLOURS, -size, size, "kernel (white is 0)")
        size = float(np.abs(raw).max()) or 1.0
        _draw(axes[2], raw, SIGNED_COLOURS, -size, size, "convolution (white is 0)")
        _draw(axes[3], small, IMAGE_COLOURS, 0, size, "pooling and ReLU")
    return figure
