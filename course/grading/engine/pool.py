"""The sandboxed runner: zygotes, as many children as asked for, and the limits that they are held to.

One thread does it all: it asks the zygote for forks, reads what children send, looks at what they use, and kills
what goes over. The thread that asks for results only prepares jobs and takes results, so that slow work there
(scores, a database) stretches nobody's time.
"""

from __future__ import annotations

import contextlib
import queue
import selectors
import signal
import socket
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from course.grading.engine import sandbox, watch
from course.grading.engine.child import Child, Work
from course.grading.engine.jobs import Job, Result
from course.grading.engine.peer import Peer
from course.grading.engine.testing import Tester
from course.grading.engine.zygotes import Zygote, ZygoteLost

SECONDS_TO_FORK = 20.0
LOOK_SECONDS = 0.1  # between two looks at what children use
MOST_DEATHS = 6  # of zygotes under one job
TRIES = 5  # for a job whose process was killed by nobody we know of
SPARE_TASKS = 8
TESTER_DISK = 1 << 30  # bytes; it has the private data of its assignment
TESTER_SECONDS = 600
TESTER_MEMORY = 4 << 30
TESTER_TASKS = 64


class SandboxRunner:
    """Runs up to `workers` jobs at once, each in a fork of its own in the sandbox."""

    def __init__(
        self, workers: int, setup: sandbox.Setup | None = None, tester: sandbox.Setup | None = None
    ) -> None:
        """
        Args:
            workers: how many jobs run at the same time, at least 1.
            setup: of the sandbox.
            tester: of the testers' sandbox; without it test cells run in the process of the student's code.
        """
        self.workers = max(1, workers)
        self.setup = setup or sandbox.Setup()
        self.tester = tester

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Run all jobs and yield their results as they finish; see :class:`~course.grading.engine.jobs.Runner`.

        Raises:
            SandboxError: the sandbox does not start.
        """
        pool = _Pool(self.workers, self.setup, self.tester)
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

    def __init__(self, workers: int, setup: sandbox.Setup, tester: sandbox.Setup | None) -> None:
        self.workers = workers
        self.results: queue.SimpleQueue[Result | BaseException] = queue.SimpleQueue()
        self._new: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._waiting: deque[Work] = deque()
        self._children: dict[int, Child] = {}
        self._numbers = iter(range(1 << 62))
        self._selector = selectors.DefaultSelector()
        self._bell, self._ring = socket.socketpair()
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._setups = [setup] if tester is None else [setup, tester]
        self._zygotes: list[Zygote] = []  # of students' code, then of tests
        self._next_look = 0.0
        self._failures = 0
        self._thread = threading.Thread(target=self._drive, name="course-sandbox")
        self._started = False

    # For the other thread ---------------------------------------------------------------------------------

    def add(self, job: Job) -> None:
        self._new.put(job if len(self._setups) > 1 else replace(job, tests={}))
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
            self._start_zygotes()
            while self._turn():
                pass
        except BaseException as error:
            self.results.put(error)
        finally:
            for child in self._children.values():
                child.close()
            self._end_zygotes()

    @property
    def _is_ready(self) -> bool:
        return all(zygote.is_ready for zygote in self._zygotes)

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
            elif isinstance(key.data, Zygote):
                if key.data in self._zygotes:  # not ended in this turn
                    self._hear(key.data)
            elif isinstance(key.data, Peer) and self._is_watched(key.data):  # not let go in this turn
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

    def _serve(self, peer: Peer, events: int) -> None:
        if events & selectors.EVENT_WRITE and not peer.write():
            self._selector.modify(peer.connection, selectors.EVENT_READ, peer)
        if events & selectors.EVENT_READ:
            peer.read()
            if not peer.listening:
                self._forget(peer)
        if isinstance(peer, Child):
            self._hand_on(peer.tester)

    def _is_watched(self, peer: Peer) -> bool:
        return peer.connection.fileno() >= 0 and peer.connection in self._selector.get_map()

    def _hand_on(self, tester: Tester | None) -> None:
        """See to it that a tester gets what it was sent meanwhile."""
        if tester is not None and tester.has_news and self._is_watched(tester):
            self._selector.modify(tester.connection, selectors.EVENT_READ | selectors.EVENT_WRITE, tester)

    def _look(self) -> None:
        now = time.monotonic()
        for zygote in self._zygotes:
            try:
                zygote.check(now)
            except ZygoteLost:
                self._restart_zygotes()
                return
        if now < self._next_look:
            return
        self._next_look = now + LOOK_SECONDS
        stolen = watch.stolen()
        for child in self._children.values():
            tester = child.tester
            if now - child.asked > SECONDS_TO_FORK and (
                child.pidfd is None or (tester is not None and tester.pidfd is None and tester.status is None)
            ):
                self._restart_zygotes()
                return
            if child.status is None:
                child.look(now, self._zygotes[0].shared, stolen)
            elif tester is not None and tester.is_stuck(now):
                tester.signal(signal.SIGKILL)

    def _fork(self, work: Work) -> None:
        number = next(self._numbers)
        devices = self._setups[0].devices
        ours, theirs = socket.socketpair()
        child = Child(work, ours, copies=not devices)  # what a copy knows of a device is of no use
        self._children[number] = child
        limits = work.job.limits
        request: dict[str, Any] = {
            "number": number,
            "disk_bytes": int(limits.disk * 1e6),
            "file_bytes": int(limits.file * 1e6),
            # a little less than is watched for: code that asks for too much is told, and goes on
            "memory_bytes": None if devices else int(limits.memory * 0.95e6),
            "cpu_seconds": int(limits.notebook_cpu_seconds * len(work.job.notebooks)) + 2,
            # a few more than are watched for, which end the notebook
            "processes": (limits.processes + SPARE_TASKS) * (1 if sandbox.counts_apart() else self.workers),
        }
        links = [socket.socketpair() for plan in child.plans for _ in range(plan.links)]
        self._start(self._zygotes[0], child, request, [theirs, *(end for end, _ in links)])
        if links:
            ours, theirs = socket.socketpair()
            child.tester = Tester(work.job, child.names, child.plans, ours)
            own = {
                "number": number,
                "disk_bytes": TESTER_DISK,
                "file_bytes": TESTER_DISK,
                "memory_bytes": TESTER_MEMORY,
                "cpu_seconds": request["cpu_seconds"] + TESTER_SECONDS,
                "processes": TESTER_TASKS,
            }
            self._start(self._zygotes[1], child.tester, own, [theirs, *(end for _, end in links)])

    def _start(self, zygote: Zygote, peer: Peer, request: dict[str, Any], connections: list[socket.socket]) -> None:
        self._selector.register(peer.connection, selectors.EVENT_READ | selectors.EVENT_WRITE, peer)
        zygote.fork(request, connections)
        for each in connections:
            each.close()

    def _hear(self, zygote: Zygote) -> None:
        try:
            news, pidfd = zygote.hear()
        except ZygoteLost:
            self._setups[self._zygotes.index(zygote)] = zygote.setup
            self._restart_zygotes()
            return
        if "ready" in news:
            self._failures = 0
        elif "forked" in news:
            peer = self._peer(zygote, news["forked"])
            assert peer is not None and pidfd is not None
            peer.born(pidfd)
        elif "ended" in news:
            self._bury(news["ended"], self._peer(zygote, news["ended"]), news["status"])

    def _peer(self, zygote: Zygote, number: int) -> Peer | None:
        child = self._children[number]
        return child if zygote is self._zygotes[0] else child.tester

    def _bury(self, number: int, peer: Peer | None, status: int) -> None:
        assert peer is not None
        peer.read_rest()
        self._forget(peer)
        peer.status = status
        child = self._children[number]
        if peer is child and child.tester is not None:
            child.tester.left_alone()
            self._hand_on(child.tester)
        if child.is_over():
            del self._children[number]
            self._settle(child)

    def _settle(self, child: Child) -> None:
        child.close()
        work = child.work
        problem = child.problem or (child.tester.problem if child.tester is not None else None)
        if problem:
            self.results.put(work.result(problem))
        elif child.was_killed_by_others() and work.tries + 1 < TRIES:
            self._waiting.appendleft(replace(work, tries=work.tries + 1))
        elif child.conclude():
            self._waiting.appendleft(work)  # notebooks that its end kept from running
        else:
            self.results.put(work.result())

    def _forget(self, peer: Peer) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(peer.connection)

    # Zygotes ----------------------------------------------------------------------------------------------

    def _start_zygotes(self) -> None:
        for setup in self._setups:
            zygote = Zygote(setup)
            self._zygotes.append(zygote)
            self._selector.register(zygote.control, selectors.EVENT_READ, zygote)

    def _restart_zygotes(self) -> None:
        """One has died, or answers no more: what ran starts anew under others."""
        self._failures += not self._is_ready
        said = self._end_zygotes()
        if self._failures >= TRIES:
            raise sandbox.SandboxError(f"the sandbox ends as soon as it starts: {said}")
        for _, child in sorted(self._children.items(), reverse=True):
            for peer in (child, child.tester):
                if peer is not None:
                    self._forget(peer)
            child.close()
            work = replace(child.work, deaths=child.work.deaths + 1)
            if work.deaths < MOST_DEATHS:
                self._waiting.appendleft(work)
            else:
                self.results.put(work.result(f"the sandbox ended {work.deaths} times while it ran: {said}"))
        self._children.clear()
        self._start_zygotes()

    def _end_zygotes(self) -> str:
        said = ""
        for zygote in self._zygotes:
            self._selector.unregister(zygote.control)
            said = zygote.end() or said
        self._zygotes.clear()
        return said
