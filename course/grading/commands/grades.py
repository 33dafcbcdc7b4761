"""`course grades`: a file for people, Moodle or Canvas."""

from __future__ import annotations

import argparse
import sys

from course.grading import deadlines, exports, fill_in, grades
from course.grading.commands.showing import counted, some
from course.grading.errors import CourseError
from course.grading.settings import CourseFolder
from course.grading.sheets import read_sheet


def run(options: argparse.Namespace) -> int:
    """`course grades`."""
    course = CourseFolder.find(options.folder)
    columns = _columns(options)
    if options.out_of is not None and not 0 < options.out_of < 1e6:
        raise CourseError("--out-of wants a number above 0")
    if options.template and options.output and options.template.resolve() == options.output.resolve():
        raise CourseError(f"{options.output}: that is the template; write to another file")
    sheet = read_sheet(options.template) if options.template else None  # what is wrong with it is said first
    results = grades.read_results(course, options.assignments)
    for name in columns:
        if name not in results:
            raise CourseError(f"--column {name}=…: not among the assignments: {', '.join(results)}")
    unfinished = grades.find_unfinished(results)
    if unfinished and not options.unfinished:
        raise CourseError(f"{'; '.join(unfinished)}; finish these, or add --unfinished to write what there is")
    people = len(next(iter(results.values())))
    notes = [f"not finished: {phrase}" for phrase in unfinished] + deadlines.unknown_students(course)
    if sheet is not None:
        filled = fill_in.fill_in(
            course,
            sheet,
            results,
            options.unsubmitted,
            options.out_of,
            columns,
            all_asked=bool(options.assignments),
        )
        if options.format not in (None, filled.format):
            raise CourseError(
                f"{sheet.name}: exported by {filled.format.title()}, and not by {options.format.title()}"
            )
        text, people = filled.text, filled.people
        notes += _about(filled)
    elif options.format == "moodle":
        text = exports.as_moodle(results, options.unsubmitted, options.out_of, columns)
    elif options.format == "canvas":
        text = exports.as_canvas(results, options.unsubmitted, options.out_of, columns)
    else:
        text = exports.as_csv(results, options.unsubmitted)
    if options.output is None:
        sys.stdout.write(text.replace("\r\n", "\n"))
    else:
        mark = exports.BOM if sheet is None or sheet.marked else ""  # a template stays as its system made it
        exports.write(mark + text, options.output)
        notes.append(f"{options.output}: {counted(people, 'student')}, {', '.join(results)}")
    for note in notes:
        print(f"course grades: {note}", file=sys.stderr)
    return 0


def _columns(options: argparse.Namespace) -> dict[str, str]:
    columns = {}
    for text in options.column:
        name, equals, column = text.partition("=")
        if not name or not equals or not column:
            raise CourseError(f"--column {text}: write ASSIGNMENT=COLUMN")
        columns[name] = column
    own = options.format in (None, "csv") and not options.template
    if own and (columns or options.out_of is not None):
        raise CourseError("--column and --out-of belong to --format moodle, --format canvas or --template")
    if options.format == "csv" and options.template:
        raise CourseError("--format csv fills in no template; leave it out, or the template")
    return columns


def _about(filled: fill_in.Filled) -> list[str]:
    """What a person should know of a template that was filled in, a line each."""
    notes = []
    if filled.columns:
        notes.append(f"no column for {some(filled.columns)}: nothing written for these")
    if filled.unknown:
        notes.append(
            f"{counted(len(filled.unknown), 'row')} without a student in the gradebook: {some(filled.unknown)}"
        )
    if filled.left:
        notes.append(f"{counted(len(filled.left), 'student')} with points and without a row: {some(filled.left)}")
    if filled.by_name:
        notes.append(
            f"{counted(len(filled.by_name), 'row')} matched by nothing but their name: {some(filled.by_name)}"
        )
    if filled.excused:
        notes.append(f"{counted(filled.excused, 'cell')} with EX or N/A left as it was")
    return notes
