"""The course's own answers bank, graded whole: every right answer passes, every wrong one does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from courses import ROOT

from course.grading.answers import Report, describe, grade_bank
from course.grading.settings import CourseFolder

BANK = ROOT / "tests" / "answers"
FILES = sorted(BANK.glob("*/*.py"))
MASTERS = sorted((ROOT / "source").glob("*/*.ipynb"))


def test_every_master_has_answers() -> None:
    names = [[f"{path.parent.name}/{path.stem}" for path in paths] for paths in (MASTERS, FILES)]
    assert names[0] == names[1]


@pytest.fixture(scope="module")
def report(request: pytest.FixtureRequest) -> Report:
    """All answers to the selected notebooks, graded in one go: a sandbox takes seconds to start."""
    test = test_answers_come_out_as_they_say.__name__
    asked = [item for item in request.session.items if item.name.startswith(test)]
    names = [item.callspec.params["path"].stem for item in asked]  # type: ignore[attr-defined]
    return grade_bank(CourseFolder(ROOT), BANK, names, 2, lambda done, total: None)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_answers_come_out_as_they_say(path: Path, report: Report) -> None:
    own = report.of(path.parent.name, path.stem)
    assert own.answers
    assert own.good, "\n".join(describe(own))
