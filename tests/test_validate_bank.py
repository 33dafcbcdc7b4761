"""A notebook solved wrongly in each exercise gets a hint from `course validate` that names the kind of mistake."""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from pathlib import Path

import nbformat
import pytest
from courses import ROOT
from nbformat import NotebookNode

from course.grading.answers import read_blocks
from course.grading.handin import fill_in, solutions
from course.validation.process import GRADING
from course.validation.report import look
from course.validation.states import FAILED, PASSED

RELEASED = {f"{path.parent.name}/{path.stem}": path for path in sorted((ROOT / "release").glob("*/*.ipynb"))}
KIND = re.compile(
    r"wrong value|wrong shape|wrong type|NaN|expected .+, yours |gives a warning|\w+Error: |should raise|raises",
    re.DOTALL,
)


def without_demos(released: NotebookNode) -> NotebookNode:
    """The notebook without what takes time and defines nothing: the checks don't need it."""
    made = copy.deepcopy(released)
    made.cells = [
        cell
        for cell in made.cells
        if "nbgrader" in cell.metadata or re.search(r"^(def|class|import|from) ", cell.source, re.MULTILINE)
        if not {"demo", "figure", "section-feedback"}.intersection(cell.metadata.get("tags", ()))
    ]
    return made


@pytest.mark.slow
@pytest.mark.parametrize("name", RELEASED)
def test_a_wrong_answer_in_each_exercise_gets_a_hint_that_names_the_kind_of_mistake(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(GRADING, raising=False)
    master = nbformat.read(ROOT / "source" / f"{name}.ipynb", as_version=4)
    notebook = without_demos(nbformat.read(RELEASED[name], as_version=4))
    wrong = defaultdict[str, list[str]](list)
    assignment, _, stem = name.partition("/")
    for block in read_blocks(ROOT / "tests" / "answers" / f"{name}.py", assignment, stem, master):
        if block.kind == "wrong":
            wrong[block.exercise].append(block.source)
    right = solutions(master)
    hints = dict.fromkeys(right, "")
    while not all(hints.values()):
        # what only a hidden test can tell passes here, and the next wrong answer has its turn
        tried = {
            exercise: wrong[exercise].pop() for exercise, hint in hints.items() if not hint and wrong[exercise]
        }
        assert tried, f"the visible check catches no wrong answer to {[each for each in hints if not hints[each]]}"
        filled = fill_in(notebook, {**right, **tried})
        done = {f"check_{exercise}" for exercise, hint in hints.items() if hint}  # their time can be saved
        filled.cells = [cell for cell in filled.cells if cell.id not in done]
        nbformat.write(filled, tmp_path / "a.ipynb")
        found = look(tmp_path / "a.ipynb")
        assert (found.problem, found.is_ready) == ("", False)
        for each in found.exercises:
            if each.name in tried:
                assert each.state in (PASSED, FAILED), each
                hints[each.name] = each.hint
    if assignment != "10_coursework":  # whose checks say it in sentences of their own
        assert {exercise: hint for exercise, hint in hints.items() if not KIND.search(hint)} == {}
