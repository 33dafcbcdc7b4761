"""What students install: the published package and a kernel in a virtual environment, nothing of the teacher's.

A test module that wants it imports the fixture ``base_install`` from here; each has an environment of its own.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from courses import ROOT
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from course.grading.publish import publish
from course.grading.settings import CourseFolder


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
        write_kernel(kernels, python)
        yield BaseInstall(python, published, kernels)


def write_kernel(kernels: Path, python: Path, *words: str, **variables: str) -> None:
    """Write the kernel specification "base" of an interpreter, with more words and variables to start it with."""
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}", *words]
    (kernels / "base").mkdir(parents=True)
    specification = {"argv": argv, "display_name": "base", "language": "python", "env": variables}
    (kernels / "base" / "kernel.json").write_text(json.dumps(specification))


def run_until_failure(kernels: Path, notebook: NotebookNode, folder: Path, seconds: int = 120) -> NotebookNode:
    """Run a notebook from the top until a cell fails, in the kernel "base"; its outputs are put into it.

    Args:
        kernels: folder of kernel specifications.
        notebook: changed in place.
        folder: that it runs in.
        seconds: that a cell may take.
    """
    specifications = KernelSpecManager(kernel_dirs=[str(kernels)], ensure_native_kernel=False)
    manager = AsyncKernelManager(kernel_name="base", kernel_spec_manager=specifications)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, km=manager, resources=resources, timeout=seconds, startup_timeout=120)
    # So what demos show belongs to their cells, errors too. And nbclient would send widgets' messages on the socket
    # on which it waits for replies: now and then it misses one, and goes on when the cell's time is over.
    client.widget_registry = {}
    with contextlib.suppress(CellExecutionError):  # its outputs say which cell, and why
        client.execute(cleanup_kc=True)  # or the kernel, whose manager we made, would live on
    return notebook


def failures(notebook: NotebookNode) -> list[tuple[str, str, str]]:
    """Cell, kind and text of every error in a notebook that was run, and of whatever was written to stderr."""
    return [
        (cell.id, output.get("ename", "stderr"), output.get("evalue") or output.get("text", ""))
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.output_type == "error" or output.get("name") == "stderr"
    ]
