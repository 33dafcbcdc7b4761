"""How hard exercises are, and how well each tells strong submissions from weak ones: classical test theory.

Difficulty is the mean share of an exercise's points. Discrimination is the correlation of an exercise's points with
the points of all others: corrected, because an exercise would else correlate with itself (S. Henrysson, "Correction
of item-total correlations in item analysis", Psychometrika 28, 1963).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

from course.grading.report.gather import Entry, Exercise, Gathered

FEWEST = 10  # students for a correlation: with fewer it can be anything
GOOD, FAIR = 0.3, 0.2  # R. Ebel, D. Frisbie, "Essentials of Educational Measurement", 5th ed. 1991
NEARLY = 0.05  # an exercise that so few, or all but so few, get says little about the others


@dataclass(frozen=True)
class Item:
    """An exercise in numbers.

    Attributes:
        exercise: itself.
        students: whose points are counted: they handed in the notebook, and nothing waits for a person.
        waiting: how many wait for a person.
        share: mean share of its points, the difficulty; None where nobody counts.
        shares: the same of its parts, by kind.
        discrimination: corrected item-total correlation; None where it can't be told.
        why: what it means, or why it can't be told, in a few words.
    """

    exercise: Exercise
    students: int
    waiting: int
    share: float | None
    shares: dict[str, float]
    discrimination: float | None
    why: str


def items(gathered: Gathered) -> list[Item]:
    """The exercises of an assignment in numbers, in order."""
    complete = [entry for entry in gathered.entries if all(has(entry, name) for name in gathered.masters)]
    steady = [each for each in gathered.exercises if all(points_of(entry, each) is not None for entry in complete)]
    return [_item(exercise, gathered, complete, steady) for exercise in gathered.exercises]


def has(entry: Entry, notebook: str) -> bool:
    """Whether a notebook was handed in; where nothing is left in autograded/, the gradebook alone speaks."""
    return notebook in entry.notebooks or not entry.notebooks


def points_of(entry: Entry, exercise: Exercise) -> float | None:
    """What a submission has for an exercise; None where some of it waits for a person."""
    values = [entry.values.get(part.path) for part in exercise.parts]
    return None if None in values else sum(value for value in values if value is not None)


def _item(exercise: Exercise, gathered: Gathered, complete: Sequence[Entry], steady: Sequence[Exercise]) -> Item:
    takers = [entry for entry in gathered.entries if has(entry, exercise.notebook)]
    points = [each for entry in takers if (each := points_of(entry, exercise)) is not None]
    shares = {}
    for kind in dict.fromkeys(part.kind for part in exercise.parts):
        worth = sum(part.points for part in exercise.parts if part.kind == kind)
        values = [[entry.values.get(part.path) for part in exercise.parts if part.kind == kind] for entry in takers]
        given = [sum(value for value in those if value is not None) for those in values if None not in those]
        if given and worth:
            shares[kind] = fmean(given) / worth
    share = fmean(points) / exercise.points if points and exercise.points else None
    discrimination, why = _discrimination(exercise, complete, steady)
    if discrimination is not None:
        why = in_words(discrimination, share)
    return Item(exercise, len(points), len(takers) - len(points), share, shares, discrimination, why)


def _discrimination(
    exercise: Exercise, complete: Sequence[Entry], steady: Sequence[Exercise]
) -> tuple[float | None, str]:
    others = [each for each in steady if each != exercise]
    own, rest = [], []
    for entry in complete:
        points = points_of(entry, exercise)
        if points is not None:
            own.append(points)
            rest.append(sum(points_of(entry, each) or 0.0 for each in others))
    if not others:
        return None, "the only exercise" if len(own) == len(complete) else "nothing to compare with"
    if len(own) < FEWEST:
        waits = len(complete) - len(own) > len(own)
        return None, "waits for a person" if waits else f"fewer than {FEWEST} students"
    value = correlation(own, rest)
    if value is None:
        return None, "all have the same points" if len(set(own)) == 1 else "the others are all the same"
    return value, ""


def correlation(one: Iterable[float], other: Iterable[float]) -> float | None:
    """Pearson's; None where one of the two does not vary."""
    one, other = list(one), list(other)
    first, second = fmean(one), fmean(other)
    across = sum((a - first) * (b - second) for a, b in zip(one, other, strict=True))
    spread = sqrt(sum((a - first) ** 2 for a in one) * sum((b - second) ** 2 for b in other))
    return None if spread < 1e-12 else max(-1.0, min(1.0, across / spread))


def in_words(discrimination: float, share: float | None) -> str:
    """What a discrimination means, in a few words."""
    if share is not None and not NEARLY <= share <= 1 - NEARLY:
        return "too easy to tell" if share > 0.5 else "too hard to tell"
    if discrimination < 0:
        return "the wrong way round"
    if discrimination < FAIR:
        return "hardly tells apart"
    return "tells apart" if discrimination < GOOD else "tells apart well"
