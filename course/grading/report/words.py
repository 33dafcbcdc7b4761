"""What students wrote of a section, as a page shows it: with their names, or as nobody's."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from course.grading.report.gather import Gathered
from course.grading.report.pseudonyms import SHORT, People, visible
from course.grading.said import Said

IN_VIEW = 5  # comments of a section; the others are behind a click
MOST = 300  # of a section, in a page
LONG_WORD = 4  # letters; a name with more is one in whatever capitals, "Do" and "Will" only as written


@dataclass(frozen=True)
class Comments:
    """The comments on one section.

    Attributes:
        section: which.
        first: those in view, a name (or "") and a text.
        rest: those behind a click.
        left_out: how many more there are than a page shows.
        naming: how many are not shown because they name somebody.
    """

    section: Said
    first: list[tuple[str, str]]
    rest: list[tuple[str, str]]
    left_out: int
    naming: int

    @property
    def number(self) -> int:
        """How many there are, shown or not."""
        return len(self.first) + len(self.rest) + self.left_out + self.naming


def comments_of(section: Said, people: People, gathered: Gathered) -> Comments:
    """The comments on a section: by student, or, where students are numbered, as nobody's.

    Nobody's comments stand in an order that says nothing of their writers, the same whenever the page is made;
    those that hold the name or id of anybody in the course are left out.
    """
    written = section.comments()
    if people.pseudonyms:
        names = names_somebody(gathered, [student for student, _ in written])
        texts = sorted((text for _, text in written if not names(text)), key=_shuffled)
        lines = [("", visible(text)) for text in texts]
    else:
        lines = [(people.name(student), visible(text)) for student, text in written]
    shown = lines[:MOST]
    few = len(shown) <= IN_VIEW + 1
    first, rest = (shown, []) if few else (shown[:IN_VIEW], shown[IN_VIEW:])
    return Comments(section, first, rest, len(lines) - len(shown), len(written) - len(lines))


def _shuffled(text: str) -> tuple[bytes, str]:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest(), text


def names_somebody(gathered: Gathered, students: list[str]) -> Callable[[str], bool]:
    """What tells whether a text holds the id, or a part of the name, of anybody in the course.

    Args:
        gathered: who is known.
        students: ids that may not be among them.
    """
    ids = {*gathered.handed_in, *(entry.student for entry in gathered.entries), *gathered.names, *students}
    inside = {each.casefold() for each in ids if len(each) > SHORT}
    words = {word for each in (*ids, *gathered.names.values()) for word in re.findall(r"\w+", each)}
    either = {word.casefold() for word in words if len(word) > LONG_WORD}

    def names(text: str) -> bool:
        folded = text.casefold()
        found = re.findall(r"\w+", text)
        return (
            any(each in folded for each in inside)
            or not words.isdisjoint(found)
            or not either.isdisjoint(word.casefold() for word in found)
        )

    return names
