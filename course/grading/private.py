"""Data that only tests read, and that a course makes for itself from a seed of its own when they are first needed.

``c.Course.private_files`` names the files and what makes them. The seed is drawn once for an assignment and lies
``c.Course.private_files`` names the files and what makes them. The seed is drawn once for an assignment; it lies
where none was drawn yet, as for a test.
"""

from __future__ import annotations

import importlib
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

from course.grading.errors import CourseError
from course.grading.settings import CONFIG_FILE, PRIVATE, Course

SEED_FILE = "seed.txt"
VARIABLE = "COURSE_PRIVATE_SEED"
SEEDS = 2**32


def make_private_files(settings: Course, source: Path, assignment: str) -> None:
    """Make those of an assignment's private files that are not there yet.

    Args:
        settings: of the course.
        source: its folder of masters.
        assignment: name.

    Raises:
        CourseError: a setting that names nothing, a seed that is none, or a folder that can't be written.
    """
    if not (source / assignment).is_dir():
        return
    for name, maker in sorted(settings.private_files.items()):
        whose, _, file = name.partition("/")
        path = source / assignment / PRIVATE / file
        if whose == assignment and not path.is_file():
            make = _function(name, maker)
            try:
                path.parent.mkdir(mode=0o700, exist_ok=True)
                seed = _seed(path.parent / SEED_FILE)
                with tempfile.TemporaryDirectory(prefix=".", dir=path.parent) as folder:
                    make(Path(folder, file), seed)
                    os.replace(Path(folder, file), path)  # whole or not at all
            except OSError as error:
                raise CourseError(f"{path}: could not be made: {error.strerror or error}") from None


def _function(name: str, maker: str) -> Callable[[Path, int], None]:
    module, _, function = maker.rpartition(".")
    try:
        found: Callable[[Path, int], None] = getattr(importlib.import_module(module), function)
        return found
    except (ImportError, AttributeError, ValueError):
        raise CourseError(
            f"{CONFIG_FILE}: c.Course.private_files[{name!r}] is {maker!r}; there is no such function"
        ) from None


def _seed(path: Path) -> int:
    """The seed of an assignment, drawn now if it was not yet."""
    if not path.is_file():
        drawn = os.environ.get(VARIABLE) or str(secrets.randbelow(SEEDS))
        _number(drawn, VARIABLE)
        with tempfile.NamedTemporaryFile("w", prefix=".", dir=path.parent, delete=False) as file:
            file.write(f"{drawn}\n")
        os.replace(file.name, path)
    return _number(path.read_text().strip(), str(path))


def _number(text: str, where: str) -> int:
    if not text.isdecimal() or int(text) >= SEEDS:
        raise CourseError(f"{where}: {text!r} is no seed; it is a whole number from 0 to {SEEDS - 1}")
    return int(text)
