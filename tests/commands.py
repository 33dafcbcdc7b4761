"""Runs the `course` command in process and looks at what it says; and a runner that runs nothing."""

from __future__ import annotations

import contextlib
import copy
import io
import os
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from courses import SmallCourse

from course.cli import main
from course.grading.engine.jobs import Job, Result
from course.words import MISTAKE


@dataclass(frozen=True)
class Said:
    """What a command ended with: its exit status, and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What it wrote to stderr, by line."""
        return self.err.splitlines()


def run_command(course: SmallCourse, *words: str) -> Said:
    """Run `course -C FOLDER WORDS…` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(["-C", str(course.root), *words])
        except SystemExit as end:
            status = int(end.code or 0)
    return Said(status, out.getvalue(), err.getvalue())


def one_clear_line(course: SmallCourse, *words: str) -> str:
    """Run a command that must refuse, in one line and with nothing changed; returns the line."""
    before = course.snapshot()
    said = run_command(course, *words)
    assert (said.status, said.out, len(said.lines)) == (MISTAKE, "", 1), said
    assert "Traceback" not in said.err
    assert course.snapshot() == before
    return said.lines[0]


class Unrun:
    """A runner that hands notebooks back without outputs, so that every test cell has passed, in no time.

    For tests of what is graded when, and what is kept, where what code does is not the question.
    """

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """One result a job."""
        for job in jobs:
            yield Result(job.key, copy.deepcopy(dict(job.notebooks)), 0.0)


def in_a_terminal() -> None:
    """For `preexec_fn`: a process group of its own in which Ctrl-C interrupts.

    Where the tests run in the background, a shell has SIGINT ignored, and children inherit that.
    """
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
