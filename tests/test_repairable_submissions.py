"""Submissions in forms that other programs leave, which are graded like any other."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from courses import SmallCourse

from course.grading.autograde import Options, Row, autograde

WRONG = {"double": "def double(x):\n    return 4.0"}


def with_mark(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())


def windows_lines(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def windows_lines_in_cells(path: Path) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
    path.write_text(json.dumps(content))


def minor(number: int) -> Callable[[Path], None]:
    """nbformat 4.0 to 4.4 have no cell ids."""

    def change(path: Path) -> None:
        content = json.loads(path.read_text(encoding="utf-8"))
        for cell in content["cells"]:
            del cell["id"]
        path.write_text(json.dumps({**content, "nbformat_minor": number}))

    return change


def version_3(path: Path) -> None:
    nbformat.write(nbformat.convert(nbformat.read(path, as_version=4), 3), path, version=3)


def with_stranger(path: Path) -> None:
    path.with_name("scribbles.ipynb").write_text("not even a notebook")


def old_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    output = nbformat.v4.new_output("stream", name="stderr", text="from the student's own run")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output]
    nbformat.write(notebook, path)


CHANGES: dict[str, Callable[[Path], None]] = {
    "mark": with_mark,
    "windows": windows_lines,
    "windows-cells": windows_lines_in_cells,
    "minor-0": minor(0),
    "minor-4": minor(4),
    "version-3": version_3,
    "stranger": with_stranger,
    "outputs": old_outputs,
}


@pytest.fixture(scope="module")
def rows(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    course = released_template.copy_to(tmp_path_factory.mktemp("repairable") / "course_folder")
    for student, change in CHANGES.items():
        change(course.submit(student, WRONG))
    return {row.student: row for row in autograde(course.folder, [], [], Options(jobs=2))}


@pytest.mark.parametrize("student", CHANGES)
def test_it_is_graded_as_any_other(student: str, rows: dict[str, Row]) -> None:
    row = rows[student]
    assert row.score is not None, row.problem
    assert (row.score.points, row.score.failed) == (4.0, ["doubling/hidden_double"])


def test_notebook_that_does_not_belong_is_named_in_the_note(rows: dict[str, Row]) -> None:
    assert rows["stranger"].note == "scribbles.ipynb is not of this assignment"
