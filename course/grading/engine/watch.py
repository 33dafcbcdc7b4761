"""What a submission's processes use, seen from outside their namespaces."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True)
class Use:
    """All processes of a submission together.

    Attributes:
        memory: bytes of their own, what they share with the zygote not counted.
        tasks: processes and threads.
        cpu_seconds: of processor time since they started, those that ended included.
    """

    memory: int
    tasks: int
    cpu_seconds: float


def pid_of(pidfd: int) -> int | None:
    """The process that a pidfd stands for, in this process's own namespace; None where it has ended."""
    try:
        text = Path(f"/proc/self/fdinfo/{pidfd}").read_text()
    except OSError:
        return None
    pid = int(text.split("Pid:")[1].split()[0])
    return pid if pid > 0 else None


def memory_of(pid: int) -> int:
    """Bytes of a process's memory that are no file's; 0 where it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return sum(
        int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(("RssAnon:", "RssShmem:"))
    )


def measure(pid: int, shared: int) -> Use:
    """What a process and all that it started use now.

    An orphan falls to process 1 of its namespace, so that nobody leaves the tree.

    Args:
        pid: process 1 of a namespace.
        shared: bytes that each fork has in common with the zygote; :func:`memory_of` the zygote's.
    """
    memory = tasks = 0
    cpu = 0.0
    waiting = [pid]
    while waiting:
        each = waiting.pop()
        try:
            threads = os.listdir(f"/proc/{each}/task")
            for thread in threads:
                waiting += map(int, Path(f"/proc/{each}/task/{thread}/children").read_text().split())
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        tasks += len(threads)
        memory += max(0, memory_of(each) - shared)
        own, waited_for = sum(map(int, fields[11:13])), sum(map(int, fields[13:15]))
        cpu += (own + waited_for) / _TICKS
    return Use(memory, tasks, cpu)
