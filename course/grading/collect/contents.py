"""What is in a hand-in: its notebooks, under whatever names, and what can be said where there is none."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from nbformat import NotebookNode

from course.grading.collect import safety
from course.grading.collect.layouts import TYPED
from course.grading.collect.sources import kind_of
from course.grading.errors import CourseError
from course.grading.notebooks import grade_id, is_graded, read_notebook, role
from course.grading.repair import belongs_to
from course.grading.said import feedback_stem
from course.grading.submissions import copy_of

_NOTEBOOK = re.compile(r"(?P<stem>.+?)\.ipynb(?:\.(?:txt|json|ipynb))?", re.IGNORECASE | re.DOTALL)
_MAYBE_NOTEBOOK = {".json", ".txt", ""}  # what a notebook may be called by mistake
_CANVAS_COPY = re.compile(
    r"-(\d{1,3}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
)  # what Canvas tells files apart by
_HEAD = 4096
_QUICKLY = 10_000_000  # bytes


@dataclass(frozen=True)
class Masters:
    """The notebooks of the assignment, and those of the others, to tell what was handed in for the wrong one.

    Attributes:
        own: name to notebook.
        elsewhere: assignment to the paths of its notebooks.
    """

    own: dict[str, NotebookNode]
    elsewhere: Mapping[str, Iterable[Path]] = field(default_factory=dict)

    def assignment_of(self, notebook: NotebookNode) -> str:
        """The other assignment that a notebook is of; "" where it is of none."""
        best, most = "", 0
        for name, ids in self._ids_elsewhere.items():
            common = len(ids & _graded_ids(notebook))
            if common > most:
                best, most = name, common
        return best

    @cached_property
    def _ids_elsewhere(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name, paths in self.elsewhere.items():
            found[name] = set()
            for path in paths:
                with contextlib.suppress(CourseError):  # a broken master is not this assignment's business
                    found[name] |= _graded_ids(read_notebook(path, str(path), outputs=False))
        return found


def _graded_ids(notebook: NotebookNode) -> set[str]:
    cells = (cell for cell in notebook.cells if is_graded(cell) or role(cell).kind == "solution")
    return {name for cell in cells if (name := grade_id(cell))}


@dataclass
class File:
    """A file of a hand-in.

    Attributes:
        path: where it lies now.
        parts: where it lay among the student's own files.
        stem: a notebook's name without its suffix, "" for other files.
    """

    path: Path
    parts: tuple[str, ...]
    stem: str = ""

    @property
    def name(self) -> str:
        """The file's name as it can stand in one line."""
        return printable(self.parts[-1])


def printable(text: str) -> str:
    """Text as it can stand in one line."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def files_in(folder: Path) -> list[File]:
    """The files of a folder, those first that lie least deep."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    made = [_file(path, path.relative_to(folder).parts) for path in paths]
    return sorted(
        (each for each in made if not safety.is_junk(each.parts)), key=lambda each: (len(each.parts), each.parts)
    )


def _file(path: Path, parts: tuple[str, ...]) -> File:
    match = _NOTEBOOK.fullmatch(parts[-1])
    if match:
        return File(path, parts, match["stem"])
    if feedback_stem(parts[-1]):
        return File(path, parts)
    suffix = Path(parts[-1]).suffix.casefold()
    looks = suffix in _MAYBE_NOTEBOOK and parts[0] != TYPED and _looks_like_notebook(path)
    return File(path, parts, Path(parts[-1]).stem if looks else "")


def _looks_like_notebook(path: Path) -> bool:
    with open(path, "rb") as file:
        if not file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return False
        file.seek(max(0, path.stat().st_size - _HEAD))
        tail = file.read()
        file.seek(0)
        return b'"nbformat"' in tail or b'"nbformat"' in file.read(_HEAD)


# Notebooks -------------------------------------------------------------------------------------------------------


