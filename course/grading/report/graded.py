"""What autograded/ has of a submission: how its tests went, what the student wrote, how long it ran."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode

from course.grading.notebooks import grade_id, is_graded, role
from course.grading.section_cells import asks_about_section
from course.grading.settings import CourseFolder
from course.grading.submissions import Submission, graded_folder, last_record

if TYPE_CHECKING:
    from course.grading.report.gather import Entry


def add_files(
    course: CourseFolder, assignment: str, entry: Entry, masters: Mapping[str, NotebookNode], problems: list[str]
) -> None:
    """Add to a submission what autograded/ has of it.

    Args:
        course: the course folder.
        assignment: name.
        entry: gets it.
        masters: by name; other notebooks are left alone.
        problems: gets a sentence for each notebook that can't be read.
    """
    submission = Submission(entry.student, assignment, course.step("submitted") / entry.student / assignment)
    record = last_record(course, submission)
    entry.all_seconds = _number(record.get("seconds"))
    each = record.get("notebook_seconds")
    for name, value in each.items() if isinstance(each, dict) else ():
        seconds = _number(value)
        if seconds is not None and name in masters:
            entry.seconds[name] = seconds
    if entry.all_seconds is not None and len(masters) == 1 and not entry.seconds:
        entry.seconds[next(iter(masters))] = entry.all_seconds
    folder = graded_folder(course, submission)
    for name in masters:
        path = folder / f"{name}.ipynb"
        if path.is_file():
            try:
                entry.notebooks[name] = _cells(path)
            except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
                problems.append(f"{course.relative(path)} can't be read, so its code and messages are not counted.")
                entry.notebooks[name] = []


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 <= value < 1e9 else None


def _cells(path: Path) -> list[NotebookNode]:
    """The code cells of a graded notebook, of their outputs those that say how a test went."""
    found = []
    for raw in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if raw.get("cell_type") != "code" or asks_about_section(raw):
            continue
        source = raw.get("source", "")
        outputs = [output for output in raw.get("outputs", ()) if _says(output)]
        raw = {**raw, "source": "".join(source), "outputs": outputs, "metadata": raw.get("metadata") or {}}
        cell = nbformat.from_dict(raw)
        if is_graded(cell) or role(cell).kind == "solution" or grade_id(cell) is None:
            found.append(cell)
    return found


def _says(output: Mapping[str, Any]) -> bool:
    return output.get("output_type") == "error" or output.get("name") == "stderr"
