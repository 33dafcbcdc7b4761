"""What `course release` refuses: in one clear line, before anything in the course folder changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from commands import one_clear_line
from courses import CHECK_DOUBLE, DOUBLE, HIDDEN_DOUBLE, SmallCourse, cell_of, exercise, small_master
from nbformat import NotebookNode

from course.grading.release import release
from course.grading.settings import CONFIG_FILE

MASTER = "source/01_first/doubling.ipynb"


def without_points() -> NotebookNode:
    """A master with a test cell that has no points."""
    nb = small_master()
    del cell_of(nb, "check_total").metadata.nbgrader["points"]
    return nb


def two_of_one_id() -> NotebookNode:
    """A master with two exercises of one id."""
    nb = small_master()
    again = exercise("double", DOUBLE, CHECK_DOUBLE, HIDDEN_DOUBLE)
    for number, cell in enumerate(again):
        cell.id = f"again_{number}"
    nb.cells[5:5] = again
    return nb


def unbalanced(name: str, marker: str) -> Callable[[], NotebookNode]:
    """Makes a master in which a region is not ended."""

    def make() -> NotebookNode:
        nb = small_master()
        cell = cell_of(nb, name)
        cell.source = cell.source.replace(f"### END {marker}", "")
        return nb

    return make


BROKEN = {
    "two exercises of one id": (two_of_one_id, "cell double: its grade_id is also that of cell number 3"),
    "no points": (without_points, "cell check_total: a graded cell needs points"),
    "solution open": (unbalanced("double", "SOLUTION"), "cell double, line 3: BEGIN SOLUTION"),
    "hidden open": (unbalanced("hidden_double", "HIDDEN TESTS"), "cell hidden_double, line 2: BEGIN HIDDEN"),
    "scheme open": (unbalanced("think_twice", "MARK SCHEME"), "cell think_twice, line 3: BEGIN MARK"),
}


@pytest.mark.parametrize(("make", "says"), BROKEN.values(), ids=BROKEN)
def test_a_master_that_breaks_a_rule(
    make: Callable[[], NotebookNode], says: str, released_course: SmallCourse
) -> None:
    released_course.write_master(make())
    assert f"course release: {MASTER}: {says}" in one_clear_line(released_course, "release")


def test_of_many_problems_the_first_is_said_and_how_many_there_are(released_course: SmallCourse) -> None:
    nb = without_points()
    cell_of(nb, "check_double").metadata.nbgrader.points = -1
    cell_of(nb, "hidden_total").metadata.nbgrader.points = -1
    released_course.write_master(nb)
    line = one_clear_line(released_course, "release")
    assert "cell check_double: " in line
    assert line.endswith(" (and 2 more)")


@pytest.mark.parametrize("bad", ["01_first", "02_second"])
@pytest.mark.parametrize("named", [[], ["01_first", "02_second"], ["02_second", "01_first"]], ids=str)
def test_one_bad_master_of_two_assignments_leaves_both_as_they_were(
    bad: str, named: list[str], released_course: SmallCourse
) -> None:
    changed = small_master()
    cell_of(changed, "title").source = "# Another title"
    for assignment in ("01_first", "02_second"):
        released_course.write_master(without_points() if assignment == bad else changed, assignment)
    assert f"source/{bad}/doubling.ipynb: cell check_total" in one_clear_line(released_course, "release", *named)


def test_a_bad_second_assignment_before_the_first_release_makes_no_gradebook(small_course: SmallCourse) -> None:
    small_course.write_master(without_points(), "02_second")
    one_clear_line(small_course, "release")
    assert not (small_course.root / "gradebook.db").exists()


def test_a_bad_second_notebook_of_an_assignment(released_course: SmallCourse) -> None:
    released_course.write_master(without_points(), name="tripling")
    assert "source/01_first/tripling.ipynb: cell check_total" in one_clear_line(released_course, "release")


def test_what_only_nbgrader_refuses(released_course: SmallCourse) -> None:
    nb = small_master()
    nb.metadata.kernelspec.language = "R"
    released_course.write_master(nb)
    line = one_clear_line(released_course, "release")
    assert "01_first: nbgrader could not release it: ValueError: language 'R' has not been specified" in line


UNREADABLE = {
    "not JSON": (b'{"cells": [\n  {', "not JSON (line 2: "),
    "empty": (b" \n", "the file is empty"),
    "not UTF-8": (b'{"cells": "\xff"}', "not a text file in UTF-8 (byte 11)"),
    "another JSON": (b"[1, 2]", "JSON, but not a notebook"),
    "not valid": (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}', "not a valid notebook"),
    "too new": (b'{"nbformat": 9, "nbformat_minor": 0, "metadata": {}, "cells": []}', "notebook format 9, newer"),
}


@pytest.mark.parametrize(("content", "says"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_master_that_cannot_be_read(content: bytes, says: str, released_course: SmallCourse) -> None:
    (released_course.root / MASTER).write_bytes(content)
    assert one_clear_line(released_course, "release").startswith(f"course release: {MASTER}: {says}")


def test_a_folder_that_is_called_as_a_notebook(released_course: SmallCourse) -> None:
    (released_course.root / "source/01_first/more.ipynb").mkdir()
    assert "source/01_first/more.ipynb: can't be read" in one_clear_line(released_course, "release")


def test_an_unknown_assignment_is_named_beside_those_there_are(released_course: SmallCourse) -> None:
    released_course.write_master(assignment="02_second")
    line = one_clear_line(released_course, "release", "01_first", "03_third")
    assert "no assignment '03_third'" in line
    assert line.endswith("there are: 01_first, 02_second")


def test_a_course_without_assignments(released_course: SmallCourse) -> None:
    (released_course.root / MASTER).unlink()
    assert "no assignment in it" in one_clear_line(released_course, "release")


def test_a_folder_that_is_no_course_folder(released_course: SmallCourse) -> None:
    (released_course.root / CONFIG_FILE).unlink()
    line = one_clear_line(released_course, "release")
    assert (
        line == f"course release: {released_course.root}: not in a course folder (no {CONFIG_FILE} here or above)"
    )


CONFIGURATIONS = {
    "syntax": ("c.Course.cell_seconds = = 3", "SyntaxError: invalid syntax (nbgrader_config.py, line {})"),
    "exception": ("raise ValueError('first line\\nsecond')", ", line {}: ValueError: first line"),
    "unknown name": ("d.Course.cell_seconds = 3", ", line {}: NameError: name 'd' is not defined"),
    "missing module": ("import no_such_module", ", line {}: ModuleNotFoundError: No module named 'no_such_module'"),
    "exit": ("raise SystemExit(3)", ", line {}: SystemExit: 3"),
    "seconds of 0": ("c.Course.cell_seconds = 0", "'cell_seconds' trait of a Course instance should not be less"),
    "seconds in words": ("c.Course.notebook_seconds = 'many'", "'notebook_seconds' trait of a Course instance"),
    "a folder that is a number": ("c.CourseDirectory.source_directory = 3", "'source_directory' trait"),
}


@pytest.mark.parametrize(("line", "says"), CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_a_broken_configuration(line: str, says: str, released_course: SmallCourse) -> None:
    released_course.configure(line)
    config = released_course.root / CONFIG_FILE
    said = one_clear_line(released_course, "release")
    assert str(config) in said
    assert says.format(len(config.read_text().splitlines())) in said


@pytest.mark.parametrize(
    "address",
    [
        "",
        "gradient-course/student@main",
        "https://github.com/gradient-course/student",
        "https://github.com/gradient-course/student@",
        "https://github.com/student@main",
        "git@github.com:gradient-course/student@main",
        "https://github.com/gradient-course/student@two words",
    ],
)
def test_an_address_of_the_student_repository_that_is_none(address: str, released_course: SmallCourse) -> None:
    released_course.configure(f"c.Course.student_repository = {address!r}")
    assert one_clear_line(released_course, "release") == (
        f"course release: {CONFIG_FILE}: c.Course.student_repository is {address!r}; it must look like "
        "https://github.com/OWNER/REPOSITORY@BRANCH"
    )


def test_a_gradebook_that_is_none(released_course: SmallCourse) -> None:
    (released_course.root / "gradebook.db").write_bytes(b"no database" * 100)
    line = one_clear_line(released_course, "release")
    assert "gradebook.db: not a gradebook that can be opened" in line


def test_a_release_that_fails_half_way_leaves_the_old_one(
    released_course: SmallCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = small_master()
    cell_of(changed, "title").source = "# Another title"
    released_course.write_master(changed)
    before = {name: content for name, content in released_course.snapshot().items() if name.startswith("release")}
    rename = Path.rename

    def fail_for_the_new_one(self: Path, target: Path) -> Path:
        if self.name == "01_first" and target.name == "01_first":
            raise OSError("disk full")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_for_the_new_one)
    with pytest.raises(OSError, match="disk full"):
        release(released_course.folder, [])
    after = {name: content for name, content in released_course.snapshot().items() if name.startswith("release")}
    assert after == before
