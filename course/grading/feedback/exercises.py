"""A graded notebook, cut into its exercises: whose cells are whose, and which are the student's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from nbformat import NotebookNode

from course.grading.notebooks import grade_id, role
from course.grading.rules import HIDDEN
from course.grading.section_cells import asks_about_section
from course.grading.settings import CourseFolder


@dataclass
class Exercise:
    """An exercise, a Think question, or a test that stands alone.

    Attributes:
        name: its id.
        question: the Think cell, or None.
        own: what the student wrote: the solution cell, answers, cells added.
        tests: check and hidden cells, with whether students have their source.
        below: cells of the course's under it, up to the next exercise; each with the text under it, if it has one.
    """

    name: str
    question: NotebookNode | None = None
    own: list[NotebookNode] = field(default_factory=list)
    tests: list[tuple[NotebookNode, bool]] = field(default_factory=list)
    below: list[tuple[NotebookNode, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Released:
    """What every student got of a notebook.

    Attributes:
        title: its first heading, "" where it has none.
        sources: of all cells that are no exercise's.
    """

    title: str
    sources: frozenset[str]


def released(course: CourseFolder, assignment: str, notebook: str) -> Released:
    """What every student got of a notebook, as far as this course folder still has it."""
    paths = [course.step(step) / assignment / f"{notebook}.ipynb" for step in ("source", "release")]
    stamps = tuple((str(path), path.stat().st_mtime_ns) for path in paths if path.is_file())
    return _released(stamps)


@lru_cache(maxsize=64)
def _released(files: tuple[tuple[str, int], ...]) -> Released:
    title, sources = "", set()
    for path, _ in files:
        cells = json.loads(Path(path).read_bytes()).get("cells", ())
        for cell in cells:
            source = cell.get("source", "")
            text = ("".join(source) if isinstance(source, list) else str(source)).strip()
            sources.add(text)
            if not title and cell.get("cell_type") == "markdown" and text.startswith("# "):
                title = text.split("\n")[0].removeprefix("# ").strip()
    return Released(title, frozenset(sources))


def exercises_of(notebook: NotebookNode, given: Released) -> list[Exercise]:
    """The exercises of a graded notebook, in order; what a student added above the first belongs to it."""
    found: dict[str, Exercise] = {}
    now: Exercise | None = None
    early: list[NotebookNode] = []
    for cell, under in _with_text_under(notebook.cells):
        if asks_about_section(cell):
            continue
        its, name = role(cell), grade_id(cell)
        if name is None or its.kind in ("locked", "other"):
            is_given = its.kind == "locked" or cell.source.strip() in given.sources
            if not is_given and cell.source.strip():
                (now.own if now else early).append(cell)
            elif is_given and now is not None and cell.cell_type == "code":
                now.below.append((cell, under))
            continue
        now = found.setdefault(its.exercise or name, Exercise(its.exercise or name))
        if its.kind == "think":
            now.question = cell
        elif its.kind == "solution":
            now.own.append(cell)
        else:
            now.tests.append((cell, its.kind != "hidden" and f"BEGIN {HIDDEN}" not in cell.source))
    if early and found:
        first = next(iter(found.values()))
        first.own[:0] = early
    return list(found.values())


def _with_text_under(cells: list[NotebookNode]) -> Iterator[tuple[NotebookNode, str]]:
    """Each cell with the source of the text cell under it, "" where there is none."""
    for index, cell in enumerate(cells):
        after = cells[index + 1] if index + 1 < len(cells) else None
        is_text = after is not None and after.cell_type == "markdown" and grade_id(after) is None
        yield cell, after.source if is_text and after is not None else ""
