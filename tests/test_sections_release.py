"""Released notebooks ask at the end of each section, and nothing downstream takes notice."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from courses import SmallCourse, cell_of
from nbformat import NotebookNode
from reporting import Marked
from sectioned import ASSIGNMENT, FIRST, NOTEBOOK, SECOND, say_in_file, sectioned_master, written

from course.grading.autograde import Options, autograde
from course.grading.recognition import recognise
from course.grading.release import release
from course.grading.section_cells import TAG, sections_of
from course.grading.submissions import find_submissions, read_submission


@pytest.fixture(scope="module")
def template(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """A released course with sections; not to be changed."""
    made = written(released_template.copy_to(tmp_path_factory.mktemp("sections") / "course_folder"))
    release(made.folder, [])
    return made


@pytest.fixture
def course(template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    return template.copy_to(tmp_path_factory.mktemp("copy") / "course_folder")


def asking(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if TAG in cell.metadata.get("tags", ())]


# Release ---------------------------------------------------------------------------------------------------------


def test_a_cell_that_asks_ends_each_section(template: SmallCourse) -> None:
    ids = [cell.id for cell in template.released().cells]
    first, second = ids.index("section-feedback-1"), ids.index("section-feedback-2")
    assert (ids[first - 1], ids[first + 1]) == ("demo", SECOND)
    assert (ids[second - 1], ids[second + 1 :]) == ("answer_twice", ["summary"])


def test_the_cell_names_notebook_section_and_title_under_a_form_title(template: SmallCourse) -> None:
    cell, _ = asking(template.released())
    title, *code = cell.source.split("\n")
    assert title.startswith("#@title How was this section?")
    assert [line for line in code if line] == [
        "import course.sections",
        f'course.sections.ask("{NOTEBOOK}", "{FIRST}", "Twice anything")',
    ]


def test_the_cells_code_is_hidden_and_nobody_grades_it(template: SmallCourse) -> None:
    for cell in asking(template.released()):
        assert cell.metadata == {"cellView": "form", "jupyter": {"source_hidden": True}, "tags": [TAG]}


def test_the_rest_of_the_notebook_is_as_without_them(course: SmallCourse, template: SmallCourse) -> None:
    course.configure("c.Course.section_feedback = False")
    release(course.folder, [])
    without = course.released()
    assert asking(without) == []
    kept = [cell for cell in template.released().cells if TAG not in cell.metadata.get("tags", ())]
    assert kept == without.cells


def test_nothing_of_a_mark_scheme_becomes_a_title(template: SmallCourse) -> None:
    assert "Secret heading" in cell_of(sectioned_master(), "think_twice").source
    assert "Secret" not in (template.root / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb").read_text()


def test_a_title_with_quotes_and_backslashes_is_python(course: SmallCourse) -> None:
    master = sectioned_master()
    cell_of(master, FIRST).source = '## 1. "Why" it\'s \\alpha'
    course.write_master(master)
    release(course.folder, [])
    call = asking(course.released())[0].source.split("\n")[-1]
    said: list[str] = []
    eval(call.removeprefix("course.sections."), {"ask": lambda *words: said.extend(words)})
    assert said == [NOTEBOOK, FIRST, '"Why" it\'s \\alpha']


# Submissions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["as released", "deleted", "twice"])
def test_cells_that_are_deleted_or_doubled_are_nothing_to_grading(change: str, course: SmallCourse) -> None:
    path = course.submit("ada")
    made = nbformat.read(path, as_version=4)
    if change == "deleted":
        made.cells = [cell for cell in made.cells if TAG not in cell.metadata.get("tags", ())]
    elif change == "twice":
        made.cells += [nbformat.from_dict({**cell, "id": f"{cell.id}-copy"}) for cell in asking(made)]
    nbformat.write(made, path)
    (submission,) = find_submissions(course.folder, ASSIGNMENT)
    master = sectioned_master()
    read = read_submission(course.folder, submission, {NOTEBOOK: master})
    found = recognise(read.notebooks[NOTEBOOK], master)
    assert (read.notes, found.otherwise, found.twice) == ([], [], [])
    (row,) = autograde(course.folder, [], [], Options(), runner=Marked())
    assert (row.problem, row.note) == ("", "")


def test_graded_cells_ask_nobody(course: SmallCourse) -> None:
    path = course.submit("ada")
    say_in_file(path, {})
    (row,) = autograde(course.folder, [], [], Options())
    graded = nbformat.read(course.root / "autograded/ada" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", as_version=4)
    assert [cell.outputs for cell in asking(graded)] == [[], []]
    assert row.problem == ""
    assert (course.root / "autograded/ada" / ASSIGNMENT / f"{NOTEBOOK}.feedback.json").is_file()


def test_every_title_of_this_course_is_short_and_plain(repository: Path) -> None:
    for path in sorted((repository / "source").glob("*/*.ipynb")):
        found = sections_of(nbformat.read(path, as_version=4))
        assert len(found) >= 3, path.name
        for section in found:
            assert len(section.title) <= 70 and not re.search(r"^\d|\bminutes\)|[*`#]", section.title), section
            assert re.fullmatch(r"[a-z0-9_]+", section.id), section
        assert len({section.id for section in found}) == len(found)
