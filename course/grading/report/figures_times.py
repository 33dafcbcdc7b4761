"""What a class's submissions have in numbers beside points, in plots: when, how long, how alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from statistics import fmean, median

import numpy as np
from matplotlib import dates
from matplotlib.ticker import MaxNLocator

from course.grading.report.plot import Plot, count, cut, number, percent, seconds
from course.grading.report.svg import INK, drawing, svg_of
from course.plots.style import BLUE, GOLD, ORANGE


def durations(by_notebook: Mapping[str, Sequence[float]]) -> Plot | None:
    """How long notebooks ran while they were graded."""
    by_notebook = {name: sorted(values) for name, values in by_notebook.items() if values}
    if not by_notebook:
        return None
    every = [value for values in by_notebook.values() for value in values]
    longest, positive = max(every), [value for value in every if value > 0]
    wide = bool(positive) and longest > 20 * max(median(every), 1e-3)
    with drawing(0.75 + 0.62 * len(by_notebook)) as (figure, axes):
        for row, (name, values) in enumerate(by_notebook.items()):
            low, first, middle, third, high = np.percentile(values, [5, 25, 50, 75, 95])
            y = row + 0.62
            axes.plot([low, high], [y, y], color=BLUE, linewidth=1.4, solid_capstyle="butt")
            axes.plot([first, third], [y, y], color=BLUE, linewidth=9, solid_capstyle="butt")
            axes.plot([middle], [y], "|", color=GOLD, markersize=11, markeredgewidth=2.5)
            beyond = [value for value in values if value > high]
            axes.plot(beyond, [y] * len(beyond), "o", color=ORANGE, markersize=3.5)
            axes.annotate(cut(name), (0, y - 0.4), xycoords=("axes fraction", "data"), va="center", fontsize=9)
        if wide:
            axes.set_xscale("log")
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        else:
            axes.set_xlim(0, longest * 1.05 or 1)
        axes.set(ylim=(len(by_notebook) + 0.05, 0), yticks=[])
        axes.set_xlabel("seconds" + (" (logarithmic)" if wide else ""))
        axes.grid(axis="y", visible=False)
        axes.spines["left"].set_visible(False)
        svg = svg_of(figure, "durations")
    slow, values = max(by_notebook.items(), key=lambda each: median(each[1]))
    see = (
        "Each thick line is the middle half of the submissions, with its median; points are the slowest twentieth. "
        f"Half of {slow} took {seconds(median(values))} s or less, the longest {seconds(values[-1])} s."
    )
    lines = "; ".join(
        f"{name}: median {seconds(median(v))} s, longest {seconds(v[-1])} s" for name, v in by_notebook.items()
    )
    return Plot("durations", "Time to run", svg, f"Box plots. {lines}.", see)


def arrivals(times: Sequence[dt.datetime], due: dt.datetime | None, late: int) -> Plot | None:
    """How many had handed in by when."""
    if not times:
        return None
    zone = due.tzinfo if due else dt.UTC
    local = sorted(time.astimezone(zone) for time in times)
    begin, end = _window(local, due)
    steps = [time for time in local if begin <= time <= end]
    before = sum(time < begin for time in local)
    xs = dates.date2num([begin, *steps, end])
    ys = [before, *(before + place for place in range(1, len(steps) + 1)), before + len(steps)]
    day = float(dates.date2num(due)) if due else 0.0
    with drawing(2.6) as (figure, axes):
        axes.step(xs, ys, where="post", color=BLUE, linewidth=1.8)
        axes.fill_between(xs, ys, step="post", color=BLUE, alpha=0.15, linewidth=0)
        if due:
            axes.axvline(day, color=ORANGE, linestyle="--", linewidth=1.6)
            left = (due - begin) > (end - begin) / 2
            axes.annotate(
                f"due {due:%d %b %H:%M}",
                (day, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(-4 if left else 4, 3),
                textcoords="offset points",
                ha="right" if left else "left",
            )
        locator = dates.AutoDateLocator(tz=zone, minticks=3, maxticks=5)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator, tz=zone))
        axes.set(ylabel="handed in", xlim=(xs[0], xs[-1]), ylim=(0, len(local) * 1.08))
        axes.set_xlabel(f"time ({_zone(local[-1])})")
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        svg = svg_of(figure, "arrivals")
    last_day = sum(due - dt.timedelta(days=1) <= time <= due for time in local) if due else 0
    see = f"{count(len(local), 'submission')} came between {_when(local[0])} and {_when(local[-1])}."
    if due:
        see = (
            f"{percent(last_day / len(local))} came in the last 24 hours before the deadline, {late} too late for "
            "their own (extensions counted)."
        )
    hidden = len(local) - len(steps)
    if hidden:
        see += f" {count(hidden, 'submission lies', 'submissions lie')} outside of what is shown."
    described = f"Submissions over time, from {_when(local[0])} to {_when(local[-1])}: {len(local)} in all"
    described += f", {sum(time <= due for time in local)} of them by {_when(due)}, when it was due." if due else "."
    return Plot("arrivals", "Submissions over time", svg, described, see)


def _window(times: Sequence[dt.datetime], due: dt.datetime | None) -> tuple[dt.datetime, dt.datetime]:
    """What is shown: everything, unless a few came weeks apart from the others."""
    marks = [*times, due] if due else list(times)
    begin, end = min(marks), max(marks)
    if end - begin > dt.timedelta(days=60):
        centre = due or times[len(times) // 2]
        begin, end = max(begin, centre - dt.timedelta(days=30)), min(end, centre + dt.timedelta(days=15))
    spare = max((end - begin) * 0.04, dt.timedelta(minutes=30))
    return begin - spare, end + spare


def _zone(time: dt.datetime) -> str:
    name = time.tzname() or "UTC"
    return name if name.startswith("UTC") or not name.lstrip("+-").isdigit() else f"UTC{name}"


def _when(time: dt.datetime) -> str:
    return f"{time:%d %b %Y %H:%M}"


def likeness(bits: np.ndarray, wanted: float, named: int) -> Plot | None:
    """How alike all pairs of a class are, and which stand out."""
    if len(bits) < 3:
        return None
    top = max(float(bits.max()), wanted) * 1.05
    edges = np.linspace(0, top, 31)
    with drawing(2.6) as (figure, axes):
        axes.hist(bits[bits < wanted], bins=edges.tolist(), color=BLUE, rwidth=0.9)
        if named:
            axes.hist(
                bits[bits >= wanted], bins=edges.tolist(), color=ORANGE, rwidth=0.9, hatch="///", edgecolor="none"
            )
        axes.axvline(wanted, color=INK, linestyle="--", linewidth=1.2)
        axes.annotate("named below", (wanted, 1.0), (4, 3), ("data", "axes fraction"), "offset points")
        axes.set_yscale("symlog", linthresh=1, linscale=0.4)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
        axes.set(xlabel="bits: how unlikely by chance", ylabel="pairs of students", xlim=(0, top), ylim=(0, None))
        axes.grid(axis="x", visible=False)
        axes.yaxis.set_minor_locator(MaxNLocator(1))
        svg = svg_of(figure, "likeness")
    see = f"Of {count(len(bits), 'pair')} nearly all are at the left: alike as a class's solutions are. "
    see += (
        f"{count(named, 'pair')} right of the line {'is' if named == 1 else 'are'} worth a look."
        if named
        else "None stands out."
    )
    described = (
        f"Histogram of {count(len(bits), 'pair')} by how unlikely their likeness is by chance, from 0 to "
        f"{number(float(bits.max()))} bits, mean {number(fmean(bits.tolist()))}; {named} above {number(wanted)}."
    )
    return Plot("likeness", "Alike solutions", svg, described, see)
