"""`course validate`: what a student runs before handing in."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from course.validation import process
from course.validation.report import Report, look
from course.validation.text import Paper, closing, lines_of, overview

READY, NOT_READY, MISTAKE, INTERRUPTED = 0, 1, 2, 130
_CHECKPOINTS = ".ipynb_checkpoints"


class Mistake(Exception):
    """The command was given something that it can't take; the message is one line."""


def run(options: argparse.Namespace) -> int:
    """`course validate`; 0 if every notebook is ready to be handed in, 1 if one is not, 2 for a wrong command."""
    if os.environ.get(process.GRADING):
        return READY  # a cell of a notebook that is being validated or graded: it must not begin again
    try:
        paths = notebooks([options.folder / each for each in options.notebooks or [Path()]])
    except Mistake as mistake:
        print(f"course validate: {mistake}", file=sys.stderr)
        return MISTAKE
    limits = (
        None if options.seconds is None else process.Limits(options.seconds, options.seconds, 10 * options.seconds)
    )
    paper = _paper()
    reports: list[Report] = []
    for path in paths:
        with _Line(path.name) as line:
            try:
                report = look(path, limits, line.tell)
            except KeyboardInterrupt:
                line.clear()
                print(f"course validate: stopped in {path.name}{line.where}; nothing was changed", file=sys.stderr)
                return INTERRUPTED
        if reports:
            print()
        for text in lines_of(report, paper):
            print(text)
        sys.stdout.flush()
        reports.append(report)
    if len(reports) > 1:
        for text in overview(reports, paper):
            print(text)
    if any(not report.problem for report in reports):
        print(*closing(paper), sep="\n")
    return READY if all(report.is_ready for report in reports) else NOT_READY


def notebooks(given: Iterable[Path]) -> list[Path]:
    """The notebooks that are meant: files as they are; of folders the notebooks in them, or in their folders.

    Args:
        given: paths of files and folders.

    Raises:
        Mistake: one is not there, or has no notebook.
    """
    found: dict[Path, None] = {}
    for path in given:
        if path.is_dir():
            inside = _inside(path)
            if not inside:
                raise Mistake(f"{path}: a folder without notebooks; name the notebook that you want to hand in")
            found |= dict.fromkeys(inside)
        elif path.exists():
            found[path] = None
        else:
            raise Mistake(f"{path}: not found{_instead(path)}")
    return list(found)


def _inside(folder: Path) -> list[Path]:
    return _notebooks(folder.glob("*.ipynb")) or _notebooks(folder.glob("*/*.ipynb"))


def _notebooks(paths: Iterable[Path]) -> list[Path]:
    hidden = (
        each for each in sorted(paths) if not any(part.startswith(".") and part != ".." for part in each.parts[-2:])
    )
    return [each for each in hidden if each.is_file()]


def _instead(path: Path) -> str:
    if path.with_name(f"{path.name}.ipynb").is_file():
        return f"; did you mean {path.name}.ipynb?"
    here = [each.name for each in _notebooks(path.parent.glob("*.ipynb"))] if path.parent.is_dir() else []
    return f"; {path.parent} has {_listed(here)}" if here else "; name a notebook's file or a folder with notebooks"


def _listed(names: Sequence[str], most: int = 3) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _paper() -> Paper:
    width = shutil.get_terminal_size((80, 0)).columns
    colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return Paper(width, colours=colours, encoding=sys.stdout.encoding or "utf-8")


class _Line:
    """A line on a terminal that says how far the run is, and is gone when it ends."""

    def __init__(self, name: str) -> None:
        self._name, self._shown = name, sys.stderr.isatty()
        self.where = ""

    def __enter__(self) -> _Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def tell(self, done: int, total: int) -> None:
        self.where = f", code cell {done + 1} of {total}"
        self._write(f"{self._name}: code cell {done + 1} of {total} …")

    def clear(self) -> None:
        self._write("")

    def _write(self, text: str) -> None:
        if self._shown:
            width = shutil.get_terminal_size((80, 0)).columns - 1
            sys.stderr.write(f"\r\x1b[K{text[:width]}")
            sys.stderr.flush()
