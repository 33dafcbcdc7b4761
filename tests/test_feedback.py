"""The pages that students get back: what they say, and what they must not."""

from __future__ import annotations

import html
import re
import subprocess
from pathlib import Path

import pytest
from commands import Unrun, one_clear_line, run_command
from courses import SmallCourse, cell_of, small_master
from nbgrader.api import Gradebook

from course.grading.autograde import Options, autograde
from course.grading.feedback import feedback
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


def row(pages: dict[str, dict[str, str]], student: str, name: str) -> list[str]:
    """The cells of a line in the table of index.html, as text."""
    page = pages[student]["index.html"].replace("<wbr>", "")
    (line,) = [line for line in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL) if f"<code>{name}</code>" in line]
    texts = [re.sub(r"<[^>]+>", " ", cell) for cell in re.findall(r"<td.*?>(.*?)</td>", line, re.DOTALL)]
    return [" ".join(html.unescape(text).split()) for text in texts][1:]


# What they say -----------------------------------------------------------------------------------------------


def test_page_and_notebook_are_written_for_every_student(pages: dict[str, dict[str, str]]) -> None:
    assert set(pages) == set(ANSWERS)
    assert all({"index.html", "doubling.html"} <= set(those) for those in pages.values())


@pytest.mark.parametrize(
    ("student", "exercise", "expected"),
    [
        ("ada", "double", ["3 of 3", "✓ right"]),
        ("ben", "double", ["1 of 3", "wrong for other numbers"]),
        ("cleo", "double", ["0 of 3", "SyntaxError: expected ':'"]),
        ("eve", "double", ["1 of 3", "TimeLimit: stopped after 3 seconds, the limit for one cell"]),
        ("ada", "think_twice", ["1.5 of 2", "well <said>"]),
        ("ben", "think_twice", ["0 of 2", "A person will mark this."]),
    ],
)
def test_line_has_points_and_what_happened(
    student: str, exercise: str, expected: list[str], pages: dict[str, dict[str, str]]
) -> None:
    points, what = row(pages, student, exercise)
    assert points == expected[0]
    assert expected[1] in what


def test_message_of_a_check_is_there_in_full(pages: dict[str, dict[str, str]]) -> None:
    assert "double(2.0): wrong value: expected 4, yours -4" in row(pages, "finn", "double")[1]


def test_points_of_notebook_and_submission(pages: dict[str, dict[str, str]]) -> None:
    page = pages["ada"]["index.html"]
    assert "ada: 7.5 of 16 points" in page
    assert "doubling: 7.5 of 8" in page


def test_missing_notebook_is_said(pages: dict[str, dict[str, str]]) -> None:
    assert 'missed: 0 of 8</h2>\n\n<p class="bad">This notebook was not handed in.' in pages["ada"]["index.html"]


def test_late_penalty_is_said_and_taken_off(pages: dict[str, dict[str, str]]) -> None:
    page = pages[LATE]["index.html"]
    assert "2 points were taken off for lateness." in page
    assert f"{LATE}: 0 of 16 points" in page
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
    assert "<script>alert(2.0)</script>" in row(pages, "dev", "double")[1]
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
    assert said.out == "1 submissions: feedback/STUDENT/ASSIGNMENT/index.html\n"


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
    assert "ben: 6 of 16 points" in page.read_text(encoding="utf-8")
    assert not (page.parent / "of_before.html").exists()


def test_nothing_is_left_behind(graded: SmallCourse, written: list[Path]) -> None:
    assert list(graded.root.glob(".course-*")) == []
