"""`course grades --template`: the file that Moodle or Canvas exported, with its own rows and columns filled in."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from commands import MISTAKE, run_command
from courses import SmallCourse
from office import ASSIGNMENT, as_rows, give_points, grade, hand_in

from course.grading.collected import Attempt
from course.grading.release import release
from course.grading.roster import Person, enter

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,01 First (11),Quiz (12),Final Score
,,,,,Manual Posting,,
    Points Possible,,,,,8,5,(read only)
"Lovelace, Ada",501,u1,ada,A,,5,90
"Bond, James",007,u7,jb,A,3,4,80
"Erdős, Eve",503,u4,eve,"A, B",,3,70
"=HYPERLINK(""http://x"")",666,u6,mallory,A,,2,60
"Student, Test",999,,f00,A,,,
"""
WORKSHEET = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
    '"Participant 1001","Ada Lovelace",ada@uni.edu,Submitted,,8.00,Yes,"1 December 2026, 10:00",-,\n'
    '"Participant 1002","James Bond",OTHER@uni.edu,"Submitted for grading",-,"8,00",Yes,-,-,"good\n- really"\n'
    '"Participant 1003","Eve Erdős",eve@uni.edu,"No submission",,8.00,Yes,-,-,\n'
)
GRADEBOOK = (
    '"First name","Last name","ID number","Email address","Assignment: 01 first (Real)","Quiz: 02 second (Real)",'
    '"Last downloaded from this course"\n'
    "Ada,Lovelace,ada,,-,-,1790000000\nJames,Bond,007,,-,-,1790000000\nEve,Erdős,eve,,-,-,1790000000\n"
)
PEOPLE = [
    Person("ada", "Ada", "Lovelace", "Ada@uni.edu", "501"),
    Person("007", "James", "Bond", "", "7"),
    Person("eve", "Eve", "Erdős", "eve@uni.edu"),
]


