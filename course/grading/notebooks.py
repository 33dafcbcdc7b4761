"""Reading notebooks that people and tools have had their hands on, and the roles of their cells."""

from __future__ import annotations

import json
import mmap
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from course.grading.errors import CourseError
from course.grading.mending import mend

NEWEST_MAJOR = nbformat.current_nbformat
MUCH = 1 << 20  # bytes of a file whose outputs are left unread
MOST = 50_000_000  # bytes of a file without its outputs
_HALF_A_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")  # or a whole one
# a string, also one that is cut off; possessive here and below: it must neither remember nor go back
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
_TOKEN = re.compile(_STRING + rb"|[][{}]", re.DOTALL)
_BRACKET = re.compile(rb"(?:[^][{}\"]++|" + _STRING + rb")*+([][{}])", re.DOTALL)  # and all before it


def read_notebook(path: Path, shown: str, *, outputs: bool = True) -> NotebookNode:
    """Read a notebook and bring it to version 4.

    Args:
        path: the file.
        shown: how messages name it.
        outputs: whether to read them; without them, outputs of any size take little memory, and what tools
            left out of cells, or put into them, is mended.

    Raises:
        CourseError: the file can't be read, is not JSON, not a notebook, damaged, too large, or of a newer format.
    """
    try:
        raw = path.read_bytes() if outputs or path.stat().st_size < MUCH else without_outputs(path)
        if not outputs and len(raw) > MOST:
            raise CourseError(
                f"{shown}: {len(raw) / 1e6:.0f} MB even without its outputs; too large for a notebook"
            )
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CourseError(f"{shown}: not a text file in UTF-8 (byte {error.start})") from None
    except OSError as error:
        raise CourseError(f"{shown}: can't be read: {error.strerror}") from None
    if not text.strip():
        raise CourseError(f"{shown}: the file is empty")
    try:
        content = json.loads(text)
        if _HALF_A_CHARACTER.search(text):  # which JSON can have and UTF-8 can't: it becomes a question mark
            content = json.loads(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        where = "too deep" if isinstance(error, RecursionError) else "a number of thousands of digits"
        if isinstance(error, json.JSONDecodeError):
            where = f"line {error.lineno}: {error.msg}"
        raise CourseError(
            f"{shown}: not JSON ({where}); was the file cut off, or saved as something else?"
        ) from None
    return _as_version_4(content, shown, mended=not outputs)


def without_outputs(path: Path) -> bytes:
    """A notebook file with every list of outputs emptied, without holding the rest in memory.

    Args:
        path: of JSON; what is none comes back in pieces that are none either.
    """
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        kept, at = [], 0
        depth, inside = 0, -1  # how deep in brackets, and at what depth the list of outputs began
        last, position = b"", 0
        while token := (_TOKEN.search if inside < 0 else _BRACKET.match)(content, position):
            position = token.end()
            first = content[token.start() : token.start() + 1] if inside < 0 else token[1]
            if first in b"[{":
                if first == b"[" and inside < 0 and last == b'"outputs"':
                    kept.append(content[at:position])
                    inside = depth
                depth += 1
            elif first in b"]}":
                depth -= 1
                if depth == inside:
                    at, inside = position - 1, -1
            last = b"" if position - token.start() > 16 else token[0]
        kept.append(content[at:] if inside < 0 else b"")
    return b"".join(kept)


def _as_version_4(content: Any, shown: str, *, mended: bool) -> NotebookNode:
    if not isinstance(content, dict) or not isinstance(content.get("nbformat"), int):
        raise CourseError(f"{shown}: JSON, but not a notebook (it has no nbformat number)")
    major = content["nbformat"]
    if major > NEWEST_MAJOR:
        raise CourseError(
            f"{shown}: notebook format {major}, newer than the {NEWEST_MAJOR} this nbformat reads; "
            "save it in the older format, or upgrade nbformat"
        )
    try:
        if mended and major == NEWEST_MAJOR:
            mend(content)
        if major == NEWEST_MAJOR:  # what nbformat.reads does, but for a check that only logs
            notebook = v4.to_notebook_json(content)
        else:
            notebook = nbformat.reads(json.dumps(content), as_version=NEWEST_MAJOR)
        if mended and major < NEWEST_MAJOR:
            mend(notebook)
            notebook = nbformat.from_dict(notebook)
        nbformat.validate(notebook)
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise CourseError(f"{shown}: not a valid notebook: {reason[:160]}") from None
    return notebook


@dataclass(frozen=True)
class Role:
    """What a cell is for.

    Attributes:
        kind: "solution", "check", "hidden", "think", "locked" or "other".
        exercise: the id that solution, check and hidden cell of one exercise share; "" for others.
    """

    kind: str
    exercise: str = ""


def _nbgrader(cell: NotebookNode) -> dict[str, Any]:
    """nbgrader's metadata of a cell; {} where it has none, or what no nbgrader has written."""
    found = cell.metadata.get("nbgrader")
    return found if isinstance(found, dict) else {}


def grade_id(cell: NotebookNode) -> str | None:
    """The nbgrader id of a cell, if it has one."""
    found = _nbgrader(cell).get("grade_id")
    return found if isinstance(found, str) else None


def role(cell: NotebookNode) -> Role:
    """What a cell is for, by its nbgrader metadata."""
    meta, name = _nbgrader(cell), grade_id(cell)
    if name is None:
        return Role("other")
    if meta.get("task"):
        return Role("think")
    if meta.get("grade") and not meta.get("solution"):
        for kind in ("check", "hidden"):
            if name.startswith(f"{kind}_"):
                return Role(kind, name.removeprefix(f"{kind}_"))
        return Role("test")
    if meta.get("solution"):
        return Role("solution", name)
    return Role("locked")


def is_graded(cell: NotebookNode) -> bool:
    """Whether the cell has points: a test, a task, or an answer marked by hand."""
    meta = _nbgrader(cell)
    return bool(meta.get("grade") or meta.get("task"))
