"""Runs the core of every torch notebook on the selected device and on the CPU, and compares what they compute.

The core is every code cell of the master, solutions included, without checks and hidden tests. It runs once on each
device, in a process of its own, from the same random numbers: they are drawn on the CPU and moved to the device.
Compared are the losses of the first steps of every cell that trains, before rounding has grown into another path,
and every number that the notebook prints, with a wide tolerance. Lines that name the device or begin with
"Wall time:" are left out.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import torch
from nbformat import NotebookNode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map_only

from course import DeviceError, select_device
from course.grading.terminal import last_states

ROOT = Path(__file__).resolve().parents[1]
FIRST_STEPS = 10  # of each cell that trains
LIMIT = 600  # seconds for a notebook

# Convolutions on a GPU compute with numbers of about three digits unless told otherwise, hence 1 % of a loss. A
# printed number comes from a whole training; its tolerance is 5 % of it, or 0.05 where it is smaller than 1.
LOSS_TOLERANCE = 0.01
PRINTED_TOLERANCE = 0.05
# Errors in percent after a long training hang more on the path that it took.
PRINTED_TOLERANCES = {"image_convnet": 0.2, "mnist1d_convnet": 0.3}

HEAD = f"{'notebook':28}  {'compared':25}  {'difference':>10}  {'tolerance':>9}  ok"
NUMBER = re.compile(r"(?<![\w.])[-+−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?|\bnan\b|\binf\b")


@dataclass
class Record:
    """What a notebook computed on one device.

    Attributes:
        losses: of the first steps of every cell that trains, by the cell's id.
        printed: lines printed by every cell, by the cell's id.
        seconds: how long it took.
        problem: the error that ended it, in one line, or nothing.
    """

    losses: dict[str, list[float]] = field(default_factory=dict)
    printed: dict[str, list[str]] = field(default_factory=dict)
    seconds: float = 0.0
    problem: str = ""


@dataclass
class Row:
    """A line of the table.

    Attributes:
        notebook: name of the notebook.
        what: what is compared.
        difference: the largest difference, or None where there is nothing to compare.
        tolerance: the largest difference that is accepted.
        remark: what is wrong, beside the difference.
    """

    notebook: str
    what: str
    difference: float | None
    tolerance: float
    remark: str = ""

    @property
    def ok(self) -> bool:
        """Whether this is within the tolerance, and nothing is wrong."""
        return not self.remark and (self.difference is None or self.difference <= self.tolerance)


class SameRandomNumbers(TorchDispatchMode):
    """Random numbers for any device come from the CPU's generator, so that every device gets the same ones."""

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Call an operation of PyTorch; one that draws random numbers is called on the CPU."""
        kwargs = kwargs or {}
        if torch.Tag.nondeterministic_seeded not in func.tags:
            return func(*args, **kwargs)
        first = args[0] if args and isinstance(args[0], torch.Tensor) else None
        device = torch.device(first.device if first is not None else kwargs.get("device") or "cpu")
        if device.type == "cpu":
            return func(*args, **kwargs)
        moved, named = tree_map_only(torch.Tensor, lambda tensor: tensor.cpu(), (args, dict(kwargs)))
        if "device" in named:
            named["device"] = torch.device("cpu")
        drawn = func(*moved, **named)
        if first is not None and func._schema.is_mutable:
            return first.copy_(drawn)
        return tree_map_only(torch.Tensor, lambda tensor: tensor.to(device), drawn)


def is_torch_notebook(notebook: NotebookNode) -> bool:
    """Whether the set-up cell imports torch, and select_device from course."""
    for cell in notebook.cells:
        if "setup" not in cell.metadata.get("tags", ()):
            continue
        nodes = list(ast.walk(ast.parse(cell.source)))
        names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        parts = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
        return "torch" in names and "select_device" in parts
    return False


def core(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """Id and code of every cell that belongs to the core."""
    for cell in notebook.cells:
        tested = cell.metadata.get("nbgrader", {}).get("grade", False)
        if cell.cell_type == "code" and not tested:
            yield cell.id, cell.source


def run(notebook: NotebookNode) -> Record:
    """Run the core in this process, on the device that the environment selects."""
    record = Record()
    cell_losses: list[float] = []
    backward = torch.Tensor.backward

    def recorded(self: torch.Tensor, *args: Any, **kwargs: Any) -> None:
        if self.numel() == 1 and len(cell_losses) < FIRST_STEPS:
            cell_losses.append(float(self.detach()))
        backward(self, *args, **kwargs)

    namespace: dict[str, Any] = {"__name__": "__main__"}
    torch.Tensor.backward = recorded  # type: ignore[method-assign]
    started = time.perf_counter()
    try:
        with SameRandomNumbers():
            for name, source in core(notebook):
                cell_losses.clear()
                printed = io.StringIO()
                try:
                    with contextlib.redirect_stdout(printed):
                        exec(compile(source, f"<{name}>", "exec"), namespace)
                except Exception as error:
                    said = str(error).strip().splitlines() or [""]
                    record.problem = f"cell {name}: {type(error).__name__}: {said[0]}"
                    break
                if cell_losses:
                    record.losses[name] = list(cell_losses)
                record.printed[name] = comparable(printed.getvalue())
                if "matplotlib.pyplot" in sys.modules:
                    sys.modules["matplotlib.pyplot"].close("all")
    finally:
        torch.Tensor.backward = backward  # type: ignore[method-assign]
    record.seconds = time.perf_counter() - started
    return record


def comparable(text: str) -> list[str]:
    """The printed lines that should be the same on every device; of a progress bar what it showed last."""
    lines = last_states(text.removesuffix("\n")).split("\n")
    of_device = re.compile(r"\b(cpu|cuda|mps)\b|^\s*Wall time:|^interactive\(|^<Figure")
    return [line for line in lines if line.strip() and not of_device.search(line)]


def run_elsewhere(path: Path, device: str) -> Record:
    """Run a notebook's core in a process of its own, on a device."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "record.json"
        words = [sys.executable, str(Path(__file__).resolve()), "--run", str(path), "--into", str(target)]
        chosen = {"COURSE_DEVICE": device, "COURSE_OFFLINE": "1", "MPLBACKEND": "Agg"}
        try:
            done = subprocess.run(
                words, cwd=folder, env={**os.environ, **chosen}, capture_output=True, text=True, timeout=LIMIT
            )
        except subprocess.TimeoutExpired:
            return Record(problem=f"more than {LIMIT} s")
        if not target.exists():
            said = done.stderr.strip().splitlines() or [f"the process ended with status {done.returncode}"]
            return Record(problem=said[-1])
        return Record(**json.loads(target.read_text()))


