"""nbgrader's own commands in a course folder: validate, generate_assignment, autograde, generate_feedback."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from courses import ROOT, SmallCourse

from course.grading.autograde import Options, autograde
from course.grading.gradebook import opened
from course.grading.handin import hand_in
from course.grading.release import release

ASSIGNMENT, NOTEBOOK = "03_loss_functions", "regression"
MEAN = "def compute_sum_of_squares(y_train, y_pred):\n    return np.mean((y_train - y_pred) ** 2)"
Ended = subprocess.CompletedProcess[str]
Nbgrader = Callable[..., Ended]


@pytest.fixture(scope="module")
def nbgrader(environment: dict[str, str]) -> Nbgrader:
    """Runs an nbgrader command in a folder; what it writes to stdout and stderr comes in the order of writing."""

    def run(folder: Path, *words: str) -> Ended:
        return subprocess.run(
            ["nbgrader", *words],
            cwd=folder,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )

    return run


# Validate ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def verdicts(
    released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory, nbgrader: Nbgrader
) -> dict[str, str]:
    """What `nbgrader validate` says of a solved, an untouched and a wrong release."""
    course = released_template.copy_to(tmp_path_factory.mktemp("validate") / "course_folder")
    course.submit("solved")
    course.submit("wrong", {"double": "def double(x):\n    return 2 * x + 1"})
    hand_in(course.released(), course.root / "submitted" / "untouched" / "01_first", "doubling")
    students = ["solved", "untouched", "wrong"]
    ended = nbgrader(course.root, "validate", *(f"submitted/{each}/01_first/doubling.ipynb" for each in students))
    verdicts = re.split(r"(?m)^.*Validating '.*\n", ended.stdout)[1:]
    return dict(zip(students, verdicts, strict=True))


def failed_cells(verdict: str) -> list[str]:
    """The first lines of the cells that a verdict shows as failed."""
    return re.findall(r"The following cell failed:\n\n +(.*)\n", verdict)


def test_validate_says_success_for_a_solved_release(verdicts: dict[str, str]) -> None:
    assert "Success! Your notebook passes all the tests." in verdicts["solved"]


def test_validate_shows_the_checks_that_an_untouched_release_fails(verdicts: dict[str, str]) -> None:
    assert failed_cells(verdicts["untouched"]) == ["# Check: one number.", "# Check: three numbers."]


def test_validate_shows_the_message_of_the_check_for_a_wrong_answer(verdicts: dict[str, str]) -> None:
    assert "✗ double(2.0): wrong value: expected 4, yours 5" in verdicts["wrong"]


# Release, grade, give back -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Graded:
    """The same submission in two copies of a course.

    Attributes:
        by_nbgrader: the copy that nbgrader's commands released, graded and gave feedback for.
        by_course: the copy that `course autograde` graded.
        ended: how nbgrader's commands ended, by name.
    """

    by_nbgrader: SmallCourse
    by_course: SmallCourse
    ended: dict[str, Ended]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, nbgrader: Nbgrader) -> Graded:
    """One real notebook with this course's settings, handed in with one wrong answer."""
    folder = tmp_path_factory.mktemp("course_folder")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    course = SmallCourse(folder)
    master = nbformat.read(ROOT / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", as_version=4)
    course.write_master(master, ASSIGNMENT, NOTEBOOK)
    ended = {"generate_assignment": nbgrader(folder, "generate_assignment", ASSIGNMENT)}
    course.submit("ben", {"compute_sum_of_squares": MEAN}, ASSIGNMENT, NOTEBOOK)
    other = course.copy_to(tmp_path_factory.mktemp("other") / "course_folder")
    for command in ("autograde", "generate_feedback"):
        ended[command] = nbgrader(folder, command, ASSIGNMENT)
    autograde(other.folder, [], [], Options())
    return Graded(course, other, ended)


def auto_scores(course: SmallCourse) -> dict[str, float | None]:
    """Cell to what grading without a person gave, None where it takes one."""
    with opened(course.folder) as book:
        notebook = book.find_submission_notebook(NOTEBOOK, ASSIGNMENT, "ben")
        return {grade.name: grade.auto_score for grade in notebook.grades}


@pytest.mark.parametrize("command", ["generate_assignment", "autograde", "generate_feedback"])
def test_nbgraders_command_ends_well(command: str, graded: Graded) -> None:
    assert graded.ended[command].returncode == 0, graded.ended[command].stdout


def test_course_release_makes_the_bytes_that_nbgrader_released(graded: Graded) -> None:
    (released,) = release(graded.by_course.folder, [ASSIGNMENT])
    assert not released.changed


def test_nbgrader_and_course_autograde_give_the_same_scores(graded: Graded) -> None:
    scores = auto_scores(graded.by_course)
    assert scores == auto_scores(graded.by_nbgrader)
    failed = {"check_compute_sum_of_squares", "hidden_compute_sum_of_squares"}
    assert {cell for cell, score in scores.items() if score == 0} == failed


def test_nbgraders_feedback_comes_with_the_page_of_the_submission(graded: Graded) -> None:
    folder = graded.by_nbgrader.root / "feedback" / "ben" / ASSIGNMENT
    assert sorted(path.name for path in folder.iterdir()) == ["index.html", f"{NOTEBOOK}.html"]
