"""Figures of the loss-functions topic: data with what a network says about it; losses along a parameter."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import ArrayLike

from course.plots.style import (
    BLACK,
    BLUE,
    CLASS_COLOURS,
    CLASS_MARKERS,
    ORANGE,
    PANEL_WIDTH,
    course_style,
    flat,
    panels,
)


def density(y: ArrayLike, probability: ArrayLike, mark: tuple[float, float] | None = None) -> plt.Figure:
    """A probability density over y.

    Args:
        y: values, shape (n,), increasing.
        probability: density at each, shape (n,).
        mark: a point (y, density) to point out.
    """
    with course_style():
        figure, (axes,) = panels(1, width=5.2)
        axes.plot(flat(y), flat(probability), color=BLUE)
        axes.fill_between(flat(y), flat(probability), color=BLUE, alpha=0.12, linewidth=0)
        if mark is not None:
            axes.vlines(mark[0], 0, mark[1], color=ORANGE, linestyle=":")
            axes.plot(*mark, "o", color=ORANGE)
            axes.annotate(f"Pr(y={mark[0]:g}) = {mark[1]:.3f}", mark, xytext=(10, 4), textcoords="offset points")
        axes.set(xlabel="y", ylabel="density Pr(y)", ylim=(0, None))
    return figure


def _draw_regression(
    axes: plt.Axes,
    x: ArrayLike,
    mu: ArrayLike,
    x_train: ArrayLike,
    y_train: ArrayLike,
    sigma: ArrayLike | None,
) -> None:
    position, mean = flat(x), flat(mu)
    if sigma is not None:
        spread = np.broadcast_to(flat(sigma), mean.shape)
        axes.fill_between(
            position,
            mean - 2 * spread,
            mean + 2 * spread,
            color=BLUE,
            alpha=0.15,
            linewidth=0,
            label="mean ± 2σ",
        )
    axes.plot(position, mean, color=BLUE, label="mean μ = f[x]")
    axes.plot(flat(x_train), flat(y_train), "o", color=ORANGE, label="data", clip_on=False, zorder=3)
    axes.set(xlabel="input x", ylabel="output y", xlim=(0, 1), ylim=(-1.6, 1.6))
    axes.legend(loc="upper left", ncols=3, columnspacing=1.0, handlelength=1.6, handletextpad=0.5)


def regression(
    x: ArrayLike,
    mu: ArrayLike,
    x_train: ArrayLike,
    y_train: ArrayLike,
    sigma: ArrayLike | None = None,
    title: str = "",
) -> plt.Figure:
    """The network's mean, a band of two standard deviations, and the data.

    Args:
        x: where the network was evaluated, shape (m,), increasing.
        mu: its output there, shape (m,) or (1, m).
        x_train: inputs of the data, shape (n,).
        y_train: targets, shape (n,).
        sigma: standard deviation, one number or one a position (m,); no band without it.
        title: of the panel.
    """
    with course_style():
        figure, (axes,) = panels(1, width=5.6, height=3.6)
        _draw_regression(axes, x, mu, x_train, y_train, sigma)
        axes.set_title(title)
    return figure


def _draw_curve(
    axes: plt.Axes, values: ArrayLike, curve: ArrayLike, name: str, xlabel: str, current: float | None
) -> None:
    position, height = flat(values), flat(curve)
    best = int(np.nanargmax(height) if name.lower().startswith("likelihood") else np.nanargmin(height))
    axes.plot(position, height, color=BLUE)
    axes.axvline(position[best], color=ORANGE, linestyle="--", linewidth=1.4)
    axes.plot(position[best], height[best], "o", color=ORANGE, label=f"best: {position[best]:.3g}")
    if current is not None:
        axes.plot(current, np.interp(current, position, height), "D", color=BLACK, label=f"now: {current:.3g}")
    axes.set(xlabel=xlabel, title=name)
    axes.legend(loc="best")


def losses(
    values: ArrayLike, curves: Mapping[str, ArrayLike], xlabel: str, current: float | None = None
) -> plt.Figure:
    """Several criteria along one parameter, a panel each, with the best value of each marked.

    Args:
        values: of the parameter, shape (k,), increasing.
        curves: title to criterion, shape (k,). A title that begins with "likelihood" is best where it is
            largest, every other one where it is least.
        xlabel: the parameter's name.
        current: a value of the parameter to mark as well.
    """
    with course_style():
        figure, axes = panels(len(curves), width=PANEL_WIDTH * min(1, 3 / len(curves)))
        for panel, (name, curve) in zip(axes, curves.items(), strict=True):
            _draw_curve(panel, values, curve, name, xlabel, current)
    return figure


def regression_with_losses(
    x: ArrayLike,
    mu: ArrayLike,
    x_train: ArrayLike,
    y_train: ArrayLike,
    sigma: float,
    values: ArrayLike,
    curves: Mapping[str, ArrayLike],
    current: float,
    xlabel: str,
) -> plt.Figure:
    """The fit beside the criteria along one parameter: what the demo redraws when a slider moves.

    Args:
        x: where the network was evaluated, shape (m,), increasing.
        mu: its output there, shape (m,) or (1, m).
        x_train: inputs of the data, shape (n,).
        y_train: targets, shape (n,).
        sigma: standard deviation of the band.
        values: of the parameter, shape (k,), increasing.
        curves: three criteria, as in :func:`losses`.
        current: the parameter's value in the fit.
        xlabel: the parameter's name.
    """
    with course_style():
        figure, axes = panels(2, 2, width=5.2, height=2.9, redrawn=True)
        _draw_regression(axes[0], x, mu, x_train, y_train, sigma)
        for panel, (name, curve) in zip(axes[1:], curves.items(), strict=True):
            _draw_curve(panel, values, curve, name, xlabel, current)
    return figure


def _draw_binary(
    left: plt.Axes,
    right: plt.Axes,
    x: ArrayLike,
    model_out: ArrayLike,
    lambda_: ArrayLike,
    x_train: ArrayLike,
    y_train: ArrayLike,
) -> None:
    # An output of 0 is a probability of 0.5: the same line in both panels, where yes turns into no.
    left.axhline(0, color=BLACK, linewidth=0.8)
    left.plot(flat(x), flat(model_out), color=BLUE)
    left.set(xlabel="input x", ylabel="output z = f[x]", xlim=(0, 1), title="before the sigmoid")
    right.axhline(0.5, color=BLACK, linewidth=0.8)
    right.plot(flat(x), flat(lambda_), color=BLUE, label="λ = Pr(y=1)")
    inputs, labels = flat(x_train), flat(y_train)
    for value in (0, 1):
        chosen = labels == value
        right.plot(
            inputs[chosen],
            labels[chosen],
            CLASS_MARKERS[value],
            color=CLASS_COLOURS[1 + value],
            label=f"data, y = {value}",
            clip_on=False,
            zorder=3,
        )
    right.set(
        xlabel="input x",
        ylabel="probability",
        xlim=(0, 1),
        ylim=(-0.07, 1.27),
        yticks=(0, 0.25, 0.5, 0.75, 1),
        title="after the sigmoid",
    )
    right.legend(loc="upper left", ncols=3, columnspacing=1.0, handlelength=1.4, handletextpad=0.5)


def binary(
    x: ArrayLike, model_out: ArrayLike, lambda_: ArrayLike, x_train: ArrayLike, y_train: ArrayLike
) -> plt.Figure:
    """The network's output, and the probability of class 1 with the data on its two levels.

    Args:
        x: where the network was evaluated, shape (m,), increasing.
        model_out: its output there, shape (m,) or (1, m).
        lambda_: Pr(y = 1) there, shape (m,) or (1, m).
        x_train: inputs of the data, shape (n,).
        y_train: labels 0 and 1, shape (n,).
    """
    with course_style():
        figure, (left, right) = panels(2, width=5.2, height=3.4)
        _draw_binary(left, right, x, model_out, lambda_, x_train, y_train)
    return figure


def _draw_multiclass(
    left: plt.Axes,
    right: plt.Axes,
    x: ArrayLike,
    model_out: ArrayLike,
    lambda_: ArrayLike,
    x_train: ArrayLike,
    y_train: ArrayLike,
) -> None:
    inputs, labels = flat(x_train), flat(y_train)
    for k, (outputs, probabilities) in enumerate(zip(np.asarray(model_out), np.asarray(lambda_), strict=True)):
        colour, style, chosen = CLASS_COLOURS[k], ("-", "--", "-.")[k], labels == k
        left.plot(flat(x), outputs, style, color=colour)
        right.plot(flat(x), probabilities, style, color=colour, label=f"Pr(y={k})")
        height = np.full(int(chosen.sum()), -0.1 - 0.1 * k)  # a row a class, under the curves
        right.plot(inputs[chosen], height, CLASS_MARKERS[k], color=colour, label=f"data, y={k}", clip_on=False)
    left.set(xlabel="input x", ylabel="outputs z = f[x]", xlim=(0, 1), title="before the softmax")
    right.set(
        xlabel="input x",
        ylabel="probability",
        xlim=(0, 1),
        ylim=(-0.38, 1.68),
        yticks=(0, 0.25, 0.5, 0.75, 1),
        title="after the softmax",
    )
    right.legend(loc="upper left", ncols=3, columnspacing=1.0, handlelength=1.8, handletextpad=0.5)


def multiclass(
    x: ArrayLike, model_out: ArrayLike, lambda_: ArrayLike, x_train: ArrayLike, y_train: ArrayLike
) -> plt.Figure:
    """One output a class, and the classes' probabilities with the data in rows under them.

    Args:
        x: where the network was evaluated, shape (m,), increasing.
        model_out: its outputs there, shape (K, m), K at most 3.
        lambda_: the probabilities there, shape (K, m).
        x_train: inputs of the data, shape (n,).
        y_train: labels 0 to K - 1, shape (n,).
    """
    with course_style():
        figure, (left, right) = panels(2, width=5.2, height=3.4)
        _draw_multiclass(left, right, x, model_out, lambda_, x_train, y_train)
    return figure


def multiclass_with_losses(
    x: ArrayLike,
    model_out: ArrayLike,
    lambda_: ArrayLike,
    x_train: ArrayLike,
    y_train: ArrayLike,
    values: ArrayLike,
    curves: Mapping[str, ArrayLike],
    current: float,
    xlabel: str,
) -> plt.Figure:
    """Outputs and probabilities over two criteria along one parameter: what the demo redraws.

    Args:
        x: where the network was evaluated, shape (m,), increasing.
        model_out: its outputs there, shape (K, m), K at most 3.
        lambda_: the probabilities there, shape (K, m).
        x_train: inputs of the data, shape (n,).
        y_train: labels 0 to K - 1, shape (n,).
        values: of the parameter, shape (k,), increasing.
        curves: two criteria, as in :func:`losses`.
        current: the parameter's value in the fit.
        xlabel: the parameter's name.
    """
    with course_style():
        figure, axes = panels(2, 2, width=5.2, height=2.9, redrawn=True)
        _draw_multiclass(axes[0], axes[1], x, model_out, lambda_, x_train, y_train)
        for panel, (name, curve) in zip(axes[2:], curves.items(), strict=True):
            _draw_curve(panel, values, curve, name, xlabel, current)
    return figure


def binary_with_losses(
    x: ArrayLike,
    model_out: ArrayLike,
    lambda_: ArrayLike,
    x_train: ArrayLike,
    y_train: ArrayLike,
    values: ArrayLike,
    curves: Mapping[str, ArrayLike],
    current: float,
    xlabel: str,
) -> plt.Figure:
    """Output and probability over two criteria along one parameter: what the demo redraws.

    Args:
        x: where the network was evaluated, shape (m,), increasing.
        model_out: its output there, shape (m,) or (1, m).
        lambda_: Pr(y = 1) there, shape (m,) or (1, m).
        x_train: inputs of the data, shape (n,).
        y_train: labels 0 and 1, shape (n,).
        values: of the parameter, shape (k,), increasing.
        curves: two criteria, as in :func:`losses`.
        current: the parameter's value in the fit.
        xlabel: the parameter's name.
    """
    with course_style():
        figure, axes = panels(2, 2, width=5.2, height=2.9, redrawn=True)
        _draw_binary(axes[0], axes[1], x, model_out, lambda_, x_train, y_train)
        for panel, (name, curve) in zip(axes[2:], curves.items(), strict=True):
            _draw_curve(panel, values, curve, name, xlabel, current)
    return figure
