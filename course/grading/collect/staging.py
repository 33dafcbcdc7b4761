"""Hand-ins on their way from the archive: each one's files in a folder of its own, and what it is."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from course.grading.collect import layouts, safety
from course.grading.collect.build import digest_of, printable
from course.grading.collect.layouts import HandIn, Layout, time_in
from course.grading.collect.matching import match, members
from course.grading.collect.nested import refuse_same_disk_names
from course.grading.collect.people import Clue
from course.grading.collect.plain import TIMESTAMP, Wanted, plain
from course.grading.collect.safety import Refused
from course.grading.collect.sources import Entry, Source, opened
from course.grading.collect.worksheet import Worksheet, is_worksheet, read_worksheet
from course.grading.errors import CourseError
from course.grading.sheets import read_sheet


@dataclass
class Staged:
    """A hand-in whose files lie on the disk.

    Attributes:
        hand_in: what the archive says.
        archive: its name.
        folder: where its files lie.
        digest: a hash of them.
        student: whose it is; "" where nobody knows.
        problem: why it is set aside; "" where it is not, or not yet.
    """

    hand_in: HandIn
    archive: str
    folder: Path
    digest: str
    student: str = ""
    problem: str = ""

    @property
    def aside_name(self) -> str:
        """The folder's name where it is set aside, the same every time."""
        return f"{safety.disk_name(self.hand_in.label)[:60]}-{self.digest[:8]}"


@dataclass
class Read:
    """What archives held.

    Attributes:
        staged: hand-ins, in the archives' order.
        passed_over: hand-ins for other assignments.
        links: what in folders was neither file nor folder.
        worksheet: Moodle's, if there was one.
        times_missing: whether a Moodle archive came without.
    """

    staged: list[Staged] = field(default_factory=list)
    passed_over: int = 0
    links: list[str] = field(default_factory=list)
    worksheet: Worksheet = field(default_factory=Worksheet)
    times_missing: bool = False


def read_archives(archives: Sequence[Path], wanted: Wanted, stage: Path, zone: datetime.tzinfo | None) -> Read:
    """Read archives into the stage; worksheets among them are read first, because they say who and when.

    Raises:
        CourseError: one can't be read, or should not be.
    """
    read = Read()
    for path in (each for each in archives if _is_table(each)):
        sheet = read_sheet(path)
        if not is_worksheet(sheet):
            raise CourseError(f"{path}: not Moodle's grading worksheet; a roster is given with --roster {path}")
        read.worksheet = _joined(read.worksheet, read_worksheet(sheet, zone))
    for path in (each for each in archives if not _is_table(each)):
        try:
            with opened(path, stage, wanted.assignment) as source:
                _read_one(source, wanted, stage, zone, read)
        except Refused as reason:
            raise CourseError(f"{path}: refused, and nothing was collected: {reason}") from None
    return read


def _is_table(path: Path) -> bool:
    return path.suffix.casefold() == ".csv" and path.is_file()


def _joined(one: Worksheet, other: Worksheet) -> Worksheet:
    other.participants = {**one.participants, **other.participants}
    return other


def _read_one(source: Source, wanted: Wanted, stage: Path, zone: datetime.tzinfo | None, read: Read) -> None:
    total = sum(entry.size for entry in source.entries)
    free = shutil.disk_usage(stage).free
    if total * 3 > free:
        raise CourseError(
            f"{source.name}: unpacks to {safety.shown_size(total)}, and {stage.parent} has room for "
            f"{safety.shown_size(free)} only; three times the archive is needed on the way"
        )
    if not source.entries:
        raise CourseError(f"{source.path}: nothing in it")
    entries = _without_worksheet(source, stage, zone, read)
    layout = layouts.detect(entries, wanted.assignment, read.worksheet) or plain(entries, wanted)
    by_lms = any(hand_in.lms in ("moodle", "canvas") for hand_in in layout.hand_ins)
    if source.is_archive and not by_lms:
        _refuse_odd(layout)
    if layout.hand_ins and all(hand_in.lms == "moodle" and hand_in.time is None for hand_in in layout.hand_ins):
        read.times_missing = True
    read.passed_over += layout.passed_over + source.passed_over
    read.links += source.links
    hand_ins = [member for hand_in in layout.hand_ins for member in members(hand_in, wanted.people)]
    matched = match(hand_ins, wanted.people)
    for hand_in in [*hand_ins, *_nobodys(layout.others)]:
        student = matched.get(id(hand_in), "")
        folder = stage / "raw" / str(len(read.staged))
        read.staged.append(_write(source, hand_in, student, folder))


