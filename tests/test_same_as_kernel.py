"""Cells mean in the sandbox what they mean in a Jupyter kernel: the same outputs, tracebacks included.

The cells are in tests/cells, a notebook for each subject. What is different on purpose is in test_unlike_kernel.py.
"""

from __future__ import annotations

import pytest
from comparing import CELLS, Run, in_kernels, in_sandbox, read_cells
from nbformat import NotebookNode

from course.grading.engine.jobs import Limits

NOTEBOOKS = {path.stem: read_cells(path) for path in sorted(CELLS.glob("*.ipy"))}
EACH_CELL = [(name, cell.id) for name, made in NOTEBOOKS.items() for cell in made.cells]


def limits(name: str) -> Limits:
    return Limits(cell_seconds=60)


@pytest.fixture(scope="module")
def sandboxed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return in_sandbox(NOTEBOOKS, tmp_path_factory.mktemp("sandboxed"), limits)


@pytest.fixture(scope="module")
def kernels(sandboxed: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return in_kernels(NOTEBOOKS, tmp_path_factory.mktemp("kernels"), limits)


def cell_of(run: Run, name: str, cell: str) -> NotebookNode:
    return next(each for each in run.cells(name) if each.id == cell)


@pytest.mark.parametrize(("name", "cell"), EACH_CELL, ids=[f"{name}-{cell}" for name, cell in EACH_CELL])
def test_outputs_are_those_of_a_kernel(name: str, cell: str, sandboxed: Run, kernels: Run) -> None:
    ours, theirs = cell_of(sandboxed, name, cell), cell_of(kernels, name, cell)
    assert sandboxed.comparable(name, ours) == kernels.comparable(name, theirs)
    assert ours.execution_count == theirs.execution_count


def test_text_that_is_flushed_keeps_its_order(sandboxed: Run, kernels: Run) -> None:
    printed = [
        [(output.name, output.text) for output in cell_of(run, "streams", "interleaved_and_flushed").outputs]
        for run in (sandboxed, kernels)
    ]
    assert printed[0] == printed[1] and len(printed[0]) == 6
