"""Whose a hand-in is: by id, then e-mail, then name; and never a guess between two of one name."""

from __future__ import annotations

import pytest

from course.grading.collect.people import Clue, People, Unknown
from course.grading.roster import Person

CLASS = [
    Person("ada", "Ada", "Lovelace", "ada@uni.edu", "11"),
    Person("an", "An", "Nguyễn", "an@uni.edu", "12"),
    Person("mjg", "María José", "García Márquez", "mjg@uni.edu", "13"),
    Person("cob", "Conan", "O'Brien", "cob@uni.edu", "14"),
    Person("jmu", "Jürgen", "Müller", "jmu@uni.edu", "15"),
    Person("js1", "John", "Smith", "js1@uni.edu", "16"),
    Person("js2", "John", "Smith", "js2@uni.edu", "17"),
    Person("jl", "Jean-Luc", "de la Tour", "", ""),
    Person("soren", "Søren", "Ångström", "", ""),
    Person("AB12", "Zoe", "Abel", "", ""),
    Person("mono", "Suharto", "", "", ""),
]
NAMES = [
    ("ada", "ada", "id"),
    ("ADA", "ada", "id"),
    ("ab12", "AB12", "id"),
    ("Ada@Uni.edu", "ada", "e-mail"),
    ("Ada Lovelace", "ada", "name"),
    ("Lovelace, Ada", "ada", "name"),
    ("lovelace ada", "ada", "name"),
    ("lovelaceada", "ada", "name"),
    ("Ada\u00a0Lovelace", "ada", "name"),
    ("  Ada   Lovelace ", "ada", "name"),
    ("Ada_Lovelace", "ada", "name"),
    ("Maria Jose Garcia Marquez", "mjg", "name"),
    ("garci\u0301ama\u0301rquezmari\u0301ajose\u0301", "mjg", "name"),
    ("María García", "mjg", "part of the name"),
    ("Garcia, Maria", "mjg", "part of the name"),
    ("Conan OBrien", "cob", "name"),
    ("Conan O’Brien", "cob", "name"),
    ("Juergen Mueller", "jmu", "name"),
    ("Jurgen Muller", "jmu", "name"),
    ("Jean Luc De La Tour", "jl", "name"),
    ("delatourjeanluc", "jl", "name"),
    ("Soren Angstrom", "soren", "name"),
    ("An Nguyen", "an", "name"),
    ("Zoe Maria Abel", "AB12", "part of the name"),
    ("Suharto", "mono", "name"),
    ("Ada Lovelace (ada)", "ada", "id"),
    ("js2 John Smith", "js2", "id"),
    ("John Smith js1@uni.edu", "js1", "id"),
    ("Smith_John_js1", "js1", "id"),
]


@pytest.mark.parametrize(("text", "student", "how"), NAMES)
def test_text_is_taken_for_the_student_that_it_names(text: str, student: str, how: str) -> None:
    match = People(CLASS).find(Clue(text))
    assert (match.student, match.how) == (student, how)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("John Smith", "2 students are called so: js1, js2"),
        ("Smith, John", "2 students are called so: js1, js2"),
        ("Ada Lovelade", "nobody on the roster is called so; the nearest is Ada Lovelace (ada)"),
        ("Jürgen", "nobody on the roster is called so"),
        ("Li An", "nobody on the roster is called so"),
        ("Ada King", "nobody on the roster is called so"),
        ("", "nobody on the roster is called so"),
        ("123", "nobody on the roster is called so"),
    ],
)
def test_what_names_nobody_or_several_is_not_guessed(text: str, reason: str) -> None:
    with pytest.raises(Unknown) as error:
        People(CLASS).find(Clue(text))
    assert str(error.value) == reason


def test_name_that_looks_like_an_id_is_a_name() -> None:
    assert People(CLASS).find(Clue("An")).student == "an"
    with pytest.raises(Unknown):
        People(CLASS).find(Clue("An", is_name=True))


def test_number_in_the_lms_goes_before_the_name() -> None:
    assert People(CLASS).find(Clue("smithjohn", lms_user_id="17")).student == "js2"


def test_id_that_a_worksheet_says_goes_before_its_address_and_name() -> None:
    clue = Clue("Ada Lovelace", id="js1", email="js2@uni.edu")
    assert People(CLASS).find(clue).student == "js1"


def test_address_goes_before_the_name() -> None:
    assert People(CLASS).find(Clue("John Smith", id="unheard", email="JS2@uni.edu")).student == "js2"


def test_namesake_with_another_address_is_somebody_else() -> None:
    with pytest.raises(Unknown, match="called like ada, who has another e-mail address"):
        People(CLASS).find(Clue("Ada Lovelace", email="other@uni.edu"))


def test_namesake_with_another_number_is_somebody_else() -> None:
    with pytest.raises(Unknown, match="called like ada, who has another number in the LMS"):
        People(CLASS).find(Clue("lovelaceada", lms_user_id="99"))


def test_of_two_ids_that_differ_in_case_the_one_that_is_written_so_is_meant() -> None:
    people = People([Person("ab", "A", "B"), Person("AB", "C", "D")])
    assert [people.find(Clue(text)).student for text in ("ab", "AB")] == ["ab", "AB"]


@pytest.mark.parametrize(
    ("clue", "student"),
    [(Clue("ada"), "ada"), (Clue("Ada Lovelace"), "ada_lovelace"), (Clue("Müller, Jürgen"), "muller_jurgen"),
     (Clue("x", own="4711"), "4711"), (Clue("Ada Lovelace", id="al12"), "al12")],
)  # fmt: skip
def test_without_a_roster_the_archive_makes_the_id(clue: Clue, student: str) -> None:
    assert People([]).find(clue).student == student


@pytest.mark.parametrize("text", ["", "..", ".hidden", "a/b", "a+b", "x\u202ey", "  "])
def test_without_a_roster_not_everything_is_an_id(text: str) -> None:
    with pytest.raises(Unknown):
        People([]).find(Clue(text))
