"""`course students`: who is in the course, and how somebody leaves it."""

from __future__ import annotations

import argparse

from course.grading import roster
from course.grading.commands.showing import console, counted, new_table, some
from course.grading.errors import CourseError
from course.grading.settings import CourseFolder

MANY = 20  # people whose changes are shown


def run(options: argparse.Namespace) -> int:
    """`course students`."""
    course = CourseFolder.find(options.folder)
    if options.erase is not None:
        if options.file is not None:
            raise CourseError("--erase takes no roster: erase first, then take the roster, without that student")
        from course.grading.commands.erasing import erase_student  # which knows reports, and so matplotlib

        return erase_student(course, options.erase, confirmed=options.yes)
    if options.yes:
        raise CourseError("--yes belongs to --erase ID")
    if options.file is None:
        show(course)
        return 0
    read = roster.read_roster_file(options.file, options.id_column)
    changes = roster.enter(course, read.people)
    print(
        f"{options.file.name}: {len(changes.added)} added, {len(changes.changed)} changed, "
        f"{len(changes.unchanged)} unchanged"
    )
    for identifier, phrases in list(changes.changed.items())[:MANY]:
        print(f"  {identifier}: {'; '.join(phrases)}")
    if len(changes.changed) > MANY:
        print(f"  and {len(changes.changed) - MANY} more")
    if read.left_out:
        print(f"left out, because they have another role: {read.left_out}")
    if changes.absent:
        print(f"in the gradebook and not in the file, kept: {some(changes.absent)}")
    return 0


def show(course: CourseFolder) -> None:
    """Print everybody in the gradebook, and who has handed in without being there."""
    people, handed_in = roster.roster_of(course), _handed_in(course)
    table = new_table(
        counted(len(people), "student"),
        "id",
        "last name",
        "first name",
        "e-mail",
        "LMS id",
        "handed in",
        numbers=("handed in",),
    )
    for person in people:
        count = handed_in.pop(person.id, 0)
        table.add_row(
            person.id, person.last_name, person.first_name, person.email, person.lms_user_id, str(count or "")
        )
    if people:
        console().print(table)
    else:
        print("no students yet; `course students FILE.csv` takes a roster from Moodle, Canvas or a spreadsheet")
    if handed_in:
        print(f"in submitted/ and not in the gradebook yet: {some(sorted(handed_in))}")


def _handed_in(course: CourseFolder) -> dict[str, int]:
    """Student's id to how many assignments they have handed in."""
    known = set(course.assignments())
    found: dict[str, int] = {}
    for path in course.step("submitted").glob("*/*"):
        if path.name in known and path.is_dir():
            found[path.parent.name] = found.get(path.parent.name, 0) + 1
    return found
