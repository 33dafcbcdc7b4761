"""Pages of feedback in a zip, under the names by which Moodle or Canvas knows whose each one is.

Moodle takes what "Download all submissions" has called each student's folder: its import looks for a part of the
path that is ``Full name_12345_assignsubmission_file`` and takes the number for the participant. Canvas takes the
names of the files that "Download Submissions" gave: in them are two numbers, of the student and of the file that
was handed in, and under that file's name it then shows the page. docs/feedback.md has the addresses.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from course.grading.collected import Attempt, read_attempts
from course.grading.settings import CourseFolder

TITLES = {"moodle": "Moodle", "canvas": "Canvas"}
_THEN = (1980, 1, 1, 0, 0, 0)  # zips of the same pages are the same
_OVERHEAD = 200  # bytes that a zip has for each file, beside its name


def entry_names(course: CourseFolder, assignment: str, lms: str) -> dict[str, str]:
    """Student to the name that a page needs for the LMS; of those whom it has sent us.

    Args:
        course: the course folder.
        assignment: its name.
        lms: "moodle" or "canvas".

    Raises:
        CourseError: the record of what was collected is damaged.
    """
    name_of, page = _NAMES[lms], f"{assignment}-feedback.html"
    found: dict[str, str] = {}
    # of several attempts the one that counts; else the last one
    for attempt in sorted(read_attempts(course, assignment), key=lambda each: (each.used, each.number)):
        name = name_of(attempt, page) if attempt.lms == lms else None
        if name:
            found[attempt.student] = name
    return found


def _moodle(attempt: Attempt, page: str) -> str | None:
    for part in _parts(attempt):
        fields = part.split("_", 4)  # as Moodle does it: name, number, and the plugin's type and name
        if len(fields) >= 4 and fields[1].isdecimal() and fields[1].isascii() and fields[3]:
            if len(fields) == 5 and fields[4]:  # a folder for all: the file's own name begins so
                return "_".join([*fields[:4], page])
            return f"{part}/{page}"
    return None


def _canvas(attempt: Attempt, page: str) -> str | None:
    for part in _parts(attempt):
        fields = [field for field in part.split("_") if field != "LATE"]  # as Canvas does it
        numbers = [field for field in fields if field.isdecimal() and field.isascii()]
        if len(numbers) > 1 or (fields[0] == "anon" and len(fields) > 3):
            return f"{part.rpartition('.')[0] or part}_feedback.html"
    return None


def _parts(attempt: Attempt) -> Iterator[str]:
    for origin in (attempt.origin, *attempt.origins):
        yield from (part for part in origin.replace("\\", "/").split("/") if part)


_NAMES: dict[str, Callable[[Attempt, str], str | None]] = {"moodle": _moodle, "canvas": _canvas}


def write_zips(
    course: CourseFolder, assignment: str, lms: str, pages: Mapping[str, Path], most: float | None = None
) -> list[Path]:
    """Write ``feedback-ASSIGNMENT-LMS.zip`` into the course folder; several, numbered, where one is too large.

    The same pages give the same bytes. What an earlier call wrote under these names is replaced or goes.

    Args:
        course: the course folder.
        assignment: its name.
        lms: "moodle" or "canvas".
        pages: name in the zip to file.
        most: bytes of a zip; without it there is one.

    Returns:
        The zips.
    """
    name = f"feedback-{assignment}-{lms}"
    with tempfile.TemporaryDirectory(prefix=".course-feedback-", dir=course.root) as folder:
        made: list[Path] = []
        for group in _groups(pages, most):
            made.append(Path(folder, str(len(made))))
            _write_zip(made[-1], group)
        targets = [
            course.root / (f"{name}-{n}.zip" if len(made) > 1 else f"{name}.zip") for n, _ in enumerate(made, 1)
        ]
        for path, target in zip(made, targets, strict=True):
            os.replace(path, target)
    for old in course.root.glob(f"{_escaped(name)}*.zip"):
        number = old.name.removeprefix(name).removesuffix(".zip").removeprefix("-")
        if old not in targets and (number.isdecimal() or not number):
            old.unlink()
    return targets


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _groups(pages: Mapping[str, Path], most: float | None) -> Iterator[dict[str, Path]]:
    group: dict[str, Path] = {}
    size = 0
    for name in sorted(pages):
        if most is not None:
            one = len(zlib.compress(pages[name].read_bytes())) + 2 * len(name.encode()) + _OVERHEAD
            if group and size + one > most:
                yield group
                group, size = {}, 0
            size += one
        group[name] = pages[name]
    yield group


def _write_zip(path: Path, pages: Mapping[str, Path]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, page in pages.items():
            entry = zipfile.ZipInfo(name, _THEN)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(entry, page.read_bytes(), compresslevel=6)
