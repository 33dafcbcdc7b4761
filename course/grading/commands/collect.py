"""`course collect`: what was handed in, from where the students handed it in."""

from __future__ import annotations

import argparse

from rich.table import Table

from course.grading import collect as collecting
from course.grading.collect.merge import BY_HAND, NEW, OLDER, UNCHANGED, UPDATED, Result
from course.grading.collected import ASIDE, Attempt, folder_of
from course.grading.commands.showing import console, new_table
from course.grading.errors import CourseError
from course.grading.roster import read_roster
from course.grading.settings import CourseFolder


def run(options: argparse.Namespace) -> int:
    """`course collect`."""
    course = CourseFolder.find(options.folder)
    roster = read_roster(options.roster, options.id_column) if options.roster else None
    outcome = collecting.collect(
        course, options.archives, options.assignment, roster=roster, known_as=_known_as(options.known_as),
        replacing=options.replace,
    )  # fmt: skip
    show(course, options.assignment, outcome)
    return 0


def _known_as(words: list[str]) -> dict[str, list[str]]:
    found = {}
    for word in words:
        text, _, students = word.rpartition("=")
        found[text.strip()] = [student.strip() for student in students.split(",") if student.strip()]
        if not text.strip() or not found[text.strip()]:
            raise CourseError(f"--known-as {word!r}: NAME=ID is wanted, the name as it stands in the archive")
    return found


def show(course: CourseFolder, assignment: str, outcome: collecting.Outcome) -> None:
    """Print who is collected, what was set aside and who is missing."""
    out = console()
    shown = [each for each in outcome.results if each.status != UNCHANGED]
    if shown:
        out.print(_collected(assignment, shown, outcome))
    if outcome.aside:
        table = new_table(f"{assignment}: set aside", "in the archive", "student", "why, and what to do")
        for each in outcome.aside:
            table.add_row(each.label, each.student, each.reason)
        out.print(table)
    if outcome.missing:
        table = new_table(f"{assignment}: missing", "student", "name", "")
        for person in outcome.missing:
            table.add_row(
                person.id, person.name, "what came was set aside" if person.id in outcome.set_aside else ""
            )
        out.print(table)
    where = course.relative(folder_of(course, assignment) / ASIDE)
    out.print(_summary(outcome, where))
    for hint in _hints(outcome):
        out.print(hint)


def _collected(assignment: str, results: list[Result], outcome: collecting.Outcome) -> Table:
    names = any(outcome.people.name_of(each.student) for each in results)
    columns = ["student", *(["name"] if names else []), "", "handed in", "attempts", "notes"]
    table = new_table(f"{assignment}: collected", *columns, numbers=("attempts",))
    for each in results:
        name = [outcome.people.name_of(each.student)] if names else []
        number = str(each.attempts) if each.attempts > 1 else ""
        table.add_row(each.student, *name, each.status, _time(each.attempt), number, "\n".join(each.notes))
    return table


def _time(attempt: Attempt) -> str:
    late = " late" if attempt.late else ""
    if attempt.time is not None:
        return f"{attempt.time.astimezone():%Y-%m-%d %H:%M}{late}"
    if attempt.not_after is not None:
        return f"by {attempt.not_after.astimezone():%Y-%m-%d %H:%M}{late}"
    return f"?{late}"


def _summary(outcome: collecting.Outcome, where: str) -> str:
    count = {status: 0 for status in (NEW, UPDATED, OLDER, BY_HAND, UNCHANGED)}
    for each in outcome.results:
        count[each.status] += 1
    words = {
        NEW: "collected", UPDATED: "updated", OLDER: "with an older attempt", BY_HAND: "kept as put there by hand",
        UNCHANGED: "unchanged",
    }  # fmt: skip
    parts = [f"{number} {words[status]}" for status, number in count.items() if number or status == NEW]
    if outcome.aside:
        parts.append(f"{len(outcome.aside)} set aside in {where}/")
    if outcome.missing is not None:
        parts.append(f"{len(outcome.missing)} missing")
    return ", ".join(parts)


def _hints(outcome: collecting.Outcome) -> list[str]:
    hints = list(outcome.hints)
    if outcome.missing is None:
        hints.append("who is missing is said where there is a roster: course students students.csv, or --roster")
    if outcome.passed_over:
        hints.append(f"{outcome.passed_over} hand-ins for other assignments were left where they are")
    if outcome.links:
        hints.append(f"not followed, because they are links: {', '.join(map(repr, outcome.links[:3]))}")
    return hints
