"""The coordinator's view of one sandboxed child: what it was given, what it sent, and what it may still use."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from nbformat import NotebookNode

from course.grading.engine import overrun, watch, wire
from course.grading.engine.jobs import Job, Result
from course.grading.engine.overrun import Overrun, Spent
from course.grading.engine.peer import Peer, job_frames
from course.grading.engine.testing import Plan, Tester, first_run, second_run, verdict_of
from course.grading.engine.transcript import Transcript

GRACE_SECONDS = 0.8  # from an interrupt to the end of the process
SECONDS_TO_SEND = 4.0  # what an interrupt finds on its way: it waits for that, and we may be slow to read
SECONDS_TO_LOOK_CLOSELY = 1.0
FEW = 2  # processes that run at once; whoever has more waits for a processor because of them
SLACK_BYTES = 4 << 20  # a traceback and the frames themselves, on top of what a cell may show
SECONDS_BETWEEN_CELLS = 30.0  # nothing of ours takes that long
ENDED = "the process that runs the notebook ended in this cell"


@dataclass
class Untested:
    """A notebook that has run, of which hidden cells could not be tested.

    Attributes:
        transcript: of the notebook.
        missing: indices of those cells.
    """

    transcript: Transcript
    missing: list[int]


@dataclass
class Work:
    """A job on its way; a child that ends early leaves notebooks to the next.

    Attributes:
        job: what was asked for.
        tries: how many children it has had that somebody else killed.
        deaths: how many zygotes ended while it ran.
        finished: notebooks that are through.
        untested: notebooks that need a second run.
        started: when the first child was asked for.
        seconds: wall time of each notebook's first run.
    """

    job: Job
    tries: int = 0
    deaths: int = 0
    finished: dict[str, NotebookNode] = field(default_factory=dict)
    untested: dict[str, Untested] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)

    def result(self, problem: str | None = None) -> Result:
        """What the caller gets."""
        notebooks = {} if problem else {name: self.finished[name] for name in self.job.notebooks}
        return Result(self.job.key, notebooks, time.monotonic() - self.started, problem, dict(self.seconds))


class Child(Peer):
    """One fork of the zygote, with its tester."""

    def __init__(self, work: Work, connection: socket.socket, *, copies: bool) -> None:
        """
        Args:
            work: its unfinished notebooks are run.
            connection: to the child.
            copies: whether its process can be copied where it stands.
        """
        self.limits = work.job.limits
        super().__init__(connection, int(self.limits.output * 1e6) + SLACK_BYTES)
        self.work = work
        self.asked = time.monotonic()
        self.tester: Tester | None = None
        self.problem: str | None = None  # why nothing could be run
        self.stopped = ""  # why no further cell of this child runs
        new = [name for name in work.job.notebooks if name not in work.finished and name not in work.untested]
        self.again = not new  # a second run shows nothing
        if any(tests.is_hidden(index) for tests in work.job.tests.values() for index in tests.cells):
            # by itself: what it leaves behind may be of a hidden test, and is not the next one's to show
            new = new[:1]
        self.names = new or list(work.untested)
        self._transcripts = [
            work.untested[name].transcript if self.again else Transcript(work.job.notebooks[name], work.job)
            for name in self.names
        ]
        self.plans = [
            self._plan(name, each, copies) for name, each in zip(self.names, self._transcripts, strict=True)
        ]
        self._limited: set[tuple[int, int]] = set()  # notebook and index of cells that a limit has ended
        self._notebook = 0  # the one that runs
        self._next = 0  # position of its next cell
        self._cell: int | None = None  # the one that runs
        self._has_run = False  # whether code of the submission has had its turn
        self._limit: Overrun | None = None
        self._interrupted = self._grace_from = self._killed = 0.0
        self._cell_started = self._notebook_started = 0.0
        self._tester_busy = self._tested_at_cell = self._tested_at_notebook = 0.0
        self._idle_since = self.asked
        self._use = self._use_at_cell = self._use_at_notebook = self._use_at_grace = watch.Use(0, 0, 0.0)
        self._looked_closely = 0.0
        self._waited: float | None = None  # at the last look
        self._sent = self._shown = 0  # bytes of the running cell, of its notebook
        self._outgoing = self._job_frames()

    def _plan(self, name: str, transcript: Transcript, copies: bool) -> Plan:
        job = self.work.job
        if self.again:
            missing = self.work.untested[name].missing
            return second_run(job.notebooks[name], transcript.cells, job.tests[name], missing)
        return first_run(job.notebooks[name], transcript.cells, job.tests.get(name), copies=copies)

    def _job_frames(self) -> Iterator[bytes]:
        job = self.work.job
        files = sorted(path for path in job.folder.rglob("*") if path.is_file() and not path.is_symlink())
        return job_frames(
            {
                "environment": dict(job.environment),
                "notebooks": [plan.steps for plan in self.plans],
                "links": [plan.links for plan in self.plans],
                "output_bytes": int(self.limits.output * 1e6),
            },
            {str(path.relative_to(job.folder)): path for path in files},
        )

    # From the child ---------------------------------------------------------------------------------------

    def _broken(self) -> None:
        self._stop(Overrun("ProcessEnded", "the notebook's process sent what is no output"))

    def _frame(self, kind: bytes, payload: bytes) -> None:
        if self._killed:
            return
        if kind == wire.FAULT and not self._has_run:
            self.problem = f"the sandbox could not be set up: {str(wire.unpack(payload))[:200]}"
        elif kind == wire.CELL:
            self._start_cell(wire.unpack(payload))
        elif kind == wire.DONE:
            if self._cell is not None or self._next < len(self._order):
                self._skip(len(self._order))
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

    @property
    def _order(self) -> Sequence[int]:
        return self.plans[self._notebook].order if self._notebook < len(self.plans) else ()

    def _start_cell(self, where: object) -> None:
        if not isinstance(where, dict) or where.get("notebook") != self._notebook:
            raise wire.WireError("not the next cell")
        try:
            position = self._order.index(where.get("cell"), self._next)
        except ValueError:
            raise wire.WireError("not the next cell") from None
        if position > self._next or self._cell is not None:
            self._skip(position)
        self._has_run = True
        self._cell_started, self._tested_at_cell = time.monotonic(), self._tested()
        if self._next == 0:
            self._notebook_started, self._use_at_notebook, self._shown = self._cell_started, self._use, 0
            self._tested_at_notebook = self._tested_at_cell
        self._cell, self._next = self._order[position], position + 1
        if self._cell in self.plans[self._notebook].hidden and self.tester is not None:
            self.tester.go()
        self._use_at_cell, self._sent, self._interrupted, self._limit = self._use, 0, 0.0, None

    def _skip(self, position: int) -> None:
        """A copy in which hidden cells were tested has ended before all of them were."""
        hidden = self.plans[self._notebook].hidden
        left = [*([] if self._cell is None else [self._cell]), *self._order[self._next : position]]
        if not left or not hidden.issuperset(left):
            raise wire.WireError("not the next cell")
        for index in left:
            self._end_by(index, self._limit or Overrun("ProcessEnded", ENDED))
        self._cell, self._next = None, position

    def _end_by(self, index: int, why: Overrun) -> None:
        """Say in a cell what ended it, or kept it from running."""
        self._limited.add((self._notebook, index))
        if not self.again or self._is_test(index):
            self._running.limit(index, why.name, why.text)

    def _is_test(self, index: int) -> bool:
        tests = self.work.job.tests.get(self.names[self._notebook])
        return tests is not None and index in tests.cells

    def _show(self, cell: int, payload: bytes) -> None:
        self._sent += len(payload)
        self._shown += len(payload)
        too_much = overrun.of_all_output(self.limits, self._shown)
        if self._sent > self.limits.output * 1e6 + SLACK_BYTES:
            too_much = overrun.of_output(self.limits)
        if too_much:
            self._stop(too_much)
        elif self._is_test(cell):
            self._running.aside(cell, payload)
        elif not self.again:
            weight = self._running.message(cell, payload)
            self._sent += weight
            self._shown += weight

    def _end_cell(self, payload: bytes) -> None:
        assert self._cell is not None
        limit = self._limit
        if not self.again:
            reply = self._running.reply(self._cell, payload)
            if not self._is_test(self._cell):
                limit = limit or overrun.of_reply(self.limits, reply)
        if limit:
            self._end_by(self._cell, limit)
        self._cell, self._interrupted, self._idle_since = None, 0.0, time.monotonic()
        if limit and limit.ends:
            self._stop(limit)

    def _finish_notebook(self) -> None:
        if not self.again and self._next and self._notebook < len(self.names):
            self.work.seconds[self.names[self._notebook]] = time.monotonic() - self._notebook_started
        self._notebook, self._next = self._notebook + 1, 0

    # Limits -----------------------------------------------------------------------------------------------

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
        elif self._interrupted and self._outlives_interrupt(now):
            assert self._limit is not None
            self._stop(self._limit)
        elif self._cell is not None and not self._interrupted:
            over = overrun.of_time(self.limits, self._spent(now))
            if over:
                self._limit, self._interrupted = over, now
                self._grace_from, self._use_at_grace = now, self._use
                self.signal(signal.SIGINT)
        elif self._cell is None and now - self._idle_since > SECONDS_BETWEEN_CELLS:
            self._stop(Overrun("TimeLimit", "stopped: nothing came of it any more"))

    def _spent(self, now: float) -> Spent:
        cell, notebook = self._use_at_cell, self._use_at_notebook
        tested = self._tested()  # a test's own work, such as a training, is not the submission's
        limits, most = self.limits, overrun.OF_TESTS
        return Spent(
            now - self._cell_started - min(tested - self._tested_at_cell, most * limits.cell_seconds),
            self._use.cpu_seconds - cell.cpu_seconds,
            self._waited_since(cell),
            now - self._notebook_started - min(tested - self._tested_at_notebook, most * limits.notebook_seconds),
            self._use.cpu_seconds - notebook.cpu_seconds,
            self._waited_since(notebook),
        )

    def _tested(self) -> float:
        """Seconds that the tester has worked so far."""
        pidfd = self.tester.pidfd if self.tester is not None else None
        pid = watch.pid_of(pidfd) if pidfd is not None else None
        if pid is not None:
            self._tester_busy = max(self._tester_busy, watch.busy(pid))
        return self._tester_busy

    def _waited_since(self, earlier: watch.Use) -> float:
        return max(0.0, self._use.waited_seconds - earlier.waited_seconds)

    def _outlives_interrupt(self, now: float) -> bool:
        """Whether the code goes on after an interrupt, though we have read all that it sent."""
        if self.is_sending() and now - self._interrupted < SECONDS_TO_SEND:
            self._grace_from, self._use_at_grace = now, self._use
        cpu = self._use.cpu_seconds - self._use_at_grace.cpu_seconds
        waited = self._waited_since(self._use_at_grace)
        return overrun.by_clock(now - self._grace_from, cpu, waited, self.limits.cell_seconds) > GRACE_SECONDS

    def _stop(self, why: Overrun) -> None:
        """Kill the process and all that it started, and say so in the cell."""
        if self._killed:
            return
        self._killed = time.monotonic()
        self._limit, self.stopped = why, why.text
        self.signal(signal.SIGKILL)

    # The end ------------------------------------------------------------------------------------------------

    def was_killed_by_others(self) -> bool:
        """Whether a kill ended it that neither a limit nor its own code explains: process 1 can't kill itself.

        Or its tester, where no code of the student's runs.
        """
        cpu_left = self._use.cpu_seconds < self.limits.notebook_cpu_seconds
        own = self.status == -signal.SIGKILL and not self._killed and cpu_left and not self._all_done
        tester = self.tester
        return own or (
            tester is not None and tester.status == -signal.SIGKILL and not tester.is_stuck(time.monotonic())
        )

    @property
    def _all_done(self) -> bool:
        return self._notebook == len(self._transcripts)

    def is_over(self) -> bool:
        """Whether it has ended, and its tester, too."""
        return self.status is not None and (self.tester is None or self.tester.status is not None)

    def conclude(self) -> bool:
        """Say in the cells how their tests went, or why there are no outputs; returns whether more is to run."""
        if not self._all_done:
            self._give_up()
        for number, name in enumerate(self.names[: self._notebook]):
            missing = self._take_verdicts(number)
            if missing:
                self.work.untested[name] = Untested(self._transcripts[number], missing)
            else:
                self.work.untested.pop(name, None)
                self.work.finished[name] = self._transcripts[number].finish()
        return len(self.work.finished) < len(self.work.job.notebooks)

    def _take_verdicts(self, number: int) -> list[int]:
        """Put the tester's verdicts into the notebook; returns hidden cells for a second run."""
        transcript, tests = self._transcripts[number], self.work.job.tests.get(self.names[number])
        missing = []
        wanted = self.work.untested[self.names[number]].missing if self.again else transcript.cells
        for index in wanted:
            if tests is None or index not in tests.cells:
                continue
            verdict = verdict_of(self.tester, number, index)
            lost = verdict is None or (verdict["failure"] or {}).get("kind") == "lost"
            limited = (number, index) in self._limited
            if lost and not limited and tests.is_hidden(index) and not self.again:
                missing.append(index)
            elif verdict is None and not limited:
                transcript.limit(index, "NotRun", "not tested: the process that runs the notebook has ended")
            elif verdict is not None:
                transcript.verdict(index, verdict, limited=limited)
        return missing

    def _give_up(self) -> None:
        """The process of the notebook has ended."""
        plan, tests = self.plans[self._notebook], self.work.job.tests.get(self.names[self._notebook])
        left, dead = list(plan.order[self._next :]), self._cell
        if dead is not None:
            self._end_by(dead, self._limit or Overrun("ProcessEnded", ENDED))
            reason = self.stopped or "the process that runs the notebook ended in an earlier cell"
        else:
            reason = self.stopped or "the process that runs the notebook has ended"
            dead = left[0] if left else None
        if not self.again:
            hidden = {index for index in (tests.cells if tests else ()) if tests and tests.is_hidden(index)}
            if dead in plan.hidden:
                hidden = set()  # all others have run, so they can be tested in a second run
            in_time = {index for index in hidden if dead is None or index < dead}
            left += [index for index in self._running.cells if index in hidden and index not in plan.hidden]
            for index in left:
                if index not in in_time and not (dead in plan.hidden and index in plan.hidden):
                    self._end_by(index, Overrun("NotRun", f"not run: {reason}"))
        self._cell, self._interrupted, self._idle_since = None, 0.0, time.monotonic()
        self._finish_notebook()

    def close(self) -> None:
        """Let go of it and of its tester; they are killed if they still run."""
        super().close()
        if self.tester is not None:
            self.tester.close()
