"""Rosters as Moodle, Canvas, nbgrader and people write them, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.grading.errors import CourseError
from course.grading.roster import Person, read_roster, read_roster_file

ADA = Person("ada", "Ada", "Lovelace", "ada@uni.edu")
FILES = {
    "nbgrader": "id,first_name,last_name,email,lms_user_id\nada,Ada,Lovelace,ada@uni.edu,501\n",
    "moodle gradebook": (
        '"First name","Last name","ID number",Institution,Department,"Email address","Assignment: One (Real)",'
        '"Last downloaded from this course"\nAda,Lovelace,ada,,,ada@uni.edu,-,1790000000\n'
    ),
    "moodle participants": (
        "\ufeffFirst name,Last name,Username,Email address,Groups\nAda,Lovelace,ada,ada@uni.edu,A\n"
    ),
    "moodle in German": "Vorname;Nachname;ID-Nummer;E-Mail-Adresse\nAda;Lovelace;ada;ada@uni.edu\n",
    "moodle in Spanish": "Nombre,Apellido(s),Número de ID,Dirección de correo\nAda,Lovelace,ada,ada@uni.edu\n",
    "canvas": (
        "Student,ID,SIS User ID,SIS Login ID,Section,One (11),Final Score\n,,,,,Manual Posting,\n"
        '    Points Possible,,,,,8,(read only)\n"Lovelace, Ada",501,u1,ada,A,,\n"Student, Test",9,,f00,A,,\n'
    ),
    "a person": "Name\tStudent ID\tE-mail\nAda Lovelace\tada\tada@uni.edu\n",
    "excel": "sep=;\nid;name;mail\nada;Lovelace, Ada;ada@uni.edu\n",
}
IDS = "id,name\n"


def roster(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "students.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(tmp_path: Path, text: str | bytes, id_column: str = "") -> str:
    with pytest.raises(CourseError) as refused:
        read_roster(roster(tmp_path, text), id_column)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("source", FILES)
def test_a_roster_is_read_as_each_system_writes_it(tmp_path: Path, source: str) -> None:
    (person,) = read_roster(roster(tmp_path, FILES[source]))
    assert (person.id, person.first_name, person.last_name) == ("ada", "Ada", "Lovelace")
    assert person.email == ("" if source == "canvas" else "ada@uni.edu")
    assert person.lms_user_id == ("501" if source in ("canvas", "nbgrader") else "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_letters_survive_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = roster(tmp_path, "id,name\njm,José Müller\n".encode(encoding))
    assert read_roster(path) == [Person("jm", "José", "Müller")]


def test_windows_line_ends_and_empty_lines_do_no_harm(tmp_path: Path) -> None:
    assert len(read_roster(roster(tmp_path, "id,name\r\n\r\nada,Ada\r\n,\r\nbob,Bob\r\n"))) == 2


@pytest.mark.parametrize("cell", ["00123", '"=""00123"""', "'00123"])
def test_leading_zeros_of_ids_survive(tmp_path: Path, cell: str) -> None:
    assert read_roster(roster(tmp_path, f"{IDS}{cell},Ada\n"))[0].id == "00123"


def test_an_id_is_the_same_however_its_accents_are_written(tmp_path: Path) -> None:
    assert read_roster(roster(tmp_path, f"{IDS}jose\u0301,X\n"))[0].id == "jos\u00e9"


def test_an_account_goes_before_an_office_number(tmp_path: Path) -> None:
    text = "ID number,Username,Last name\n4711,ada,Lovelace\n"
    assert read_roster(roster(tmp_path, text))[0].id == "ada"


def test_an_empty_column_of_ids_gives_way_to_the_next(tmp_path: Path) -> None:
    text = "Username,ID number,Last name\n,4711,Lovelace\n"
    assert read_roster(roster(tmp_path, text))[0].id == "4711"


