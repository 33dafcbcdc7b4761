"""Erases one student from a course folder: what is kept is listed first, and goes when that is confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from course.grading.collect.placing import staged
from course.grading.errors import CourseError
from course.grading.gradebook import exists, reading
from course.grading.mentions import find_mentions
from course.grading.names import same_folder, why_no_folder
from course.grading.roster import Person, roster_of
from course.grading.settings import CourseFolder
from course.grading.traces import Trace, in_files, in_folders, in_leftovers
from course.grading.traces_books import in_gradebooks


@dataclass(frozen=True)
class Erasure:
    """What is, or was, kept about a student.

    Attributes:
        student: id.
        traces: what is erased, or is to be.
        left: what names the student and is for a person to decide on: exports, archives, others' texts.
        done: whether the traces are gone.
    """

    student: str
    traces: list[Trace]
    left: list[Trace] = field(default_factory=list)
    done: bool = False


def erase(course: CourseFolder, student: str, *, confirmed: bool = False) -> Erasure:
    """Say what is kept about a student; erase it where that is confirmed.

    A run that is stopped in the middle has erased a part; the next one lists the rest, and erases it.

    Args:
        course: the course folder.
        student: id, as folders are named and the gradebook has it.
        confirmed: erase it.

    Raises:
        CourseError: nothing is kept about such a student, another course command or formgrader is writing, or
            something can't be erased.
    """
    wrong = why_no_folder(student) if student else "it is empty"
    if wrong:
        raise CourseError(f"{student!r} is no student's id: {wrong}")
    if not confirmed:
        person = _person(course, student)
        traces = _found(course, person)
        return Erasure(
            student, traces, find_mentions(course, person, [course.root / each.where for each in traces])
        )
    with course.lock():
        with staged(course):  # finishes what a killed `course collect` has begun
            pass
        person = _person(course, student)
        traces = _found(course, person)
        for trace in traces:
            try:
                trace.erase()
            except OSError as error:
                raise CourseError(
                    f"{trace.where}: can't be erased: {error.strerror or error}; mend that and run it again: "
                    "what came before it in the list is gone"
                ) from None
        return Erasure(student, traces, find_mentions(course, person, []), done=True)


def _person(course: CourseFolder, student: str) -> Person:
    people = {person.id: person for person in _roster(course)}
    return people.get(student, Person(student))


def _roster(course: CourseFolder) -> list[Person]:
    if not exists(course):
        return []
    with reading(course):  # or an empty file would become a gradebook
        pass
    return roster_of(course)


def _found(course: CourseFolder, person: Person) -> list[Trace]:
    traces = list(_all(course, person))
    if not traces:
        folders = [path.name for path in course.step("submitted").glob("*") if path.is_dir()]
        known = [*folders, *(each.id for each in _roster(course))]
        alike = next((each for each in known if same_folder(each) == same_folder(person.id)), "")
        hint = f"there is {alike!r}" if alike else "`course students` lists the ids"
        raise CourseError(f"nothing is kept about a student {person.id!r} in {course.root}; {hint}")
    return [*in_leftovers(course), *traces]


def _all(course: CourseFolder, person: Person) -> Iterator[Trace]:
    """Traces in the order in which they go: the gradebook is last, because it knows the name and the address."""
    steps = (course.step(name) / person.id for name in ("submitted", "autograded", "feedback"))
    yield from in_folders(course, person.id, [path for path in steps if path.is_symlink() or path.exists()])
    yield from in_files(course, person)
    yield from in_gradebooks(course, person.id)
