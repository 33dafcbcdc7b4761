"""`course demo`: a made-up class, graded."""

from __future__ import annotations

import argparse
from pathlib import Path

from course.grading import autograde as grader
from course.grading import demo as made_up
from course.grading import feedback as pages
from course.grading.commands.showing import progress_bar, refuse_absent_device, show_rows
from course.grading.engine import sandbox
from course.grading.settings import CourseFolder


def run(options: argparse.Namespace) -> int:
    """`course demo`."""
    course = CourseFolder.find(options.folder)
    refuse_absent_device(None)
    folder = options.directory or course.root / "demo"
    chosen = course.choose([]) if options.all else [made_up.first_with_several(course)]
    made = made_up.make_class(course, folder, chosen)
    print(f"a class of {len(made_up.CLASS)} in {_short(folder)}/submitted, for {', '.join(made.assignments())}")
    confined = sandbox.find_problem() is None  # the class is our own: it may run without
    with progress_bar("grading") as progress:
        rows = grader.autograde(
            made, [], [], grader.Options(jobs=options.jobs, confined=confined), progress=progress
        )
    written = pages.feedback(made, [], [], jobs=options.jobs)
    status = show_rows(rows, {student.id: student.what for student in made_up.CLASS})
    print(f"feedback: {_short(written[0])} and {len(written) - 1} more")
    print(f"look at all of it in formgrader: cd {_short(folder)} && jupyter lab")
    return status


def _short(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
