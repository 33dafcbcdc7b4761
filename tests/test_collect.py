"""Archives as Moodle and Canvas make them come out as the submissions that they are."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from archives import (
    aside,
    canvas,
    collect,
    marks,
    moodle,
    moodle_worksheet,
    notebook_of,
    submitted,
    two_of_moodle,
    write_zip,
    zipped,
)
from commands import one_clear_line, run_command
from courses import SmallCourse

from course.grading.collected import files_of, read_attempts
from course.grading.roster import Person, enter
from course.grading.submissions import find_submissions, read_timestamp

UTC = datetime.UTC
SUNDAY, MONDAY = (datetime.datetime(2026, 11, day, 20, 15, 30, 120, UTC) for day in (29, 30))


# Moodle ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "how", [{}, {"slash": "_"}, {"folders": False}], ids=["folders", "folders before Moodle 4.1", "no folders"]
)
def test_moodles_archive_is_collected(how: dict, released_course: SmallCourse, tmp_path: Path) -> None:
    said = collect(released_course, two_of_moodle(released_course, tmp_path / "all.zip", **how))
    assert (said.status, said.err, marks(released_course)) == (0, "", {"ada": "ada", "bob": "bob"})
    attempt = read_attempts(released_course.folder, "01_first")[0]
    assert (attempt.student, attempt.lms, attempt.archive, attempt.used) == ("ada", "moodle", "all.zip", True)
    assert attempt.origin.startswith("Ada Lovelace_101_assignsubmission_file")
    assert (files_of(released_course.folder, attempt) / "doubling.ipynb").is_file()


def test_what_lies_beside_a_notebook_goes_along(released_course: SmallCourse, tmp_path: Path) -> None:
    collect(released_course, two_of_moodle(released_course, tmp_path / "all.zip"))
    assert (submitted(released_course, "bob") / "data" / "points.csv").read_bytes() == b"1,2"


def test_moodles_archive_says_no_time_and_none_is_made_up(released_course: SmallCourse, tmp_path: Path) -> None:
    said = collect(released_course, two_of_moodle(released_course, tmp_path / "all.zip"))
    attempt = read_attempts(released_course.folder, "01_first")[0]
    assert (attempt.time, attempt.not_after) == (None, datetime.datetime(2026, 12, 2, 10, 0).astimezone())
    assert not (submitted(released_course) / "timestamp.txt").exists()
    assert "by 2026-12-02 10:00" in said.out
    assert "its grading worksheet does" in said.out


@pytest.mark.parametrize("where", ["beside", "inside"])
def test_worksheet_says_when_and_whether_late(where: str, released_course: SmallCourse, tmp_path: Path) -> None:
    (released_course.root / "due.toml").write_text('timezone = "Europe/Berlin"\n')
    rows = [
        (
            101,
            "Ada Lovelace",
            "",
            "",
            "Submitted for grading - 2 hours 3 mins late",
            "Tuesday, 1 December 2026, 2:03 AM",
        ),
        (102, "Bob Tables", "", "", "Submitted for grading", "Monday, 30 November 2026, 11:59 PM"),
    ]
    sheet = moodle_worksheet(tmp_path / "Grades.csv", rows)
    archive = tmp_path / "all.zip"
    two_of_moodle(released_course, archive)
    if where == "inside":
        import zipfile

        with zipfile.ZipFile(archive, "a") as file:
            file.write(sheet, "Grades.csv")
    said = collect(released_course, *([archive] if where == "inside" else [archive, sheet]))
    ada, bob = read_attempts(released_course.folder, "01_first")
    assert (ada.late, bob.late, ada.time_from) == (True, False, "the grading worksheet")
    assert ada.time == datetime.datetime(2026, 12, 1, 1, 3, tzinfo=UTC)
    assert (submitted(released_course) / "timestamp.txt").read_text() == "2026-12-01 01:03:00.000000 UTC"
    (submission, _) = find_submissions(released_course.folder, "01_first")
    assert read_timestamp(released_course.folder, submission) == "2026-12-01 01:03:00.000000 UTC"
    assert "worksheet" not in said.out


def test_worksheet_tells_two_of_one_name_apart(released_course: SmallCourse, tmp_path: Path) -> None:
    both = [("John Smith", n, {"doubling.ipynb": notebook_of(released_course, str(n))}) for n in (7, 8)]
    archive = moodle(tmp_path / "all.zip", both)
    sheet = moodle_worksheet(
        tmp_path / "Grades.csv",
        [(7, "John Smith", "", "js2@uni.edu", "Submitted for grading", "-"), (8, "John Smith", "js1", "", "", "-")],
    )
    collect(released_course, archive)
    assert marks(released_course) == {}
    assert aside(released_course) == {f"John Smith_{n}": "2 students are called so: js1, js2" for n in (7, 8)}
    said = collect(released_course, archive, sheet)
    assert marks(released_course) == {"js1": "8", "js2": "7"}
    assert (aside(released_course), list((released_course.root / "collected/01_first/aside").iterdir())) == ({}, [])
    assert "set aside" not in said.out


def test_worksheet_of_blind_marking_names_the_participants(released_course: SmallCourse, tmp_path: Path) -> None:
    archive = moodle(
        tmp_path / "all.zip", [("Participant", 7, {"doubling.ipynb": notebook_of(released_course, "x")})]
    )
    sheet = moodle_worksheet(tmp_path / "g.csv", [(7, "", "ada", "", "Submitted for grading", "-")])
    collect(released_course, archive, sheet)
    assert marks(released_course) == {"ada": "x"}


def test_worksheet_of_another_assignment_is_refused(released_course: SmallCourse, tmp_path: Path) -> None:
    archive = two_of_moodle(released_course, tmp_path / "all.zip")
    sheet = moodle_worksheet(tmp_path / "g.csv", [(101, "Bob Tables", "bob", "", "", "-")])
    line = one_clear_line(released_course, "collect", str(archive), str(sheet), "--assignment", "01_first")
    assert line == (
        "course collect: g.csv: participant 101 is 'Bob Tables' there, and 'Ada Lovelace' in the archive; "
        "it is another assignment's worksheet"
    )


def test_text_typed_into_moodle_is_kept_beside_the_files(released_course: SmallCourse, tmp_path: Path) -> None:
    collect(released_course, two_of_moodle(released_course, tmp_path / "a.zip", typed={"Ada Lovelace": "<p>hello"}))
    kept = released_course.root / "collected/01_first/ada/1/typed/onlinetext.html"
    assert "<p>hello" in kept.read_text()
    assert [path.name for path in submitted(released_course).iterdir()] == ["doubling.ipynb"]


def test_typed_text_alone_is_set_aside(released_course: SmallCourse, tmp_path: Path) -> None:
    archive = moodle(tmp_path / "a.zip", [("Ada Lovelace", 101, {})], typed={"Ada Lovelace": "my colab link"})
    said = collect(released_course, archive)
    reason = (
        "a text typed into the LMS and no file: ask for the .ipynb itself (in Jupyter and Colab: File > Download)"
    )
    assert aside(released_course) == {"Ada Lovelace_101": reason}
    assert "what came was set aside" in said.out


# Canvas ----------------------------------------------------------------------------------------------------------


def test_canvas_archive_is_collected_by_its_numbers(released_course: SmallCourse, tmp_path: Path) -> None:
    archive = canvas(
        tmp_path / "submissions.zip",
        [
            ("Lovelace, Ada", 11, False, {"doubling.ipynb": notebook_of(released_course, "ada")}),
            ("Tables, Bob", 12, True, {"doubling-1.ipynb": notebook_of(released_course, "bob"), "x.csv": b"1"}),
            ("Smith, John", 17, False, {"doubling.ipynb": notebook_of(released_course, "js2")}),
        ],
    )
    said = collect(released_course, archive)
    assert (said.status, marks(released_course)) == (0, {"ada": "ada", "bob": "bob", "js2": "js2"})
    attempts = {each.student: each for each in read_attempts(released_course.folder, "01_first")}
    assert [attempts[who].late for who in ("ada", "bob")] == [False, True]
    assert attempts["bob"].origin == "tablesbob_LATE_12_9001_doubling-1.ipynb"
    assert "2026-12-02 10:00 late" in said.out
    assert (submitted(released_course, "bob") / "x.csv").is_file()
    assert attempts["bob"].notes == ("doubling-1.ipynb taken for doubling.ipynb",)


def test_canvas_names_are_enough_where_the_roster_has_no_numbers(
    released_course: SmallCourse, tmp_path: Path
) -> None:
    names = ["Lovelace, Ada", "García Márquez, María José", "O'Brien, Conan", "Müller, Jürgen"]
    archive = canvas(
        tmp_path / "s.zip",
        [
            (name, 900 + n, False, {"doubling.ipynb": notebook_of(released_course, name)})
            for n, name in enumerate(names)
        ],
    )
    people = [
        Person("ada", "Ada", "Lovelace"), Person("mjg", "María José", "García Márquez"),
        Person("cob", "Conan", "O’Brien"), Person("jmu", "Jürgen", "Müller"),
    ]  # fmt: skip
    enter(released_course.folder, people)
    collect(released_course, archive, roster=False)
    assert marks(released_course) == dict(zip(["ada", "mjg", "cob", "jmu"], names, strict=True))


def test_of_two_uploads_in_canvas_the_later_counts(released_course: SmallCourse, tmp_path: Path) -> None:
    files = {name: notebook_of(released_course, name) for name in ("doubling.ipynb", "doubling-1.ipynb")}
    collect(released_course, canvas(tmp_path / "s.zip", [("Lovelace, Ada", 11, False, files)]))
    assert marks(released_course) == {"ada": "doubling-1.ipynb"}
    assert sorted(path.name for path in submitted(released_course).iterdir()) == ["doubling.ipynb"]
    assert read_attempts(released_course.folder, "01_first")[0].notes == (
        "doubling-1.ipynb taken for doubling.ipynb",
        "doubling.ipynb not used",
    )


def test_two_uploads_of_one_name_are_told_apart_as_canvas_does(
    released_course: SmallCourse, tmp_path: Path
) -> None:
    files = [(f"lovelaceada_11_{n}_doubling.ipynb", notebook_of(released_course, str(n))) for n in (91, 90)]
    collect(released_course, write_zip(tmp_path / "s.zip", files))
    assert marks(released_course) == {"ada": "91"}


def test_canvas_group_is_collected_for_each_member_who_is_named(
    released_course: SmallCourse, tmp_path: Path
) -> None:
    archive = canvas(
        tmp_path / "s.zip", [("Group 1", 11, False, {"doubling.ipynb": notebook_of(released_course, "g")})]
    )
    said = collect(released_course, archive)
    assert marks(released_course) == {"ada": "g"}
    assert "--known-as group1_11=ID,ID" in " ".join(said.out.split())
    collect(released_course, archive, "--known-as", "group1_11=ada,bob")
    assert marks(released_course) == {"ada": "g", "bob": "g"}


def test_anonymous_canvas_archive_is_set_aside(released_course: SmallCourse, tmp_path: Path) -> None:
    archive = canvas(tmp_path / "s.zip", [("", "anon_x1Y2z", False, {"doubling.ipynb": b"{}"})])
    collect(released_course, archive)
    assert aside(released_course) == {
        "anon_x1Y2z": "handed in anonymously: show names in Canvas, and download again"
    }


def test_text_typed_into_canvas_is_set_aside(released_course: SmallCourse, tmp_path: Path) -> None:
    collect(
        released_course,
        canvas(tmp_path / "s.zip", [("Lovelace, Ada", 11, False, {})], typed={"Lovelace, Ada": "x"}),
    )
    assert aside(released_course)["lovelaceada_11"].startswith("a text typed into the LMS and no file")


# End to end ------------------------------------------------------------------------------------------------------


def test_collected_submissions_are_graded(released_course: SmallCourse, tmp_path: Path) -> None:
    wrong = {"double": "def double(x):\n    return 3 * x"}
    archive = canvas(
        tmp_path / "s.zip",
        [
            ("Lovelace, Ada", 11, False, {"doubling-2.ipynb": notebook_of(released_course)}),
            (
                "Tables, Bob",
                12,
                False,
                {"hw.zip": zipped({"hw/my doubling.ipynb": notebook_of(released_course, **wrong)})},
            ),
        ],
    )
    collect(released_course, archive)
    said = run_command(released_course, "autograde", "01_first", "-j", "1")
    assert (said.status, said.err) == (0, "")
    rows = {
        line.split()[0]: line.split()[1:3] for line in said.out.splitlines() if line.strip()[:3] in ("ada", "bob")
    }
    assert rows == {"ada": ["6", "8"], "bob": ["2", "8"]}
