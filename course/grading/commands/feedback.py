"""`course feedback`: pages for students, and zips of them for an LMS."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.filesize import decimal

from course.grading import feedback as pages
from course.grading.commands.showing import progress_bar
from course.grading.errors import CourseError
from course.grading.feedback import lms
from course.grading.settings import CourseFolder

MANY = 8  # students up to this many are named
CANVAS = (
    "Canvas shows a page under the name of the file that was handed in; whoever downloads it renames it to .html"
)


def run(options: argparse.Namespace) -> int:
    """`course feedback`."""
    course = CourseFolder.find(options.folder)
    names = _names(course, options)
    with progress_bar("writing feedback") as progress:
        written = pages.feedback(
            course, options.assignments, options.student, show_hidden=options.show_hidden, jobs=options.jobs,
            progress=progress,
        )  # fmt: skip
    plural = "" if len(written) == 1 else "s"
    where = f"{course.relative(course.step('feedback'))}/STUDENT/ASSIGNMENT/{pages.INDEX}"
    print(f"{len(written)} submission{plural}: {where}")
    for assignment, its in names.items():
        _write_zips(course, options, assignment, its, written)
    if options.zip == "canvas":
        print(f"({CANVAS})")
    return 0


def _names(course: CourseFolder, options: argparse.Namespace) -> dict[str, dict[str, str]]:
    """Assignment to student to the name that the LMS knows; asked before anything is written."""
    if options.zip is None:
        if options.zip_mb is not None:
            raise CourseError("--zip-mb belongs to --zip")
        return {}
    chosen = course.choose(options.assignments)
    names = {assignment: lms.entry_names(course, assignment, options.zip) for assignment in chosen}
    if not any(names.values()):
        raise CourseError(
            f"nothing of {', '.join(chosen)} was collected from {lms.TITLES[options.zip]}, so the names it wants "
            "are unknown; `course collect` its archive first"
        )
    return names


def _write_zips(
    course: CourseFolder, options: argparse.Namespace, assignment: str, names: dict[str, str], written: list[Path]
) -> None:
    of = {page.parents[1].name: page for page in written if page.parent.name == assignment}
    missing = [student for student in of if student not in names]
    if missing:
        more = f" and {len(missing) - MANY + 1} more" if len(missing) > MANY else ""
        some = ", ".join(missing if not more else missing[: MANY - 1])
        title = lms.TITLES[options.zip]
        print(
            f"course feedback: {assignment}: not collected from {title} and so not in the zip: {some}{more}",
            file=sys.stderr,
        )
    entries = {names[student]: page for student, page in of.items() if student in names}
    if not entries:
        return
    most = options.zip_mb * 1e6 if options.zip_mb else None
    for path in lms.write_zips(course, assignment, options.zip, entries, most):
        print(f"{course.relative(path)}: {decimal(path.stat().st_size)} for {lms.TITLES[options.zip]}")
