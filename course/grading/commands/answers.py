"""`course answers`: the answers bank, graded."""

from __future__ import annotations

import argparse

from course.grading import answers as bank
from course.grading.commands.showing import progress_bar, refuse_absent_device
from course.grading.settings import CourseFolder


def run(options: argparse.Namespace) -> int:
    """`course answers`."""
    course = CourseFolder.find(options.folder)
    refuse_absent_device(None)
    folder = options.bank or course.root / "tests" / "answers"
    with progress_bar("grading the bank") as progress:
        report = bank.grade_bank(
            course, folder, options.only, options.jobs, progress, confined=not options.unsafe_no_sandbox
        )
    for line in bank.describe(report):
        print(line)
    return 0 if report.good else 1
