"""`course feedback`: pages for students."""

from __future__ import annotations

import argparse

from course.grading import feedback as pages
from course.grading.settings import CourseFolder


def run(options: argparse.Namespace) -> int:
    """`course feedback`."""
    course = CourseFolder.find(options.folder)
    written = pages.feedback(course, options.assignments, options.student, show_hidden=options.show_hidden)
    print(
        f"{len(written)} submissions: {course.relative(course.step('feedback'))}/STUDENT/ASSIGNMENT/{pages.INDEX}"
    )
    return 0
