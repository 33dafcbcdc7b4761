"""The course's own answers bank, graded whole: every right answer passes, every wrong one does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from courses import ROOT

from course.grading.answers import describe, grade_bank
from course.grading.settings import CourseFolder

BANK = ROOT / "tests" / "answers"
FILES = sorted(BANK.glob("*/*.py"))
MASTERS = sorted((ROOT / "source").glob("*/*.ipynb"))


def test_every_master_has_answers() -> None:
    names = [[f"{path.parent.name}/{path.stem}" for path in paths] for paths in (MASTERS, FILES)]
    assert names[0] == names[1]


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_answers_come_out_as_they_say(path: Path) -> None:
    report = grade_bank(CourseFolder(ROOT), BANK, [path.stem], 2, lambda done, total: None)
    assert report.good, "\n".join(describe(report))
