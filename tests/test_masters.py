"""The masters of the course: their parts in order, and what each solved notebook shows when it is run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from comparing import Run, comparable, in_sandbox
from courses import ROOT
from nbformat import NotebookNode
from nbgrader.utils import determine_grade, is_grade
from tool_modules import executed_masters

from course.grading.engine.jobs import Limits
from course.grading.private import make_private_files
from course.grading.settings import PRIVATE, CourseFolder

MASTERS = {f"{path.parent.name}/{path.stem}": path for path in sorted((ROOT / "source").glob("*/*.ipynb"))}
NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?!\w)")
LIMITS = Limits(cell_seconds=240, notebook_seconds=900)  # for a machine that does other things, too
RELATIVE = 1e-9  # notebooks print ten significant digits, so what they print is within 5e-10


def expected_numbers() -> Iterator[tuple[str, str, float]]:
    """Notebook, name and value of every expected number of tests/figures.

    A file there is called as its assignment is without the number; a section is called as its notebook begins.
    """
    for path in sorted((ROOT / "tests" / "figures").glob("*.json")):
        for section, content in json.loads(path.read_text()).items():
            if "expected" not in content:
                continue
            pattern = re.compile(rf"\d+_{path.stem}/{section}(_\w+)?")
            notebook = next((name for name in MASTERS if pattern.fullmatch(name)), f"{path.stem}/{section}")
            yield from ((notebook, name, value) for name, value in content["expected"].items())


EXPECTED = list(expected_numbers())
each_master = pytest.mark.parametrize("name", MASTERS)


def add_private_data(folder: Path) -> None:
    """Put what only tests read beside a notebook, as it lies beside its master."""
    course = CourseFolder(ROOT)
    for assignment in course.assignments():
        make_private_files(course.settings, ROOT / "source", assignment)
        if (ROOT / "source" / assignment / PRIVATE).is_dir():
            shutil.copytree(ROOT / "source" / assignment / PRIVATE, folder / PRIVATE, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def kernels() -> dict[str, Any]:
    """Every master run from top to bottom in a kernel, as its author would; shared with the tests of the site."""
    return executed_masters()


@pytest.fixture(scope="module")
def sandboxed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same in the sandbox, with the tests in the student's own process."""
    notebooks = {name: nbformat.read(path, as_version=4) for name, path in MASTERS.items()}
    return in_sandbox(notebooks, tmp_path_factory.mktemp("sandboxed"), lambda name: LIMITS, add_private_data)


@pytest.fixture(scope="module")
def solved(kernels: dict[str, Any]) -> dict[str, NotebookNode]:
    """Every master after it was run."""
    return {name: each.notebook for name, each in kernels.items()}


def tagged(notebook: NotebookNode, tag: str) -> list[NotebookNode]:
    """The cells that carry a tag."""
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", ())]


def mime_types(cell: NotebookNode) -> list[str]:
    """Of everything that a cell shows."""
    return [mime for output in cell.outputs for mime in output.get("data", {})]


def computed_numbers(text: str) -> Iterator[tuple[str, float]]:
    """The numbers that a notebook computed, each with the line it stands in.

    In a line "expected X, yours Y" only Y counts: X and what stands before it were typed into the check cell by
    the author, and would be there if the notebook computed something else.
    """
    for line in text.splitlines():
        for number in NUMBER.findall(line.rpartition("yours ")[2] if "expected" in line else line):
            yield line, float(number)


def shows(notebook: NotebookNode, name: str, value: float) -> bool:
    """Whether an output of the notebook has this number.

    One that is called "best …" has few digits, so that another number may look the same: its line says "best".
    """
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    numbers = computed_numbers("\n".join(output.text for output in outputs if output.output_type == "stream"))
    return any(
        abs(number - value) <= RELATIVE * abs(value) and ("best" in line or not name.startswith("best"))
        for line, number in numbers
    )


# As written --------------------------------------------------------------------------------------------------


@each_master
def test_a_master_begins_with_title_goals_time_and_setup_and_ends_with_a_summary(name: str) -> None:
    cells = nbformat.read(MASTERS[name], as_version=4).cells
    parts = {
        "title": cells[0].source.startswith("# "),
        "goals": "**You will learn**\n\n- " in cells[0].source,
        "time": bool(re.search(r"\*\*Time:\*\* about \d+ minutes", cells[0].source)),
        "set-up": cells[1].metadata.get("tags") == ["setup"],
        "summary": cells[-1].source.startswith("## Summary\n"),
    }
    assert [part for part, there in parts.items() if not there] == []


