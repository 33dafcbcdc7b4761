"""What students install has all that they need, and nothing of the teacher's."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from courses import ROOT
from student_install import BaseInstall, base_install, failures, run_until_failure

from course.grading.notebooks import role

__all__ = ["base_install"]  # a fixture

pytestmark = pytest.mark.slow

# One of each topic, and a quick one: tests/test_colab.py runs all of them to the end.
ONE_OF_A_TOPIC = [
    "01_shallow_networks/shallow_networks",
    "02_deep_networks/matrix_form",
    "03_loss_functions/binary_classification",
    "04_training/line_search",
    "05_gradients/chain_rule",
    "06_multilayer_perceptrons/function_approximation",
    "07_deep_linear_networks/linear_regression",
    "08_convolution/convolution_from_scratch",
    "09_transformers/self_attention",
    "10_coursework/high_dimensions",
]


def test_every_topic_has_a_notebook_among_those_that_are_run_up_to_the_first_check() -> None:
    topics = {path.name for path in (ROOT / "source").iterdir() if path.is_dir()}
    assert {name.partition("/")[0] for name in ONE_OF_A_TOPIC} == topics


@pytest.mark.parametrize("name", ONE_OF_A_TOPIC)
def test_a_released_notebook_runs_up_to_the_check_of_its_first_exercise(
    name: str, base_install: BaseInstall, tmp_path: Path
) -> None:
    path = base_install.published / "release" / f"{name}.ipynb"
    notebook = run_until_failure(base_install.kernels, nbformat.read(path, as_version=4), tmp_path)
    first_check = next(cell.id for cell in notebook.cells if role(cell).kind == "check")
    assert [(cell, kind) for cell, kind, _ in failures(notebook)] == [(first_check, "NotImplementedError")]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "module", ["nbgrader", "jupyterlab", "nbconvert", "sqlalchemy", "mnist1d", "course.grading"]
)
def test_nothing_of_the_teachers_part_comes_with_the_base_package(
    module: str, base_install: BaseInstall, tmp_path: Path
) -> None:
    done = base_install.run("-c", f"import {module}", folder=tmp_path)
    assert f"ModuleNotFoundError: No module named '{module}'" in done.stderr


def test_sliders_need_nothing_in_jupyterlab_but_the_base_package(base_install: BaseInstall) -> None:
    shared = base_install.python.parent.parent / "share" / "jupyter"
    extension = json.loads(
        (shared / "labextensions" / "@jupyter-widgets" / "jupyterlab-manager" / "package.json").read_text()
    )
    assert "^4" in extension["dependencies"]["@jupyterlab/application"]
    assert (shared / "nbextensions" / "jupyter-js-widgets" / "extension.js").is_file()


def test_course_autograde_of_the_published_package_says_what_is_missing(
    base_install: BaseInstall, tmp_path: Path
) -> None:
    done = base_install.run(str(base_install.python.with_name("course")), "autograde", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.splitlines()) == (
        2,
        "",
        ["course autograde: needs the instructor's part (course.grading is missing): the instructor's repository"],
    )


def test_course_autograde_of_the_whole_package_says_what_to_install(
    base_install: BaseInstall, tmp_path: Path
) -> None:
    done = base_install.run("-m", "course.cli", "autograde", folder=tmp_path, PYTHONPATH=str(ROOT))
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.endswith(': pip install "gradient-course[teach]"\n')


def test_course_doctor_of_the_published_package_finds_all_that_a_student_needs(
    base_install: BaseInstall, tmp_path: Path
) -> None:
    done = base_install.run(str(base_install.python.with_name("course")), "doctor", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "instructor's part missing, optional  not in this package" in done.stdout
    assert done.stdout.endswith("all that is needed works\n")


def test_course_doctor_of_the_whole_package_says_what_to_install(base_install: BaseInstall, tmp_path: Path) -> None:
    done = base_install.run("-m", "course.cli", "-C", str(ROOT), "doctor", folder=tmp_path, PYTHONPATH=str(ROOT))
    assert (done.returncode, done.stderr) == (1, ""), done.stdout
    assert 'pip install "gradient-course[teach]"' in done.stdout
    assert done.stdout.endswith("needs mending: teach packages\n")


def test_course_validate_of_the_published_package_runs_a_notebook_and_needs_nothing_of_the_teachers(
    base_install: BaseInstall, tmp_path: Path
) -> None:
    notebook = base_install.published / "release" / "05_gradients" / "chain_rule.ipynb"
    words = (str(base_install.python.with_name("course")), "validate", str(notebook))
    done = base_install.run(*words, folder=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert "○ not started  forward_pass" in done.stdout
    assert "To mend" not in done.stdout
