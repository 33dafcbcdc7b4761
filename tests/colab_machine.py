"""Stands in for a machine of Colab: its Python packages at its versions, its own package, and the way to GitHub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import pytest
from courses import ROOT
from student_install import write_kernel

from course.grading.publish import publish
from course.grading.settings import CourseFolder

FREEZE = Path(__file__).parent / "colab" / "pip-freeze.txt"
STAND_IN = Path(__file__).parent / "colab" / "stand_in"
UNUSED = "notebook"  # the classic one, which ipywidgets 7 asks for and the course does not use: its name will do
NOT_COLABS = (
    "torch",
    "setuptools",
)  # the tests' own: Colab's torch takes gigabytes, and ours needs a newer setuptools
GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_TERMINAL_PROMPT": "0"}
WHO = ("-c", "user.name=Tests", "-c", "user.email=tests@example.org")


def colab_versions() -> dict[str, str]:
    """Package to the version that Colab has, of those that the course's package needs."""
    lines = FREEZE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


@dataclass(frozen=True)
class ColabMachine:
    """A virtual environment with what Colab has of what the course needs, and not with the course.

    Attributes:
        python: its interpreter.
        published: the student repository, which its git finds where GitHub has it.
        kernels: a folder of kernel specifications; the one called "base" is this machine's.
        variables: what its processes have in their environment.
    """

    python: Path
    published: Path
    kernels: Path
    variables: dict[str, str]

    def packages(self) -> dict[str, str]:
        """What is installed: name, in small letters, to version."""
        code = (
            "import json; from importlib.metadata import distributions\n"
            "print(json.dumps([(each.name, each.version) for each in distributions()]))"
        )
        # -P: not what lies in the working folder, where an editable install of ours leaves its egg-info
        command = [str(self.python), "-P", "-c", code]
        done = subprocess.run(command, env=self.variables, capture_output=True, text=True, check=True)
        return {name.lower(): version for name, version in json.loads(done.stdout)}


@pytest.fixture(scope="module")
def colab() -> Iterator[ColabMachine]:
    """A machine of Colab's on which nobody has run anything yet; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="course-colab-") as folder:
        published, kernels = Path(folder) / "student", Path(folder) / "kernels"
        python = Path(folder) / "venv" / "bin" / "python"
        publish(CourseFolder(ROOT), published)
        for words in (("init", "-q", "-b", "main"), ("add", "-A"), (*WHO, "commit", "-q", "-m", "The course")):
            subprocess.run(["git", *words], cwd=published, env={**os.environ, **GIT}, check=True)
        variables = _variables(python, published)
        _install(python)
        write_kernel(
            kernels, python, "--IPKernelApp.exec_lines=import google.colab; del google", **_of_notebooks(variables)
        )
        yield ColabMachine(python, published, kernels, variables)


def _variables(python: Path, published: Path) -> dict[str, str]:
    """pip is told where packages are as the tests' own is, and git that GitHub's repository lies here."""
    url = CourseFolder(ROOT).settings.repository_url
    pips = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "HTTP", "http", "SSL"))}
    insteadof = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{published.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": url,
    }
    return {
        "HOME": str(python.parent.parent),
        "PATH": f"{python.parent}:/usr/bin:/bin",
        **pips,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        **GIT,
        **insteadof,
    }


def _of_notebooks(variables: dict[str, str]) -> dict[str, str]:
    return {
        **variables,
        "COLAB_RELEASE_TAG": "stand-in",
        "COURSE_OFFLINE": "1",  # nothing is fetched, but by pip
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # which ipykernel's debugger talks about
        "PYTHONPATH": str(STAND_IN),
    }


def _install(python: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", python.parent.parent], check=True)
    wanted = [
        f"{name}=={version}" for name, version in colab_versions().items() if name not in (*NOT_COLABS, UNUSED)
    ]
    own = [f"setuptools=={metadata.version('setuptools')}"]
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-deps", "--no-compile"]
    subprocess.run([*pip, *wanted, *own], check=True)
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    for name in ("torch", "torchgen", "functorch"):  # lent: 750 MB that nobody has to copy
        found = find_spec(name)
        if found is not None and found.submodule_search_locations:
            (packages / name).symlink_to(next(iter(found.submodule_search_locations)))
    information = Path(
        str(metadata.distribution("torch").locate_file(f"torch-{metadata.version('torch')}.dist-info"))
    )
    (packages / information.name).symlink_to(information)
    unused = packages / f"{UNUSED}-{colab_versions()[UNUSED]}.dist-info"
    unused.mkdir()
    (unused / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {UNUSED}\nVersion: {colab_versions()[UNUSED]}\n"
    )
