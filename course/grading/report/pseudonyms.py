"""Who is who in a report: ids and names, or "Student 7" and nothing that a student could be known by."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from nbformat import NotebookNode

from course.grading.report.gather import Gathered
from course.grading.report.solutions import Piece
from course.grading.report.tokens import KEPT_NAMES, Token, clean, tokens_of

MANY = 3  # students who write the same name or number: then it says nothing about one of them
SHORT = 3  # digits of a number that is nobody's
CUT = "…"


def visible(text: str) -> str:
    """A text whose every character can be seen: none turns the line around, hides in it or breaks the page."""
    return "".join(
        character
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        else f"\\u{{{ord(character):x}}}"
        for character in text
    )


class People:
    """What students are called in one page."""

    def __init__(self, gathered: Gathered, *, pseudonyms: bool) -> None:
        """
        Args:
            gathered: the assignment.
            pseudonyms: number students, in the order of the gradebook's random keys: the same whenever the page
                is made, another one for another assignment, and not to be counted out from a list of names.
        """
        self.pseudonyms = pseudonyms
        numbered = sorted(gathered.entries, key=lambda entry: entry.key)
        self._numbers = {entry.student: f"Student {number}" for number, entry in enumerate(numbered, start=1)}
        self._names = gathered.names

    def name(self, student: str) -> str:
        """How the page names a student."""
        if self.pseudonyms:
            return self._numbers.get(student, "Student")
        name = self._names.get(student, "")
        return visible(f"{name} ({student})" if name and name != student else student)


class Scrubber:
    """Takes out of students' code whatever they may have put of themselves into it."""

    def __init__(
        self, gathered: Gathered, masters: Mapping[str, NotebookNode], solutions: Mapping[str, Iterable[Piece]]
    ) -> None:
        """
        Args:
            gathered: whose ids and names are nobody's business.
            masters: what they have anybody may have written.
            solutions: what the class wrote: what several have is nobody's own.
        """
        self._known = set(KEPT_NAMES)
        for master in masters.values():
            for cell in master.cells:
                if cell.cell_type == "code":
                    self._known |= {token.text for token in tokens_of(clean(cell.source))}
        counts: Counter[str] = Counter()
        for pieces in solutions.values():
            counts.update(
                {token.text for piece in pieces for token in piece.tokens if token.kind in ("name", "number")}
            )
        self._common = {text for text, count in counts.items() if count >= MANY}
        identities = {*gathered.handed_in, *(entry.student for entry in gathered.entries), *gathered.names}
        self._ids = {each.casefold() for each in identities if len(each) > SHORT}
        self._words = {word for each in (*identities, *gathered.names.values()) for word in _words(each)}

    def new_pair(self) -> Callable[[Token], str]:
        """What shows the tokens of a pair: a name that was taken out gets the same word in both."""
        others: dict[str, str] = {}
        return lambda token: self._text(token, others)

    def _text(self, token: Token, others: dict[str, str]) -> str:
        if token.kind == "operator":
            return token.text if token.text.isascii() and not any(map(str.isalnum, token.text)) else CUT
        if token.text in self._known:
            return token.text
        if token.kind == "string":
            return '"…"'
        if not self._tells(token.text):
            if token.kind == "number" and len(re.sub(r"\D", "", token.text)) <= SHORT:
                return token.text
            if token.text in self._common:
                return token.text
        if token.kind == "number":
            return CUT
        return others.setdefault(token.text, f"name_{len(others) + 1}")

    def _tells(self, text: str) -> bool:
        """Whether somebody's id or name is in it."""
        folded = text.casefold()
        return any(each in folded for each in self._ids) or not self._words.isdisjoint(_words(text))


def _words(text: str) -> set[str]:
    """The words of an identifier or a name, without capitals and accents."""
    plain = unicodedata.normalize("NFKD", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)).casefold()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return {word for word in re.findall(r"[^\W\d_]+|\d{2,}", plain) if len(word) > 1}
