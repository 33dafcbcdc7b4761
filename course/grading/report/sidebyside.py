"""Two students' code next to each other, with what both have marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from course.grading.report.alike import Pair
from course.grading.report.fingerprints import RUN
from course.grading.report.pseudonyms import visible
from course.grading.report.solutions import Given, Piece
from course.grading.report.tokens import Token

FEW = 0.05  # of a class; passages that at most so many have, and at least the two themselves, are marked as rare
MOST_LINES = 120  # of a cell that are shown
Shown = Callable[[Token], str]


@dataclass(frozen=True)
class Span:
    """A stretch of code.

    Attributes:
        text: as it is shown.
        mark: "" for what only one has, "given" for the release's, "both" for what both have, "rare" for what they
            and hardly anybody else have.
    """

    text: str
    mark: str


Line = list[Span]


@dataclass(frozen=True)
class Row:
    """An exercise of two students.

    Attributes:
        title: the exercise's id, and its notebook.
        left: of the one; empty where there is no such cell.
        right: of the other.
    """

    title: str
    left: list[Line]
    right: list[Line]


@dataclass(frozen=True)
class Comparison:
    """A pair side by side.

    Attributes:
        pair: who.
        shares: of the code of the one, and of the other, how much both have.
        rare: tokens of the one that both have, and hardly anybody else.
        rows: exercises in which something is marked.
        rest: titles of those in which nothing is.
    """

    pair: Pair
    shares: tuple[float, float]
    rare: int
    rows: list[Row]
    rest: list[str]


class Marker:
    """Sets pairs of a class side by side."""

    def __init__(
        self, solutions: Mapping[str, Sequence[Piece]], given: Mapping[str, Given], show: Callable[[], Shown] | None
    ) -> None:
        """
        Args:
            solutions: what each student wrote.
            given: what the release of each notebook gives.
            show: called for each pair; says how a token is shown. None shows all as it was written.
        """
        self._solutions, self._given, self._show = solutions, given, show
        each = [_fingerprints(pieces) for pieces in solutions.values()]
        self._vocabulary, self._have = np.unique(np.concatenate(each), return_counts=True)
        self._few = max(2, int(FEW * len(solutions)))

    def compare(self, pair: Pair) -> Comparison:
        """Set a pair side by side."""
        one, other = self._solutions[pair.one], self._solutions[pair.other]
        both = np.intersect1d(_fingerprints(one), _fingerprints(other))
        rare = both[self._have[np.searchsorted(self._vocabulary, both)] <= self._few]
        marks = {id(piece): _marks(piece, both, rare) for piece in (*one, *other)}
        show = self._show() if self._show else None
        titles = list(dict.fromkeys((piece.notebook, piece.exercise) for piece in (*one, *other)))
        rows, rest = [], []
        for notebook, exercise in titles:
            sides = [
                [p for p in those if (p.notebook, p.exercise) == (notebook, exercise)] for those in (one, other)
            ]
            title = f"{exercise or 'cells of their own'} ({notebook})"
            if any(mark for side in sides for piece in side for mark in marks[id(piece)].values()):
                left, right = (
                    [line for piece in side for line in self._code(piece, marks[id(piece)], show)] for side in sides
                )
                rows.append(Row(title, left, right))
            elif any(piece.own for side in sides for piece in side):
                rest.append(title)
        shares = (_share(one, marks), _share(other, marks))
        count = sum(mark == "rare" for piece in one for mark in marks[id(piece)].values())
        return Comparison(pair, shares, count, rows, rest)

    def _code(self, piece: Piece, marks: Mapping[int, str], show: Shown | None) -> list[Line]:
        given = self._given.get(piece.notebook, Given())
        spans: list[Span] = []
        own, at, before = set(piece.own), 0, ""
        for index, token in enumerate(piece.tokens):
            gap, at = piece.source[at : token.start], token.end
            if token.kind == "docstring" and (show or token.text in given.docstrings):
                spans.append(Span(_blank(gap, show), ""))
                before = ""
                continue
            if token.kind == "comment" and show:
                spans.append(Span(_blank(gap, show), ""))
                continue
            mark = marks.get(index, "") if index in own else "given" if token.counts else ""
            spans.append(Span(_blank(gap, show), mark if mark == before and "\n" not in gap else ""))
            spans.append(Span(visible(show(token) if show else token.text), mark))
            before = mark
        spans.append(Span(_blank(piece.source[at:], show), ""))
        return _lines(spans)


def _fingerprints(pieces: Sequence[Piece]) -> np.ndarray:
    return np.unique(np.concatenate([np.zeros(0, dtype=np.uint64), *(piece.fingerprints for piece in pieces)]))


def _marks(piece: Piece, both: np.ndarray, rare: np.ndarray) -> dict[int, str]:
    """Index of a token to "both" or "rare", of those in a run that the other has, too."""
    found: dict[int, str] = {}
    for those, mark in ((both, "both"), (rare, "rare")):
        for own, prints in piece.parts:
            for start in np.flatnonzero(np.isin(prints, those)):
                found.update(dict.fromkeys(own[start : start + RUN], mark))
    return found


def _share(pieces: Sequence[Piece], marks: Mapping[int, Mapping[int, str]]) -> float:
    own = sum(len(piece.own) for piece in pieces)
    return sum(len(marks[id(piece)]) for piece in pieces) / own if own else 0.0


def _blank(gap: str, show: Shown | None) -> str:
    """What stands between tokens: space and line ends, unless it is no Python."""
    return re.sub(r"[^\s\\;]+", "…", gap) if show else visible(gap)


def _lines(spans: Sequence[Span]) -> list[Line]:
    """Spans by line, neighbours with the same mark as one; without empty lines, and no more than fit."""
    lines: list[Line] = [[]]
    for span in spans:
        for number, text in enumerate(span.text.split("\n")):
            if number:
                lines.append([])
            line = lines[-1]
            if line and line[-1].mark == span.mark:
                line[-1] = Span(line[-1].text + text, span.mark)
            elif text:
                line.append(Span(text, span.mark))
    kept = [line for line in lines if any(span.text.strip() for span in line)]
    return kept if len(kept) <= MOST_LINES else [*kept[:MOST_LINES], [Span("… (the rest is not shown)", "")]]
