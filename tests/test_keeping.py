"""A regrade that is kept while somebody gives points in formgrader, which has the gradebook open all the time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing

import pytest
from commands import Unrun, run_command
from courses import SmallCourse, cell_of, small_master
from nbgrader.api import Gradebook

from course.grading import keeping
from course.grading.autograde import Options, autograde
from course.grading.engine.jobs import Job, Result
from course.grading.regrade import regrade
from course.grading.standing import read_score

ADA = ("01_first", "ada")
QUESTION = ("think_twice", "doubling", *ADA)


class Interrupted(Unrun):
    """A runner that runs nothing, and lets somebody do something in the middle of it."""

    def __init__(self, do: Callable[[], None]) -> None:
        self.do = do

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """One result a job."""
        for result in super().run(jobs):
            self.do()
            yield result


@pytest.fixture
def course(released_course: SmallCourse) -> SmallCourse:
    """A course in which ada was graded, and a test has changed since."""
    released_course.submit("ada")
    autograde(released_course.folder, [], [], Options(), runner=Unrun())
    master = small_master()
    cell_of(master, "check_double").metadata.nbgrader.points = 4
    released_course.write_master(master)
    return released_course


@pytest.fixture
def formgrader(course: SmallCourse) -> Iterator[Gradebook]:
    """The gradebook as formgrader has it: opened once, and read before."""
    book = Gradebook(course.folder.db_url)
    give(book, 0.5)
    yield book
    book.close()


def give(book: Gradebook, points: float) -> None:
    """What formgrader does when somebody types points and a comment."""
    grade, comment = book.find_grade(*QUESTION), book.find_comment(*QUESTION)
    grade.manual_score, grade.extra_credit, grade.needs_manual_grade = points, 0.25, False
    comment.manual_comment = f"worth {points}"
    book.find_submission_notebook("doubling", *ADA).flagged = True
    book.db.commit()


def stands(course: SmallCourse) -> tuple[float, float, str, bool]:
    """Points of the changed test and of the question, the comment on it, and whether it is flagged."""
    with closing(Gradebook(course.folder.db_url)) as book:
        score = read_score(book, *ADA)
        return (
            score.cells["doubling/check_double"],
            score.cells["doubling/think_twice"],
            book.find_comment(*QUESTION).manual_comment,
            book.find_submission_notebook("doubling", *ADA).flagged,
        )


def keep(course: SmallCourse, do: Callable[[], None] = lambda: None) -> None:
    """Regrade all, and keep it."""
    regrade(course.folder, [], [], Options(), confirmed=True, why="more points", runner=Interrupted(do))


def test_what_was_given_before_is_kept(course: SmallCourse, formgrader: Gradebook) -> None:
    keep(course)
    assert stands(course) == (4.0, 0.75, "worth 0.5", True)


def test_what_is_given_while_it_grades_is_kept(course: SmallCourse, formgrader: Gradebook) -> None:
    keep(course, lambda: give(formgrader, 1.5))
    assert stands(course) == (4.0, 1.75, "worth 1.5", True)


def test_what_is_given_between_the_table_and_the_word_to_keep_it_is_kept(
    course: SmallCourse, formgrader: Gradebook
) -> None:
    regrade(course.folder, [], [], Options(), confirmed=False, runner=Unrun())
    give(formgrader, 2.0)
    keep(course)
    assert stands(course) == (4.0, 2.25, "worth 2.0", True)


def test_what_is_given_afterwards_by_who_had_it_open_is_kept(course: SmallCourse, formgrader: Gradebook) -> None:
    keep(course)
    give(formgrader, 1.0)
    assert stands(course) == (4.0, 1.25, "worth 1.0", True)


def test_who_had_it_open_sees_the_new_points(course: SmallCourse, formgrader: Gradebook) -> None:
    keep(course)
    formgrader.db.expire_all()
    assert formgrader.find_grade("check_double", "doubling", *ADA).auto_score == 4.0


def test_a_student_who_was_entered_while_it_grades_is_kept(course: SmallCourse, formgrader: Gradebook) -> None:
    keep(course, lambda: formgrader.update_or_create_student("zoe", first_name="Zoë"))
    with closing(Gradebook(course.folder.db_url)) as book:
        assert {student.id: student.first_name for student in book.students} == {"ada": None, "zoe": "Zoë"}


def test_a_question_that_goes_takes_its_points_along(course: SmallCourse, formgrader: Gradebook) -> None:
    master = small_master()
    master.cells = [cell for cell in master.cells if cell.id != "think_twice"]
    course.write_master(master)
    keep(course, lambda: give(formgrader, 2.0))
    with closing(Gradebook(course.folder.db_url)) as book:
        assert read_score(book, *ADA).of == 6.0


def test_somebody_who_writes_all_the_time_stops_it_in_one_line_and_nothing_changes(
    course: SmallCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_command(course, "autograde", "--regrade", "--unsafe-no-sandbox")
    before = stands(course)
    monkeypatch.setattr(keeping, "SECONDS_TO_WAIT", 0.05)
    with closing(sqlite3.connect(course.root / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = run_command(course, "autograde", "--regrade", "--unsafe-no-sandbox", "--yes", "--why", "more points")
    assert (said.status, len(said.lines)) == (2, 1)
    assert "gradebook.db: database is locked; somebody else is writing into it: try again" in said.lines[0]
    assert stands(course) == before
