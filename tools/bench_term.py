"""How long each stage of a term takes: a class that hands in every assignment, at two sizes.

The stages are the commands that an instructor types, as processes: `course students`, `release`, `collect` (with
Moodle's archive and worksheet, an assignment each), `autograde`, `feedback --zip moodle`, `report`, `grades` and
`status`. The notebooks are the light ones of bench_grading.py; every second student has a mistake, and few write
just as another does. A stage's cost for one submission should not grow with the class: the last column is that cost
in the large class beside the small one. docs/performance.md keeps what it printed.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tempfile
import zipfile
from pathlib import Path

import bench_grading as light
import nbformat

DUE, TIME = "2026-11-30T23:59:00+01:00", "Sunday, 29 November 2026, 8:00 PM"
WORKSHEET = [
    *("Identifier", "Full name", "ID number", "Email address", "Status", "Grade", "Maximum Grade"),
    *("Grade can be changed", "Last modified (submission)", "Last modified (grade)", "Feedback comments"),
]
GROWN = 1.1  # a stage that costs more than this for each submission, where the class is larger, is worth a look


def main() -> int:
    """Two classes, one after the other, and a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, nargs=2, default=(75, 300), metavar="N")
    parser.add_argument("--assignments", type=int, default=10, metavar="N")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=light.scratch()) as place:
        few, many = (
            run_term(make_term(Path(place) / str(count), count, options.assignments), options.jobs)
            for count in options.students
        )
    small, large = (count * options.assignments for count in options.students)
    print(f"{'stage':12}{small:>8} {large:>9} submissions  cost of each, beside the small class")
    for stage, seconds in many.items():
        grown = seconds / large / (few[stage] / small)
        print(f"{stage:12}{few[stage]:>6.1f} s {seconds:>7.1f} s  {grown:>24.2f}{'  more' * (grown > GROWN)}")
    print(f"{'all':12}{sum(few.values()):>6.1f} s {sum(many.values()):>7.1f} s")
    return 0


def make_term(folder: Path, students: int, assignments: int) -> Path:
    """A course folder with masters, a due date, a roster, and beside it what Moodle gives for each assignment."""
    names = [f"{number:02d}_light" for number in range(1, assignments + 1)]
    for name in names:
        (folder / "source" / name).mkdir(parents=True)
        nbformat.write(light.master(light.NUMPY), folder / "source" / name / "light.ipynb")
        make_download(folder / "downloaded", name, students)
    (folder / "nbgrader_config.py").write_text(light.CONFIG)
    (folder / "due.toml").write_text("".join(f'["{name}"]\ndue = {DUE}\n' for name in names))
    with open(folder / "roster.csv", "w", newline="") as file:
        csv.writer(file).writerows([("id", "first_name", "last_name", "email"), *map(person, range(students))])
    return folder


def person(number: int) -> tuple[str, str, str, str]:
    """Id, names and address."""
    return f"s{number:05d}", "First", f"Last{number}", f"s{number:05d}@uni.edu"


def make_download(folder: Path, assignment: str, students: int) -> None:
    """Moodle's archive of all submissions and its grading worksheet."""
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / f"{assignment}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(students):
            _, first, last, _ = person(number)
            entry = f"{first} {last}_{number + 1}_assignsubmission_file/light.ipynb"
            archive.writestr(zipfile.ZipInfo(entry, (2026, 12, 1, 8, 0, 0)), nbformat.writes(submission(number)))
    with open(folder / f"{assignment}.csv", "w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(WORKSHEET)
        for number in range(students):
            identifier, first, last, address = person(number)
            known = [f"Participant {number + 1}", f"{first} {last}", identifier, address, "Submitted for grading"]
            writer.writerow([*known, "", "6.00", "Yes", TIME, "-", ""])


def submission(number: int) -> nbformat.NotebookNode:
    """What a student hands in: right, or with a mistake, in their own words."""
    made = light.master(light.NUMPY)
    wrong, name = number % 2, f"v{number % 97}"
    steps = "".join(f"    {name}_{step} = {step}\n" for step in range(number % 11))
    for cell in made.cells:
        if cell.id == "relu":
            cell.source = f"def relu(x):\n{steps}    {name} = np.maximum(x, 0)\n    return {name}"
        if cell.id == "softplus":
            result = name if wrong else f"np.log1p(np.exp({name}))"
            cell.source = f"def softplus(x):\n    {name} = x\n{steps}    return {result}"
    return made


def run_term(folder: Path, jobs: int) -> dict[str, float]:
    """Stage to seconds."""
    names = sorted(path.name for path in (folder / "source").iterdir())
    both = ["--jobs", str(jobs)]
    downloaded = folder / "downloaded"
    collecting = [
        ["collect", f"{downloaded / name}.zip", f"{downloaded / name}.csv", "--assignment", name] for name in names
    ]
    stages = {
        "students": [["students", "roster.csv"]],
        "release": [["release"]],
        "collect": collecting,
        "autograde": [["autograde", *both]],
        "feedback": [["feedback", "--zip", "moodle", *both]],
        "report": [["report"]],
        "grades": [["grades", "--output", "grades.csv"]],
        "status": [["status"]],
    }
    taken = {}
    for stage, commands in stages.items():
        taken[stage] = sum(light.run(["course", *words], folder) for words in commands)
        print(f"{folder.name} students: {stage} {taken[stage]:.1f} s", file=sys.stderr, flush=True)
    return taken


if __name__ == "__main__":
    os.environ["COURSE_OFFLINE"] = "1"
    sys.exit(main())
