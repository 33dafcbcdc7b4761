"""The pages that students get back: what they say, and what they must not."""

from __future__ import annotations

import html
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from commands import Unrun, in_a_terminal, one_clear_line, run_command
from courses import SmallCourse, cell_of, small_master
from feedback_pages import card, overview, text_of
from leaks import secret_lines
from nbgrader.api import Gradebook

from course.grading.autograde import Options, autograde
from course.grading.feedback import feedback, writing
from course.grading.release import release

HIDDEN = """# Tested here: other numbers.
### BEGIN HIDDEN TESTS
for _secret in (31337.25, -27182.75):
    check.hidden(double(_secret), 2 * _secret, hint="wrong for other numbers")
### END HIDDEN TESTS"""
SECRETS = [
    "31337.25",
    "27182.75",
    "62674.5",
    "54365.5",
    "_secret",
    "HIDDEN TESTS",
    "mark scheme says",
    "MARK SCHEME",
]
ANSWERS = {
    "ada": {},
    "ben": {"double": "def double(x):\n    return 2 * x if x < 3 else -2 * x"},
    "cleo": {"double": "def double(x)\n    return 2 * x"},
    "dev": {"double": "def double(x):\n    raise ValueError(f'<script>alert({x})</script>')"},
    "eve": {"double": "def double(x):\n    while x > 3:\n        pass\n    return 2 * x"},
    "finn": {"double": "def double(x):\n    return -2 * x"},
    "<i>x": {},
}
LATE = "finn"


def opened(course: SmallCourse) -> Gradebook:
    return Gradebook(course.folder.db_url, course.folder.directory().course_id or "default_course")


