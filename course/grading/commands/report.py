"""`course report`: a page an assignment."""

from __future__ import annotations

import argparse
import os

from course.grading.commands.showing import console, new_table, progress_bar
from course.grading.report import page
from course.grading.settings import CourseFolder


def run(options: argparse.Namespace) -> int:
    """`course report`."""
    course = CourseFolder.find(options.folder)
    how = page.Options(options.pseudonyms, options.output, options.pairs)
    with progress_bar("reporting") as progress:
        written = page.report(course, options.assignments, how, progress)
    numbers = ("students", "handed in", "graded", "median", "of", "alike pairs")
    table = new_table("Reports", "assignment", *numbers, numbers=numbers)
    for each in written:
        table.add_row(
            each.assignment,
            str(each.enrolled),
            str(each.handed_in),
            str(each.graded),
            "–" if each.middle is None else f"{each.middle:g}",
            f"{each.of:g}",
            str(each.pairs) if options.pairs else "–",
        )
    console().print(table)
    path = written[0].path
    if len(written) > 1:
        path = path.with_name(path.name.replace(written[0].assignment, "ASSIGNMENT", 1))
    print(f"{len(written)} page{'s' if len(written) > 1 else ''}: {os.path.relpath(path)}")
    return 0
