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


def left_out_tests(*answers: str, exercise_name: str = "e0") -> list[str]:
    """Ids of the tagged test cells where exercises e0, e1, … have these answers."""
    cells = []
    for number, answer in enumerate(answers):
        name = f"e{number}"
        hidden = (
            f"# Tested.\n### BEGIN HIDDEN TESTS\nwith check.given(e0=abs):\n    {name}(1)\n### END HIDDEN TESTS"
        )
        cells += exercise(name, f"def {name}(x):\n    {answer}", f"{name}(1)", hidden)
    made = notebook(setup_cell("from course import check"), *cells)
    tag_unneeded(made, exercise_name)
    return [cell.id for cell in made.cells if TAG in cell.metadata.get("tags", ())]


def test_tests_of_exercises_that_do_not_build_on_the_answer_are_left_out() -> None:
    assert left_out_tests("return x", "return x") == ["check_e1", "hidden_e1"]
    assert left_out_tests("return x", "return x", exercise_name="e1") == ["check_e0", "hidden_e0"]


def test_tests_of_exercises_that_build_on_it_through_others_are_kept() -> None:
    assert left_out_tests("return x", "return e0(x)", "return e1(x)", "return x") == ["check_e3", "hidden_e3"]


def test_all_tests_are_kept_where_the_answer_can_not_be_read() -> None:
    assert left_out_tests("return (", "return x") == []


def test_all_tests_are_kept_where_no_exercise_is_named() -> None:
    assert left_out_tests("return x", "return x", exercise_name="") == []
