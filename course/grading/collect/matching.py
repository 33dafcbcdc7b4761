"""Whose hand-ins are, all of an archive together: two people of one name are never told apart by a guess."""

from __future__ import annotations

from dataclasses import replace

from course.grading.collect.contents import printable
from course.grading.collect.layouts import HandIn
from course.grading.collect.people import Clue, Match, People, Unknown
from course.grading.collected import ASIDE
from course.grading.roster import why_no_folder


def members(hand_in: HandIn, people: People) -> list[HandIn]:
    """A hand-in for each student that somebody said it is of; itself where nobody said anything."""
    told = people.told(hand_in.label, hand_in.clue.text)
    return [replace(hand_in, clue=Clue(student, id=student, own=student), problem="") for student in told] or [
        hand_in
    ]


def match(hand_ins: list[HandIn], people: People) -> dict[int, str]:
    """The student of each hand-in, by its object's id; the others have their problem said."""
    found: dict[int, Match] = {}
    for hand_in in hand_ins:
        if hand_in.problem:
            continue
        try:
            who = people.find(hand_in.clue)
        except Unknown as reason:
            hand_in.problem = str(reason)
            continue
        if why_no_folder(who.student) or who.student.casefold() == ASIDE:
            hand_in.problem = f"{who.student!r} can't be the name of a student's folder"
        else:
            found[id(hand_in)] = who
            if hand_in.lms == "canvas" and not people.is_called(who.student, hand_in.clue.text):
                hand_in.remark = (
                    f"handed in as {hand_in.clue.text!r}: a group? --known-as {hand_in.label}=ID,ID,… if so"
                )
    by_student: dict[str, list[HandIn]] = {}
    for hand_in in hand_ins:
        if id(hand_in) in found:
            by_student.setdefault(found[id(hand_in)].student, []).append(hand_in)
    for student, those in by_student.items():
        for hand_in in _doubtful(those, found, people):
            del found[id(hand_in)]
            others = sorted({printable(each.label) for each in those} - {printable(hand_in.label)})
            hand_in.problem = f"it could be {student}, and so could {', '.join(others[:3])}"
    return {key: who.student for key, who in found.items()}


def _doubtful(those: list[HandIn], found: dict[int, Match], people: People) -> list[HandIn]:
    """Of an archive's hand-ins that all came out as one student those that may be another of the same name."""
    if len({hand_in.label for hand_in in those}) < 2 or those[0].lms == "exchange":
        return []
    if people.roster:
        sure = [each for each in those if not found[id(each)].is_by_name]
    else:
        sure = [each for each in those if each.clue.text.strip() == found[id(each)].student]
    exact = [each for each in those if found[id(each)].how == "name"]
    if not sure and len(exact) == 1:  # the others have a part of the name only
        sure = exact
    return [each for each in those if each not in sure]
