"""nbgrader's exchange, the homes of a JupyterHub and plain folders come out as the submissions that they are."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest
from archives import (
    aside,
    canvas,
    collect,
    exchange,
    marks,
    moodle,
    notebook_of,
    submitted,
    two_of_moodle,
    write_folder,
    write_tar,
    zipped,
)
from courses import SmallCourse

from course.grading.collected import read_attempts
from course.grading.roster import Person, enter

UTC = datetime.UTC
SUNDAY, MONDAY = (datetime.datetime(2026, 11, day, 20, 15, 30, 120, UTC) for day in (29, 30))


# nbgrader's exchange and a JupyterHub's homes ---------------------------------------------------------------------


@pytest.mark.parametrize("given", ["exchange", "exchange/deep/", "exchange/deep/inbound"])
def test_of_an_exchange_the_latest_counts_and_all_are_kept(
    given: str, released_course: SmallCourse, tmp_path: Path
) -> None:
    inbound = tmp_path / "exchange" / "deep" / "inbound"
    exchange(
        inbound,
        [
            ("ada", "01_first", MONDAY, {"doubling.ipynb": notebook_of(released_course, "second")}),
            ("ada", "01_first", SUNDAY, {"doubling.ipynb": notebook_of(released_course, "first")}),
            ("bob", "02_second", SUNDAY, {"halving.ipynb": b"{}"}),
        ],
    )
    write_folder(tmp_path / "exchange/deep/outbound/01_first", {"doubling.ipynb": b"{}"})
    said = collect(released_course, tmp_path / given)
    first, second = read_attempts(released_course.folder, "01_first")
    assert marks(released_course) == {"ada": "second"}
    assert [(each.time, each.used, each.lms) for each in (first, second)] == [
        (SUNDAY, False, "exchange"),
        (MONDAY, True, "exchange"),
    ]
    assert (submitted(released_course) / "timestamp.txt").read_text() == "2026-11-30 20:15:30.000120 UTC"
    assert (submitted(released_course) / "submission_secret.txt").read_text() == "00"  # feedback goes back by it
    assert "1 hand-ins for other assignments were left where they are" in said.out
    assert "set aside" not in said.out


def test_exchange_that_adds_no_random_string_and_a_name_with_a_plus(
    released_course: SmallCourse, tmp_path: Path
) -> None:
    root = exchange(
        tmp_path / "inbound",
        [("ada", "01_first", SUNDAY, {"doubling.ipynb": notebook_of(released_course)})],
        random="",
    )
    exchange(root, [("a+b", "01_first", SUNDAY, {"doubling.ipynb": notebook_of(released_course)})])
    collect(released_course, root)
    assert list(marks(released_course)) == ["ada"]
    assert list(aside(released_course).values()) == ["nobody on the roster is called so"]


@pytest.mark.parametrize("layout", ["{}/01_first/", "{}/course101/01_first/", "{}/"])
def test_students_folders_are_collected(layout: str, released_course: SmallCourse, tmp_path: Path) -> None:
    for student in ("ada", "bob"):
        files = {
            "doubling.ipynb": notebook_of(released_course, student),
            "timestamp.txt": b"2026-11-29 20:15:30 UTC",
        }
        write_folder(tmp_path / "homes" / layout.format(student), files)
    write_folder(tmp_path / "homes" / "cob" / "course101" / "02_second", {"halving.ipynb": b"{}"})
    write_folder(released_course.root / "source" / "02_second", {"halving.ipynb": b"{}"})
    collect(released_course, tmp_path / "homes")
    assert marks(released_course) == {"ada": "ada", "bob": "bob"}
    attempt = read_attempts(released_course.folder, "01_first")[0]
    assert (attempt.time, attempt.time_from) == (SUNDAY.replace(microsecond=0), "timestamp.txt")


def test_homes_are_not_searched_beyond_the_assignments_folder(released_course: SmallCourse, tmp_path: Path) -> None:
    write_folder(tmp_path / "homes/ada/01_first", {"doubling.ipynb": notebook_of(released_course, "ada")})
    write_folder(tmp_path / "homes/ada", {"private/diary.txt": b"x", "doubling.ipynb": b"{}"})
    collect(released_course, tmp_path / "homes")
    assert [path.name for path in (released_course.root / "collected/01_first/ada/1").iterdir()] == [
        "doubling.ipynb"
    ]


# Folders and other archives --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["ada.ipynb", "ada_doubling.ipynb", "doubling_ada.ipynb", "doubling - Ada Lovelace.ipynb",
     "Lovelace, Ada.ipynb", "ada@uni.edu.ipynb", "Ada Lovelace - doubling (1).ipynb", "homework1_ada.ipynb",
     "ada.zip"],
)  # fmt: skip
def test_files_that_bear_a_students_name_are_collected(
    name: str, released_course: SmallCourse, tmp_path: Path
) -> None:
    content = notebook_of(released_course, "ada")
    write_folder(tmp_path / "all", {name: zipped({"doubling.ipynb": content}) if name.endswith("zip") else content})
    collect(released_course, tmp_path / "all")
    assert marks(released_course) == {"ada": "ada"}


def test_file_without_a_students_name_is_set_aside(released_course: SmallCourse, tmp_path: Path) -> None:
    write_folder(tmp_path / "all", {"doubling.ipynb": notebook_of(released_course)})
    collect(released_course, tmp_path / "all")
    assert aside(released_course) == {
        "doubling.ipynb": "its name says no student; name it ID_NOTEBOOK.ipynb, or put it into a folder named ID"
    }


def test_several_files_of_one_student_are_one_hand_in(small_course: SmallCourse, tmp_path: Path) -> None:
    files = {"ada_doubling.ipynb": b"x", "ada_points.csv": b"1", "bob_doubling.ipynb": b"y"}
    from course.grading.collect.people import People
    from course.grading.collect.plain import Wanted, plain
    from course.grading.collect.sources import Folder

    people = People([Person("ada", "Ada", "L"), Person("bob", "Bob", "T")])
    source = Folder(write_folder(tmp_path / "all", files))
    layout = plain(source.entries, Wanted("01_first", ["doubling"], [], people))
    assert [[path for _, path in each.files] for each in layout.hand_ins] == [
        [("doubling.ipynb",), ("ada_points.csv",)],
        [("doubling.ipynb",)],
    ]


def test_tar_archive_is_collected(released_course: SmallCourse, tmp_path: Path) -> None:
    content = notebook_of(released_course, "ada")
    collect(released_course, write_tar(tmp_path / "all.tar.gz", {"submissions/ada/doubling.ipynb": content}))
    assert marks(released_course) == {"ada": "ada"}


def test_files_own_times_order_attempts_from_folders(released_course: SmallCourse, tmp_path: Path) -> None:
    for name, mark, time in (("new", "second", MONDAY), ("old", "first", SUNDAY)):
        folder = write_folder(tmp_path / name / "ada", {"doubling.ipynb": notebook_of(released_course, mark)})
        os.utime(folder / "doubling.ipynb", (time.timestamp(), time.timestamp()))
        collect(released_course, tmp_path / name)
    assert marks(released_course) == {"ada": "second"}
    latest, earlier = read_attempts(released_course.folder, "01_first")
    assert (latest.used, latest.time_from, earlier.used, earlier.number) == (True, "the file's time", False, 2)


def test_files_that_were_all_copied_at_once_have_no_time(released_course: SmallCourse, tmp_path: Path) -> None:
    for student in ("ada", "bob", "cob"):
        write_folder(tmp_path / "all" / student, {"doubling.ipynb": notebook_of(released_course, student)})
    collect(released_course, tmp_path / "all")
    assert [each.time for each in read_attempts(released_course.folder, "01_first")] == [None] * 3


# Without a roster ------------------------------------------------------------------------------------------------


def test_without_a_roster_ids_come_from_the_archive(released_course: SmallCourse, tmp_path: Path) -> None:
    content = notebook_of(released_course)
    moodles = moodle(tmp_path / "m.zip", [("Zoë van Dam", 5, {"doubling.ipynb": content})])
    canvases = canvas(tmp_path / "c.zip", [("Hopper, Grace", 4711, False, {"doubling.ipynb": content})])
    folders = write_folder(tmp_path / "f", {"kay/doubling.ipynb": content, "ann_doubling.ipynb": content})
    said = collect(released_course, moodles, canvases, folders, roster=False)
    assert list(marks(released_course)) == ["4711", "ann", "kay", "zoe_van_dam"]
    assert "who is missing is said where there is a roster" in said.out


def test_without_a_roster_two_of_one_name_are_set_aside(released_course: SmallCourse, tmp_path: Path) -> None:
    content = notebook_of(released_course)
    both = [("John Smith", n, {"doubling.ipynb": content}) for n in (7, 8)]
    collect(released_course, moodle(tmp_path / "m.zip", both), roster=False)
    assert marks(released_course) == {}
    assert aside(released_course)["John Smith_7"] == "it could be john_smith, and so could John Smith_8"


def test_gradebook_is_the_roster_where_none_is_given(released_course: SmallCourse, tmp_path: Path) -> None:
    enter(released_course.folder, [Person("al12", "Ada", "Lovelace"), Person("gone", "Not", "There")])
    said = collect(released_course, two_of_moodle(released_course, tmp_path / "all.zip"), roster=False)
    assert marks(released_course) == {"al12": "ada"}
    assert "1 collected, 1 set aside in collected/01_first/aside/, 1 missing" in said.out
    assert "Not There" in said.out


def test_ids_that_grading_wrote_into_the_gradebook_are_no_roster(
    released_course: SmallCourse, tmp_path: Path
) -> None:
    enter(released_course.folder, [Person("ada_lovelace")])
    collect(released_course, two_of_moodle(released_course, tmp_path / "all.zip"), roster=False)
    assert list(marks(released_course)) == ["ada_lovelace", "bob_tables"]
