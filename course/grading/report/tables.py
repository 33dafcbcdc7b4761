"""The rows of a report's tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from statistics import fmean, median, pstdev

import numpy as np

from course.grading.report.gather import Entry, Gathered
from course.grading.report.mistakes import Mistake
from course.grading.report.plot import count
from course.grading.report.pseudonyms import People

MOST_MISTAKES = 6  # of an exercise that are in view; the others are behind a click
TOGETHER = "all notebooks together"


def score_rows(points: Sequence[float]) -> list[tuple[str, float]]:
    """Lowest, quartiles, highest, mean and spread of the points, each with its name."""
    if not points:
        return []
    low, first, middle, third, high = np.percentile(points, [0, 25, 50, 75, 100])
    return [
        ("lowest", low),
        ("a quarter have at most", first),
        ("median", middle),
        ("a quarter have at least", third),
        ("highest", high),
        ("mean", fmean(points)),
        ("standard deviation", pstdev(points)),
    ]


def by_exercise(made: Iterable[Mistake]) -> list[tuple[tuple[str, str], list[Mistake], list[Mistake]]]:
    """Notebook and exercise, the most frequent mistakes, and the others."""
    found: dict[tuple[str, str], list[Mistake]] = {}
    for mistake in made:
        found.setdefault((mistake.notebook, mistake.exercise), []).append(mistake)
    most = {
        where: MOST_MISTAKES if len(those) > MOST_MISTAKES + 1 else len(those) for where, those in found.items()
    }
    return [(where, those[: most[where]], those[most[where] :]) for where, those in found.items()]


def late(gathered: Gathered, people: People) -> list[tuple[str, dt.timedelta]]:
    """Who was late, and by how much; the latest first."""
    found = [(people.name(entry.student), entry.late) for entry in gathered.entries if entry.late]
    return sorted(found, key=lambda each: (-each[1], each[0]))


def durations(gathered: Gathered) -> dict[str, list[float]]:
    """Seconds by notebook; of those that were graded before that was kept, of all their notebooks together."""
    found: dict[str, list[float]] = {name: [] for name in gathered.masters}
    together: list[float] = []
    for entry in gathered.entries:
        for name, took in entry.seconds.items():
            found[name].append(took)
        if not entry.seconds and entry.all_seconds is not None:
            together.append(entry.all_seconds)
    if together:
        found[TOGETHER] = together
    return {name: values for name, values in found.items() if values}


def duration_rows(gathered: Gathered) -> list[tuple[str, int, float, float, float]]:
    """Of each notebook: how many ran, and the median, 95 % and longest of their seconds."""
    return [
        (name, len(values), median(values), float(np.percentile(values, 95)), max(values))
        for name, values in durations(gathered).items()
    ]


def longest(gathered: Gathered, people: People) -> list[tuple[str, str, float]]:
    """The five that ran longest: student, notebook, seconds."""

    def each(entry: Entry) -> Iterable[tuple[str, float]]:
        if entry.seconds:
            return entry.seconds.items()
        return [(TOGETHER, entry.all_seconds)] if entry.all_seconds is not None else []

    found = [(people.name(entry.student), name, value) for entry in gathered.entries for name, value in each(entry)]
    return sorted(found, key=lambda row: (-row[2], row[0], row[1]))[:5]


def lateness(late: dt.timedelta) -> str:
    """How late something is, in words: as much as one wants to know."""
    minutes = max(1, round(late.total_seconds() / 60))
    days, hours = divmod(minutes, 1440)[0], minutes % 1440 // 60
    if days:
        return count(days, "day") + (f" {hours} h" if hours else "")
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
