"""`course autograde`: what was handed in, graded; and graded again."""

from __future__ import annotations

import argparse

from course.grading import autograde as grader
from course.grading import regrade as regrading
from course.grading.commands.showing import (
    MANY,
    console,
    new_table,
    progress_bar,
    refuse_absent_device,
    say_failures,
    show_rows,
)
from course.grading.errors import CourseError
from course.grading.settings import CourseFolder


def run(options: argparse.Namespace) -> int:
    """`course autograde`."""
    course = CourseFolder.find(options.folder)
    refuse_absent_device(options.device)
    how = grader.Options(jobs=options.jobs, device=options.device, confined=not options.unsafe_no_sandbox)
    if options.regrade:
        return _regrade(course, options, how)
    if options.yes or options.why:
        raise CourseError("--yes and --why belong to --regrade")
    with progress_bar("grading") as progress:
        rows = grader.autograde(course, options.assignments, options.student, how, progress=progress)
    return show_rows(rows)


def _regrade(course: CourseFolder, options: argparse.Namespace, how: grader.Options) -> int:
    with progress_bar("grading again") as progress:
        outcome = regrading.regrade(
            course, options.assignments, options.student, how, confirmed=options.yes, why=options.why,
            progress=progress,
        )  # fmt: skip
    show_changes(outcome.changes, sum(not row.problem for row in outcome.rows))
    if outcome.kept:
        print(f"kept, and logged in {regrading.LOG}")
    else:
        print("nothing is changed yet; to keep it, the same command with --yes --why 'the reason'")
    if outcome.kept_aside:
        print(f"the gradebook as it was: {course.relative(outcome.kept_aside)}")
    return say_failures(outcome.rows)


def show_changes(changes: list[regrading.Change], total: int) -> None:
    """Print who gains or loses what, a table an assignment."""
    for assignment in dict.fromkeys(change.assignment for change in changes):
        numbers = ("before", "after", "change")
        table = new_table(assignment, "student", *numbers, "cells", numbers=numbers)
        for change in changes:
            if change.assignment == assignment:
                table.add_row(*_change_cells(change))
        console().print(table)
    gain = sum(change.after > (change.before or 0) for change in changes)
    lose = sum(change.after < (change.before or 0) for change in changes)
    print(f"{total} graded again: {gain} gain, {lose} lose, {total - gain - lose} keep their points")


def _change_cells(change: regrading.Change) -> list[str]:
    before = "–" if change.before is None else f"{change.before:g}"
    difference = change.after - (change.before or 0)
    cells = [f"{cell}: {was:g} → {now:g}" for cell, (was, now) in change.cells.items()]
    shown = cells if len(cells) <= MANY else [*cells[: MANY - 1], f"and {len(cells) - MANY + 1} more"]
    return [change.student, before, f"{change.after:g}", f"{difference:+g}", "\n".join(shown)]
