"""Cells that were moved, duplicated or deleted: what must stand above what, and what is left where it is."""

from __future__ import annotations

import copy

import pytest
from courses import cell_of, code, metadata, notebook, setup_cell, solution, test_cell, text
from nbformat import NotebookNode
from repairing import ANSWERS, MASTER, ORDER, handed_in, is_whole, move, order, repaired, source, take

from course.grading.notebooks import grade_id
from course.grading.repair import repair

DOUBLE = ["double", "check_double", "hidden_double"]
TOTAL = ["total", "check_total", "hidden_total"]


# Moved ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "position", "moved"),
    [
        (["check_double", "hidden_double"], 2, ["check_double", "hidden_double"]),  # above their solution
        (["double"], 4, ["check_double", "hidden_double"]),  # the solution below its tests
        (["double"], 9, ["check_double", "hidden_double", "check_total", "hidden_total"]),  # total uses double
        (["setup"], 9, ["setup"]),
        (["setup", "check_total"], 0, ["check_total"]),
        (ORDER[6:8], 0, ["check_total", "hidden_total"]),
    ],
)
def test_what_stands_where_it_cannot_work_is_moved(names: list[str], position: int, moved: list[str]) -> None:
    made = move(handed_in(), names, position)
    repairs = repaired(made)
    assert (repairs.moved, repairs.added, is_whole(made)) == (moved, [], True)


def test_moved_cells_come_back_to_their_old_places() -> None:
    made = move(handed_in(), ["setup", "check_double", "hidden_double"], 7)
    cell_of(made, "double").metadata.tags = []  # solutions stay where they are
    made = move(made, ["setup"], 9)
    repaired(made)
    assert order(made)[:3] == ["title", "setup", "double"]


def test_solution_is_never_moved() -> None:
    made = move(handed_in(), ["double"], 9)
    repaired(made)
    assert order(made).index("double") > order(made).index("total")


@pytest.mark.parametrize(
    ("names", "position"),
    [
        (["hidden_double"], 3),  # above the check
        (["check_double", "hidden_double"], 8),  # tests at the end
        (["think_twice", "answer_twice"], 0),
        (["think_twice"], 9),
        (["setup"], 0),
        (["title"], 9),
        (["total"], 2),  # both solutions, then all tests
    ],
)
def test_other_order_that_does_no_harm_is_left_alone(names: list[str], position: int) -> None:
    made = move(handed_in(), names, position)
    before = order(made)
    assert repaired(made).describe() == []
    assert order(made) == before


def independent() -> NotebookNode:
    """Two exercises of which neither needs the other."""
    return notebook(
        setup_cell(),
        *(solution("def one():\n    return helper()", "one"), test_cell("one()", "check", "one", 1)),
        *(solution("def two():\n    return helper()", "two"), test_cell("two()", "check", "two", 1)),
    )


@pytest.mark.parametrize("helper", ["", "\n\ndef helper():\n    return 1"])
def test_exercises_that_were_swapped_stay_so_where_neither_needs_the_other(helper: str) -> None:
    """With a helper of the same name in each, tests of one below the other would even get the wrong one."""
    master = independent()
    made = move(copy.deepcopy(master), ["two", "check_two"], 1)
    for name in ("one", "two"):
        cell_of(made, name).source += helper
    assert repaired(made, master).describe() == []
    assert order(made) == ["setup", "two", "check_two", "one", "check_one"]


@pytest.mark.parametrize(
    "change",
    [
        {"two": "def two():\n    return one()"},  # only this student's does
        {"one": "def one():\n    return helper()\n\ndef helper():\n    return 1"},
    ],
)
def test_exercises_that_were_swapped_are_put_in_order_where_an_answer_needs_the_other(change: dict) -> None:
    master = independent()
    made = move(copy.deepcopy(master), ["two", "check_two"], 1)
    for name, answer in change.items():
        cell_of(made, name).source = answer
    assert repaired(made, master).moved == ["check_two"]
    assert order(made) == ["setup", "two", "one", "check_two", "check_one"]


def test_need_goes_through_what_is_needed() -> None:
    master = notebook(
        solution("def a():\n    return 1", "a"),
        solution("def b():\n    return a()", "b"),
        solution("def c():\n    return b()", "c"),
        test_cell("c()", "check", "c", 1),
    )
    made = move(copy.deepcopy(master), ["a"], 3)
    assert repaired(made, master).moved == ["check_c"]


def test_plain_nbgraders_test_needs_all_that_is_above_it() -> None:
    """Its name does not say what it tests."""
    master = notebook(solution("x = 1", "answer"), solution("y, z = 1, 2", "other"))
    master.cells.append(test_cell("assert z == 2", "test", "any", 1))
    made = move(copy.deepcopy(master), ["other"], 2)
    assert repaired(made, master).moved == ["test_any"]


