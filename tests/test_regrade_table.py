"""`course autograde --regrade`: it shows who gains or loses what, and keeps it only when told to, with a reason."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import pytest
from commands import one_clear_line, run_command
from courses import SmallCourse, cell_of, small_master
from nbgrader.api import Gradebook

from course.grading.autograde import Options, autograde
from course.grading.regrade import LOG, WAITING, Change, regrade


@pytest.fixture(scope="module")
def template(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """Ada is right, ben's double is wrong in a way that the mended test will accept, cleo's in no way."""
    made = released_template.copy_to(tmp_path_factory.mktemp("table") / "course_folder")
    made.submit("ada")
    made.submit("ben", {"double": "def double(x):\n    return 4.0"})
    made.submit("cleo", {"double": "def double(x):\n    return None"})
    autograde(made.folder, [], [], Options(jobs=2))
    mended = small_master()
    cell_of(mended, "hidden_double").source = (
        '# Tested here: other numbers.\n### BEGIN HIDDEN TESTS\ncheck.hidden(double(2.0), 4.0, hint="wrong")\n'
        "### END HIDDEN TESTS"
    )
    made.write_master(mended)
    return made


@pytest.fixture
def course(template: SmallCourse, tmp_path: Path) -> SmallCourse:
    return template.copy_to(tmp_path / "course_folder")


def points(course: SmallCourse, student: str) -> float:
    with Gradebook(course.folder.db_url, course.folder.directory().course_id or "default_course") as book:
        return float(book.find_submission("01_first", student).score)


def test_it_shows_who_gains_and_changes_nothing_yet(course: SmallCourse) -> None:
    before = {name: content for name, content in course.snapshot().items() if not name.startswith(WAITING)}
    said = run_command(course, "autograde", "--regrade")
    after = {name: content for name, content in course.snapshot().items() if not name.startswith(WAITING)}
    assert (said.status, said.err) == (0, "")
    assert "doubling/hidden_double: 0 → 2" in said.out
    assert said.out.splitlines()[-2:] == [
        "3 graded again: 1 gain, 0 lose, 2 keep their points",
        "nothing is changed yet; to keep it, the same command with --yes --why 'the reason'",
    ]
    assert before == after


def test_what_was_shown_is_kept_without_grading_again(course: SmallCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    run_command(course, "autograde", "--regrade")
    monkeypatch.setattr("course.grading.regrade.grade_all", None)
    said = run_command(course, "autograde", "--regrade", "--yes", "--why", "it asked for too much")
    assert (said.status, said.err) == (0, "")
    assert (points(course, "ben"), points(course, "cleo")) == (6.0, 2.0)
    assert not (course.root / WAITING).exists()


def test_what_a_person_gave_in_between_is_not_lost(course: SmallCourse) -> None:
    run_command(course, "autograde", "--regrade")
    with Gradebook(course.folder.db_url, course.folder.directory().course_id or "default_course") as book:
        book.find_grade("think_twice", "doubling", "01_first", "ada").manual_score = 1.5
        book.db.commit()
    run_command(course, "autograde", "--regrade", "--yes", "--why", "it asked for too much")
    assert (points(course, "ada"), points(course, "ben")) == (7.5, 6.0)


def test_yes_needs_a_reason(course: SmallCourse) -> None:
    line = one_clear_line(course, "autograde", "--regrade", "--yes")
    assert line.endswith("a regrade that is kept is logged with its reason; say it with --why '…'")


@pytest.mark.parametrize("words", [["--yes"], ["--why", "because"]])
def test_its_words_belong_to_it(words: list[str], course: SmallCourse) -> None:
    assert one_clear_line(course, "autograde", *words).endswith("--yes and --why belong to --regrade")


def test_it_is_logged_with_who_when_and_why(course: SmallCourse) -> None:
    run_command(course, "autograde", "--regrade", "--yes", "--why", "it asked for too much")
    (line,) = (course.root / LOG).read_text(encoding="utf-8").splitlines()
    entry = json.loads(line)
    assert (entry["who"], entry["why"], entry["assignments"]) == (
        getpass.getuser(), "it asked for too much", ["01_first"],
    )  # fmt: skip
    assert (course.root / entry["gradebook_before"]).is_file() and len(entry["when"]) == 25
    assert entry["changes"] == [
        {"student": "ben", "assignment": "01_first", "before": 4.0, "after": 6.0,
         "cells": {"doubling/hidden_double": [0.0, 2.0]}}
    ]  # fmt: skip


def test_one_student_alone_can_be_graded_again(course: SmallCourse) -> None:
    outcome = regrade(course.folder, [], ["ben"], Options(jobs=2), confirmed=True, why="asked")
    assert outcome.changes == [Change("ben", "01_first", 4.0, 6.0, {"doubling/hidden_double": (0.0, 2.0)})]
    assert points(course, "ada") == 6.0


def test_after_it_nothing_is_graded_again(course: SmallCourse) -> None:
    regrade(course.folder, [], [], Options(jobs=2), confirmed=True, why="asked")
    assert [row.graded for row in autograde(course.folder, [], [], Options(jobs=2))] == [False] * 3
