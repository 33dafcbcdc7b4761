"""`course release`: masters to student notebooks."""

from __future__ import annotations

import argparse

from course.grading import release as releaser
from course.grading.settings import CourseFolder


def run(options: argparse.Namespace) -> int:
    """`course release`."""
    course = CourseFolder.find(options.folder)
    for released in releaser.release(course, options.assignments):
        state = "released" if released.changed else "unchanged"
        plural = "" if released.notebooks == 1 else "s"
        print(f"{released.assignment}: {released.notebooks} notebook{plural} {state}")
    return 0
