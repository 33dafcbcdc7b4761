"""`course collect` takes along what students said of sections, from wherever it comes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from archives import (
    aside,
    canvas,
    collect,
    exchange,
    moodle,
    notebook_of,
    submitted,
    write_folder,
    write_tar,
    zipped,
)
from courses import SmallCourse
from sectioned import FIRST, NOTEBOOK, entry, file_of

from course.grading.said import feedback_stem, read_said

FILE = f"{NOTEBOOK}.feedback.json"
SAID, LATER = (file_of({FIRST: entry("too hard", comment=text)}).encode() for text in ("once", "twice"))
TIME = datetime.datetime(2026, 11, 30, 20, 0, tzinfo=datetime.UTC)
Archive = Callable[[Path, Mapping[str, bytes]], Path]

FORMS: dict[str, Archive] = {
    "Moodle, folders": lambda path, own: moodle(path / "all.zip", [("Ada Lovelace", 101, own)]),
    "Moodle, no folders": lambda path, own: moodle(path / "all.zip", [("Ada Lovelace", 101, own)], folders=False),
    "Canvas": lambda path, own: canvas(path / "all.zip", [("Lovelace, Ada", 11, False, own)]),
    "an exchange": lambda path, own: exchange(path / "inbound", [("ada", "01_first", TIME, own)]),
    "a folder a student": lambda path, own: write_folder(path / "all", {f"ada/{n}": c for n, c in own.items()}),
    "a file a student": lambda path, own: write_folder(path / "all", {f"ada_{n}": c for n, c in own.items()}),
    "a tar archive": lambda path, own: write_tar(path / "all.tar.gz", {f"ada/{n}": c for n, c in own.items()}),
    "a zip in Moodle's": lambda path, own: moodle(
        path / "all.zip",
        [("Ada Lovelace", 101, {"homework.zip": zipped({f"work/{n}": c for n, c in own.items()})})],
    ),
}


def taken(course: SmallCourse) -> bytes:
    return (submitted(course) / FILE).read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_the_file_comes_with_the_notebook(form: str, released_course: SmallCourse, tmp_path: Path) -> None:
    own = {f"{NOTEBOOK}.ipynb": notebook_of(released_course), FILE: SAID}
    said = collect(released_course, FORMS[form](tmp_path, own))
    assert (said.status, taken(released_course)) == (0, SAID)
    assert aside(released_course) == {}
    names = {path.name for path in submitted(released_course).iterdir()} - {
        "timestamp.txt",
        "submission_secret.txt",
    }
    assert names == {f"{NOTEBOOK}.ipynb", FILE}


def test_a_copy_that_a_browser_has_numbered_is_known(released_course: SmallCourse, tmp_path: Path) -> None:
    own = {"doubling (1).ipynb": notebook_of(released_course), "doubling.feedback (1).json": SAID}
    collect(released_course, FORMS["Moodle, folders"](tmp_path, own))
    assert taken(released_course) == SAID


def test_of_several_the_one_without_a_number_counts(released_course: SmallCourse, tmp_path: Path) -> None:
    own = {f"{NOTEBOOK}.ipynb": notebook_of(released_course), "doubling.feedback (1).json": LATER, FILE: SAID}
    collect(released_course, FORMS["Moodle, folders"](tmp_path, own))
    assert taken(released_course) == SAID


def test_what_was_uploaded_to_canvas_twice_counts_the_second_time(
    released_course: SmallCourse, tmp_path: Path
) -> None:
    notebook = notebook_of(released_course)
    own = {"doubling.ipynb": notebook, FILE: SAID, "doubling-1.ipynb": notebook, "doubling-1.feedback.json": LATER}
    collect(released_course, FORMS["Canvas"](tmp_path, own))
    assert taken(released_course) == LATER


def test_the_file_alone_is_no_hand_in(released_course: SmallCourse, tmp_path: Path) -> None:
    collect(released_course, FORMS["Moodle, folders"](tmp_path, {FILE: SAID}))
    assert not submitted(released_course).exists()
    assert len(aside(released_course)) == 1


def test_a_file_of_another_name_goes_along_as_any_other(released_course: SmallCourse, tmp_path: Path) -> None:
    own = {f"{NOTEBOOK}.ipynb": notebook_of(released_course), "other.feedback.json": SAID}
    collect(released_course, FORMS["a folder a student"](tmp_path, own))
    assert (submitted(released_course) / "other.feedback.json").read_bytes() == SAID
    assert not (submitted(released_course) / FILE).exists()


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("doubling.feedback.json", "doubling"),
        ("doubling.feedback (2).json", "doubling (2)"),
        ("Doubling.Feedback.JSON", "Doubling"),
        ("doubling.feedback.json.txt", "doubling"),
        ("doubling.json", ""),
        (".feedback.json", ""),
        ("doubling.feedback.json.ipynb", ""),
    ],
)
def test_names_of_such_files(name: str, stem: str) -> None:
    assert feedback_stem(name) == stem


def test_what_was_collected_is_read_without_the_outputs(released_course: SmallCourse, tmp_path: Path) -> None:
    from sectioned import sectioned_master

    own = {f"{NOTEBOOK}.ipynb": notebook_of(released_course), FILE: SAID}
    collect(released_course, FORMS["Moodle, folders"](tmp_path, own))
    found = read_said(released_course.folder, "01_first", {NOTEBOOK: sectioned_master()})
    assert [(each.title, each.comments()) for each in found.answered] == [("Twice anything", [("ada", "once")])]
