"""A small course whose master has sections, and students who say what they think of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
from courses import SmallCourse, code, small_master, text
from nbformat import NotebookNode, v4

from course.sections.record import MEDIA_TYPE, SUFFIX

ASSIGNMENT, NOTEBOOK = "01_first", "doubling"
FIRST, SECOND = "first_text", "second_text"  # ids of the cells with the headings


def sectioned_master() -> NotebookNode:
    """Two sections and a summary; the Think question of the second has a heading in its mark scheme."""
    made = small_master()
    title, setup, *exercises, think, answer = made.cells
    think.source = think.source.replace("Because", "## 9. Secret heading\n\nBecause")
    made.cells = [
        title,
        text("## What you need\n\nNothing.", "needs"),
        setup,
        text("## 1. Twice **anything** (5 minutes)\n\nMultiply.\n\n```\n## no heading\n```", FIRST),
        *exercises[:3],
        text("### A part of it", "part"),
        code("print('a demo')", "demo"),
        text("## 2. All of `them`", SECOND),
        *exercises[3:],
        think,
        answer,
        text("## Summary\n\nYou can double.", "summary"),
    ]
    return made


def entry(difficulty: str = "", clarity: str = "", comment: str = "", time: int = 1, **more: Any) -> dict[str, Any]:
    """An answer, as files and outputs have it; a later one has a larger time."""
    said = {"title": "Twice anything", "difficulty": difficulty, "clarity": clarity, "comment": comment}
    return {**said, "time": f"2026-11-23T10:00:{time:02d}Z", **more}


def file_of(sections: dict[str, Any], /, **more: Any) -> str:
    """What NOTEBOOK.feedback.json holds."""
    return json.dumps({"version": 1, "notebook": NOTEBOOK, "sections": sections, **more})


def say_in_file(path: Path, sections: dict[str, Any]) -> None:
    """Put the answers into the file beside a submitted notebook."""
    path.with_name(f"{NOTEBOOK}{SUFFIX}").write_text(file_of(sections))


def say_in_output(path: Path, section: str, said: Any, *, wrapped: bool = True) -> None:
    """Put an answer into the output of the cell that asks, or, not wrapped, anything in its place."""
    made = nbformat.read(path, as_version=4)
    whole = {"version": 1, "notebook": NOTEBOOK, "section": section, **said} if wrapped else said
    cell = next(cell for cell in made.cells if cell.id.startswith("section-feedback"))
    cell.outputs.append(v4.new_output("display_data", data={MEDIA_TYPE: whole, "text/plain": "Kept"}))
    nbformat.write(made, path)


def written(course: SmallCourse) -> SmallCourse:
    """The course with the master that has sections."""
    course.write_master(sectioned_master())
    return course
