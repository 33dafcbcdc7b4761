"""The page of one submission, as HTML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import jinja2

from course.grading.alt import alt_texts
from course.grading.due import Due, with_zone
from course.grading.feedback.exercises import Released, exercises_of
from course.grading.feedback.marks import Marks, NotebookMarks
from course.grading.feedback.reading import read_executed
from course.grading.feedback.sections import Section, section_of
from course.grading.feedback.shown import Budget, choose_pictures


@dataclass
class Part:
    """One notebook of the page."""

    marks: NotebookMarks
    title: str
    handed_in: bool
    sections: list[Section]

    @property
    def name(self) -> str:
        """The notebook's name."""
        return self.marks.name


@dataclass(frozen=True)
class Lateness:
    """When it was due and when it came, in words; "" for what is not known."""

    points: float = 0.0
    late: str = ""
    due: str = ""
    came: str = ""
    policy: str = ""


def render(
    assignment: str,
    marks: Marks,
    graded: Path,
    given: Mapping[str, Released],
    due: Due | None,
    policy: str,
    *,
    show_hidden: bool = False,
) -> str:
    """The page of a submission, as HTML.

    Args:
        assignment: its name.
        marks: what the gradebook says.
        graded: the submission's folder in autograded/.
        given: notebook to what every student got.
        due: when the assignment is due, or None.
        policy: the late policy, as the settings say it; "" for none.
        show_hidden: show hidden tests and mark schemes, too.
    """
    budget = Budget()
    parts = []
    for notebook in marks.notebooks:
        path = graded / f"{notebook.name}.ipynb"
        its = given.get(notebook.name, Released("", frozenset()))
        sections = []
        if path.is_file():
            executed = read_executed(path.read_bytes())
            shown = alt_texts(executed)
            for exercise in exercises_of(executed, its):
                section = section_of(exercise, notebook, budget, show_hidden, shown)
                if section.of or section.tests or section.code or section.answer or section.comments:
                    sections.append(section)
        parts.append(Part(notebook, its.title, path.is_file(), sections))
    choose_pictures([section.pictures for part in parts for section in part.sections], budget)
    return _template().render(
        assignment=assignment,
        marks=marks,
        points=sum(part.marks.points for part in parts),
        of=sum(part.marks.of for part in parts),
        waiting=[section for part in parts for section in part.sections if section.waiting],
        parts=parts,
        lateness=_lateness(marks, due, policy),
    )


def _lateness(marks: Marks, due: Due | None, policy: str) -> Lateness:
    points = sum(notebook.penalty for notebook in marks.notebooks)
    if due is None or marks.time is None:
        return Lateness(points, policy=policy)
    deadline = with_zone(due.of(marks.student))
    came = with_zone(marks.time).astimezone(deadline.tzinfo)
    return Lateness(points, _span(due.late_by(marks.student, marks.time)), _when(deadline), _when(came), policy)


def _when(time: dt.datetime) -> str:
    return f"{time.day} {time:%B %Y, %H:%M} {time.tzname() or ''}".strip()


def _span(late: dt.timedelta) -> str:
    """How long, in the two largest units; "" for no time at all."""
    minutes = -(-int(late.total_seconds()) // 60)
    counts = ((minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
    words = [f"{count} {unit}" + ("" if count == 1 else "s") for count, unit in counts if count]
    return " and ".join(words[:2])


@cache
def _template() -> jinja2.Template:
    source = resources.files("course.grading").joinpath("templates/feedback_index.html").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["points"] = lambda points: f"{round(points, 2) + 0.0:g}"
    return environment.from_string(source)
