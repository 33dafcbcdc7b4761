"""What a student's notebook printed and drew, so that it can stand in a page: inert, and not too much of it."""

from __future__ import annotations

import base64
import binascii
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup
from nbconvert.filters.ansi import strip_ansi
from nbformat import NotebookNode

import course
from course.grading.engine import confine
from course.grading.feedback.parts import html_of, markdown_of, svg_as_picture
from course.grading.terminal import last_states

FIRST_LINES, LAST_LINES = 40, 15  # of what was printed, where it is longer
LONGEST_LINE = 500
MOST_OF_A_CELL = 24  # outputs
MOST_PICTURES = 8  # of an exercise
LARGEST_PICTURE = 1_200_000  # characters of its address
MOST_PIXELS = 40_000_000  # of a picture; a small file can be of a size that stops a phone
_PICTURES = ("image/png", "image/jpeg", "image/svg+xml")
_WIDGET = "application/vnd.jupyter.widget-view+json"
_BASE64 = re.compile(r"[A-Za-z0-9+/=]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass
class Text:
    """Text to be shown as it is; `left_out` says what is missing from it, "" for nothing."""

    text: str
    left_out: str = ""
    kind = "text"


@dataclass
class Html:
    """A part of a page that is inert already."""

    html: Markup
    kind = "html"


@dataclass
class Note:
    """A remark of ours, such as what was left out."""

    text: str
    kind = "note"


@dataclass
class Picture:
    """A picture; `chosen` once it is clear that it fits into the page."""

    address: str
    alt: str
    caption: str = ""
    width: int = 0
    height: int = 0
    chosen: bool = False
    kind = "picture"


Piece = Text | Html | Note | Picture


@dataclass
class Budget:
    """How much of a submission's output one page may still take, in characters."""

    text: int = 300_000
    html: int = 100_000
    pictures: int = 2_400_000

    def take_text(self, text: str) -> bool:
        """Whether the page has room for it; then it has less."""
        self.text -= len(text)
        return self.text >= 0

    def take_html(self, html: str) -> bool:
        """Whether the page has room for it; then it has less."""
        self.html -= len(html)
        return self.html >= 0


# Text --------------------------------------------------------------------------------------------------------


def shortened(text: str, first: int = FIRST_LINES, last: int = LAST_LINES) -> Text:
    """Printed text without what only a terminal needs, and without its middle where it is long."""
    if len(text) > 2 * LONGEST_LINE * (first + last):  # the rest is not looked at
        half = LONGEST_LINE * (first + last)
        head, tail = text[:half].split("\n")[:first], text[-half:].rstrip("\n").split("\n")[-last:]
        missing = text.count("\n") + (not text.endswith("\n")) - len(head) - len(tail)
    else:
        lines = text.rstrip("\n").split("\n")
        if len(lines) <= first + last + 5:
            return Text("\n".join(map(_line, lines)).strip("\n"))
        head, tail, missing = lines[:first], lines[-last:], len(lines) - first - last
    note = f"{missing:,} lines left out" if missing > 0 else "the middle left out"
    return Text("\n".join([*map(_line, head), f"… {note} …", *map(_line, tail)]).strip("\n"), note)


def _line(line: str) -> str:
    """A line as a terminal would leave it, but for colours."""
    line = line[: 40 * LONGEST_LINE]
    line = strip_ansi(line) if "\x1b" in line else line
    line = last_states(line)
    line = _without_places(_CONTROL.sub("", line))
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} … ({len(line) - LONGEST_LINE:,} more)"


def without_places(text: str) -> str:
    """A message without where this course, its interpreter and its sandbox lie."""
    return _without_places(_CONTROL.sub("", text))


def _without_places(text: str) -> str:
    for place in _places():
        if place in text:
            text = text.replace(place, "…")
    return text


@cache
def _places() -> tuple[str, ...]:
    ours = {sys.prefix, sys.base_prefix, str(Path(course.__file__).parent.parent), str(Path.home())}
    ours |= {str(Path(each).resolve()) for each in ours} | {confine.WORK, confine.HOME}
    return tuple(sorted((place for place in ours if len(place) > 4), key=len, reverse=True))