def relative(here: float, there: float, floor: float) -> float:
    """Difference of two numbers as a part of the first one, or of the floor where that is larger."""
    if here == there or (math.isnan(here) and math.isnan(there)):
        return 0.0
    difference = abs(here - there) / max(abs(here), floor)
    return difference if math.isfinite(difference) else math.inf


def compare(name: str, cpu: Record, other: Record) -> list[Row]:
    """The lines of the table for one notebook."""
    for record, where in ((cpu, "on the CPU"), (other, "on the device")):
        if record.problem:
            return [Row(name, "runs", None, 0.0, f"{where}: {record.problem}")]
    losses = [
        relative(here, there, 1e-6)
        for cell, values in cpu.losses.items()
        for here, there in zip(values, other.losses.get(cell, []), strict=False)
    ]
    counts = [{cell: len(values) for cell, values in record.losses.items()} for record in (cpu, other)]
    remark = "" if counts[0] == counts[1] else "not the same number of steps"
    rows = [Row(name, "losses of the first steps", max(losses, default=None), LOSS_TOLERANCE, remark)]
    rows.append(Row(name, "printed numbers", None, PRINTED_TOLERANCES.get(name, PRINTED_TOLERANCE)))
    differences = []
    for cell, lines in cpu.printed.items():
        for here, there in zip_lines(lines, other.printed.get(cell, [])):
            if NUMBER.sub("", here).split() != NUMBER.sub("", there).split():
                rows[
                    -1
                ].remark = f"cell {cell} prints other text: {there.strip()[:60]!r}, not {here.strip()[:60]!r}"
            else:
                pairs = zip(NUMBER.findall(here), NUMBER.findall(there), strict=False)
                differences += [relative(_value(first), _value(second), 1.0) for first, second in pairs]
    rows[-1].difference = max(differences, default=None)
    return rows


def _value(text: str) -> float:
    return float(text.replace("−", "-"))


def zip_lines(here: list[str], there: list[str]) -> Iterator[tuple[str, str]]:
    """Lines of two texts side by side; nothing stands beside a line that the other text has not."""
    for place in range(max(len(here), len(there))):
        yield (here[place] if place < len(here) else "", there[place] if place < len(there) else "")


def table(rows: list[Row]) -> str:
    """The rows as text."""
    lines = []
    for row in rows:
        difference = "none" if row.difference is None else f"{row.difference:.1e}"
        verdict = "yes" if row.ok else f"NO   {row.remark}".rstrip()
        lines.append(f"{row.notebook:28}  {row.what:25}  {difference:>10}  {row.tolerance:9g}  {verdict}")
    return "\n".join(lines)


def described(device: torch.device) -> str:
    """The device in words."""
    if device.type == "cuda":
        return f"cuda ({torch.cuda.get_device_name(device)})"
    return device.type


def main(words: list[str] | None = None) -> int:
    """Compare the notebooks whose names are given, or all; returns 1 where one is outside, 2 without the device."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").split("\n\n")[0],
        epilog="The device is that of COURSE_DEVICE: auto, cpu, cuda or mps.",
    )
    parser.add_argument("names", nargs="*", help="names of notebooks (default: all that use torch)")
    parser.add_argument("--source", type=Path, default=ROOT / "source", help="folder of the masters")
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args(words)
    if arguments.run:
        record = run(nbformat.read(arguments.run, as_version=4))
        arguments.into.write_text(json.dumps(asdict(record)))
        return 0
    try:
        device = select_device()
    except DeviceError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"PyTorch {torch.__version__}, {described(device)} compared with cpu")
    if device.type == "cpu":
        print("No accelerator was found or selected: the CPU is compared with itself.")
    print(HEAD, flush=True)
    rows: list[Row] = []
    seconds = [0.0, 0.0]
    for path in sorted(arguments.source.glob("*/*.ipynb")):
        named = not arguments.names or path.stem in arguments.names
        if named and is_torch_notebook(nbformat.read(path, as_version=4)):
            records = [run_elsewhere(path.resolve(), where) for where in ("cpu", device.type)]
            new = compare(path.stem, *records)
            print(table(new), flush=True)
            rows += new
            seconds = [total + record.seconds for total, record in zip(seconds, records, strict=True)]
    if not rows:
        print("no torch notebook of that name", file=sys.stderr)
        return 2
    print(f"Wall time: {seconds[0]:.0f} s on cpu, {seconds[1]:.0f} s on {device.type}")
    outside = sum(not row.ok for row in rows)
    print(
        f"{outside} of {len(rows)} comparisons are outside." if outside else "All comparisons are within tolerance."
    )
    return 1 if outside else 0


if __name__ == "__main__":
    sys.exit(main())
