"""How long each master takes on one core, from a cold kernel to its last cell, and its slowest move of a slider.

First the seconds that pass, then those of processor time, which other work on the machine does not change; topics
have their sums. The course's limits are 20 s and 0.5 s; 60 s for coursework, and 2 s for a slider that trains a
network. Last stands how long the convolution that students write takes beside PyTorch's.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import timeit
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

from course.grading.engine.jobs import Job
from course.grading.engine.kernels import KernelRunner

ROOT = Path(__file__).resolve().parent.parent
LIMIT, LIMIT_OF_A_SLIDER = 20.0, 0.5
LIMITS = {"10_coursework": 60.0}
TRAINS = {"learning_dynamics": 2.0}  # limit of a slider where each move trains a network


def main() -> int:
    """Time every master, or those whose names are given; returns 1 where one is over the limit."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # kernels inherit it
    slow = False
    sums: dict[str, list[float]] = {}
    for path in sorted((ROOT / "source").glob("*/*.ipynb")):
        if sys.argv[1:] and path.stem not in sys.argv[1:]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            job = Job(path.stem, {path.stem: nbformat.read(path, as_version=4)}, Path(folder))
            before = _processor_seconds()
            (result,) = KernelRunner(workers=1).run([job])
            busy = _processor_seconds() - before
        moved, call = slowest_demo(path)
        slow = (
            slow
            or result.seconds > LIMITS.get(path.parent.name, LIMIT)
            or moved > TRAINS.get(path.stem, LIMIT_OF_A_SLIDER)
        )
        where = f"{path.parent.name}/{path.stem}"
        print(f"{result.seconds:6.1f} s  {busy:6.1f} s  {where:48}  {moved:4.2f} s  {call}", flush=True)
        topic = sums.setdefault(path.parent.name, [0.0, 0.0])
        topic[0], topic[1] = topic[0] + result.seconds, topic[1] + busy
    for name, (seconds, busy) in sums.items():
        print(f"{seconds:6.1f} s  {busy:6.1f} s  {name}: all together")
    if not sys.argv[1:]:
        time_convolution()
    return 1 if slow else 0


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def time_convolution() -> None:
    """Time conv_numpy_fast of the solved notebook beside torch's conv2d, side by side, on one core."""
    import torch

    torch.set_num_threads(1)
    master = nbformat.read(ROOT / "source" / "08_convolution" / "convolution_from_scratch.ipynb", as_version=4)
    names: dict[str, Any] = {}
    for cell in master.cells:
        if cell.id in ("setup", "conv_numpy_fast"):
            exec(cell.source, names)
    generator = np.random.default_rng(0)
    for size in ((1, 1, 28, 28, 8, 3), (8, 3, 64, 64, 16, 3), (16, 16, 32, 32, 32, 5)):
        batch, channels, height, width, filters, kernel = size
        image = generator.normal(size=(batch, channels, height, width))
        weights = generator.normal(size=(filters, channels, kernel, kernel))
        tensors = torch.from_numpy(image), torch.from_numpy(weights)
        ways = {
            "conv_numpy_fast": partial(names["conv_numpy_fast"], image, weights, pad=kernel // 2),
            "conv2d": partial(torch.nn.functional.conv2d, *tensors, padding=kernel // 2),
        }
        best = {name: 1e3 * min(timeit.repeat(way, number=1, repeat=20)) for name, way in ways.items()}
        times = ", ".join(f"{name} {each:.2f} ms" for name, each in best.items())
        ratio = best["conv_numpy_fast"] / best["conv2d"]
        sizes = f"{batch}x{channels}x{height}x{width}, {filters} kernels {kernel}x{kernel}"
        print(f"{sizes}: {times}, {ratio:.1f} times")


def slowest_demo(path: Path) -> tuple[float, str]:
    """Seconds of the slowest call of a demo, and the call."""
    words = [sys.executable, str(ROOT / "tools" / "call_demos.py"), "--time", str(path)]
    done = subprocess.run(words, cwd=tempfile.gettempdir(), check=True, capture_output=True, text=True)
    calls = [(seconds, call) for _, call, seconds in json.loads(done.stdout.splitlines()[-1])]
    return max(calls, default=(0.0, "no demo"))


if __name__ == "__main__":
    sys.exit(main())
