"""What students wrote themselves: the code of their submissions without the release's own."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np

from course.grading.report.fingerprints import fingerprints_of
from course.grading.report.tokens import NAME, Token, clean, tokens_of

Line = tuple[str, ...]  # a statement's tokens, as the comparison has them


@dataclass(frozen=True)
class Given:
    """What of a notebook nobody has to write.

    Attributes:
        names: that it defines or imports.
        lines: its statements.
        docstrings: their texts, quotes included.
        cells: its cells' sources.
    """

    names: frozenset[str] = frozenset()
    lines: frozenset[Line] = frozenset()
    docstrings: frozenset[str] = frozenset()
    cells: frozenset[str] = frozenset()


def given_by(sources: Iterable[str]) -> Given:
    """What the code cells of a released notebook give."""
    cells = [clean(source) for source in sources]
    names = frozenset(name for cell in cells for name in _defined(tokens_of(cell)))
    lines: set[Line] = set()
    docstrings = set()
    for cell in cells:
        tokens = tokens_of(cell, names)
        lines |= set(_lines(tokens).values())
        docstrings |= {token.text for token in tokens if token.kind == "docstring"}
    return Given(names, frozenset(lines), frozenset(docstrings), frozenset(cells))


def _defined(tokens: Sequence[Token]) -> set[str]:
    """Names of functions, classes and imported modules: those that a notebook's other cells rely on."""
    found = set()
    for before, token in pairwise(tokens):
        if token.kind == "name" and before.text in ("def", "class", "import", "as"):
            found.add(token.text)
    imports = {token.line for token in tokens if token.text in ("import", "from")}
    return found | {token.text for token in tokens if token.line in imports and token.plain == NAME}


def _lines(tokens: Iterable[Token]) -> dict[int, Line]:
    lines: dict[int, list[str]] = {}
    for token in tokens:
        if token.counts:
            lines.setdefault(token.line, []).append(token.plain)
    return {number: tuple(words) for number, words in lines.items()}


@dataclass(frozen=True)
class Piece:
    """A cell that a student wrote in.

    Attributes:
        notebook: name.
        exercise: its id; "" for a cell that the student added.
        source: cleaned.
        tokens: all of them.
        own: indices of the tokens that are code of the student's.
        begins: indices of the tokens where a function begins that the release has, too: an exercise's.
    """

    notebook: str
    exercise: str
    source: str
    tokens: list[Token] = field(repr=False)
    own: list[int] = field(repr=False)
    begins: list[int] = field(default_factory=list, repr=False)

    @cached_property
    def parts(self) -> list[tuple[list[int], np.ndarray]]:
        """The student's own tokens and their fingerprints, function by function: several may be in one cell."""
        cuts = self.begins[1:]
        found: list[list[int]] = [[] for _ in range(len(cuts) + 1)]
        for index in self.own:
            found[bisect_right(cuts, index)].append(index)
        return [(those, fingerprints_of([self.tokens[index].plain for index in those])) for those in found if those]

    @property
    def fingerprints(self) -> np.ndarray:
        """All of them."""
        return np.concatenate([np.zeros(0, dtype=np.uint64), *(prints for _, prints in self.parts)])


def piece_of(notebook: str, exercise: str, source: str, given: Given) -> Piece:
    """A student's cell, told apart from what the release has."""
    source = clean(source)
    tokens = tokens_of(source, given.names)
    theirs = {number for number, line in _lines(tokens).items() if line not in given.lines}
    own = [index for index, token in enumerate(tokens) if token.counts and token.line in theirs]
    begins = [
        index
        for index, (token, name) in enumerate(pairwise(tokens))
        if token.text == "def" and name.text in given.names and source[: token.start][-1:] in ("", "\n")
    ]
    return Piece(notebook, exercise, source, tokens, own, begins)
