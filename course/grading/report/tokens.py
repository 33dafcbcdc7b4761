"""Python code as tokens that a renamed variable, another number or a comment does not change.

Students' code need not be Python: what can't be read as such is read line by line, as far as that goes.
"""

from __future__ import annotations

import builtins
import io
import keyword
import token as kinds
import tokenize
from collections.abc import Collection, Iterator
from typing import NamedTuple

MOST = 20_000  # characters of a cell that are looked at
MOST_ERRORS = 50  # lines of a cell that are no Python; what comes after them is not looked at
NAME, NUMBER, STRING = "n", "0", "s"  # what stands for any of them
KEPT_NAMES = frozenset(keyword.kwlist) | {name for name in dir(builtins) if not name.startswith("_")}
_LAYOUT = {kinds.INDENT, kinds.DEDENT, kinds.NL, kinds.ENDMARKER, kinds.ENCODING}
_OPENING = {number for number, name in kinds.tok_name.items() if name.endswith("STRING_START")}
_CLOSING = {number for number, name in kinds.tok_name.items() if name.endswith("STRING_END")}
_KINDS = {kinds.NAME: "name", kinds.NUMBER: "number", kinds.STRING: "string", kinds.COMMENT: "comment"}
_PLAIN = {"number": NUMBER, "string": STRING}
_LINE_ENDS = "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"  # that count as one for str.splitlines, and not for tokenize


class Token(NamedTuple):
    """One token of a cell.

    Attributes:
        kind: "name", "number", "string", "operator", "comment" or "docstring".
        text: as it was written.
        plain: what it is for the comparison: "n" for a name that the student chose, and so on.
        start: index of its first character in the cell.
        end: index after its last character.
        line: number of the statement that it is in, from 0.
    """

    kind: str
    text: str
    plain: str
    start: int
    end: int
    line: int

    @property
    def counts(self) -> bool:
        """Whether it is code: neither a comment nor a docstring."""
        return self.kind not in ("comment", "docstring")


def clean(source: str) -> str:
    """A cell's source as the rest of this package has it: of bounded length, with one kind of line end."""
    text = source[:MOST].replace("\r\n", "\n").replace("\0", " ")
    return text.translate({ord(character): "\n" if character == "\r" else " " for character in _LINE_ENDS})


def tokens_of(source: str, given: Collection[str] = ()) -> list[Token]:
    """The tokens of a cell, comments and docstrings too, in order.

    Args:
        source: as :func:`clean` leaves it.
        given: names that the release defines or imports; those, names after a dot (a library's), Python's own
            and its keywords stay what they are, since a copy can't rename them.
    """
    found: list[Token] = []
    after_dot, statement = False, 0
    for kind, text, start, end in _pieces(source):
        if kind == "end" or text == ";":
            statement += 1
            continue
        if kind == "name":
            plain = text if after_dot or text in KEPT_NAMES or text in given else NAME
        else:
            plain = _PLAIN.get(kind, text)
        found.append(Token(kind, text, plain, start, end, statement))
        if kind != "comment":
            after_dot = text == "."
    return _with_docstrings(found)


def _with_docstrings(tokens: list[Token]) -> list[Token]:
    """Statements that are one string do nothing, wherever they stand."""
    code: dict[int, list[Token]] = {}
    for token in tokens:
        if token.kind != "comment":
            code.setdefault(token.line, []).append(token)
    lonely = {line for line, those in code.items() if all(token.kind == "string" for token in those)}
    return [
        token._replace(kind="docstring") if token.kind == "string" and token.line in lonely else token
        for token in tokens
    ]


Piece = tuple[str, str, int, int]


def _pieces(source: str) -> Iterator[Piece]:
    """Kind, text and place of each token; kind "end" where a statement ends."""
    lines = source.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    first = 0
    for _ in range(MOST_ERRORS):  # again from the line after one that is no Python
        reached = first
        try:
            for piece, row in _read(source, lines, starts, first):
                reached = max(reached, row)
                yield piece
            return
        except (tokenize.TokenError, SyntaxError, ValueError, RecursionError):
            yield ("end", "", 0, 0)
            first = reached + 1
            if first >= len(lines):
                return


def _read(source: str, lines: list[str], starts: list[int], first: int) -> Iterator[tuple[Piece, int]]:
    """What Python's own tokenizer finds from a line on, with the line that each piece ends in."""
    last = len(lines)
    formatted: list[int] = []  # where f-strings began that are still open; since Python 3.12 they are in parts
    text = "\n".join(lines[first:])
    for each in tokenize.generate_tokens(io.StringIO(text, newline="\n").readline):
        kind, row = each.type, first + each.end[0] - 1
        start = starts[min(first + each.start[0] - 1, last)] + each.start[1]
        end = starts[min(row, last)] + each.end[1]
        if kind in _OPENING:
            formatted.append(start)
        elif kind in _CLOSING and formatted:
            begun = formatted.pop()
            if not formatted:
                yield ("string", source[begun:end], begun, end), row
        elif kind == kinds.NEWLINE:
            yield ("end", "", start, end), row
        elif formatted or kind in _LAYOUT or not each.string.strip():
            continue
        elif kind == kinds.ERRORTOKEN and each.string in "\"'":
            yield ("operator", source[start : starts[row + 1] - 1], start, starts[row + 1] - 1), row
            raise tokenize.TokenError  # a string without an end: the rest of its line is in it
        else:
            yield (_KINDS.get(kind, "operator"), source[start:end], start, end), row
