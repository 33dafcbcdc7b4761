"""What a submission's processes use, seen from outside their namespaces."""

from __future__ import annotations

import os
from dataclasses import dataclass

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_STACK = 25  # among the fields of /proc/…/stat after the name: where the stack starts
_SOCKET_BYTES = "/proc/sys/net/core/wmem_default"


@dataclass(frozen=True)
class Use:
    """All processes of a submission together.

    Attributes:
        memory: bytes of their own, what they share with the zygote not counted; what their sockets may hold.
        tasks: processes and threads.
        cpu_seconds: of processor time since they started, those that ended included.
        waited_seconds: the longest that one of them was ready to run and had no processor.
        running: how many run, or are ready to, not counting threads.
        at_most: bytes that `memory` would be if they shared nothing with the zygote, but for one of them.
    """

    memory: int
    tasks: int
    cpu_seconds: float
    waited_seconds: float = 0.0
    running: int = 0
    at_most: int = 0


def stolen() -> float:
    """Seconds that others on the same hardware took from a processor of this virtual machine, since it started."""
    try:
        fields = _read("/proc/stat").split("\n", 1)[0].split()
        return int(fields[8]) / _TICKS / (os.cpu_count() or 1)
    except (OSError, IndexError, ValueError):
        return 0.0


def pid_of(pidfd: int) -> int | None:
    """The process that a pidfd stands for, in this process's own namespace; None where it has ended."""
    try:
        text = _read(f"/proc/self/fdinfo/{pidfd}")
    except OSError:
        return None
    pid = int(text.split("Pid:")[1].split()[0])
    return pid if pid > 0 else None


def busy(pid: int) -> float:
    """Seconds that a process's first thread ran, or was ready to; 0 where it has ended, or nothing counts."""
    try:
        return sum(map(int, _read(f"/proc/{pid}/schedstat").split()[:2])) / 1e9
    except (OSError, ValueError):
        return 0.0


def memory_of(pid: int) -> int:
    """Bytes of a process's memory that are no file's, page tables included; 0 where it has ended."""
    return _sum(f"/proc/{pid}/status", ("RssAnon:", "RssShmem:", "VmSwap:", "VmPTE:"))


def measure(pid: int, shared: int, most_tasks: int, *, page_by_page: bool = False) -> Use:
    """What a process and all that it started use now.

    An orphan falls to process 1 of its namespace, so that nobody leaves the tree.

    Args:
        pid: process 1 of a namespace.
        shared: bytes that each fork has in common with the zygote; :func:`memory_of` the zygote's.
        most_tasks: more are too many, and nothing else matters.
        page_by_page: whether to look at what is really shared. It takes milliseconds for each process; without, one
            that was only forked is taken to share all, and one that runs another program nothing.
    """
    tasks = at_most = not_own = running = 0
    cpu = waited = 0.0
    stack = ""
    found, waiting = [], [pid]
    while waiting and tasks <= most_tasks:
        each = waiting.pop()
        try:
            threads = os.listdir(f"/proc/{each}/task")
            for thread in threads:
                waiting += map(int, _read(f"/proc/{each}/task/{thread}/children").split())
                waited = max(waited, _waited(each, thread))
            fields = _read(f"/proc/{each}/stat").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        found.append(each)
        tasks += len(threads)
        memory = memory_of(each)
        at_most += memory
        stack = stack or fields[_STACK]
        if fields[_STACK] == stack:  # another program has its stack elsewhere
            not_own += min(memory, shared)
        running += fields[0] == "R"
        own, waited_for = sum(map(int, fields[11:13])), sum(map(int, fields[13:15]))
        cpu += (own + waited_for) / _TICKS
    exactly = page_by_page and tasks <= most_tasks
    memory = sum(map(_page_by_page, found)) if exactly else at_most - not_own
    sockets = _sockets(pid)
    return Use(memory + sockets, tasks, cpu, waited, running, max(0, at_most - shared) + sockets)


def _read(path: str) -> str:
    """A file of the kernel's: a dozen of them ten times a second, for each child."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return b"".join(iter(lambda: os.read(descriptor, 1 << 16), b"")).decode(errors="replace")
    finally:
        os.close(descriptor)


def _page_by_page(pid: int) -> int:
    """As :func:`memory_of`, but a page that several processes share counts by its share."""
    pages = _sum(f"/proc/{pid}/smaps_rollup", ("Pss_Anon:", "Pss_Shmem:", "SwapPss:"))
    return pages + _sum(f"/proc/{pid}/status", ("VmPTE:",)) if pages else memory_of(pid)


def _sockets(pid: int) -> int:
    """Bytes that all sockets of a process's network namespace can hold: no process's memory shows them."""
    try:
        used = int(_read(f"/proc/{pid}/net/sockstat").split()[2])  # "sockets: used 1"
        return used * int(_read(_SOCKET_BYTES))
    except (OSError, ValueError, IndexError):
        return 0


def _waited(pid: int, thread: str) -> float:
    try:
        return int(_read(f"/proc/{pid}/task/{thread}/schedstat").split()[1]) / 1e9
    except (OSError, IndexError):  # the kernel does not count it
        return 0.0


def _sum(path: str, names: tuple[str, ...]) -> int:
    """Lines of a file that start with one of the names, in kB, as bytes together; 0 where it can't be read."""
    try:
        lines = _read(path).splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(names))
