"""The coordinator's view of one sandboxed child: what it was given, what it sent, and what it may still use."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from nbformat import NotebookNode

from course.grading.engine import overrun, watch, wire
from course.grading.engine.jobs import Job, Result
from course.grading.engine.overrun import Overrun, Spent
from course.grading.engine.transcript import Transcript

GRACE_SECONDS = 0.8  # from an interrupt to the end of the process
SECONDS_TO_LOOK_CLOSELY = 1.0
FEW = 2  # processes that run at once; whoever has more waits for a processor because of them
SLACK_BYTES = 4 << 20  # a traceback and the frames themselves, on top of what a cell may show
SECONDS_BETWEEN_CELLS = 30.0  # nothing of ours takes that long
CHUNK = 1 << 20  # of a file; a shorter piece is its last
TO_RECEIVE = 1 << 14  # in one turn: some hundred messages, which can take a millisecond each
ENDED = "the process that runs the notebook ended in this cell"


@dataclass
class Work:
    """A job on its way; a child that ends early leaves notebooks to the next.

    Attributes:
        job: what was asked for.
        tries: how many children it has had that somebody else killed.
        deaths: how many zygotes ended while it ran.
        finished: notebooks that are through.
        started: when the first child was asked for.
    """

    job: Job
    tries: int = 0
    deaths: int = 0
    finished: dict[str, NotebookNode] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    def result(self, problem: str | None = None) -> Result:
        """What the caller gets."""
        notebooks = {} if problem else {name: self.finished[name] for name in self.job.notebooks}
        return Result(self.job.key, notebooks, time.monotonic() - self.started, problem)


class Child:
    """One fork of the zygote."""

    def __init__(self, work: Work, connection: socket.socket) -> None:
        """
        Args:
            work: its unfinished notebooks are run.
            connection: to the child.
        """
        self.work, self.connection = work, connection
        connection.setblocking(False)
        self.limits = work.job.limits
        self.asked = time.monotonic()
        self.pidfd: int | None = None
        self.listening = True  # whether more can come over the connection
        self.problem: str | None = None  # why nothing could be run
        self.stopped = ""  # why no further cell of this child runs
        names = [name for name in work.job.notebooks if name not in work.finished]
        self._transcripts = [Transcript(work.job.notebooks[name], work.job) for name in names]
        self._names = names
        self._notebook = 0  # the one that runs
        self._next = 0  # position of its next cell
        self._cell: int | None = None  # the one that runs
        self._has_run = False  # whether code of the submission has had its turn
        self._limit: Overrun | None = None
        self._interrupted = self._killed = 0.0
        self._cell_started = self._notebook_started = 0.0
        self._idle_since = self.asked
        self._use = self._use_at_cell = self._use_at_notebook = self._use_at_interrupt = watch.Use(0, 0, 0.0)
        self._looked_closely = 0.0
        self._waited: float | None = None  # at the last look
        self._sent = self._shown = 0  # bytes of the running cell, of its notebook
        self._frames = wire.Frames(int(self.limits.output * 1e6) + SLACK_BYTES)
        self._outgoing = self._job_frames()
        self._piece = b""

    # To the child -----------------------------------------------------------------------------------------

    def _job_frames(self) -> Iterator[bytes]:
        job = self.work.job
        files = sorted(path for path in job.folder.rglob("*") if path.is_file() and not path.is_symlink())
        notebooks = [
            [(index, each.notebook.cells[index].source) for index in each.cells] for each in self._transcripts
        ]
        yield wire.frame(
            wire.JOB,
            wire.pack(
                {
                    "files": [str(path.relative_to(job.folder)) for path in files],
                    "environment": dict(job.environment),
                    "notebooks": notebooks,
                    "output_bytes": int(self.limits.output * 1e6),
                }
            ),
        )
        for path in files:
            yield from _file_frames(path)

    def write(self) -> bool:
        """Send as much as the connection takes; returns whether there is more."""
        try:
            while True:
                if not self._piece:
                    self._piece = next(self._outgoing, b"")
                    if not self._piece:
                        return False
                self._piece = self._piece[self.connection.send(self._piece) :]
        except BlockingIOError:
            return True
        except OSError:  # it has ended
            return False

    # From the child ---------------------------------------------------------------------------------------

    def read(self) -> None:
        """Take what has arrived."""
        if not self.listening:
            return
        try:
            data = self.connection.recv(TO_RECEIVE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.listening = False
            return
        try:
            for kind, payload in self._frames.feed(data):
                self._frame(kind, payload)
        except wire.WireError:
            self._stop(Overrun("ProcessEnded", "the notebook's process sent what is no output"))

    def read_rest(self) -> None:
        """Take what a child that has ended left in the connection."""
        while self.listening:
            before = self.listening
            try:
                waiting = self.connection.recv(1, socket.MSG_PEEK)
            except OSError:
                waiting = b""
            self.read()
            if not waiting or not before:
                return

    def _frame(self, kind: bytes, payload: bytes) -> None:
        if self._killed:
            return
        if kind == wire.FAULT and not self._has_run:
            self.problem = f"the sandbox could not be set up: {str(wire.unpack(payload))[:200]}"
        elif kind == wire.CELL:
            self._start_cell(wire.unpack(payload))
        elif kind == wire.DONE:
            if self._cell is not None or self._next < len(self._running.cells):
                raise wire.WireError("done too early")
            self._finish_notebook()
        elif kind == wire.GONE:
            if wire.unpack(payload) == {"notebook": self._notebook}:
                self._give_up()
        elif self._cell is None:
            raise wire.WireError("no cell runs")
        elif kind == wire.MESSAGE:
            self._show(self._cell, payload)
        elif kind == wire.TOO_MUCH:
            self._limit = self._limit or overrun.of_output(self.limits)
        elif kind == wire.REPLY:
            self._end_cell(payload)
        else:
            raise wire.WireError("unknown frame")

    @property
    def _running(self) -> Transcript:
        try:
            return self._transcripts[self._notebook]
        except IndexError:
            raise wire.WireError("no notebook runs") from None

    def _start_cell(self, where: object) -> None:
        expected = self._running.cells[self._next : self._next + 1]
        if self._cell is not None or where != {
            "notebook": self._notebook,
            "cell": expected[0] if expected else None,
        }:
            raise wire.WireError("not the next cell")
        self._has_run = True
        self._cell_started = time.monotonic()
        if self._next == 0:
            self._notebook_started, self._use_at_notebook, self._shown = self._cell_started, self._use, 0
        self._cell, self._next = expected[0], self._next + 1
        self._use_at_cell, self._sent, self._interrupted, self._limit = self._use, 0, 0.0, None

    def _show(self, cell: int, payload: bytes) -> None:
        self._sent += len(payload)
        self._shown += len(payload)
        too_much = overrun.of_all_output(self.limits, self._shown)
        if self._sent > self.limits.output * 1e6 + SLACK_BYTES:
            too_much = overrun.of_output(self.limits)
        if too_much:
            self._stop(too_much)
        else:
            weight = self._running.message(cell, payload)
            self._sent += weight
            self._shown += weight

    def _end_cell(self, payload: bytes) -> None:
        assert self._cell is not None
        reply = self._running.reply(self._cell, payload)
        limit = self._limit or overrun.of_reply(self.limits, reply)
        if limit:
            self._running.limit(self._cell, limit.name, limit.text)
        self._cell, self._interrupted, self._idle_since = None, 0.0, time.monotonic()
        if limit and limit.ends:
            self._stop(limit)

    def _finish_notebook(self) -> None:
        self.work.finished[self._names[self._notebook]] = self._running.finish()
        self._notebook, self._next = self._notebook + 1, 0

    # Limits -----------------------------------------------------------------------------------------------

    def born(self, pidfd: int) -> None:
        """The zygote has forked it."""
        self.pidfd = pidfd

    def look(self, now: float, shared: int, stolen: float) -> None:
        """Look at what it uses, and stop what goes over.

        Args:
            now: on the monotonic clock.
            shared: bytes of memory that every fork has from the zygote.
            stolen: :func:`watch.stolen`; who runs then waits.
        """
        pid = watch.pid_of(self.pidfd) if self.pidfd is not None else None
        if pid is None or self._killed:
            return
        doubtful = (
            self._use.at_most > self.limits.memory * 1e6 and now - self._looked_closely > SECONDS_TO_LOOK_CLOSELY
        )
        if doubtful:
            self._looked_closely = now
        seen = watch.measure(pid, shared, self.limits.processes, page_by_page=doubtful)
        all_waited = seen.waited_seconds + stolen
        waited = all_waited - self._waited if seen.running <= FEW and self._waited is not None else 0.0
        self._waited = all_waited
        self._use = replace(seen, waited_seconds=self._use.waited_seconds + max(0.0, waited))
        too_much = overrun.of_use(self.limits, self._use)
        if too_much:
            self._stop(too_much)
        elif self._interrupted and self._since_interrupt(now) > GRACE_SECONDS:
            assert self._limit is not None
            self._stop(self._limit)
        elif self._cell is not None and not self._interrupted:
            over = overrun.of_time(self.limits, self._spent(now))
            if over:
                self._limit, self._interrupted, self._use_at_interrupt = over, now, self._use
                self._signal(signal.SIGINT)
        elif self._cell is None and now - self._idle_since > SECONDS_BETWEEN_CELLS:
            self._stop(Overrun("TimeLimit", "stopped: nothing came of it any more"))

    def _spent(self, now: float) -> Spent:
        cell, notebook = self._use_at_cell, self._use_at_notebook
        return Spent(
            now - self._cell_started,
            self._use.cpu_seconds - cell.cpu_seconds,
            self._waited_since(cell),
            now - self._notebook_started,
            self._use.cpu_seconds - notebook.cpu_seconds,
            self._waited_since(notebook),
        )

    def _waited_since(self, earlier: watch.Use) -> float:
        return max(0.0, self._use.waited_seconds - earlier.waited_seconds)

    def _since_interrupt(self, now: float) -> float:
        cpu = self._use.cpu_seconds - self._use_at_interrupt.cpu_seconds
        waited = self._waited_since(self._use_at_interrupt)
        return overrun.by_clock(now - self._interrupted, cpu, waited, self.limits.cell_seconds)

    def _stop(self, why: Overrun) -> None:
        """Kill the process and all that it started, and say so in the cell."""
        if self._killed:
            return
        self._killed = time.monotonic()
        self._limit, self.stopped = why, why.text
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self.pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, number)

    # The end ------------------------------------------------------------------------------------------------

    def was_killed_by_others(self, status: int) -> bool:
        """Whether a kill ended it that neither a limit nor its own code explains: process 1 can't kill itself."""
        cpu_left = self._use.cpu_seconds < self.limits.notebook_cpu_seconds
        return status == -signal.SIGKILL and not self._killed and cpu_left and not self._all_done

    @property
    def _all_done(self) -> bool:
        return self._notebook == len(self._transcripts)

    def conclude(self) -> bool:
        """Say in the cells that it left why they have no outputs; returns whether notebooks are left to run."""
        if self._all_done:
            return False
        self._give_up()
        return not self._all_done

    def _give_up(self) -> None:
        """The process of the notebook has ended."""
        transcript = self._running
        if self._cell is not None:
            limit = self._limit or Overrun("ProcessEnded", ENDED)
            transcript.limit(self._cell, limit.name, limit.text)
            reason = self.stopped or "the process that runs the notebook ended in an earlier cell"
        else:
            reason = self.stopped or "the process that runs the notebook has ended"
        for index in transcript.cells[self._next :]:
            transcript.limit(index, "NotRun", f"not run: {reason}")
        self._cell, self._interrupted, self._idle_since = None, 0.0, time.monotonic()
        self._finish_notebook()

    def close(self) -> None:
        """Let go of it; it is killed if it still runs."""
        self._signal(signal.SIGKILL)
        self.connection.close()
        if self.pidfd is not None:
            os.close(self.pidfd)
            self.pidfd = None


def _file_frames(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while True:
            content = file.read(CHUNK)
            yield wire.frame(wire.FILE, content)
            if len(content) < CHUNK:
                return
