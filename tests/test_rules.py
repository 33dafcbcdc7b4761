"""What a master may not be: every rule about its cells, broken alone, and what comes near and is allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from courses import ROOT, cell_of, code, metadata, notebook, setup_cell, small_master, test_cell, text
from nbformat import NotebookNode, v4

from course.grading.notebooks import read_notebook
from course.grading.rules import find_problems, marked_region, without_markers

Change = Callable[[NotebookNode], object]
PLACES = {"SOLUTION": "double", "HIDDEN TESTS": "hidden_double", "MARK SCHEME": "think_twice"}
each_marker = pytest.mark.parametrize(("marker", "place"), PLACES.items(), ids=PLACES)


def changed(*changes: Change) -> NotebookNode:
    """The small master with something done to it."""
    nb = small_master()
    for change in changes:
        change(nb)
    return nb


def found(nb: NotebookNode) -> list[tuple[str, int, str]]:
    """The problems, as cell, line and text."""
    return [(problem.cell, problem.line, problem.text) for problem in find_problems(nb)]


def add(cell: NotebookNode, after: str) -> Change:
    """Put a cell behind another one."""
    return lambda nb: nb.cells.insert(nb.cells.index(cell_of(nb, after)) + 1, cell)


def drop(name: str) -> Change:
    """Take a cell out."""
    return lambda nb: nb.cells.remove(cell_of(nb, name))


def write(name: str, source: str) -> Change:
    """Give a cell another source."""
    return lambda nb: cell_of(nb, name).update(source=source)


def edit(name: str, old: str, new: str) -> Change:
    """Replace the first place where some text stands in a cell."""

    def change(nb: NotebookNode) -> None:
        cell = cell_of(nb, name)
        assert old in cell.source
        cell.source = cell.source.replace(old, new, 1)

    return change


def mark(name: str, **values: object) -> Change:
    """Change nbgrader's metadata of a cell."""
    return lambda nb: cell_of(nb, name).metadata.nbgrader.update(values)


def swap(first: str, second: str) -> Change:
    """Let two cells change places."""

    def change(nb: NotebookNode) -> None:
        here, there = (nb.cells.index(cell_of(nb, name)) for name in (first, second))
        nb.cells[here], nb.cells[there] = nb.cells[there], nb.cells[here]

    return change


def locked(name: str, grade_id: str, *tags: str) -> NotebookNode:
    """A locked code cell."""
    return v4.new_code_cell("import math", id=name, metadata={**metadata(grade_id, locked=True), "tags": [*tags]})


def locked_text(name: str) -> NotebookNode:
    """A locked text cell."""
    return v4.new_markdown_cell("More.", id=name, metadata=metadata(name, locked=True))


def test_the_small_master_has_no_problem() -> None:
    assert found(small_master()) == []


@pytest.mark.parametrize("path", sorted((ROOT / "source").glob("*/*.ipynb")), ids=lambda path: path.stem)
def test_the_masters_of_the_course_have_no_problem(path: Path) -> None:
    assert found(read_notebook(path, path.name)) == []