@dataclass
class Found:
    """The notebooks of a hand-in.

    Attributes:
        chosen: name of the assignment's notebook to the file.
        unused: copies of them that do not count.
        notes: what was taken for what.
        problems: why other notebooks are none of the assignment's.
    """

    chosen: dict[str, File] = field(default_factory=dict)
    unused: list[File] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def find_notebooks(files: list[File], masters: Masters, lms: str) -> Found:
    """Which file is which notebook: by its name, as grading tells it, else by its cells."""
    found = Found()
    by_name: dict[str, list[tuple[tuple[int, int, int], File]]] = {}
    strangers: list[File] = []
    for file in (each for each in files if each.stem):
        name, rank = name_of(file.stem, masters.own, lms)
        if name:
            by_name.setdefault(name, []).append(((len(file.parts), *rank), file))
        else:
            strangers.append(file)
    for name, those in by_name.items():
        for _, file in sorted(those, key=lambda each: each[0]):
            if name in found.chosen:
                found.unused.append(file)
                found.notes.append(f"{file.name} not used")
            elif problem := _problem(file, masters, name):
                found.problems.append(problem)
            else:
                found.chosen[name] = file
                if file.parts[-1] != f"{name}.ipynb":
                    found.notes.append(f"{file.name} taken for {name}.ipynb")
    for file in strangers:
        _recognise(file, masters, found)
    return found


def name_of(stem: str, names: Iterable[str], lms: str) -> tuple[str, tuple[int, int]]:
    """The notebook that a file's name stands for, and its rank among those; the name itself goes before its copies.

    Canvas's numbers are another matter: of ``x.ipynb`` and ``x-1.ipynb`` the second was uploaded later.

    Args:
        stem: the file's name without its suffix.
        names: of the notebooks.
        lms: where it comes from.
    """
    copy = copy_of(stem, names)
    if copy:
        return copy[0], (0, -copy[1] if stem != copy[0] else -1_000_000)
    number = _CANVAS_COPY.search(stem) if lms == "canvas" else None
    copy = copy_of(stem[: number.start()], names) if number else None
    if copy and number:
        return copy[0], (-int(number[1]) if number[1].isdecimal() else -1_000, 0)
    return "", (0, 0)


def _problem(file: File, masters: Masters, name: str) -> str:
    """Why a file can't be that notebook; "" where it can."""
    if _has_cells_of(file.path, masters.own[name]):
        return ""
    if file.path.stat().st_size and kind_of(file.path) == "html":
        return f"{file.name} is a web page and no notebook"
    try:
        notebook = read_notebook(file.path, file.name, outputs=False)
    except CourseError as error:
        return str(error)
    master = masters.own[name]
    # where cells have kept their names, these say more than a text that two notebooks may share
    other = "" if _graded_ids(notebook) & _graded_ids(master) else masters.assignment_of(notebook)
    if other:
        return f"{file.name} has the cells of {other}"
    return "" if belongs_to(notebook, master) else f"{file.name} has none of the exercises of {name}"


def _has_cells_of(path: Path, master: NotebookNode) -> bool:
    """Whether a file surely is a notebook with the master's cells: most are, and it is seen ten times faster."""
    if path.stat().st_size > _QUICKLY:
        return False
    try:
        content = json.loads(path.read_bytes())
        names = {cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in content["cells"]}
        return content["nbformat"] == master.nbformat and not names.isdisjoint(_graded_ids(master))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False


def _recognise(file: File, masters: Masters, found: Found) -> None:
    """Take a notebook of another name for the one whose cells it has, if it is the only one."""
    try:
        if kind_of(file.path) == "html":
            raise CourseError(f"{file.name} is a web page and no notebook")
        notebook = read_notebook(file.path, file.name, outputs=False)
    except CourseError as error:
        found.problems.append(str(error))
        return
    ids = _graded_ids(notebook)
    common = {name: len(ids & _graded_ids(master)) for name, master in masters.own.items()}
    best = [name for name, number in common.items() if number and number == max(common.values())]
    best = best or [name for name, master in masters.own.items() if belongs_to(notebook, master)]
    other = masters.assignment_of(notebook) if not ids or not any(common.values()) else ""
    if other or len(best) != 1:
        found.problems.append(
            f"{file.name} has the cells of {other}" if other else f"{file.name} is not of this assignment"
        )
    elif best[0] in found.chosen:
        found.notes.append(f"{file.name} not used")
        found.unused.append(file)
    else:
        found.chosen[best[0]] = file
        found.notes.append(f"{file.name} taken for {best[0]}.ipynb, whose cells it has")
