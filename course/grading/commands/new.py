"""`course new`: a notebook to begin with."""

from __future__ import annotations

import argparse

from course.grading import new as begin
from course.grading.settings import CourseFolder


def run(options: argparse.Namespace) -> int:
    """`course new`."""
    course = CourseFolder.find(options.folder)
    master, bank = begin.new(course, options.assignment, options.notebook, options.exercise)
    print(f"{course.relative(master)}: the master; open it in JupyterLab")
    print(f"{course.relative(bank)}: right and wrong answers to its exercise")
    return 0
