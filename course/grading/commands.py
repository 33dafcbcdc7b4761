"""What each command of `course` does between its words and its table."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
from course.grading import answers as bank
from course.grading import autograde as grader
from course.grading import demo as made_up
from course.grading import feedback as pages
from course.grading import new as begin
from course.grading import publish as publisher
from course.grading import regrade as regrading
from course.grading import release as releaser
from course.grading.engine import sandbox
from course.grading.errors import CourseError
from course.grading.settings import CourseFolder

MANY = 4  # failed cells up to this many are named, more are counted


def release(options: argparse.Namespace) -> int:
    """`course release`."""
    course = CourseFolder.find(options.folder)
    for released in releaser.release(course, options.assignments):
        state = "released" if released.changed else "unchanged"
        plural = "" if released.notebooks == 1 else "s"
        print(f"{released.assignment}: {released.notebooks} notebook{plural} {state}")
    return 0


def publish(options: argparse.Namespace) -> int:
    """`course publish`."""
    course = CourseFolder.find(options.folder)
    published = publisher.publish(course, options.directory)
    print(f"{published.files} files in {options.directory}, ready to push to {course.settings.student_repository}")
    return 0


def autograde(options: argparse.Namespace) -> int:
    """`course autograde`."""
    course = CourseFolder.find(options.folder)
    _refuse_absent_device(options.device)
    how = grader.Options(jobs=options.jobs, device=options.device, confined=not options.unsafe_no_sandbox)
    if options.regrade:
        return _regrade(course, options, how)
    if options.yes or options.why:
        raise CourseError("--yes and --why belong to --regrade")
    with progress_bar("grading") as progress:
        rows = grader.autograde(course, options.assignments, options.student, how, progress=progress)
    return show_rows(rows)


def _regrade(course: CourseFolder, options: argparse.Namespace, how: grader.Options) -> int:
    with progress_bar("grading again") as progress:
        outcome = regrading.regrade(
            course, options.assignments, options.student, how, confirmed=options.yes, why=options.why,
            progress=progress,
        )  # fmt: skip
    show_changes(outcome.changes, sum(not row.problem for row in outcome.rows))
    if outcome.kept:
        print(f"kept, and logged in {regrading.LOG}")
    else:
        print("nothing is changed yet; to keep it, the same command with --yes --why 'the reason'")
    if outcome.kept_aside:
        print(f"the gradebook as it was: {course.relative(outcome.kept_aside)}")
    return _say_failures(outcome.rows)


def new(options: argparse.Namespace) -> int:
    """`course new`."""
    course = CourseFolder.find(options.folder)
    master, bank = begin.new(course, options.assignment, options.notebook, options.exercise)
    print(f"{course.relative(master)}: the master; open it in JupyterLab")
    print(f"{course.relative(bank)}: right and wrong answers to its exercise")
    return 0


def feedback(options: argparse.Namespace) -> int:
    """`course feedback`."""
    course = CourseFolder.find(options.folder)
    written = pages.feedback(course, options.assignments, options.student, show_hidden=options.show_hidden)
    print(
        f"{len(written)} submissions: {course.relative(course.step('feedback'))}/STUDENT/ASSIGNMENT/{pages.INDEX}"
    )
    return 0


def answers(options: argparse.Namespace) -> int:
    """`course answers`."""
    course = CourseFolder.find(options.folder)
    _refuse_absent_device(None)
    folder = options.bank or course.root / "tests" / "answers"
    with progress_bar("grading the bank") as progress:
        report = bank.grade_bank(
            course, folder, options.only, options.jobs, progress, confined=not options.unsafe_no_sandbox
        )
    for line in bank.describe(report):
        print(line)
    return 0 if report.good else 1


def demo(options: argparse.Namespace) -> int:
    """`course demo`."""
    course = CourseFolder.find(options.folder)
    _refuse_absent_device(None)
    folder = options.directory or course.root / "demo"
    chosen = course.choose([]) if options.all else [made_up.first_with_several(course)]
    made = made_up.make_class(course, folder, chosen)
    print(f"a class of {len(made_up.CLASS)} in {_short(folder)}/submitted, for {', '.join(made.assignments())}")
    confined = sandbox.find_problem() is None  # the class is our own: it may run without
    with progress_bar("grading") as progress:
        rows = grader.autograde(
            made, [], [], grader.Options(jobs=options.jobs, confined=confined), progress=progress
        )
    written = pages.feedback(made, [], [])
    status = show_rows(rows, {student.id: student.what for student in made_up.CLASS})
    print(f"feedback: {_short(written[0])} and {len(written) - 1} more")
    print(f"look at all of it in formgrader: cd {_short(folder)} && jupyter lab")
    return status


def _refuse_absent_device(asked: str | None) -> None:
    """Say that a device is absent before anything starts, and not in every submission."""
    if asked or os.environ.get(VARIABLE):
        select_device(asked)


def show_rows(rows: list[grader.Row], about: dict[str, str] | None = None) -> int:
    """Print a table an assignment, then a line for each submission that could not be graded.

    Returns:
        0, or 2 where a submission could not be graded.
    """
    console = Console(width=None if sys.stdout.isatty() else 120, markup=False, highlight=False)
    if not rows:
        print("nothing has been handed in")
    for assignment in dict.fromkeys(row.assignment for row in rows):
        table = Table(title=assignment, title_justify="left", box=box.SIMPLE_HEAD)
        for column in ("student", *(("what they did",) if about else ())):
            table.add_column(column)
        for column in ("points", "of", "by hand"):
            table.add_column(column, justify="right")
        table.add_column("failed cells, notes", overflow="fold")
        for row in rows:
            if row.assignment == assignment:
                table.add_row(*_cells(row, about))
        console.print(table)
    return _say_failures(rows)


def _say_failures(rows: list[grader.Row]) -> int:
    failures = [row for row in rows if row.problem]
    for row in failures:
        print(f"course: {row.problem}", file=sys.stderr)
    return 2 if failures else 0


def show_changes(changes: list[regrading.Change], total: int) -> None:
    """Print who gains or loses what, a table an assignment."""
    console = Console(width=None if sys.stdout.isatty() else 120, markup=False, highlight=False)
    for assignment in dict.fromkeys(change.assignment for change in changes):
        table = Table(title=assignment, title_justify="left", box=box.SIMPLE_HEAD)
        table.add_column("student")
        for column in ("before", "after", "change"):
            table.add_column(column, justify="right")
        table.add_column("cells", overflow="fold")
        for change in changes:
            if change.assignment == assignment:
                table.add_row(*_change_cells(change))
        console.print(table)
    gain = sum(change.after > (change.before or 0) for change in changes)
    lose = sum(change.after < (change.before or 0) for change in changes)
    print(f"{total} graded again: {gain} gain, {lose} lose, {total - gain - lose} keep their points")


def _change_cells(change: regrading.Change) -> list[str]:
    before = "–" if change.before is None else f"{change.before:g}"
    difference = change.after - (change.before or 0)
    cells = [f"{cell}: {was:g} → {now:g}" for cell, (was, now) in change.cells.items()]
    shown = cells if len(cells) <= MANY else [*cells[: MANY - 1], f"and {len(cells) - MANY + 1} more"]
    return [change.student, before, f"{change.after:g}", f"{difference:+g}", "\n".join(shown)]


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


def _short(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
