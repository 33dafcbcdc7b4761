"""Which cells a bank of answers leaves out: those that no solution needs, and no others."""

from __future__ import annotations

from courses import code, exercise, notebook, setup_cell, text

from course.grading.pruning import TAG, tag_unneeded

SOLVED = "def double(x):\n    ### BEGIN SOLUTION\n    return {} * x\n    ### END SOLUTION"


def left_out(solution: str, *sources: str) -> list[str]:
    """Ids of the tagged cells of a notebook with these plain cells before its exercise, and after it."""
    cells = [code(source, f"cell{number}") for number, source in enumerate(sources)]
    tests = "check.close(double(1), 2, 'double')", "# Tested.\n### BEGIN HIDDEN TESTS\n_x = 1\n### END HIDDEN TESTS"
    made = notebook(
        text("# Title", "title"),
        setup_cell("from course import check"),
        *cells[:-1],
        *exercise("double", SOLVED.format(solution), *tests),
        cells[-1],
    )
    tag_unneeded(made)
    return [cell.id for cell in made.cells if TAG in cell.metadata.get("tags", ())]


def test_what_no_solution_reads_is_left_out() -> None:
    assert left_out("2", "a = 1", "print(double(a))") == ["cell0", "cell1"]


def test_what_a_solution_reads_is_kept_and_what_that_reads() -> None:
    assert left_out("factor", "base = 1", "factor = base + 1", "other = 3", "print()") == ["cell2", "cell3"]


def test_names_inside_functions_are_their_own() -> None:
    assert left_out("2", "def f(x):\n    base = x\n    return base", "[x for x in range(3)]", "base = 1") == [
        "cell0",
        "cell1",
        "cell2",
    ]
    assert left_out("base", "def f(base):\n    return base", "base = 2", "0") == ["cell0", "cell2"]


def test_a_cell_that_may_change_what_a_solution_reads_is_kept() -> None:
    assert left_out("kept[0]", "kept = []", "kept.append(2)", "print(kept)") == []


def test_a_cell_that_reads_what_a_function_reads_later_is_kept() -> None:
    assert left_out("scale()", "def scale():\n    return base", "base = 2", "unrelated = 3") == ["cell2"]


def test_a_cell_that_is_no_plain_python_is_kept() -> None:
    assert left_out("2", "%matplotlib inline", "x =", "1") == ["cell2"]


def test_set_up_solutions_and_tests_are_kept() -> None:
    assert left_out("2", "0") == ["cell0"]
