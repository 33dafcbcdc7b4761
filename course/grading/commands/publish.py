"""`course publish`: the student repository."""

from __future__ import annotations

import argparse

from course.grading import publish as publisher
from course.grading.settings import CourseFolder


def run(options: argparse.Namespace) -> int:
    """`course publish`."""
    course = CourseFolder.find(options.folder)
    published = publisher.publish(course, options.directory)
    print(f"{published.files} files in {options.directory}, ready to push to {course.settings.student_repository}")
    return 0
