"""A notebook as Colab saves it: ids and marks of its own, fewer of others' metadata; graded like any other."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from courses import SmallCourse, code, small_master, text

from course.grading.autograde import Options, autograde
from course.grading.release import release

WRONG = {"double": "def double(x):\n    return 4.0"}
PROFILE = {"displayName": "Ada Lovelace", "userId": "01234567890123456789"}
WIDGET = "application/vnd.jupyter.widget-view+json"


def save_as_colab(path: Path, *, keep_nbgrader: bool) -> None:
    """Rewrite a notebook as Colab does when it has been run there.

    Args:
        path: the file.
        keep_nbgrader: as it does; without, as it comes back from tools that people put behind it.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    cells = []
    for number, cell in enumerate(content["cells"], start=1):
        kept = {key: value for key, value in cell["metadata"].items() if key in ("cellView", "tags")}
        if keep_nbgrader and "nbgrader" in cell["metadata"]:
            kept |= {key: cell["metadata"][key] for key in ("nbgrader", "deletable", "editable")
                     if key in cell["metadata"]}  # fmt: skip
        made = {"cell_type": cell["cell_type"], "source": cell["source"], "metadata": {**kept, "id": cell["id"]}}
        if cell["cell_type"] == "code":
            ran = {"status": "ok", "timestamp": 1795000000000 + number, "user_tz": 0, "elapsed": 7, "user": PROFILE}
            place = {"base_uri": "https://localhost:8080/", "height": 34}
            made["metadata"] |= {"executionInfo": ran, "outputId": f"0a1b2c3d-{number:04d}", "colab": place}
            view = {WIDGET: {"model_id": "0" * 32, "version_major": 2, "version_minor": 0}, "text/plain": ["x"]}
            said = {"output_type": "stream", "name": "stdout", "text": ["✓\n"]}
            made |= {"execution_count": number, "outputs": [
                said, {"output_type": "display_data", "data": view, "metadata": {}},
            ]}  # fmt: skip
        cells.append(made)
    cells.append({"cell_type": "code", "source": [], "metadata": {"id": "aB3dE5fG7hIj"}, "execution_count": None,
                  "outputs": []})  # fmt: skip
    state = {"0" * 32: {"model_module": "@jupyter-widgets/controls", "model_name": "VBoxModel", "state": {}}}
    own = {
        "colab": {"provenance": [], "toc_visible": True, "name": path.name},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
        "widgets": {"application/vnd.jupyter.widget-state+json": state},
    }
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 0, "metadata": own, "cells": cells}))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """A course with one notebook as Colab saves it, and another that has lost nbgrader's metadata besides."""
    root = tmp_path_factory.mktemp("colab") / "course"
    root.mkdir()
    made = SmallCourse(root)
    master = small_master()
    master.cells[1].source = "# Set-up: run this cell first.\nfrom course import check"
    master.cells += [
        text("### Demo: twice\n\nMove it.", "demo_text"),
        code("print(double(2))", "demo", tags=("demo",)),
    ]
    made.write_master(master)
    release(made.folder, [])
    for student, keep in (("keeps", True), ("loses", False)):
        save_as_colab(made.submit(student, WRONG), keep_nbgrader=keep)
    return made


@pytest.fixture(scope="module")
def graded(course: SmallCourse) -> dict:
    """Student to what grading said."""
    return {row.student: row for row in autograde(course.folder, [], [], Options(jobs=2))}


@pytest.mark.parametrize("student", ["keeps", "loses"])
def test_a_notebook_saved_by_colab_gets_its_points(student: str, graded: dict) -> None:
    row = graded[student]
    assert row.score is not None, row.problem
    assert (row.score.points, row.score.failed) == (4.0, ["doubling/hidden_double"])


def test_nothing_is_said_to_be_repaired_where_colab_kept_what_marks_cells(graded: dict) -> None:
    assert graded["keeps"].note == ""


def test_cells_are_recognised_by_the_ids_that_colab_moves(graded: dict) -> None:
    assert graded["loses"].note == "doubling: 8 cells recognised without metadata"


def test_no_cell_is_there_twice_afterwards(course: SmallCourse, graded: dict) -> None:
    for student in graded:
        made = nbformat.read(course.root / "autograded" / student / "01_first" / "doubling.ipynb", as_version=4)
        names = [cell.metadata.nbgrader.grade_id for cell in made.cells if "nbgrader" in cell.metadata]
        assert len(names) == len(set(names)) == 8
