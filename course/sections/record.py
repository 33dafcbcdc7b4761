"""What a student said of a section, as it stands in a file beside the notebook and in the notebook's outputs.

Whoever reads it reads a student's file: anything may be in it, and what is no answer is counted and left out.
"""

from __future__ import annotations

import datetime
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MEDIA_TYPE = "application/vnd.gradient-course.section+json"
SUFFIX = ".feedback.json"  # behind the notebook's name
VERSION = 1
DIFFICULTY = ("too easy", "about right", "too hard")
CLARITY = ("unclear", "partly clear", "clear")
LONGEST = 500  # characters of a comment
LARGEST = 1_000_000  # bytes of a file
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


@dataclass(frozen=True)
class Answer:
    """What a student said of one section.

    Attributes:
        title: of the section, as the student saw it.
        difficulty: one of DIFFICULTY; "" for nothing said.
        clarity: one of CLARITY; "" for nothing said.
        comment: in one line; "" for nothing said.
        time: when, in UTC, as ISO 8601 writes it.
    """

    title: str
    difficulty: str = ""
    clarity: str = ""
    comment: str = ""
    time: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said, also where something was said before and taken back."""
        return not (self.difficulty or self.clarity or self.comment)


Answers = dict[str, Answer]  # by section


def now() -> str:
    """The time, as answers have it."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def one_line(text: str) -> str:
    """A comment as it is kept: in one line, and not longer than a comment may be."""
    return " ".join(text[: 4 * LONGEST].split())[:LONGEST].rstrip()


def newest(*several: Mapping[str, Answer]) -> Answers:
    """Of each section what was said last; of the same second what comes later here."""
    found: Answers = {}
    for answers in several:
        for section, answer in answers.items():
            if section not in found or answer.time >= found[section].time:
                found[section] = answer
    return found


# Writing ---------------------------------------------------------------------------------------------------------


def as_output(notebook: str, section: str, answer: Answer) -> dict[str, Any]:
    """An answer as it stands in an output."""
    return {"version": VERSION, "notebook": notebook, "section": section, **asdict(answer)}


def write_file(path: Path, notebook: str, answers: Mapping[str, Answer]) -> None:
    """Write all answers to a notebook into its file: whole, or not at all.

    Raises:
        OSError: it can't be written.
    """
    content = {
        "version": VERSION,
        "notebook": notebook,
        "sections": {section: asdict(answer) for section, answer in answers.items()},
    }
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        os.replace(beside, path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


# Reading ---------------------------------------------------------------------------------------------------------


def read_file(path: Path, notebook: str) -> tuple[Answers, int]:
    """The answers in a notebook's file; none where there is no file.

    Returns:
        the answers, and how many could not be read.
    """
    try:
        if path.is_symlink() or not path.is_file():
            return {}, 0
        if path.stat().st_size > LARGEST:
            return {}, 1
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}, 1
    return _answers(content, notebook)


def _answers(content: Any, notebook: str) -> tuple[Answers, int]:
    sections = content.get("sections") if _is_of(content, notebook) else None
    if not isinstance(sections, dict):
        return {}, 1
    read = {section: _answer(entry) for section, entry in sections.items()}
    found = {section: answer for section, answer in read.items() if answer is not None}
    return found, len(read) - len(found)


def read_outputs(content: Any, notebook: str) -> tuple[Answers, int]:
    """The answers in a notebook's outputs.

    Args:
        content: a notebook, as JSON has it.
        notebook: its name, as it was released.

    Returns:
        the answers, and how many could not be read.
    """
    found: Answers = {}
    damaged = 0
    for entry in _entries(content):
        answer = _answer(entry) if _is_of(entry, notebook) else None
        section = entry.get("section") if answer else None
        if answer is None or not isinstance(section, str):
            damaged += 1
        else:
            found = newest(found, {section: answer})
    return found, damaged


def _entries(content: Any) -> Iterator[Any]:
    for cell in _list(content, "cells"):
        for output in _list(cell, "outputs"):
            data = output.get("data") if isinstance(output, dict) else None
            if isinstance(data, dict) and MEDIA_TYPE in data:
                yield _parsed(data[MEDIA_TYPE])


def _list(found: Any, name: str) -> list[Any]:
    value = found.get(name) if isinstance(found, dict) else None
    return value if isinstance(value, list) else []


def _parsed(entry: Any) -> Any:
    """JSON that a tool has saved as text, in one piece or in lines."""
    if isinstance(entry, list) and all(isinstance(line, str) for line in entry):
        entry = "".join(entry)
    if isinstance(entry, str):
        try:
            return json.loads(entry)
        except (ValueError, RecursionError):
            return None
    return entry


def _is_of(content: Any, notebook: str) -> bool:
    return isinstance(content, dict) and content.get("version") == VERSION and content.get("notebook") == notebook


def _answer(entry: Any) -> Answer | None:
    if not isinstance(entry, dict):
        return None
    title, comment, time = (entry.get(name) for name in ("title", "comment", "time"))
    difficulty, clarity = entry.get("difficulty"), entry.get("clarity")
    if not (isinstance(title, str) and isinstance(comment, str) and isinstance(time, str)):
        return None
    if not (difficulty in ("", *DIFFICULTY) and clarity in ("", *CLARITY) and _TIME.fullmatch(time)):
        return None
    return Answer(title[:LONGEST], difficulty, clarity, one_line(comment), time)