def with_data() -> NotebookNode:
    """The master with a locked cell between the exercises, that needs the first and that the second needs."""
    data = code("data = double(1)", "data")
    data.metadata = metadata("data", locked=True)
    made = copy.deepcopy(MASTER)
    made.cells.insert(5, data)
    return made


@pytest.mark.parametrize("position", [0, 9])
def test_locked_cell_goes_above_what_follows_and_below_what_precedes(position: int) -> None:
    made = move(with_data(), ["data"], position)
    assert repaired(made, with_data()).moved == ["data"]
    assert order(made) == order(with_data())


def test_locked_cell_that_cannot_have_both_stays_below_what_precedes() -> None:
    made = move(with_data(), ["total"], 2)
    before = order(made)
    assert repaired(made, with_data()).describe() == []
    assert order(made) == before


# Duplicated ----------------------------------------------------------------------------------------------------


def twice(made: NotebookNode, *names: str) -> None:
    """Paste cells at the end, with the metadata that an editor copies, and a new cell id."""
    for name in names:
        made.cells.append(copy.deepcopy(cell_of(made, name)))
        made.cells[-1].id = f"{name}-again"


def test_of_two_solutions_the_last_counts_and_tests_stand_below_it() -> None:
    made = handed_in()
    twice(made, "total")
    made.cells[-1].source = "def total(values):\n    return 0"
    repairs = repaired(made)
    assert (repairs.twice, source(made, "total")) == (["total"], "def total(values):\n    return 0")
    assert order(made)[-3:] == ["total", "check_total", "hidden_total"]


def test_test_cell_pasted_again_is_there_once_more_but_graded_once() -> None:
    made = handed_in()
    twice(made, "check_double")
    assert (repaired(made).twice, is_whole(made)) == (["check_double"], True)
    assert len(made.cells) == len(ORDER) + 1


def test_notebook_pasted_into_itself_is_graded_once() -> None:
    made = handed_in()
    twice(made, *ORDER)
    repairs = repaired(made)
    assert (len(repairs.twice), repairs.moved, repairs.added, is_whole(made)) == (8, [], [], True)
    assert [grade_id(cell) for cell in made.cells[:10]] == [None] * 10


def test_hidden_tests_id_on_a_students_own_cell_gains_nothing() -> None:
    made = handed_in()
    for kind in ("hidden_double", "check_double"):
        made.cells.append(code("pass", f"mine_{kind}"))
        made.cells[-1].metadata = copy.deepcopy(cell_of(made, kind).metadata)
    assert repaired(made).twice == ["check_double", "hidden_double"]
    assert is_whole(made)


# Deleted -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["setup", "check_double", "hidden_double", "check_total", "hidden_total", "think_twice"]
)
def test_deleted_cell_of_ours_comes_back_in_its_place(name: str) -> None:
    made = handed_in()
    take(made, name)
    assert repaired(made).added == [name]
    assert (order(made), is_whole(made)) == (ORDER, True)


def test_all_cells_of_ours_come_back_around_the_answers() -> None:
    made = notebook(code(ANSWERS["double"], "double"), code(ANSWERS["total"], "total"))
    repairs = repaired(made)
    assert (len(repairs.added), is_whole(made)) == (6, True)
    assert order(made) == [name for name in ORDER if name not in ("title", "answer_twice")]


def test_cell_that_comes_back_takes_no_other_cells_id() -> None:
    made = handed_in()
    cell_of(made, "check_double").metadata = cell_of(made, "setup").metadata
    assert repaired(made).added == ["check_double"]
    assert len({cell.id for cell in made.cells}) == len(made.cells)


def test_deleted_test_comes_back_below_a_solution_that_was_moved() -> None:
    made = move(handed_in(), ["double"], 9)
    take(made, "check_double")
    repaired(made)
    assert order(made).index("check_double") > order(made).index("double")


def test_deleted_solution_is_said_to_be_missing_and_nothing_stands_in_for_it() -> None:
    made = handed_in()
    take(made, "double")
    repairs = repaired(made)
    assert (repairs.missing, repairs.describe()) == (["double"], ["double missing"])
    assert "double" not in order(made)


def test_answer_marked_by_hand_comes_back_as_it_was_released() -> None:
    """So that nbgrader sees that nothing was answered, and it does not wait for a person."""
    master = copy.deepcopy(MASTER)
    manual = text("The answer is 42.", "why")
    manual.metadata = metadata("why", grade=True, solution=True, points=2)
    master.cells.append(manual)
    made = handed_in()
    assert repair(made, master, {"why": "*Your answer:*"}).added == ["why"]
    assert source(made, "why") == "*Your answer:*"
