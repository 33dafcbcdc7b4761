"""Figures of the coursework notebooks: errors with the one to beat, learning rates, and looks of one signal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import ArrayLike

from course.plots import mnist1d
from course.plots.style import CURVES, GREY, course_style, flat, panels

if TYPE_CHECKING:
    from course.coursework import Run


def errors(runs: Mapping[str, Sequence[Run]], baseline: float) -> plt.Figure:
    """Training and validation errors after each epoch.

    Args:
        runs: name to trainings of it that were looked at after every epoch, at most five names.
        baseline: validation error in percent, drawn dotted.
    """
    unknown = float("nan")  # before the first epoch
    training = {name: [[unknown, *run.train_errors] for run in some] for name, some in runs.items()}
    validation = {name: [[unknown, *run.validation_errors] for run in some] for name, some in runs.items()}
    return mnist1d.errors_by_epoch({"training": training, "validation": validation}, {"validation": baseline})


def looks(signal: ArrayLike, others: ArrayLike, label: int, redrawn: bool = False) -> plt.Figure:
    """One signal as it is in the data, and what an augmentation makes of it.

    Args:
        signal: shape (length,).
        others: shape (k, length), at most four.
        label: the signal's class.
        redrawn: for a demo.
    """
    drawn = np.asarray(others, dtype=float)
    with course_style():
        figure, axes = panels(len(drawn), width=3.0, height=2.6, redrawn=redrawn)
        for number, (panel, other) in enumerate(zip(axes, drawn, strict=True), start=1):
            panel.plot(flat(signal), color=GREY, linestyle="--", linewidth=1.4, label="as it was")
            panel.plot(other, color=CURVES[0][0], linewidth=1.6, label="augmented")
            panel.set(xlabel="place in the signal", title=f"class {label}, look {number}", ylim=(-4.5, 4.5))
        axes[0].set_ylabel("value")
        axes[0].legend(loc="upper left")
        if redrawn:
            figure.subplots_adjust(left=0.09, right=0.98, bottom=0.19, top=0.88)
    return figure


def learning_rates(rates: Mapping[str, ArrayLike], redrawn: bool = False) -> plt.Figure:
    """Learning rates by epoch.

    Args:
        rates: name of a schedule to the rate in each epoch, shape (epochs,), at most five.
        redrawn: for a demo.
    """
    with course_style():
        figure, (axes,) = panels(1, width=7.0, height=3.4, redrawn=redrawn)
        for (name, values), (colour, style) in zip(rates.items(), CURVES, strict=False):
            epochs = np.arange(1, flat(values).size + 1)
            axes.plot(epochs, flat(values), style, color=colour, label=name, drawstyle="steps-mid")
        axes.set(xlabel="epoch", ylabel="learning rate", ylim=(0, None))
        axes.margins(x=0)
        axes.legend(loc="upper right")
        if redrawn:
            figure.subplots_adjust(left=0.11, right=0.98, bottom=0.15, top=0.96)
    return figure
