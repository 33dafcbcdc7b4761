"""Puts what was staged into its place: all of it or nothing, also where somebody pulls the plug in the middle."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course.grading.settings import CourseFolder

STAGE = ".course-collect-"
_JOURNAL = "journal.json"


@dataclass(frozen=True)
class Move:
    """One step: `source` goes to `target`; what was there goes to `old` before.

    Attributes:
        source: what to put there; None to take away what is there.
        target: where.
        old: where to keep what was there; None for a place that goes with the stage.
    """

    source: Path | None
    target: Path
    old: Path | None = None


@contextlib.contextmanager
def staged(course: CourseFolder) -> Iterator[Path]:
    """A folder to stage in, gone afterwards; what a killed run was about to put in place is put there first.

    The caller holds the course's lock.
    """
    for left in sorted(course.root.glob(f"{STAGE}*")):
        if (left / _JOURNAL).is_file():
            _go_on(course.root, left)
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=STAGE, dir=course.root, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def commit(course: CourseFolder, stage: Path, moves: list[Move]) -> None:
    """Do all moves, or none.

    A move that fails takes back those that were done. A run that is killed is finished by the next one: the list of
    moves is written down before the first.
    """
    steps = []
    for number, move in enumerate(moves):
        old = move.old or stage / "old" / str(number)
        paths = (move.source, move.target, old)
        steps.append([os.path.relpath(path, course.root) if path else None for path in paths])
    if not steps:
        return
    (stage / "old").mkdir(exist_ok=True)
    draft = stage / f"{_JOURNAL}.draft"
    with open(draft, "w", encoding="utf-8") as file:
        json.dump(steps, file)
        file.flush()
        os.fsync(file.fileno())
    with _uninterrupted():
        try:
            draft.rename(stage / _JOURNAL)
            _go_on(course.root, stage)
        except BaseException:
            _take_back(course.root, steps)
            raise
        finally:
            (stage / _JOURNAL).unlink(missing_ok=True)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits for the end of this, which takes milliseconds."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed = []
    before = signal.signal(signal.SIGINT, lambda *_: pressed.append(True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt


def _go_on(root: Path, stage: Path) -> None:
    for source, target, old in json.loads((stage / _JOURNAL).read_text(encoding="utf-8")):
        _step(root, source, target, old)


def _step(root: Path, source: str | None, target: str, old: str) -> None:
    """Do a step, or what is left of it."""
    new = root / source if source else None
    if new is not None and not _exists(new):
        return  # done
    if _exists(root / target) and not _exists(root / old):
        _rename(root / target, root / old)
    if new is not None:
        _rename(new, root / target)


def _take_back(root: Path, steps: list[list[str | None]]) -> None:
    for source, target, old in reversed(steps):
        assert target is not None and old is not None
        new = root / source if source else None
        if new is not None and not _exists(new) and _exists(root / target):
            _rename(root / target, new)
            _drop_empty(root, (root / target).parent)
        if _exists(root / old) and not _exists(root / target):
            _rename(root / old, root / target)


def _drop_empty(root: Path, folder: Path) -> None:
    """Remove the folders that were made for what is taken back, which are empty now."""
    while root in folder.parent.parents:  # not those that every course has
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _exists(path: Path) -> bool:
    return os.path.lexists(path)


def _rename(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:  # submitted/ may lie on another disk
            raise
        shutil.move(source, target)