def test_a_named_column_holds_the_ids(tmp_path: Path) -> None:
    path = roster(tmp_path, "First name,Last name,Email address\nAda,Lovelace,ada@uni.edu\n")
    assert read_roster(path, "email Address")[0].id == "ada@uni.edu"


def test_teachers_in_a_list_of_participants_are_left_out(tmp_path: Path) -> None:
    text = "First name,Username,Roles\nAda,ada,Student\nTom,tom,Teacher\nTia,tia,Non-editing teacher\n"
    read = read_roster_file(roster(tmp_path, text))
    assert [person.id for person in read.people] == ["ada"]
    assert read.left_out == 2


def test_the_same_row_twice_is_one_person(tmp_path: Path) -> None:
    assert len(read_roster(roster(tmp_path, f"{IDS}ada,Ada\nada,Ada\n"))) == 1


def test_what_would_steer_a_terminal_is_taken_out_of_names(tmp_path: Path) -> None:
    assert read_roster(roster(tmp_path, f'{IDS}ada,"\x1b[2JAda\nL"\n'))[0].name == "[2JAda L"


def test_a_file_without_ids_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, "First name,Last name,Email address\nAda,Lovelace,ada@uni.edu\n")
    assert said.startswith("students.csv, line 1: no column of ids")
    assert "First name, Last name, Email address" in said
    assert "--id-column" in said


def test_a_file_without_names_of_columns_is_refused(tmp_path: Path) -> None:
    assert "no column of ids" in refusal(tmp_path, "ada,Ada\nbob,Bob\n")


def test_empty_ids_of_all_are_said(tmp_path: Path) -> None:
    said = refusal(tmp_path, "Last name,ID number\nLovelace,\n")
    assert "the column 'ID number' is empty" in said


def test_one_without_an_id_is_named(tmp_path: Path) -> None:
    said = refusal(tmp_path, f"{IDS}ada,Ada\n,Bob Bold\n")
    assert said.startswith("students.csv, line 3: Bob Bold has no id")


@pytest.mark.parametrize("other", ["ada", "ADA"])
def test_two_people_of_one_id_are_refused(tmp_path: Path, other: str) -> None:
    said = refusal(tmp_path, f"{IDS}ada,Ada One\nbob,Bob\n{other},Ada Two\n")
    assert "lines 2 and 4" in said
    assert "Ada One and Ada Two" in said


@pytest.mark.parametrize(
    "identifier",
    ["a/b", "a\\b", "..", ".hidden", "C:x", "a*", "what?", "a|b", "a\x07b", "a[1]", "~root", "ada.", "a\u202eb"],
)
def test_an_id_that_is_no_folders_name_is_refused(tmp_path: Path, identifier: str) -> None:
    said = refusal(tmp_path, f"{IDS}{identifier},Ada\n")
    assert "line 2" in said
    assert "can't be a folder's name" in said


def test_an_id_that_is_too_long_is_refused(tmp_path: Path) -> None:
    assert "more than 128 characters" in refusal(tmp_path, f"{IDS}{'a' * 129},Ada\n")


def test_ids_that_a_spreadsheet_has_shortened_are_refused(tmp_path: Path) -> None:
    assert "a spreadsheet has shortened" in refusal(tmp_path, f"{IDS}4.71123E+08,Ada\n")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04rest", "a workbook or an archive"),
        (b"<!DOCTYPE html><table></table>", "a web page"),
        (b"id,name\nada,\x00\x00", "not text"),
        (b"", "empty"),
        (b"id,name\n", "no student in it"),
        (b'id,name\nada,"Ada\nbob,Bob\n', "not CSV"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    assert said in refusal(tmp_path, data)


def test_a_column_that_is_not_there_is_said(tmp_path: Path) -> None:
    said = refusal(tmp_path, f"{IDS}ada,Ada\n", id_column="Matrikel")
    assert said == "students.csv: no column 'Matrikel'; there are: id, name"


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="No such file"):
        read_roster(tmp_path / "nothing.csv")
