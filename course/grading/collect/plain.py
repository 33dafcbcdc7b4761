"""Folders that people make: a folder or a file a student, nbgrader's submitted/, the homes of a JupyterHub."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection
from dataclasses import dataclass

from course.grading.collect.layouts import HandIn, Layout, without_wrapper
from course.grading.collect.people import Clue, Match, People, Unknown
from course.grading.collect.sources import Entry
from course.grading.submissions import copy_of

_WRAPPERS = {"submitted", "submissions", "inbound"}
TIMESTAMP = "timestamp.txt"  # what nbgrader writes beside the notebooks


@dataclass(frozen=True)
class Wanted:
    """What is looked for.

    Attributes:
        assignment: its name.
        notebooks: the names of its notebooks.
        others: names of the course's other assignments.
        people: the students.
    """

    assignment: str
    notebooks: Collection[str]
    others: Collection[str]
    people: People


def plain(entries: list[Entry], wanted: Wanted) -> Layout:
    """The hand-ins of a folder, each folder or file in it a student's; or of the one folder that is in it."""
    made = _read(entries, wanted)
    inner = without_wrapper(entries) if entries else None
    while inner:
        deeper = _read(inner, wanted)
        wrapper = inner[0].path.replace("\\", "/").split("/")[-len(inner[0].parts) - 1]
        is_wrapper = wrapper.casefold() in _WRAPPERS or wrapper == wanted.assignment
        if _known(deeper, wanted) > _known(made, wanted) - is_wrapper:
            made = deeper
        inner = without_wrapper(inner)
    _take_times_of_files(made.hand_ins)
    return made


def _known(layout: Layout, wanted: Wanted) -> int:
    """How many students a reading finds; where anybody may be one, how many folders it begins with."""
    if wanted.people.roster:
        return sum(_whose(hand_in.clue, wanted) is not None for hand_in in layout.hand_ins)
    return sum(not hand_in.problem for hand_in in layout.hand_ins)


def _whose(clue: Clue, wanted: Wanted) -> Match | None:
    try:
        return wanted.people.find(clue)
    except Unknown:
        return None


def _read(entries: list[Entry], wanted: Wanted) -> Layout:
    folders: dict[str, list[Entry]] = {}
    loose: dict[str, HandIn] = {}
    for entry in entries:
        if len(entry.parts) > 1:
            folders.setdefault(entry.parts[0], []).append(entry)
        else:
            _add_file(loose, entry, wanted)
    hand_ins, passed = list(loose.values()), 0
    for name, those in folders.items():
        chosen, is_other = _of_assignment(those, wanted)
        if chosen:
            hand_in = HandIn("folder", name, Clue(name))
            for entry, path in chosen:
                hand_in.add(entry, path)
            hand_ins.append(hand_in)
        passed += is_other
    return Layout(hand_ins, [], passed)


def _of_assignment(those: list[Entry], wanted: Wanted) -> tuple[list[tuple[Entry, tuple[str, ...]]], bool]:
    """A student's files for the assignment, which have a folder of its name or lie there at once."""
    inside = [
        (entry, entry.parts[at + 1 :])
        for entry in those
        for at in [_index(entry.parts[:-1], wanted.assignment)]
        if at is not None
    ]
    if inside:
        return inside, False
    own = [entry for entry in those if not set(entry.parts[1:-1]) & set(wanted.others)]
    return [(entry, entry.parts[1:]) for entry in own], not own


def _index(folders: tuple[str, ...], name: str) -> int | None:
    return next((at for at, folder in enumerate(folders) if at > 0 and folder == name), None)


_AT_ONCE = datetime.timedelta(minutes=10)


def _take_times_of_files(hand_ins: list[HandIn]) -> None:
    """A file's own time is when it was last saved, which is all that a folder knows, or when all were copied."""
    times = [hand_in.not_after for hand_in in hand_ins if hand_in.not_after]
    if len(times) > 2 and max(times) - min(times) < _AT_ONCE:
        return
    for hand_in in hand_ins:
        if hand_in.not_after:
            hand_in.time, hand_in.time_from = hand_in.not_after, "the file's time"


# Files that bear a student's name ---------------------------------------------------------------------------------

_SUFFIXES = re.compile(
    r"(?:\.ipynb|\.feedback(?: ?\(\d+\))?)?"  # the last is what a student said of sections
    r"(?:\.(?:ipynb|zip|tar\.gz|tgz|html?|txt|json|pdf|py|md|csv|docx?|xlsx?|png|jpe?g))?$",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[ _-]*[_-][ _-]*| +")


def _add_file(loose: dict[str, HandIn], entry: Entry, wanted: Wanted) -> None:
    name = entry.parts[0]
    stem = _SUFFIXES.sub("", name) or name
    who, notebook = _split(stem, wanted)
    key = who or name
    if key not in loose:
        loose[key] = HandIn("folder", name, Clue(who))
        if not who:
            loose[
                key
            ].problem = "its name says no student; name it ID_NOTEBOOK.ipynb, or put it into a folder named ID"
    suffix = name[len(stem) :] or ""
    loose[key].add(entry, (f"{notebook}{suffix}",) if notebook else (name,))


def _split(stem: str, wanted: Wanted) -> tuple[str, str]:
    """Whose file it is, and which notebook by its name; "" for what it does not say."""
    notebooks = dict.fromkeys(wanted.notebooks)
    if copy_of(stem, notebooks):
        return "", stem
    candidates = [(stem, "")]
    for gap in _BREAK.finditer(stem):
        before, after = stem[: gap.start()], stem[gap.end() :]
        if before and copy_of(after, notebooks):
            candidates.append((before, after))
        if after and copy_of(before, notebooks):
            candidates.append((after, before))
    with_notebook = candidates[1:]
    if not wanted.people.roster:
        return with_notebook[0] if with_notebook else candidates[0]
    for who, notebook in [*with_notebook, candidates[0]]:
        if _whose(Clue(who), wanted):
            return who, notebook
    return with_notebook[0] if with_notebook else (_part_of(stem, wanted), "")


def _part_of(stem: str, wanted: Wanted) -> str:
    """The beginning or end of a file's name that is a student; the whole name where none is."""
    for gap in _BREAK.finditer(stem):
        for who in (stem[: gap.start()], stem[gap.end() :]):
            match = _whose(Clue(who), wanted) if who else None
            if match and match.how != "part of the name":
                return who
    return stem
