"""What repair makes of cells that were edited, exchanged or turned into another type, and what it says."""

from __future__ import annotations

import copy
import sys

import pytest
from courses import cell_of, code, metadata, notebook, setup_cell, text
from nbformat import NotebookNode, v4
from repairing import ANSWERS, MASTER, ORDER, handed_in, is_whole, order, repaired, source, strip, take

from course.grading.recognition import as_released, with_role
from course.grading.repair import Repairs

OURS = ["setup", "check_double", "hidden_double", "check_total", "hidden_total", "think_twice"]

# Edited --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OURS)
def test_edited_cell_of_ours_is_the_masters_again(name: str) -> None:
    made = handed_in()
    cell_of(made, name).source = "pass"
    assert (repaired(made).edited, is_whole(made)) == ([name], True)


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("change", [lambda text: text + "\n\n", lambda text: text.replace("\n", "  \n\n")])
def test_spaces_at_line_ends_and_empty_lines_are_no_edit(name: str, change: object) -> None:
    made = handed_in()
    cell_of(made, name).source = change(cell_of(made, name).source)  # type: ignore[operator]
    assert (repaired(made).edited, is_whole(made)) == ([], True)


def test_master_handed_in_as_it_is_counts_as_unedited() -> None:
    """Whoever tries out a master must not read that its hidden tests were edited."""
    assert repaired(copy.deepcopy(MASTER)).describe() == []


@pytest.mark.parametrize(
    "values",
    [
        {"points": 100},
        {"grade": False},
        {"locked": False},
        {"solution": True},
        {"task": True},
        {"schema_version": 1},
    ],
)
@pytest.mark.parametrize("name", ["check_double", "double", "think_twice"])
def test_edited_metadata_are_the_masters_again(name: str, values: dict) -> None:
    made = handed_in()
    cell_of(made, name).metadata.nbgrader.update(values)
    repaired(made)
    assert is_whole(made)


def test_tags_of_a_test_cell_are_the_masters() -> None:
    """A cell can be left out by its tags, and a test that was left out would not fail."""
    made = handed_in()
    cell_of(made, "hidden_double").metadata.tags = ["demo"]
    repaired(made)
    assert "tags" not in cell_of(made, "hidden_double").metadata


def test_students_own_cells_keep_their_text_but_no_metadata_of_nbgraders() -> None:
    made = handed_in()
    made.cells.append(code("double(8)", "mine"))
    made.cells[-1].metadata = metadata("mine", grade=True, points=100)
    repaired(made)
    assert (made.cells[-1].source, dict(made.cells[-1].metadata)) == ("double(8)", {})


def test_picture_in_an_answer_stays() -> None:
    made = handed_in()
    cell_of(made, "answer_twice").attachments = {"drawing.png": {"image/png": "iVBORw0KGgo="}}
    repaired(made)
    assert "drawing.png" in cell_of(made, "answer_twice").attachments


# Types and ids that were exchanged -----------------------------------------------------------------------------


def with_type(name: str, kind: str) -> NotebookNode:
    """What a front end makes of a cell whose type was changed."""
    made = handed_in()
    old = cell_of(made, name)
    new = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}[kind](old.source)
    new.id, new.metadata = name, old.metadata
    made.cells[ORDER.index(name)] = new
    return made


@pytest.mark.parametrize(
    ("name", "kind"),
    [(name, kind) for name in ("setup", "double", "check_double", "hidden_double") for kind in ("markdown", "raw")]
    + [("think_twice", "code"), ("think_twice", "raw")],
)
def test_cell_of_another_type_gets_its_type_back(name: str, kind: str) -> None:
    made = with_type(name, kind)
    repairs = repaired(made)
    assert (repairs.describe(), is_whole(made)) == ([], True)
    assert set(cell_of(made, name)) == set(cell_of(MASTER, name))


def exchange(made: NotebookNode, one: str, other: str) -> None:
    first, second = cell_of(made, one), cell_of(made, other)
    first.metadata, second.metadata = second.metadata, first.metadata


@pytest.mark.parametrize(
    ("one", "other"), [("check_double", "hidden_double"), ("check_double", "check_total"), ("setup", "think_twice")]
)
def test_tests_whose_grade_ids_were_exchanged_are_all_there(one: str, other: str) -> None:
    made = handed_in()
    exchange(made, one, other)
    repaired(made)
    assert is_whole(made)


def test_solutions_whose_grade_ids_were_exchanged_both_stand_above_the_tests() -> None:
    made = handed_in()
    exchange(made, "double", "total")
    repaired(made)
    place = {name: index for index, name in enumerate(order(made))}
    assert max(place["double"], place["total"]) < min(place[name] for name in ("check_double", "check_total"))
    assert source(made, "double") == ANSWERS["total"]


def test_grade_id_of_a_test_on_a_solution_makes_it_that_test_and_says_so() -> None:
    made = handed_in()
    exchange(made, "double", "check_double")
    assert "check_double edited, restored" in repaired(made).describe()
    assert source(made, "double") == as_released(cell_of(MASTER, "check_double"))


# Small and large -----------------------------------------------------------------------------------------------


def test_empty_notebook_gets_all_cells_but_the_solutions() -> None:
    made = notebook()
    repairs = repaired(made)
    assert (repairs.added, repairs.missing) == (OURS, ["double", "total"])
    assert order(made) == OURS


def test_only_text_cells_are_no_answers() -> None:
    made = notebook(text(ANSWERS["double"], "double"), setup_cell())
    repaired(made)
    assert cell_of(made, "double").cell_type == "code"


def calls_for(count: int, lost: bool) -> int:
    """How many functions are called to repair a notebook with so many cells of a student's own."""
    made = handed_in()
    take(made, *OURS)
    made.cells += [code(f"x{number} = {number}\n", f"mine{number}") for number in range(count)]
    if lost:
        strip(made)
    calls = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(note)
    try:
        repairs = repaired(made)
    finally:
        sys.setprofile(None)
    assert (repairs.added, len(made.cells)) == (OURS, count + 10)
    return calls


@pytest.mark.parametrize("lost", [False, True])
def test_work_grows_no_faster_than_the_number_of_cells(lost: bool) -> None:
    assert calls_for(5000, lost) < 30 * calls_for(200, lost)  # 25 times the cells


# What is said --------------------------------------------------------------------------------------------------


def test_each_repair_has_its_phrase_and_many_cells_are_counted() -> None:
    repairs = Repairs(["a"], ["b"], ["c", "d", "e"], ["f", "g", "h", "i"], ["j"], ["k"], ["l"])
    assert repairs.describe() == [
        "a recognised without metadata",
        "b split, joined",
        "c, d, e edited, restored",
        "4 cells missing, put back",
        "j moved, put back",
        "k there twice, the last counts",
        "l missing",
    ]


def test_every_cell_with_a_role_is_in_the_tests_above() -> None:
    assert [cell.id for cell in with_role(MASTER)] == [name for name in ORDER if name in (*OURS, *ANSWERS)]
