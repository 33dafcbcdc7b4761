"""What `course validate` finds missing for a hand-in: cells deleted, doubled, changed, moved. Nothing is run."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from courses import SmallCourse, cell_of
from nbformat import NotebookNode, v4
from validating import Change, below, deleted, moved_above, solved, source, states, to_mend, worth_knowing, write

from course.validation import report
from course.validation.cells import Notebook
from course.validation.process import GRADING
from course.validation.report import Report, look
from course.validation.running import Run
from course.validation.states import EMPTY, FAILED, PASSED

Looked = Callable[..., Report]


@pytest.fixture(autouse=True)
def _all_cells_run_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(notebook: Notebook, *_: object) -> Run:
        return Run(ran={cell.number for cell in notebook.cells})

    monkeypatch.setattr(report, "run", run)
    monkeypatch.delenv(GRADING, raising=False)


@pytest.fixture
def looked(released_template: SmallCourse, tmp_path: Path) -> Looked:
    """Looks at the solved small notebook, changed."""
    right = solved(released_template.released())
    return lambda *changes, **named: look(write(tmp_path, right, *changes, **named))


def test_nothing_is_missing_from_what_was_released(looked: Looked) -> None:
    assert looked().findings == []


@pytest.mark.parametrize("name", ["doubling (1).ipynb", "Copy of doubling.ipynb", "doubling-ada.ipynb"])
def test_the_files_name_does_not_matter(name: str, looked: Looked) -> None:
    assert looked(name=name).is_ready


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("check_double", "deleted: the check of double. Undo it, or take the released notebook again"),
        ("hidden_double", "deleted: the cell for the hidden tests of double."),
        ("setup", "deleted: the set-up cell."),
        ("think_twice", "deleted: the question twice."),
        ("double", "deleted: the cell for the code of double."),
    ],
)
def test_a_deleted_cell_is_named(name: str, said: str, looked: Looked) -> None:
    found = looked(deleted(name))
    assert to_mend(found)[0].startswith(said)
    assert not found.is_ready


def test_a_deleted_solution_has_failed_and_a_deleted_question_is_empty(looked: Looked) -> None:
    assert states(looked(deleted("double")))["double"] == FAILED
    assert states(looked(deleted("think_twice")))["twice"] == EMPTY


def test_many_deleted_cells_are_counted(looked: Looked) -> None:
    names = ("check_double", "hidden_double", "check_total", "hidden_total", "think_twice")
    assert " and 1 more. Undo it" in to_mend(looked(*map(deleted, names)))[0]


def all_but_record(nb: NotebookNode) -> None:
    nb.cells = [v4.new_markdown_cell("Nothing is left.")]


def test_a_notebook_without_any_of_the_cells_says_so_once(looked: Looked) -> None:
    assert to_mend(looked(all_but_record))[0].startswith("none of the released notebook's cells is here")


@pytest.mark.parametrize("name", ["colab-badge", "title", "install", "section-feedback-1"])
def test_cells_that_are_not_graded_may_be_deleted(name: str, looked: Looked) -> None:
    def without(nb: NotebookNode) -> None:
        nb.cells = [cell for cell in nb.cells if cell.id != name]

    assert looked(without).is_ready


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("check_double", "the check of double was changed, and grading runs the original"),
        ("hidden_double", "the cell for the hidden tests of double has something typed into it"),
        ("setup", "the set-up cell was changed, and grading runs the original"),
        ("think_twice", "the question twice was changed. If your answer is in it, move it to the cell below"),
    ],
)
def test_a_changed_locked_cell_is_named_with_what_comes_of_it(name: str, said: str, looked: Looked) -> None:
    (found,) = to_mend(looked(source(name, "# mine\nx = 1")))
    assert found.startswith(said)


def test_a_changed_check_that_passes_counts_for_nothing(looked: Looked) -> None:
    assert states(looked(source("check_double", "pass")))["double"] == FAILED


def test_spaces_that_editors_change_are_no_change(looked: Looked) -> None:
    def spaces(nb: NotebookNode) -> None:
        cell = cell_of(nb, "check_double")
        cell.source = cell.source.replace("\n", "  \n\n") + "\n"

    assert looked(spaces).is_ready


def doubled(name: str) -> Change:
    def change(nb: NotebookNode) -> None:
        twin = copy.deepcopy(cell_of(nb, name))
        twin.id = "a1b2c3d4"
        nb.cells.insert(nb.cells.index(cell_of(nb, name)), twin)

    return change


def test_a_doubled_or_split_cell_is_named(looked: Looked) -> None:
    (said,) = to_mend(looked(doubled("double")))
    assert said.startswith("the cell for the code of double is there 2 times (cell 5 (“def double(x):”) and cell 6")
    assert said.endswith("Join your code in one and delete the other")


def test_a_doubled_test_is_named(looked: Looked) -> None:
    assert to_mend(looked(doubled("check_double")))[0].endswith("it was copied or split. Delete one")


@pytest.mark.parametrize(
    ("name", "other", "said"),
    [
        ("check_double", "double", "the check of double stands above the code that it tests"),
        ("hidden_double", "double", "the cell for the hidden tests of double stands above the code that it tests"),
        ("double", "setup", "the cell for the code of double stands above the set-up cell: move it below"),
    ],
)
def test_a_cell_above_what_it_needs_is_named(name: str, other: str, said: str, looked: Looked) -> None:
    assert [each for each in to_mend(looked(moved_above(name, other))) if each.startswith(said)]


def test_another_order_that_works_is_no_mistake(looked: Looked) -> None:
    assert looked(moved_above("think_twice", "double"), moved_above("answer_twice", "double")).is_ready


def without_metadata(nb: NotebookNode) -> None:
    for cell in nb.cells:
        cell.metadata.pop("nbgrader", None)


def test_cells_are_found_by_their_ids_where_a_tool_has_dropped_what_marks_them(looked: Looked) -> None:
    found = looked(without_metadata)
    assert (states(found)["double"], found.findings) == (PASSED, [])


def other_ids(nb: NotebookNode) -> None:
    for number, cell in enumerate(nb.cells):
        cell.id = f"cell-{number}"


def test_cells_are_found_by_what_they_define_and_say_where_ids_are_gone_too(looked: Looked) -> None:
    found = looked(without_metadata, other_ids)
    assert (states(found)["double"], found.findings) == (PASSED, [])


def without_record(nb: NotebookNode) -> None:
    del nb.metadata["course"]


def test_where_the_record_is_gone_the_cells_themselves_say_what_they_are(looked: Looked) -> None:
    found = looked(without_record)
    assert found.is_ready
    assert worth_knowing(found)[0].startswith("the notebook does not say any more what it was released with")


def test_a_record_that_no_release_has_written_is_not_believed(looked: Looked) -> None:
    def broken(nb: NotebookNode) -> None:
        nb.metadata.course.update(cells=[1, {"id": 2}], seconds={"cell": "x"}, files=3, version=4, notebook=[])

    assert looked(broken).is_ready


def test_another_version_of_the_package_is_worth_knowing(looked: Looked) -> None:
    def older(nb: NotebookNode) -> None:
        nb.metadata.course.version = "0.0.1"

    assert worth_knowing(looked(older))[0].startswith("the notebook is of version 0.0.1 of the course")


def test_a_very_large_file_is_worth_knowing(looked: Looked) -> None:
    def large(nb: NotebookNode) -> None:
        cell_of(nb, "double").outputs = [v4.new_output("stream", text="x" * 10_000_001)]

    found = looked(large)
    assert found.is_ready
    assert "clear its outputs" in worth_knowing(found)[0]


def test_what_a_student_adds_is_no_finding(looked: Looked) -> None:
    assert looked(below("double", "mine = double(3)"), below("answer_twice", "1 + 1")).findings == []


def test_the_released_notebook_lists_what_a_hand_in_has(released_template: SmallCourse) -> None:
    cells = released_template.released().metadata.course.cells
    kinds = [(each["id"], each["kind"], each.get("points")) for each in cells]
    assert kinds == [
        ("setup", "locked", None),
        ("double", "solution", None),
        ("check_double", "check", 1),
        ("hidden_double", "hidden", 2),
        ("total", "solution", None),
        ("check_total", "check", 1),
        ("hidden_total", "hidden", 2),
        ("think_twice", "think", 2),
    ]


def test_the_released_notebook_lists_the_assignments_other_files(small_course: SmallCourse) -> None:
    from course.grading.release import release

    folder = small_course.root / "source" / "01_first"
    for name in ("data/a.csv", "private/b.csv", ".hidden", "__pycache__/c.pyc"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("1")
    release(small_course.folder, [])
    released = small_course.released().metadata.course
    assert (released.files, released.seconds) == (["data/a.csv"], {"cell": 5.0, "notebook": 300.0})
    assert isinstance(nbformat.writes(small_course.released()), str)
