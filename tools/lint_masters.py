"""Checks masters before anything is run: rules, cleared outputs, cell ids, and the list of exercises.

tests/exercises.py lists every exercise of the course with its signature and points; each master must have
those of its section, in that order. A line a problem; status 1 where there is one.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode, v4

from course.grading.alt import CAPTION, undescribed
from course.grading.handin import solutions
from course.grading.notebooks import grade_id, role
from course.grading.rules import find_problems

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Exercise:
    """One exercise of the list: its id, points of check and hidden cell, and definitions as written."""

    id: str
    points: tuple[float, float] = (1, 2)
    definitions: list[str] = field(default_factory=list)


def read_exercises(text: str) -> dict[str, list[Exercise]]:
    """Notebook ("assignment/notebook") to its exercises in order."""
    sections: dict[str, list[Exercise]] = {}
    here: list[Exercise] = []
    lines: list[str] = []
    for line in [*text.split("\n"), "# == end"]:
        section = re.match(r"# == (\S+)", line)
        exercise = re.match(r"# -- (\w+)(?: points (\d+)\+(\d+))?", line)
        if section or exercise:
            if here:
                here[-1].definitions = signatures("\n".join(lines))
            lines = []
        if section:
            here = sections.setdefault(section[1], [])
        elif exercise:
            points = (float(exercise[2]), float(exercise[3])) if exercise[2] else (1.0, 2.0)
            here.append(Exercise(exercise[1], points))
        elif here and not line.startswith("#"):
            lines.append(line)
    sections.pop("end")
    return sections


def signatures(source: str) -> list[str]:
    """Functions and classes with arguments and defaults, methods with their class: "Net.__init__(self)"."""
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            found.append(f"{node.name}({ast.unparse(node.args)})")
        elif isinstance(node, ast.ClassDef):
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
            found += [f"{node.name}.{each.name}({ast.unparse(each.args)})" for each in methods]
    return found


def master_problems(notebook: NotebookNode, exercises: list[Exercise] | None) -> list[str]:
    """All that is wrong with a master, a line each."""
    broken = [str(problem) for problem in find_problems(notebook)]
    found = list(broken)
    ids = [cell.get("id") for cell in notebook.cells]
    if notebook.nbformat != 4 or notebook.nbformat_minor < 5:
        found.append("format 4.5 or later is needed, for cell ids")
    for index, cell in enumerate(notebook.cells):
        name = cell.get("id") or str(index)
        if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f-]+)?", name):
            found.append(f"cell {name}: its id is random; give it one that says what the cell is")
        if ids.count(cell.get("id")) > 1:
            found.append(f"cell {name}: its id is not its own")
        if grade_id(cell) not in (None, cell.get("id")):
            found.append(f"cell {name}: its id differs from its grade_id {grade_id(cell)}")
        if cell.cell_type == "code" and (cell.outputs or cell.execution_count is not None):
            found.append(f"cell {name}: has outputs; clear them before committing")
    found += [
        f"cell {name}: no text under it that begins **{CAPTION}** (or, for a demo, above it under a heading); "
        "pages have nothing to say to who does not see it"
        for name in undescribed(notebook)
    ]
    if exercises is None:
        return [*found, "tests/exercises.py has no section for it"]
    return found if broken else found + exercise_problems(notebook, exercises)


def exercise_problems(notebook: NotebookNode, exercises: list[Exercise]) -> list[str]:
    """How a master's exercises differ from the list: order, signatures, points."""
    have = solutions(notebook)
    wanted = [exercise.id for exercise in exercises]
    if list(have) != wanted:
        return [f"its exercises are {', '.join(have)}; the list has {', '.join(wanted)}"]
    points = {grade_id(cell): cell.metadata.nbgrader.get("points") for cell in notebook.cells if grade_id(cell)}
    found = []
    for exercise in exercises:
        missing = [each for each in exercise.definitions if each not in signatures(have[exercise.id])]
        found += [f"cell {exercise.id}: no definition of {each}" for each in missing]
        if (points[f"check_{exercise.id}"], points[f"hidden_{exercise.id}"]) != exercise.points:
            found.append(f"cell {exercise.id}: check and hidden cell have other points than {exercise.points}")
    thinks = [cell for cell in notebook.cells if role(cell).kind == "think"]
    found += [
        f"cell {cell.id}: a Think question has 2 points" for cell in thinks if cell.metadata.nbgrader.points != 2
    ]
    return found


def main() -> int:
    """Lint every master; returns the exit status."""
    sections = read_exercises((ROOT / "tests" / "exercises.py").read_text(encoding="utf-8"))
    problems = []
    for path in sorted((ROOT / "source").glob("*/*.ipynb")):
        name = f"{path.parent.name}/{path.stem}"
        try:
            notebook = v4.reads(path.read_text(encoding="utf-8"))  # nbformat.read would mend ids that are not own
        except ValueError as error:
            problems.append(f"{path.relative_to(ROOT)}: not JSON ({error})")
            continue
        problems += [f"{path.relative_to(ROOT)}: {each}" for each in master_problems(notebook, sections.get(name))]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