@each_master
def test_a_text_below_every_figure_says_what_to_see_in_it(name: str) -> None:
    cells = nbformat.read(MASTERS[name], as_version=4).cells
    figures = [index for index, cell in enumerate(cells) if "figure" in cell.metadata.get("tags", ())]
    captions = {cells[index].id: cells[index + 1] for index in figures}
    assert figures
    assert [
        figure
        for figure, text in captions.items()
        if text.cell_type != "markdown" or not text.source.startswith("**What to see.** ")
    ] == []


# When run ----------------------------------------------------------------------------------------------------


@each_master
def test_no_cell_of_a_solved_notebook_fails_or_writes_to_stderr(name: str, solved: dict[str, NotebookNode]) -> None:
    outputs = [(cell.id, output) for cell in solved[name].cells for output in cell.get("outputs", ())]
    assert [
        (cell, output.get("evalue") or output.get("text"))
        for cell, output in outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    ] == []


@each_master
def test_every_figure_cell_shows_exactly_one_image(name: str, solved: dict[str, NotebookNode]) -> None:
    images = {cell.id: mime_types(cell).count("image/png") for cell in tagged(solved[name], "figure")}
    assert images == dict.fromkeys(images, 1)


@each_master
def test_every_demo_cell_shows_its_widgets(name: str, solved: dict[str, NotebookNode]) -> None:
    demos = tagged(solved[name], "demo")
    assert demos
    assert [cell.id for cell in demos if "application/vnd.jupyter.widget-view+json" not in mime_types(cell)] == []


@each_master
def test_the_reference_solutions_get_full_marks_in_every_cell(name: str, solved: dict[str, NotebookNode]) -> None:
    grades = {cell.id: determine_grade(cell) for cell in solved[name].cells if is_grade(cell)}
    assert grades
    assert {cell: grade for cell, grade in grades.items() if grade[0] != grade[1]} == {}


@each_master
def test_the_sandbox_shows_what_a_kernel_shows(name: str, sandboxed: Run, kernels: dict[str, Any]) -> None:
    folder = Path(kernels[name].folder)
    for our, their in zip(sandboxed.cells(name), kernels[name].notebook.cells, strict=True):
        if our.cell_type == "code":
            assert sandboxed.comparable(name, our) == comparable(their.outputs, folder)
            assert our.execution_count == their.execution_count


@pytest.mark.parametrize(("notebook", "name", "value"), EXPECTED)
def test_a_solved_notebook_computes_the_expected_number(
    notebook: str, name: str, value: float, solved: dict[str, NotebookNode]
) -> None:
    assert shows(solved[notebook], name, value)


@pytest.mark.parametrize(("notebook", "name", "value"), EXPECTED)
def test_a_number_that_differs_in_the_ninth_digit_is_not_found(
    notebook: str, name: str, value: float, solved: dict[str, NotebookNode]
) -> None:
    assert not shows(solved[notebook], name, value * (1 + 1e-8))


def test_what_a_check_expects_does_not_count_as_computed() -> None:
    line = "✓ density(y=1, mu=-1): expected 0.125, yours [0.25, -3e-05]\n"
    assert [number for _, number in computed_numbers(line)] == [0.25, -3e-05]


# Demos -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo_calls(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """Path, call and type of the result, for every demo with its defaults and the ends of its sliders."""
    command = [sys.executable, str(ROOT / "tools" / "call_demos.py"), *map(str, MASTERS.values())]
    folder = tmp_path_factory.mktemp("demos")
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=800)
    assert done.returncode == 0, done.stderr
    calls: list[list[str]] = json.loads(done.stdout.splitlines()[-1])
    return calls


@each_master
def test_every_demo_returns_its_figure_with_defaults_and_at_the_ends_of_its_sliders(
    name: str, demo_calls: list[list[str]]
) -> None:
    calls = {call: result for path, call, result in demo_calls if path == str(MASTERS[name])}
    with_defaults = [call for call in calls if call.endswith("()")]
    assert len(with_defaults) == len(tagged(nbformat.read(MASTERS[name], as_version=4), "demo"))
    assert len(calls) >= 3 * len(with_defaults)  # a slider has two ends
    assert calls == dict.fromkeys(calls, "Figure")
