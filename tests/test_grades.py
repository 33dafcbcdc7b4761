"""`course grades`: what the files say, read back by csv, and when they are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import one_clear_line, run_command
from courses import SmallCourse
from office import ASSIGNMENT, as_rows, give_points, grade, hand_in, read_back, write_due

from course.grading.deadlines import refresh
from course.grading.exports import safe_text
from course.grading.release import release
from course.grading.roster import Person, enter

TIMES = {"007": "2026-12-01 22:00:00 UTC", "ada": "2026-12-01 22:59:00 UTC", "bob": "2026-12-02 00:00:00 UTC"}
PEOPLE = [
    Person("007", "James", "Bond", "james@uni.edu", "7"),
    Person("ada", "Ada", "Lovelace", "ada@uni.edu", "501"),
    Person("bob", '=HYPERLINK("http://x")', "+Bob", "@bob", "x9"),
    Person("eve", "Ève", "Erdős", "eve@uni.edu"),
]


@pytest.fixture(scope="module")
def finished_template(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """Three handed in, bob an hour late; all is graded, by hand too; eve has handed in nothing."""
    made = released_template.copy_to(tmp_path_factory.mktemp("grades") / "course_folder")
    made.configure('c.Course.late_policy = "10% a day"')
    write_due(made)
    enter(made.folder, PEOPLE)
    hand_in(made, TIMES)
    grade(made)
    for student in TIMES:
        give_points(made, student, 1.5)
    refresh(made.folder)
    return made


@pytest.fixture
def finished(finished_template: SmallCourse, tmp_path: Path) -> SmallCourse:
    return finished_template.copy_to(tmp_path / "course_folder")


def grades(course: SmallCourse, *words: str) -> list[dict[str, str]]:
    said = run_command(course, "grades", *words)
    assert (said.status, said.err) == (0, "")
    return as_rows(said.out)


def by_student(rows: list[dict[str, str]], column: str) -> dict[str, str]:
    return {row["student"]: row[column] for row in rows}


# For people -----------------------------------------------------------------------------------------------------


def test_there_is_a_row_for_each_student_and_assignment(finished: SmallCourse) -> None:
    rows = grades(finished)
    assert [(row["student"], row["assignment"]) for row in rows] == [
        (student, ASSIGNMENT) for student in ("007", "ada", "bob", "eve")
    ]
    assert rows[2] == {
        "student": "bob",
        "first_name": '\'=HYPERLINK("http://x")',
        "last_name": "'+Bob",
        "email": "'@bob",
        "assignment": ASSIGNMENT,
        "state": "graded",
        "points": "6.75",
        "of": "8",
        "penalty": "0.75",
        "by_hand": "0",
        "submitted": "2026-12-02 01:00:00+01:00",
        "due": "2026-12-01 23:59:00+01:00",
        "late_hours": "1.02",
        "01_first/doubling": "6.75",
    }


def test_who_has_not_handed_in_has_an_empty_cell_or_zero_by_choice(finished: SmallCourse) -> None:
    assert by_student(grades(finished), "points")["eve"] == ""
    assert by_student(grades(finished, "--unsubmitted", "zero"), "points")["eve"] == "0"
    assert by_student(grades(finished), "state")["eve"] == "missing"


def test_an_assignment_that_nobody_handed_in_is_left_out_unless_it_is_named(finished: SmallCourse) -> None:
    finished.write_master(assignment="02_second")
    release(finished.folder, ["02_second"])
    assert {row["assignment"] for row in grades(finished)} == {ASSIGNMENT}
    assert by_student(grades(finished, "02_second", "--unsubmitted", "zero"), "points") == dict.fromkeys(
        ("007", "ada", "bob", "eve"), "0"
    )


def test_points_are_never_below_zero(finished: SmallCourse) -> None:
    config = finished.root / "nbgrader_config.py"
    config.write_text(config.read_text().replace("10% a day", "zero"))
    give_points(finished, "bob", 0)
    assert by_student(grades(finished), "points")["bob"] == "0"


def test_who_handed_in_without_being_in_the_roster_is_there(finished: SmallCourse) -> None:
    hand_in(finished, {"zoe": "2026-11-01 10:00:00 UTC"})
    rows = as_rows(run_command(finished, "grades", "--unfinished").out)
    assert by_student(rows, "state")["zoe"] == "handed in"


# For Moodle and Canvas ------------------------------------------------------------------------------------------


def test_moodle_gets_the_columns_of_its_export(finished: SmallCourse) -> None:
    rows = grades(finished, "--format", "moodle")
    assert rows[0] == {
        "First name": "James",
        "Last name": "Bond",
        "ID number": "007",
        "Email address": "james@uni.edu",
        "Assignment: 01_first": "7.5",
    }
    assert [row["Assignment: 01_first"] for row in rows] == ["7.5", "7.5", "6.75", ""]


def test_canvas_gets_the_columns_of_its_export_and_the_points_possible(finished: SmallCourse) -> None:
    rows = grades(finished, "--format", "canvas", "--unsubmitted", "zero")
    assert list(rows[0]) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", ASSIGNMENT]
    assert rows[0] == {**dict.fromkeys(rows[0], ""), "Student": "    Points Possible", ASSIGNMENT: "8"}
    assert rows[2] == {
        "Student": "Lovelace, Ada",
        "ID": "501",
        "SIS User ID": "",
        "SIS Login ID": "ada",
        "Section": "",
        ASSIGNMENT: "7.5",
    }
    assert rows[4][ASSIGNMENT] == "0"


def test_canvas_gets_no_number_that_is_not_its_own(finished: SmallCourse) -> None:
    numbers = {row["SIS Login ID"]: row["ID"] for row in grades(finished, "--format", "canvas")}
    assert numbers == {"": "", "007": "7", "ada": "501", "bob": "", "eve": ""}


def test_the_column_can_be_called_as_it_is_there(finished: SmallCourse) -> None:
    rows = grades(finished, "--format", "canvas", "--column", "01_first=Loss functions (4711)")
    assert rows[1]["Loss functions (4711)"] == "7.5"


def test_points_can_be_those_of_another_maximum(finished: SmallCourse) -> None:
    rows = grades(finished, "--format", "canvas", "--out-of", "100")
    assert [row[ASSIGNMENT] for row in rows] == ["100", "93.75", "93.75", "84.38", ""]


@pytest.mark.parametrize("form", ["csv", "moodle", "canvas"])
def test_a_file_is_utf8_with_a_mark_for_excel_and_windows_line_ends(finished: SmallCourse, form: str) -> None:
    path = finished.root / "grades.csv"
    said = run_command(finished, "grades", "--format", form, "--output", str(path))
    assert (said.status, said.out) == (0, "")
    assert said.err == f"course grades: {path}: 4 students, 01_first\n"
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n")
    assert "Ève" in data.decode()
    assert any("007" in row.values() for row in read_back(path))
    assert not list(finished.root.glob(".grades.csv-*"))


def test_an_older_file_is_replaced_when_the_new_one_is_complete(finished: SmallCourse) -> None:
    path = finished.root / "grades.csv"
    path.write_text("old")
    run_command(finished, "grades", "--output", str(path))
    assert len(read_back(path)) == 4


# Cells that spreadsheets would compute --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+49 170 1", "'+49 170 1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1+1", "'＝1+1"),
        ("a;=1+1", "a;'=1+1"),
        ("a\t=1+1", "a\t'=1+1"),
        ('a;"=1+1', "a;\"'=1+1"),
        ("-5", "-5"),
        ("-5.25", "-5.25"),
        ("-", "-"),
        ("=", "="),
        ("Ada", "Ada"),
        ("a=b", "a=b"),
        ("a-b", "a-b"),
        ("ada@uni.edu", "ada@uni.edu"),
        ("", ""),
    ],
)
def test_text_gets_an_apostrophe_where_it_could_begin_a_formula(text: str, safe: str) -> None:
    assert safe_text(text) == safe


@pytest.mark.parametrize("form", ["csv", "moodle", "canvas"])
def test_no_cell_of_an_export_begins_a_formula(finished: SmallCourse, form: str) -> None:
    cells = [cell for row in grades(finished, "--format", form) for cell in row.values()]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if len(cell) > 1 and cell[0] in "=+-@\t\r"]


def test_an_export_reads_back_as_a_roster(finished: SmallCourse, tmp_path: Path) -> None:
    path = tmp_path / "back.csv"
    run_command(finished, "grades", "--format", "moodle", "--output", str(path))
    said = run_command(finished, "students", str(path))
    assert said.out == "back.csv: 0 added, 0 changed, 4 unchanged\n"


# Refusals -------------------------------------------------------------------------------------------------------


def test_points_that_wait_for_a_person_are_not_exported_unnoticed(finished: SmallCourse) -> None:
    hand_in(finished, {"zoe": "2026-11-01 10:00:00 UTC"})
    grade(finished)
    said = one_clear_line(finished, "grades", "--output", "grades.csv")
    assert said == (
        "course grades: 1 waits for points by hand (zoe/01_first); finish these, or add --unfinished to write what "
        "there is"
    )


def test_with_unfinished_they_are_exported_and_named(finished: SmallCourse) -> None:
    hand_in(finished, {"zoe": "2026-11-01 10:00:00 UTC"})
    grade(finished)
    said = run_command(finished, "grades", "--unfinished")
    assert (said.status, said.lines) == (
        0,
        ["course grades: not finished: 1 waits for points by hand (zoe/01_first)"],
    )
    row = as_rows(said.out)[-1]
    assert (row["points"], row["by_hand"]) == ("6", "2")


def test_a_submission_that_is_not_graded_is_no_zero(finished: SmallCourse) -> None:
    hand_in(finished, {"zoe": "2026-11-01 10:00:00 UTC"})
    assert "1 handed in and not graded (zoe/01_first)" in one_clear_line(finished, "grades")
    rows = as_rows(run_command(finished, "grades", "--unfinished", "--unsubmitted", "zero").out)
    assert by_student(rows, "points")["zoe"] == ""


def test_a_newer_attempt_than_the_graded_one_is_not_finished(finished: SmallCourse) -> None:
    hand_in(finished, {"ada": "2026-12-01 22:58:00 UTC"})
    assert "1 handed in and not graded (ada/01_first)" in one_clear_line(finished, "grades")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("02_second",), "no assignment '02_second'"),
        (("--column", "01_first=X"), "belong to --format moodle"),
        (("--out-of", "100"), "belong to --format moodle"),
        (("--format", "canvas", "--out-of", "-1"), "wants a number above 0"),
        (("--format", "canvas", "--out-of", "nan"), "wants a number above 0"),
        (("--format", "canvas", "--column", "X"), "write ASSIGNMENT=COLUMN"),
        (
            ("--format", "canvas", "--column", "03_third=X"),
            "--column 03_third=…: not among the assignments: 01_first",
        ),
        (("--template", "nothing.csv"), "nothing.csv: can't be read"),
        (("--output", "no/such/folder/grades.csv"), "can't be written: No such file or directory"),
        (("--format", "excel"), "invalid choice: 'excel'"),
    ],
)
def test_what_an_instructor_gets_wrong_is_said_in_one_line(
    finished: SmallCourse, words: tuple[str, ...], said: str
) -> None:
    assert said in one_clear_line(finished, "grades", *words)


def test_before_anything_is_handed_in_it_says_so(released_course: SmallCourse) -> None:
    assert "nothing is handed in" in one_clear_line(released_course, "grades")


def test_before_anything_is_graded_it_says_what_to_run(small_course: SmallCourse) -> None:
    folder = small_course.root / "submitted" / "ada" / ASSIGNMENT
    folder.mkdir(parents=True)
    said = one_clear_line(small_course, "grades")
    assert said == "course grades: 01_first: 1 handed in and nothing graded; run `course autograde` first"