@pytest.fixture(scope="module")
def finished_template(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    made = released_template.copy_to(tmp_path_factory.mktemp("filled") / "course_folder")
    enter(made.folder, PEOPLE)
    hand_in(made, {"ada": "2026-12-01 10:00:00 UTC", "007": "2026-12-01 10:00:00 UTC"})
    grade(made)
    give_points(made, "ada", 2)
    give_points(made, "007", 0.5)
    return made


@pytest.fixture
def course(finished_template: SmallCourse, tmp_path: Path) -> SmallCourse:
    return finished_template.copy_to(tmp_path / "course_folder")


def fill(course: SmallCourse, text: str, *words: str, encoding: str = "utf-8") -> tuple[str, list[str]]:
    """The file filled in, and the lines about it."""
    template = course.root.parent / "export.csv"
    template.write_bytes(text.encode(encoding))
    said = run_command(course, "grades", *words, "--template", str(template))
    assert said.status == 0, said
    return said.out, [line.removeprefix("course grades: ") for line in said.lines]


def refusal(course: SmallCourse, text: str, *words: str) -> str:
    template = course.root.parent / "export.csv"
    template.write_text(text)
    said = run_command(course, "grades", *words, "--template", str(template))
    assert (said.status, said.out, len(said.lines)) == (MISTAKE, "", 1), said
    return said.err


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


# Canvas ----------------------------------------------------------------------------------------------------------


def test_canvas_rows_get_their_points_and_nothing_else_changes(course: SmallCourse) -> None:
    out, notes = fill(course, CANVAS)
    before, after = cells(CANVAS), cells(out)
    changed = {
        (row[3], before[0][column]): (row[column], new[column])
        for row, new in zip(before, after, strict=True)
        for column in range(len(row))
        if row[column] != new[column]
    }
    assert changed == {
        ("ada", "01 First (11)"): ("", "8"),
        ("jb", "01 First (11)"): ("3", "6.5"),
        ("mallory", "Student"): ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
    }
    assert notes == [
        '1 row without a student in the gradebook: =HYPERLINK("http://x")',
        "1 row matched by nothing but their name: 007",
    ]


def test_unsubmitted_is_zero_by_choice_and_excused_stays(course: SmallCourse) -> None:
    out, notes = fill(course, CANVAS, "--unsubmitted", "zero")
    assert {row["SIS Login ID"]: row["01 First (11)"] for row in as_rows(out)}["eve"] == "0"
    out, notes = fill(course, CANVAS.replace('"A, B",,3', '"A, B",EX,3'), "--unsubmitted", "zero")
    assert {row["SIS Login ID"]: row["01 First (11)"] for row in as_rows(out)}["eve"] == "EX"
    assert "1 cell with EX or N/A left as it was" in notes


def test_a_row_is_found_by_canvas_own_number(course: SmallCourse) -> None:
    out, _ = fill(course, CANVAS.replace("ada,A", "another,A").replace("Lovelace", "King"))
    assert cells(out)[3][5] == "8"


def test_a_row_whose_cells_name_two_people_is_left_alone(course: SmallCourse) -> None:
    out, notes = fill(course, CANVAS.replace("501,u1,ada", "501,u1,eve"))
    assert cells(out)[3][5] == ""
    assert "line 4 (its cells name ada and eve)" in notes[0]
    assert "1 student with points and without a row: ada" in notes


def test_a_student_with_points_and_without_a_row_is_named(course: SmallCourse) -> None:
    _, notes = fill(course, "\n".join(line for line in CANVAS.split("\n") if "Ada" not in line))
    assert "1 student with points and without a row: ada" in notes


def test_other_full_marks_are_refused_and_turned_into_theirs_when_asked(course: SmallCourse) -> None:
    text = CANVAS.replace(",8,5,", ",100,5,")
    said = refusal(course, text)
    assert "full marks of 01_first are 100 there and 8 here; --out-of 100 turns the points into theirs" in said
    out, _ = fill(course, text, "--out-of", "100")
    assert cells(out)[3][5] == "100"
    assert cells(out)[4][5] == "81.25"


def test_a_column_of_another_name_is_named(course: SmallCourse) -> None:
    text = CANVAS.replace("01 First (11)", "Loss functions (11)")
    said = refusal(course, text, ASSIGNMENT)
    assert (
        "no column for 01_first; name it with --column 01_first=COLUMN, of: Loss functions (11), Quiz (12)" in said
    )
    out, _ = fill(course, text, "--column", "01_first=Loss functions")
    assert cells(out)[3][5] == "8"


def test_a_column_that_canvas_computes_is_refused(course: SmallCourse) -> None:
    assert "Canvas only shows the column 'Final Score'" in refusal(
        course, CANVAS, "--column", "01_first=Final Score"
    )


def test_a_semicolon_file_with_windows_letters_stays_one(course: SmallCourse) -> None:
    text = CANVAS.replace("Erdős", "Erdös").replace('"A, B"', "A").replace(",", ";").replace("; Ada", ", Ada")
    out, _ = fill(course, text, encoding="cp1252")
    assert out.splitlines()[3] == "Lovelace, Ada;501;u1;ada;A;8;5;90"
    assert "Erdös" in out


# Moodle ----------------------------------------------------------------------------------------------------------


def test_a_grading_worksheet_gets_its_grades(course: SmallCourse) -> None:
    out, notes = fill(course, WORKSHEET)
    rows = as_rows(out)
    assert [row["Grade"] for row in rows] == ["8", "6.5", ""]
    assert [row["Identifier"] for row in rows] == ["Participant 1001", "Participant 1002", "Participant 1003"]
    assert rows[1]["Feedback comments"] == "good\n- really"
    assert rows[1]["Last modified (grade)"] == "-"
    assert notes == ["1 row matched by nothing but their name: 007"]


def test_a_blind_worksheet_is_matched_by_what_was_collected(
    course: SmallCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def collected(course: object, assignment: str) -> list[Attempt]:
        origin = "James Bond_1002_assignsubmission_file_/doubling.ipynb"
        return [Attempt("007", assignment, None, False, "moodle", "all.zip", origin, True)]

    monkeypatch.setattr("course.grading.fill_in.read_attempts", collected)
    blind = "Identifier,Status,Grade,Maximum Grade\n" + "".join(f"Participant {n},,,8.00\n" for n in (1001, 1002))
    out, notes = fill(course, blind)
    assert [row["Grade"] for row in as_rows(out)] == ["", "6.5"]
    assert "1 row without a student in the gradebook: Participant 1001" in notes


def test_two_people_of_one_name_are_not_told_apart_by_it(course: SmallCourse) -> None:
    enter(course.folder, [Person("jb2", "James", "Bond")])
    out, notes = fill(course, WORKSHEET)
    assert [row["Grade"] for row in as_rows(out)] == ["8", "-", ""]
    assert "1 row without a student in the gradebook: James Bond" in notes


def test_another_address_is_another_person_of_the_same_name(course: SmallCourse) -> None:
    enter(course.folder, [Person("007", email="bond@uni.edu")])
    out, _ = fill(course, WORKSHEET)
    assert [row["Grade"] for row in as_rows(out)] == ["8", "-", ""]


def test_other_full_marks_of_a_worksheet_are_refused(course: SmallCourse) -> None:
    assert "full marks of 01_first are 100 there" in refusal(course, WORKSHEET.replace("8.00", "100.00"))


def test_a_worksheet_is_of_one_assignment(course: SmallCourse) -> None:
    course.write_master(assignment="02_second")
    release(course.folder, ["02_second"])
    said = refusal(course, WORKSHEET, "01_first", "02_second")
    assert "a worksheet of one assignment; name it" in said


def test_a_gradebook_export_gets_each_assignment_that_it_has(course: SmallCourse) -> None:
    course.write_master(assignment="02_second")
    release(course.folder, ["02_second"])
    hand_in(course, {"eve": "2026-12-01 10:00:00 UTC"}, "02_second")
    grade(course, "02_second")
    give_points(course, "eve", 1, "02_second")
    out, notes = fill(course, GRADEBOOK)
    rows = as_rows(out)
    assert [row["Assignment: 01 first (Real)"] for row in rows] == ["8", "6.5", "-"]
    assert [row["Quiz: 02 second (Real)"] for row in rows] == ["-", "-", "7"]
    assert notes == []
    _, notes = fill(course, GRADEBOOK.replace("Quiz: 02 second", "Quiz"))
    assert notes == ["no column for 02_second: nothing written for these"]


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", False), ("utf-8-sig", True), ("utf-16", True)])
def test_a_file_begins_as_its_system_made_it(course: SmallCourse, encoding: str, mark: bool) -> None:
    path = course.root / "filled.csv"
    fill(course, GRADEBOOK, "--output", str(path), encoding=encoding)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") == mark
    assert "Erdős" in path.read_text(encoding="utf-8")


# Refusals --------------------------------------------------------------------------------------------------------


def test_the_template_is_not_overwritten(course: SmallCourse) -> None:
    template = course.root.parent / "export.csv"
    assert "that is the template" in refusal(course, CANVAS, "--output", str(template))
    assert template.read_text() == CANVAS


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "moodle"), "exported by Canvas, and not by Moodle"),
        (("--format", "csv"), "--format csv fills in no template"),
        (("--column", "01_first=Nothing"), "no column 'Nothing'; there are: 01 First (11), Quiz (12), Final Score"),
    ],
)
def test_a_template_that_does_not_fit_is_said(course: SmallCourse, words: tuple[str, ...], said: str) -> None:
    assert said in refusal(course, CANVAS, *words)
