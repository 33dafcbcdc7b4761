"""`course status`: assignments and how far each one is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from commands import run_command
from courses import SmallCourse, small_master
from office import ASSIGNMENT, DUE_TOML, give_points, grade, hand_in, write_due

from course.grading.release import release
from course.grading.roster import Person, enter
from course.grading.status import Stage, read_status

TIMES = {"ada": "2026-12-01 10:00:00 UTC", "bob": "2026-12-02 10:00:00 UTC"}


@pytest.fixture(scope="module")
def graded_template(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    made = released_template.copy_to(tmp_path_factory.mktemp("status") / "course_folder")
    made.write_master(assignment="02_second")
    enter(made.folder, [Person(name) for name in ("ada", "bob", "eve")])
    made.configure('c.Course.late_policy = "50% once"')
    write_due(made)
    hand_in(made, TIMES)
    grade(made)
    return made


@pytest.fixture
def graded(graded_template: SmallCourse, tmp_path: Path) -> SmallCourse:
    return graded_template.copy_to(tmp_path / "course_folder")


def stage(course: SmallCourse, assignment: str = ASSIGNMENT) -> Stage:
    _, (found,) = read_status(course.folder, [assignment])
    return found


def write_feedback(course: SmallCourse, *students: str) -> None:
    for student in students:
        folder = course.root / "feedback" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / "index.html").write_text("well done")


def test_what_is_not_released_is_released_next(graded: SmallCourse) -> None:
    assert (stage(graded, "02_second").released, stage(graded, "02_second").next) == ("no", "release")


def test_a_released_assignment_is_collected_next(released_course: SmallCourse) -> None:
    assert (stage(released_course).released, stage(released_course).next) == ("yes", "collect")


def test_a_master_that_changed_since_makes_the_release_older(released_course: SmallCourse) -> None:
    master = small_master()
    master.cells[0].source = "# Doubling, again"
    released_course.write_master(master)
    assert (stage(released_course).released, stage(released_course).next) == ("older", "release")


def test_what_is_handed_in_is_graded_next(released_course: SmallCourse) -> None:
    hand_in(released_course, TIMES)
    found = stage(released_course)
    assert (found.submitted, found.graded, found.to_grade, found.next) == (2, 0, 2, "autograde")


def test_what_waits_for_a_person_comes_next_then_feedback_then_grades(graded: SmallCourse) -> None:
    assert (stage(graded).graded, stage(graded).by_hand, stage(graded).next) == (2, 2, "by hand")
    give_points(graded, "ada", 2)
    assert (stage(graded).by_hand, stage(graded).next) == (1, "by hand")
    give_points(graded, "bob", 0)
    assert (stage(graded).by_hand, stage(graded).next) == (0, "feedback")
    write_feedback(graded, "ada")
    assert (stage(graded).feedback, stage(graded).to_write, stage(graded).next) == (1, 1, "feedback")
    write_feedback(graded, "bob")
    assert (stage(graded).feedback, stage(graded).to_write, stage(graded).next) == (2, 0, "grades")


def test_feedback_from_before_the_last_grading_is_written_again_next(graded: SmallCourse) -> None:
    for student in TIMES:
        give_points(graded, student, 1)
    write_feedback(graded, *TIMES)
    os.utime(graded.root / "feedback" / "ada" / ASSIGNMENT / "index.html", (1, 1))
    assert (stage(graded).to_write, stage(graded).next) == (1, "feedback")


def test_a_newer_attempt_is_graded_next(graded: SmallCourse) -> None:
    hand_in(graded, {"ada": "2026-12-01 11:00:00 UTC"})
    assert (stage(graded).to_grade, stage(graded).next) == (1, "autograde")


def test_late_is_counted_with_extensions(graded: SmallCourse) -> None:
    assert stage(graded).late == 1
    write_due(graded, f"{DUE_TOML}extensions = {{ bob = 2026-12-03T00:00:00Z }}\n")
    assert stage(graded).late == 0


def test_the_mean_is_of_what_is_graded_with_penalties_off(graded: SmallCourse) -> None:
    assert stage(graded).mean == pytest.approx(100 * (6 + 3) / 2 / 8)
    assert stage(graded, "02_second").mean is None


def test_students_are_those_of_the_roster_and_who_handed_in(graded: SmallCourse) -> None:
    assert read_status(graded.folder, [])[0] == 3
    hand_in(graded, {"zoe": "2026-12-01 10:00:00 UTC"})
    assert read_status(graded.folder, [])[0] == 4


def test_the_table_shows_it_and_what_comes_next(graded: SmallCourse) -> None:
    write_due(graded, f"{DUE_TOML}extensions = {{ eve = 2026-12-03T00:00:00Z }}\n")
    said = run_command(graded, "status")
    assert (said.status, said.err) == (0, "")
    lines = [line.split() for line in said.out.splitlines()]
    assert ["3", "students"] in lines
    assert ["01_first", "yes", "1", "Dec", "23:59", "+1", "2", "1", "2", "2", "–", "56", "by", "hand"] in lines
    assert ["02_second", "no", "–", "–", "–", "–", "–", "–", "–", "release"] in lines
    assert said.out.endswith("next: points by hand in formgrader, in `jupyter lab`: 01_first\n")


def test_the_table_fits_120_columns_with_long_names(graded: SmallCourse) -> None:
    graded.write_master(assignment="06_multilayer_perceptrons")
    write_due(
        graded,
        '["06_multilayer_perceptrons"]\ndue = 2026-12-21T23:59:00Z\nextensions = { eve = 2026-12-30T00:00:00Z }',
    )
    hand_in(graded, {"eve": "2026-12-01 10:00:00 UTC"})  # "autograde" is the longest word of the last column
    out = run_command(graded, "status").out
    assert "06_multilayer_perceptrons   no        21 Dec 23:59Z +1" in out
    assert max(map(len, out.splitlines())) <= 120


def test_it_can_be_asked_while_another_command_writes(graded: SmallCourse) -> None:
    write_due(graded, "")
    with graded.folder.lock():
        said = run_command(graded, "status")
    assert said.status == 0
    assert said.err.startswith("course status: another course command is writing")


def test_a_course_that_has_only_masters_has_a_table(small_course: SmallCourse) -> None:
    before = small_course.snapshot()
    assert run_command(small_course, "status").out.endswith("next: course release 01_first\n")
    assert small_course.snapshot() == before


def test_several_assignments_are_named_in_one_command(graded: SmallCourse) -> None:
    release(graded.folder, ["02_second"])
    hand_in(graded, {"ada": "2026-12-01 11:00:00 UTC"})
    hand_in(graded, TIMES, "02_second")
    assert run_command(graded, "status").out.endswith("next: course autograde 01_first 02_second\n")


def test_an_assignment_that_does_not_exist_is_said(graded: SmallCourse) -> None:
    said = run_command(graded, "status", "03_third")
    assert (said.status, len(said.lines)) == (2, 1)
    assert "no assignment '03_third'" in said.err
