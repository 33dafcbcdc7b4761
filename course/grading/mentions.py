"""What else names a student in a course folder: exports, archives of an LMS, other students' texts."""

from __future__ import annotations

import mmap
import re
import tarfile
import unicodedata
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from course.grading.collected import COLLECTED
from course.grading.roster import Person
from course.grading.settings import CourseFolder

if TYPE_CHECKING:
    from course.grading.traces import Trace

OWN = (".course.lock",)
_FOLDERS = (COLLECTED, "reports", "downloaded")  # beside the steps'
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz")


def needles_of(person: Person) -> re.Pattern[bytes]:
    """Finds a student in the bytes of a text, by id, e-mail address, name or the LMS's number, as whole words."""
    words = [person.id, person.email]
    if person.first_name and person.last_name:
        words += [f"{person.first_name} {person.last_name}", f"{person.last_name}, {person.first_name}"]
    if len(person.lms_user_id) > 3:
        words.append(person.lms_user_id)
    spelled = {unicodedata.normalize(form, word) for word in words if word for form in ("NFC", "NFD")}
    either = b"|".join(re.escape(word.encode()) for word in sorted(spelled, key=len, reverse=True))
    return re.compile(rb"(?<![A-Za-z0-9])(?:" + either + rb")(?![A-Za-z0-9])", re.IGNORECASE)


def find_mentions(course: CourseFolder, person: Person, without: Collection[Path]) -> list[Trace]:
    """Files and archives that name the student and are not erased, because others' work or a decision is in them.

    Args:
        course: the course folder; of its own files those that lie at the top, and of folders those of the steps.
        person: who.
        without: folders that are left out.
    """
    return list(_mentions(course, needles_of(person), without))


def _mentions(course: CourseFolder, needles: re.Pattern[bytes], without: Collection[Path]) -> Iterator[Trace]:
    from course.grading.traces import Trace

    for path in _files(course):
        if any(path.is_relative_to(folder) for folder in without):
            continue
        shown = course.relative(path)
        if path.name.lower().endswith(_ARCHIVES):
            if any(needles.search(name.encode("utf-8", "replace")) for name in _names_in(path)):
                yield Trace(shown, "an archive with files of the student in it")
        elif needles.search(shown.encode("utf-8", "surrogateescape")):
            yield Trace(shown, "its name")
        elif _is_in(path, needles):
            yield Trace(shown, "its text")


def _files(course: CourseFolder) -> Iterator[Path]:
    yield from sorted(path for path in course.root.iterdir() if _is_text(path) and path.name not in OWN)
    steps = (course.step(name) for name in ("submitted", "autograded", "feedback"))
    for folder in (*steps, *(course.root / name for name in _FOLDERS)):
        yield from sorted(path for path in folder.rglob("*") if _is_text(path))


def _is_text(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _is_in(path: Path, needles: re.Pattern[bytes]) -> bool:
    try:
        with open(path, "rb") as file:
            if not path.stat().st_size:
                return False
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return needles.search(content) is not None
    except OSError:
        return False


def _names_in(path: Path) -> list[str]:
    """Names of an archive's entries, and its own."""
    names = [path.name]
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return [*names, *archive.namelist()]
        with tarfile.open(path) as tar:
            return [*names, *(member.name for member in tar)]
    except (OSError, zipfile.BadZipFile, tarfile.TarError, EOFError, ValueError):
        return names
