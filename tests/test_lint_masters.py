"""tools/lint_masters.py: the list of exercises is read, and every fault of a master is found."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from courses import ROOT, cell_of, code, small_master
from nbformat import NotebookNode, v4
from tool_modules import load

Change = Callable[[NotebookNode], object]
LIST = """# == 01_first/doubling
# -- double
def double(x): "Twice x."
# -- total
def total(values): "A number."
"""
lint = load("lint_masters")


@pytest.fixture(scope="module")
def sections() -> dict:
    """tests/exercises.py, read."""
    return lint.read_exercises((ROOT / "tests" / "exercises.py").read_text(encoding="utf-8"))


def test_the_list_has_all_notebooks(sections: dict) -> None:
    assert len(sections) == 29
    assert all(re.fullmatch(r"\d\d_\w+/\w+", name) for name in sections)


def test_every_exercise_of_the_list_has_a_definition(sections: dict) -> None:
    assert [each.id for exercises in sections.values() for each in exercises if not each.definitions] == []


def test_exercises_are_read_in_order_with_signatures(sections: dict) -> None:
    exercises = sections["03_loss_functions/binary_classification"]
    assert [(each.id, each.definitions) for each in exercises] == [
        ("sigmoid", ["sigmoid(model_out)"]),
        ("bernoulli_distribution", ["bernoulli_distribution(y, lambda_param)"]),
        ("compute_likelihood", ["compute_likelihood(y_train, lambda_param)"]),
        ("compute_negative_log_likelihood", ["compute_negative_log_likelihood(y_train, lambda_param)"]),
    ]


def test_a_class_of_the_list_has_its_points_and_methods(sections: dict) -> None:
    net = sections["06_multilayer_perceptrons/mlp_in_pytorch"][0]
    assert (net.id, net.points) == ("Net", (1, 3))
    assert [each.partition("(")[0] for each in net.definitions] == ["Net.__init__", "Net.forward"]


@pytest.mark.parametrize(
    ("line", "points"),
    [("# -- f", (1, 2)), ("# -- f points 1+3", (1, 3)), ("# -- f points 0+1", (0, 1))],
)
def test_points_are_1_and_2_unless_the_list_says_otherwise(line: str, points: tuple[float, float]) -> None:
    ((exercise,),) = lint.read_exercises(f"# == 01_a/b\n{line}\ndef f(): ''\n").values()
    assert exercise.points == points


def test_a_class_is_read_with_its_methods_and_defaults() -> None:
    net = "class Net:\n    size = 3\n    def __init__(self, n=3): ''\n    def forward(self, x): ''\n"
    ((exercise,),) = lint.read_exercises(f"# == 01_a/b\n# a remark\n# -- Net points 1+3\n{net}").values()
    assert exercise.definitions == ["Net.__init__(self, n=3)", "Net.forward(self, x)"]


def problems(change: Change, exercises: str = LIST) -> list[str]:
    """What the linter says of the small master with something done to it."""
    nb = small_master()
    change(nb)
    return lint.master_problems(nb, lint.read_exercises(exercises).get("01_first/doubling"))


def edit(name: str, old: str, new: str) -> Change:
    """Replace some text of a cell."""
    return lambda nb: cell_of(nb, name).update(source=cell_of(nb, name).source.replace(old, new))


def test_a_good_master_has_no_problem() -> None:
    assert problems(lambda nb: None) == []


def test_the_masters_of_the_course_have_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert (lint.main(), capsys.readouterr().err) == (0, "")


def move_first_exercise_last(nb: NotebookNode) -> None:
    """Change the order of the exercises."""
    nb.cells = [*nb.cells[:2], *nb.cells[5:8], *nb.cells[2:5], *nb.cells[8:]]


FAULTS = {
    "outputs": (lambda nb: cell_of(nb, "double").update(outputs=[v4.new_output("stream", text="1")]),
                "cell double: has outputs; clear them before committing"),
    "an execution count": (lambda nb: cell_of(nb, "setup").update(execution_count=3),
                           "cell setup: has outputs; clear them before committing"),
    "a random id": (lambda nb: cell_of(nb, "title").update(id="0a1b2c3d"), "cell 0a1b2c3d: its id is random"),
    "a random long id": (lambda nb: cell_of(nb, "title").update(id="0a1b2c3d-4e5f-6789-abcd-ef0123456789"),
                         "cell 0a1b2c3d-4e5f-6789-abcd-ef0123456789: its id is random"),
    "an id that differs": (lambda nb: cell_of(nb, "double").update(id="doubling"),
                           "cell doubling: its id differs from its grade_id double"),
    "an old format": (lambda nb: nb.update(nbformat_minor=4), "format 4.5 or later is needed"),
    "a broken rule": (edit("check_double", "# Check: one number.", "value = 1"),
                      "cell check_double, line 1: a test cell defines 'value'"),
    "another signature": (edit("double", "double(x)", "double(y)"), "cell double: no definition of double(x)"),
    "another default": (edit("double", "double(x)", "double(x=0)"), "cell double: no definition of double(x)"),
    "a missing exercise": (lambda nb: setattr(nb, "cells", [*nb.cells[:5], *nb.cells[8:]]),
                           "its exercises are double; the list has double, total"),
    "a figure without a caption": (lambda nb: nb.cells.append(code("draw()", "figure_it", tags=("figure",))),
                                   "cell figure_it: no text under it that begins **What to see.**"),
    "another order": (move_first_exercise_last, "its exercises are total, double; the list has double, total"),
    "other points of a check": (lambda nb: cell_of(nb, "check_total").metadata.nbgrader.update(points=2),
                                "cell total: check and hidden cell have other points than (1.0, 2.0)"),
    "other points of a hidden cell": (lambda nb: cell_of(nb, "hidden_total").metadata.nbgrader.update(points=3),
                                      "cell total: check and hidden cell have other points than (1.0, 2.0)"),
    "other points of a Think question": (lambda nb: cell_of(nb, "think_twice").metadata.nbgrader.update(points=1),
                                         "cell think_twice: a Think question has 2 points"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "says"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_master_is_the_only_one_found(change: Change, says: str) -> None:
    (problem,) = problems(change)
    assert problem.startswith(says)


def test_a_broken_exercise_is_found_without_a_traceback() -> None:
    (problem,) = problems(lambda nb: nb.cells.remove(cell_of(nb, "check_total")))
    assert problem == "cell total: next come check_total and hidden_total, in this order"


def test_a_master_that_the_list_does_not_have_is_found() -> None:
    assert problems(lambda nb: None, "") == ["tests/exercises.py has no section for it"]


@pytest.fixture
def linted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the tool looks for the master that the list has."""
    monkeypatch.setattr(lint, "ROOT", tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "exercises.py").write_text(LIST)
    (tmp_path / "source" / "01_first").mkdir(parents=True)
    return tmp_path / "source" / "01_first" / "doubling.ipynb"


@pytest.mark.filterwarnings("error")
def test_an_id_of_two_cells_is_found_in_the_file(linted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = nbformat.writes(small_master())
    linted.write_text(text.replace('"id": "answer_twice"', '"id": "title"'))
    assert lint.main() == 1
    assert capsys.readouterr().err.splitlines() == 2 * [
        "source/01_first/doubling.ipynb: cell title: its id is not its own"
    ]


def test_a_master_that_is_not_json_is_found(linted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    linted.write_text("{")
    assert lint.main() == 1
    assert capsys.readouterr().err.startswith("source/01_first/doubling.ipynb: not JSON")
