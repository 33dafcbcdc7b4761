"""Figures of the illusory correlations notebook: what a network says of an item that breaks a rule, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from course.plots.style import BLACK, BLUE, GREY, ORANGE, SKY, course_style, panels

_TICKS = (-1, -0.5, 0, 0.5, 1)


def _spans(epochs: Any) -> list[tuple[int, int]]:
    """Increasing epochs as runs without gaps, first and last of each."""
    values = np.asarray(epochs, dtype=int).ravel()
    if values.size == 0:
        return []
    runs = np.split(values, np.flatnonzero(np.diff(values) > 1) + 1)
    return [(int(run[0]), int(run[-1])) for run in runs]


def _curves(axes: plt.Axes, predictions: Any, losses: Any, items: Sequence[str], index: int, illusion: Any) -> None:
    """One line an item, that of the odd one thick, over the epochs of its illusion."""
    values = np.asarray(predictions, dtype=float)
    for number, (first, last) in enumerate(_spans(illusion)):
        label = f"wrong about {items[index]}" if number == 0 else None
        axes.axvspan(first - 0.5, last + 0.5, color=ORANGE, alpha=0.15, linewidth=0, label=label)
    axes.plot(np.asarray(losses, dtype=float), color=BLACK, linewidth=1.2, label="loss")
    sibling, half = index ^ 1, index // 4
    drawn: set[str] = set()
    for item in sorted(range(len(items)), key=lambda one: (one == index, one == sibling, one // 4 == half)):
        if item == index:
            look: dict[str, Any] = {"color": ORANGE, "linewidth": 3.0, "label": items[index]}
        elif item == sibling:
            look = {"color": BLUE, "linestyle": "--", "linewidth": 2.0, "label": items[sibling]}
        elif item // 4 == half:
            look = {"color": SKY, "linestyle": "-.", "linewidth": 1.6, "label": "its cousins"}
        else:
            look = {"color": GREY, "linestyle": ":", "linewidth": 1.6, "label": "the other half"}
        if look["label"] in drawn:
            look.pop("label")
        else:
            drawn.add(look["label"])
        axes.plot(values[:, item], **look)
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.set(xlabel="epoch", xlim=(0, len(values)), ylim=(-1.25, 1.25))
    axes.set_yticks(_TICKS)


def beliefs(
    predictions: Any, losses: Any, items: Sequence[str], index: int, feature: str, illusion: Any = ()
) -> plt.Figure:
    """What the network says of every item by epoch, the loss, and the epochs in which it is wrong about one item.

    Args:
        predictions: outputs for one feature, shape (epochs, 8).
        losses: shape (epochs,).
        items: eight names; the first four are one half of the tree, items 0 and 1 a pair, and so on.
        index: of the item that breaks the rule.
        feature: name of the feature.
        illusion: epochs that are shaded, increasing, shape (m,).
    """
    with course_style():
        figure, (axes,) = panels(1, width=8.2, height=3.8)
        _curves(axes, predictions, losses, items, index, illusion)
        axes.set(ylabel=f"prediction of {feature}; loss")
        figure.legend(loc="outside right upper")
    return figure


def belief_at(
    predictions: Any,
    losses: Any,
    items: Sequence[str],
    index: int,
    feature: str,
    truth: Any,
    illusion: Any,
    epoch: int,
    redrawn: bool = False,
) -> plt.Figure:
    """What the network says of every item at one epoch, beside all epochs with that one marked.

    Args:
        predictions: outputs for one feature, shape (epochs, 8).
        losses: shape (epochs,).
        items: eight names, as in beliefs.
        index: of the item that breaks the rule.
        feature: name of the feature.
        truth: +1 or -1 for every item, shape (8,).
        illusion: epochs that are shaded, increasing, shape (m,).
        epoch: the one that is shown.
        redrawn: for a demo.
    """
    values = np.asarray(predictions, dtype=float)
    with course_style():
        figure, (left, right) = panels(2, width=5.0, height=3.9, redrawn=redrawn)
        if redrawn:
            figure.subplots_adjust(left=0.11, right=0.98, bottom=0.14, top=0.9, wspace=0.22)
        rows = np.arange(len(items))
        colours = [ORANGE if item == index else SKY for item in rows]
        left.barh(rows, values[epoch], color=colours, height=0.6)
        left.plot(np.asarray(truth, dtype=float), rows, "D", color=BLACK, markersize=6)
        left.axvline(0, color=GREY, linewidth=0.8)
        left.set_yticks(rows, items)
        left.set(
            title=f"epoch {epoch}",
            xlabel=f"prediction of {feature} (bars), truth (diamonds)",
            xlim=(-1.2, 1.2),
            ylim=(7.6, -0.6),
        )
        left.set_xticks(_TICKS)
        left.grid(axis="y", visible=False)
        _curves(right, values, losses, items, index, illusion)
        right.axvline(epoch, color=BLACK, linewidth=1.6)
        right.set(title="all epochs")
        right.legend(loc="lower left", fontsize=8)
    return figure
