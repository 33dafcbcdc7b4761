"""nbgrader's own test notebooks: the sandbox gives each graded cell the kernel's score."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import Any

import nbformat
import nbgrader
import pytest
from comparing import Run, comparable, in_kernels, in_sandbox
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute
from nbgrader.utils import determine_grade, is_grade

from course.grading.engine.jobs import Limits

FIXTURES = Path(nbgrader.__file__).parent / "tests" / "apps" / "files"
PATHS = {path.stem: path for path in sorted(FIXTURES.glob("*.ipynb"))}
NOTEBOOKS = {name: nbformat.read(path, as_version=4) for name, path in PATHS.items()}
STOPPED = {"infinite-loop", "infinite-loop-with-output", "timeout"}  # by the limit for a cell
BY_NBGRADER = ("autotest-multi-changed", "submitted-changed", "test", "validation-zero-points")
each_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


def limits(name: str) -> Limits:
    return Limits(cell_seconds=2 if name in STOPPED else 60)


def fill(folder: Path) -> None:
    shutil.copy(FIXTURES / "data.txt", folder)


@pytest.fixture(scope="module")
def sandboxed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return in_sandbox(NOTEBOOKS, tmp_path_factory.mktemp("sandboxed"), limits, fill)


@pytest.fixture(scope="module")
def kernels(sandboxed: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return in_kernels(NOTEBOOKS, tmp_path_factory.mktemp("kernels"), limits, fill)


def scores(cells: list[NotebookNode]) -> list[tuple[float | None, float]]:
    """What nbgrader makes of the outputs of each graded cell."""
    return [determine_grade(cell) for cell in cells if is_grade(cell)]


def without_chance(name: str, outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In which line of its loop an interrupt hits a cell is chance."""
    if name not in STOPPED:
        return outputs
    return [{key: value for key, value in output.items() if key != "traceback"} for output in outputs]


def test_fixtures_are_there() -> None:
    assert len(NOTEBOOKS) >= 36


@each_notebook
def test_scores_are_those_of_a_kernel(name: str, sandboxed: Run, kernels: Run) -> None:
    assert scores(sandboxed.cells(name)) == scores(kernels.cells(name))


@each_notebook
def test_outputs_are_those_of_a_kernel(name: str, sandboxed: Run, kernels: Run) -> None:
    ours, theirs = sandboxed.cells(name), kernels.cells(name)
    assert len(ours) == len(theirs)
    for our, their in zip(ours, theirs, strict=True):
        if our.cell_type == "code":
            made, expected = sandboxed.comparable(name, our), kernels.comparable(name, their)
            assert without_chance(name, made) == without_chance(name, expected)
            assert our.execution_count == their.execution_count


@pytest.mark.parametrize("name", BY_NBGRADER)
def test_outputs_are_those_of_nbgraders_own_execution(name: str, sandboxed: Run, tmp_path: Path) -> None:
    fill(tmp_path)
    made, _ = Execute().preprocess(copy.deepcopy(NOTEBOOKS[name]), {"metadata": {"path": str(tmp_path)}})
    assert scores(sandboxed.cells(name)) == scores(made.cells)
    ours = [sandboxed.comparable(name, cell) for cell in sandboxed.cells(name) if cell.cell_type == "code"]
    assert ours == [comparable(cell.outputs, tmp_path) for cell in made.cells if cell.cell_type == "code"]


def test_scores_are_not_all_the_same(kernels: Run) -> None:
    """Equal scores say little if no notebook fails, or none passes."""
    made = [score for name in NOTEBOOKS for score, most in scores(kernels.cells(name)) if most]
    assert 0 in made and any(made)
