"""The sections of a notebook, and at release a cell at the end of each that asks how it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode, v4
from nbgrader.preprocessors import NbGraderPreprocessor

from course.grading.notebooks import role
from course.grading.settings import Course

TAG = "section-feedback"
FORM_TITLE = "How was this section?"  # Colab shows it in the place of the cell's code
NOT_ASKED = ("summary", "further reading", "references")
_HEADING = re.compile(r"(#{1,2})[ \t]+(\S.*?)(?:[ \t]+#+)?[ \t]*")
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)*[.):]|\d+(?:\.\d+)+)\s+")
_MINUTES = re.compile(r"\s*\([^()]*\d\W*min(?:ute)?s?\b[^()]*\)$", re.IGNORECASE)
_EMPHASIS = re.compile(r"(\*\*|`|(?<!\w)\*)(?=\S)([^*$]+?)(?<=\S)\1")


@dataclass(frozen=True)
class Section:
    """A section of a notebook.

    Attributes:
        id: of the cell with its heading; it stays when the heading is worded anew or moved.
        title: its heading, without its number and its minutes.
        end: index of the cell that comes after the section.
    """

    id: str
    title: str
    end: int


def sections_of(notebook: NotebookNode) -> list[Section]:
    """The sections of a master or a released notebook: what stands under a `## ` heading below the set-up cell."""
    setup = next((i for i, cell in enumerate(notebook.cells) if "setup" in cell.metadata.get("tags", ())), -1)
    headings = []
    for index, cell in enumerate(notebook.cells):
        # a Think question is no heading, and its mark scheme is nobody's business
        if index > setup and cell.cell_type == "markdown" and role(cell).kind == "other":
            *_, found = [None, *_headings(cell.source)]
            if found:
                headings.append((index, *found))
    ends = [*(index for index, _, _ in headings), len(notebook.cells)][1:]
    found_sections: list[Section] = []
    for (index, level, heading), end in zip(headings, ends, strict=True):
        title = plain_title(heading)
        if level == 2 and title and title.casefold() not in NOT_ASKED:
            cell_id = notebook.cells[index].get("id") or f"section_{len(found_sections) + 1}"
            found_sections.append(Section(cell_id, title, end))
    return found_sections


def _headings(source: str) -> Iterator[tuple[int, str]]:
    """Level and text of the headings of first and second level in a text cell, code in it left out."""
    fence = ""
    for line in source.split("\n"):
        mark = re.match(r" {0,3}(`{3,}|~{3,})", line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence):
            fence = ""
        elif not fence and (found := _HEADING.fullmatch(line)):
            yield len(found[1]), found[2]


def asks_about_section(cell: Mapping[str, Any]) -> bool:
    """Whether a cell is one that release has put there to ask how a section was."""
    tags = (cell.get("metadata") or {}).get("tags")
    return isinstance(tags, list) and TAG in tags


def plain_title(heading: str) -> str:
    """A heading without its number, its minutes and its emphasis."""
    title = _MINUTES.sub("", _NUMBER.sub("", heading.strip(), count=1))
    return _EMPHASIS.sub(r"\2", title).strip()


class AddSectionCells(NbGraderPreprocessor):
    """Put a cell at the end of each section that asks how it was, unless the course's settings say otherwise."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        if Course(config=self.config).section_feedback:
            name = resources["nbgrader"]["notebook"]
            numbered = list(enumerate(sections_of(nb), start=1))
            for number, section in reversed(numbered):
                nb.cells.insert(section.end, _cell(number, name, section))
        return nb, resources


def _cell(number: int, notebook: str, section: Section) -> NotebookNode:
    words = ", ".join(json.dumps(each, ensure_ascii=False) for each in (notebook, section.id, section.title))
    source = f"#@title {FORM_TITLE}\nimport course.sections\n\ncourse.sections.ask({words})"
    metadata = {"cellView": "form", "jupyter": {"source_hidden": True}, "tags": [TAG]}
    return v4.new_code_cell(source, id=f"{TAG}-{number}", metadata=metadata)
