"""What a student of the small course hands in, made without a release: for tests of how it is repaired."""

from __future__ import annotations

import copy

from courses import cell_of, small_master
from nbformat import NotebookNode

from course.grading.notebooks import grade_id, role
from course.grading.recognition import as_released
from course.grading.repair import Repairs, repair

MASTER = small_master()  # not to be changed
ANSWERS = {
    "double": "def double(x):\n    return x + x",
    "total": "def total(values):\n    return sum(double(value) for value in values)",
}
ORDER = ["title", "setup", "double", "check_double", "hidden_double",
         "total", "check_total", "hidden_total", "think_twice", "answer_twice"]  # fmt: skip


def handed_in() -> NotebookNode:
    """A notebook with a right answer to each exercise, and nothing else done to it."""
    made = copy.deepcopy(MASTER)
    for cell in made.cells:
        cell.source = ANSWERS.get(cell.id, as_released(cell))
    return made


def repaired(made: NotebookNode, master: NotebookNode = MASTER) -> Repairs:
    """Repair it in place, with nothing known of what cells were released with."""
    return repair(made, master, {})


def strip(made: NotebookNode, *, ids: bool = True) -> NotebookNode:
    """The notebook without nbgrader's metadata; without what it had for cell ids, too, if asked for."""
    for number, cell in enumerate(made.cells):
        cell.metadata = {}
        if ids:
            cell["id"] = f"new{number}"
    return made


def take(made: NotebookNode, *names: str) -> list[NotebookNode]:
    """Take cells out, and return them."""
    taken = [cell_of(made, name) for name in names]
    made.cells = [cell for cell in made.cells if not any(cell is each for each in taken)]
    return taken


def move(made: NotebookNode, names: list[str], position: int) -> NotebookNode:
    """Put cells somewhere else, counted without them."""
    taken = take(made, *names)
    made.cells[position:position] = taken
    return made


def order(made: NotebookNode) -> list[str]:
    """Each cell's grade_id, or its cell id where it has none."""
    return [grade_id(cell) or cell.id for cell in made.cells]


def source(made: NotebookNode, name: str) -> str:
    """The text of the cell with this grade_id."""
    (cell,) = [cell for cell in made.cells if grade_id(cell) == name]
    return cell.source


def is_whole(made: NotebookNode, answers: dict[str, str] | None = None) -> bool:
    """Whether the master's cells are there once each, with their text and metadata, and answers in solutions."""
    for original in MASTER.cells:
        name = grade_id(original)
        if name is None:
            continue
        (cell,) = [cell for cell in made.cells if grade_id(cell) == name]
        wanted = {**ANSWERS, **(answers or {})}[name] if role(original).kind == "solution" else original.source
        same = (cell.source, cell.cell_type, cell.metadata.nbgrader)
        if same != (wanted, original.cell_type, original.metadata.nbgrader):
            return False
    return True
