"""The committed release/ is what the masters make, and no line of a solution or a hidden test is in it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from courses import SmallCourse
from leaks import find_leaks, secret_lines

from course.grading.release import release
from course.grading.rules import HIDDEN, SCHEME, SOLUTION
from course.grading.settings import CONFIG_FILE, PRIVATE, CourseFolder


def files(folder: Path) -> dict[str, bytes]:
    """All files under a folder, with their content."""
    paths = (path for path in folder.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_release_is_what_the_masters_make(repository: Path, released_template: SmallCourse, tmp_path: Path) -> None:
    unwanted = shutil.ignore_patterns(PRIVATE, ".ipynb_checkpoints")
    shutil.copytree(repository / "source", tmp_path / "source", ignore=unwanted)
    shutil.copy(repository / CONFIG_FILE, tmp_path)
    shutil.copy(released_template.root / "gradebook.db", tmp_path)  # a new one takes seconds to make
    release(CourseFolder(tmp_path), [])
    made, committed = files(tmp_path / "release"), files(repository / "release")
    assert sorted(made) == sorted(committed)
    assert [name for name in made if made[name] != committed[name]] == [], "run `make release` and commit release/"


def test_every_master_has_secret_lines(repository: Path) -> None:
    for path in sorted((repository / "source").glob("*/*.ipynb")):
        assert len(secret_lines(nbformat.read(path, as_version=4))) > 10, path.name


def test_no_secret_line_of_a_master_is_in_release(repository: Path) -> None:
    assert find_leaks(repository / "source", repository / "release") == []


@pytest.mark.parametrize("marker", [SOLUTION, HIDDEN, SCHEME])
@pytest.mark.parametrize("how", ["in a cell", "in an output", "in a data file"])
def test_a_leak_would_be_found(marker: str, how: str, repository: Path, tmp_path: Path) -> None:
    target = tmp_path / "release"
    shutil.copytree(repository / "release", target)
    master = sorted((repository / "source").glob("*/*.ipynb"))[0]
    line = next(iter(sorted(_secrets_between(master, marker))))
    path = target / master.parent.name / master.name
    if how == "in a data file":
        path = path.with_name("notes.txt")
        path.write_text(f"some words; {line} # and more\n", encoding="utf-8")
    else:
        nb = json.loads(path.read_text(encoding="utf-8"))
        cell = next(cell for cell in nb["cells"] if cell["cell_type"] == "code")
        if how == "in a cell":
            cell["source"] = [f"    {line}\n", "pass"]
        else:
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [line]}]
        path.write_text(json.dumps(nb), encoding="utf-8")
    assert find_leaks(repository / "source", target) == [f"{path.relative_to(target)}: {line}"]


def _secrets_between(master: Path, marker: str) -> set[str]:
    nb = nbformat.read(master, as_version=4)
    secret = secret_lines(nb)
    nb.cells = [cell for cell in nb.cells if f"BEGIN {marker}" in cell.source]
    return secret & secret_lines(nb)
