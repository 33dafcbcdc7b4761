"""By what signs the cells of a submission are recognised, and which sign goes before which."""

from __future__ import annotations

import copy

import pytest
from courses import HIDDEN_DOUBLE, cell_of, code, metadata, notebook, setup_cell, solution, test_cell, text
from nbformat import NotebookNode
from repairing import ANSWERS, MASTER, handed_in, is_whole, order, repaired, source, strip

from course.grading.recognition import recognise
from course.grading.repair import belongs_to

ALL = ["setup", "double", "check_double", "hidden_double", "total", "check_total", "hidden_total", "think_twice"]


def only_ids(made: NotebookNode) -> None:
    strip(made, ids=False)


def only_ids_in_metadata(made: NotebookNode) -> None:
    """As Colab writes it."""
    ids = [cell.id for cell in made.cells]
    strip(made)
    for cell, its in zip(made.cells, ids, strict=True):
        cell.metadata = {"id": its, "outputId": "0a1b"}


def only_texts_and_names(made: NotebookNode) -> None:
    strip(made)


@pytest.mark.parametrize("lose", [only_ids, only_ids_in_metadata, only_texts_and_names])
def test_each_sign_alone_is_enough_for_all_cells(lose: object) -> None:
    made = handed_in()
    lose(made)  # type: ignore[operator]
    repairs = repaired(made)
    assert (repairs.recognised, repairs.added, repairs.moved) == (ALL, [], [])
    assert is_whole(made)


@pytest.mark.parametrize("lose", [only_ids, only_ids_in_metadata])
def test_cell_id_is_enough_whatever_the_text(lose: object) -> None:
    made = handed_in()
    lose(made)  # type: ignore[operator]
    for number, cell in enumerate(made.cells):
        cell.source = f"# {number}"
    assert list(recognise(made, MASTER).cells) == ALL


def test_cells_with_their_grade_ids_are_not_reported() -> None:
    made = handed_in()
    assert repaired(made).describe() == []
    assert (order(made)[0], is_whole(made)) == ("title", True)


def test_grade_id_goes_before_cell_id() -> None:
    made = handed_in()
    first, second = cell_of(made, "double"), cell_of(made, "total")
    first.id, second.id = second.id, first.id
    found = recognise(made, MASTER)
    assert (found.cells["double"] is first, found.otherwise) == (True, [])


def test_cell_id_goes_before_name() -> None:
    made = strip(handed_in(), ids=False)
    cell_of(made, "double").source = "def other(x):\n    return x"
    made.cells.append(code("def double(x):\n    return x", "mine"))
    assert recognise(made, MASTER).cells["double"].id == "double"


def test_name_goes_before_text() -> None:
    master = notebook(solution(ANSWERS["double"], "double"), test_cell("double = 1", "check", "double", 1))
    made = notebook(code("double = 1", "either"))
    assert list(recognise(made, master).cells) == ["double"]


def test_cell_with_the_grade_id_of_one_is_not_another_by_its_cell_id() -> None:
    """Also where a later one with the same grade_id counts."""
    made = handed_in()
    cell_of(made, "double").metadata = metadata("total", solution=True)
    cell_of(made, "double").source = "pass"
    found = recognise(made, MASTER).cells
    assert "double" not in found and found["total"].id == "total"


@pytest.mark.parametrize(
    "answer",
    [
        "double = lambda x: 2 * x",
        "async def double(x):\n    return 2 * x",
        "class double:\n    pass",
        "import numpy as np\n\ndef helper(x):\n    return 2 * x\n\ndouble = np.vectorize(helper)",
        "%time\ndef double(x):\n    return 2 x  # no Python",
        "double: callable = max",
    ],
)
def test_solution_is_known_by_the_name_that_it_defines(answer: str) -> None:
    made = strip(handed_in())
    made.cells[2].source = answer
    assert recognise(made, MASTER).cells["double"] is made.cells[2]


@pytest.mark.parametrize(
    "scratch", ["double == 3", "x = double(3)", "    double = 3", "def double2(x): pass", "# double = 1"]
)
def test_cell_that_only_mentions_the_name_is_not_the_solution(scratch: str) -> None:
    made = strip(handed_in())
    made.cells[2].source = scratch
    assert "double" not in recognise(made, MASTER).cells


def test_variables_are_a_sign_only_where_the_master_defines_no_function() -> None:
    master = notebook(solution("rate = 0.1\n\ndef fit(x):\n    return x", "fit"), solution("slope = 2", "slope"))
    made = notebook(code("rate = 5", "a"), code("slope = 3", "b"))
    assert list(recognise(made, master).cells) == ["slope"]


def test_solutions_that_define_the_same_name_keep_their_order() -> None:
    master = notebook(solution("def f(x):\n    return 1", "first"), solution("def f(x):\n    return 2", "second"))
    made = strip(copy.deepcopy(master))
    found = recognise(made, master)
    assert [found.cells[name] is cell for name, cell in zip(("first", "second"), made.cells, strict=True)] == [
        True
    ] * 2
    assert found.twice == []


def test_hidden_tests_released_with_the_same_comment_keep_their_order() -> None:
    master = notebook(*(test_cell(HIDDEN_DOUBLE, "hidden", name, 1) for name in ("a", "b")))
    made = notebook(code("# Tested here: other numbers.", "x"), code("# Tested here: other numbers.", "y"))
    assert {name: cell.id for name, cell in recognise(made, master).cells.items()} == {
        "hidden_a": "x",
        "hidden_b": "y",
    }


def test_text_is_compared_without_empty_lines_and_spaces_at_line_ends() -> None:
    made = strip(handed_in())
    made.cells[3].source = made.cells[3].source.replace("\n", "  \n\n") + "\n"
    assert recognise(made, MASTER).cells["check_double"] is made.cells[3]


def test_cell_of_another_type_is_known_by_its_cell_id() -> None:
    made = strip(handed_in(), ids=False)
    cell_of(made, "double").cell_type = "markdown"
    assert recognise(made, MASTER).cells["double"].id == "double"


def test_of_two_with_the_same_name_the_last_counts_and_it_is_said() -> None:
    made = strip(handed_in())
    made.cells.append(code("def double(x):\n    return 7", "again"))
    repairs = repaired(made)
    assert (source(made, "double"), repairs.twice) == ("def double(x):\n    return 7", ["double"])


@pytest.mark.parametrize(
    "value", [None, "text", 7, [], ["double"], {}, {"grade_id": None}, {"grade_id": ["double"]}]
)
def test_metadata_of_wrong_types_are_none(value: object) -> None:
    made = handed_in()
    cell_of(made, "double").metadata = {"nbgrader": value, "id": 7}
    assert repaired(made).recognised == ["double"]
    assert is_whole(made)


def test_master_without_stable_cell_ids_is_recognised_by_the_rest() -> None:
    master = strip(copy.deepcopy(MASTER))
    for cell, original in zip(master.cells, MASTER.cells, strict=True):
        cell.metadata = copy.deepcopy(original.metadata)
        cell["id"] = f"random{cell.id}"
    made = handed_in()
    made.cells.remove(cell_of(made, "check_total"))
    assert repaired(made, master).added == ["check_total"]
    assert order(made) == order(MASTER)


def test_notebook_without_any_cell_of_an_exercise_is_another_one() -> None:
    """Set-up alone is in every notebook of a course."""
    assert not belongs_to(notebook(), MASTER)
    assert not belongs_to(notebook(text("# Doubling", "title"), setup_cell()), MASTER)
    assert belongs_to(notebook(code(ANSWERS["double"], "mine")), MASTER)
