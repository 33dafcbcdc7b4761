"""The commands of docs/week.md and docs/privacy.md, typed one after another for a small class."""

from __future__ import annotations

import csv
import io
import re
import shlex
import subprocess
import sys
import zipfile
from dataclasses import dataclass

import pytest
from archives import moodle, moodle_worksheet, notebook_of
from courses import CHECK_DOUBLE, ROOT, SmallCourse, small_master
from office import give_points

WEEK = (ROOT / "docs" / "week.md").read_text()
PRIVACY = (ROOT / "docs" / "privacy.md").read_text()
OURS, THEIRS = "01_first", "03_loss_functions"  # the assignment here, and on the page
SECTION = re.compile(r"^## ([^\n]*)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

PARTICIPANTS = """First name,Last name,ID number,Email address
Ada,Lovelace,ada,ada@uni.edu
Grace,Hopper,grace,grace@uni.edu
Bob,Tables,bob,bob@uni.edu
"""
SUNDAY, TUESDAY = "Sunday, 29 November 2026, 8:00 PM", "Tuesday, 1 December 2026, 8:00 PM"  # due is Monday night
WRONG = "def total(values):\n    return sum(values)"
RIGHT_BUT_NEARLY = "def double(x):\n    return 2 * x * (1 + 1e-7)"


@dataclass
class Term:
    """A class and what its instructor has typed so far.

    Attributes:
        course: the folder.
        said: command to what it printed.
    """

    course: SmallCourse
    said: dict[str, str]

    def type(self, section: str) -> None:
        """Run what a section of the page says, line by line, as a process in the course folder each."""
        for line in lines_of(WEEK, section):
            self.run(line)

    def run(self, line: str) -> None:
        """Run one line."""
        words = shlex.split(line, comments=True)
        assert words[0] == "course"
        done = subprocess.run(
            [sys.executable, "-m", "course.cli", *words[1:]], cwd=self.course.root, capture_output=True, text=True
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        self.said[shlex.join(words)] = done.stdout


def lines_of(page: str, section: str) -> list[str]:
    """The commands in a section's blocks, about the assignment here."""
    blocks = BLOCK.findall(dict(SECTION.findall(page))[section])
    return [line for language, text in blocks if not language for line in text.replace(THEIRS, OURS).splitlines()]


def due_toml() -> str:
    """What the page says that due.toml may look like."""
    (text,) = (text for language, text in BLOCK.findall(WEEK) if language == "toml")
    return text.replace(THEIRS, OURS)


@pytest.fixture(scope="module")
def term(tmp_path_factory: pytest.TempPathFactory) -> Term:
    """A week, up to the point where it was all given back."""
    root = tmp_path_factory.mktemp("week") / "course_folder"
    root.mkdir()
    (root / "LICENSE").write_text("Free to use.\n")
    course = SmallCourse(root)
    course.write_master(too_tight())
    term = Term(course, {})
    (course.root / "participants.csv").write_text(PARTICIPANTS)
    term.type("Before the term")
    (course.root / "due.toml").write_text(due_toml())
    term.type("Monday: release")
    download(course)
    term.type("The Monday after: collect and grade")
    give_points(course, "ada", 2)
    course.write_master(small_master())  # the test that was too tight is mended
    term.type("Tuesday: by hand")
    term.type("Wednesday: look, give back, export")
    return term


def too_tight() -> object:
    """A master with a check that does not let a right answer through."""
    made = small_master()
    (check,) = (cell for cell in made.cells if cell.source == CHECK_DOUBLE)
    check.source = CHECK_DOUBLE.replace('"double(2.0)")', '"double(2.0)", rtol=1e-12)')
    return made


def download(course: SmallCourse) -> None:
    """What Moodle gives: the archive and the worksheet. Bob has handed in nothing."""
    moodle(
        course.root / "submissions.zip",
        [
            ("Ada Lovelace", 1, {"doubling.ipynb": notebook_of(course, double=RIGHT_BUT_NEARLY)}),
            ("Grace Hopper", 2, {"doubling (1).ipynb": notebook_of(course, total=WRONG)}),
        ],
    )
    handed_in = "Submitted for grading"
    moodle_worksheet(
        course.root / "worksheet.csv",
        [
            (1, "Ada Lovelace", "ada", "ada@uni.edu", handed_in, SUNDAY),
            (2, "Grace Hopper", "grace", "grace@uni.edu", handed_in, TUESDAY),
            (3, "Bob Tables", "bob", "bob@uni.edu", "No submission", "-"),
        ],
    )


def said(term: Term, command: str) -> str:
    return term.said[command.replace(THEIRS, OURS)]


def test_the_roster_is_taken_and_doctor_finds_nothing_to_mend(term: Term) -> None:
    assert said(term, "course students participants.csv").startswith("participants.csv: 3 added")
    assert "all that is needed works" in said(term, "course doctor")


def test_the_student_repository_lies_beside_the_course(term: Term) -> None:
    assert list((term.course.root.parent / "student").rglob("doubling.ipynb"))


def test_who_handed_in_and_who_did_not_is_said(term: Term) -> None:
    out = said(term, "course collect submissions.zip worksheet.csv --assignment 03_loss_functions")
    assert "bob" in out and "missing" in out
    handed_in = {path.name for path in (term.course.root / "submitted").iterdir()}
    assert handed_in == {"ada", "grace"}


def test_graces_extension_counts(term: Term) -> None:
    grace = rows_of(term)["grace"]
    assert grace["due"].startswith("2026-12-02 23:59")
    assert (grace["penalty"], grace["points"]) == ("0", "3")


def test_the_mended_test_gives_ada_her_point_and_leaves_what_was_given_by_hand(term: Term) -> None:
    shown = said(term, "course autograde 03_loss_functions --regrade")
    assert re.search(r"\bada\b.*\+1", shown), shown
    assert "the tolerance was too tight" in (term.course.root / "regrades.jsonl").read_text()
    assert rows_of(term)["ada"]["points"] == "8"


def rows_of(term: Term) -> dict[str, dict[str, str]]:
    """What `course grades` says of each student."""
    term.run("course grades --unfinished")
    rows = csv.DictReader(io.StringIO(term.said["course grades --unfinished"]))
    return {row["student"]: row for row in rows}


def test_the_report_the_zip_and_moodles_grades_are_there(term: Term) -> None:
    root = term.course.root
    assert (root / "reports" / f"{OURS}.html").stat().st_size > 10_000
    with zipfile.ZipFile(root / f"feedback-{OURS}-moodle.zip") as archive:
        assert len(archive.namelist()) == 2
    with open(root / "grades.csv", encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[-1] == f"Assignment: {OURS}"
    assert [(row[2], row[-1]) for row in rows] == [("ada", "8"), ("bob", ""), ("grace", "3")]


# docs/privacy.md -------------------------------------------------------------------------------------------------


def test_one_student_is_erased_as_the_page_says(term: Term, tmp_path_factory: pytest.TempPathFactory) -> None:
    copy = Term(term.course.copy_to(tmp_path_factory.mktemp("erased") / "course_folder"), {})
    for name in ("grades.csv", "participants.csv", "submissions.zip", "worksheet.csv"):
        (copy.course.root / name).unlink()  # for the instructor to decide on, as the page says
    for line in lines_of(PRIVACY, "One student"):
        copy.run(line.replace("ID", "grace"))
    assert "submitted/grace" in next(iter(copy.said.values()))
    left = [
        path for path in copy.course.root.rglob("*") if path.is_file() and b"grace" in path.read_bytes().lower()
    ]
    assert left == []
    assert (copy.course.root / "submitted" / "ada").exists()


def test_at_the_end_nothing_of_anybody_is_left(term: Term, tmp_path_factory: pytest.TempPathFactory) -> None:
    copy = Term(term.course.copy_to(tmp_path_factory.mktemp("ended") / "course_folder"), {})
    for line in lines_of(PRIVACY, "How long"):
        if line.startswith("course"):
            copy.run(line.replace("--output", "--unfinished --output"))  # Think questions still wait here
        else:
            subprocess.run(["bash", "-c", line], cwd=copy.course.root, check=True)
    given = {"grades.csv", "participants.csv", "submissions.zip", "worksheet.csv"}
    left = [path for path in copy.course.root.rglob("*") if path.is_file() and b"Lovelace" in path.read_bytes()]
    assert {path.name for path in left} <= given
    copy.run("course release")
