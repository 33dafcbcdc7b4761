"""What goes into a runner and what comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the sandbox imports this module, and has no use for nbformat
    from nbformat import NotebookNode


@dataclass(frozen=True)
class Limits:
    """What the code of one submission may use. Memory, disk and output in megabytes (10^6 bytes).

    Attributes:
        cell_seconds: one cell, by the clock; then it is interrupted, and the next cell runs.
        notebook_seconds: all cells of one notebook, by the clock; the cells that are left over are not run.
        cell_cpu_seconds: one cell, of processor time, all its processes together.
        notebook_cpu_seconds: all cells of one notebook, of processor time.
        memory: of all processes together, beyond what libraries take once for the whole class.
        processes: at the same time, threads included.
        disk: all files that the code writes.
        file: the largest of them.
        output: what one cell prints and shows.
    """

    cell_seconds: float = 30.0
    notebook_seconds: float = 300.0
    cell_cpu_seconds: float = 60.0
    notebook_cpu_seconds: float = 300.0
    memory: float = 2000.0
    processes: int = 64
    disk: float = 256.0
    file: float = 128.0
    output: float = 10.0


@dataclass(frozen=True)
class Test:
    """A cell that is run where the student's code can't reach it.

    Attributes:
        source: what is run; never what a submission has.
        hidden: whether students don't see it.
    """

    source: str
    hidden: bool


@dataclass(frozen=True)
class Tests:
    """The test cells of a notebook.

    Attributes:
        setup: source of the set-up cell, which the tester runs for itself; not the submission's either.
        cells: by their index in the notebook.
    """

    setup: str = ""
    cells: Mapping[int, Test] = field(default_factory=dict)

    def is_hidden(self, index: int) -> bool:
        """Whether the cell is a hidden test."""
        return index in self.cells and self.cells[index].hidden


@dataclass(frozen=True)
class Job:
    """Notebooks to run one after another in one folder.

    Attributes:
        key: the caller's name for it.
        notebooks: name to notebook, version 4; the runner works on copies.
        folder: the working folder; whether files that the code writes stay in it is up to the runner.
        limits: for each of the notebooks.
        environment: environment variables to set, beside those that a kernel needs.
        skip_tags: cells with one of these tags are not run.
        tests: notebook's name to those of its cells that a tester runs. A runner without one runs them like others.
        test_files: name to path of files that the tester has in its folder, and the student's code has not.
    """

    key: str
    notebooks: Mapping[str, NotebookNode]
    folder: Path
    limits: Limits = Limits()
    environment: Mapping[str, str] = field(default_factory=dict)
    skip_tags: frozenset[str] = frozenset()
    tests: Mapping[str, Tests] = field(default_factory=dict)
    test_files: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """A job that was run, or could not be.

    Attributes:
        key: the job's.
        notebooks: name to notebook with its outputs; empty where there is a problem.
        seconds: wall time it took.
        problem: why it could not be run at all, in one line. What student code does is never a problem: it
            is in the outputs.
        notebook_seconds: wall time of each notebook's cells, of those that were begun.
    """

    key: str
    notebooks: Mapping[str, NotebookNode]
    seconds: float
    problem: str | None = None
    notebook_seconds: Mapping[str, float] = field(default_factory=dict)


class Runner(Protocol):
    """Runs jobs, in any order, and yields each result when it is there."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Run all jobs; closing the iterator early stops what is still running.

        Args:
            jobs: taken one by one as they can be started, by the thread that asks for results.
        """
        ...
