"""What `course release` makes: what students get, what they never get, and the same bytes every time."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest
from commands import one_clear_line, run_command
from courses import CHECK_DOUBLE, SmallCourse, cell_of, code, metadata, notebook, setup_cell, small_master, text
from nbformat import NotebookNode, v4
from sectioned import sectioned_master

import course
from course.grading import gradebook
from course.grading.form_titles import with_form_title
from course.grading.release import Released, release
from course.grading.settings import CourseFolder

STUDENT = "https://github.com/gradient-course/student"


@pytest.fixture
def released(released_template: SmallCourse) -> NotebookNode:
    """The small master as students get it."""
    return released_template.released()


def files(folder: Path) -> dict[str, bytes]:
    """All files under a folder, with their content."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


@pytest.mark.parametrize(
    "secret", ["return 2 * x", "result += double", "_secret", "-7.5", "[0.5, 4.5]", "the mark scheme says"]
)
def test_solutions_hidden_tests_and_mark_schemes_stay_behind(released_template: SmallCourse, secret: str) -> None:
    assert any(secret in cell.source for cell in small_master().cells)
    assert secret not in (released_template.root / "release/01_first/doubling.ipynb").read_text()


def test_no_marker_is_left(released: NotebookNode) -> None:
    assert not [cell.id for cell in released.cells if "BEGIN" in cell.source or "END" in cell.source]


def test_a_solution_cell_has_its_docstring_and_the_stub(released: NotebookNode) -> None:
    assert cell_of(released, "double").source == (
        'def double(x):\n    """Twice x, elementwise."""\n    # YOUR CODE HERE\n'
        '    raise NotImplementedError("not written yet: your code goes here")'
    )


def test_a_hidden_cell_has_the_comment_that_says_what_is_tested(released: NotebookNode) -> None:
    assert cell_of(released, "hidden_double").source == "# Tested here: other numbers."


def test_a_think_question_has_its_question(released: NotebookNode) -> None:
    assert cell_of(released, "think_twice").source.strip() == "Why twice?"


def test_check_cells_are_whole(released: NotebookNode) -> None:
    assert cell_of(released, "check_double").source == CHECK_DOUBLE


@pytest.mark.parametrize("name", ["setup", "check_double", "hidden_double", "think_twice"])
def test_what_students_must_not_change_is_locked(released: NotebookNode, name: str) -> None:
    its = cell_of(released, name).metadata
    assert (its.nbgrader.locked, its.editable, its.deletable) == (True, False, False)


@pytest.mark.parametrize("name", ["double", "answer_twice"])
def test_what_students_write_into_is_not_locked(released: NotebookNode, name: str) -> None:
    assert cell_of(released, name).metadata.get("editable", True)


def test_the_cells_are_the_masters_with_badge_and_install_cell(released: NotebookNode) -> None:
    assert [cell.id for cell in released.cells] == ["colab-badge", "title", "install"] + [
        cell.id for cell in small_master().cells[1:]
    ]


def test_the_install_cell_stands_above_a_set_up_cell_further_down(released_course: SmallCourse) -> None:
    master = small_master()
    master.cells.insert(1, text("You will learn to double.", "goals"))
    released_course.write_master(master)
    release(released_course.folder, [])
    ids = [cell.id for cell in released_course.released().cells]
    assert ids[:5] == ["colab-badge", "title", "goals", "install", "setup"]


def test_outputs_are_cleared(released_course: SmallCourse) -> None:
    master = small_master()
    cell_of(master, "double").outputs = [v4.new_output("stream", name="stdout", text="42")]
    cell_of(master, "double").execution_count = 7
    released_course.write_master(master)
    release(released_course.folder, [])
    cell = cell_of(released_course.released(), "double")
    assert (cell.outputs, cell.execution_count) == ([], None)


def test_badge_and_install_cell_point_to_the_default_student_repository(released: NotebookNode) -> None:
    badge, install = cell_of(released, "colab-badge").source, cell_of(released, "install").source
    assert badge.endswith(
        "(https://colab.research.google.com/github/gradient-course/student/blob/main/release/01_first/doubling.ipynb)"
    )
    assert f'%pip install -q "gradient-course @ git+{STUDENT}@main"' in install


HELPERS = {
    "install": "#@title Install the course's package (needed in Colab; elsewhere this does nothing)",
    "setup": "#@title Set-up: run this cell first",
    "demo": "#@title Demo: twice (or more)",
}


