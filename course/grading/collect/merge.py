"""What becomes of hand-ins: which counts, what is new since last time, what stays because a person put it there."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from course.grading.collect.build import Built, NoNotebook, build, digest_of, printable, write_time
from course.grading.collect.contents import Masters
from course.grading.collect.layouts import time_in
from course.grading.collect.placing import Move
from course.grading.collect.plain import TIMESTAMP
from course.grading.collect.safety import disk_name
from course.grading.collect.staging import Staged
from course.grading.collected import ASIDE, HAND, Aside, Attempt, files_of, folder_of, read_record
from course.grading.settings import CourseFolder

NEW, UPDATED, UNCHANGED, OLDER, BY_HAND = "new", "updated", "unchanged", "older", "by hand"
REASON = "REASON.txt"
_LONG_AGO = datetime.datetime.min.replace(tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Result:
    """How a student's submission stands after collecting.

    Attributes:
        student: id.
        status: NEW, UPDATED, UNCHANGED, OLDER (what came is older than what counts), or BY_HAND (what lies in
            submitted/ was put or changed there by hand, and stays).
        attempt: the latest.
        attempts: how many there are.
        notes: what a person should know.
    """

    student: str
    status: str
    attempt: Attempt
    attempts: int
    notes: tuple[str, ...] = ()


@dataclass
class Merge:
    """Merges staged hand-ins into what was collected before.

    Attributes:
        course: the course folder.
        assignment: its name.
        masters: its notebooks.
        stage: the folder to work in.
        replacing: students whose submission is replaced although somebody put or changed it by hand.
        moves: what has to be put in place.
        attempts: all, as they will be.
        aside: likewise.
        fresh: what was set aside in this run, or was again.
        results: one a student who was in the archives.
    """

    course: CourseFolder
    assignment: str
    masters: Masters
    stage: Path
    replacing: Collection[str] = ()
    moves: list[Move] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    aside: dict[str, Aside] = field(default_factory=dict)
    fresh: list[Aside] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.attempts, aside = read_record(self.course, self.assignment)
        self.aside = {each.folder: each for each in aside}
        self._home = folder_of(self.course, self.assignment)
        self._number = 0

    def add(self, staged: list[Staged]) -> None:
        """Merge hand-ins; what is nobody's submission is set aside."""
        by_student: dict[str, list[Staged]] = {}
        for each in staged:
            if each.student and not each.problem:
                by_student.setdefault(each.student, []).append(each)
            else:
                self._set_aside(each, each.problem)
        for student in sorted(by_student):
            self._add_student(student, by_student[student])

    # One student -------------------------------------------------------------------------------------------------

    def _add_student(self, student: str, those: list[Staged]) -> None:
        before = [each for each in self.attempts if each.student == student]
        now, made = list(before), {}
        for staged in sorted(those, key=lambda each: _order(each.hand_in.time, each.hand_in.not_after)):
            same = self._same(staged, now)
            if same is not None:
                now[now.index(same)] = _completed(same, staged)
                self._no_longer_aside(staged)
                continue
            number = max((each.number for each in now), default=0) + 1
            attempt = _attempt_of(staged, self.assignment, number)
            try:
                built = self._build(staged.folder, attempt)
            except NoNotebook as reason:
                self._set_aside(staged, str(reason))
                continue
            first = min(built[0].notebooks.values())
            paths = {tuple(map(disk_name, path)): entry.path for entry, path in staged.hand_in.files}
            origin = paths.get(first, attempt.origin)
            remarks = [staged.hand_in.remark] if staged.hand_in.remark else []
            now.append(replace(attempt, notes=(*remarks, *built[0].notes), origin=origin))
            made[number] = built
            self.moves.append(Move(staged.folder, files_of(self.course, attempt)))
            self._no_longer_aside(staged)
        if now:
            now, result = self._choose(student, before, now, made)
            self.results.append(result)
            self.attempts = [each for each in self.attempts if each.student != student] + now

    def _build(self, raw: Path, attempt: Attempt) -> tuple[Built, Path]:
        self._number += 1
        target, scratch = self.stage / "built" / str(self._number), self.stage / "scratch" / str(self._number)
        scratch.mkdir(parents=True)
        built = build(raw, target, self.masters, attempt.lms, scratch)
        shutil.rmtree(scratch)
        write_time(target, attempt.time)
        return built, target

    def _same(self, staged: Staged, attempts: list[Attempt]) -> Attempt | None:
        """The attempt that a hand-in is, if it was collected before; not one that another has replaced since."""
        same = [each for each in attempts if each.digest == staged.digest and each.lms != HAND]
        if not same:
            return None
        latest = max((each for each in attempts if each.lms != HAND), key=_order_of)
        came = _order(staged.hand_in.time, staged.hand_in.not_after)
        return same[-1] if latest in same or came <= _order(latest.time, latest.not_after) else None

    def _choose(
        self, student: str, before: list[Attempt], now: list[Attempt], made: dict[int, tuple[Built, Path]]
    ) -> tuple[list[Attempt], Result]:
        """Let the latest count, unless a person has put something else into submitted/."""
        target = self.course.step("submitted") / student / self.assignment
        used = next((each for each in before if each.used), None)
        latest = max((each for each in now if each.lms != HAND), key=_order_of)
        there = digest_of(target)
        is_ours = not there or (used is not None and there == used.placed)
        came = len(now) > len(before)
        if used and latest.number == used.number and is_ours and there:
            if latest.time != used.time:  # a worksheet says it now
                latest = self._place(latest, made, target)
                return _marked(now, latest), Result(student, UPDATED, latest, len(now), ("its time is known now",))
            status = OLDER if came else UNCHANGED
            return _marked(now, latest), Result(student, status, latest, len(now), _notes(latest, status))
        if is_ours:
            status = UPDATED if used and there else NEW
            latest = self._place(latest, made, target)
            return _marked(now, latest), Result(student, status, latest, len(now), _notes(latest, status))
        built = made.get(latest.number) or self._build(files_of(self.course, latest), latest)
        if digest_of(built[1], but_time=True) == digest_of(target, but_time=True):
            latest = replace(latest, placed=there, used=True)
            status = NEW if latest.number in made else UNCHANGED
            return _marked(now, latest), Result(student, status, latest, len(now), _notes(latest, status))
        if student in self.replacing:
            kept = self._by_hand(student, target, max(each.number for each in now) + 1)
            latest = self._place(latest, made | {latest.number: built}, target, keep=files_of(self.course, kept))
            note = f"what lay in {self.course.relative(target)} is attempt {kept.number} now"
            now = [*now, kept]
            return _marked(now, latest), Result(student, UPDATED, latest, len(now), (*latest.notes, note))
        changed = "changed" if used else "put there"
        note = (
            f"{self.course.relative(target)} was {changed} by hand and stays; what was handed in is "
            f"{self.course.relative(files_of(self.course, latest))}: --replace {student} takes that"
        )
        still = [replace(each, used=False, placed="") for each in now] if not used else now
        return still, Result(student, BY_HAND, latest, len(now), (*latest.notes, note))

    def _place(
        self, attempt: Attempt, made: dict[int, tuple[Built, Path]], target: Path, keep: Path | None = None
    ) -> Attempt:
        """Have an attempt put into submitted/."""
        built = made.get(attempt.number) or self._build(files_of(self.course, attempt), attempt)
        self.moves.append(Move(built[1], target, keep))
        return replace(attempt, placed=digest_of(built[1]))

    def _by_hand(self, student: str, target: Path, number: int) -> Attempt:
        path = target / TIMESTAMP
        time = time_in(path.read_text(encoding="utf-8", errors="replace")) if path.is_file() else None
        where = self.course.relative(target)
        return Attempt(
            student, self.assignment, time, False, HAND, "submitted", where, False, number,
            time_from=TIMESTAMP if time else "", digest=digest_of(target), notes=("put or changed by hand",),
        )  # fmt: skip

    # Aside -------------------------------------------------------------------------------------------------------

    def _set_aside(self, staged: Staged, reason: str) -> None:
        label = staged.hand_in.label
        entry = Aside(staged.aside_name, printable(label), reason, staged.archive, staged.student)
        if any(each.folder == entry.folder for each in self.fresh):
            return  # another archive had it, too
        self.fresh.append(entry)
        before = self.aside.get(entry.folder)
        self.aside[entry.folder] = entry
        target = self._home / ASIDE / entry.folder
        text = f"{entry.label}, in {entry.archive}\n{reason}\n"
        if before is None or not target.is_dir():
            (staged.folder / REASON).write_text(text, encoding="utf-8")
            self.moves.append(Move(staged.folder, target))
        elif before != entry:
            path = staged.folder / REASON
            path.write_text(text, encoding="utf-8")
            self.moves.append(Move(path, target / REASON))

    def _no_longer_aside(self, staged: Staged) -> None:
        """What lay aside and is somebody's submission now lies among the attempts."""
        entry = self.aside.pop(staged.aside_name, None)
        if entry is not None:
            self.moves.append(Move(None, self._home / ASIDE / entry.folder))


