"""A whole term at small scale: tools/bench_term.py, which times it for 300 students, runs every stage right."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tool_modules import load

load("bench_grading")
bench_term = load("bench_term")
STUDENTS, ASSIGNMENTS = 4, 2


@pytest.fixture(scope="module")
def term(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    """A class's folder after all stages, and what each took."""
    folder = bench_term.make_term(tmp_path_factory.mktemp("term") / "course", STUDENTS, ASSIGNMENTS)
    return folder, bench_term.run_term(folder, jobs=2)


def test_every_stage_has_a_time(term: tuple[Path, dict[str, float]]) -> None:
    stages = ["students", "release", "collect", "autograde", "feedback", "report", "grades", "status"]
    assert list(term[1]) == stages
    assert min(term[1].values()) > 0


def test_everybody_has_the_points_they_deserve(term: tuple[Path, dict[str, float]]) -> None:
    """6 points, and half of them for every second student, who has the same mistake in each assignment."""
    with open(term[0] / "grades.csv", newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == STUDENTS * ASSIGNMENTS
    assert {(row["student"], row["points"], row["penalty"]) for row in rows} == {
        ("s00000", "6", "0"),
        ("s00001", "3", "0"),
        ("s00002", "6", "0"),
        ("s00003", "3", "0"),
    }


def test_every_submission_has_its_page_and_every_assignment_its_report(term: tuple[Path, dict[str, float]]) -> None:
    folder = term[0]
    assert len(list((folder / "feedback").glob("*/*/index.html"))) == STUDENTS * ASSIGNMENTS
    assert len(list((folder / "reports").glob("*.html"))) == ASSIGNMENTS
    assert len(list(folder.glob("feedback-*-moodle.zip"))) == ASSIGNMENTS
