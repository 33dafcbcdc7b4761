"""Runs a notebook in a fresh process, from the top, and comes back whatever the notebook does."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import course
from course.validation.cells import Cell, Notebook, NotebookError
from course.validation.running import Error, Run

GRADING = "NBGRADER_EXECUTION"  # set where a notebook is graded or validated, by nbgrader and by us
START_SECONDS = 180.0  # a first import from a slow disk takes a minute
GRACE_SECONDS = 5.0  # from an interrupt to the end of the process
_INSTALL = "install"  # tag and id of the cell that installs the course
_TOO_LONG = "the notebook took longer than {:g} s altogether"
_CODE = "import sys; sys.path.append({!r}); from course.validation.child import main; main()"


@dataclass(frozen=True)
class Limits:
    """How long a notebook may take.

    Attributes:
        cell: seconds that the cells of an exercise may run, each.
        other: seconds that another cell may run; the course's own may train a network, on a slow machine.
        notebook: seconds that all cells may run together.
    """

    cell: float = 60.0
    other: float = 180.0
    notebook: float = 600.0

    def of(self, role: str) -> float:
        """Seconds for a cell with this role; set-up cells import, which grading has done before."""
        if role == "locked":
            return max(self.other, START_SECONDS)
        return self.cell if role else self.other


Told = Callable[[int, int], None]


def run(notebook: Notebook, limits: Limits, told: Told = lambda done, total: None) -> Run:
    """Run all code cells, errors or not, but for the one that installs the course.

    Args:
        notebook: a student's.
        limits: for time; set-up cells, which import, have more.
        told: called with the position of each cell before it runs, and with how many there are.

    Raises:
        NotebookError: no process could be started for it.
        KeyboardInterrupt: the user has stopped it; the process is gone.
    """
    cells = [cell for cell in notebook.cells if cell.kind == "code" and cell.source.strip()]
    cells = [cell for cell in cells if _INSTALL not in cell.tags and _INSTALL not in cell.ids]
    folder = notebook.path.absolute().parent
    job = {
        "folder": str(folder),
        "notebook": str(notebook.path.absolute()),
        "cells": [[cell.number, cell.source] for cell in cells],
    }
    with tempfile.TemporaryFile() as errors, _started(job, errors) as process:
        return _Conversation(process, cells, limits, told, errors).held()


@contextlib.contextmanager
def _started(job: dict[str, Any], errors: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    own = str(Path(course.__file__).parent.parent)
    environment = {
        **os.environ,
        GRADING: os.environ.get(GRADING) or "validate",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONBREAKPOINT": "0",
    }
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _CODE.format(own)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
            start_new_session=os.name == "posix",  # Ctrl-C is for us alone
        )
    except OSError as error:
        raise NotebookError(f"Python can't be started: {error.strerror} (see course doctor)") from None
    try:
        assert process.stdin is not None
        with contextlib.suppress(OSError):  # it has ended already; its last words say why
            process.stdin.write(json.dumps(job).encode() + b"\n")
            process.stdin.flush()
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it has started."""
    with contextlib.suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


class _Conversation:
    """What the process says, put together."""

    def __init__(
        self, process: subprocess.Popen[bytes], cells: list[Cell], limits: Limits, told: Told, errors: IO[bytes]
    ) -> None:
        self._process, self._limits, self._told, self._errors = process, limits, told, errors
        self._roles = {cell.number: cell.role for cell in cells}
        self._run = Run()
        self._cell = 0  # the one that runs
        self._began = self._interrupted = time.monotonic()
        self._started_at = time.monotonic()
        self._ready = self._done = False
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(OSError, ValueError):
            for line in self._process.stdout:
                self._lines.put(line)
        self._lines.put(None)

    def held(self) -> Run:
        """Listen to the end."""
        while not self._done:
            try:
                line = self._lines.get(timeout=0.1)
            except queue.Empty:
                line = b""
            if line is None:
                break
            with contextlib.suppress(
                ValueError, KeyError, TypeError
            ):  # the notebook's own code may write there, too
                self._hear(json.loads(line)) if line else None
            if not self._look(time.monotonic()):
                break
            if not line and self._process.poll() is not None and self._lines.empty():
                break  # what it has left behind may hold the line open
        if not self._done:
            self._ended_early()
        return self._run

    def _hear(self, said: dict[str, Any]) -> None:
        if "ready" in said:
            self._ready = True
            self._run.start_seconds = time.monotonic() - self._started_at
        elif "begin" in said:
            self._cell, self._began, self._interrupted = int(said["begin"]), time.monotonic(), 0.0
            self._told(list(self._roles).index(self._cell), len(self._roles))
        elif "pip" in said:
            self._run.pip.add(int(said["pip"]))
        elif "end" in said:
            self._ended(int(said["end"]), said)
        elif "done" in said:
            self._run.files = [str(each) for each in said["files"]]
            self._done = bool(said["done"])
            if not self._done:
                self._run.stopped = max(self._run.ran, default=0)
                self._run.why = "it calls exit(), which ends the notebook"
                self._done = True

    def _ended(self, number: int, said: dict[str, Any]) -> None:
        run = self._run
        run.ran.add(number)
        run.printed[number] = int(said["printed"])
        run.seconds += float(said["seconds"])
        if self._interrupted:
            run.slow.add(number)
        if "value" in said:
            run.values[number] = float(said["value"])
        if "warned" in said:
            run.warned[number] = str(said["warned"])
        if "error" in said:
            run.errors[number] = Error.of(said["error"])
        self._cell, self._interrupted = 0, 0.0

    def _look(self, now: float) -> bool:
        """Whether it may go on; a cell that takes too long is interrupted, and may go on for a moment."""
        if not self._ready:
            return now - self._started_at < START_SECONDS
        if not self._cell:
            return True
        if self._interrupted:
            return now - self._interrupted < GRACE_SECONDS
        limit = self._limits.of(self._roles[self._cell])
        over = self._run.seconds + now - self._began > self._limits.notebook
        if now - self._began > limit or over:
            self._interrupted = now
            assert self._process.stdin is not None
            with contextlib.suppress(OSError):
                self._process.stdin.write(f"interrupt {self._cell}\n".encode())
                self._process.stdin.flush()
            if over:
                self._run.slow.add(self._cell)
                self._run.stopped, self._run.why = self._cell, _TOO_LONG.format(self._limits.notebook)
                return False
        return True

    def _ended_early(self) -> None:
        run = self._run
        if not self._ready:
            self._errors.seek(0)
            lines = self._errors.read()[-4000:].decode("utf-8", "replace").strip().splitlines()
            why = lines[-1] if lines else f"nothing came of it in {START_SECONDS:.0f} seconds"
            raise NotebookError(f"the process that runs it can't be started: {why} (see course doctor)")
        if run.stopped:
            return
        run.stopped = self._cell or max(run.ran, default=0)
        if self._interrupted:
            run.slow.add(self._cell)
            run.why = (
                f"it ran longer than {self._limits.of(self._roles[self._cell]):g} s and could not be interrupted"
            )
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS)
        status = self._process.returncode
        run.why = "the process that runs the notebook ended in it"
        if status == -getattr(signal, "SIGKILL", 9):
            run.why += " (killed: was the memory full?)"
        elif status is not None and status < 0:
            run.why += f" (signal {-status})"
