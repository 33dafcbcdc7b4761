"""Colab, by a stand-in: a released notebook opens, installs the package beside what is there, runs to the end."""

from __future__ import annotations

import json
import resource
import time
import tomllib
from pathlib import Path

import nbformat
import pytest
from colab_machine import ColabMachine, colab, colab_versions
from courses import ROOT, cell_of
from nbformat import NotebookNode
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from student_install import failures, run_until_failure

from course.grading.handin import fill_in, solutions
from course.grading.notebooks import role
from course.grading.settings import CourseFolder

__all__ = ["colab"]  # a fixture

NAMES = [f"{path.parent.name}/{path.stem}" for path in sorted((ROOT / "source").glob("*/*.ipynb"))]
PYTHONS = ("3.12", "3.13")  # Colab's until August 2026, and since
ADDED = {"gradient-course", "jedi"}  # jedi: IPython asks for it, and Colab leaves it out
SECONDS = ROOT / "build" / "colab-seconds.json"


def released(name: str) -> NotebookNode:
    """A released notebook."""
    return nbformat.read(ROOT / "release" / f"{name}.ipynb", as_version=4)


def test_the_package_asks_for_nothing_newer_than_colab_has() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    has = colab_versions()
    for requirement in map(Requirement, project["dependencies"]):
        assert requirement.specifier.contains(has[requirement.name]), requirement
    assert all(SpecifierSet(project["requires-python"]).contains(python) for python in PYTHONS)


@pytest.mark.parametrize("name", NAMES)
def test_a_released_notebook_opens_from_its_badge(name: str) -> None:
    settings = CourseFolder(ROOT).settings
    repository = settings.repository_url.removeprefix("https://github.com/")
    address = (
        f"https://colab.research.google.com/github/{repository}/blob/{settings.repository_ref}/release/{name}.ipynb"
    )
    first = released(name).cells[0]
    assert (first.id, first.source.count(f"]({address})")) == ("colab-badge", 1)
    assert (ROOT / "release" / f"{name}.ipynb").is_file()


@pytest.mark.parametrize("name", NAMES)
def test_the_package_is_installed_in_one_line_above_the_set_up_cell(name: str) -> None:
    settings = CourseFolder(ROOT).settings
    cells = released(name).cells
    ids = [cell.id for cell in cells]
    assert ids.index("install") < ids.index("setup") < min(i for i, cell in enumerate(cells) if role(cell).exercise)
    lines = [line.strip() for line in cells[ids.index("install")].source.split("\n") if "pip" in line]
    assert lines == [f'%pip install -q "gradient-course @ git+{settings.repository_url}@{settings.repository_ref}"']


@pytest.mark.slow
def test_the_install_cell_of_a_notebook_installs_the_course_and_replaces_nothing(
    colab: ColabMachine, tmp_path: Path
) -> None:
    """First of those that use the machine: what follows runs what it has installed."""
    before = colab.packages()
    assert "gradient-course" not in before
    notebook = released(NAMES[0])
    notebook.cells = [cell_of(notebook, "install")]
    run_until_failure(colab.kernels, notebook, tmp_path, seconds=300)
    assert failures(notebook) == []
    after = colab.packages()
    assert {name: version for name, version in after.items() if name not in ADDED} == before
    assert after.keys() - before.keys() == ADDED
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_with_the_answers_put_in_runs_to_its_end_in_colab(
    name: str, colab: ColabMachine, tmp_path: Path
) -> None:
    master = nbformat.read(ROOT / "source" / f"{name}.ipynb", as_version=4)
    published = nbformat.read(colab.published / "release" / f"{name}.ipynb", as_version=4)
    solved = fill_in(published, solutions(master))
    started, before = time.perf_counter(), processor_seconds()
    run_until_failure(colab.kernels, solved, tmp_path, seconds=300)
    keep_seconds(name, time.perf_counter() - started, processor_seconds() - before)
    assert failures(solved) == []
    unrun = [
        cell.id for cell in solved.cells if cell.cell_type == "code" and cell.source and not cell.execution_count
    ]
    assert unrun == []
    assert [path.name for path in tmp_path.iterdir()] == figures_to_hand_in(name)


def figures_to_hand_in(name: str) -> list[str]:
    """What a notebook leaves beside it; the coursework saves a figure to hand in."""
    source = (ROOT / "source" / f"{name}.ipynb").read_text(encoding="utf-8")
    return [f"{name.partition('/')[2]}.png"] if "savefig" in source else []


def processor_seconds() -> float:
    """What processes that have ended have used of a processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def keep_seconds(name: str, *seconds: float) -> None:
    """Note how long a notebook took, and how long a processor was busy with it, for the table in docs/colab.md."""
    SECONDS.parent.mkdir(exist_ok=True)
    kept = json.loads(SECONDS.read_text()) if SECONDS.is_file() else {}
    kept[name] = [round(each, 1) for each in seconds]
    SECONDS.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n")
