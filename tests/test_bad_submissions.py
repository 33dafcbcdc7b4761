"""Submissions that can't be graded: a row with its reason and a line on stderr each, and nobody else is stopped."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from commands import Said, Unrun, run_command
from courses import SmallCourse, code, notebook

from course.grading import gradebook
from course.grading.autograde import Options, autograde


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def without(key: str) -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        content = json.loads(text_of(path))
        del content[key]
        path.write_text(json.dumps(content))

    return spoil


def written(content: bytes) -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        path.write_bytes(content)

    return spoil


def renamed(name: str) -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        path.rename(path.with_name(name))

    return spoil


def cut_off(path: Path) -> None:
    path.write_text(text_of(path)[:-200])


def as_utf_16(path: Path) -> None:
    path.write_bytes(text_of(path).encode("utf-16"))


def newer_format(path: Path) -> None:
    content = json.loads(text_of(path))
    path.write_text(json.dumps({**content, "nbformat": 5}))


def bad_cell(path: Path) -> None:
    content = json.loads(text_of(path))
    content["cells"][3] = "a cell"
    path.write_text(json.dumps(content))


def another_notebook(path: Path) -> None:
    nbformat.write(notebook(code("1 + 1", "mine")), path)


def no_file(path: Path) -> None:
    path.unlink()


def directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def link(path: Path) -> None:
    path.rename(path.parent.parent / "elsewhere.ipynb")
    path.symlink_to(path.parent.parent / "elsewhere.ipynb")


def bad_timestamp(path: Path) -> None:
    path.with_name("timestamp.txt").write_text("yesterday evening")


FILE = "submitted/{student}/01_first/doubling.ipynb: "
FOLDER = "submitted/{student}/01_first: "
BAD: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "html": (written(b"<!DOCTYPE html>"), FILE, "not JSON (line 1: "),
    "cut-off": (cut_off, FILE, "not JSON (line "),
    "empty": (written(b""), FILE, "the file is empty"),
    "blank": (written(b" \n"), FILE, "the file is empty"),
    "binary": (written(bytes(range(256))), FILE, "not a text file in UTF-8 (byte 128)"),
    "utf-16": (as_utf_16, FILE, "not a text file in UTF-8 (byte 0)"),
    "deep": (written(b"[" * 100_000), FILE, "not JSON (too deep)"),
    "list": (written(b"[]"), FILE, "JSON, but not a notebook"),
    "number": (written(b"7"), FILE, "JSON, but not a notebook"),
    "dict": (written(b"{}"), FILE, "JSON, but not a notebook"),
    "newer": (newer_format, FILE, "notebook format 5, newer than"),
    "no-cells": (without("cells"), FILE, "not a valid notebook: "),
    "bad-cell": (bad_cell, FILE, "not a valid notebook: "),
    "another": (another_notebook, FILE, "not the notebook doubling of 01_first"),
    "stranger": (renamed("scribbles.ipynb"), FOLDER, "scribbles.ipynb is not of this assignment"),
    "no-file": (no_file, FOLDER, "no notebook in it; its notebooks are doubling.ipynb"),
    "directory": (directory, FILE, "not a plain file"),
    "link": (link, FILE, "not a plain file"),
    "timestamp": (bad_timestamp, "submitted/{student}/01_first/timestamp.txt: ", "not a time: 'yesterday"),
}


@pytest.fixture(scope="module")
def course(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """A course in which all were graded before, and all but ada then spoilt their submission."""
    made = released_template.copy_to(tmp_path_factory.mktemp("bad") / "course_folder")
    for student in BAD:
        made.submit(student)
    autograde(made.folder, [], [], Options(), runner=Unrun())
    made.submit("ada")
    for student, (spoil, _, _) in BAD.items():
        spoil(made.root / "submitted" / student / "01_first" / "doubling.ipynb")
    return made


@pytest.fixture(scope="module")
def before(course: SmallCourse) -> dict[str, bytes]:
    return course.snapshot()


@pytest.fixture(scope="module")
def said(course: SmallCourse, before: dict[str, bytes]) -> Said:
    return run_command(course, "autograde")


@pytest.fixture(scope="module")
def after(course: SmallCourse, said: Said) -> dict[str, bytes]:
    return course.snapshot()


@pytest.mark.parametrize("student", BAD)
def test_bad_submission_has_a_line_with_its_reason(student: str, said: Said) -> None:
    _, where, reason = BAD[student]
    (line,) = [line for line in said.lines if f"{student}/" in line]
    assert line.startswith(f"course: {where.format(student=student)}")
    assert reason in line


@pytest.mark.parametrize("student", BAD)
def test_bad_submission_has_a_row(student: str, said: Said) -> None:
    (row,) = [line for line in said.out.splitlines() if line.split()[:2] == [student, "–"]]
    assert row.split()[1:6] == ["–", "–", "–", "not", "graded:"]


@pytest.mark.parametrize("student", BAD)
def test_what_was_graded_before_stays_as_it_was(
    student: str, before: dict[str, bytes], after: dict[str, bytes]
) -> None:
    folder = f"autograded/{student}/"
    graded = {name: content for name, content in before.items() if name.startswith(folder)}
    assert graded and graded == {name: content for name, content in after.items() if name.startswith(folder)}


def test_scores_entered_before_stay_as_they_were(course: SmallCourse, said: Said) -> None:
    with gradebook.opened(course.folder) as book:
        scores = {student: book.find_submission("01_first", student).score for student in BAD}
    assert scores == dict.fromkeys(BAD, 6)


def test_command_ends_with_status_2_and_a_line_each(said: Said) -> None:
    assert (said.status, len(said.lines)) == (2, len(BAD))


def test_good_submission_beside_bad_ones_is_graded(said: Said) -> None:
    (row,) = [line.split() for line in said.out.splitlines() if line.split()[:1] == ["ada"]]
    assert row[1:] == ["6", "8", "2"]


def test_bad_submission_that_was_never_graded_is_not_in_the_gradebook(released_course: SmallCourse) -> None:
    released_course.submit("ada").write_text("cut off")
    assert run_command(released_course, "autograde").status == 2
    assert not (released_course.root / "autograded").exists()
    with gradebook.opened(released_course.folder) as book:
        assert not gradebook.has_submissions(book, "01_first")
