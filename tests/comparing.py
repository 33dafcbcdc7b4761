"""Notebooks that a kernel and the sandbox both run, and their outputs without what differs from run to run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from courses import code, notebook
from nbformat import NotebookNode

from course.grading.engine import sandbox
from course.grading.engine.jobs import Job, Limits, Runner
from course.grading.engine.kernels import KernelRunner
from course.grading.engine.pool import SandboxRunner
from course.offline import VARIABLE as OFFLINE

CELLS = Path(__file__).parent / "cells"
HELPER = """import warnings


def double(x):
    return 2 * x


def fails(text):
    raise ValueError(text)


def is_old():
    warnings.warn("old", DeprecationWarning)
"""
BESIDE = {
    "data.csv": "a,b\n1,2\n3,4\n",
    "data/more.txt": "more",
    "helper.py": HELPER,
    "broken_helper.py": "x = (\n",
    "late_helper.py": "value = 'late'\n",
    "package/__init__.py": "",
    "package/inner.py": "value = 'inner'\n",
    "arguments.py": "import sys\nprint(sys.argv, __name__, __file__)\n",
    "failing.py": "def f():\n    1 / 0\n\n\nf()\n",
    "changing.py": "value = 'first'\n",
    "wave.py": "beside = True  # is also the name of a module of the standard library\n",
}
PRELOADED = ("ipywidgets", "matplotlib.pyplot", "numpy", "torch")  # as for a course whose masters use them
LONG = 100  # items of a traceback

_VOLATILE = (
    (r"\b0x[0-9a-f]{6,}", "0xADDRESS"),
    (r"object at [0-9a-f]{9,}", "object at ADDRESS"),  # as IPython prints the result of a cell
    (r"/ipykernel_\d+/", "/ipykernel_PID/"),  # the made-up file of a cell; the number is a process's
    (r"\b[0-9a-f]{32}\b", "ID"),  # of a widget
    (r"(?m)^(CPU times|Wall time): .*$", r"\1: …"),
    (r"(?m)^.* ± .* per loop", "… per loop"),
)


def read_cells(path: Path) -> NotebookNode:
    """A notebook from a file in which `# %% name` starts a cell."""
    parts = re.split(r"(?m)^# %% (\w+)\n", path.read_text(encoding="utf-8"))[1:]
    named = zip(parts[::2], parts[1::2], strict=True)
    return notebook(*(code(source.removesuffix("\n"), name) for name, source in named))


def fill(folder: Path) -> None:
    """Put the files into a folder that the cells find beside them."""
    for name, content in BESIDE.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    other = notebook(code("from_the_other_notebook = 4\nprint('run')", "other"))
    nbformat.write(other, folder / "beside.ipynb")


class Run:
    """What a runner made of notebooks, each in a folder of its own."""

    def __init__(
        self,
        runner: Runner,
        notebooks: Mapping[str, NotebookNode],
        root: Path,
        limits: Callable[[str], Limits],
        fill_folder: Callable[[Path], object] = fill,
    ) -> None:
        """
        Args:
            runner: kernels or the sandbox.
            notebooks: by name.
            root: of the folders.
            limits: of a notebook.
            fill_folder: puts files beside a notebook.
        """
        self._folders = {name: root / str(number) for number, name in enumerate(notebooks)}
        for folder in self._folders.values():
            folder.mkdir()
            fill_folder(folder)
        environment = {"COURSE_TEST": "by the job", OFFLINE: "1"}  # as where a class is graded
        jobs = [
            Job(name, {name: each}, self._folders[name], limits(name), environment)
            for name, each in notebooks.items()
        ]
        self.results = {result.key: result for result in runner.run(jobs)}

    def cells(self, name: str) -> list[NotebookNode]:
        """The cells of a notebook, with their outputs."""
        return self.results[name].notebooks[name].cells

    def comparable(self, name: str, cell: NotebookNode) -> list[Any]:
        """The outputs of a cell without what is volatile."""
        return comparable(cell.outputs, self._folders[name])


def comparable(outputs: Iterable[NotebookNode], folder: Path) -> list[Any]:
    """Outputs of a cell without what is volatile.

    Args:
        outputs: of the cell.
        folder: where it ran.
    """
    return [_clean(output, folder) for output in _merge(outputs)]


def in_sandbox(notebooks: Mapping[str, NotebookNode], root: Path, *about: Any) -> Run:
    """The notebooks run in the sandbox, two at a time; a test where there is none is skipped."""
    problem = sandbox.find_problem()
    if problem:
        pytest.skip(problem)
    return Run(SandboxRunner(2, sandbox.Setup(preload=PRELOADED)), notebooks, root, *about)


def in_kernels(notebooks: Mapping[str, NotebookNode], root: Path, *about: Any) -> Run:
    """The notebooks run in kernels, two at a time, that know nothing of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(root / "ipython"))  # nobody's own start-up files
        patch.setenv("SHELL", "/bin/bash")  # the sandbox has no other
        patch.setenv("LANG", "C.UTF-8")
        patch.delenv("PYTEST_CURRENT_TEST")  # or ipykernel leaves descriptors 1 and 2 alone
        return Run(KernelRunner(2), notebooks, root, *about)


def _merge(outputs: Iterable[NotebookNode]) -> Iterable[dict[str, Any]]:
    """All text between two other outputs, one stream after the other.

    A kernel sends what it has collected five times a second, so which of the two comes first is chance where the
    code does not flush.
    """
    texts: dict[str, str] = {}
    for output in outputs:
        if output.output_type == "stream":
            texts[output.name] = texts.get(output.name, "") + output.text
        else:
            yield from ({"stream": name, "text": texts[name]} for name in sorted(texts))
            texts = {}
            yield output
    yield from ({"stream": name, "text": texts[name]} for name in sorted(texts))


def _clean(value: Any, folder: Path) -> Any:
    if isinstance(value, dict):
        cleaned = {key: _clean(each, folder) for key, each in value.items()}
        if value.get("output_type") == "error" and len(value["traceback"]) > LONG:
            # endless recursion: the sandbox keeps no more of it, and how deep the kernel's own calls are may differ
            cleaned["traceback"] = cleaned["traceback"][: LONG // 2] + cleaned["traceback"][-LONG // 2 :]
        return cleaned
    if isinstance(value, list):
        return [_clean(each, folder) for each in value]
    if isinstance(value, str):
        for place, name in ((str(folder), "FOLDER"), ("/box/work", "FOLDER"), (str(Path.home()), "~")):
            value = value.replace(place, name)  # no path of the sandbox is in its home: it prints none with `~`
        for pattern, instead in _VOLATILE:
            value = re.sub(pattern, instead, value)
    return value
