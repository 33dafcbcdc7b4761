"""What is kept about a student outside of the gradebook, and how each of it is erased."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from course.grading.collected import ATTEMPTS, COLLECTED, folder_of, read_record, record_of
from course.grading.due import DUE_FILE
from course.grading.feedback.lms import TITLES, entry_names
from course.grading.mentions import needles_of
from course.grading.regrade import LOG
from course.grading.report.page import PSEUDONYMOUS, REPORTS
from course.grading.roster import Person
from course.grading.settings import CourseFolder


def _by_a_person() -> None:
    raise NotImplementedError("what is left for a person is not erased")


@dataclass(frozen=True)
class Trace:
    """Something that is kept about a student.

    Attributes:
        where: path, as seen from the course folder.
        what: what is there.
        erase: takes it away.
    """

    where: str
    what: str
    erase: Callable[[], None] = field(default=_by_a_person, compare=False, repr=False)


def counted(number: int, noun: str) -> str:
    """``1 row``, ``2 rows``; ``2 entries``."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


# Folders ---------------------------------------------------------------------------------------------------------


def in_folders(course: CourseFolder, student: str, own: Iterable[Path]) -> Iterator[Trace]:
    """The student's folders of all steps, and what was collected.

    Raises:
        CourseError: a record of what was collected is damaged.
    """
    for path in own:
        yield _folder(course, path)
    collected = course.root / COLLECTED
    for folder in sorted(collected.iterdir()) if collected.is_dir() else ():
        if folder.is_dir() and not folder.is_symlink():
            yield from _collected(course, folder.name, student)


def in_leftovers(course: CourseFolder) -> Iterator[Trace]:
    """What stopped runs have left, which may be of anybody: the next run makes it anew."""
    for path in sorted(course.root.glob(".course-*")):
        if path.is_dir() and not path.is_symlink():
            yield _folder(course, path, "left by a stopped run, or a regrade that waits for --yes: ")


def _folder(course: CourseFolder, path: Path, what: str = "") -> Trace:
    if path.is_symlink() or not path.is_dir():
        return Trace(course.relative(path), f"{what}a link or file", path.unlink)
    files = sum(each.is_file() or each.is_symlink() for each in path.rglob("*"))
    return Trace(f"{course.relative(path)}/", what + counted(files, "file"), lambda: shutil.rmtree(path))


def _collected(course: CourseFolder, assignment: str, student: str) -> Iterator[Trace]:
    attempts, aside = read_record(course, assignment)
    home = folder_of(course, assignment)
    own = [home / student, *(home / "aside" / each.folder for each in aside if each.student == student)]
    yield from (_folder(course, path) for path in own if path.exists())
    kept = [each for each in attempts if each.student != student]
    kept_aside = [each for each in aside if each.student != student]
    number = len(attempts) - len(kept) + len(aside) - len(kept_aside)
    if number:
        record = home / ATTEMPTS
        text = record_of(kept, kept_aside)
        yield Trace(course.relative(record), counted(number, "entry"), lambda: write_whole(record, text.encode()))


# Files that have others in them, too -----------------------------------------------------------------------------


def in_files(course: CourseFolder, person: Person) -> Iterator[Trace]:
    """Extensions in due.toml, changes in the log of regrades, pages in zips of feedback, reports."""
    yield from _extensions(course, person.id)
    yield from _regrades(course, person.id)
    names = _page_names(course, person.id)
    for path in sorted(course.root.glob("feedback-*.zip")):
        yield from _pages(course, path, person.id, names)
    for path in sorted((course.root / REPORTS).glob("*.html")):
        if _is_in_report(course, path, person):
            yield Trace(course.relative(path), "a report with the student in it; write it again", path.unlink)


def _extensions(course: CourseFolder, student: str) -> Iterator[Trace]:
    path = course.root / DUE_FILE
    if not path.is_file():
        return
    text = path.read_text(encoding="utf-8-sig")
    shorter = without_extensions(text, student)
    if shorter != text:
        yield Trace(course.relative(path), "an extension", lambda: write_whole(path, shorter.encode()))


