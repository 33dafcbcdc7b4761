"""What students install: the published package and a kernel in a virtual environment, nothing of the teacher's."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from courses import ROOT
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from course.grading.notebooks import role
from course.grading.publish import publish
from course.grading.settings import CourseFolder

pytestmark = pytest.mark.slow

RELEASED = {f"{path.parent.name}/{path.stem}": path for path in sorted((ROOT / "release").glob("*/*.ipynb"))}
each_release = pytest.mark.parametrize("name", RELEASED)


@dataclass(frozen=True)
class BaseInstall:
    """A virtual environment with the student's package and a kernel.

    Attributes:
        python: its interpreter.
        published: the student repository that the package was built from.
        kernels: a folder of kernel specifications; the one called "base" is this environment's.
    """

    python: Path
    published: Path
    kernels: Path

    def run(self, *words: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the environment's interpreter with nothing of this process's environment but these variables."""
        command = [str(self.python), *words]
        return subprocess.run(
            command,
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", **variables},
            capture_output=True,
            text=True,
            timeout=120,
        )


@pytest.fixture(scope="module")
def base_install() -> Iterator[BaseInstall]:
    """The package as published, built into a wheel and installed as a student would; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="course-base-install-") as folder:
        published, wheels, kernels = (Path(folder) / name for name in ("student", "wheels", "kernels"))
        python = Path(folder) / "venv" / "bin" / "python"
        publish(CourseFolder(ROOT), published)
        subprocess.run([sys.executable, "-m", "venv", python.parent.parent], check=True)
        pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", wheels, published], check=True)
        (wheel,) = wheels.iterdir()
        constraints = ["--constraint", ROOT / "constraints.txt"]
        subprocess.run([*pip, "install", "--no-compile", *constraints, wheel, "ipykernel"], check=True)
        argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        (kernels / "base").mkdir(parents=True)
        specification = {"argv": argv, "display_name": "base", "language": "python"}
        (kernels / "base" / "kernel.json").write_text(json.dumps(specification))
        yield BaseInstall(python, published, kernels)


def run_until_failure(install: BaseInstall, path: Path, folder: Path) -> NotebookNode:
    """A notebook with its outputs, run from the top until a cell fails."""
    notebook = nbformat.read(path, as_version=4)
    specifications = KernelSpecManager(kernel_dirs=[str(install.kernels)], ensure_native_kernel=False)
    manager = AsyncKernelManager(kernel_name="base", kernel_spec_manager=specifications)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, km=manager, resources=resources, timeout=120, startup_timeout=120)
    with contextlib.suppress(CellExecutionError):  # its outputs say which cell, and why
        client.execute(cleanup_kc=True)  # or the kernel, whose manager we made, would live on
    return notebook


@each_release
def test_a_released_notebook_runs_up_to_the_check_of_its_first_exercise(
    name: str, base_install: BaseInstall, tmp_path: Path
) -> None:
    path = base_install.published / "release" / f"{name}.ipynb"
    notebook = run_until_failure(base_install, path, tmp_path)
    first_check = next(cell.id for cell in notebook.cells if role(cell).kind == "check")
    bad = [
        (cell.id, output.get("ename", "stderr"))
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert bad == [(first_check, "NotImplementedError")]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "module", ["nbgrader", "jupyterlab", "nbconvert", "sqlalchemy", "mnist1d", "course.grading"]
)
def test_nothing_of_the_teachers_part_comes_with_the_base_package(
    module: str, base_install: BaseInstall, tmp_path: Path
) -> None:
    done = base_install.run("-c", f"import {module}", folder=tmp_path)
    assert f"ModuleNotFoundError: No module named '{module}'" in done.stderr


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
