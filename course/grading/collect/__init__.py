"""LMS archives to submitted/: all of it or nothing, and nothing overwritten or dropped silently."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from course.grading.collect.contents import Masters
from course.grading.collect.merge import Merge, Result
from course.grading.collect.people import People
from course.grading.collect.placing import Move, commit, staged
from course.grading.collect.plain import Wanted
from course.grading.collect.staging import read_archives
from course.grading.collect.worksheet import zone_of
from course.grading.collected import ATTEMPTS, Aside, folder_of, record_of
from course.grading.errors import CourseError
from course.grading.notebooks import read_notebook
from course.grading.roster import Person, roster_of
from course.grading.settings import CourseFolder


@dataclass(frozen=True)
class Outcome:
    """What collecting did.

    Attributes:
        results: one a student who was in the archives, by id.
        aside: what was set aside now, or is again.
        set_aside: students of whom something lies aside, from now or before.
        missing: who of the roster has nothing in submitted/; None where there is no roster.
        people: the students.
        passed_over: hand-ins for other assignments, left where they are.
        links: what in folders was neither file nor folder.
        hints: what would have made it better.
    """

    results: list[Result]
    aside: list[Aside]
    set_aside: frozenset[str]
    missing: list[Person] | None
    people: People
    passed_over: int
    links: list[str]
    hints: list[str]


def collect(
    course: CourseFolder,
    archives: Sequence[Path],
    assignment: str,
    *,
    roster: Sequence[Person] | None = None,
    known_as: Mapping[str, list[str]] | None = None,
    replacing: Collection[str] = (),
) -> Outcome:
    """Collect what an LMS's archives, or folders, hold for an assignment.

    Every attempt is kept in collected/ASSIGNMENT/STUDENT/; the latest in time goes to submitted/.

    Args:
        course: the course folder.
        archives: zip and tar archives, folders, and Moodle's grading worksheet.
        assignment: its name.
        roster: the students; None for those of the gradebook.
        known_as: what an archive calls somebody, or a group, to the ids.
        replacing: students whose submission is replaced although somebody put or changed it by hand.

    Raises:
        CourseError: there is no such assignment, an archive can't be read or is one that nobody should unpack, or
            another course command is at work. Then nothing has changed.
    """
    (assignment,) = course.choose([assignment])
    if not archives:
        raise CourseError("no archive is named")
    people = _people(course, roster, known_as or {})
    for student in replacing:
        if people.roster and student not in people.roster:
            raise CourseError(f"--replace {student}: nobody on the roster has this id")
    masters = _masters(course, assignment)
    others = [name for name in course.assignments() if name != assignment]
    wanted = Wanted(assignment, list(masters.own), others, people)
    with course.lock(), staged(course) as stage:
        read = read_archives(archives, wanted, stage, zone_of(course))
        merge = Merge(course, assignment, masters, stage, replacing)
        merge.add(read.staged)
        _add_record(course, merge, stage)
        commit(course, stage, merge.moves)
    hints = []
    if read.times_missing:
        hints.append(
            "Moodle's archive does not say when things were handed in; its grading worksheet does: download that, "
            "too, and give both: course collect ARCHIVE.zip WORKSHEET.csv …"
        )
    if read.worksheet.unread:
        hints.append(f"{read.worksheet.name}: the time {read.worksheet.unread!r} is not understood")
    nobodys = [each.label for each in merge.fresh if not each.student]
    if nobodys:
        hints.append(f"to say whose something is: course collect … --known-as '{nobodys[0]}=ID'")
    missing = None
    if people.roster:
        submitted = course.step("submitted")
        missing = [each for each in people.roster.values() if not (submitted / each.id / assignment).is_dir()]
    set_aside = frozenset(each.student for each in merge.aside.values())
    return Outcome(merge.results, merge.fresh, set_aside, missing, people, read.passed_over, read.links, hints)


def _people(course: CourseFolder, roster: Sequence[Person] | None, known_as: Mapping[str, list[str]]) -> People:
    """Who is looked for. A gradebook that knows ids alone is no roster: grading has written them there."""
    if roster is None:
        known = roster_of(course)
        roster = known if any(each.name or each.email or each.lms_user_id for each in known) else []
    people = People(roster, known_as)
    for text, students in known_as.items():
        for student in students:
            if people.roster and student not in people.roster:
                raise CourseError(f"--known-as {text!r}: nobody on the roster has the id {student!r}")
    return people


def _masters(course: CourseFolder, assignment: str) -> Masters:
    own = {name: read_notebook(path, course.relative(path)) for name, path in course.masters(assignment).items()}
    elsewhere = {name: list(course.masters(name).values()) for name in course.assignments() if name != assignment}
    return Masters(own, elsewhere)


def _add_record(course: CourseFolder, merge: Merge, stage: Path) -> None:
    """Have the record written with the rest, if it says something else now."""
    text = record_of(merge.attempts, merge.aside.values())
    target = folder_of(course, merge.assignment) / ATTEMPTS
    try:
        same = target.read_text(encoding="utf-8") == text
    except FileNotFoundError:
        same = False
    if not same:
        path = stage / ATTEMPTS
        path.write_text(text, encoding="utf-8")
        merge.moves.append(Move(path, target))


__all__ = ["Outcome", "collect"]
