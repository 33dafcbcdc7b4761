"""due.toml: when assignments are due, in which time zone, for whom later, and what is wrong in it."""

from __future__ import annotations

import datetime as dt

import pytest
from commands import one_clear_line
from courses import SmallCourse
from nbgrader.api import Gradebook
from office import ASSIGNMENT, write_due

from course.grading.due import late_by, read_due
from course.grading.errors import CourseError

BERLIN = 'timezone = "Europe/Berlin"\n'


def due_of(course: SmallCourse, line: str, before: str = "") -> dt.datetime:
    """The due date that a file with this line says, in UTC."""
    write_due(course, f'{before}["01_first"]\n{line}\n')
    return read_due(course.folder)[ASSIGNMENT].due.astimezone(dt.UTC)


def refusal(course: SmallCourse, text: str) -> str:
    write_due(course, text)
    with pytest.raises(CourseError) as refused:
        read_due(course.folder)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("line", "before", "expected"),
    [
        ("due = 2026-12-01T23:59:00+01:00", "", "2026-12-01 22:59:00"),
        ("due = 2026-12-01 23:59:00+01:00", "", "2026-12-01 22:59:00"),
        ("due = 2026-12-01T23:59:00Z", "", "2026-12-01 23:59:00"),
        ('due = "2026-12-01 23:59"', BERLIN, "2026-12-01 22:59:00"),
        ("due = 2026-12-01T23:59:00", BERLIN, "2026-12-01 22:59:00"),
        ("due = 2026-07-01T23:59:00", BERLIN, "2026-07-01 21:59:00"),
        ("due = 2026-12-01T23:59:00-05:00", BERLIN, "2026-12-02 04:59:00"),
        ("due = 2026-12-01", BERLIN, "2026-12-01 22:59:59"),
        ('due = "2026-12-01"', BERLIN, "2026-12-01 22:59:59"),
    ],
)
def test_a_time_is_what_its_zone_says(small_course: SmallCourse, line: str, before: str, expected: str) -> None:
    assert due_of(small_course, line, before) == utc(expected)


def test_an_hour_that_comes_twice_is_its_second_time(small_course: SmallCourse) -> None:
    assert due_of(small_course, "due = 2026-10-25T02:30:00", BERLIN) == utc("2026-10-25 01:30")


def test_an_hour_that_never_comes_is_the_later_reading_of_it(small_course: SmallCourse) -> None:
    assert due_of(small_course, "due = 2026-03-29T02:30:00", BERLIN) == utc("2026-03-29 01:30")


def test_an_extension_is_for_one(small_course: SmallCourse) -> None:
    write_due(
        small_course,
        f'{BERLIN}["01_first"]\ndue = 2026-12-01T23:59:00\n'
        'extensions = { ada = 2026-12-03T23:59:00, "bob@uni.edu" = 2026-12-02T00:00:00, 007 = 2026-12-04 }\n',
    )
    due = read_due(small_course.folder)[ASSIGNMENT]
    assert due.of("ada") == utc("2026-12-03 22:59")
    assert due.of("bob@uni.edu") == utc("2026-12-01 23:00")
    assert due.of("007") == utc("2026-12-04 22:59:59")
    assert due.of("cleo") == due.due == utc("2026-12-01 22:59")


@pytest.mark.parametrize(
    ("student", "time", "seconds"),
    [
        ("bob", "2026-12-01 22:58:59", 0),
        ("bob", "2026-12-01 22:59:00", 0),
        ("bob", "2026-12-01 22:59:01", 1),
        ("ada", "2026-12-03 22:59:00", 0),
        ("ada", "2026-12-03 23:00:00", 60),
    ],
)
def test_late_is_what_comes_after_the_time_for_that_student(
    small_course: SmallCourse, student: str, time: str, seconds: int
) -> None:
    write_due(
        small_course,
        '["01_first"]\ndue = 2026-12-01T23:59:00+01:00\nextensions = { ada = 2026-12-03T23:59:00+01:00 }\n',
    )
    without_zone = dt.datetime.fromisoformat(time)  # UTC, as nbgrader has them
    for when in (without_zone, utc(time), utc(time).astimezone(dt.timezone(dt.timedelta(hours=9)))):
        assert late_by(small_course.folder, ASSIGNMENT, student, when) == dt.timedelta(seconds=seconds)


