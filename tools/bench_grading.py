"""How fast a class is graded, beside plain nbgrader and beside the bare cells, in one run.

Three ways for the same light class, once with the imports of the course's notebooks that use PyTorch and once
with those of its NumPy topics; then a heavy class and two sizes of class:

nbgrader   `nbgrader autograde` in a folder without our configuration, one submission after another
project    `course autograde`, everything on: sandbox, limits, gradebook, autograded/
floor      the same cells in warm forks: no sandbox, nothing captured, no gradebook

docs/performance.md keeps what it printed.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

BIN = Path(sys.executable).parent
CONFIG = """from course.grading.pipeline import configure

c = get_config()
configure(c)
"""
NUMPY = """import matplotlib.pyplot as plt
import numpy as np"""
TORCH = f"{NUMPY}\nimport torch"
PLOT = """x = np.linspace(-3, 3, 200)
plt.plot(x, np.tanh(x))
plt.xlabel("x")
plt.show()"""
HEAVY = """def work():
    rng = np.random.default_rng(1)
    total = 0.0
    for _ in range(60):
        matrix = rng.normal(size=(200, 200))
        total += float(np.linalg.svd(matrix, compute_uv=False)[0])
    return total
print(work())"""


def exercise(name: str, body: str, check: str, hidden: str) -> list[NotebookNode]:
    """Solution, check and hidden cell."""

    def cell(source: str, ident: str, **role: object) -> NotebookNode:
        meta = {"grade": False, "grade_id": ident, "locked": False, "schema_version": 3, "solution": False,
                "task": False, **role}  # fmt: skip
        return v4.new_code_cell(source, id=ident, metadata={"nbgrader": meta})

    solution = f"def {name}(x):\n    ### BEGIN SOLUTION\n    {body}\n    ### END SOLUTION"
    secret = f"# other values\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    return [
        cell(solution, name, solution=True),
        cell(check, f"check_{name}", grade=True, locked=True, points=1),
        cell(secret, f"hidden_{name}", grade=True, locked=True, points=2),
    ]


def master(imports: str, extra: str = "") -> NotebookNode:
    """Imports, a plot, two exercises with four test cells; `extra` is one more cell."""
    cells = [
        v4.new_markdown_cell("# A light notebook", id="title"),
        v4.new_code_cell(imports, id="setup", metadata={"tags": ["setup"], "nbgrader": {
            "grade": False, "grade_id": "setup", "locked": True, "schema_version": 3, "solution": False,
            "task": False}}),
        *exercise("relu", "return np.maximum(x, 0)", "assert relu(2.0) == 2.0",
                  "assert np.array_equal(relu(np.array([-1.0, 3.0])), np.array([0.0, 3.0]))"),
        v4.new_code_cell(PLOT, id="plot"),
        *exercise("softplus", "return np.log1p(np.exp(x))", "assert abs(softplus(0.0) - np.log(2.0)) < 1e-9",
                  "assert np.allclose(softplus(np.array([1.0])), 1.3132616875182228)"),
    ]  # fmt: skip
    if extra:
        cells.append(v4.new_code_cell(extra, id="extra"))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def make_class(folder: Path, count: int, imports: str, *, ours: bool, extra: str = "") -> Path:
    """A course folder with `count` submissions, every second with a mistake."""
    source = folder / "source" / "light"
    source.mkdir(parents=True)
    nbformat.write(master(imports, extra), source / "light.ipynb")
    (folder / "nbgrader_config.py").write_text(CONFIG if ours else "c = get_config()\n")
    for number in range(count):
        handed_in = master(imports, extra)
        if number % 2:
            cell = next(cell for cell in handed_in.cells if cell.id == "softplus")
            cell.source = "def softplus(x):\n    return x"
        target = folder / "submitted" / f"s{number:05d}" / "light"
        target.mkdir(parents=True)
        nbformat.write(handed_in, target / "light.ipynb")
    return folder


def run(words: list[str], folder: Path) -> float:
    """Seconds that a command took."""
    started = time.monotonic()
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])  # nbgrader looks there for alembic
    process = subprocess.Popen([str(BIN / words[0]), *words[1:]], cwd=folder, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True, env={**os.environ, "PATH": path})  # fmt: skip
    _, errors = process.communicate()
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}: {errors[-500:]}")
    return time.monotonic() - started


def time_nbgrader(count: int, imports: str) -> float:
    """Seconds a submission by plain nbgrader, its start and `generate_assignment` not counted."""
    with tempfile.TemporaryDirectory(dir=scratch()) as place:
        folder = make_class(Path(place) / "plain", count, imports, ours=False)
        one = make_class(Path(place) / "one", 1, imports, ours=False)
        run(["nbgrader", "generate_assignment", "light"], folder)
        for name in ("gradebook.db", "release"):
            (shutil.copytree if (folder / name).is_dir() else shutil.copy)(folder / name, one / name)
        first = run(["nbgrader", "autograde", "light"], one)
        all_of_them = run(["nbgrader", "autograde", "light"], folder)
    return (all_of_them - first) / (count - 1)


def time_project(count: int, jobs: int, imports: str, extra: str = "") -> dict:
    """What `course autograde` says of itself: seconds a submission once the class runs, start-up, memory."""
    with tempfile.TemporaryDirectory(dir=scratch()) as place:
        folder = make_class(Path(place) / "ours", count, imports, ours=True, extra=extra)
        run(["course", "release"], folder)
        subprocess.run([sys.executable, __file__, "--project", str(jobs)], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        told = json.loads((folder / "bench.json").read_text())
    assert told["status"] == 0, told
    times = [moment for done, moment in told["ticks"] if done]
    first = min(2 * jobs, len(times) // 4)  # the class runs from here on
    each = (times[-1] - times[first]) / (len(times) - 1 - first)
    return {"each": each, "start": times[0] - told["started"], "total": told["ended"] - told["started"],
            "peak": told["peak"]}  # fmt: skip


def be_project(jobs: int) -> None:
    """`course autograde`, and when each submission was done, to bench.json."""
    ticks: list[tuple[int, float]] = []
    started = time.monotonic()
    from course.cli import main as course_main
    from course.grading.commands import autograde

    @contextlib.contextmanager
    def bar(what: str) -> Iterator[Callable[[int, int], None]]:
        yield lambda done, total: ticks.append((done, time.monotonic()))

    autograde.progress_bar = bar
    done = course_main(["autograde", "--jobs", str(jobs)])
    status = Path("/proc/self/status").read_text()  # getrusage goes on from what the parent had
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1e3
    told = {"ticks": ticks, "started": started, "ended": time.monotonic(), "peak": peak, "status": done}
    Path("bench.json").write_text(json.dumps(told))


def time_floor(count: int, jobs: int, imports: str) -> float:
    """Seconds a submission of the bare cells in warm forks."""
    code = [cell.source for cell in master(imports).cells if cell.cell_type == "code"]
    words = [sys.executable, __file__, "--floor", json.dumps({"cells": code, "count": count, "jobs": jobs})]
    environment = {**os.environ, "MPLBACKEND": "module://matplotlib_inline.backend_inline", "OMP_NUM_THREADS": "1",
                   "OPENBLAS_NUM_THREADS": "1"}  # fmt: skip
    done = subprocess.run(words, env=environment, check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])


def be_floor(plan: dict) -> None:
    """Fork for each submission and run its cells in an IPython shell that shows nothing."""
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    shell = InteractiveShell.instance(config=config)
    DisplayPublisher.publish = lambda *_, **__: None  # type: ignore[method-assign]
    from matplotlib_inline.backend_inline import configure_inline_support

    from course.grading.engine.zygote import warm_pyplot

    configure_inline_support(shell, "module://matplotlib_inline.backend_inline")
    exec(plan["cells"][0], {})  # its imports
    warm_pyplot()
    gc.collect()
    gc.freeze()  # as the project's zygote does; without it the floor is twice as high
    running, started = 0, time.monotonic()
    for _ in range(plan["count"]):
        if running == plan["jobs"]:
            os.wait()
            running -= 1
        if os.fork() == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            for source in plan["cells"]:
                shell.run_cell(source, store_history=True)
            os._exit(0)
        running += 1
    for _ in range(running):
        os.wait()
    print((time.monotonic() - started) / plan["count"])


def scratch() -> str:
    """Where classes are made: not on the repository's disk where memory will do."""
    return os.environ.get("BENCH_SCRATCH") or tempfile.gettempdir()


