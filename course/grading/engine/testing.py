"""The coordinator's view of tests: what runs where and in which order, and what the tester says of it."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from course.grading.engine import wire
from course.grading.engine.jobs import Job, Tests
from course.grading.engine.overrun import PATIENCE
from course.grading.engine.peer import Peer, job_frames

MOST_LINKS = 200  # of all notebooks of a job
SECONDS_MORE = 10.0  # that the tester waits; the coordinator ends a student's process long before
_SLACK_BYTES = 64 << 20  # a verdict with the traceback of a test that goes through large data
_SECONDS_TO_END = 20.0  # for a tester whose student's side is gone
_NO_TESTS = Tests()


@dataclass(frozen=True)
class Plan:
    """The cells of a notebook in the order in which they run.

    Attributes:
        steps: index, source (None for a test cell) and link of each, as they stand; for the student's side.
        order: the indices in the order in which they run.
        hidden: those that are tested after all others.
        tests: index and link of the test cells, in their order; for the tester.
        links: how many there are.
    """

    steps: list[tuple[int, str | None, int]] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    hidden: frozenset[int] = frozenset()
    tests: list[tuple[int, int]] = field(default_factory=list)
    links: int = 0


def first_run(notebook: NotebookNode, cells: Sequence[int], tests: Tests | None, *, copies: bool) -> Plan:
    """All cells; hidden ones after the others, those that stand together over one link.

    Args:
        notebook: the submission.
        cells: indices of those that run.
        tests: which of them are tests.
        copies: whether a process can be copied; where it can't, hidden cells wait for :func:`second_run`.
    """
    tests = tests or _NO_TESTS
    steps: list[tuple[int, str | None, int]] = []
    groups, before = 0, False
    for index in cells:
        is_hidden = tests.is_hidden(index)
        if is_hidden and not copies:
            continue
        groups += is_hidden and not before
        before = is_hidden
        steps.append((index, None if index in tests.cells else notebook.cells[index].source, groups * is_hidden))
    inline = [(index, which) for index, source, which in steps if source is None and not which]
    hidden = [(index, which) for index, _, which in steps if which]
    order = [index for index, _, which in steps if not which] + [index for index, _ in hidden]
    links = groups + 1 if inline or hidden else 0
    return Plan(steps, order, frozenset(index for index, _ in hidden), inline + hidden, links)


def second_run(notebook: NotebookNode, cells: Sequence[int], tests: Tests, missing: Sequence[int]) -> Plan:
    """Once more, up to the last hidden cell that could not be tested; nothing of it is shown.

    Args:
        notebook: the submission.
        cells: indices of those that ran.
        tests: which of them are tests.
        missing: hidden cells without a verdict.
    """
    last = max(missing)
    steps = [
        (index, None if index in missing else notebook.cells[index].source, 0)
        for index in cells
        if index <= last and (index in missing or index not in tests.cells)
    ]
    return Plan(steps, [index for index, _, _ in steps], frozenset(), [(index, 0) for index in missing], 1)


class Tester(Peer):
    """One fork of the testers' zygote."""

    def __init__(self, job: Job, names: Sequence[str], plans: Sequence[Plan], connection: socket.socket) -> None:
        """
        Args:
            job: of the submission.
            names: of the notebooks that are tested.
            plans: for each of them.
            connection: to the tester.
        """
        super().__init__(connection, int(job.limits.output * 1e6) + _SLACK_BYTES)
        self.verdicts: dict[tuple[int, int], dict[str, Any]] = {}
        self.problem: str | None = None
        self.alone_since = 0.0  # when the student's side ended
        self._may_go = False
        self._expected = {(number, index) for number, plan in enumerate(plans) for index, _ in plan.tests}
        notebooks = []
        for name, plan in zip(names, plans, strict=True):
            tests = job.tests.get(name, _NO_TESTS)
            cells = [(index, tests.cells[index].source, which) for index, which in plan.tests]
            notebooks.append({"setup": tests.setup, "cells": cells})
        self._outgoing = job_frames(
            {
                "notebooks": notebooks,
                "environment": dict(job.environment),
                "links": [plan.links for plan in plans],
                "seconds": job.limits.cell_seconds * PATIENCE + SECONDS_MORE,
                "output_bytes": int(job.limits.output * 1e6),
            },
            {name: Path(path) for name, path in job.test_files.items()},
        )

    def _frame(self, kind: bytes, payload: bytes) -> None:
        if kind == wire.VERDICT:
            said = wire.unpack(payload)
            where = said["notebook"], said["cell"]
            if where in self._expected:
                self.verdicts[where] = said
        elif kind == wire.FAULT:
            self.problem = str(wire.unpack(payload))[:300]
        else:
            raise wire.WireError("unknown frame")

    def _broken(self) -> None:
        self.problem = "the tester sent what is no verdict"

    def go(self) -> None:
        """All that students see of a notebook has been shown: hidden cells may be tested."""
        if not self._may_go:
            self._may_go = True
            self.send(wire.frame(wire.GO))

    def is_stuck(self, now: float) -> bool:
        """Whether it goes on without anybody to ask."""
        return bool(self.alone_since) and now - self.alone_since > _SECONDS_TO_END

    def left_alone(self) -> None:
        """The student's side has ended, and shows nothing any more."""
        self.alone_since = self.alone_since or time.monotonic()
        self.go()


def has_tests(job: Job, names: Sequence[str]) -> bool:
    """Whether any of these notebooks of a job is tested by a tester."""
    return any(job.tests[name].cells for name in names if name in job.tests)


def verdict_of(tester: Tester | None, notebook: int, cell: int) -> Mapping[str, Any] | None:
    """What the tester said of a cell; None where it said nothing."""
    return tester.verdicts.get((notebook, cell)) if tester is not None else None
