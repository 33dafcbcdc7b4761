"""What a released notebook says about itself, so that a copy of it can be compared: the cells that a hand-in has.

Release writes it (:mod:`course.grading.pipeline`), into the notebook's own metadata; `course validate` reads it.
It holds ids, points and fingerprints, which say whether a text is still the same and nothing else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course.validation.cells import Cell, Notebook, role_of

SECTION_FEEDBACK = "section-feedback"  # tag of cells that ask about a section; they may be deleted
_DEFINED = re.compile(r"^(?:async +)?(?:def|class) +(\w+)", re.MULTILINE)
_LENGTH = 16  # of a fingerprint


@dataclass(frozen=True)
class Wanted:
    """A cell that a hand-in has.

    Attributes:
        id: as nbgrader knows it.
        kind: "solution", "check", "hidden", "think" or "locked".
        points: what it is worth.
        text: fingerprint of its text as released; "" where that is not known.
        names: functions and classes that a solution cell begins.
        placeholder: of a Think question, fingerprint of the cell for the answer.
        until: of a Think question, fingerprint of the first cell that is no answer to it any more.
    """

    id: str
    kind: str
    points: float = 0
    text: str = ""
    names: tuple[str, ...] = ()
    placeholder: str = ""
    until: str = ""

    @property
    def exercise(self) -> str:
        """The id of the exercise that a solution, check or hidden cell is of."""
        return self.id.partition("_")[2] if self.kind in ("check", "hidden") else self.id


def fingerprint(text: str) -> str:
    """Of a text, whatever editors do to the ends of its lines and to empty ones."""
    words = "\n".join(line.rstrip() for line in text.splitlines() if line.strip())
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:_LENGTH]


# At release ------------------------------------------------------------------------------------------------------


def describe(cells: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What release writes about the cells of a notebook that a hand-in has, in their order.

    Args:
        cells: of the released notebook, as JSON has them, with sources that are text.
    """
    found = []
    own = [cell for cell in cells if SECTION_FEEDBACK not in cell["metadata"].get("tags", ())]
    for index, cell in enumerate(own):
        nbgrader = cell["metadata"].get("nbgrader") or {}
        kind = role_of(nbgrader)
        if not kind:
            continue
        one: dict[str, Any] = {"id": nbgrader["grade_id"], "kind": kind, "text": fingerprint(cell["source"])}
        if nbgrader.get("grade") or nbgrader.get("task"):
            one["points"] = nbgrader.get("points", 0)
        if kind == "solution" and cell["cell_type"] == "code":
            one["names"] = _DEFINED.findall(cell["source"])
        if kind == "think":
            below = [fingerprint(each["source"]) for each in own[index + 1 : index + 3]]
            one |= dict(zip(("placeholder", "until"), below, strict=False))
        found.append(one)
    return found


# In a student's copy ---------------------------------------------------------------------------------------------


def wanted(notebook: Notebook) -> list[Wanted]:
    """The cells that a hand-in has; of a notebook whose record is gone, those that are in it."""
    written = notebook.record.get("cells")
    found = [_wanted(each) for each in written] if isinstance(written, list) else []
    sound = [each for each in found if each is not None]
    if sound:
        return sound
    own = {cell.grade_id: cell for cell in notebook.cells if cell.grade_id}
    return [Wanted(name, cell.role, cell.points) for name, cell in own.items()]


def _wanted(written: Any) -> Wanted | None:
    if not isinstance(written, dict) or not all(
        isinstance(written.get(key), str) for key in ("id", "kind", "text")
    ):
        return None
    points, names = written.get("points", 0), written.get("names", ())
    return Wanted(
        written["id"],
        written["kind"],
        points if isinstance(points, int | float) else 0,
        written["text"],
        tuple(each for each in names if isinstance(each, str)) if isinstance(names, list) else (),
        str(written.get("placeholder", "")),
        str(written.get("until", "")),
    )


@dataclass(frozen=True)
class Found:
    """The cells of a hand-in that a notebook has.

    Attributes:
        cells: id to cell; of several the last, as in grading.
        twice: id to all of them, where there are several.
    """

    cells: Mapping[str, Cell]
    twice: Mapping[str, list[Cell]]


def find(notebook: Notebook, cells: Sequence[Wanted]) -> Found:
    """Find the cells as grading does: by nbgrader's id, else by the cell's, else by what they define, else by text.

    Args:
        notebook: a student's.
        cells: what is looked for.
    """
    names = {each.id for each in cells}
    found = {each.id: [cell for cell in notebook.cells if cell.grade_id == each.id] for each in cells}
    free = [cell for cell in notebook.cells if cell.grade_id not in names]
    for each in cells:
        for is_it in () if found[each.id] else (_has_id, _defines, _has_text):
            matches = [cell for cell in free if is_it(cell, each)]
            if matches:
                found[each.id] = matches[-1:]
                free.remove(matches[-1])
                break
    return Found(
        {name: its[-1] for name, its in found.items() if its},
        {name: its for name, its in found.items() if len(its) > 1},
    )


def _has_id(cell: Cell, wanted: Wanted) -> bool:
    return wanted.id in cell.ids


def _defines(cell: Cell, wanted: Wanted) -> bool:
    return cell.kind == "code" and not set(wanted.names).isdisjoint(_DEFINED.findall(cell.source))


def _has_text(cell: Cell, wanted: Wanted) -> bool:
    return bool(wanted.text) and bool(cell.source.strip()) and fingerprint(cell.source) == wanted.text
