"""Reads a student's notebook with the standard library alone, and says in words why one can't be read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SHOWN = 44  # characters of a cell's first line, where a message shows it
DOWNLOAD = "take the notebook itself: in Colab File, Download, Download .ipynb; in JupyterLab File, Download"


class NotebookError(Exception):
    """A file can't be validated; the message says why and what to do."""


@dataclass(frozen=True, eq=False)
class Cell:
    """A cell of a student's notebook.

    Attributes:
        number: from 1.
        kind: "code", "markdown" or "raw".
        source: its text.
        metadata: as in the file.
        ids: its cell id, where nbformat has it and where Colab puts it.
        has_files: whether pictures or other files hang on it.
    """

    number: int
    kind: str
    source: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()
    has_files: bool = False

    @property
    def grade_id(self) -> str:
        """The id by which nbgrader knows it; "" where it has none."""
        found = self._nbgrader().get("grade_id")
        return found if isinstance(found, str) else ""

    @property
    def role(self) -> str:
        """ "solution", "check", "hidden", "think", "locked"; "" for a cell that nbgrader does not know."""
        return role_of(self._nbgrader())

    @property
    def points(self) -> float:
        """What it is worth."""
        found = self._nbgrader().get("points")
        return found if isinstance(found, int | float) else 0

    @property
    def tags(self) -> list[str]:
        """Its tags."""
        found = self.metadata.get("tags")
        return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []

    @property
    def shown(self) -> str:
        """How a message names it: cells have no visible numbers, so by its first line that says something."""
        lines = [line.strip() for line in self.source.splitlines() if line.strip()]
        telling = next((line for line in lines if not line.startswith("#")), lines[0] if lines else "")
        if len(telling) > SHOWN:
            telling = telling[: SHOWN - 1].rstrip() + "…"
        return f"cell {self.number} (“{telling}”)" if telling else f"cell {self.number} (empty)"

    def _nbgrader(self) -> Mapping[str, Any]:
        found = self.metadata.get("nbgrader")
        return found if isinstance(found, dict) else {}


def role_of(nbgrader: Mapping[str, Any]) -> str:
    """What a cell is for, by nbgrader's metadata; "" where it has none.

    Args:
        nbgrader: the metadata.
    """
    name = nbgrader.get("grade_id")
    if not isinstance(name, str):
        return ""
    if nbgrader.get("task"):
        return "think"
    if nbgrader.get("solution"):
        return "solution"
    if nbgrader.get("grade"):
        return "check" if name.startswith("check_") else "hidden"
    return "locked"


@dataclass(frozen=True)
class Notebook:
    """A student's notebook.

    Attributes:
        path: of the file.
        cells: all of them.
        record: what release has written into its metadata; {} where that is gone.
    """

    path: Path
    cells: list[Cell]
    record: Mapping[str, Any]

    @property
    def is_courses(self) -> bool:
        """Whether it is one of the course's."""
        return bool(self.record) or any(cell.grade_id for cell in self.cells)


def read(path: Path) -> Notebook:
    """Read a notebook.

    Args:
        path: the file.

    Raises:
        NotebookError: it can't be read, or is no notebook.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise NotebookError(f"it can't be read: {error.strerror}") from None
    content = _parse(raw)
    if not isinstance(content, dict) or not isinstance(content.get("nbformat"), int):
        raise NotebookError(f"this is not a notebook, although it is JSON; {DOWNLOAD}")
    if "worksheets" in content or content["nbformat"] < 4:
        raise NotebookError("it has the notebook format of 2014; open it in JupyterLab or Colab and save it")
    cells = content.get("cells")
    if content["nbformat"] > 4 or not isinstance(cells, list):
        raise NotebookError("its format is not known here; open it in JupyterLab or Colab and save it")
    metadata = content.get("metadata")
    record = metadata.get("course") if isinstance(metadata, dict) else None
    made = list(_cells(cells))
    if not made:
        raise NotebookError("it has no cells")
    return Notebook(path, made, record if isinstance(record, dict) else {})


def _parse(raw: bytes) -> Any:
    if not raw.strip():
        raise NotebookError("the file is empty; save the notebook, or download it again")
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if start.startswith(b"<"):
        raise NotebookError(f"this is a web page, not a notebook; {DOWNLOAD} (on GitHub: Download raw file)")
    if start.startswith((b"%pdf", b"pk\x03\x04")):
        what = "a PDF" if start.startswith(b"%pdf") else "a zip archive (or a Word file)"
        raise NotebookError(f"this is {what}, whatever its name says; {DOWNLOAD}")
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise NotebookError(
            f"this is not a notebook, or not a whole one: it can't be read as JSON{where}; {DOWNLOAD}"
        ) from None


def _cells(cells: Iterable[Any]) -> Iterable[Cell]:
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, dict):
            raise NotebookError(f"cell {number} is damaged; {DOWNLOAD}")
        source, metadata = cell.get("source", ""), cell.get("metadata")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if not isinstance(source, str):
            raise NotebookError(f"the text of cell {number} is damaged; {DOWNLOAD}")
        metadata = metadata if isinstance(metadata, dict) else {}
        ids = frozenset(each for each in (cell.get("id"), metadata.get("id")) if isinstance(each, str) and each)
        kind = str(cell.get("cell_type"))
        yield Cell(number, kind, source.replace("\r\n", "\n"), metadata, ids, bool(cell.get("attachments")))