def _refuse_odd(layout: Layout) -> None:
    """Refuse what no LMS and no student could have brought into an archive by the way."""
    entries = [entry for hand_in in layout.hand_ins for entry, _ in hand_in.files]
    refuse_same_disk_names([tuple(entry.path.replace("\\", "/").split("/")) for entry in entries])
    for entry in entries:
        if problem := safety.too_large(entry.size, entry.packed):
            raise Refused(f"{entry.path[:80]!r} {problem}")


def _without_worksheet(source: Source, stage: Path, zone: datetime.tzinfo | None, read: Read) -> list[Entry]:
    """The entries without Moodle's grading worksheet, which is read, if it lies among them."""
    left = []
    for entry in source.entries:
        if len(entry.parts) <= 2 and entry.parts[-1].casefold().endswith(".csv") and entry.size < 10_000_000:
            path = stage / "table.csv"
            source.write(entry, path)
            try:
                sheet = read_sheet(path)
                if is_worksheet(sheet):
                    made = read_worksheet(sheet, zone)
                    made.name = entry.path
                    read.worksheet = _joined(read.worksheet, made)
                    continue
            except CourseError:
                pass  # a table of something else
            finally:
                path.unlink()
        left.append(entry)
    return left


def _nobodys(entries: list[Entry]) -> list[HandIn]:
    found: dict[str, HandIn] = {}
    for entry in entries:
        name = entry.parts[0]
        made = HandIn("folder", name, Clue(name))
        made.problem = "its name is not as the LMS names submissions"
        found.setdefault(name, made).add(entry, entry.parts)
    return list(found.values())


# Files -----------------------------------------------------------------------------------------------------------


def _write(source: Source, hand_in: HandIn, student: str, folder: Path) -> Staged:
    problem = hand_in.problem or _too_much(hand_in)
    if not problem:
        try:
            refuse_same_disk_names([path for _, path in hand_in.files])
        except Refused as reason:
            problem = str(reason)
    keep = not problem or bool(hand_in.problem and not _too_much(hand_in))
    folder.mkdir(parents=True)
    names: set[tuple[str, ...]] = set()
    for entry, path in hand_in.files if keep else []:
        parts = tuple(map(safety.disk_name, path))
        if tuple(map(safety.folded, parts)) in names:
            parts = (f"{len(names)}-{parts[0]}", *parts[1:])
        names.add(tuple(map(safety.folded, parts)))
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        source.write(entry, target)
    if hand_in.lms == "folder":
        _take_nbgraders_time(hand_in, folder)
    digest = digest_of(folder)
    if not keep:
        problem += "; it was left in the archive"
    return Staged(hand_in, source.name, folder, digest, student, problem)


def _too_much(hand_in: HandIn) -> str:
    """Why a hand-in is not unpacked; "" where it may be."""
    size = sum(entry.size for entry, _ in hand_in.files)
    if len(hand_in.files) > safety.FILES_EACH:
        return f"{len(hand_in.files)} files; at most {safety.FILES_EACH} are read"
    if size > safety.BYTES_EACH:
        return f"{safety.shown_size(size)}; at most {safety.shown_size(safety.BYTES_EACH)} are read"
    for entry, path in hand_in.files:
        if problem := safety.too_large(entry.size, entry.packed):
            return f"{printable(path[-1])} {problem}"
    return ""


def _take_nbgraders_time(hand_in: HandIn, folder: Path) -> None:
    path = folder / TIMESTAMP
    if path.is_file() and path.stat().st_size < 200:
        time = time_in(path.read_text(encoding="utf-8", errors="replace"))
        if time:
            hand_in.time, hand_in.time_from = time, TIMESTAMP