# Outputs -----------------------------------------------------------------------------------------------------


def pieces_of(outputs: Sequence[NotebookNode], budget: Budget, what: str, caption: str = "") -> list[Piece]:
    """The outputs of a cell, without errors; pictures are still to be chosen.

    Args:
        outputs: of a cell that was run.
        budget: of the page.
        what: drew its pictures, in words.
        caption: of its pictures.
    """
    pieces: list[Piece] = []
    wanted = [output for output in outputs if output.output_type != "error"]
    for output in wanted[:MOST_OF_A_CELL]:
        pieces += _one(output, budget, what, caption)
    if len(wanted) > MOST_OF_A_CELL:
        pieces.append(Note(f"{len(wanted) - MOST_OF_A_CELL:,} more outputs of this cell were left out."))
    return pieces


def _one(output: NotebookNode, budget: Budget, what: str, caption: str) -> Iterator[Piece]:
    if output.output_type == "stream":
        yield from _text(str(output.get("text", "")), budget)
        return
    data = {str(kind): str(value) for kind, value in (output.get("data") or {}).items()}
    for kind in _PICTURES:
        if kind in data:
            yield _picture(kind, data[kind], what, caption)
            return
    made = _html(data, budget)
    if made is not None:
        yield Html(made)
    elif "text/plain" in data and _WIDGET not in data:
        yield from _text(data["text/plain"], budget)
    elif "text/latex" in data:
        yield from _text(data["text/latex"], budget)
    elif data and _WIDGET not in data:
        yield Note(f"An output that this page does not show ({', '.join(sorted(data))[:200]}).")


def _text(text: str, budget: Budget) -> Iterator[Piece]:
    short = shortened(text)
    if not short.text:
        return
    if budget.take_text(short.text):
        yield short
    else:
        yield Note("More text was printed here; it was left out, because the page is full.")


def _html(data: Mapping[str, str], budget: Budget) -> Markup | None:
    """A table, or text that is set; None where plain text does better."""
    for kind, make in (("text/html", html_of), ("text/markdown", markdown_of)):
        if kind in data and budget.take_html(data[kind]):
            made = make(data[kind])
            if made is not None and ("<img" in made or made.striptags().strip()):
                return made if len(made) < LARGEST_PICTURE else None
    return None


# Pictures ----------------------------------------------------------------------------------------------------


def _picture(kind: str, data: str, what: str, caption: str) -> Piece:
    if kind == "image/svg+xml":
        address, width, height = svg_as_picture(data), 0, 0
    else:
        data = "".join(data.split())
        if not _BASE64.fullmatch(data):
            return Note("A picture that can't be read was left out.")
        address = f"data:{kind};base64,{data}"
        width, height = _size(data) if kind == "image/png" else (0, 0)
    if width * height > MOST_PIXELS:
        return Note(f"A picture of {width} by {height} pixels was left out: it is too large for a page.")
    if len(address) > LARGEST_PICTURE:
        return Note(f"A picture of {len(address) * 3 / 4e6:.1f} MB was left out: it is too large for a page.")
    return Picture(address, f"Figure {what}", caption, width, height)


def _size(data: str) -> tuple[int, int]:
    """Width and height of a PNG, from its first bytes; 0 where it is none."""
    try:
        head = base64.b64decode(data[:32], validate=True)
    except (binascii.Error, ValueError):
        return 0, 0
    if head[:8] != b"\x89PNG\r\n\x1a\n" or head[12:16] != b"IHDR":
        return 0, 0
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def choose_pictures(groups: Iterable[list[Picture]], budget: Budget) -> None:
    """Choose the pictures that fit: each exercise's first, then each one's second, and so on."""
    waiting = [group[:MOST_PICTURES] for group in groups]
    for turn in range(MOST_PICTURES):
        for group in waiting:
            if turn < len(group) and len(group[turn].address) <= budget.pictures:
                group[turn].chosen = True
                budget.pictures -= len(group[turn].address)