@pytest.fixture(scope="module")
def graded(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """A graded class. Nobody handed in the second notebook; finn is late; ada has a mark and a comment by hand."""
    made = released_template.copy_to(tmp_path_factory.mktemp("feedback") / "course_folder")
    made.configure('c.Course.cell_seconds = 3\nc.LateSubmissionPlugin.penalty_method = "zero"')
    master = small_master()
    cell_of(master, "hidden_double").source = HIDDEN
    made.write_master(master)
    made.write_master(name="missed")
    release(made.folder, [])
    for student, answers in ANSWERS.items():
        path = made.submit(student, answers)
        if student == LATE:
            path.with_name("timestamp.txt").write_text("2030-01-02 12:00:00 UTC")
    with opened(made) as book:
        book.update_or_create_assignment("01_first", duedate="2030-01-01 12:00:00 UTC")
    rows = autograde(made.folder, [], [], Options(jobs=2))
    assert [row.problem for row in rows] == [""] * len(ANSWERS)
    with opened(made) as book:
        grade = book.find_grade("think_twice", "doubling", "01_first", "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.find_comment("think_twice", "doubling", "01_first", "ada").manual_comment = "well <said>"
        book.db.commit()
    return made


@pytest.fixture(scope="module")
def written(graded: SmallCourse) -> list[Path]:
    return feedback(graded.folder, [], [])


@pytest.fixture(scope="module")
def pages(written: list[Path]) -> dict[str, dict[str, str]]:
    """Student to name of page to its text."""
    return {
        path.parents[1].name: {page.name: page.read_text(encoding="utf-8") for page in path.parent.iterdir()}
        for path in written
    }


# What they say -----------------------------------------------------------------------------------------------


def test_page_and_notebook_are_written_for_every_student(pages: dict[str, dict[str, str]]) -> None:
    assert set(pages) == set(ANSWERS)
    assert all({"index.html", "doubling.html"} <= set(those) for those in pages.values())


@pytest.mark.parametrize(
    ("student", "exercise", "expected"),
    [
        ("ada", "double", ["3 of 3", "✓ Right"]),
        ("ben", "double", ["1 of 3", "Hint. wrong for other numbers"]),
        ("cleo", "double", ["0 of 3", "Python can't read this cell. In your own cell: SyntaxError: expected ':'"]),
        ("eve", "double", ["1 of 3", "It took too long. stopped after 3 seconds, the limit for one cell"]),
        ("ada", "think_twice", ["1.5 of 2", "Comment on your answer well <said>"]),
        ("ben", "think_twice", ["– of 2", "A person will mark this."]),
    ],
)
def test_card_has_points_and_what_happened(
    student: str, exercise: str, expected: list[str], pages: dict[str, dict[str, str]]
) -> None:
    found = card(pages[student]["index.html"], exercise)
    assert found.points == expected[0]
    assert expected[1] in found.text


def test_message_of_a_check_is_there_in_full(pages: dict[str, dict[str, str]]) -> None:
    said = card(pages["finn"]["index.html"], "double").text
    assert "Wrong value. double(2.0): wrong value: expected 4, yours -4" in said


def test_points_of_notebook_and_submission(pages: dict[str, dict[str, str]]) -> None:
    page = pages["ada"]["index.html"]
    assert "Score 7.5 of 16 points" in text_of(page)
    assert overview(page)["doubling"] == "7.5 of 8"


def test_missing_notebook_is_said(pages: dict[str, dict[str, str]]) -> None:
    page = pages["ada"]["index.html"]
    assert overview(page)["missed"] == "0 of 8 not handed in"
    assert "missed: 0 of 8 points This notebook was not handed in." in text_of(page)


def test_late_penalty_is_said_and_taken_off(pages: dict[str, dict[str, str]]) -> None:
    page = text_of(pages[LATE]["index.html"])
    assert "2 points were taken off for lateness: this was handed in 1 day after it was due." in page
    assert "Due: 1 January 2030, 12:00 UTC; handed in: 2 January 2030, 12:00 UTC." in page
    assert "Score 0 of 16 points" in page
    assert "for lateness" not in pages["ada"]["index.html"]


def test_syntax_error_is_in_the_notebooks_page(pages: dict[str, dict[str, str]]) -> None:
    assert "SyntaxError" in pages["cleo"]["doubling.html"]


def test_notebooks_page_shows_how_hidden_tests_went(pages: dict[str, dict[str, str]]) -> None:
    assert "✓ hidden tests passed" in pages["ada"]["doubling.html"]
    assert "✗ wrong for other numbers" in pages["ben"]["doubling.html"]


# What they must not ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("student", ANSWERS)
def test_nothing_of_hidden_tests_and_mark_scheme_is_in_any_page(
    student: str, pages: dict[str, dict[str, str]]
) -> None:
    assert [(name, secret) for name, page in pages[student].items() for secret in SECRETS if secret in page] == []


def test_students_html_is_text_in_the_page(pages: dict[str, dict[str, str]]) -> None:
    assert "<script>alert(2.0)</script>" in card(pages["dev"]["index.html"], "double").text
    assert "<script>alert" not in pages["dev"]["index.html"]
    assert "&lt;said&gt;" in pages["ada"]["index.html"]


def test_students_id_is_text_in_the_page(pages: dict[str, dict[str, str]]) -> None:
    assert "<i>" not in pages["<i>x"]["index.html"] and "&lt;i&gt;x" in pages["<i>x"]["index.html"]


# The same from nbgrader --------------------------------------------------------------------------------------


def test_nbgraders_own_command_writes_the_same_pages(
    graded: SmallCourse, pages: dict[str, dict[str, str]], tmp_path: Path, environment: dict[str, str]
) -> None:
    other = graded.copy_to(tmp_path / "course_folder")
    for folder in ("feedback", "autograded/cleo", "autograded/dev", "autograded/finn", "autograded/<i>x"):
        (other.root / folder).rename(tmp_path / folder.replace("/", "-"))
    command = ["nbgrader", "generate_feedback", "01_first"]
    run = subprocess.run(command, cwd=other.root, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    for student in ("ada", "ben", "eve"):
        folder = other.root / "feedback" / student / "01_first"
        assert {page.name: page.read_text(encoding="utf-8") for page in folder.iterdir()} == pages[student]


# The command -------------------------------------------------------------------------------------------------


def test_command_counts_what_it_wrote(graded: SmallCourse) -> None:
    said = run_command(graded, "feedback", "--student", "ada")
    assert (said.status, said.err) == (0, "")
    assert said.out == "1 submission: feedback/STUDENT/ASSIGNMENT/index.html\n"


def test_nothing_graded_yet_is_one_clear_line(released_course: SmallCourse) -> None:
    released_course.submit("ada")
    assert "nothing is graded yet for 01_first" in one_clear_line(released_course, "feedback")


@pytest.mark.parametrize(
    ("words", "named"), [(["--student", "zoe"], "student 'zoe'"), (["03_none"], "no assignment '03_none'")]
)
def test_mistake_is_one_clear_line(words: list[str], named: str, graded: SmallCourse) -> None:
    assert named in one_clear_line(graded, "feedback", *words)


def test_submission_that_the_gradebook_does_not_know_is_one_clear_line(graded: SmallCourse, tmp_path: Path) -> None:
    course = graded.copy_to(tmp_path / "course_folder")
    with opened(course) as book:
        book.remove_submission("01_first", "ada")
    line = one_clear_line(course, "feedback", "--student", "ada")
    assert "ada/01_first: in autograded/, but not in the gradebook" in line


def test_page_is_replaced_when_the_submission_is_graded_again(graded: SmallCourse, tmp_path: Path) -> None:
    course = graded.copy_to(tmp_path / "course_folder")
    (page,) = feedback(course.folder, [], ["ben"])
    (page.parent / "of_before.html").touch()
    course.submit("ben")
    autograde(course.folder, [], ["ben"], Options(), runner=Unrun())
    feedback(course.folder, [], ["ben"])
    assert "Score 6 of 16 points" in text_of(page.read_text(encoding="utf-8"))
    assert not (page.parent / "of_before.html").exists()


def test_several_processes_write_the_same_pages(
    graded: SmallCourse, pages: dict[str, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = graded.copy_to(tmp_path / "course_folder")
    shutil.rmtree(course.root / "feedback", ignore_errors=True)
    monkeypatch.setattr(writing, "WORTH_A_PROCESS", 3)
    seen: list[tuple[int, int]] = []
    written = feedback(course.folder, [], [], jobs=2, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(done, len(ANSWERS)) for done in range(len(ANSWERS) + 1)]
    for path in written:
        found = {page.name: page.read_text(encoding="utf-8") for page in path.parent.iterdir()}
        assert found == pages[path.parents[1].name]


def test_submission_that_cannot_be_shown_costs_nobody_else_theirs(graded: SmallCourse, tmp_path: Path) -> None:
    course = graded.copy_to(tmp_path / "course_folder")
    shutil.rmtree(course.root / "feedback", ignore_errors=True)
    broken = course.root / "autograded" / "ben" / "01_first" / "doubling.ipynb"
    broken.chmod(0o644)
    broken.write_text("{")
    said = run_command(course, "feedback")
    assert (said.status, said.out, len(said.lines)) == (2, "", 1)
    assert said.err.startswith("course feedback: ben/01_first: no feedback: ")
    assert said.err.endswith(f"; {len(ANSWERS) - 1} others are written\n")
    there = {path.parents[1].name for path in (course.root / "feedback").glob("*/*/index.html")}
    assert there == set(ANSWERS) - {"ben"}


def test_ctrl_c_is_one_line_and_leaves_nothing(
    released_template: SmallCourse, tmp_path: Path, environment: dict[str, str]
) -> None:
    course = released_template.copy_to(tmp_path / "course_folder")
    for number in range(2 * writing.WORTH_A_PROCESS):
        course.submit(f"student{number}")
    autograde(course.folder, [], [], Options(), runner=Unrun())
    words = [sys.executable, "-m", "course.cli", "feedback", "--jobs", "2"]
    process = subprocess.Popen(
        words, cwd=course.root, env=environment, preexec_fn=in_a_terminal,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not list(course.root.glob("feedback/*")) and process.poll() is None:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    out, errors = process.communicate(timeout=100)
    assert (process.returncode, out) == (130, "")
    assert errors == "course feedback: stopped; what was finished is kept\n"
    assert list(course.root.glob(".course-feedback-*")) == []


def test_what_a_killed_run_left_is_cleared_away(graded: SmallCourse, tmp_path: Path) -> None:
    course = graded.copy_to(tmp_path / "course_folder")
    (course.root / ".course-feedback-x" / "ada").mkdir(parents=True)
    feedback(course.folder, [], ["ada"])
    assert list(course.root.glob(".course-feedback-*")) == []


def hidden_lines(course: SmallCourse) -> set[str]:
    """The lines of hidden tests and mark schemes, without solutions, which are the students' own."""
    masters = [nbformat.read(path, as_version=4) for path in course.root.glob("source/*/*.ipynb")]
    for master in masters:
        master.cells = [cell for cell in master.cells if "BEGIN SOLUTION" not in cell.source]
    return set[str]().union(*map(secret_lines, masters))


def test_no_line_of_a_hidden_test_or_mark_scheme_is_read_in_any_page(
    graded: SmallCourse, pages: dict[str, dict[str, str]]
) -> None:
    secrets = hidden_lines(graded)
    assert len(secrets) > 3
    read = {
        (student, name): html.unescape(page) for student, those in pages.items() for name, page in those.items()
    }
    assert [(where, line) for where, page in read.items() for line in secrets if line in page] == []


def test_nothing_is_left_behind(graded: SmallCourse, written: list[Path]) -> None:
    assert list(graded.root.glob(".course-*")) == []
