"""Which kinds of mistakes a class made: what tests told students, without the values that differ between them."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from course.grading.engine.transcript import FAILURE
from course.grading.hiding import LIMITS, OWN_FAILURES, error_of, needs_tester, what_went_wrong
from course.grading.notebooks import grade_id, is_graded, role
from course.grading.report.gather import Gathered

LONGEST = 240  # characters of a message
MANY = 3  # who get the same message did not write it themselves
UNNAMED = "a message of one's own code (left out here)"
_VALUE = re.compile(r"^(.*?): (wrong shape|wrong type|wrong value|NaN)\b(.*)$", re.DOTALL)
_EXPECTED = re.compile(r"^(.*?): expected .*, yours (?:raises )?.*$", re.DOTALL)
_SLIPS = {  # what course.check adds where the numbers give a slip away, and how it is said here
    "The values are right.": "the values are right",
    "Does the function return its result?": "None: is the result returned?",
    "Is it called, with its arguments?": "a function: is it called?",
    "The sign is flipped.": "the sign is flipped",
    "Yours is the transpose.": "the transpose",
    "times the expected one.": "off by a constant factor",
}


@dataclass(frozen=True)
class Mistake:
    """One kind of mistake.

    Attributes:
        notebook: name.
        exercise: its id.
        where: "solution", "check", "hidden" or "test": what said it first.
        text: what students were told.
        students: how many.
    """

    notebook: str
    exercise: str
    where: str
    text: str
    students: int


def mistakes(gathered: Gathered, *, pseudonyms: bool = False) -> list[Mistake]:
    """Every kind of mistake that the graded notebooks show, by exercise in order, the most frequent first.

    Args:
        gathered: the assignment.
        pseudonyms: leave out messages that a student's code may have made.
    """
    seen: dict[tuple[str, str, str], dict[str, str]] = {}  # notebook, exercise, text: student to where
    for entry in gathered.entries:
        for notebook, cells in entry.notebooks.items():
            for cell in cells:
                found = _mistake(cell)
                if found:
                    exercise, where, text = found
                    seen.setdefault((notebook, exercise, text), {}).setdefault(entry.student, where)
    if pseudonyms:
        seen = _anonymous(seen, gathered.masters)
    order = {(each.notebook, each.name): place for place, each in enumerate(gathered.exercises)}
    made = [
        Mistake(notebook, exercise, _usual(students.values()), text, len(students))
        for (notebook, exercise, text), students in seen.items()
    ]
    last = len(order)
    return sorted(made, key=lambda m: (order.get((m.notebook, m.exercise), last), m.exercise, -m.students, m.text))


def _usual(places: Iterable[str]) -> str:
    counts = Counter(places)
    return max(sorted(counts), key=lambda place: counts[place])


def _mistake(cell: NotebookNode) -> tuple[str, str, str] | None:
    """Exercise, place and text of what an executed cell says."""
    its = role(cell)
    if its.kind == "solution":
        text = error_of(cell, visible=False)
        return (its.exercise, "solution", _short(text)) if text else None
    if not is_graded(cell) or needs_tester(cell):
        return None
    where = its.kind if its.kind in ("check", "hidden") else "test"
    text = what_went_wrong(cell, visible=where == "check" and _says_itself(cell))
    if text is None:
        return None
    return its.exercise or str(grade_id(cell)), where, _short(_without_values(text) if where == "check" else text)


def _says_itself(cell: NotebookNode) -> bool:
    """Whether course.check has written the message: an exception of the student's could say anything."""
    failure = cell.metadata.get(FAILURE)
    if isinstance(failure, Mapping):
        return failure.get("kind") == "check"
    return any(output.get("ename") in OWN_FAILURES for output in cell.get("outputs", ()))


def _without_values(text: str) -> str:
    """A check's message without the numbers of one student."""
    match = _VALUE.match(text)
    if match:
        slips = [words for ending, words in _SLIPS.items() if ending in match[3]]
        return f"{match[1]}: {match[2]}" + (f" ({slips[0]})" if slips else "")
    match = _EXPECTED.match(text)
    return f"{match[1]}: not what is expected" if match else text


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


# Pseudonymous ----------------------------------------------------------------------------------------------------

_TOLD = re.compile(r"(?:your code (?:raises|does not get through:)|the test can't use what .* back) \(?(\w+)\)?")


def _anonymous(
    seen: Mapping[tuple[str, str, str], dict[str, str]], masters: Mapping[str, NotebookNode]
) -> dict[tuple[str, str, str], dict[str, str]]:
    """The same with messages that one or two students' code may have made put together under one name."""
    safe = {name: _texts(master) for name, master in masters.items()}
    kept: dict[tuple[str, str, str], dict[str, str]] = {}
    for (notebook, exercise, text), students in seen.items():
        known = len(students) >= MANY or _is_ours(text, safe.get(notebook, frozenset()))
        kept.setdefault((notebook, exercise, text if known else UNNAMED), {}).update(students)
    return kept


def _is_ours(text: str, texts: frozenset[str]) -> bool:
    """Whether a message holds nothing but what the course and the instructor have written."""
    told = _TOLD.fullmatch(text)
    if told:
        return isinstance(getattr(builtins, told[1], None), type)
    limit = text.partition(":")[0] in LIMITS and not any(character in text for character in "`'\"")
    return limit or text in texts or text.rpartition(": ")[0] in texts or text in _OURS


_OURS = (
    "a value is not the expected one",
    "your code writes to stderr while it is tested",
    "what the test asserts does not hold",
    "your code gives back something that is no number, array or other plain data",
)


def _texts(master: NotebookNode) -> frozenset[str]:
    """Every text that the master's cells say, and that its names are not defined."""
    found: set[Any] = set()
    for cell in master.cells:
        if cell.cell_type == "code":
            try:
                tree = ast.parse(cell.source)
            except (SyntaxError, ValueError):
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(_short(node.value))
                elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                    found.add(f"{node.name} is not defined: did its cell run without an error?")
    return frozenset(found)
