"""Pairs of solutions that are more alike than students who think for themselves would have it.

Of each exercise of a student we ask how much of it stands in another's submission (the containment of A. Broder,
"On the resemblance and containment of documents", 1997), and of how many that can be said: what a hundred students
write says nothing about two of them. What the release and the reference solution have is left out before. Exercise
by exercise, what few have adds up: two who agree in one odd solution may have had the same idea, in six hardly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import comb, log2

import numpy as np
from scipy.sparse import csr_array

from course.grading.report.fingerprints import RUN
from course.grading.report.solutions import Piece

SAME = 0.6  # of an exercise's code that the other must have, too
ABOUT = 0.05  # differences in that share that mean nothing
UNSEEN = 10  # students that a class is thought to have more, of whom nothing is known: little is rare among three
OF_AN_ANSWER = 3  # how many students an answer of the bank stands for
SHORT, LONG = 12, 40  # fingerprints that make one choice of a student's; tokens of long code that make one more
BITS = 10.0  # an honest class has a pair by chance once in 2^10 times, were its choices independent


@dataclass(frozen=True)
class Pair:
    """Two students whose solutions are alike.

    Attributes:
        one: student's id.
        other: another's.
        bits: how unlikely that is where both wrote by themselves: 1 is one in two, 10 one in a thousand.
        same: exercises in which it shows.
        of: exercises that could be compared.
    """

    one: str
    other: str
    bits: float
    same: int
    of: int


@dataclass(frozen=True)
class Alike:
    """What comparing a class showed.

    Attributes:
        students: whose solutions were compared: those who wrote enough of their own to say anything.
        bits: of all pairs, in no order.
        wanted: bits that a pair must have to be named.
        pairs: those that are named, the strongest first.
    """

    students: int
    bits: np.ndarray
    wanted: float
    pairs: list[Pair]

    def groups(self) -> list[list[str]]:
        """Students who are connected by pairs; larger groups first."""
        found: dict[str, list[str]] = {}
        for pair in self.pairs:
            one, other = found.setdefault(pair.one, [pair.one]), found.setdefault(pair.other, [pair.other])
            if one is not other:
                one.extend(other)
                found.update(dict.fromkeys(other, one))
        unique = {id(group): sorted(group) for group in found.values()}
        return sorted(unique.values(), key=lambda group: (-len(group), group))

    def strongest(self, most: int) -> list[Pair]:
        """The strongest pairs, without those that follow from stronger ones: of three who are alike, two pairs."""
        group = {student: student for pair in self.pairs for student in (pair.one, pair.other)}

        def root(student: str) -> str:
            while group[student] != student:
                student = group[student]
            return student

        chosen: list[Pair] = []
        for pair in self.pairs:
            one, other = root(pair.one), root(pair.other)
            if one != other and len(chosen) < most:
                group[other] = one
                chosen.append(pair)
        return chosen


@dataclass(frozen=True)
class _Unit:
    """The code of one exercise of one student, as places in the vocabulary."""

    student: int
    places: np.ndarray

    @property
    def choices(self) -> float:
        """How many choices went into it."""
        return max(min(1.0, len(self.places) / SHORT), (len(self.places) + RUN - 1) / LONG)


def compare(
    solutions: Mapping[str, Sequence[Piece]],
    expected: Collection[int] = (),
    known: Sequence[Piece] = (),
) -> Alike:
    """Compare all solutions of an assignment with each other.

    Args:
        solutions: what each student wrote.
        expected: fingerprints that say nothing: those of the reference solution.
        known: answers that the instructor has seen before; each counts as if some students more had it.
    """
    nothing = np.array(sorted(expected), dtype=np.uint64)
    students = sorted(solutions)
    cells = [_by_exercise(solutions[student], nothing) for student in students]
    held = [(name, those) for name, those in zip(students, cells, strict=True) if those]
    students, cells = [name for name, _ in held], [those for _, those in held]
    number = len(students)
    pairs = number * (number - 1) // 2
    wanted = log2(max(pairs, 1)) + BITS
    if not pairs:
        return Alike(number, np.zeros(0), wanted, [])
    vocabulary = np.unique(np.concatenate([cell for those in cells for cell in those]))
    units = [_Unit(who, np.searchsorted(vocabulary, cell)) for who, those in enumerate(cells) for cell in those]
    others = [np.unique(np.concatenate(those)) for those in cells]
    answers = [np.intersect1d(piece.fingerprints, vocabulary) for piece in known]
    columns = [np.searchsorted(vocabulary, each) for each in (*others, *answers)]
    have = np.bincount(np.concatenate(columns), minlength=len(vocabulary)).astype(np.float32)
    for column in columns[number:]:
        have[column] += OF_AN_ANSWER - 1
    rarity = np.log2((number - 1 + UNSEEN) / np.maximum(have - 1, 1)).clip(0.0)
    places = [unit.places for unit in units]
    contained = _contained(places, columns, np.ones_like(rarity))
    rare = _contained(places, columns[:number], rarity)
    bits, same = _evidence(units, contained, rare, number)
    strength, agreed, of = _by_pair(bits, same, np.bincount([unit.student for unit in units], minlength=number))
    first, second = np.triu_indices(number, 1)
    found = [
        Pair(students[a], students[b], float(strength[a, b]), int(agreed[a, b]), int(of[a, b]))
        for a, b in zip(first, second, strict=True)
        if strength[a, b] >= wanted
    ]
    ordered = sorted(found, key=lambda pair: (-round(pair.bits, 6), pair.one, pair.other))
    return Alike(number, strength[first, second], wanted, ordered)


def _by_exercise(pieces: Sequence[Piece], nothing: np.ndarray) -> list[np.ndarray]:
    """Of each exercise that a student wrote enough for, the fingerprints that say something."""
    found = [np.setdiff1d(prints, nothing) for piece in pieces for _, prints in piece.parts]
    return [each for each in found if len(each)]


def _contained(units: Sequence[np.ndarray], columns: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
    """What of each unit each column has, too: the mean weight of its fingerprints, 0 for those that are missing."""
    left, right = _table(units, len(weights)), _table(columns, len(weights))
    lengths = np.array([len(unit) for unit in units])
    product: np.ndarray = (left.multiply(weights).tocsr() @ right.T).toarray()
    return product / lengths[:, None]


def _table(rows: Sequence[np.ndarray], width: int) -> csr_array:
    """A row for each, with a 1 at its places."""
    ends = np.cumsum([0, *(len(places) for places in rows)])
    return csr_array((np.ones(ends[-1]), np.concatenate(rows), ends), shape=(len(rows), width))


def _evidence(
    units: Sequence[_Unit], contained: np.ndarray, rare: np.ndarray, number: int
) -> tuple[np.ndarray, np.ndarray]:
    """For every two students what it says that code of the first is the second's, and in how many exercises it is.

    An exercise is one choice, as rare as others who have as much of it are. In long code there are more choices:
    they count as rare as its passages are.
    """
    bits, same = np.zeros((number, number)), np.zeros((number, number), dtype=int)
    most = log2(number - 1 + UNSEEN)  # bits that a class of this size can give
    for unit, shares, passages in zip(units, contained, rare, strict=True):
        alike = np.flatnonzero(shares[:number] >= SAME)
        alike = alike[alike != unit.student]
        if not len(alike):
            continue
        own = shares[:number].copy()
        own[unit.student] = -1.0  # it is no other
        as_much = own[alike] - ABOUT
        have = (own[None, :] >= as_much[:, None]).sum(axis=1)
        have = have + OF_AN_ANSWER * (shares[None, number:] >= as_much[:, None]).sum(axis=1)
        rarity = np.log2((number - 1 + UNSEEN) / have).clip(0.0)
        first = min(1.0, unit.choices)
        bits[unit.student, alike] += first * (rarity * own[alike] + passages[alike]) / 2
        bits[unit.student, alike] += (unit.choices - first) * passages[alike] ** 2 / most
        same[unit.student, alike] += 1
    return bits, same


def _by_pair(bits: np.ndarray, same: np.ndarray, units: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bits of every pair, in how many exercises it agrees, and of how many; by whichever of the two says less.

    Among many exercises some agree by chance, and there are many ways to choose them: that is taken off.
    """
    ways = np.array([[log2(comb(of, min(k, of))) for k in range(units.max() + 1)] for of in range(units.max() + 1)])
    one_way = np.where(same > 0, bits - ways[units[:, None], same], 0.0)
    less = one_way <= one_way.T
    strength = np.where(less, one_way, one_way.T).clip(0.0)
    of = np.broadcast_to(units[:, None], same.shape)
    return strength, np.where(less, same, same.T), np.where(less, of, of.T)
