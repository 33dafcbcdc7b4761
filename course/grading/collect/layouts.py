"""How an LMS lays out its archive: whose each file is, by the names that Moodle, Canvas and nbgrader write.

docs/collecting.md says where each form is documented.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from nbgrader.utils import parse_utc

from course.grading.collect.people import Clue
from course.grading.collect.sources import Entry
from course.grading.collect.worksheet import Worksheet

TYPED = "typed"  # the folder, in a hand-in, of texts that were typed into the LMS
_ARCHIVE_TIME = "the archive"


@dataclass
class HandIn:
    """What one student, or one group, handed in at one time.

    Attributes:
        lms: "moodle", "canvas", "exchange" or "folder".
        label: what the files of no other student begin with, as the archive has it.
        clue: what is known of the person.
        files: each entry, and where it lies among the student's own files.
        time: when it was handed in, with a zone; None where nothing says so.
        time_from: what says the time.
        not_after: it was handed in by then.
        late: the LMS's own flag.
        problem: why it is nobody's, where that is known already.
        remark: what a person should know, although it is somebody's.
    """

    lms: str
    label: str
    clue: Clue
    files: list[tuple[Entry, tuple[str, ...]]] = field(default_factory=list)
    time: datetime.datetime | None = None
    time_from: str = ""
    not_after: datetime.datetime | None = None
    late: bool = False
    problem: str = ""
    remark: str = ""

    def add(self, entry: Entry, path: tuple[str, ...]) -> None:
        """Take a file in; the archive has it from when it was packed, so it was handed in before."""
        self.files.append((entry, path))
        if entry.time and (self.not_after is None or entry.time > self.not_after):
            self.not_after = entry.time


@dataclass(frozen=True)
class Layout:
    """What a source holds.

    Attributes:
        hand_ins: by student and time.
        others: entries that are nobody's.
        passed_over: hand-ins for other assignments, that were left where they are.
    """

    hand_ins: list[HandIn]
    others: list[Entry]
    passed_over: int = 0


# Moodle ----------------------------------------------------------------------------------------------------------

_MOODLE = re.compile(
    r"(?P<name>.*?)(?:_(?P<id>\d+))?_assignsubmission_(?P<plugin>[a-z0-9]+)(?:_(?P<rest>.*))?", re.DOTALL
)


def moodle(entries: list[Entry], worksheet: Worksheet) -> Layout | None:
    """The hand-ins of Moodle's "download all submissions", in folders or not; None where it is none."""
    found: dict[tuple[str, str], HandIn] = {}
    others = []
    for entry in entries:
        match = _MOODLE.fullmatch(entry.parts[0])
        path = entry.parts[1:] or ((match["rest"],) if match and match["rest"] else ())
        if not match or not path:
            others.append(entry)
            continue
        name, number = match["name"], match["id"] or ""
        label = f"{name}_{number}" if number else name
        hand_in = found.setdefault((name, number), HandIn("moodle", label, Clue(name, is_name=True)))
        hand_in.add(entry, path if match["plugin"] == "file" else (TYPED, *path))
    if not found:
        return None
    for (name, number), hand_in in found.items():
        participant = worksheet.of(number, name)
        if participant:
            hand_in.clue = Clue(participant.name or name, id=participant.id, email=participant.email, is_name=True)
            hand_in.time, hand_in.late = participant.time, participant.late
            hand_in.time_from = "the grading worksheet" if participant.time else ""
    worksheet.refuse_another()
    return Layout(list(found.values()), others)


# Canvas ----------------------------------------------------------------------------------------------------------

_CANVAS = re.compile(
    r"(?:(?P<name>.+?)_)??(?:(?P<late>LATE)_)?(?P<user>\d+|anon_[A-Za-z0-9]+)_"
    r"(?:(?P<attachment>\d+)_(?P<file>.+)|(?P<typed>(?:text|link)\.html))",
    re.DOTALL,
)


