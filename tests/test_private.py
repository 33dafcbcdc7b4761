"""Data that only tests may read: nobody else ever has it, and where there is no tester a person grades the cell."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from courses import SmallCourse, exercise, notebook, setup_cell, text
from nbgrader.converters import Autograde
from sandboxed import needs_sandbox

from course.grading import gradebook
from course.grading.autograde import Options, Row, autograde
from course.grading.feedback import feedback
from course.grading.release import release
from course.grading.standing import read_score

pytestmark = needs_sandbox
SECRET = "4711.25"
PREDICT = "def predict(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
CHECK = 'check.close(predict(1.0), 2.0, "predict(1)")'
HIDDEN = """# Tested here: predictions for data that nobody has seen.
### BEGIN HIDDEN TESTS
_x, _y = np.loadtxt(check.private_path("test.csv"), delimiter=",")
check.hidden(predict(_x), _y, hint="the predictions are wrong")
### END HIDDEN TESTS"""
LOOKS = """import os
kept = []
def predict(x):
    kept.append(x)
    return 2 * x
found = [name for base, _, names in os.walk("/") for name in names if name == "test.csv"]
print("found", found, os.listdir("."))
try:
    print(open("private/test.csv").read())
except OSError as error:
    print(type(error).__name__)"""


def submit(course: SmallCourse, student: str, source: str) -> None:
    path = course.submit(student)
    made = nbformat.read(path, as_version=4)
    next(cell for cell in made.cells if cell.id == "predict").source = source
    made.cells.append(nbformat.v4.new_code_cell("print('kept', globals().get('kept'))", id="last"))
    nbformat.write(made, path)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    made = SmallCourse(tmp_path_factory.mktemp("private"))
    made.configure("c.Course.cell_seconds = 60")  # to walk through all files takes a while on a busy machine
    made.write_master(
        notebook(
            text("# Predictions", "title"),
            setup_cell("import numpy as np\n\nfrom course import check"),
            *exercise("predict", PREDICT, CHECK, HIDDEN),
        )
    )
    private = made.root / "source" / "01_first" / "private"
    private.mkdir()
    (private / "test.csv").write_text(f"1,2,{SECRET}\n2,4,{2 * float(SECRET)}\n")
    (private / "test.csv").chmod(0o600)
    release(made.folder, [])
    submit(made, "ada", "def predict(x):\n    return x + x")
    submit(made, "ben", "def predict(x):\n    return 2.0")
    submit(made, "eve", LOOKS)
    return made


@pytest.fixture(scope="module")
def rows(course: SmallCourse) -> dict[str, Row]:
    return {row.student: row for row in autograde(course.folder, [], [], Options(jobs=2))}


def cells_of(row: Row) -> dict[str, float]:
    assert row.score is not None, row.problem
    return {name.partition("/")[2]: points for name, points in row.score.cells.items()}


def test_tests_read_it(rows: dict[str, Row]) -> None:
    assert cells_of(rows["ada"]) == {"check_predict": 1.0, "hidden_predict": 2.0}
    assert cells_of(rows["ben"]) == {"check_predict": 1.0, "hidden_predict": 0.0}


def test_a_submission_finds_it_nowhere(course: SmallCourse, rows: dict[str, Row]) -> None:
    made = nbformat.read(course.root / "autograded" / "eve" / "01_first" / "doubling.ipynb", as_version=4)
    printed = next(cell for cell in made.cells if cell.id == "predict").outputs[0].text
    assert printed == "found [] []\nFileNotFoundError\n"


def test_no_inputs_are_in_what_is_shown(course: SmallCourse, rows: dict[str, Row]) -> None:
    """The function keeps what the test passes in; the cell below it is run before that."""
    (page,) = feedback(course.folder, [], ["eve"])
    shown = "".join(path.read_text() for path in page.parent.glob("*.html"))
    assert "kept [1.0]" in shown
    assert SECRET not in shown


@pytest.mark.parametrize("step", ["release", "autograded"])
def test_no_copy_has_it(step: str, course: SmallCourse, rows: dict[str, Row]) -> None:
    files = [path for path in (course.root / step).rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if path.name == "test.csv" or SECRET.encode() in path.read_bytes()] == []


def test_without_a_tester_a_person_grades_it(course: SmallCourse, tmp_path: Path) -> None:
    copy = course.copy_to(tmp_path / "course_folder")
    shutil.rmtree(copy.root / "autograded", ignore_errors=True)  # graded already, if other tests came first
    (copy.root / "gradebook.db").unlink()
    (row,) = autograde(copy.folder, [], ["ada"], Options(confined=False))
    assert row.score is not None
    assert (row.score.points, row.score.by_hand) == (1.0, 2.0)


def test_formgraders_button_has_a_tester_too(course: SmallCourse, rows: dict[str, Row], tmp_path: Path) -> None:
    made = course.copy_to(tmp_path / "course_folder").folder
    coursedir = made.directory()
    coursedir.assignment_id, coursedir.student_id = "01_first", "ada"
    converter = Autograde(coursedir=coursedir, config=made.config)
    converter.force = converter.create_student = True
    converter.start()
    with gradebook.opened(made) as book:
        assert read_score(book, "01_first", "ada").points == 3.0
