"""How far each exercise and each Think question of a notebook is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from course.stubs import NOT_WRITTEN
from course.validation.cells import Cell, Notebook
from course.validation.hints import Hints
from course.validation.record import SECTION_FEEDBACK, Found, Wanted, fingerprint
from course.validation.running import Run

PASSED, FAILED, NOT_STARTED = "passed", "failed", "not started"
ANSWERED, EMPTY = "answered", "empty"
_HEADING = re.compile(r"#{1,6}\s+(?:Think\b[:.]?\s*)?(.+)")
_INVITATION = re.compile(r"^\W*(?:your answer(?: here)?|write your answer here[^*\n]*)\W*", re.IGNORECASE)


@dataclass(frozen=True)
class State:
    """How far one exercise or question is.

    Attributes:
        name: of the exercise, or the question's title.
        state: PASSED, FAILED, NOT_STARTED, ANSWERED or EMPTY.
        hint: what is wrong; "" for nothing.
        points: that its visible check gives, or a person.
        hidden: points of its hidden tests.
    """

    name: str
    state: str
    hint: str = ""
    points: float = 0
    hidden: float = 0

    @property
    def is_good(self) -> bool:
        """Whether it is ready to be handed in."""
        return self.state in (PASSED, ANSWERED)


def exercises(wanted: Sequence[Wanted], found: Found, run: Run, hints: Hints) -> list[State]:
    """All exercises, in the order they were released in.

    Args:
        wanted: the cells of a hand-in.
        found: those that the notebook has.
        run: what came of it.
        hints: about that.
    """
    made = []
    for each in wanted:
        if each.kind == "solution":
            of_it = [other for other in wanted if other.exercise == each.exercise]
            points = sum(other.points for other in of_it if other.kind == "check")
            hidden = sum(other.points for other in of_it if other.kind == "hidden")
            check = next((other for other in of_it if other.kind == "check"), None)
            state, hint = _exercise(each, check, found, run, hints)
            made.append(State(each.id, state, hint, points, hidden))
    return made


def _exercise(each: Wanted, check: Wanted | None, found: Found, run: Run, hints: Hints) -> tuple[str, str]:
    own = found.cells.get(each.id)
    if own is None:
        return FAILED, "the cell for your code is not in the notebook"
    tested = found.cells.get(check.id) if check is not None else None
    stub = NOT_WRITTEN in own.source
    untouched = fingerprint(own.source) == each.text if each.text else stub
    broken = hints.of(own)
    if broken is not None and not (untouched and broken.unwritten):
        return FAILED, broken.text
    if tested is None:
        return (NOT_STARTED if untouched else FAILED), "" if untouched else "its check is not in the notebook"
    wrong = hints.of(tested)
    if wrong is not None and wrong.unwritten == each.id and not untouched:
        line = f'raise NotImplementedError("{NOT_WRITTEN}")'
        if any(line == one.strip() for one in own.source.splitlines()):
            return FAILED, "your code comes to the line `raise NotImplementedError(…)`: delete that line"
    if untouched and wrong is not None:
        return NOT_STARTED, ""
    if wrong is not None and wrong.unwritten:
        return FAILED, f"it needs {wrong.unwritten}, which is not written yet"
    if wrong is not None:
        return FAILED, wrong.text
    if check is not None and check.text and fingerprint(tested.source) != check.text:
        return FAILED, "its check was changed, so that it passes says nothing: undo the change"
    if check is not None and tested.number in run.values and run.values[tested.number] < check.points:
        given, most = run.values[tested.number], check.points
        return FAILED, f"its check gives {given:g} of {most:g} points"
    if tested.number in run.warned:
        said = (run.warned[tested.number].strip().splitlines() or [""])[0]
        return FAILED, f"your code writes to the error stream, which grading takes for a failure: {said[:200]}"
    return PASSED, ""


def questions(wanted: Sequence[Wanted], found: Found, notebook: Notebook) -> list[State]:
    """All Think questions, in the order they were released in.

    Args:
        wanted: the cells of a hand-in.
        found: those that the notebook has.
        notebook: a student's.
    """
    made = []
    for each in wanted:
        if each.kind != "think":
            continue
        cell = found.cells.get(each.id)
        if cell is None:
            made.append(State(_spoken(each.id), EMPTY, "the question is not in the notebook", each.points))
            continue
        heading = _HEADING.search(cell.source)
        name = heading[1].strip().rstrip("?:.") if heading else _spoken(each.id)
        answered = any(is_written(below, each.placeholder) for below in _below(notebook, cell, each))
        made.append(State(name, ANSWERED if answered else EMPTY, "", each.points))
    return made


def _spoken(name: str) -> str:
    return name.partition("_")[2].replace("_", " ") or name


def _below(notebook: Notebook, question: Cell, wanted: Wanted) -> Iterator[Cell]:
    """The cells that may hold the answer: those up to what the notebook itself goes on with."""
    for cell in notebook.cells[question.number :]:
        ends = cell.role or SECTION_FEEDBACK in cell.tags or fingerprint(cell.source) == wanted.until
        if ends or (cell.kind == "markdown" and not wanted.until and re.match(r"#{1,3} ", cell.source)):
            return
        yield cell


def is_written(cell: Cell, placeholder: str = "") -> bool:
    """Whether something is written in a cell for an answer.

    Args:
        cell: under a question.
        placeholder: fingerprint of what was there when it was released.
    """
    if cell.has_files:
        return True
    if placeholder and fingerprint(cell.source) == placeholder:
        return False
    return re.search(r"\w", _INVITATION.sub("", cell.source)) is not None
