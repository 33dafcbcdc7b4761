"""How long each master takes on one core, from a cold kernel to its last cell, and its slowest move of a slider.

The course's limits are 20 s and 0.5 s, and 2 s for a slider that trains a network.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from course.grading.engine.jobs import Job
from course.grading.engine.kernels import KernelRunner

ROOT = Path(__file__).resolve().parent.parent
LIMIT, LIMIT_OF_A_SLIDER = 20.0, 0.5
TRAINS = {"learning_dynamics": 2.0}  # limit of a slider where each move trains a network


def main() -> int:
    """Time every master, or those whose names are given; returns 1 where one is over the limit."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # kernels inherit it
    slow = False
    for path in sorted((ROOT / "source").glob("*/*.ipynb")):
        if sys.argv[1:] and path.stem not in sys.argv[1:]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            job = Job(path.stem, {path.stem: nbformat.read(path, as_version=4)}, Path(folder))
            (result,) = KernelRunner(workers=1).run([job])
        moved, call = slowest_demo(path)
        slow = slow or result.seconds > LIMIT or moved > TRAINS.get(path.stem, LIMIT_OF_A_SLIDER)
        print(f"{result.seconds:6.1f} s  {path.parent.name}/{path.stem:30}  {moved:4.2f} s  {call}", flush=True)
    return 1 if slow else 0


def slowest_demo(path: Path) -> tuple[float, str]:
    """Seconds of the slowest call of a demo, and the call."""
    words = [sys.executable, str(ROOT / "tools" / "call_demos.py"), "--time", str(path)]
    done = subprocess.run(words, cwd=tempfile.gettempdir(), check=True, capture_output=True, text=True)
    calls = [(seconds, call) for _, call, seconds in json.loads(done.stdout.splitlines()[-1])]
    return max(calls, default=(0.0, "no demo"))


if __name__ == "__main__":
    sys.exit(main())
