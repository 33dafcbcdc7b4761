"""How long `course validate` takes beside the same cells in a plain Python process, one after the other.

The difference is what validating costs beyond imports and the notebook's own work; at most one second is wanted.
The notebook is a released one with the answers put in. Medians of several turns, on one core.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from course.grading.handin import fill_in, solutions
from course.validation.process import GRADING

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("04_training/line_search", "05_gradients/backpropagation", "09_transformers/self_attention")
TURNS, LIMIT = 5, 1.0
PLAIN = """
import json, sys
names = {"__name__": "__main__"}
for source in json.load(open(sys.argv[1])):
    exec(source, names)
"""


def main() -> int:
    """Time the notebooks whose names are given, or three; returns 1 where the difference is over the limit."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # processes inherit it
    slow = False
    for name in sys.argv[1:] or NAMES:
        with tempfile.TemporaryDirectory() as folder:
            validate, plain = _commands(name, Path(folder))
            times: dict[str, list[float]] = {"validate": [], "plain": []}
            for _ in range(TURNS):
                times["validate"].append(_seconds(validate, folder))
                times["plain"].append(_seconds(plain, folder))
        whole, own = (statistics.median(times[way]) for way in ("validate", "plain"))
        slow = slow or whole - own > LIMIT
        more = f"{whole - own:4.2f} s more"
        print(f"{name:36}  course validate {whole:5.2f} s, plain Python {own:5.2f} s: {more}", flush=True)
    return 1 if slow else 0


def _commands(name: str, folder: Path) -> tuple[list[str], list[str]]:
    master = nbformat.read(ROOT / "source" / f"{name}.ipynb", as_version=4)
    released = nbformat.read(ROOT / "release" / f"{name}.ipynb", as_version=4)
    solved = fill_in(released, solutions(master))
    path, cells = folder / f"{Path(name).name}.ipynb", folder / "cells.json"
    nbformat.write(solved, path)
    sources = [cell.source for cell in solved.cells if cell.cell_type == "code" and "%pip" not in cell.source]
    cells.write_text(json.dumps(sources))
    script = folder / "plain.py"
    script.write_text(PLAIN)
    command = Path(sys.executable).with_name("course")
    return [str(command), "validate", str(path)], [sys.executable, str(script), str(cells)]


def _seconds(command: list[str], folder: str) -> float:
    environment = {
        **os.environ,
        "COURSE_OFFLINE": "1",
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",
    }
    if "validate" not in command:
        environment[GRADING] = "validate"  # as in its process: nobody is asked about a section
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    if done.returncode > ("validate" in command):  # 1: its Think questions have no answers
        raise RuntimeError(f"{' '.join(command)}: {done.stderr or done.stdout}")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
