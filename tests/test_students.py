"""`course students`: a roster into the gradebook, and who is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import one_clear_line, run_command
from courses import SmallCourse
from nbgrader.api import Gradebook

from course.grading.roster import Person, enter, roster_of

HEADER = "id,first_name,last_name,email\n"


@pytest.fixture
def course(released_course: SmallCourse) -> SmallCourse:
    enter(released_course.folder, [Person("ada", "Ada", "Lovelace", "ada@uni.edu", "501"), Person("bob")])
    return released_course


def take(course: SmallCourse, tmp_path: Path, rows: str) -> str:
    path = tmp_path / "roster.csv"
    path.write_text(HEADER + rows)
    said = run_command(course, "students", str(path))
    assert (said.status, said.err) == (0, "")
    return said.out


def test_people_are_added_with_all_that_the_roster_says(released_course: SmallCourse, tmp_path: Path) -> None:
    out = take(released_course, tmp_path, "ada,Ada,Lovelace,ada@uni.edu\n007,James,Bond,\n")
    assert out == "roster.csv: 2 added, 0 changed, 0 unchanged\n"
    assert roster_of(released_course.folder) == [
        Person("007", "James", "Bond"),
        Person("ada", "Ada", "Lovelace", "ada@uni.edu"),
    ]


def test_the_same_roster_again_changes_nothing(course: SmallCourse, tmp_path: Path) -> None:
    take(course, tmp_path, "ada,Ada,Lovelace,ada@uni.edu\nbob,,,\n")
    assert "0 added, 0 changed, 2 unchanged" in take(course, tmp_path, "ada,Ada,Lovelace,ada@uni.edu\nbob,,,\n")


def test_what_changed_is_said(course: SmallCourse, tmp_path: Path) -> None:
    out = take(course, tmp_path, "ada,Ada,King,\nbob,,,\n")
    assert "1 changed" in out
    assert "ada: last name Lovelace → King" in out


def test_what_the_roster_leaves_empty_stays(course: SmallCourse, tmp_path: Path) -> None:
    take(course, tmp_path, "ada,,,\n")
    assert roster_of(course.folder)[0] == Person("ada", "Ada", "Lovelace", "ada@uni.edu", "501")


def test_who_is_not_in_the_file_is_named_and_kept(course: SmallCourse, tmp_path: Path) -> None:
    out = take(course, tmp_path, "eve,Eve,,\n")
    assert "in the gradebook and not in the file, kept: ada, bob" in out
    assert [person.id for person in roster_of(course.folder)] == ["ada", "bob", "eve"]


def test_an_id_in_other_capitals_is_the_person_whose_folder_is_there(course: SmallCourse, tmp_path: Path) -> None:
    assert "0 added, 1 changed" in take(course, tmp_path, "ADA,Augusta,,\n")
    assert [person.id for person in roster_of(course.folder)] == ["ada", "bob"]


def test_nbgrader_reads_what_was_entered(course: SmallCourse) -> None:
    with Gradebook(course.folder.db_url) as book:
        ada = book.find_student("ada")
        assert (ada.first_name, ada.last_name, ada.email, ada.lms_user_id) == (
            "Ada",
            "Lovelace",
            "ada@uni.edu",
            "501",
        )
        assert book.find_student("bob").first_name is None  # nbgrader writes "None" where there is ""


def test_a_roster_with_a_mistake_enters_nobody(course: SmallCourse, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(f"{HEADER}eve,Eve,,\n../etc,Mallory,,\n")
    assert "can't be a folder's name" in one_clear_line(course, "students", str(path))


def test_people_are_not_entered_twice_under_another_id(course: SmallCourse, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(f"{HEADER}eve,,,\n4711,Ada,Lovelace,ADA@uni.edu\n")
    said = one_clear_line(course, "students", str(path))
    assert "ADA@uni.edu is 'ada' in the gradebook and '4711' in the roster" in said


def test_of_many_changes_some_are_shown(course: SmallCourse, tmp_path: Path) -> None:
    enter(course.folder, [Person(f"s{number}") for number in range(30)])
    out = take(course, tmp_path, "".join(f"s{number},New,,\n" for number in range(30)))
    assert "0 added, 30 changed" in out
    assert "  and 10 more\n" in out


def test_who_is_there_is_listed_with_what_they_handed_in(course: SmallCourse) -> None:
    course.submit("ada")
    course.submit("zoe")
    out = run_command(course, "students").out
    assert "2 students" in out
    (line,) = (line for line in out.splitlines() if "Lovelace" in line)
    assert line.split() == ["ada", "Lovelace", "Ada", "ada@uni.edu", "501", "1"]
    assert "in submitted/ and not in the gradebook yet: zoe" in out


def test_without_students_it_says_how_to_get_them(small_course: SmallCourse) -> None:
    said = run_command(small_course, "students")
    assert said.out == (
        "no students yet; `course students FILE.csv` takes a roster from Moodle, Canvas or a spreadsheet\n"
    )
    assert not (small_course.root / "gradebook.db").exists()


def test_a_name_that_looks_like_markup_is_shown_as_it_is(course: SmallCourse) -> None:
    enter(course.folder, [Person("bob", "[bold]Bob[/bold]")])
    assert "[bold]Bob[/bold]" in run_command(course, "students").out


def test_another_command_that_writes_is_waited_for(course: SmallCourse, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(f"{HEADER}eve,Eve,,\n")
    with course.folder.lock():
        assert "another course command is writing" in one_clear_line(course, "students", str(path))
