"""Masters that change after submissions were graded: what is refused, and what `--regrade` keeps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Said, Unrun, one_clear_line, run_command
from courses import SmallCourse, cell_of, exercise, small_master
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from course.grading.autograde import Options, Row, autograde
from course.grading.regrade import regrade
from course.grading.release import release

STRICT = """# Tested here: other numbers.
### BEGIN HIDDEN TESTS
check.hidden(double(-1.0), -2.0, hint="wrong for negative numbers")
### END HIDDEN TESTS"""
TRIPLE = "def triple(x):\n    ### BEGIN SOLUTION\n    return 3 * x\n    ### END SOLUTION"
CHECK_TRIPLE = 'check.close(triple(1.0), 3.0, "triple(1.0)")'
HIDDEN_TRIPLE = """# Tested here: other numbers.
### BEGIN HIDDEN TESTS
check.hidden(triple(2.0), 6.0, hint="wrong for other numbers")
### END HIDDEN TESTS"""
NEARLY = {"double": "def double(x):\n    return 2 * x if x != -1.0 else 0.0"}  # the strict test tells


def change_hidden(master: NotebookNode) -> None:
    cell_of(master, "hidden_double").source = STRICT


def change_points(master: NotebookNode) -> None:
    cell_of(master, "hidden_double").metadata.nbgrader.points = 5


def remove_exercise(master: NotebookNode) -> None:
    master.cells = [cell for cell in master.cells if not cell.id.endswith("total")]


def add_exercise(master: NotebookNode) -> None:
    at = master.cells.index(cell_of(master, "think_twice"))
    master.cells[at:at] = exercise("triple", TRIPLE, CHECK_TRIPLE, HIDDEN_TRIPLE)


def change_all(master: NotebookNode) -> None:
    for change in (change_hidden, remove_exercise, add_exercise):
        change(master)
    cell_of(master, "check_double").metadata.nbgrader.points = 4


def write_changed(course: SmallCourse, change: Callable[[NotebookNode], None]) -> None:
    master = small_master()
    change(master)
    course.write_master(master)


