"""What `course doctor` asks of the machine, each so that a broken part can't take the doctor with it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import course
from course import cores
from course.doctor.asking import MARK

SECONDS = 180.0  # for a process that asks; a first import from a slow disk takes a minute
_MODULES = {"scikit-learn": "sklearn"}  # where it is not the name with underscores
_WITHOUT_METADATA = ("ipywidgets", "matplotlib", "numpy", "scikit-learn", "torch", "transformers")


@dataclass(frozen=True)
class Wanted:
    """A package that the course needs.

    Attributes:
        name: as pip knows it.
        specification: with the versions that do.
        version: of the one that is installed; None where none is.
        fits: whether that does.
    """

    name: str
    specification: str
    version: str | None
    fits: bool

    @property
    def module(self) -> str:
        """What is imported."""
        return _MODULES.get(self.name, self.name.replace("-", "_"))


def version_of(name: str) -> str | None:
    """The version of an installed package."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def requirements() -> dict[str, list[Wanted]]:
    """What the package's metadata want for "base" and for "teach"; without metadata, what students need."""
    try:
        from packaging.requirements import Requirement

        written = [Requirement(text) for text in importlib.metadata.requires("gradient-course") or ()]
    except (ImportError, importlib.metadata.PackageNotFoundError):
        return {"base": [Wanted(name, name, version_of(name), True) for name in _WITHOUT_METADATA], "teach": []}
    found: dict[str, list[Wanted]] = {"base": [], "teach": []}
    for each in written:
        base = each.marker is None or each.marker.evaluate({"extra": ""})
        if base or (each.marker is not None and each.marker.evaluate({"extra": "teach"})):
            version = version_of(each.name)
            fits = version is not None and each.specifier.contains(version, prereleases=True)
            wanted = Wanted(each.name, f"{each.name}{each.specifier}", version, fits)
            found["base" if base else "teach"].append(wanted)
    return found


# Processes that ask ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What came of one step.

    Attributes:
        found: what it says.
        problem: why it says nothing, in one line; None where all is well.
    """

    found: Any = None
    problem: str | None = None


def ask(steps: Sequence[str]) -> dict[str, Answer]:
    """Take steps in a process of their own; in another one after a step that ends it.

    Args:
        steps: as in :func:`course.doctor.asking.main`.
    """
    answers: dict[str, Answer] = {}
    while left := [step for step in steps if step not in answers]:
        said, problem = _run(left)
        answers |= {step: Answer(found, why) for step, found, why in said}
        if len(said) < len(left):
            answers[left[len(said)]] = Answer(problem=problem or "it ends the interpreter")
    return answers


def _run(steps: Sequence[str]) -> tuple[list[Any], str | None]:
    own = str(Path(course.__file__).parent.parent)
    code = f"import sys; sys.path.insert(0, {own!r}); from course.doctor import asking; asking.main(sys.argv[1:])"
    environment = {**os.environ, "COURSE_OFFLINE": "1", "HF_HUB_OFFLINE": "1", "PYTHONWARNINGS": "ignore"}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", code, *steps],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return _said(late.stdout or b""), f"it did not end in {SECONDS:g} seconds"
    except OSError as error:
        return [], f"Python can't be started: {error}"
    problem = None
    if done.returncode < 0:
        problem = f"the interpreter was ended by signal {-done.returncode}"
    elif done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip() or f"status {done.returncode}"
        problem = last.splitlines()[-1]
    return _said(done.stdout), problem


def _said(output: bytes) -> list[Any]:
    lines = output.decode("utf-8", "replace").splitlines()
    return [json.loads(line.removeprefix(MARK)) for line in lines if line.startswith(MARK) and line.endswith("]")]


# The machine -----------------------------------------------------------------------------------------------------


def processors() -> tuple[int, float | None]:
    """How many processors this process may use; and how many of them a control group leaves it, if it does that."""
    number = cores.count()
    quota, _, period = _read("/sys/fs/cgroup/cpu.max").partition(" ")
    if quota.isdecimal() and period.strip().isdecimal():
        return number, int(quota) / int(period)
    return number, None


def memory() -> tuple[float | None, float | None]:
    """Bytes of memory, and how much of it is free; what is not known is None."""
    known = dict(re.findall(r"(\w+):\s+(\d+) kB", _read("/proc/meminfo")))
    total = float(known["MemTotal"]) * 1024 if "MemTotal" in known else _physical()
    free = float(known["MemAvailable"]) * 1024 if "MemAvailable" in known else None
    limit = _read("/sys/fs/cgroup/memory.max").strip()
    if limit.isdecimal() and total is not None and int(limit) < total:
        total = float(limit)
        free = min(total, free) if free is not None else None
    return total, free


def _physical() -> float | None:
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return None


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
