"""The instructor's rows of `course doctor`: the sandbox, formgrader, and whether a course folder is sound.

Nothing is written, and no command that is at work is disturbed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from course.doctor.rows import MISSING, OK, Row, guarded
from course.grading.processes import leave_out_slow_import

if TYPE_CHECKING:
    from course.grading.settings import CourseFolder

FORMGRADER, EXTENSION = "nbgrader.server_extensions.formgrader", "@jupyter/nbgrader"


def look(root: Path | None) -> Iterator[Row]:
    """All rows.

    Args:
        root: the course folder; None where there is none.
    """
    leave_out_slow_import()
    from course.grading import checkup_folder, checkup_sandbox
    from course.grading.settings import CourseFolder

    folder = CourseFolder(root) if root is not None else None
    about = list(guarded("course folder", lambda: checkup_folder.settings(folder))) if folder else [_no_folder()]
    readable = folder if folder and about[-1].state == OK else None
    yield from guarded("sandbox", lambda: checkup_sandbox.sandbox(readable.settings if readable else None))
    yield from guarded("formgrader", formgrader, needed=False)
    yield from about
    if readable:
        yield from _inside(readable)


def _no_folder() -> Row:
    todo = "run this in a course folder, or name one: course -C FOLDER doctor"
    return Row("course folder", MISSING, "none here or above", todo, needed=False)


def _inside(folder: CourseFolder) -> Iterator[Row]:
    from course.grading import checkup_folder as its

    yield from guarded("masters", lambda: its.masters(folder))
    yield from guarded("release", lambda: its.release(folder), needed=False)
    yield from guarded("gradebook", lambda: its.gradebook(folder))
    yield from guarded("due dates", lambda: its.due_dates(folder))
    yield from guarded("private data", lambda: its.private_data(folder))
    yield from guarded("leftovers", lambda: its.leftovers(folder), needed=False)


def formgrader() -> Iterator[Row]:
    """Whether JupyterLab and Notebook show formgrader."""
    from jupyter_core.paths import jupyter_config_path, jupyter_path
    from jupyter_server.extension.config import ExtensionConfigManager
    from jupyterlab.commands import AppOptions, get_app_info

    servers = ExtensionConfigManager(read_config_path=jupyter_config_path()).get_jpserver_extensions()
    if not servers.get(FORMGRADER):
        todo = "jupyter server extension enable --sys-prefix --py nbgrader"
        yield Row("formgrader", MISSING, "nbgrader's server extension is not enabled", todo, needed=False)
        return
    lab = get_app_info(AppOptions(labextensions_path=jupyter_path("labextensions")))
    if EXTENSION not in lab["federated_extensions"] or EXTENSION in lab["disabled"]:
        todo = f"jupyter labextension enable {EXTENSION}; without it, open /formgrader on the server"
        yield Row("formgrader", MISSING, "nbgrader's extension of JupyterLab is not enabled", todo, needed=False)
        return
    yield Row("formgrader", OK, "in JupyterLab and Notebook, menu Nbgrader")
    if "jupyter_server_mathjax" not in servers:
        found = "not on this server: formulas in formgrader come from cdnjs.cloudflare.com"
        yield Row("MathJax", MISSING, found, "pip install jupyter-server-mathjax", needed=False)
