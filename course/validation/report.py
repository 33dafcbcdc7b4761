"""What a notebook is found to be: the whole of what `course validate` and `course.validate()` show."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from course.validation import handin, states
from course.validation.cells import NotebookError, read
from course.validation.handin import Finding
from course.validation.hints import Hints
from course.validation.process import Limits, Told, run
from course.validation.record import find, wanted
from course.validation.states import State

HIDDEN_LATER = "Hidden tests are run only when your instructor grades, so points may still be lost."
NOT_OURS = "it is not a notebook of this course: none of its cells is one of an exercise"


@dataclass(frozen=True)
class Report:
    """One notebook, looked at and run.

    Attributes:
        path: of the file.
        problem: why it could not be looked at; "" for nothing.
        exercises: each of them.
        questions: Think questions, each of them.
        findings: what else there is to say.
        seconds: that its cells took.
        key: assignment and name as it was released; "" where that is gone.
    """

    path: Path
    problem: str = ""
    exercises: list[State] = field(default_factory=list)
    questions: list[State] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0
    key: str = ""

    @property
    def is_ready(self) -> bool:
        """Whether it can be handed in as it is."""
        states_are_good = all(each.is_good for each in (*self.exercises, *self.questions))
        return not self.problem and states_are_good and not any(each.serious for each in self.findings)

    @property
    def summary(self) -> str:
        """How many exercises and questions are done, in a sentence or two."""
        parts = []
        if self.exercises:
            done, points = _done(self.exercises)
            total = len(self.exercises)
            noun, verb = ("exercise", "passes its check") if total == 1 else ("exercises", "pass their checks")
            parts.append(f"{done} of {total} {noun} {verb}{points}")
        if self.questions:
            done, _ = _done(self.questions)
            noun = "question" if len(self.questions) == 1 else "questions"
            parts.append(f"{done} of {len(self.questions)} Think {noun} answered")
        serious = sum(each.serious for each in self.findings)
        if serious:
            parts.append(f"{serious} {'thing' if serious == 1 else 'things'} to mend")
        return ", ".join(parts) + "." if parts else ""


def _done(all_states: list[State]) -> tuple[int, str]:
    good = [each for each in all_states if each.is_good]
    points, most = sum(each.points for each in good), sum(each.points for each in all_states)
    return len(good), f" ({points:g} of {most:g} {'point' if most == 1 else 'points'})" if most else ""


def look(path: Path, limits: Limits | None = None, told: Told = lambda done, total: None) -> Report:
    """Read a notebook, run it in a fresh process, and say how far it is.

    Args:
        path: of the file.
        limits: how long it may take; without them, twice what grading gives it.
        told: called before each cell, with its position and how many there are.
    """
    try:
        notebook = read(path)
        if not notebook.is_courses:
            return Report(path, NOT_OURS)
        limits = limits or _limits(notebook.record.get("seconds"))
        cells = wanted(notebook)
        found = find(notebook, cells)
        ran = run(notebook, limits, told)
    except NotebookError as problem:
        return Report(path, str(problem))
    solutions = {
        found.cells[each.id].number: each.id for each in cells if each.kind == "solution" and each.id in found.cells
    }
    gone = {name: each.id for each in cells if each.id not in found.cells for name in each.names}
    hints = Hints(notebook, ran, limits, solutions, gone)
    its = states.exercises(cells, found, ran, hints)
    key = f"{notebook.record.get('assignment', '')}/{notebook.record.get('notebook', '')}".strip("/")
    return Report(
        path,
        exercises=its,
        questions=states.questions(cells, found, notebook),
        findings=handin.findings(notebook, cells, found, ran, hints, its),
        seconds=ran.seconds,
        key=key,
    )


def _limits(written: object) -> Limits:
    """Twice what grading gives: a student's machine may be slower, and imports count here."""
    usual = Limits()
    if not isinstance(written, dict):
        return usual
    cell, notebook = written.get("cell"), written.get("notebook")
    return Limits(
        2 * cell if isinstance(cell, int | float) and cell >= 1 else usual.cell,
        6 * cell if isinstance(cell, int | float) and cell >= 1 else usual.other,
        2 * notebook if isinstance(notebook, int | float) and notebook >= 1 else usual.notebook,
    )
