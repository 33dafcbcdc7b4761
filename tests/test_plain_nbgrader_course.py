"""A course that was made for nbgrader, without our configuration and rules: graded, by nbgrader's own rules."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from courses import SmallCourse, code, metadata, notebook
from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook

from course.grading.autograde import Options, Row, autograde
from course.grading.release import release

PENALTY = """
from nbgrader.plugins import BasePlugin

class PointAnHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 3600

c = get_config()
c.AssignLatePenalties.plugin_class = PointAnHour
"""


def squares() -> NotebookNode:
    """As in nbgrader's own example: no set-up cell, names of its own, partial credit, an essay marked by hand."""
    answer = v4.new_code_cell(
        "def squares(n):\n    ### BEGIN SOLUTION\n    return [i**2 for i in range(1, n + 1)]\n    ### END SOLUTION",
        id="squares", metadata=metadata("squares", solution=True),
    )  # fmt: skip
    tests = v4.new_code_cell(
        "assert squares(1) == [1]\n### BEGIN HIDDEN TESTS\nassert squares(3) == [1, 4, 9]\n### END HIDDEN TESTS",
        id="correct", metadata=metadata("correct_squares", grade=True, locked=True, points=3),
    )  # fmt: skip
    part = v4.new_code_cell(
        "sum(squares(n)[-1:] == [n * n] for n in (1, 2, 3, 4)) / 2",
        id="part", metadata=metadata("partly", grade=True, locked=True, points=2),
    )  # fmt: skip
    essay = v4.new_markdown_cell(
        "Your words.", id="essay", metadata=metadata("essay", grade=True, solution=True, points=4)
    )
    return notebook(code("import math", "imports"), answer, tests, part, essay)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[SmallCourse, dict[str, Row]]:
    root: Path = tmp_path_factory.mktemp("plain")
    (root / "nbgrader_config.py").write_text(PENALTY)
    course = SmallCourse(root)
    course.write_master(squares(), "ps1", "problem1")
    release(course.folder, [])
    course.submit("right", assignment="ps1", name="problem1")
    course.submit(
        "half", {"squares": "def squares(n):\n    return [1, 4, 9][:n]"}, assignment="ps1", name="problem1"
    )
    late = course.submit("late", assignment="ps1", name="problem1")
    late.with_name("timestamp.txt").write_text("2026-01-02 12:00:00 UTC")
    with Gradebook(course.folder.db_url, course.folder.directory().course_id or "default_course") as book:
        book.update_or_create_assignment("ps1", duedate=datetime.datetime(2026, 1, 2, 10))
    return course, {row.student: row for row in autograde(course.folder, [], [], Options(jobs=2))}


@pytest.mark.parametrize(("student", "points"), [("right", 5.0), ("half", 4.5), ("late", 3.0)])
def test_scores_are_nbgraders(student: str, points: float, graded: tuple[SmallCourse, dict[str, Row]]) -> None:
    score = graded[1][student].score
    assert score is not None, graded[1][student].problem
    assert (score.points, score.of) == (points, 9.0)


def test_answer_as_it_was_released_has_no_points_and_says_so(graded: tuple[SmallCourse, dict[str, Row]]) -> None:
    folder = graded[0].folder
    with Gradebook(folder.db_url, folder.directory().course_id or "default_course") as book:
        comment = book.find_comment("essay", "problem1", "ps1", "right")
        grade = book.find_grade("essay", "problem1", "ps1", "right")
        assert (comment.auto_comment, grade.auto_score, grade.needs_manual_grade) == ("No response.", 0.0, False)


def test_penalty_is_in_the_gradebook(graded: tuple[SmallCourse, dict[str, Row]]) -> None:
    folder = graded[0].folder
    with Gradebook(folder.db_url, folder.directory().course_id or "default_course") as book:
        assert book.find_submission_notebook("problem1", "ps1", "late").late_submission_penalty == 2.0
        assert book.find_submission_notebook("problem1", "ps1", "right").late_submission_penalty is None