@pytest.fixture(scope="module")
def with_demo(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """A released notebook with a demo and a figure, and metadata that ask for a GPU; not to be changed."""
    made = released_template.copy_to(tmp_path_factory.mktemp("demo") / "course")
    master = small_master()
    master.cells += [
        text("### Demo: twice {or more}", "demo_text"),
        code("print(double(2))", "demo", tags=("demo",)),
        code("print(double(3))", "figure_double", tags=("figure",)),
    ]
    master.metadata["course"] = {"gpu": True}
    made.write_master(master)
    release(made.folder, [])
    return made.released()


@pytest.mark.parametrize("name", HELPERS)
def test_a_helper_cell_is_folded_away_under_a_form_title(with_demo: NotebookNode, name: str) -> None:
    cell = cell_of(with_demo, name)
    assert (cell.source.split("\n")[0], cell.metadata.cellView) == (HELPERS[name], "form")


def test_no_other_cell_is_folded_away_in_colab(with_demo: NotebookNode) -> None:
    folded = {cell.id for cell in with_demo.cells if "cellView" in cell.metadata or "@title" in cell.source}
    assert {name for name in folded if not name.startswith("section-feedback")} == set(HELPERS)


@pytest.mark.parametrize(
    ("written", "released_as"),
    [
        ("import math", "#@title Set-up: run this cell first\nimport math"),
        ("# Run me.\nimport math", "#@title Run me\nimport math"),
        ("# Run me. NumPy is not needed.\nimport math", "#@title Run me\n# NumPy is not needed.\nimport math"),
        ("#@title Mine\nimport math", "#@title Mine\nimport math"),
        ("# @title Mine\nimport math", "# @title Mine\nimport math"),
    ],
)
def test_the_first_comment_of_the_set_up_cell_is_its_form_title(written: str, released_as: str) -> None:
    assert with_form_title([setup_cell(written)], 0) == released_as


def test_a_gpu_is_asked_for_where_the_master_says_that_one_helps(with_demo: NotebookNode) -> None:
    assert with_demo.metadata.accelerator == "GPU"
    assert with_demo.metadata.colab == {"gpuType": "T4", "provenance": [], "toc_visible": True}
    assert "gpu" not in with_demo.metadata.course


def test_no_gpu_is_asked_for_elsewhere(released: NotebookNode) -> None:
    assert "accelerator" not in released.metadata
    assert released.metadata.colab == {"provenance": [], "toc_visible": True}


def test_badge_and_install_cell_follow_the_setting(released_course: SmallCourse) -> None:
    released_course.configure('c.Course.student_repository = "https://github.com/uni/deep.git@spring-2027"')
    release(released_course.folder, [])
    released = released_course.released()
    assert "/github/uni/deep/blob/spring-2027/release/01_first/" in cell_of(released, "colab-badge").source
    assert "git+https://github.com/uni/deep@spring-2027" in cell_of(released, "install").source
    assert "gradient-course/student" not in str(released)


def test_the_notebook_says_what_it_was_made_from(released_template: SmallCourse, released: NotebookNode) -> None:
    master = released_template.root / "source" / "01_first" / "doubling.ipynb"
    made_from = {
        key: released.metadata.course[key] for key in ("assignment", "notebook", "version", "master_sha256")
    }
    assert made_from == {
        "assignment": "01_first",
        "notebook": "doubling",
        "version": course.__version__,
        "master_sha256": hashlib.sha256(master.read_bytes()).hexdigest(),
    }


def test_another_run_makes_the_same_bytes(released_course: SmallCourse) -> None:
    before = files(released_course.root / "release")
    (released_course.root / "release/01_first/doubling.ipynb").unlink()
    release(released_course.folder, [])
    assert files(released_course.root / "release") == before


def test_a_course_in_another_folder_makes_the_same_bytes(released_template: SmallCourse, tmp_path: Path) -> None:
    other = released_template.copy_to(tmp_path / "some where" / "élse")
    (other.root / "release/01_first/doubling.ipynb").unlink()
    release(other.folder, [])
    assert files(other.root / "release") == files(released_template.root / "release")


def test_nbgraders_own_command_makes_the_same_bytes(
    released_course: SmallCourse, environment: dict[str, str]
) -> None:
    released_course.write_master(sectioned_master())
    folder = released_course.root / "source" / "01_first"
    for name in ("private/labels.csv", ".ipynb_checkpoints/doubling-checkpoint.ipynb", "data/points.csv"):
        (folder / name).parent.mkdir()
        (folder / name).write_text("1,2\n")
    release(released_course.folder, [])
    before = files(released_course.root / "release")
    words = ["nbgrader", "generate_assignment", "01_first", "--force"]
    subprocess.run(words, cwd=released_course.root, env=environment, check=True, capture_output=True)
    assert files(released_course.root / "release") == before


def test_a_second_release_says_unchanged_and_rewrites_nothing(released_course: SmallCourse) -> None:
    path = released_course.root / "release" / "01_first" / "doubling.ipynb"
    before = path.stat()
    assert run_command(released_course, "release").out == "01_first: 1 notebook unchanged\n"
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_changed_master_is_released(released_course: SmallCourse) -> None:
    master = small_master()
    cell_of(master, "title").source = "# Doubling, again"
    released_course.write_master(master)
    assert run_command(released_course, "release").out == "01_first: 1 notebook released\n"
    assert cell_of(released_course.released(), "title").source == "# Doubling, again"


def test_only_the_named_assignment_is_released(released_course: SmallCourse) -> None:
    released_course.write_master(assignment="02_second")
    released_course.write_master(assignment="03_third")
    assert release(released_course.folder, ["03_third"]) == [Released("03_third", 1, True)]
    assert sorted(path.name for path in (released_course.root / "release").iterdir()) == ["01_first", "03_third"]


def test_files_of_an_assignment_travel_but_not_private_ones(released_course: SmallCourse) -> None:
    folder = released_course.root / "source" / "01_first"
    for name in ("points.csv", "images/deep/cat.bin", "private/labels.csv", "images/private/dog.bin",
                 ".ipynb_checkpoints/doubling-checkpoint.ipynb", "__pycache__/helper.pyc"):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"\x00\xff" + name.encode())
    release(released_course.folder, [])
    travelled = files(released_course.root / "release" / "01_first")
    assert sorted(travelled) == ["doubling.ipynb", "images/deep/cat.bin", "points.csv"]
    assert travelled["images/deep/cat.bin"] == b"\x00\xffimages/deep/cat.bin"


