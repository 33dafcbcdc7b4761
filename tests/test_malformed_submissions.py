"""A class with all kinds of spoilt submissions: each is graded or has its reason, and stops nobody else."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest
from courses import SmallCourse
from malformed import FULL, REFUSED, REPAIRED
from spoiling import LARGE

HONEST = ("ada", "ben", "cleo")
GRADE = """
import dataclasses, json, sys
from pathlib import Path
from course.grading.autograde import Options, autograde
from course.grading.settings import CourseFolder

rows = autograde(CourseFolder(Path(sys.argv[1])), [], [], Options(jobs=2))
# no getrusage: it goes on from what the parent had
(line,) = (line for line in open("/proc/self/status") if line.startswith("VmHWM"))
peak = int(line.split()[1]) * 1024
print(json.dumps({"rows": [dataclasses.asdict(row) for row in rows], "peak": peak}))
"""


@dataclass(frozen=True)
class Graded:
    """What a process that graded the class had to say."""

    rows: dict[str, dict[str, Any]]
    peak: int
    stderr: str


@pytest.fixture(scope="module")
def handed_in(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    course = released_template.copy_to(tmp_path_factory.mktemp("malformed") / "course_folder")
    changes = {
        **{name: change for name, (change, _, _) in REPAIRED.items()},
        **{name: change for name, (change, _) in REFUSED.items()},
    }
    for student in (*HONEST, *changes):
        path = course.submit(student)
        if student in changes:
            changes[student](path)
    return course


@pytest.fixture(scope="module")
def graded(handed_in: SmallCourse, environment: dict[str, str]) -> Graded:
    """In a process of its own, to see what memory that takes."""
    run = subprocess.run(
        [sys.executable, "-c", GRADE, str(handed_in.root)], env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    return Graded({row["student"]: row for row in said["rows"]}, said["peak"], run.stderr)


def test_whole_class_is_there(graded: Graded) -> None:
    assert set(graded.rows) == {*HONEST, *REPAIRED, *REFUSED}
    assert len(graded.rows) > 80


@pytest.mark.parametrize("student", HONEST)
def test_honest_submission_has_full_marks_and_no_note(student: str, graded: Graded) -> None:
    row = graded.rows[student]
    assert (row["score"]["points"], row["score"]["by_hand"], row["note"], row["problem"]) == (FULL, 2.0, "", "")


@pytest.mark.parametrize("student", REPAIRED)
def test_repaired_submission_has_its_points_and_says_what_was_done(student: str, graded: Graded) -> None:
    _, points, note = REPAIRED[student]
    row = graded.rows[student]
    assert row["problem"] == ""
    assert (row["score"]["points"], row["score"]["by_hand"]) == (points, 2.0)
    assert note in row["note"] if note else row["note"] == ""


@pytest.mark.parametrize("student", REFUSED)
def test_refused_submission_has_a_line_that_names_file_and_reason(student: str, graded: Graded) -> None:
    row = graded.rows[student]
    assert (row["score"], row["graded"]) == (None, False)
    assert row["problem"].startswith(f"submitted/{student}/01_first") and REFUSED[student][1] in row["problem"]
    assert row["problem"].isprintable() and len(row["problem"]) < 250


def test_older_release_is_not_called_edited(graded: Graded) -> None:
    assert graded.rows["older"]["note"] == "doubling: released from an older master"


def test_outputs_of_100_mb_are_dropped_unread(handed_in: SmallCourse, graded: Graded) -> None:
    large = [
        path
        for path in (handed_in.root / "submitted").rglob("doubling.ipynb")
        if path.is_file() and path.stat().st_size >= 0.9 * LARGE
    ]
    assert len(large) == 3
    assert graded.peak < 300e6


@pytest.mark.usefixtures("graded")
@pytest.mark.parametrize("student", ["stream-100-mb", "lines-100-mb", "image-100-mb", "metadata-10-mb"])
def test_graded_copy_is_small(student: str, handed_in: SmallCourse) -> None:
    (path,) = (handed_in.root / "autograded" / student).rglob("*.ipynb")
    assert path.stat().st_size < 2e6


def test_nothing_is_said_beside_the_rows(graded: Graded) -> None:
    """Libraries warn of what they mend; of a class of 300 that would be a screen of lines."""
    assert graded.stderr == ""


@pytest.mark.usefixtures("graded")
@pytest.mark.parametrize("student", sorted(REFUSED))
def test_of_a_refused_submission_nothing_is_written(student: str, handed_in: SmallCourse) -> None:
    assert not (handed_in.root / "autograded" / student).exists()