def main() -> int:
    """Run all, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="of a light class in all three ways")
    parser.add_argument("--light", type=int, default=50, metavar="N", help="submissions of a light class")
    parser.add_argument("--heavy", type=int, default=40, metavar="N")
    parser.add_argument("--sizes", type=int, nargs=2, default=(50, 1000), metavar="N")
    parser.add_argument("--nbgrader", type=int, default=5, metavar="N", help="submissions for plain nbgrader")
    parser.add_argument("--only", choices=("light", "numpy", "heavy", "sizes"))
    parser.add_argument("--floor", help=argparse.SUPPRESS)
    parser.add_argument("--project", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.project:
        be_project(options.project)
        return 0
    if options.floor:
        be_floor(json.loads(options.floor))
        return 0
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {options.jobs} jobs")
    good = True
    if options.only in (None, "light"):
        good = light(options, "torch", TORCH) and good
    if options.only in (None, "light", "numpy"):
        good = light(options, "NumPy", NUMPY) and good
    if options.only in (None, "heavy"):
        good = heavy(options) and good
    if options.only in (None, "sizes"):
        good = sizes(options) and good
    return 0 if good else 1


def light(options: argparse.Namespace, name: str, imports: str) -> bool:
    """The light class in three ways, round after round: a machine is not as fast at one moment as at another."""
    rounds = []
    for _ in range(options.rounds):
        plain = time_nbgrader(options.nbgrader, imports)
        ours = time_project(options.light, options.jobs, imports)
        rounds.append((plain, ours["each"], time_floor(options.light, options.jobs, imports), ours["start"]))
    ways = ("nbgrader", "project", "floor")
    for way, each in zip(ways, zip(*rounds, strict=True), strict=False):
        spread = f"{1e3 * min(each):.0f} to {1e3 * max(each):.0f}"
        middle = statistics.median(each)
        print(f"light, {name:6}{way:9}{1e3 * middle:7.1f} ms each ({spread})   {1 / middle:6.2f} a second")
    print(f"        the zygote starts in {min(start for *_, start in rounds):.1f} s, once a run")
    times = statistics.median(plain / ours for plain, ours, _, _ in rounds)
    above = statistics.median(ours / floor for _, ours, floor, _ in rounds)
    return verdict("times as fast as nbgrader", times, 25, at_least=True) & verdict(
        "times the floor", above, 1.6, at_least=False
    )


def heavy(options: argparse.Namespace) -> bool:
    """A class that computes: how close to perfect scaling."""
    one = time_project(options.heavy, 1, NUMPY, HEAVY)["each"]
    several = time_project(options.heavy, options.jobs, NUMPY, HEAVY)["each"]
    print(f"heavy   one job {1e3 * one:7.1f} ms each, {options.jobs} jobs {1e3 * several:7.1f} ms each")
    return verdict("of perfect scaling", one / several / options.jobs, 0.9, at_least=True)


def sizes(options: argparse.Namespace) -> bool:
    """A large class, with small ones before and after it: each submission costs the same."""
    few, many = options.sizes
    before, after = [], []
    for _ in range(3):
        before.append(time_project(few, options.jobs, NUMPY)["each"])
    large = time_project(many, options.jobs, NUMPY)
    for _ in range(3):
        after.append(time_project(few, options.jobs, NUMPY)["each"])
    small = statistics.mean(before + after)
    told = ", ".join(f"{1e3 * each:.0f}" for each in before), ", ".join(f"{1e3 * each:.0f}" for each in after)
    print(f"sizes   {few}: {1e3 * small:.1f} ms each ({told[0]}; after the large one {told[1]}); "
          f"{many}: {1e3 * large['each']:.1f} ms each")  # fmt: skip
    good = verdict(f"times the cost each of {few}", large["each"] / small, 1.1, at_least=False)
    return verdict("MB in the coordinator at most", large["peak"], 300, at_least=False) & good


def verdict(what: str, value: float, wanted: float, *, at_least: bool) -> bool:
    """Print a figure with what is wanted of it."""
    good = value >= wanted if at_least else value <= wanted
    print(f"        {value:.2f} {what} (wanted: {'at least' if at_least else 'at most'} {wanted:g})"
          f"{'' if good else '   <-- not reached'}", flush=True)  # fmt: skip
    return good


if __name__ == "__main__":
    sys.exit(main())