def canvas(entries: list[Entry], worksheet: Worksheet) -> Layout | None:
    """The hand-ins of Canvas's "download submissions"; None where it is none."""
    found: dict[tuple[str, str], HandIn] = {}
    others = []
    number = {}
    for entry in entries:
        match = _CANVAS.fullmatch(entry.parts[0]) if len(entry.parts) == 1 else None
        if not match:
            others.append(entry)
            continue
        name, user = match["name"] or "", match["user"]
        label = "_".join(filter(None, (name, match["late"], user)))
        clue = Clue(name or user, lms_user_id=user, own=user, is_name=True)
        hand_in = found.setdefault((name, user), HandIn("canvas", label, clue))
        hand_in.late = hand_in.late or bool(match["late"])
        if user.startswith("anon_"):
            hand_in.problem = "handed in anonymously: show names in Canvas, and download again"
        number[entry] = int(match["attachment"] or 0)
        hand_in.add(entry, (match["file"],) if match["file"] else (TYPED, match["typed"]))
    if len(others) > len(number):
        return None
    for hand_in in found.values():
        hand_in.files.sort(key=lambda file: number[file[0]])  # as they were uploaded
        hand_in.files = _numbered(hand_in.files)
    return Layout(list(found.values()), others)


def _numbered(files: list[tuple[Entry, tuple[str, ...]]]) -> list[tuple[Entry, tuple[str, ...]]]:
    """Files of one name told apart as Canvas does it: ``x.ipynb``, ``x-1.ipynb``."""
    taken: set[str] = set()
    made = []
    for entry, (*folders, name) in files:
        stem, dot, suffix = name.partition(".")
        number = 0
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}{dot}{suffix}"
        taken.add(name.casefold())
        made.append((entry, (*folders, name)))
    return made


# nbgrader's exchange ---------------------------------------------------------------------------------------------

_EXCHANGE = re.compile(
    r"(?P<student>.+?)\+(?P<assignment>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d [^+]+)(?:\+(?P<random>[^+]*))?"
)


def exchange(entries: list[Entry], assignment: str) -> Layout | None:
    """The hand-ins in nbgrader's exchange, or in its folder `inbound`; None where it is none."""
    found: dict[tuple[str, ...], HandIn] = {}
    passed: set[tuple[str, ...]] = set()
    others = []
    for entry in entries:
        at = next((at for at, part in enumerate(entry.parts[:-1]) if _EXCHANGE.fullmatch(part)), None)
        if at is None:
            others.append(entry)
            continue
        folder, name = entry.parts[: at + 1], entry.parts[at]
        # a name may have a + in it, an assignment none
        match = re.fullmatch(rf"(.+)\+{re.escape(assignment)}\+([^+]+)(?:\+[^+]*)?", name)
        if not match:
            passed.add(folder)
            continue
        if folder not in found:
            time = time_in(match[2])
            says = "nbgrader's exchange" if time else ""
            clue = Clue(match[1], id=match[1])
            found[folder] = HandIn("exchange", name, clue, time=time, time_from=says)
        found[folder].add(entry, entry.parts[at + 1 :])
    if not found and not passed:
        return None
    return Layout(list(found.values()), [], len(passed))  # what else an exchange has are releases and feedback


def time_in(text: str) -> datetime.datetime | None:
    """A time as nbgrader writes it, with its zone; None where it is none."""
    try:
        return parse_utc(text.strip()).replace(tzinfo=datetime.UTC) if text.strip() else None
    except (ValueError, OverflowError):
        return None


# Which one -------------------------------------------------------------------------------------------------------


def detect(entries: list[Entry], assignment: str, worksheet: Worksheet) -> Layout | None:
    """The hand-ins of an archive that an LMS made, also if somebody has put it into a folder; None for others."""
    forms: Iterable[Callable[[list[Entry]], Layout | None]] = (
        lambda those: moodle(those, worksheet),
        lambda those: exchange(those, assignment),
        lambda those: canvas(those, worksheet),
    )
    while entries:
        for form in forms:
            layout = form(entries)
            if layout is not None:
                return layout
        inner = without_wrapper(entries)
        if inner is None:
            return None
        entries = inner
    return None


def without_wrapper(entries: list[Entry]) -> list[Entry] | None:
    """The entries without the one folder that all of them lie in; None where there is no such folder."""
    first = entries[0].parts[0]
    if any(len(entry.parts) < 2 or entry.parts[0] != first for entry in entries):
        return None
    return [
        Entry(entry.path, entry.parts[1:], entry.size, entry.packed, entry.time, entry.handle) for entry in entries
    ]
