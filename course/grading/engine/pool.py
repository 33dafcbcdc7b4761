"""The sandboxed runner: a zygote, as many children as asked for, and the limits that they are held to.

One thread does it all: it asks the zygote for forks, reads what children send, looks at what they use, and kills
what goes over. The thread that asks for results only prepares jobs and takes results, so that slow work there
(scores, a database) stretches nobody's time.
"""

from __future__ import annotations

import contextlib
import os
import queue
import selectors
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator

from course.grading.engine import sandbox, watch, wire
from course.grading.engine.child import Child, Work
from course.grading.engine.jobs import Job, Result

SECONDS_TO_START = 120.0
SECONDS_TO_FORK = 20.0
LOOK_SECONDS = 0.1  # between two looks at what children use
MOST_DEATHS = 6  # of zygotes under one job
TRIES = 5  # for a job whose process was killed by nobody we know of
SPARE_TASKS = 8


class SandboxRunner:
    """Runs up to `workers` jobs at once, each in a fork of its own in the sandbox."""

    def __init__(self, workers: int, setup: sandbox.Setup | None = None) -> None:
        """
        Args:
            workers: how many jobs run at the same time, at least 1.
            setup: of the sandbox.
        """
        self.workers = max(1, workers)
        self.setup = setup or sandbox.Setup()

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Run all jobs and yield their results as they finish; see :class:`~course.grading.engine.jobs.Runner`.

        Raises:
            SandboxError: the sandbox does not start.
        """
        pool = _Pool(self.workers, self.setup)
        turns = iter(jobs)
        ahead = self.workers + 2  # so that a child that ends finds the next job ready
        with_pool = 0
        try:
            while True:
                while with_pool < ahead and (job := next(turns, None)) is not None:
                    pool.add(job)
                    with_pool += 1
                if not with_pool:
                    return
                result = pool.results.get()
                if isinstance(result, BaseException):
                    raise result
                with_pool -= 1
                yield result
        finally:  # also when the caller stops early: nothing must outlive this call
            pool.stop()


class _Pool:
    """What the thread knows."""

    def __init__(self, workers: int, setup: sandbox.Setup) -> None:
        self.workers, self.setup = workers, setup
        self.results: queue.SimpleQueue[Result | BaseException] = queue.SimpleQueue()
        self._new: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._waiting: deque[Work] = deque()
        self._children: dict[int, Child] = {}
        self._numbers = iter(range(1 << 62))
        self._selector = selectors.DefaultSelector()
        self._bell, self._ring = socket.socketpair()
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._zygote: subprocess.Popen | None = None
        self._control: socket.socket | None = None
        self._ready_by = 0.0
        self._is_ready = False
        self._shared = 0
        self._next_look = 0.0
        self._failures = 0
        self._thread = threading.Thread(target=self._drive, name="course-sandbox")
        self._started = False

    # For the other thread ---------------------------------------------------------------------------------

    def add(self, job: Job) -> None:
        self._new.put(job)
        if not self._started:
            self._started = True
            self._thread.start()
        self._ring.send(b"!")

    def stop(self) -> None:
        if self._started:
            self._new.put(None)
            self._ring.send(b"!")
            self._thread.join()
        self._ring.close()
        self._bell.close()
        self._selector.close()

    # The thread -------------------------------------------------------------------------------------------

    def _drive(self) -> None:
        try:
            self._start_zygote()
            while self._turn():
                pass
        except BaseException as error:
            self.results.put(error)
        finally:
            for child in self._children.values():
                child.close()
            self._end_zygote()

    def _turn(self) -> bool:
        """Wait for news or the next moment to look; returns whether to go on."""
        for key, events in self._selector.select(LOOK_SECONDS if self._children or not self._is_ready else 5.0):
            if key.fileobj is self._bell:
                self._bell.recv(1 << 12)
                while not self._new.empty():
                    job = self._new.get()
                    if job is None:
                        return False
                    self._waiting.append(Work(job))
            elif key.fileobj is self._control:
                self._hear_zygote()
            elif isinstance(key.data, Child) and key.data.connection.fileno() >= 0:  # not closed in this turn
                self._serve(key.data, events)
        self._look()
        while self._is_ready and self._waiting and self._has_room():
            self._fork(self._waiting.popleft())
        return True

    def _has_room(self) -> bool:
        """Whether the next job can run. One under which a zygote ended runs alone: no other is blamed for it."""
        running = [child.work for child in self._children.values()]
        if running and any(work.deaths for work in (self._waiting[0], *running)):
            return False
        return len(running) < self.workers

    def _serve(self, child: Child, events: int) -> None:
        if events & selectors.EVENT_WRITE and not child.write():
            self._selector.modify(child.connection, selectors.EVENT_READ, child)
        if events & selectors.EVENT_READ:
            child.read()
            if not child.listening:
                self._forget(child)

    def _look(self) -> None:
        now = time.monotonic()
        if not self._is_ready and now > self._ready_by:
            raise sandbox.SandboxError(f"the sandbox did not start in {SECONDS_TO_START:g} seconds")
        if now < self._next_look:
            return
        self._next_look = now + LOOK_SECONDS
        stolen = watch.stolen()
        for child in self._children.values():
            if child.pidfd is None and now - child.asked > SECONDS_TO_FORK:
                self._restart_zygote()
                return
            child.look(now, self._shared, stolen)

    def _fork(self, work: Work) -> None:
        number = next(self._numbers)
        ours, theirs = socket.socketpair()
        child = Child(work, ours)
        self._children[number] = child
        limits = work.job.limits
        request = {
            "number": number,
            "disk_bytes": int(limits.disk * 1e6),
            "file_bytes": int(limits.file * 1e6),
            # a little less than is watched for: code that asks for too much is told, and goes on
            "memory_bytes": None if self.setup.devices else int(limits.memory * 0.95e6),
            "cpu_seconds": int(limits.notebook_cpu_seconds * len(work.job.notebooks)) + 2,
            # a few more than are watched for, which end the notebook
            "processes": (limits.processes + SPARE_TASKS) * (1 if sandbox.counts_apart() else self.workers),
        }
        assert self._control is not None
        self._selector.register(ours, selectors.EVENT_READ | selectors.EVENT_WRITE, child)
        with contextlib.suppress(OSError):  # a zygote that has died is found out in the next turn
            socket.send_fds(self._control, [wire.pack(request)], [theirs.fileno()])
        theirs.close()

    def _hear_zygote(self) -> None:
        assert self._control is not None
        try:
            message, received, _, _ = socket.recv_fds(self._control, 1 << 16, 1)
        except OSError:
            message, received = b"", []
        if not message:
            self._restart_zygote()
            return
        news = wire.unpack(message)
        if "ready" in news:
            self._is_ready, self._failures = True, 0
            self._shared = watch.memory_of(self._zygote_pid())
            if news["threads"] > 1:  # a module of the notebooks' started one: forks would hang
                self.setup = sandbox.Setup((), self.setup.environment, self.setup.paths, self.setup.devices)
                self._restart_zygote()
        elif "forked" in news:
            self._children[news["forked"]].born(received[0])
        elif "ended" in news:
            self._bury(news["ended"], news["status"])

    def _zygote_pid(self) -> int:
        """The zygote is the youngest descendant of the process that was started."""
        assert self._zygote is not None
        pid = self._zygote.pid
        while True:
            with contextlib.suppress(OSError, IndexError):
                with open(f"/proc/{pid}/task/{pid}/children") as file:
                    pid = int(file.read().split()[0])
                continue
            return pid

    def _bury(self, number: int, status: int) -> None:
        child = self._children.pop(number)
        child.read_rest()
        self._forget(child)
        child.close()
        work = child.work
        if child.problem:
            self.results.put(work.result(child.problem))
        elif child.was_killed_by_others(status) and work.tries + 1 < TRIES:
            self._waiting.appendleft(Work(work.job, work.tries + 1, work.deaths, started=work.started))
        elif child.conclude():
            self._waiting.appendleft(work)  # notebooks that its end kept from running
        else:
            self.results.put(work.result())

    def _forget(self, child: Child) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(child.connection)

    # The zygote -------------------------------------------------------------------------------------------

    def _start_zygote(self) -> None:
        self._zygote, self._control = sandbox.start(self.setup)
        self._is_ready, self._ready_by = False, time.monotonic() + SECONDS_TO_START
        self._selector.register(self._control, selectors.EVENT_READ)

    def _restart_zygote(self) -> None:
        """It has died, or answers no more: what ran in it starts anew in another."""
        self._failures += not self._is_ready
        said = self._end_zygote()
        if self._failures >= TRIES:
            raise sandbox.SandboxError(f"the sandbox ends as soon as it starts: {said}")
        for _, child in sorted(self._children.items(), reverse=True):
            self._forget(child)
            child.close()
            work = Work(child.work.job, child.work.tries, child.work.deaths + 1, started=child.work.started)
            if work.deaths < MOST_DEATHS:
                self._waiting.appendleft(work)
            else:
                self.results.put(work.result(f"the sandbox ended {work.deaths} times while it ran: {said}"))
        self._children.clear()
        self._start_zygote()

    def _end_zygote(self) -> str:
        if self._zygote is None or self._control is None:
            return ""
        self._selector.unregister(self._control)
        self._control.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._zygote.pid, signal.SIGKILL)
        _, said = self._zygote.communicate()
        self._zygote = self._control = None
        text = said.decode(errors="replace").strip()
        return text.splitlines()[-1] if text else "no reason given"
