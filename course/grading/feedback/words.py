"""What kind of thing went wrong, in words; of a hidden test no more than :mod:`course.grading.hiding` says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nbformat import NotebookNode

from course.grading.engine.transcript import FAILURE
from course.grading.hiding import LIMITS, OWN_FAILURES, error_of, what_went_wrong

LONGEST = 1_500  # characters of a message; a check's own are shorter, an exception's text can be anything

_BY_ERROR = {
    **dict.fromkeys(("SyntaxError", "IndentationError", "TabError"), "Python can't read this cell"),
    "NotImplementedError": "Not written yet",
    "NameError": "A name is missing",
    "TimeLimit": "It took too long",
    "MemoryLimit": "It used too much memory",
    "ProcessLimit": "It started too many processes",
    "DiskLimit": "It wrote too much to disk",
    "OutputLimit": "It printed too much",
    "ProcessEnded": "Python itself stopped",
    "NotRun": "Not run",
    "KeyboardInterrupt": "It was stopped",
}
_BY_FAILURE = {
    "undefined": "A name is missing",
    "student": "Your code raises an error",
    "handle": "The result is no plain data",
    "lost": "The test could not go on",
    "test": "The test can't use the result",
    "assert": "Not as it should be",
}
_BY_MESSAGE = (  # what course.check says, the first that fits
    (re.compile(r"wrong shape:"), "Wrong shape"),
    (re.compile(r"wrong type:"), "Wrong type"),
    (re.compile(r"wrong value:"), "Wrong value"),
    (re.compile(r"\bNaN\b.* is expected"), "Not a number"),
    (re.compile(r"your code gives a warning"), "A warning"),
    (re.compile(r"yours raises"), "Wrong exception"),
    (re.compile(r": expected .*, yours "), "Wrong value"),
)
_CELL_FILE = re.compile(r" \([^()\s]{1,200}, (line \d+)\)$")  # IPython's name for a cell
_THROUGH = "your code does not get through: "


@dataclass(frozen=True)
class Problem:
    """Something that went wrong.

    Attributes:
        kind: in a few words.
        text: the rest, "" for nothing.
    """

    kind: str
    text: str


def problem_of_test(cell: NotebookNode, *, visible: bool) -> Problem | None:
    """What went wrong in a test cell; None where it passed.

    Args:
        cell: as it was run.
        visible: whether students have its source.
    """
    text = what_went_wrong(cell, visible=visible)
    return None if text is None else Problem(_kind(cell, text, visible), _shortened(text))


def problem_of_own(cell: NotebookNode) -> Problem | None:
    """What ended a cell of the student's own; None where it ran to its end."""
    text = error_of(cell, visible=True)
    return None if text is None else Problem(_kind(cell, text, True), _shortened(text))


def _kind(cell: NotebookNode, text: str, visible: bool) -> str:
    failure = cell.metadata.get(FAILURE)
    errors = [str(output.ename) for output in cell.get("outputs", ()) if output.output_type == "error"]
    if isinstance(failure, dict):
        kind = failure.get("kind")
        if kind == "student" and (visible or failure.get("builtin") == "NotImplementedError"):
            return _BY_ERROR.get(str(failure.get("name")), _BY_FAILURE["student"])
        if kind in _BY_FAILURE:
            return _BY_FAILURE[kind]
    for name in errors:
        if name in LIMITS:
            return _BY_ERROR[name]
    if not errors:
        return "It writes to stderr"
    if any(name in OWN_FAILURES for name in errors):
        found = next((words for pattern, words in _BY_MESSAGE if pattern.search(text)), "")
        return found or ("Not as it should be" if visible else "Hint")
    return _BY_ERROR.get(errors[0], "Your code raises an error")


def _shortened(text: str) -> str:
    """A message without what only the machine needs, and not longer than a screen."""
    text = text.removeprefix(_THROUGH)
    name, colon, rest = text.partition(": ")
    if colon and name in LIMITS:
        text = rest
    text = _CELL_FILE.sub(r" (\1)", text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} … ({len(text) - LONGEST} characters left out)"