UNMARKED = "def double(x):\n    return 2 * x"
TEST = "# Check.\ncheck.close(double(1.0), 2.0, 'double(1)')"
BREACHES = {
    "one grade_id twice": (add(locked("again", "setup"), "title"), "setup", 0, "also that of cell number 2"),
    "characters of a grade_id": (mark("setup", grade_id="set-up"), "set-up", 0, "letters, digits and underscores"),
    "old metadata": (mark("setup", schema_version=2), "setup", 0, "schema version 3"),
    "points missing": (lambda nb: cell_of(nb, "check_double").metadata.nbgrader.pop("points"),
                       "check_double", 0, "it has None"),
    "points negative": (mark("check_double", points=-1), "check_double", 0, "it has -1"),
    "points NaN": (mark("hidden_double", points=float("nan")), "hidden_double", 0, "it has nan"),
    "points infinite": (mark("hidden_double", points=float("inf")), "hidden_double", 0, "it has inf"),
    "points true": (mark("think_twice", points=True), "think_twice", 0, "it has True"),
    "points a text": (mark("check_double", points="1"), "check_double", 0, "it has '1'"),
    "no hidden cell": (drop("hidden_total"), "total", 0, "next come check_total and hidden_total"),
    "no check cell": (drop("check_total"), "total", 0, "next come check_total and hidden_total"),
    "hidden before check": (swap("check_double", "hidden_double"), "double", 0, "in this order"),
    "test before solution": (swap("double", "check_double"), "double", 0, "in this order"),
    "test of no exercise": (add(test_cell(TEST, "check", "orphan", 1), "hidden_total"),
                            "check_orphan", 0, "no solution cell orphan"),
    "test of another name": (add(test_cell(TEST, "test", "double", 1), "hidden_total"),
                             "test_double", 0, "named check_<exercise> or hidden_<exercise>"),
    "test as text": (lambda nb: cell_of(nb, "check_double").update(cell_type="markdown"),
                     "check_double", 0, "is a code cell"),
    "solution without markers": (write("double", UNMARKED), "double", 0, "between ### BEGIN and ### END SOLUTION"),
    "Think without mark scheme": (write("think_twice", "Why?"), "think_twice", 0, "needs a mark scheme"),
    "Think at the end": (drop("answer_twice"), "think_twice", 0, "plain text cell for the answer"),
    "Think above code": (add(code("1 + 1", "sum"), "think_twice"), "think_twice", 0, "plain text cell"),
    "Think above a locked cell": (add(locked_text("more"), "think_twice"), "think_twice", 0, "plain text cell"),
    "Think as code": (lambda nb: cell_of(nb, "think_twice").update(cell_type="code"),
                      "think_twice", 0, "is a text cell"),
    "Think of another name": (mark("think_twice", grade_id="twice"), "twice", 0, "named think_<word>"),
    "two set-up cells": (add(locked("more", "more", "setup"), "setup"), "", 0, "this one has 2"),
    "set-up not locked": (mark("setup", locked=False), "setup", 0, "locked (read-only)"),
    "set-up without metadata": (lambda nb: cell_of(nb, "setup").metadata.pop("nbgrader"), "setup", 0, "locked"),
    "hidden without markers": (write("hidden_double", TEST), "hidden_double", 0, "between ### BEGIN and"),
    "hidden without comment": (edit("hidden_double", "# Tested here: other numbers.\n", ""),
                               "hidden_double", 1, "one comment line"),
    "hidden with an empty comment": (edit("hidden_double", "# Tested here: other numbers.", "# "),
                                     "hidden_double", 1, "one comment line"),
    "hidden with two comments": (edit("hidden_double", "numbers.", "numbers.\n# And more."),
                                 "hidden_double", 1, "one comment line"),
    "hidden with code above": (edit("hidden_double", "numbers.", "numbers.\n_n = 1"),
                               "hidden_double", 1, "one comment line"),
    "hidden with code below": (edit("hidden_double", "### END HIDDEN TESTS", "### END HIDDEN TESTS\n\n_n = 1\n"),
                               "hidden_double", 7, "nothing comes after the hidden tests"),
    "hidden with code between": (edit("hidden_double", "for _secret",
                                      "### END HIDDEN TESTS\n_n = 1\n### BEGIN HIDDEN TESTS\nfor _secret"),
                                 "hidden_double", 4, "nothing comes after the hidden tests"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "cell", "line", "says"), BREACHES.values(), ids=BREACHES)
def test_a_breach_is_the_only_problem_and_names_cell_and_line(
    change: Change, cell: str, line: int, says: str
) -> None:
    ((its_cell, its_line, its_text),) = found(changed(change))
    assert (its_cell, its_line) == (cell, line)
    assert says in its_text


ALLOWED = {
    "another grade_id": add(locked("again", "setup_2"), "title"),
    "points 0": mark("check_double", points=0),
    "half a point": mark("check_double", points=0.5),
    "text inside an exercise": add(text("Now check it.", "between"), "double"),
    "code inside an exercise": add(code("double(3)", "between", ("figure",)), "check_double"),
    "another hash": edit("double", "### BEGIN SOLUTION", "# BEGIN SOLUTION"),
    "two solution regions": edit("total", "    for", "    ### END SOLUTION\n    ### BEGIN SOLUTION\n    for"),
    "markers in lower case": write("title", "# What stands from begin solution to end solution"),
    "scheme in the middle": edit("think_twice", "### END MARK SCHEME", "### END MARK SCHEME\n\nTwo lines will do."),
    "another answer": write("answer_twice", "*Two lines:*"),
    "more text after the answer": add(text("Well done.", "end"), "answer_twice"),
    "set-up with more tags": lambda nb: cell_of(nb, "setup").metadata.tags.append("hide-input"),
    "blank lines at the end of hidden": edit("hidden_double", "END HIDDEN TESTS", "END HIDDEN TESTS\n\n"),
}