def without_extensions(text: str, student: str) -> str:
    """The text of due.toml without a student's extensions; as it is where that would change anything else."""
    keys = "|".join(re.escape(each) for each in (json.dumps(student, ensure_ascii=False), f"'{student}'", student))
    value = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^,}\n#]*?(?=\s*(?:[,}\n#]|\Z)))"""
    shorter = text
    for found in reversed(list(re.finditer(rf"""(?<![\w"'-])(?:{keys})\s*=\s*{value}""", text))):
        begin, end = found.span()
        before, after = shorter[shorter.rfind("\n", 0, begin) + 1 : begin], shorter[end:]
        if "#" in before:
            continue  # a remark, which is for a person
        if before.strip() in ("", "extensions."):  # a line of its own
            shorter = shorter[: begin - len(before)] + after.partition("\n")[2]
        elif after.lstrip().startswith(","):
            shorter = shorter[:begin] + after.lstrip()[1:].lstrip(" \t")
        else:
            shorter = shorter[:begin].rstrip(" \t").removesuffix(",") + after
    try:
        wanted, now = tomllib.loads(text), tomllib.loads(shorter)
    except tomllib.TOMLDecodeError:
        return text
    for values in (*wanted.values(), *now.values()):
        if isinstance(values, dict) and isinstance(values.get("extensions"), dict):
            values["extensions"].pop(student, None)
            if not values["extensions"]:
                del values["extensions"]
    return shorter if wanted == now else text


def _regrades(course: CourseFolder, student: str) -> Iterator[Trace]:
    path = course.root / LOG
    if not path.is_file():
        return
    kept, number = [], 0
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        try:
            entry = json.loads(line)
            others = [change for change in entry["changes"] if change["student"] != student]
        except (ValueError, TypeError, KeyError):
            kept.append(line)  # not ours
            continue
        if len(others) < len(entry["changes"]):
            number += 1
            line = json.dumps({**entry, "changes": others}, ensure_ascii=False) + "\n"
        kept.append(line)
    if number:
        text = "".join(kept).encode()
        yield Trace(course.relative(path), counted(number, "change"), lambda: write_whole(path, text))


def _page_names(course: CourseFolder, student: str) -> set[str]:
    """What the student's pages are called in zips for an LMS."""
    collected = course.root / COLLECTED
    assignments = [path.name for path in collected.iterdir() if path.is_dir()] if collected.is_dir() else []
    every = (entry_names(course, assignment, lms) for assignment in assignments for lms in TITLES)
    return {names[student] for names in every if student in names}


def _pages(course: CourseFolder, path: Path, student: str, names: set[str]) -> Iterator[Trace]:
    own = {page.read_bytes() for page in (course.step("feedback") / student).rglob("*.html")}
    try:
        with zipfile.ZipFile(path) as archive:
            theirs = {name for name in archive.namelist() if name in names or archive.read(name) in own}
    except (zipfile.BadZipFile, OSError):
        return
    if theirs:
        yield Trace(course.relative(path), counted(len(theirs), "page"), lambda: _write_zip_without(path, theirs))


def _write_zip_without(path: Path, names: set[str]) -> None:
    with zipfile.ZipFile(path) as archive:
        kept = [(entry, archive.read(entry)) for entry in archive.infolist() if entry.filename not in names]
    if not kept:
        path.unlink()
        return
    with _beside(path) as made, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, page in kept:
            archive.writestr(entry, page)


def _is_in_report(course: CourseFolder, path: Path, person: Person) -> bool:
    """Whether a report has the student's work in it: by name, or of an assignment that they have handed in."""
    assignment = path.stem.removesuffix(PSEUDONYMOUS)
    folders = (course.step(step) / person.id / assignment for step in ("submitted", "autograded"))
    if any(folder.exists() for folder in folders):
        return True
    return needles_of(person).search(path.read_bytes()) is not None


# Writing ---------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A file that takes the place of another one when it is complete, with the same permissions."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
        shutil.copymode(path, name)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Write a file anew: whole, or not at all."""
    with _beside(path) as made:
        made.write_bytes(content)
