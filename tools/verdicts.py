"""Whether a test cell says the same of every answer of the bank in the tester and in a plain kernel.

Every block of the bank is graded twice, with all that belongs to it: in the sandbox, where test cells run in the
tester, and in Jupyter kernels, where they run beside the student's code. What differs is printed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from course import cores
from course.grading.answers import hand_in_bank, how_to_grade, read_bank
from course.grading.autograde import autograde
from course.grading.settings import CourseFolder


def main() -> int:
    """Grade both ways, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=[], metavar="NOTEBOOK")
    parser.add_argument("--jobs", type=int, default=cores.count())
    options = parser.parse_args()
    course = CourseFolder.find(Path.cwd())
    bank = course.root / "tests" / "answers"
    scores: list[dict[str, dict[str, float]]] = []
    with tempfile.TemporaryDirectory(prefix="course-verdicts-") as folder:
        for confined in (True, False):
            made = Path(folder, str(confined))
            made.mkdir()
            answers, masters = read_bank(course, bank, options.only)
            scratch, by_student = hand_in_bank(course, made, answers, masters)
            started = time.monotonic()
            rows = autograde(scratch, [], [], how_to_grade(by_student, options.jobs, confined=confined))
            where = "in the tester" if confined else "in kernels"
            print(f"{len(rows)} submissions {where}: {time.monotonic() - started:.0f} s", flush=True)
            scores.append({row.student: row.score.cells if row.score else {row.problem: 0.0} for row in rows})
    cells = different = 0
    for student, here in scores[0].items():
        there = scores[1][student]
        cells += len(here)
        for name in here.keys() | there.keys():
            if here.get(name) != there.get(name):
                different += 1
                answer = by_student[student]
                print(f"{answer.where}: {answer.kind} {answer.exercise}: {name}: {here.get(name)} in the tester, "
                      f"{there.get(name)} in a kernel")  # fmt: skip
    print(f"{cells} test cells and questions compared, {different} differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
