"""An exercise as the page shows it: points, how its tests came out, what the student wrote, printed and drew."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from nbformat import NotebookNode

from course.grading.alt import caption_in, plain_text
from course.grading.feedback.exercises import Exercise
from course.grading.feedback.marks import Mark, NotebookMarks
from course.grading.feedback.parts import markdown_of
from course.grading.feedback.shown import (
    Budget,
    Html,
    Note,
    Picture,
    Piece,
    Text,
    pieces_of,
    shortened,
    without_places,
)
from course.grading.feedback.words import Problem, problem_of_own, problem_of_test
from course.grading.hiding import ASIDE, without_scheme
from course.grading.notebooks import grade_id, is_graded
from course.grading.rules import HIDDEN

CODE_LINES = (250, 50)  # the first and the last of a student's cell, where it is longer
LONGEST_CAPTION = 600
_TESTED = re.compile(r"#\s*(?:Tested here|Check)\s*:\s*", re.IGNORECASE)


@dataclass
class Test:
    """How one check or hidden test came out.

    Attributes:
        label: "Check" or "Hidden test".
        tested: what is tested there, in the words that students have; "" for none.
        mark: what it was given; None where it has no points.
        problem: what went wrong, or None.
        source: of the cell, where it is to be shown.
    """

    label: str
    tested: str
    mark: Mark | None
    problem: Problem | None
    source: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong and all points are there."""
        return self.problem is None and (self.mark is None or self.mark.points >= self.mark.of)


@dataclass
class Section:
    """An exercise or a Think question, as the page shows it.

    Attributes:
        name: its id.
        anchor: the same, unique in the page.
        points, of: earned, and possible.
        waiting: points that a person still has to give.
        unanswered: whether it is as it was released.
        extra: extra credit in the points.
        question: of a Think cell; None for others.
        scheme: its mark scheme, where that is to be shown.
        tests: how they came out.
        stopped: errors that ended cells of the student's own.
        comments: by hand.
        code: the student's cells.
        answer: what was written as text.
        printed: what the student's own cells and the checks showed.
        below: what cells of the course's under it showed.
        pictures: all of them, chosen or not.
    """

    name: str
    anchor: str
    points: float = 0.0
    of: float = 0.0
    waiting: float = 0.0
    unanswered: bool = False
    extra: float = 0.0
    question: Piece | None = None
    scheme: str = ""
    tests: list[Test] = field(default_factory=list)
    stopped: list[Problem] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    code: list[Text] = field(default_factory=list)
    answer: list[Piece] = field(default_factory=list)
    printed: list[Piece] = field(default_factory=list)
    below: list[Piece] = field(default_factory=list)

    @property
    def pictures(self) -> list[Picture]:
        """All pictures of the exercise, chosen or not."""
        return [piece for piece in (*self.printed, *self.below) if isinstance(piece, Picture)]

    @property
    def lost_pictures(self) -> int:
        """How many were left out, because the page is full."""
        return sum(not picture.chosen for picture in self.pictures)

    @property
    def state(self) -> str:
        """In a word: "waiting", "unanswered", "right", "partly" or "wrong"."""
        if self.waiting:
            return "waiting"
        if self.unanswered and self.points <= 0:
            return "unanswered"
        if self.points >= self.of and not (self.stopped and not self.of):
            return "right"
        return "partly" if self.points > 0 else "wrong"