def test_a_removed_notebook_goes_from_release_and_gradebook(released_course: SmallCourse) -> None:
    extra = released_course.write_master(notebook(text("# More", "title"), setup_cell()), name="more")
    release(released_course.folder, [])
    assert (released_course.root / "release/01_first/more.ipynb").is_file()
    extra.unlink()
    release(released_course.folder, [])
    assert sorted(files(released_course.root / "release" / "01_first")) == ["doubling.ipynb"]
    with gradebook.opened(released_course.folder) as book:
        assert [each.name for each in book.find_assignment("01_first").notebooks] == ["doubling"]


def test_released_cells_are_in_the_gradebook_with_their_points(released_course: SmallCourse) -> None:
    with gradebook.opened(released_course.folder) as book:
        known = book.find_notebook("doubling", "01_first")
        points = {cell.name: cell.max_score for cell in [*known.grade_cells, *known.task_cells]}
    assert points == {"check_double": 1, "hidden_double": 2, "check_total": 1, "hidden_total": 2, "think_twice": 2}


def test_no_scratch_folder_is_left(released_course: SmallCourse) -> None:
    release(released_course.folder, [])
    assert not [path.name for path in released_course.root.iterdir() if path.name.startswith(".course-")]


def test_a_release_while_another_command_writes_is_refused(released_course: SmallCourse) -> None:
    with CourseFolder(released_course.root).lock():
        assert "another course command is writing here" in one_clear_line(released_course, "release")


def test_metadata_of_other_tools_is_kept(released_course: SmallCourse) -> None:
    master = small_master()
    cell_of(master, "title").metadata = NotebookNode({"slideshow": {"slide_type": "slide"}})
    released_course.write_master(master)
    release(released_course.folder, [])
    assert cell_of(released_course.released(), "title").metadata.slideshow == {"slide_type": "slide"}


def test_a_locked_text_cell_stays_locked(released_course: SmallCourse) -> None:
    master = small_master()
    master.cells[0] = v4.new_markdown_cell("# Doubling", id="title", metadata=metadata("title", locked=True))
    released_course.write_master(master)
    release(released_course.folder, [])
    assert cell_of(released_course.released(), "title").metadata.editable is False
