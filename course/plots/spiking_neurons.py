"""Figures of the notebook on spiking neurons: the voltage over time, and spikes for each input current."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from course.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, course_style, flat, panels

CURVES = ((BLUE, "o-"), (ORANGE, "s--"), (GREEN, "^-."), (PURPLE, "D:"))


def voltages(
    time: ArrayLike, traces: Mapping[str, ArrayLike], threshold: float = 1.0, tau_ref: float | None = None
) -> plt.Figure:
    """Membrane voltages over time, a panel each, one under the other.

    Args:
        time: in ms, shape (steps,).
        traces: title to voltage in V, shape (steps,).
        threshold: in V, drawn as a line.
        tau_ref: refractory period in ms, shaded after each spike; no shade without it.
    """
    moments = flat(time)
    top = max(threshold, max(float(flat(trace).max()) for trace in traces.values()))
    with course_style():
        figure, axes = panels(1, len(traces), width=7.4, height=3.1 if len(traces) == 1 else 2.4)
        for panel, (title, trace) in zip(axes, traces.items(), strict=True):
            voltage = flat(trace)
            panel.axhline(threshold, color=BLACK, linestyle="--", linewidth=1.2, label="threshold")
            if tau_ref is not None:
                for spike in moments[voltage > threshold]:
                    panel.axvspan(spike, min(spike + tau_ref, moments[-1]), color=GREY, alpha=0.25, linewidth=0)
            panel.plot(moments, voltage, color=BLUE, linewidth=1.6, label="membrane voltage")
            panel.set(
                xlabel="time (ms)",
                ylabel="voltage (V)",
                title=title,
                xlim=(moments[0], moments[-1]),
                ylim=(-0.05 * top, 1.1 * top),
            )
            panel.yaxis.set_major_locator(MaxNLocator(4))
        handles, _ = axes[0].get_legend_handles_labels()
        if tau_ref is not None:
            handles.append(Patch(color=GREY, alpha=0.25, linewidth=0, label="refractory period"))
        figure.legend(handles=handles, loc="outside upper center", ncols=3)
    return figure


def transfer(
    currents: ArrayLike, curves: Mapping[str, ArrayLike], duration: float = 1000.0, redrawn: bool = False
) -> plt.Figure:
    """The number of spikes for each input current: f-I curves.

    Args:
        currents: in mA, shape (m,), increasing.
        curves: name to spike counts, shape (m,), at most four.
        duration: of each run in ms.
        redrawn: for a demo.
    """
    with course_style():
        figure, (axes,) = panels(1, width=6.2, height=3.6, redrawn=redrawn)
        for (name, counts), (colour, style) in zip(curves.items(), CURVES, strict=False):
            axes.plot(flat(currents), flat(counts), style, color=colour, label=name, markersize=5, linewidth=1.6)
        axes.set(xlabel="input current I (mA)", ylabel=f"spikes in {duration:g} ms", ylim=(0, None))
        if len(curves) > 1:
            axes.legend(loc="upper left")
        elif curves:
            axes.set_title(next(iter(curves)))
        if not any(flat(counts).any() for counts in curves.values()):
            axes.set_ylim(0, 1)
    return figure
