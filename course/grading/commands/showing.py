"""What commands have in common: tables, progress bars, and the device that was asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from course.device import VARIABLE, select_device
from course.grading import autograde as grader

MANY = 4  # failed cells up to this many are named, more are counted


def refuse_absent_device(asked: str | None) -> None:
    """Say that a device is absent before anything starts, and not in every submission."""
    if asked or os.environ.get(VARIABLE):
        select_device(asked)


def console() -> Console:
    """Where tables go: as wide as the terminal, or 120 columns in a file."""
    return Console(width=None if sys.stdout.isatty() else 120, markup=False, highlight=False)


def new_table(title: str, *columns: str, numbers: Sequence[str] = ()) -> Table:
    """An empty table; the named columns of numbers are aligned to the right."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    return table


def counted(number: int, noun: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def some(names: Sequence[str], most: int = 8) -> str:
    """Names in a line: the first of them, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def show_rows(rows: list[grader.Row], about: dict[str, str] | None = None) -> int:
    """Print a table an assignment, then a line for each submission that could not be graded.

    Returns:
        0, or 2 where a submission could not be graded.
    """
    if not rows:
        print("nothing has been handed in")
    for assignment in dict.fromkeys(row.assignment for row in rows):
        first = ("student", "what they did") if about else ("student",)
        numbers = ("points", "of", "by hand")
        table = new_table(assignment, *first, *numbers, "failed cells, notes", numbers=numbers)
        for row in rows:
            if row.assignment == assignment:
                table.add_row(*_cells(row, about))
        console().print(table)
    return say_failures(rows)


def say_failures(rows: list[grader.Row]) -> int:
    """A line on stderr for each submission that could not be graded; returns 2 if there are any, else 0."""
    failures = [row for row in rows if row.problem]
    for row in failures:
        print(f"course: {row.problem}", file=sys.stderr)
    return 2 if failures else 0


def _cells(row: grader.Row, about: dict[str, str] | None) -> list[str]:
    first = [row.student] + ([about.get(row.student, "")] if about else [])
    if row.score is None:
        return [*first, "–", "–", "–", f"not graded: {row.problem}"]
    score = row.score
    by_hand = f"{score.by_hand:g}" if score.by_hand else ""
    last = "\n".join(part for part in (_failed_cells(score.failed), row.note) if part)
    return [*first, f"{score.points:g}", f"{score.of:g}", by_hand, last]


def _failed_cells(failed: list[str]) -> str:
    by_notebook: dict[str, list[str]] = {}
    for cell in failed:
        notebook, _, name = cell.partition("/")
        by_notebook.setdefault(notebook, []).append(name)
    if len(failed) > MANY:
        return "\n".join(f"{notebook}: {len(names)} cells" for notebook, names in by_notebook.items())
    return "\n".join(
        "\n".join([notebook, *(f"  {name}" for name in names)]) for notebook, names in by_notebook.items()
    )


@contextmanager
def progress_bar(what: str) -> Iterator[grader.Progress]:
    """A bar on stderr with done, total and time left; nothing where stderr is no terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
