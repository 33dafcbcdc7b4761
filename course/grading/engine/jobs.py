"""What goes into a runner and what comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from nbformat import NotebookNode


@dataclass(frozen=True)
class Limits:
    """How long code may run, in seconds of wall time.

    Attributes:
        cell_seconds: one cell; then it is interrupted, and the next cell runs.
        notebook_seconds: all cells of one notebook; the cells that are left over are not run.
    """

    cell_seconds: float = 30.0
    notebook_seconds: float = 300.0


@dataclass(frozen=True)
class Job:
    """Notebooks to run one after another in one folder.

    Attributes:
        key: the caller's name for it.
        notebooks: name to notebook, version 4; the runner works on copies.
        folder: the working folder; files that the code writes stay in it.
        limits: for each of the notebooks.
        environment: environment variables to set, beside those that a kernel needs.
        skip_tags: cells with one of these tags are not run.
    """

    key: str
    notebooks: Mapping[str, NotebookNode]
    folder: Path
    limits: Limits = Limits()
    environment: Mapping[str, str] = field(default_factory=dict)
    skip_tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Result:
    """A job that was run, or could not be.

    Attributes:
        key: the job's.
        notebooks: name to notebook with its outputs; empty where there is a problem.
        seconds: wall time it took.
        problem: why it could not be run at all, in one line. What student code does is never a problem: it
            is in the outputs.
    """

    key: str
    notebooks: Mapping[str, NotebookNode]
    seconds: float
    problem: str | None = None


class Runner(Protocol):
    """Runs jobs, in any order, and yields each result when it is there."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Run all jobs; closing the iterator early stops what is still running."""
        ...
