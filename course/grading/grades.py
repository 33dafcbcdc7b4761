"""What every student has for every assignment: points with late penalties off, and what is still missing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import Assignment, Gradebook, SubmittedAssignment
from nbgrader.utils import parse_utc
from sqlalchemy import select

from course.grading import deadlines, gradebook
from course.grading.due import Due, read_due
from course.grading.errors import CourseError
from course.grading.roster import Person, roster_of
from course.grading.settings import CourseFolder
from course.grading.standing import Score, read_assignment, read_scores
from course.grading.submissions import Submission, find_submissions, read_timestamp

GRADED, HANDED_IN, MISSING = "graded", "handed in", "missing"
_USUAL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{6})? UTC")  # a time as nbgrader writes it
_NAMED = 3  # submissions up to this many are named in a line


@dataclass(frozen=True)
class Result:
    """What one student has for one assignment.

    Attributes:
        student: who.
        assignment: its name.
        state: "graded", "handed in" (and not graded as it is now), or "missing".
        points: what counts, late penalty taken off, never below 0; None where nothing is graded.
        of: what can be had.
        penalty: what lateness took off.
        waiting: points that a person still has to give.
        submitted: when it was handed in, where that is known.
        due: when it was due for this student; None for no due date.
        late: by how much it was late.
        notebooks: points, late penalty taken off, and possible points by notebook; {} where nothing is graded.
    """

    student: Person
    assignment: str
    state: str
    points: float | None
    of: float
    penalty: float = 0.0
    waiting: float = 0.0
    submitted: dt.datetime | None = None
    due: dt.datetime | None = None
    late: dt.timedelta = dt.timedelta(0)
    notebooks: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def read_results(course: CourseFolder, assignments: list[str]) -> dict[str, list[Result]]:
    """What all students have, by assignment; everybody is there, also who has handed in nothing.

    Due dates and penalties are brought up to date first.

    Args:
        course: the course folder.
        assignments: names; where empty, all that anybody has handed in.

    Raises:
        CourseError: an assignment does not exist or was never released, nothing is handed in, or due.toml is wrong.
    """
    chosen = course.choose(assignments)
    deadlines.refresh(course)
    submitted = {name: {each.student: each for each in find_submissions(course, name)} for name in chosen}
    people = {person.id: person for person in roster_of(course)}
    for student in sorted({student for those in submitted.values() for student in those} - people.keys()):
        people[student] = Person(student)
    due = read_due(course)
    found: dict[str, list[Result]] = {}
    if not gradebook.exists(course):
        raise _nothing_graded(chosen, submitted)
    with gradebook.opened(course) as book:
        for name in chosen:
            graded = _read_times(book, name)
            if not gradebook.is_known(book, name):
                if name in assignments or submitted[name]:
                    raise _nothing_graded([name], submitted)
            elif assignments or graded or submitted[name]:
                found[name] = _read_one(course, book, name, people, submitted[name], graded, due.get(name))
    if not found:
        raise _nothing_graded(chosen, submitted)
    return found


def _nothing_graded(names: list[str], submitted: Mapping[str, Mapping[str, Submission]]) -> CourseError:
    count = sum(len(submitted[name]) for name in names)
    if count:
        return CourseError(
            f"{', '.join(names)}: {count} handed in and nothing graded; run `course autograde` first"
        )
    return CourseError(f"{', '.join(names)}: nothing is handed in, so there are no grades")


def _read_times(book: Gradebook, assignment: str) -> dict[str, Any]:
    """Student to the time of the submission that was graded, in UTC and without a zone, or None."""
    wanted = (
        select(SubmittedAssignment.student_id, SubmittedAssignment.timestamp)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == assignment)
    )
    return {row.student_id: row.timestamp for row in book.db.execute(wanted)}


def _read_one(
    course: CourseFolder,
    book: Gradebook,
    assignment: str,
    people: Mapping[str, Person],
    submitted: Mapping[str, Submission],
    graded: Mapping[str, Any],
    due: Due | None,
) -> list[Result]:
    known = read_assignment(book, assignment)
    scores = read_scores(book, known)
    of = sum(worth for notebook in known.notebooks.values() for _, worth in notebook.points.values())
    results = []
    for student, person in sorted(people.items()):
        own = due.of(student) if due else None
        time = _with_zone(graded.get(student), own)
        state = GRADED if student in scores else MISSING
        if student in submitted:
            now = time_of(course, submitted[student])
            if student not in scores or (now is not None and now != graded[student]):
                state, time = HANDED_IN, _with_zone(now, own) or time
        late = due.late_by(student, time) if due else dt.timedelta(0)
        score = scores.get(student)
        points, penalty = _points(score) if score else (None, 0.0)
        results.append(
            Result(
                person,
                assignment,
                state,
                points,
                of,
                penalty,
                score.by_hand if score else 0.0,
                time,
                own,
                late,
                {name: (max(0.0, got), most) for name, (got, most) in score.notebooks.items()} if score else {},
            )
        )
    return results


def _points(score: Score) -> tuple[float, float]:
    """What counts, and what lateness took off."""
    return max(0.0, score.points), max(0.0, sum(score.cells.values()) - score.points)


def time_of(course: CourseFolder, submission: Submission) -> dt.datetime | None:
    """When a submission was handed in, as the gradebook would have it: in UTC, without a zone."""
    try:
        usual = (submission.folder / "timestamp.txt").read_text(encoding="utf-8").strip()
        if _USUAL.fullmatch(usual):  # read in a hundredth of the time that nbgrader's parser takes
            return dt.datetime.fromisoformat(usual.removesuffix(" UTC"))
    except (OSError, ValueError):
        pass
    try:
        text = read_timestamp(course, submission)
    except CourseError:  # what `course autograde` says of it
        return None
    time: dt.datetime | None = parse_utc(text) if text else None
    return time


def _with_zone(time: dt.datetime | None, like: dt.datetime | None) -> dt.datetime | None:
    """A time of the gradebook's in the zone of another one, else in UTC."""
    if time is None:
        return None
    return time.replace(tzinfo=dt.UTC).astimezone(like.tzinfo if like else dt.UTC)


def find_unfinished(results: Mapping[str, list[Result]]) -> list[str]:
    """What is not done yet, a phrase each: not graded, or waiting for a person."""
    ungraded, waiting = [], []
    for name, those in results.items():
        ungraded += [f"{each.student.id}/{name}" for each in those if each.state == HANDED_IN]
        waiting += [f"{each.student.id}/{name}" for each in those if each.state == GRADED and each.waiting]
    found = []
    if ungraded:
        found.append(f"{len(ungraded)} handed in and not graded ({_some(ungraded)})")
    if waiting:
        verb = "waits" if len(waiting) == 1 else "wait"
        found.append(f"{len(waiting)} {verb} for points by hand ({_some(waiting)})")
    return found


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