@pytest.mark.parametrize("change", ALLOWED.values(), ids=ALLOWED)
def test_what_comes_near_a_breach_is_allowed(change: Change) -> None:
    assert found(changed(change)) == []


def test_a_master_without_set_up_cell_is_a_problem_of_no_cell() -> None:
    (problem,) = find_problems(notebook(text("# Title", "title")))
    assert str(problem) == "a master has one set-up cell, tagged setup; this one has 0"


@pytest.mark.parametrize("line", ["%matplotlib inline", "!pip install numpy", "import ="])
def test_a_set_up_cell_that_is_not_plain_python_is_named_with_the_line(line: str) -> None:
    ((cell, number, says),) = found(notebook(setup_cell(f"import math\n{line}")))
    assert (cell, number) == ("setup", 2)
    assert "plain Python" in says


def test_a_solution_cell_that_is_not_plain_python_is_the_first_problem() -> None:
    cell, number, says = found(changed(edit("double", "def", "%load_ext x\ndef")))[0]
    assert (cell, number) == ("double", 1)
    assert "not plain Python" in says


@each_marker
def test_a_region_that_is_not_ended(marker: str, place: str) -> None:
    nb = changed(edit(place, f"### END {marker}", ""))
    begins = cell_of(nb, place).source.split("\n").index(_line_with(nb, place, f"BEGIN {marker}")) + 1
    assert found(nb) == [(place, begins, f"BEGIN {marker} without an END {marker} under it")]


@each_marker
def test_an_end_without_a_region(marker: str, place: str) -> None:
    nb = changed(
        edit(place, _line_with(small_master(), place, f"END {marker}"), f"### END {marker}\n### END {marker}")
    )
    line = len(cell_of(nb, place).source.split("\n"))
    assert (place, line, f"END {marker} without a BEGIN {marker} above it") in found(nb)


@each_marker
def test_a_region_inside_a_region(marker: str, place: str) -> None:
    begin = _line_with(small_master(), place, f"BEGIN {marker}")
    nb = changed(edit(place, begin, f"{begin}\n{begin}"))
    line = cell_of(nb, place).source.split("\n").index(begin) + 1
    assert found(nb) == [(place, line + 1, f"BEGIN {marker} inside the region that line {line} begins")]


@each_marker
@pytest.mark.parametrize("where", ["title", "check_total", "setup", "answer_twice"])
def test_markers_in_a_cell_of_the_wrong_kind(marker: str, place: str, where: str) -> None:
    region = f"\n### BEGIN {marker}\n# 1\n### END {marker}"
    lines = len(cell_of(small_master(), where).source.split("\n"))
    nb = changed(lambda nb: cell_of(nb, where).update(source=cell_of(nb, where).source + region))
    kind = {"SOLUTION": "solution", "HIDDEN TESTS": "hidden", "MARK SCHEME": "think"}[marker]
    says = f"a {marker} marker in a cell that is not a {kind} cell"
    assert found(nb) == [(where, lines + 1, says), (where, lines + 3, says)]


def _line_with(nb: NotebookNode, name: str, words: str) -> str:
    return next(line for line in cell_of(nb, name).source.split("\n") if words in line)


def test_problems_come_in_the_order_of_cells_and_lines() -> None:
    nb = changed(mark("think_twice", points=-1), edit("check_double", "# Check", "a = 1; b = 2\nc = 3\n# Check"))
    assert [(cell, line) for cell, line, _ in found(nb)] == [
        ("check_double", 1), ("check_double", 1), ("check_double", 2), ("think_twice", 0)
    ]  # fmt: skip


def test_a_region_is_what_stands_between_its_markers() -> None:
    source = "a\n### BEGIN SOLUTION\nb\n  c\n### END SOLUTION\nd\n# BEGIN SOLUTION\ne\n# END SOLUTION"
    assert marked_region(source, "SOLUTION") == "b\n  c\ne"


def test_a_region_of_another_marker_is_empty() -> None:
    assert marked_region("### BEGIN SOLUTION\nb\n### END SOLUTION", "HIDDEN TESTS") == ""


def test_without_markers_what_they_enclose_is_kept() -> None:
    source = "a\n  ### BEGIN SOLUTION\n  b\n  ### END SOLUTION\nBEGIN\n### END MARK SCHEME\n# BEGIN HIDDEN TESTS\nc"
    assert without_markers(source) == "a\n  b\nBEGIN\nc"