@pytest.fixture(scope="module")
def graded_template(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    made = released_template.copy_to(tmp_path_factory.mktemp("regrade") / "course_folder")
    made.submit("ada")
    made.submit("ben", NEARLY)
    autograde(made.folder, [], [], Options(jobs=2))
    return made


@pytest.fixture
def graded(graded_template: SmallCourse, tmp_path: Path) -> SmallCourse:
    """A course in which ada and ben have full marks."""
    return graded_template.copy_to(tmp_path / "course_folder")


# Without --regrade -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["autograde", "release"])
@pytest.mark.parametrize(
    ("change", "named"),
    [
        (change_hidden, ["doubling/hidden_double: its text changed"]),
        (change_points, ["doubling/hidden_double: points 2 before, 5 now"]),
        (remove_exercise, [f"doubling/{name} removed" for name in ("check_total", "hidden_total", "total")]),
        (add_exercise, [f"doubling/{name} added" for name in ("triple", "check_triple", "hidden_triple")]),
    ],
)
def test_changed_cells_are_refused_in_one_clear_line(
    command: str, change: Callable[[NotebookNode], None], named: list[str], graded: SmallCourse
) -> None:
    write_changed(graded, change)
    line = one_clear_line(graded, command)
    assert line.startswith(f"course {command}: 01_first: graded cells changed")
    assert all(words in line for words in named) and "`course autograde 01_first --regrade`" in line


def test_many_changes_are_counted(graded: SmallCourse) -> None:
    write_changed(graded, change_all)
    assert "(and 5 more)" in one_clear_line(graded, "autograde")


def test_master_may_change_before_anything_is_graded(released_course: SmallCourse) -> None:
    write_changed(released_course, change_all)
    (released,) = release(released_course.folder, [])
    assert released.changed


@pytest.mark.parametrize("words", [["autograde"], ["autograde", "--regrade"], ["release"]])
def test_notebook_added_after_grading_is_one_clear_line(words: list[str], graded: SmallCourse) -> None:
    graded.write_master(name="again")
    assert "notebook again was added" in one_clear_line(graded, *words)


@pytest.mark.parametrize("words", [["autograde"], ["autograde", "--regrade"], ["release"]])
def test_notebook_removed_after_grading_is_one_clear_line(words: list[str], graded: SmallCourse) -> None:
    graded.write_master(name="doubling2").with_name("doubling.ipynb").unlink()
    assert "notebook doubling was removed" in one_clear_line(graded, *words)


# With --regrade ----------------------------------------------------------------------------------------------


def opened(course: SmallCourse, name: str = "gradebook.db") -> Gradebook:
    return Gradebook(f"sqlite:///{course.root / name}", course.folder.directory().course_id or "default_course")


def mark_by_hand(course: SmallCourse) -> None:
    """As formgrader does: points and comment for ada's Think answer, points for ben's test and a comment on it."""
    with opened(course) as book:
        grade = book.find_grade("think_twice", "doubling", "01_first", "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.find_comment("think_twice", "doubling", "01_first", "ada").manual_comment = "well said"
        book.find_grade("hidden_double", "doubling", "01_first", "ben").manual_score = 1.0
        book.find_comment("double", "doubling", "01_first", "ben").manual_comment = "nearly"
        book.db.commit()


@pytest.fixture(scope="module")
def regraded(graded_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    made = graded_template.copy_to(tmp_path_factory.mktemp("regraded") / "course_folder")
    mark_by_hand(made)
    write_changed(made, change_all)
    return made


@pytest.fixture(scope="module")
def said(regraded: SmallCourse) -> Said:
    return run_command(regraded, "autograde", "--regrade", "--yes", "--why", "the test of 8.0 was too easy")


@pytest.fixture(scope="module")
def rows(regraded: SmallCourse, said: Said) -> dict[str, Row]:
    return {row.student: row for row in autograde(regraded.folder, [], [], Options())}


def copies(course: SmallCourse) -> list[str]:
    return sorted(path.name for path in course.root.glob("gradebook-*.db"))


def test_regrade_ends_well_and_names_the_copy(regraded: SmallCourse, said: Said) -> None:
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[-2:] == [
        "kept, and logged in regrades.jsonl",
        f"the gradebook as it was: {copies(regraded)[0]}",
    ]


def test_copy_of_the_gradebook_has_the_old_scores(regraded: SmallCourse, said: Said) -> None:
    with opened(regraded, copies(regraded)[0]) as book:
        assert book.find_submission("01_first", "ada").score == 7.5
        assert book.find_submission("01_first", "ben").score == 5.0


def test_changed_test_and_points_give_the_new_scores(rows: dict[str, Row]) -> None:
    """check_double 4, hidden_double 2, triple 3 (not in the submissions), think_twice 2."""
    score = rows["ada"].score
    assert score is not None
    assert (score.points, score.of) == (4 + 2 + 0 + 1.5, 4 + 2 + 3 + 2)
    assert score.failed == ["doubling/check_triple", "doubling/hidden_triple"]


def test_new_test_tells_what_the_old_one_did_not(regraded: SmallCourse, rows: dict[str, Row]) -> None:
    with opened(regraded) as book:
        assert book.find_grade("hidden_double", "doubling", "01_first", "ben").auto_score == 0.0


def test_points_given_by_hand_stay(regraded: SmallCourse, rows: dict[str, Row]) -> None:
    with opened(regraded) as book:
        think = book.find_grade("think_twice", "doubling", "01_first", "ada")
        test = book.find_grade("hidden_double", "doubling", "01_first", "ben")
        assert (think.score, test.score) == (1.5, 1.0)


def test_think_answer_marked_before_waits_for_nobody(rows: dict[str, Row]) -> None:
    scores = [rows[student].score for student in ("ada", "ben")]
    assert [score.by_hand for score in scores if score] == [0.0, 2.0]


def test_comments_stay(regraded: SmallCourse, rows: dict[str, Row]) -> None:
    with opened(regraded) as book:
        comments = [
            book.find_comment(cell, "doubling", "01_first", student).comment
            for cell, student in (("think_twice", "ada"), ("double", "ben"))
        ]
    assert comments == ["well said", "nearly"]


def test_grades_are_those_of_the_masters_cells(regraded: SmallCourse, rows: dict[str, Row]) -> None:
    with opened(regraded) as book:
        notebook = book.find_submission_notebook("doubling", "01_first", "ben")
        graded = {grade.name for grade in notebook.grades}
    assert graded == {"check_double", "hidden_double", "check_triple", "hidden_triple", "think_twice"}


def test_nothing_is_refused_after_a_regrade(rows: dict[str, Row]) -> None:
    added = "check_triple, hidden_triple missing, put back; doubling: triple missing"
    note = f"unchanged; doubling: released from an older master; doubling: {added}"
    assert [row.note for row in rows.values()] == [note] * 2


def test_second_regrade_keeps_a_second_copy(graded: SmallCourse) -> None:
    kept = {
        regrade(graded.folder, [], [], Options(), confirmed=True, why="twice", runner=Unrun()).kept_aside
        for _ in range(2)
    }
    assert {path.name for path in kept if path} == set(copies(graded)) and len(kept) == 2
