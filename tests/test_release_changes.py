"""What `course release` says when graded cells changed after submissions were graded with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Unrun, one_clear_line, run_command
from courses import (
    CHECK_DOUBLE,
    DOUBLE,
    HIDDEN_DOUBLE,
    THINK,
    SmallCourse,
    cell_of,
    code,
    exercise,
    small_master,
    text,
    think,
)
from nbformat import NotebookNode

from course.grading.autograde import Options, autograde
from course.grading.regrade import regrade
from course.grading.release import release

Change = Callable[[NotebookNode], object]


@pytest.fixture(scope="module")
def graded_template(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """A course in which one submission was graded; not to be changed."""
    made = released_template.copy_to(tmp_path_factory.mktemp("graded") / "course_folder")
    made.submit("ada")
    autograde(made.folder, [], [], Options(), runner=Unrun())
    return made


@pytest.fixture
def graded(graded_template: SmallCourse, tmp_path: Path) -> SmallCourse:
    """A course in which one submission was graded."""
    return graded_template.copy_to(tmp_path / "course_folder")


def rewrite(course: SmallCourse, change: Change) -> None:
    """Change the master."""
    nb = small_master()
    change(nb)
    course.write_master(nb)


def triple() -> list[NotebookNode]:
    """Another exercise."""
    return exercise(
        "triple",
        DOUBLE.replace("double", "triple").replace("2", "3"),
        CHECK_DOUBLE.replace("double", "triple"),
        HIDDEN_DOUBLE.replace("double", "triple"),
    )


def edit(name: str, old: str, new: str) -> Change:
    """Replace some text of a cell."""
    return lambda nb: cell_of(nb, name).update(source=cell_of(nb, name).source.replace(old, new))


def drop_exercise(nb: NotebookNode) -> None:
    """Take the second exercise out."""
    nb.cells = [cell for cell in nb.cells if not cell.id.endswith("total")]


COUNTS = {
    "points": (lambda nb: cell_of(nb, "hidden_double").metadata.nbgrader.update(points=2.5),
               "doubling/hidden_double: points 2 before, 2.5 now"),
    "points of a Think question": (lambda nb: cell_of(nb, "think_twice").metadata.nbgrader.update(points=3),
                                   "doubling/think_twice: points 2 before, 3 now"),
    "text of a check": (edit("check_double", "4.0", "4.00"), "doubling/check_double: its text changed"),
    "text of a hidden test": (edit("hidden_double", "3.25", "3.75"), "doubling/hidden_double: its text changed"),
    "text of a mark scheme": (edit("think_twice", "Because", "Since"), "doubling/think_twice: its text changed"),
    "an exercise added": (lambda nb: nb.cells.extend(triple()),
                          "doubling/triple added; doubling/check_triple added; doubling/hidden_triple added"),
    "an exercise removed": (drop_exercise,
                            "doubling/check_total removed; doubling/hidden_total removed; doubling/total removed"),
    "a Think question added": (lambda nb: nb.cells.extend([think(THINK, "more"), text("*Your answer:*", "more")]),
                               "doubling/think_more added"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "says"), COUNTS.values(), ids=COUNTS)
def test_a_change_of_graded_cells_is_refused_and_said(change: Change, says: str, graded: SmallCourse) -> None:
    rewrite(graded, change)
    assert one_clear_line(graded, "release") == (
        f"course release: 01_first: graded cells changed after submissions were graded: {says}; "
        "`course autograde 01_first --regrade` keeps the old gradebook aside and grades all again"
    )


def test_of_many_changes_three_are_said_and_how_many_there_are(graded: SmallCourse) -> None:
    def all_points(nb: NotebookNode) -> None:
        for cell in nb.cells:
            if "points" in cell.metadata.get("nbgrader", {}):
                cell.metadata.nbgrader.points += 1

    rewrite(graded, all_points)
    line = one_clear_line(graded, "release")
    assert line.count(" before, ") == 3
    assert " (and 2 more); " in line


def test_a_notebook_added_is_refused(graded: SmallCourse) -> None:
    graded.write_master(name="tripling")
    line = one_clear_line(graded, "release")
    assert line.startswith("course release: 01_first: notebook tripling was added after submissions were graded")


def test_a_notebook_removed_is_refused(graded: SmallCourse) -> None:
    master = graded.root / "source/01_first/doubling.ipynb"
    master.rename(master.with_name("tripling.ipynb"))
    line = one_clear_line(graded, "release")
    assert line.startswith("course release: 01_first: notebook doubling was removed, and grades depend on it")


NO_MATTER = {
    "prose": edit("title", "Doubling", "Doubling numbers"),
    "a text cell more": lambda nb: nb.cells.insert(1, text("You will learn to double.", "goals")),
    "a figure more": lambda nb: nb.cells.append(code("double(3)", "figure", ("figure",))),
    "a reference solution": edit("double", "return 2 * x", "return x + x"),
    "a docstring": edit("double", "Twice x", "Two times x"),
    "the set-up cell": edit("setup", "from course", "import math\n\nfrom course"),
    "an answer cell": edit("answer_twice", "Your answer", "Two lines"),
}


@pytest.mark.parametrize("change", NO_MATTER.values(), ids=NO_MATTER)
def test_a_change_that_touches_no_score_is_released(change: Change, graded: SmallCourse) -> None:
    rewrite(graded, change)
    said = run_command(graded, "release")
    assert (said.status, said.err) == (0, "")


def test_an_unchanged_master_is_released_as_before(graded: SmallCourse) -> None:
    assert run_command(graded, "release").out == "01_first: 1 notebook unchanged\n"


def test_another_assignment_without_submissions_may_change(graded: SmallCourse) -> None:
    graded.write_master(assignment="02_second")
    release(graded.folder, ["02_second"])
    nb = small_master()
    drop_exercise(nb)
    graded.write_master(nb, "02_second")
    assert run_command(graded, "release", "02_second").out == "02_second: 1 notebook released\n"


def test_the_changed_assignment_stops_the_release_of_the_others(graded: SmallCourse) -> None:
    graded.write_master(assignment="00_before")
    rewrite(graded, edit("check_double", "4.0", "4.00"))
    assert "01_first: graded cells changed" in one_clear_line(graded, "release")


def test_after_a_regrade_the_changed_master_is_released(graded: SmallCourse) -> None:
    rewrite(graded, edit("check_double", "4.0", "4.00"))
    regrade(graded.folder, [], [], Options(), confirmed=True, why="a clearer check", runner=Unrun())
    assert run_command(graded, "release").status == 0
    assert "4.00" in cell_of(graded.released(), "check_double").source


def test_a_solution_that_is_marked_by_hand_may_change_its_reference(released_course: SmallCourse) -> None:
    nb = small_master()
    cell_of(nb, "double").metadata.nbgrader.update(grade=True, points=2)
    released_course.write_master(nb)
    release(released_course.folder, [])
    released_course.submit("ada")
    autograde(released_course.folder, [], [], Options(), runner=Unrun())
    edit("double", "return 2 * x", "return x + x")(nb)
    released_course.write_master(nb)
    assert run_command(released_course, "release").status == 0
