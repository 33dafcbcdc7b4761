"""`course doctor`: what is installed and works here, what is missing or broken, and what to do about it.

It runs in any installation, also a broken one: nothing but the standard library is imported in this process before
it is known to work, and a part that fails is a row of the table. The instructor's side is in
:mod:`course.grading.checkup`. Nothing is fetched.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from course.doctor import installed, probes
from course.doctor.rows import BROKEN, MISSING, OK, Row, guarded

CONFIG_FILE = "nbgrader_config.py"
WIDEST = 120
_PART, _STATE = 18, 19  # columns


def run(options: argparse.Namespace) -> int:
    """`course doctor`; 0 if all that is needed works, else 1."""
    if sys.stderr.isatty():
        print("looking, which takes up to half a minute …", file=sys.stderr)
    rows = examine(options.folder)
    width = min(WIDEST, shutil.get_terminal_size((WIDEST, 0)).columns)
    for line in shown(rows, width):
        print(line)
    return 1 if bad(rows) else 0


def bad(rows: list[Row]) -> list[Row]:
    """Those that are needed and don't work."""
    return [row for row in rows if row.needed and row.state != OK]


def examine(folder: Path) -> list[Row]:
    """Look at everything; `folder` is where a course folder may be, or below one."""
    root = _course_folder(folder)
    with ThreadPoolExecutor(max_workers=2) as pool:  # each waits for a process of its own
        base = pool.submit(list, guarded("base packages", installed.students))
        teach = pool.submit(list, guarded("teach packages", lambda: installed.teach(root is not None)))
        rows = [*guarded("Python", installed.python), *guarded("course package", installed.package)]
        rows += [*guarded("processors", installed.processors), *guarded("memory", installed.memory)]
        here = list(guarded("instructor's part", lambda: _instructors(root, folder)))
        rows += [*base.result(), *teach.result(), *here]
    if importlib.util.find_spec("playwright"):
        rows += guarded("Chromium", installed.chromium, needed=False)
    return rows


def _course_folder(folder: Path) -> Path | None:
    start = folder.resolve()
    return next((each for each in (start, *start.parents) if (each / CONFIG_FILE).is_file()), None)


# The instructor's side -------------------------------------------------------------------------------------------


def _instructors(root: Path | None, folder: Path) -> Iterator[Row]:
    if not folder.is_dir():
        yield Row("course folder", BROKEN, f"{folder}: no such folder", "name another one with -C")
        return
    if importlib.util.find_spec("course.grading") is None:
        found = "not in this package, which is the student's"
        yield Row("instructor's part", MISSING, found, "to grade, the instructor's repository", needed=False)
        return
    if probes.version_of("nbgrader") is None:
        return  # said with the packages
    from course.grading import checkup

    yield from checkup.look(root)


# The table -------------------------------------------------------------------------------------------------------


def shown(rows: list[Row], width: int) -> Iterator[str]:
    """The table, line by line, in plain text: the base install has nothing that draws tables."""
    room = max(30, width - _PART - _STATE - 4)
    yield f"  {'part':<{_PART}}{'state':<{_STATE}}what there is, and → what to do"
    yield " " + "─" * (width - 2)
    for row in rows:
        state = row.state if row.state == OK or row.needed else f"{row.state}, optional"
        lines = textwrap.wrap(row.found, room, break_on_hyphens=False) or [""]
        lines += (
            textwrap.wrap(f"→ {row.todo}", room, subsequent_indent="  ", break_on_hyphens=False) if row.todo else []
        )
        for number, line in enumerate(lines):
            part, of_row = (row.part, state) if number == 0 else ("", "")
            yield f"  {part:<{_PART}}{of_row:<{_STATE}}{line}".rstrip()
    yield ""
    names = ", ".join(row.part for row in bad(rows))
    yield f"needs mending: {names}" if names else "all that is needed works"
