"""Which limit a submission went over, and the words for it that stand in its cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course.grading.engine.jobs import Limits
from course.grading.engine.watch import Use

PATIENCE = 20  # how many times its limit a cell gets at most, on a machine where others take the processors
OF_TESTS = 4  # how many times its limit the work of a cell's test may take beside: a test can loop, too
CELLS_OF_OUTPUT = 5  # how many times what one cell may show, all cells may


@dataclass(frozen=True)
class Overrun:
    """A limit that was reached.

    Attributes:
        name: stands as the error's name.
        text: what and how much, in a line.
        ends: whether nothing of the notebook runs after it.
    """

    name: str
    text: str
    ends: bool = False


@dataclass(frozen=True)
class Spent:
    """Seconds that a cell and its notebook took so far, by the clock, of processor time, and in wait for one."""

    cell: float
    cell_cpu: float
    cell_waited: float
    notebook: float
    notebook_cpu: float
    notebook_waited: float


def of_use(limits: Limits, use: Use) -> Overrun | None:
    """Whether all processes together hold too much."""
    if use.tasks > limits.processes:
        what = f"stopped at {limits.processes} processes and threads, the limit for a submission"
        return Overrun("ProcessLimit", what, True)
    if use.memory > limits.memory * 1e6:
        return Overrun(
            "MemoryLimit", f"stopped at {limits.memory:g} MB of memory, the limit for a submission", True
        )
    return None


def of_time(limits: Limits, spent: Spent) -> Overrun | None:
    """Whether a cell or its notebook took too long."""
    loop = "is there an endless loop?"
    cell = by_clock(spent.cell, spent.cell_cpu, spent.cell_waited, limits.cell_seconds)
    notebook = by_clock(spent.notebook, spent.notebook_cpu, spent.notebook_waited, limits.notebook_seconds)
    for seconds, most, what, ends in (
        (notebook, limits.notebook_seconds, ", the limit for all cells of a notebook", True),
        (spent.notebook_cpu, limits.notebook_cpu_seconds, " of processor time, the limit for a notebook", True),
        (cell, limits.cell_seconds, f", the limit for one cell: {loop}", False),
        (spent.cell_cpu, limits.cell_cpu_seconds, f" of processor time, the limit for one cell: {loop}", False),
    ):
        if seconds > most:
            plural = "" if most == 1 else "s"
            return Overrun("TimeLimit", f"stopped after {most:g} second{plural}{what}", ends)
    return None


def by_clock(seconds: float, cpu: float, waited: float, most: float) -> float:
    """Seconds less those in wait for a processor that others had, and not the code's own processes."""
    return seconds - max(0.0, min(waited, seconds - cpu, most * (PATIENCE - 1)))


def of_output(limits: Limits) -> Overrun:
    """A cell shows too much."""
    return Overrun("OutputLimit", f"stopped after {limits.output:g} MB of output, the limit for one cell")


def of_all_output(limits: Limits, size: int) -> Overrun | None:
    """Whether all cells of a notebook together show too much."""
    most = limits.output * CELLS_OF_OUTPUT
    if size <= most * 1e6:
        return None
    return Overrun(
        "OutputLimit", f"stopped after {most:g} MB of output, the limit for all cells of a notebook", True
    )


def of_reply(limits: Limits, reply: Mapping[str, Any]) -> Overrun | None:
    """The limit that an exception speaks of: the system keeps these, and tells the code that asked for more."""
    if reply.get("status") != "error":
        return None
    name, text = str(reply.get("ename", "")), str(reply.get("evalue", ""))
    no_memory = name == "OSError" and text.startswith("[Errno 12]")
    if no_memory or name.endswith("MemoryError") or "can't allocate memory" in text:
        return Overrun("MemoryLimit", f"there are {limits.memory:g} MB of memory for a submission")
    if name == "OSError" and text.startswith(("[Errno 28]", "[Errno 27]")):
        what = f"there are {limits.disk:g} MB for all files of a submission, and {limits.file:g} MB for one of them"
        return Overrun("DiskLimit", what)
    if (name == "BlockingIOError" and "[Errno 11]" in text) or "can't start new thread" in text:
        return Overrun("ProcessLimit", f"there are {limits.processes} processes and threads for a submission")
    return None
