"""Says in a student's words what an error of their notebook means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from course.stubs import NOT_WRITTEN
from course.validation.cells import Cell, Notebook
from course.validation.names import Names
from course.validation.process import Limits
from course.validation.running import Error, Frame, Run

_LOCAL = re.compile(r"variable '(\w+)'")
MOST = 600  # characters of what an error says
_SPOKEN = {
    "RecursionError": "a function calls itself without an end",
    "MemoryError": "it needs more memory than there is",
    "StdinNotImplementedError": "input() asks, and nobody is there to answer: write the value into the code",
    "EOFError": "it waits for somebody to type, and nobody is there: write the value into the code",
    "SystemExit": "it ends with exit() or sys.exit(): take that line out",
    "KeyboardInterrupt": "it raises KeyboardInterrupt, as if somebody had pressed Stop",
}


@dataclass(frozen=True)
class Hint:
    """What an error means.

    Attributes:
        text: in words.
        follows: whether it is there only because of something above, of which there is a hint of its own.
        unwritten: the exercise whose code was not written yet; "" for none.
    """

    text: str
    follows: bool = False
    unwritten: str = ""


class Hints:
    """Hints about one run of one notebook."""

    def __init__(
        self,
        notebook: Notebook,
        run: Run,
        limits: Limits,
        solutions: Mapping[int, str],
        released: Mapping[str, str],
    ) -> None:
        """
        Args:
            notebook: a student's.
            run: what came of it.
            limits: that it ran under.
            solutions: number of a solution cell to its exercise.
            released: name that a solution cell makes to its exercise, of those that are not in the notebook.
        """
        self._cells = {cell.number: cell for cell in notebook.cells}
        self._run, self._limits, self._solutions = run, limits, solutions
        self.names = Names(notebook, released)

    def of(self, cell: Cell) -> Hint | None:
        """What kept a cell from running to its end; None where nothing did."""
        run, number = self._run, cell.number
        if number in run.slow:
            text = f"it ran longer than {self._limits.of(cell.role):g} s and was stopped: a loop without an end?"
            return Hint(text)
        if number == run.stopped:
            return Hint(run.why)
        error = run.errors.get(number)
        if error is not None:
            return self._of_error(error, number)
        if number not in run.ran:
            return Hint(self._not_reached(), follows=True)
        return None

    def _not_reached(self) -> str:
        if not self._run.stopped:
            return "it was not run"
        return f"not reached: {self._cells[self._run.stopped].shown} ended the notebook"

    def _of_error(self, error: Error, cell: int) -> Hint:
        where = error.frames[-1] if error.frames else Frame(cell, 0, "<module>")
        exercise = self._solutions.get(where.cell, "")
        if error.kind == "NotImplementedError" and error.text == NOT_WRITTEN:
            return Hint(f"{exercise or 'a function'} is not written yet", exercise != "", exercise)
        text = " ".join(error.text.split()) if "CheckFailed" not in error.kinds else error.text.strip()
        text = text if len(text) <= MOST else text[: MOST - 1] + "…"
        if "CheckFailed" in error.kinds:
            return Hint(text)
        if error.kind == "UnboundLocalError" and (local := _LOCAL.search(text)):
            return Hint(f"{local[1]} is used before it is given a value{self._at(where, cell)}")
        if error.kind == "NameError" and error.name:
            why, follows = self.names.why_missing(error.name, cell, self._run)
            return Hint(f"NameError: {why}", follows)
        if "AssertionError" in error.kinds and not text:
            return Hint(f"an assertion does not hold: {self._line(where)}")
        if error.kind == "AssertionError":
            return Hint(text)
        if "ModuleNotFoundError" in error.kinds:
            missing = error.name or text
            return Hint(
                f"{missing} is not installed here; grading has only what the course needs{self._at(where, cell)}"
            )
        if "FileNotFoundError" in error.kinds:
            what = error.name or text
            return Hint(f"there is no file {what} beside the notebook{self._at(where, cell)}")
        if error.kind in _SPOKEN:
            return Hint(_SPOKEN[error.kind] + self._at(where, cell))
        said = f"{error.kind}: {text}" if text else error.kind
        return Hint(said + self._at(where, cell))

    def _at(self, where: Frame, cell: int) -> str:
        """Where in the notebook: the line's text, because lines have no visible numbers either."""
        if not where.line or where.cell not in self._cells:
            return ""
        line = self._line(where)
        function = f" of {where.function}" if not where.function.startswith("<") else ""
        other = "" if where.cell == cell or function else f" in {self._cells[where.cell].shown}"
        return (
            f" (line {where.line}{function}{other}: {line})" if line else f" (line {where.line}{function}{other})"
        )

    def _line(self, where: Frame) -> str:
        cell = self._cells.get(where.cell)
        lines = cell.source.splitlines() if cell else []
        line = lines[where.line - 1].strip() if 0 < where.line <= len(lines) else ""
        return line if len(line) <= 60 else line[:59] + "…"