def test_nothing_is_late_without_a_due_date_or_a_time(small_course: SmallCourse) -> None:
    assert late_by(small_course.folder, ASSIGNMENT, "ada", utc("2099-01-01")) == dt.timedelta(0)
    write_due(small_course)
    assert late_by(small_course.folder, ASSIGNMENT, "ada", None) == dt.timedelta(0)


def test_without_the_file_it_is_what_formgrader_has_set(released_course: SmallCourse) -> None:
    with Gradebook(released_course.folder.db_url) as book:
        book.update_or_create_assignment(ASSIGNMENT, duedate="2026-12-01 23:59 CET")
        book.add_student("ada")
        book.add_submission(ASSIGNMENT, "ada")
        book.grant_extension(ASSIGNMENT, "ada", days=2)
    due = read_due(released_course.folder)[ASSIGNMENT]
    assert (due.due, due.of("ada")) == (utc("2026-12-01 22:59"), utc("2026-12-03 22:59"))


TABLE = '["01_first"]\n'
TIME = "2026-12-01T23:59:00+01:00"
WRONG = {
    "no zone": (f"{TABLE}due = 2026-12-01T23:59:00\n", 2, "says no time zone"),
    "no such zone": (f'timezone = "Berlin"\n{TABLE}due = {TIME}\n', 1, "no such time zone"),
    "zone is a path": (f'timezone = "../../etc/passwd"\n{TABLE}due = {TIME}\n', 1, "no such time zone"),
    "zone is a number": (f"timezone = 1\n{TABLE}due = {TIME}\n", 1, "no such time zone"),
    "no seconds": (f"{TABLE}due = 2026-12-01 23:59\n", 2, "a time is written 2026-12-01T23:59:00+01:00"),
    "no such day": (f"{TABLE}due = 2026-11-31T23:59:00+01:00\n", 2, "is not TOML"),
    "words": (f'{TABLE}due = "next monday"\n', 2, "'next monday' is not a time"),
    "a number": (f"{TABLE}due = 20261201\n", 2, "20261201 is not a time"),
    "only a time": (f"{TABLE}due = 23:59:00\n", 2, "is not a time"),
    "never": (f"\n{TABLE}extensions = {{ ada = {TIME} }}\n", 2, "has no due"),
    "another key": (f"{TABLE}due = {TIME}\nextension = {{ ada = {TIME} }}\n", 3, "'extension' is not known"),
    "no table": (f'"01_first" = {TIME}\n', 1, "a table is wanted"),
    "another assignment": (f'{TABLE}due = {TIME}\n["01_frist"]\ndue = {TIME}\n', 3, "no assignment '01_frist'"),
    "earlier": (f"{TABLE}due = {TIME}\nextensions = {{ ada = 2026-11-01T00:00:00Z }}\n", 3, "ends before"),
    "extension without zone": (
        f"{TABLE}due = {TIME}\n[01_first.extensions]\nada = 2026-12-03 10:00:00\n",
        4,
        "zone",
    ),
    "dotted id": (f"{TABLE}due = {TIME}\nextensions = {{ ada.l = {TIME} }}\n", 3, "in quotation marks"),
    "extensions is a list": (f'{TABLE}due = {TIME}\nextensions = ["ada"]\n', 3, "extensions = {"),
    "cut off": (f"{TABLE}due = {TIME}\nextensions = {{ ada = {TIME}\n", 3, "is not TOML"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_said_with_its_line(small_course: SmallCourse, mistake: str) -> None:
    text, line, what = WRONG[mistake]
    said = refusal(small_course, text)
    assert said.startswith(f"due.toml, line {line}: ")
    assert what in said


def test_a_file_that_is_not_text_is_said(small_course: SmallCourse) -> None:
    (small_course.root / "due.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CourseError, match=r"due\.toml: can't be read"):
        read_due(small_course.folder)


@pytest.mark.parametrize("command", ["autograde", "grades", "status"])
def test_commands_that_need_it_say_its_mistake_and_change_nothing(
    released_course: SmallCourse, command: str
) -> None:
    released_course.submit("ada")
    write_due(released_course, '["01_first"]\ndue = tomorrow\n')
    assert "due.toml, line 2" in one_clear_line(released_course, command)
