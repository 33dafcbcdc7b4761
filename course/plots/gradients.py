"""Figures of the gradients topic: a chain of functions, gradients by layer, and what variances do to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator
from numpy.typing import ArrayLike

from course.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, course_style, flat, panels

CHAIN = ("x", "f0", "h1", "f1", "h2", "f2", "h3", "f3", "h4", "y")
STEPS = ("", "sin", "", "exp", "", "cos", "", "log", "")  # from each circle to the next; "" is times ω plus β
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def _math(name: str) -> str:
    return f"${name[0]}_{name[1:]}$" if len(name) > 1 else f"${name}$"


def _powers_of_ten(axes: plt.Axes, values: np.ndarray, above: int = 0) -> None:
    """A log axis for these values from one power of ten to another, and `above` more of them for a legend.

    The few ticks are plain text: many ticks and raised exponents take longer to draw than all the rest.
    """
    sizes = values[np.isfinite(values) & (values > 0)]
    if sizes.size:
        low, high = np.floor(np.log10(sizes.min())), np.ceil(np.log10(sizes.max()))
        axes.set_ylim(10.0**low, 10.0 ** (max(high, low + 1) + above))
    axes.yaxis.set_major_locator(LogLocator(numticks=7))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_locator(NullLocator())


# The chain rule ---------------------------------------------------------------------------------------------


def chain(values: Mapping[str, float], gradients: Mapping[str, float] | None = None) -> plt.Figure:
    """The chain of functions as a row of circles: values above, derivatives of y below.

    An arrow without a name stands for "times omega, plus beta".

    Args:
        values: name ("x", "f0", "h1", …, "h4", "y") to number; those that are missing are left blank.
        gradients: name to the derivative of y with respect to it; no lower row without it.
    """
    with course_style():
        figure, (axes,) = panels(1, width=11.5, height=1.9 if gradients is None else 2.9)
        last = len(CHAIN) - 1
        for place, name in enumerate(CHAIN):
            axes.plot(place, 0, "o", markersize=28, markerfacecolor="white", markeredgecolor=BLACK)
            axes.text(place, 0, _math(name), ha="center", va="center", fontsize=13)
            if name in values:
                axes.text(place, 0.72, f"{values[name]:.4g}", ha="center", va="center", color=BLUE)
            if place < last:
                _arrow(axes, (place + 0.25, 0.26), (place + 0.75, 0.26), BLUE)
                axes.text(place + 0.5, 0.46, STEPS[place], ha="center", va="center", color=GREY)
            if gradients is None:
                continue
            derivative = 1.0 if place == last else gradients.get(name)
            if derivative is not None:
                axes.text(place, -0.72, f"{derivative:.4g}", ha="center", va="center", color=ORANGE)
            if 1 < place <= last:
                _arrow(axes, (place - 0.25, -0.26), (place - 0.75, -0.26), ORANGE)
        axes.text(-0.5, 1.2, "forward: values", color=BLUE, ha="left", va="center", fontweight="bold")
        if gradients is not None:
            axes.text(last + 0.4, -1.2, "backward: ∂y/∂·", color=ORANGE, ha="right", va="center", fontweight="bold")
        axes.set(xlim=(-0.5, last + 0.5), ylim=(-0.5 if gradients is None else -1.45, 1.45))
        axes.axis("off")
    return figure


def _arrow(axes: plt.Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.5})


def tangent(
    nudges: ArrayLike, y_values: ArrayLike, at: float, y_at: float, slope: float, parameter: str
) -> plt.Figure:
    """y along one parameter, and the straight line that a derivative predicts.

    Args:
        nudges: what is added to the parameter, shape (n,), increasing.
        y_values: the output for each, shape (n,).
        at: the nudge at which the derivative was computed.
        y_at: the output there.
        slope: the derivative there.
        parameter: its name, such as "omega_0".
    """
    with course_style():
        figure, (axes,) = panels(1, width=6.0, height=3.6, redrawn=True)
        position, height = flat(nudges), flat(y_values)
        axes.plot(position, height, color=BLUE, label="y")
        axes.plot(position, y_at + slope * (position - at), "--", color=ORANGE, label=f"slope {slope:.4g}")
        axes.plot(at, y_at, "o", color=BLACK, label="the derivative is taken here")
        margin = 0.15 * (np.nanmax(height) - np.nanmin(height)) + 1e-3
        axes.set(
            xlabel=f"change of $\\{parameter}$",
            ylabel="output y",
            ylim=(np.nanmin(height) - margin, np.nanmax(height) + 3 * margin),
        )
        axes.legend(loc="upper center", ncols=3, columnspacing=1.0, handlelength=1.6)
    return figure


def finite_difference_errors(deltas: ArrayLike, errors: Mapping[str, ArrayLike]) -> plt.Figure:
    """How far finite differences are from the derivative, by their step, on two log axes.

    Args:
        deltas: steps, shape (n,), positive.
        errors: name to relative error of each step, shape (n,); errors of 0 are not drawn.
    """
    with course_style():
        figure, (axes,) = panels(1, width=6.0, height=3.6)
        for (name, error), colour, marker in zip(errors.items(), (ORANGE, BLUE, GREEN), MARKERS, strict=False):
            sizes = flat(error)
            axes.plot(
                flat(deltas), np.where(sizes > 0, sizes, np.nan), color=colour, marker=marker, markersize=4,
                label=name,
            )  # fmt: skip
        axes.set(xscale="log", yscale="log", xlabel="step δ", ylabel="relative error")
        axes.legend(loc="best")
    return figure


# Backpropagation --------------------------------------------------------------------------------------------


def layers(activations: ArrayLike, gradients: ArrayLike) -> plt.Figure:
    """Two maps of units by layers: activations, and derivatives of the loss; units at zero carry a cross.

    Args:
        activations: of the hidden layers after the ReLU, shape (units, layers).
        gradients: of the loss with respect to the layers' pre-activations, shape (units, layers).
    """
    with course_style():
        figure, axes = panels(2, width=4.8, height=3.6)
        active, slopes = np.asarray(activations, dtype=float), np.asarray(gradients, dtype=float)
        limit = np.abs(slopes).max() or 1.0
        maps = (
            (active, "viridis", 0.0, active.max() or 1.0, "activations h", "h", "white"),
            (slopes, "PuOr", -limit, limit, "derivatives ∂ℓ/∂f", "f", GREY),
        )
        for panel, (values, colours, low, high, title, letter, cross) in zip(axes, maps, strict=True):
            image = panel.imshow(values, cmap=colours, vmin=low, vmax=high, aspect="auto")
            unit, layer = np.nonzero(values == 0)
            panel.plot(layer, unit, "x", color=cross, markersize=9, markeredgewidth=1.5)
            first = 1 if letter == "h" else 0
            names = [f"${letter}_{{{k + first}}}$" for k in range(values.shape[1])]
            panel.set_xticks(range(values.shape[1]), names)
            panel.set_yticks(range(values.shape[0]), [str(u + 1) for u in range(values.shape[0])])
            panel.set(xlabel="layer", ylabel="unit", title=title)
            panel.grid(False)
            figure.colorbar(image, ax=panel)
    return figure


def agreement(differences: Mapping[str, Sequence[float]]) -> plt.Figure:
    """How far gradients are from another computation of them, layer by layer, on a log axis.

    Args:
        differences: name to the largest relative difference in each layer, shape (K + 1,); a difference of 0 is
            drawn at 1e-17.
    """
    with course_style():
        figure, (axes,) = panels(1, width=6.4, height=3.4)
        for (name, sizes), colour, marker in zip(differences.items(), (BLUE, ORANGE, GREEN), MARKERS, strict=False):
            size = np.maximum(flat(sizes), 1e-17)
            axes.plot(range(size.size), size, marker, color=colour, markersize=8, label=name)
            axes.set_xticks(range(size.size), [f"$\\Omega_{{{k}}}, \\beta_{{{k}}}$" for k in range(size.size)])
        axes.set(yscale="log", ylim=(1e-18, 1), xlabel="layer", ylabel="largest relative difference")
        axes.axhline(1e-6, color=BLACK, linestyle="--", linewidth=1, label="what the hidden tests allow")
        axes.legend(loc="upper right")
    return figure


def training(
    x: ArrayLike, y: ArrayLike, fits: Mapping[str, ArrayLike], losses: ArrayLike, title: str = ""
) -> plt.Figure:
    """A curve with fits to it, beside the loss by step on a log axis: what the demo redraws.

    Args:
        x: inputs, n numbers in increasing order.
        y: targets, n numbers.
        fits: name to the network's outputs at x, n numbers.
        losses: one number a step.
        title: of the left panel.
    """
    with course_style():
        figure, (left, right) = panels(2, width=5.2, height=3.4, redrawn=True)
        left.plot(flat(x), flat(y), "o", color=ORANGE, markersize=4, label="data")
        for (name, fit), colour, style in zip(fits.items(), (GREY, BLUE), (":", "-"), strict=False):
            left.plot(flat(x), flat(fit), style, color=colour, label=name)
        left.set(xlabel="input x", ylabel="output y", ylim=(-2, 2.6), title=title)
        left.legend(loc="upper left", ncols=3, columnspacing=1.0, handlelength=1.6)
        right.plot(flat(losses), color=BLUE)
        right.set(xlabel="step", ylabel="loss", yscale="log", title="sum of squares")
        right.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        _powers_of_ten(right, flat(losses))
    return figure


# Initialization ---------------------------------------------------------------------------------------------


def stds_by_layer(
    activations: Mapping[str, ArrayLike],
    gradients: Mapping[str, ArrayLike] | None = None,
    *,
    redrawn: bool = False,
) -> plt.Figure:
    """Standard deviations by layer on a log axis: of activations and, in a second panel, of gradients.

    Args:
        activations: name to the standard deviations of h_1 to h_K, shape (K,).
        gradients: name to those of the derivatives with respect to f_1 to f_(K-1), shape (K - 1,).
        redrawn: for a demo.
    """
    sides = [(activations, "forward: activations", "std of hₖ")]
    if gradients is not None:
        sides.append((gradients, "backward: gradients", "std of ∂ℓ/∂fₖ"))
    with course_style():
        wide = 5.2 if redrawn else 4.5 + 1.5 / len(sides)  # with room for a legend beside the panels
        figure, axes = panels(len(sides), width=wide, height=3.8, redrawn=redrawn)
        colours = (ORANGE, PURPLE, BLUE, GREEN, SKY, GREY)
        for panel, (curves, title, ylabel) in zip(axes, sides, strict=True):
            last = max(np.size(stds) for stds in curves.values())
            panel.set(xlim=(0, last + 1), xlabel="layer k", ylabel=ylabel, title=title)
            for (name, stds), colour, marker in zip(curves.items(), colours, MARKERS, strict=False):
                sizes = flat(stds)
                drawn = np.where(sizes > 0, sizes, np.nan)
                number = np.arange(1, sizes.size + 1)
                dashes = "--" if redrawn and marker == MARKERS[1] else "-"  # seen where it lies on the first
                panel.plot(
                    number, drawn, dashes, color=colour, marker=marker, markevery=max(1, last // 8), label=name
                )
            if not any(np.any(flat(stds) > 0) for stds in curves.values()):
                panel.text(0.5, 0.5, "all of them are 0", transform=panel.transAxes, ha="center")
                continue
            panel.set_yscale("log")
            if redrawn:
                _powers_of_ten(panel, np.concatenate([flat(stds) for stds in curves.values()]), above=1)
        names = axes[0].get_legend_handles_labels()
        if redrawn:
            axes[0].legend(*names, loc="best", title="variance of the weights")
            figure.subplots_adjust(bottom=0.16, wspace=0.35)
        else:
            figure.legend(*names, loc="outside right center", title="variance of\nthe weights")
    return figure
