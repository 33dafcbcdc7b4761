"""Solutions and tests that an editor's shortcut has cut into several cells."""

from __future__ import annotations

import copy
import itertools

import pytest
from courses import cell_of, code
from nbformat import NotebookNode
from repairing import ANSWERS, MASTER, ORDER, handed_in, is_whole, repaired, source

from course.grading.notebooks import grade_id
from course.grading.recognition import as_released
from course.grading.splits import MOST_CHARACTERS

LONG = """def total(values):
    result = 0.0
    for value in values:
        result += double(value)
    return result"""


def split(at: list[int], marked: set[int]) -> NotebookNode:
    """The answer to the second exercise, cut before these lines; which pieces keep the metadata."""
    made = handed_in()
    lines = LONG.split("\n")
    ends = [0, *at, len(lines)]
    pieces = [
        code("\n".join(lines[start:end]), f"piece{number}")
        for number, (start, end) in enumerate(itertools.pairwise(ends))
    ]
    for number in marked:
        pieces[number].metadata = copy.deepcopy(cell_of(made, "total").metadata)
    made.cells[5:6] = pieces
    return made


@pytest.mark.parametrize("at", [[1], [2], [3], [4], [1, 2], [2, 4], [1, 2, 3]])
@pytest.mark.parametrize("marked", [{0}, {1}, {0, 1}])
def test_solution_cut_in_the_middle_of_its_function_is_joined(at: list[int], marked: set[int]) -> None:
    made = split(at, marked)
    assert repaired(made).describe() == ["total split, joined"]
    assert is_whole(made, {"total": LONG}) and len(made.cells) == len(ORDER)


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("import math", ANSWERS["double"]),
        (ANSWERS["double"], "double(3)"),
        (ANSWERS["double"], "    print(double(3))"),  # a kernel runs that
        (ANSWERS["double"], "this is no Python"),
        (ANSWERS["double"], "%matplotlib inline"),
        (ANSWERS["double"], "await something"),
        ("def double(x):\n    return 2 x", "double(3)"),
    ],
)
def test_neighbours_that_are_no_pieces_stay_as_they_are(above: str, below: str) -> None:
    made = handed_in()
    cell_of(made, "double").source = above
    made.cells.insert(3, code(below, "neighbour"))
    assert repaired(made).joined == []
    assert (source(made, "double"), cell_of(made, "neighbour").source) == (above, below)


def test_half_a_test_is_whole_again_and_the_other_half_is_no_test() -> None:
    made = handed_in()
    first, second = as_released(cell_of(MASTER, "check_double")).split("\n")
    cell_of(made, "check_double").source = first
    made.cells.insert(4, code(second, "half"))
    assert (repaired(made).edited, is_whole(made)) == (["check_double"], True)
    assert grade_id(cell_of(made, "half")) is None


def test_what_is_too_long_to_be_written_by_hand_is_not_compiled() -> None:
    """Compiling takes more memory and time than the text; a submission can be of any size."""
    made = split([2], {0})
    cell_of(made, "piece1").source += "\n#" + "x" * MOST_CHARACTERS
    assert repaired(made).joined == []


@pytest.mark.parametrize("below", ["(" * 90_000, "-" * 90_000 + "1", "1+" * 45_000 + "1", "\0", "x = '\ud800'"])
def test_neighbour_that_no_compiler_can_read_is_no_piece(below: str) -> None:
    made = handed_in()
    made.cells.insert(3, code(below, "neighbour"))
    assert repaired(made).describe() == []
