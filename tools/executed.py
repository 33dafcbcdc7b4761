"""The masters after they were run in kernels, kept in build/executed/ so that nobody runs them twice.

The course site, the gallery and the tests of the masters all look at what solved notebooks show. What is kept is
found again by a hash of all it depends on: the master, the package, the libraries, private data. Several processes
may ask at the same time: each notebook is run by one of them, and the others wait for it.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import importlib.metadata
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from course.device import VARIABLE as DEVICE
from course.grading.engine.jobs import Job, Limits
from course.grading.engine.kernels import KernelRunner
from course.grading.private import make_private_files
from course.grading.settings import PRIVATE, CourseFolder
from course.offline import VARIABLE as OFFLINE

ROOT = Path(__file__).resolve().parent.parent
STORE = ROOT / "build" / "executed"
LIMITS = Limits(cell_seconds=240, notebook_seconds=900)  # for a machine that does other things, too
LIBRARIES = ("ipykernel", "ipython", "ipywidgets", "matplotlib", "nbclient", "numpy", "scikit-learn", "torch",
             "transformers")  # fmt: skip
# parts of the package that no cell of a master runs; but the engine runs the cells
UNUSED = ("grading", "doctor", "sections", "validation", "cli.py", "words.py")
ENGINE = "grading/engine"


@dataclass(frozen=True)
class Executed:
    """A master that was run.

    Attributes:
        notebook: with its outputs.
        demos: id of a demo cell to the figure that it shows before anybody moves a slider, a PNG in base64.
        folder: where it ran; paths in outputs may begin with it.
        seconds: how long all of it took.
    """

    notebook: NotebookNode
    demos: dict[str, str]
    folder: str
    seconds: float


class CanNotRun(Exception):
    """A master could not be run at all; says why in one line."""


def masters(root: Path = ROOT) -> dict[str, Path]:
    """Every master of the course, by assignment and name: `03_loss_functions/regression`."""
    return {f"{path.parent.name}/{path.stem}": path for path in sorted((root / "source").glob("*/*.ipynb"))}


def execute(paths: Mapping[str, Path], store: Path = STORE, *, workers: int = 2) -> dict[str, Executed]:
    """What each master shows: kept from an earlier run where nothing has changed, or run now.

    Args:
        paths: the masters, by name.
        store: where runs are kept.
        workers: how many run at the same time.

    Raises:
        CanNotRun: a kernel does not start, say. What a cell raises is no such problem: it is in the outputs,
            and such a run is not kept.
    """
    store.mkdir(parents=True, exist_ok=True)
    _make_private({path.parent for path in paths.values()})
    found: dict[str, Executed] = {}
    elsewhere: list[str] = []

    def run(name: str) -> None:
        with _locked(store / f"{_stem(name)}.lock", wait=False) as ours:
            if ours:
                found[name] = _kept_or_run(name, paths[name], store)
            else:
                elsewhere.append(name)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(run, paths))  # raises what a thread raised
    for name in elsewhere:
        with _locked(store / f"{_stem(name)}.lock", wait=True):
            found[name] = _kept_or_run(name, paths[name], store)
    return {name: found[name] for name in paths}


def _kept_or_run(name: str, path: Path, store: Path) -> Executed:
    target = store / f"{_stem(name)}-{fingerprint(path)}.json"
    if target.is_file():
        kept = json.loads(target.read_text(encoding="utf-8"))
        return Executed(nbformat.from_dict(kept.pop("notebook")), **kept)
    done = _run(name, path)
    outputs = [output for cell in done.notebook.cells for output in cell.get("outputs", ())]
    if not any(output.output_type == "error" for output in outputs):
        _write(target, json.dumps(vars(done), ensure_ascii=False))
        for old in store.glob(f"{_stem(name)}-*.json"):
            if old != target:
                old.unlink(missing_ok=True)
    return done


def _run(name: str, path: Path) -> Executed:
    with tempfile.TemporaryDirectory(prefix="executed-") as made:
        folder = Path(made, "work")
        folder.mkdir()
        private = path.parent / PRIVATE
        if private.is_dir():  # what only tests read lies beside a notebook, as it does for its author
            shutil.copytree(private, folder / PRIVATE)
        environment = {
            "IPYTHONDIR": str(Path(made, "ipython")),  # nobody's own start-up files
            "LANG": "C.UTF-8",
            "OMP_NUM_THREADS": "1",
            "SHELL": "/bin/bash",
            DEVICE: "cpu",
            OFFLINE: "1",
        }
        notebook = nbformat.read(path, as_version=4)
        functions = {cell.id: function for cell in notebook.cells for function in _demo_functions(cell)}
        calls = [v4.new_code_cell(f"{function}()", id=f"call-{number}") for number, function in
                 enumerate(functions.values())]  # fmt: skip
        notebook.cells += calls  # a widget's figure is in the browser only
        job = Job(name, {name: notebook}, folder, LIMITS, environment)
        (result,) = KernelRunner(1).run([job])
        if result.problem:
            raise CanNotRun(f"{name}: {result.problem}")
        done = result.notebooks[name]
        called = done.cells[len(done.cells) - len(calls) :]
        del done.cells[len(done.cells) - len(calls) :]
        demos = dict(zip(functions, map(_picture, called), strict=True))
        return Executed(done, demos, str(folder), round(result.seconds, 1))


def _demo_functions(cell: NotebookNode) -> list[str]:
    """The function with sliders that a demo cell defines; [] for other cells."""
    if cell.cell_type != "code" or "demo" not in cell.metadata.get("tags", ()):
        return []
    return [
        node.name
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.FunctionDef)
        and any("interact" in ast.unparse(each) for each in node.decorator_list)
    ]


def _picture(cell: NotebookNode) -> str:
    pictures = [output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {})]
    return str(pictures[0]) if pictures else ""


def fingerprint(path: Path) -> str:
    """A short hash of all that decides what a master shows."""
    private = sorted(each for each in (path.parent / PRIVATE).rglob("*") if each.is_file())
    parts = [_of_package(), path.read_bytes(), *(each.read_bytes() for each in private)]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:16]


@cache
def _of_package() -> bytes:
    """The same for all masters: the code that they import and that runs them, and the versions of libraries."""
    package, digest = ROOT / "course", hashlib.sha256()
    for path in sorted(package.rglob("*")):
        where = path.relative_to(package).as_posix()
        used = where.startswith(ENGINE) or where.split("/")[0] not in UNUSED
        if path.is_file() and path.suffix != ".pyc" and used:
            digest.update(where.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    digest.update(Path(__file__).read_bytes())
    versions = [f"{library} {importlib.metadata.version(library)}" for library in LIBRARIES]
    digest.update("\n".join([sys.version, *versions]).encode())
    return digest.digest()


def _make_private(folders: set[Path]) -> None:
    for folder in sorted(folders):
        if (folder.parent.parent / "nbgrader_config.py").is_file():
            make_private_files(CourseFolder(folder.parent.parent).settings, folder.parent, folder.name)


def _stem(name: str) -> str:
    return name.replace("/", "-")


def _write(target: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, prefix=".", delete=False) as file:
        file.write(text)
    os.replace(file.name, target)  # whole or not at all


@contextlib.contextmanager
def _locked(path: Path, *, wait: bool) -> Iterator[bool]:
    """Hold a lock file; yields whether we hold it, which is certain if we wait."""
    fcntl: Any
    try:
        import fcntl
    except ImportError:  # Windows: nothing to lock with; at worst a notebook is run twice
        yield True
        return
    with open(path, "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            yield False
        else:
            yield True