def _attempt_of(staged: Staged, assignment: str, number: int) -> Attempt:
    hand_in = staged.hand_in
    origins = tuple(entry.path for entry, _ in hand_in.files)
    return Attempt(
        staged.student, assignment, hand_in.time, hand_in.late, hand_in.lms, staged.archive, origins[0], False,
        number=number, time_from=hand_in.time_from, not_after=hand_in.not_after, origins=origins,
        digest=staged.digest, label=hand_in.label,
    )  # fmt: skip


def _completed(attempt: Attempt, staged: Staged) -> Attempt:
    """An attempt with what another archive of the same files says besides."""
    hand_in = staged.hand_in
    times = [time for time in (attempt.not_after, hand_in.not_after) if time]
    made = replace(attempt, not_after=min(times, default=None))
    if hand_in.lms != attempt.lms:
        return made
    if hand_in.lms == "canvas" or hand_in.time_from:
        made = replace(made, late=hand_in.late)
    if attempt.time is None and hand_in.time is not None:
        made = replace(made, time=hand_in.time, time_from=hand_in.time_from)
    return made


def _order(time: datetime.datetime | None, not_after: datetime.datetime | None) -> datetime.datetime:
    return time or not_after or _LONG_AGO


def _order_of(attempt: Attempt) -> tuple[datetime.datetime, int]:
    return _order(attempt.time, attempt.not_after), attempt.number


def _marked(attempts: list[Attempt], latest: Attempt) -> list[Attempt]:
    """The attempts, of which one counts."""
    return [
        replace(latest, used=True) if each.number == latest.number else replace(each, used=False, placed="")
        for each in attempts
    ]


def _notes(attempt: Attempt, status: str) -> tuple[str, ...]:
    return ("what came is older than what counts",) if status == OLDER else attempt.notes
