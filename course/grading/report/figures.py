"""How a class did, in plots: scores, and the most frequent mistakes."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from math import ceil, floor, log10
from statistics import median

import numpy as np
from matplotlib.ticker import MaxNLocator

from course.grading.report.mistakes import Mistake
from course.grading.report.plot import Plot, count, cut, number, percent
from course.grading.report.svg import drawing, svg_of
from course.plots.style import BLUE, ORANGE, PURPLE

SHOWN_MISTAKES = 8


def scores(points: Sequence[float], of: float, waiting: Sequence[float]) -> Plot:
    """How points are distributed over submissions.

    Args:
        points: of each submission.
        of: that one can have.
        waiting: of each submission, points that a person still has to give.
    """
    top = max(of, *points)
    width = max(1.0, _round_step(top / 20))
    low = min(0.0, floor(min(points) / width) * width)
    edges = low + width * np.arange(ceil((top - low) / width + 1e-9) + (1 if width == 1 else 0) + 1)
    if width == 1:
        edges = edges - 0.5  # a bar for each number of points
    middle = median(points)
    with drawing(2.6) as (figure, axes):
        heights, _, _ = axes.hist(points, bins=edges.tolist(), color=BLUE, rwidth=0.9)
        axes.axvline(middle, color=ORANGE, linestyle="--", linewidth=1.6)
        side = "right" if middle > (edges[0] + edges[-1]) / 2 else "left"
        axes.annotate(
            f"median {number(middle)}",
            (middle, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(-4 if side == "right" else 4, 3),
            textcoords="offset points",
            ha=side,
        )
        axes.set(xlabel=f"points of {number(of)}", ylabel="submissions", xlim=(edges[0], edges[-1]))
        axes.grid(axis="x", visible=False)
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        svg = svg_of(figure, "scores")
    fullest = int(np.argmax(heights))
    where = f"{number(edges[fullest])} to {number(edges[fullest + 1])}"
    if width == 1:
        where = number(edges[fullest] + 0.5)
    waits = [each for each in waiting if each]
    rest = ""
    if waits:
        rest = f" In {count(len(waits), 'submission')} up to {number(max(waits))} points wait for a person."
    low_share = percent(sum(each < of / 2 for each in points) / len(points))
    see = f"Half of the submissions have {number(middle)} points or more; {low_share} have less than half of them."
    described = (
        f"Histogram of {count(len(points), 'submission')}: from {number(min(points))} to {number(max(points))} of "
        f"{number(of)} points, median {number(middle)}; the highest bar, at {where} points, is "
        f"{count(int(heights[fullest]), 'submission')}."
    )
    return Plot("scores", "Scores", svg, described, see + rest)


def _round_step(least: float) -> float:
    """The next larger of 1, 2, 5, 10, 20, 50 …"""
    if least <= 0:
        return 1.0
    power = 10 ** floor(log10(least))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= least - 1e-9))


def mistakes(made: Sequence[Mistake], students: int) -> Plot | None:
    """The most frequent kinds of mistakes."""
    most = sorted(made, key=lambda each: (-each.students, each.exercise, each.text))[:SHOWN_MISTAKES]
    if not most:
        return None
    several = len({each.notebook for each in made}) > 1
    names = {each: f"{each.exercise} ({each.notebook})" if several else each.exercise for each in most}
    blocks = [(each, [names[each], *textwrap.wrap(each.text, 58, max_lines=3, placeholder=" …")]) for each in most]
    step = 0.165  # inches a line
    rows = sum(len(lines) + 1.75 for _, lines in blocks)
    with drawing(0.45 + step * rows) as (figure, axes):
        at = 0.0
        for each, lines in blocks:
            axes.text(0, at + 0.5, cut(lines[0]), va="center", fontsize=9, fontweight="bold")
            for place, line in enumerate(lines[1:], start=1):
                axes.text(0, at + place + 0.5, line, va="center", fontsize=8.5)
            y = at + len(lines) + 0.55
            axes.barh(y, each.students, height=0.8, color=PURPLE)
            axes.annotate(
                str(each.students),
                (each.students, y),
                (3, 0),
                textcoords="offset points",
                va="center",
                fontsize=8.5,
            )
            at += len(lines) + 1.75
        axes.set(xlim=(0, most[0].students * 1.1), ylim=(at, 0), yticks=[], xlabel="students")
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.grid(axis="y", visible=False)
        axes.spines["left"].set_visible(False)
        svg = svg_of(figure, "mistakes")
    first = most[0]
    see = (
        f"The most frequent one, in {names[first]}, was told to {first.students} of {count(students, 'student')} "
        f"({percent(first.students / students)}). All of them are in the table below."
    )
    told = "; ".join(f"{names[each]}, {each.text}: {count(each.students, 'student')}" for each in most)
    return Plot("mistakes", "Most frequent mistakes", svg, f"Bars. {told}.", see)
