"""`course students --erase`: what is kept about a student, and that it is gone."""

from __future__ import annotations

from course.grading import erase as eraser
from course.grading.commands.showing import console, counted, new_table
from course.grading.settings import CourseFolder

MANY = 20  # mentions up to this many are shown


def erase_student(course: CourseFolder, student: str, *, confirmed: bool) -> int:
    """List what is kept about a student, or erase it; returns the exit status."""
    erasure = eraser.erase(course, student, confirmed=confirmed)
    title = f"erased of {student}" if erasure.done else f"kept about {student}"
    _show(title, erasure.traces)
    if erasure.left:
        _show("these name the student and stay: look at each, and decide", erasure.left[:MANY])
        if len(erasure.left) > MANY:
            print(f"and {len(erasure.left) - MANY} more")
    if not erasure.done:
        print(
            f"nothing is erased yet; to erase {counted(len(erasure.traces), 'place')}: the same command with --yes"
        )
    print("not looked for: the LMS, an exchange, a repository's history, backups, what JupyterLab remembers")
    return 0


def _show(title: str, traces: list[eraser.Trace]) -> None:
    print(f"{title}:")
    table = new_table("", "where", "what")
    for trace in traces:
        table.add_row(trace.where, trace.what)
    console().print(table)
