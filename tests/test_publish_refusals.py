"""Where `course publish` refuses to write, and what it refuses to publish: in one line, with nothing changed."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from commands import one_clear_line
from courses import SmallCourse, cell_of, small_master

import course
from course.grading.settings import CONFIG_FILE


@pytest.fixture
def instructor(released_course: SmallCourse) -> SmallCourse:
    """A released course with a licence."""
    (released_course.root / "LICENSE").write_text("BSD\n")
    return released_course


def contents(folder: Path) -> list[tuple[str, bytes | None]]:
    """All that is under a folder."""
    return [
        (str(path.relative_to(folder)), path.read_bytes() if path.is_file() else None)
        for path in sorted(folder.rglob("*"))
        if path.name != ".course.lock"
    ]


def refused(instructor: SmallCourse, target: Path) -> str:
    """Publish where it must not; returns what is said after the command's name."""
    before = contents(instructor.root.parent)
    line = one_clear_line(instructor, "publish", str(target))
    assert contents(instructor.root.parent) == before
    return line.removeprefix("course publish: ")


@pytest.mark.parametrize("where", [".", "..", "../..", "/", "source", "release", "submitted", "submitted/student"])
def test_the_course_folder_and_what_is_above_it_and_its_own_rooms(where: str, instructor: SmallCourse) -> None:
    (instructor.root / "submitted").mkdir()
    target = instructor.root / where
    assert (
        refused(instructor, target) == f"{target}: an instructor's folder; students get a repository of their own"
    )


def test_another_instructors_folder(instructor: SmallCourse, tmp_path: Path) -> None:
    (tmp_path / "other" / "source").mkdir(parents=True)
    assert refused(instructor, tmp_path / "other").startswith(f"{tmp_path / 'other'}: an instructor's folder")


def test_the_course_folder_by_another_name(instructor: SmallCourse, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(instructor.root)
    assert "an instructor's folder" in refused(instructor, tmp_path / "link")


def test_a_folder_with_other_things(instructor: SmallCourse, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("years of work")
    assert refused(instructor, tmp_path / "thesis") == (
        f"{tmp_path / 'thesis'}: not empty and no student repository (it has chapter.tex); name another one"
    )


def test_a_file(instructor: SmallCourse, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    assert refused(instructor, tmp_path / "notes.txt") == f"{tmp_path / 'notes.txt'}: a file, not a folder"


def test_a_folder_in_a_file(instructor: SmallCourse, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    assert (
        refused(instructor, tmp_path / "notes.txt" / "student") == f"{tmp_path / 'notes.txt'}: a file, not a folder"
    )


STALE = "; run `course release` and commit release/ before publishing"


def test_a_release_older_than_its_master(instructor: SmallCourse, tmp_path: Path) -> None:
    nb = small_master()
    cell_of(nb, "title").source = "# Doubling again"
    instructor.write_master(nb)
    assert refused(instructor, tmp_path / "student") == (
        f"release/01_first/doubling.ipynb is older than its master{STALE}"
    )


def test_a_master_that_was_not_released(instructor: SmallCourse, tmp_path: Path) -> None:
    instructor.write_master(assignment="02_second")
    assert refused(instructor, tmp_path / "student") == f"release/02_second/doubling.ipynb is missing{STALE}"


def test_a_released_notebook_without_master(instructor: SmallCourse, tmp_path: Path) -> None:
    instructor.write_master().rename(instructor.root / "source/01_first/other.ipynb")
    (instructor.root / "release/01_first/doubling.ipynb").rename(instructor.root / "release/01_first/other.ipynb")
    (instructor.root / "release/01_first/left.ipynb").write_bytes(b"{}")
    line = refused(instructor, tmp_path / "student")
    assert line == f"release/01_first/left.ipynb has no master any more{STALE}"


def test_a_release_by_another_version(
    instructor: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = course.__version__
    monkeypatch.setattr(course, "__version__", "99.0")
    assert refused(instructor, tmp_path / "student") == (
        f"release/01_first/doubling.ipynb was released by version {version}{STALE}"
    )


@pytest.mark.parametrize("cell", ["double", "check_double"])
def test_a_released_notebook_in_which_somebody_worked(cell: str, instructor: SmallCourse, tmp_path: Path) -> None:
    path, notebook = instructor.root / "release/01_first/doubling.ipynb", instructor.released()
    cell_of(notebook, cell).source = "def double(x):\n    return 2 * x"
    nbformat.write(notebook, path)
    assert refused(instructor, tmp_path / "student") == (
        f"release/01_first/doubling.ipynb was worked on after its release (cell {cell}){STALE}"
    )


def test_a_released_notebook_that_somebody_ran(instructor: SmallCourse, tmp_path: Path) -> None:
    path, notebook = instructor.root / "release/01_first/doubling.ipynb", instructor.released()
    cell_of(notebook, "setup").execution_count = 1
    nbformat.write(notebook, path)
    assert "was worked on after its release (cell setup)" in refused(instructor, tmp_path / "student")


def test_a_released_notebook_with_a_merge_conflict(instructor: SmallCourse, tmp_path: Path) -> None:
    path = instructor.root / "release/01_first/doubling.ipynb"
    path.write_text("<<<<<<< HEAD\n" + path.read_text())
    assert refused(instructor, tmp_path / "student").startswith(
        "release/01_first/doubling.ipynb: not JSON (line 1: Expecting value)"
    )


def test_a_course_without_licence(instructor: SmallCourse, tmp_path: Path) -> None:
    (instructor.root / "LICENSE").unlink()
    assert refused(instructor, tmp_path / "student").startswith(f"{instructor.root / 'LICENSE'}: missing")


def test_a_course_without_assignments(instructor: SmallCourse, tmp_path: Path) -> None:
    (instructor.root / "source/01_first/doubling.ipynb").unlink()
    assert "no assignment in it" in refused(instructor, tmp_path / "student")


def test_a_folder_that_is_no_course_folder(instructor: SmallCourse, tmp_path: Path) -> None:
    (instructor.root / CONFIG_FILE).unlink()
    assert "not in a course folder" in refused(instructor, tmp_path / "student")