def section_of(
    exercise: Exercise, notebook: NotebookMarks, budget: Budget, show_hidden: bool, shown: Mapping[str, str]
) -> Section:
    """An exercise, as the page of a submission shows it.

    Args:
        exercise: its cells, as they were run.
        notebook: what it was given.
        budget: of the page; has less afterwards.
        show_hidden: keep hidden tests and the mark scheme.
        shown: what figures show, by the ids of their cells.
    """
    section = Section(exercise.name, f"{notebook.name}-{exercise.name}")
    for cell in _cells_of(exercise):
        name = grade_id(cell)
        mark = notebook.marks.get(name) if name and is_graded(cell) else None
        if mark is not None:
            section.points, section.of = section.points + mark.points, section.of + mark.of
            section.extra += mark.extra
            section.waiting += mark.of if mark.waiting else 0.0
        if name in notebook.comments and notebook.comments[name] not in section.comments:
            section.comments.append(notebook.comments[name])
        section.unanswered = section.unanswered or name in notebook.unanswered
    if exercise.question is not None:
        source = without_scheme(exercise.question.source)
        section.question = _written(source, exercise.question.get("attachments"), budget)
        section.scheme = exercise.question.source if show_hidden else ""
        section.unanswered = not exercise.own
    for cell in exercise.own:
        if cell.cell_type == "code":
            section.code.append(_code(cell.source, budget))
            problem = problem_of_own(cell)
            if problem:
                section.stopped.append(Problem(problem.kind, without_places(problem.text)))
            section.printed += pieces_of(_open_outputs(cell), budget, _drawn(exercise, cell))
        elif cell.cell_type == "markdown":
            section.answer.append(_written(cell.source, cell.get("attachments"), budget))
    for cell, visible in exercise.tests:
        name = grade_id(cell)
        section.tests.append(_test(cell, visible, notebook.marks.get(name or ""), show_hidden))
        if visible:
            section.printed += pieces_of(_open_outputs(cell), budget, _drawn(exercise, cell))
    for cell, under in exercise.below:
        what = _drawn(exercise, cell)
        if cell.get("id") in shown:  # the course's words; a wrong answer's figure can look otherwise
            what += f". What to see in it: {shown[cell.id]}"
        section.below += pieces_of(_open_outputs(cell), budget, what, _caption(under))
        problem = problem_of_own(cell)
        if problem:
            text = without_places(problem.text)
            section.below.append(Note(f"The cell {cell.get('id', '')} below it stopped: {text}"))
    return section


def _cells_of(exercise: Exercise) -> Iterator[NotebookNode]:
    if exercise.question is not None:
        yield exercise.question
    yield from exercise.own
    yield from (cell for cell, _ in exercise.tests)


def _open_outputs(cell: NotebookNode) -> list[NotebookNode]:
    """Outputs that are not for the instructor alone."""
    return [output for output in cell.get("outputs", ()) if not output.get("metadata", {}).get(ASIDE)]


def _test(cell: NotebookNode, visible: bool, mark: Mark | None, show_hidden: bool) -> Test:
    problem = problem_of_test(cell, visible=visible)
    if problem:
        problem = Problem(problem.kind, without_places(problem.text))
    seen = list(takewhile(lambda line: f"BEGIN {HIDDEN}" not in line, cell.source.split("\n")))
    comments = [line for line in takewhile(lambda line: line.startswith("#"), seen)] if seen else []
    tested = _TESTED.sub("", " ".join(comments), count=1).lstrip("# ").strip()[:300]
    return Test(
        "Check" if visible else "Hidden test",
        tested[:1].lower() + tested[1:],
        mark,
        problem,
        cell.source if show_hidden and not visible else "",
    )


def _code(source: str, budget: Budget) -> Text:
    short = shortened(source, *CODE_LINES)
    return short if budget.take_text(short.text) else Text("", "left out, because the page is full")


def _written(source: str, attachments: object, budget: Budget) -> Piece:
    """Text of a student's or a question's, set as Markdown; as it was typed where it is too much for that."""
    made = None
    if budget.take_html(source):
        made = markdown_of(source, attachments)
        if made is not None and len(made) - len(source) > 40_000:  # its pictures
            if len(made) <= budget.pictures:
                budget.pictures -= len(made)
            else:
                made = markdown_of(source)
    if made is not None:
        return Html(made)
    short = shortened(source)
    return short if budget.take_text(short.text) else Note("This text was left out, because the page is full.")


def _drawn(exercise: Exercise, cell: NotebookNode) -> str:
    name = grade_id(cell) or str(cell.get("id", ""))
    return f"of {exercise.name}" + (f", drawn by the cell {name}" if name and name != exercise.name else "")


def _caption(source: str) -> str:
    """What the notebook says under a figure, as plain text."""
    text = plain_text(caption_in(source))
    return text if len(text) <= LONGEST_CAPTION else f"{text[:LONGEST_CAPTION].rpartition(' ')[0]} …"
