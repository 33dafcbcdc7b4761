"""Reports as plain text, that also fits a telephone's width."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from course.validation.report import HIDDEN_LATER, Report
from course.validation.states import ANSWERED, EMPTY, FAILED, NOT_STARTED, PASSED, State

WIDEST, NARROWEST = 100, 24
MARKS = {PASSED: "✓", FAILED: "✗", NOT_STARTED: "○", ANSWERED: "✓", EMPTY: "○"}
_PLAIN = str.maketrans({"✓": "+", "✗": "x", "○": "o", "“": '"', "”": '"', "…": "...", "→": "->", "·": "-"})
_GREEN, _RED, _YELLOW, _BOLD, _END = "\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[0m"
_COLOURS = {PASSED: _GREEN, FAILED: _RED, NOT_STARTED: _YELLOW, ANSWERED: _GREEN, EMPTY: _YELLOW}


class Paper:
    """What a terminal takes.

    Attributes:
        width: columns.
        colours: whether it shows them.
        encoding: of its characters.
    """

    def __init__(self, width: int = 80, *, colours: bool = False, encoding: str = "utf-8") -> None:
        """
        Args:
            width: columns there are.
            colours: whether it shows them.
            encoding: of its characters.
        """
        self.width = max(NARROWEST, min(WIDEST, width))
        self.colours, self.encoding = colours, encoding

    def in_colour(self, text: str, colour: str) -> str:
        """The text, in colour where there are any."""
        return f"{colour}{text}{_END}" if self.colours and colour else text

    def sound(self, line: str) -> str:
        """A line that can be printed: without a student's control characters, and in the terminal's encoding."""
        try:
            line.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            line = line.translate(_PLAIN).encode(self.encoding, "replace").decode(self.encoding)
        return line

    def wrapped(self, text: str, first: str, then: str) -> list[str]:
        """A text in lines, the first with one indent and the others with another."""
        lines: list[str] = []
        for part in _visible(text).splitlines() or [""]:
            indents = (then, then) if lines else (first, then)
            lines += textwrap.wrap(
                part, self.width, initial_indent=indents[0], subsequent_indent=indents[1], break_on_hyphens=False
            ) or [indents[0].rstrip()]
        return lines


def _visible(text: str) -> str:
    return "".join(each if each.isprintable() or each == "\n" else "�" for each in text.expandtabs(4))


def lines_of(report: Report, paper: Paper) -> Iterator[str]:
    """A report, line by line.

    Args:
        report: of one notebook.
        paper: what it is printed on.
    """
    for line in _lines(report, paper):
        yield paper.sound(line)


def _lines(report: Report, paper: Paper) -> Iterator[str]:
    for line in paper.wrapped(report.path.name, "", "  "):
        yield paper.in_colour(line, _BOLD)
    yield "─" * paper.width
    if report.problem:
        yield from paper.wrapped(report.problem, "✗ ", "  ")
        return
    yield from _states(report.exercises, "Exercises", paper)
    yield from _states(report.questions, "Think questions", paper)
    serious = [each.text for each in report.findings if each.serious]
    others = [each.text for each in report.findings if not each.serious]
    for heading, mark, texts in (("To mend before you hand in", "✗", serious), ("Worth knowing", "·", others)):
        if texts:
            yield ""
            yield paper.in_colour(heading, _BOLD)
            for text in texts:
                first, *rest = paper.wrapped(text, f"{mark} ", "  ")
                yield paper.in_colour(first[:1], _RED if mark == "✗" else "") + first[1:]
                yield from rest
    yield ""
    yield from paper.wrapped(report.summary, "", "")
    ready = "Ready to be handed in." if report.is_ready else "Not ready yet."
    yield paper.in_colour(ready, _GREEN if report.is_ready else _YELLOW)


def _states(states: Sequence[State], heading: str, paper: Paper) -> Iterator[str]:
    if not states:
        return
    yield ""
    yield paper.in_colour(heading, _BOLD)
    word = max(len(each.state) for each in states)
    for each in states:
        yield from _row(f"{MARKS[each.state]} {each.state:<{word}}  ", each.name, _COLOURS[each.state], paper)
        if each.hint:
            yield from paper.wrapped(each.hint, "    ", "    ")


def _row(begin: str, name: str, colour: str, paper: Paper) -> Iterator[str]:
    """A state and what is in it; below each other where there is no room beside each other."""
    longest = max(len(word) for word in name.split() or [""])
    if len(begin) + longest > paper.width:
        yield paper.in_colour(begin.rstrip(), colour)
        yield from paper.wrapped(name, "  ", "  ")
        return
    first, *rest = paper.wrapped(name, begin, " " * len(begin))
    yield paper.in_colour(begin, colour) + first[len(begin) :]
    yield from rest


def closing(paper: Paper) -> Iterator[str]:
    """What holds for every notebook, and is said once.

    Args:
        paper: what it is printed on.
    """
    yield from paper.wrapped(HIDDEN_LATER, "", "")


def overview(reports: Sequence[Report], paper: Paper) -> Iterator[str]:
    """A line for each of several notebooks, and which of them are copies of the same one.

    Args:
        reports: in order.
        paper: what it is printed on.
    """
    yield ""
    yield paper.in_colour("All notebooks", _BOLD)
    for report in reports:
        begin = "✓ ready      " if report.is_ready else "✗ not ready  "
        colour = _GREEN if report.is_ready else _RED
        yield from map(paper.sound, _row(begin, report.path.name, colour, paper))
    same: dict[str, list[str]] = {}
    for report in reports:
        if report.key:
            same.setdefault(report.key, []).append(report.path.name)
    for names in same.values():
        if len(names) > 1:
            text = f"{', '.join(names)} are copies of the same notebook: hand in the one that you mean."
            yield from map(paper.sound, paper.wrapped(text, "", ""))
