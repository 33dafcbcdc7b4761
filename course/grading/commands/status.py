"""`course status`: how far each assignment is, and what comes next."""

from __future__ import annotations

import argparse
import datetime as dt
import sys

from course.grading import deadlines
from course.grading.commands.showing import console, counted, new_table
from course.grading.due import Due
from course.grading.errors import Busy
from course.grading.settings import CourseFolder
from course.grading.status import Stage, read_status

_NUMBERS = ("handed\nin", "late", "graded", "by\nhand", "feedback", "mean\n%")
_SEVERAL = ("autograde", "feedback")  # commands that are given several assignments
_HINTS = {  # what is most urgent first
    "autograde": "course autograde {0}",
    "by hand": "points by hand in formgrader, in `jupyter lab`: {0}",
    "feedback": "course feedback {0}",
    "collect": "course collect ARCHIVE --assignment {0}",
    "release": "course release {0}",
    "grades": "course grades {0} --format moodle --output grades.csv (or canvas, csv)",
}


def run(options: argparse.Namespace) -> int:
    """`course status`."""
    course = CourseFolder.find(options.folder)
    notes = []
    try:
        deadlines.refresh(course)
    except Busy:
        notes.append("another course command is writing: numbers may change, and late penalties are of before")
    students, stages = read_status(course, options.assignments)
    columns = "assignment", "release", "due", *_NUMBERS, "next"
    table = new_table(counted(students, "student"), *columns, numbers=_NUMBERS)
    for stage in stages:
        table.add_row(*_cells(stage))
    console().print(table)
    print(f"next: {_hint(stages)}")
    for note in [*notes, *deadlines.unknown_students(course)]:
        print(f"course status: {note}", file=sys.stderr)
    return 0


def _hint(stages: list[Stage]) -> str:
    """The most urgent step, for all the assignments that it comes next for."""
    step = next(name for name in _HINTS if any(stage.next == name for stage in stages))
    those = [stage.assignment for stage in stages if stage.next == step]
    return _HINTS[step].format(" ".join(those) if step in _SEVERAL else those[0])


def _cells(stage: Stage) -> list[str]:
    counts = stage.submitted, stage.late, stage.graded, stage.by_hand, stage.feedback
    return [
        stage.assignment,
        stage.released,
        _due(stage.due),
        *map(_count, counts),
        "–" if stage.mean is None else f"{stage.mean:.0f}",
        stage.next,
    ]


def _count(count: int) -> str:
    return str(count or "–")


def _due(due: Due | None) -> str:
    """The time as it is written in due.toml, and how many have a later one."""
    if due is None:
        return "–"
    zone = "Z" if due.due.tzinfo == dt.UTC else ""
    return f"{due.due.day} {due.due:%b %H:%M}{zone}" + (f" +{len(due.extensions)}" if due.extensions else "")
