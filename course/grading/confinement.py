"""Which runner grades: the sandbox, or kernels where somebody asked for no sandbox."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.util import find_spec

from nbformat import NotebookNode

from course.device import VARIABLE as DEVICE
from course.grading.engine import sandbox
from course.grading.engine.jobs import Runner
from course.grading.errors import CourseError
from course.grading.settings import Course
from course.offline import VARIABLE as OFFLINE

NO_SANDBOX = "--unsafe-no-sandbox"


def environment_of(device: str | None) -> dict[str, str]:
    """Variables of a submission's processes: the device, if one was chosen; and that nothing is fetched."""
    return {OFFLINE: "1"} | ({DEVICE: device} if device else {})


def choose_runner(
    settings: Course,
    masters: Iterable[NotebookNode],
    jobs: int,
    *,
    confined: bool,
    tested: bool,
    device: str | None = None,
) -> Runner:
    """The runner for submissions of these masters.

    Args:
        settings: paths and modules of the sandbox.
        masters: what they import is imported once for all submissions.
        jobs: submissions at the same time.
        confined: whether to confine them; False lets their code do what the person who grades may do.
        tested: whether their test cells run in a tester; False for courses that are plain nbgrader's.
        device: what they find in COURSE_DEVICE, if it was chosen.

    Raises:
        CourseError: there can be no sandbox here.
    """
    if not confined or settings.unsafe_no_sandbox:
        from course.grading.engine.kernels import KernelRunner  # slow to import

        return KernelRunner(jobs)
    from course.grading.engine.pool import SandboxRunner

    modules = [name for name in (*settings.preload, *imported(masters)) if _is_found(name)]
    setup = sandbox.Setup(
        preload=tuple(dict.fromkeys(modules)),
        paths=tuple(settings.sandbox_paths),
        devices=device not in (None, "cpu"),
    )
    problem = sandbox.find_problem(setup)
    if problem:
        raise CourseError(
            f"no sandbox: {problem}. Submissions can hold anything; to run them with your own rights: {NO_SANDBOX}"
        )
    return SandboxRunner(jobs, setup, replace(setup, tests=True, devices=False) if tested else None)


def imported(notebooks: Iterable[NotebookNode]) -> Iterator[str]:
    """Names of the modules that code cells import at their top level, in order."""
    for notebook in notebooks:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                yield from _imports_of(cell.source)


def _imports_of(source: str) -> Iterator[str]:
    lines = [line for line in source.split("\n") if not line.lstrip().startswith(("%", "!"))]
    try:
        body = ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError):
        return
    for statement in body:
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            yield statement.module
            yield from (f"{statement.module}.{alias.name}" for alias in statement.names)


def _is_found(name: str) -> bool:
    """Whether there is such a module. What the course's folder holds is none: it is not in the sandbox."""
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names:
        return top not in ("antigravity", "this", "idlelib", "turtle", "tkinter")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return False
    return spec is not None
