"""What students said of the sections of their notebooks, read from submitted/, whatever they have made of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from course.grading.section_cells import sections_of
from course.grading.settings import CourseFolder
from course.grading.submissions import copy_of, find_submissions
from course.sections.record import MEDIA_TYPE, Answer, Answers, newest, read_file, read_outputs

LARGEST = 100_000_000  # bytes of a notebook whose outputs are looked at
_FEEDBACK = re.compile(
    r"(?P<stem>.+?)\.feedback(?P<copy> ?\(\d+\)|-\d+)?\.json(?:\.txt)?", re.IGNORECASE | re.DOTALL
)


def feedback_stem(name: str) -> str:
    """What a feedback file's name has in the place of the notebook's, with the number of a copy; "" for others."""
    found = _FEEDBACK.fullmatch(name)
    return found["stem"] + (found["copy"] or "") if found else ""


@dataclass
class Said:
    """What was said of one section.

    Attributes:
        notebook: name.
        title: the section's.
        answers: by student; of those who said something.
    """

    notebook: str
    title: str
    answers: dict[str, Answer] = field(default_factory=dict)

    def difficulty(self) -> Counter[str]:
        """How many chose what."""
        return Counter(each.difficulty for each in self.answers.values() if each.difficulty)

    def clarity(self) -> Counter[str]:
        """How many chose what."""
        return Counter(each.clarity for each in self.answers.values() if each.clarity)

    def comments(self) -> list[tuple[str, str]]:
        """Student and what they wrote, by student."""
        return sorted((student, each.comment) for student, each in self.answers.items() if each.comment)


@dataclass
class AllSaid:
    """What was said of an assignment.

    Attributes:
        sections: all, in order.
        students: how many said something.
        damaged: answers and files that can't be read.
        elsewhere: answers to sections that the notebooks do not have, or no longer.
    """

    sections: list[Said] = field(default_factory=list)
    students: int = 0
    damaged: int = 0
    elsewhere: int = 0

    @property
    def answered(self) -> list[Said]:
        """Sections of which something was said."""
        return [section for section in self.sections if section.answers]


def read_said(course: CourseFolder, assignment: str, masters: Mapping[str, NotebookNode]) -> AllSaid:
    """Read what was said: in the files beside notebooks and in the notebooks' outputs, of each the newer.

    Args:
        course: the course folder.
        assignment: name.
        masters: by name.
    """
    places = {
        (name, section.id): Said(name, section.title)
        for name, master in masters.items()
        for section in sections_of(master)
    }
    made = AllSaid(list(places.values()))
    for submission in find_submissions(course, assignment) if places else ():
        read: dict[str, Answers] = {}
        for name, answers, damaged in _read(submission.folder, masters):
            read[name] = newest(read.get(name, {}), answers)
            made.damaged += damaged
        said = {(name, section): each for name, its in read.items() for section, each in its.items()}
        said = {where: each for where, each in said.items() if not each.is_empty}
        made.elsewhere += len(said.keys() - places.keys())
        for where in said.keys() & places.keys():
            places[where].answers[submission.student] = said[where]
        made.students += not said.keys().isdisjoint(places)
    return made


def _read(folder: Path, masters: Mapping[str, NotebookNode]) -> Iterator[tuple[str, Answers, int]]:
    """Notebook, answers and how many are damaged, of each file that may have some; those in files come last."""
    paths = sorted(path for path in folder.iterdir() if path.is_file() and not path.is_symlink())
    for path in paths:
        copy = copy_of(path.stem, masters) if path.suffix.lower() == ".ipynb" else None
        if copy:
            yield copy[0], *_in_outputs(path, copy[0])
    for path in paths:
        stem = feedback_stem(path.name)
        copy = copy_of(stem, masters) if stem else None
        if copy:
            yield copy[0], *read_file(path, copy[0])


def _in_outputs(path: Path, notebook: str) -> tuple[Answers, int]:
    try:
        if path.stat().st_size > LARGEST:
            return {}, 1
        content = path.read_bytes()
        if MEDIA_TYPE.encode() not in content:
            return {}, 0
        return read_outputs(json.loads(content), notebook)
    except (OSError, ValueError, RecursionError):
        return {}, 1
