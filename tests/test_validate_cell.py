"""`course.validate()`: which file it looks at, when it does nothing, and what it shows in a notebook."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from browser import DESKTOP, PHONE, chromium, is_too_wide, open_file, violations
from courses import SmallCourse
from nbclient import NotebookClient
from nbformat import NotebookNode, v4
from validating import solved, source, write

import course
from course.validation import here
from course.validation.page import html_of
from course.validation.process import GRADING
from course.validation.report import Report
from course.validation.states import FAILED, PASSED, State


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(GRADING, raising=False)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Nothing is run; the paths of what would be."""
    paths: list[Path] = []

    def look(path: Path, *_: object) -> Report:
        paths.append(path)
        return Report(path, "", [State("double", PASSED)])

    monkeypatch.setattr(here, "look", look)
    return paths


@pytest.fixture(scope="module")
def right(released_template: SmallCourse) -> NotebookNode:
    """The small notebook, solved."""
    return solved(released_template.released())


# Which file ---------------------------------------------------------------------------------------------------


def test_a_named_file_is_taken(looked: list[Path], right: NotebookNode, tmp_path: Path) -> None:
    write(tmp_path, right)
    course.validate("doubling.ipynb")
    assert looked == [Path("doubling.ipynb")]


def test_jupyter_says_which_file_it_is(
    looked: list[Path], right: NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, right, name="other.ipynb")
    monkeypatch.setenv("JPY_SESSION_NAME", str(write(tmp_path, right)))
    course.validate()
    assert looked == [tmp_path / "doubling.ipynb"]


def test_vs_code_says_which_file_it_is(
    looked: list[Path], right: NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, right)
    write(tmp_path, right, name="other.ipynb")
    monkeypatch.setattr(here, "_user_names", lambda: {"__vsc_ipynb_file__": str(path)})
    course.validate()
    assert looked == [path]


def test_after_a_change_of_name_the_only_notebook_of_the_folder_is_taken(
    looked: list[Path], right: NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "not-the-courses.ipynb").write_text("{}")
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "old-name.ipynb"))
    path = write(tmp_path, right, name="new-name.ipynb")
    course.validate()
    assert looked == [path]


def test_where_it_is_not_known_which_file_it_says_what_to_type(
    looked: list[Path], right: NotebookNode, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, right, name="one.ipynb")
    write(tmp_path, right, name="two.ipynb")
    course.validate()
    assert looked == []
    assert 'course.validate("name.ipynb")' in capsys.readouterr().out


def test_in_colab_it_says_which_menus_to_use(
    looked: list[Path],
    right: NotebookNode,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "google.colab", SimpleNamespace())  # type: ignore[arg-type]
    write(tmp_path, right)  # may be an old download
    course.validate()
    said = capsys.readouterr().out
    assert looked == []
    assert "File, Download, Download .ipynb" in said
    assert "!course validate name.ipynb" in said


def test_a_file_that_is_not_there_is_told_with_those_that_are(
    looked: list[Path], right: NotebookNode, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, right)
    course.validate("dobling.ipynb")
    assert capsys.readouterr().out == "dobling.ipynb: not found. Here are: doubling.ipynb.\n"


@pytest.mark.parametrize("value", ["autograde", "validate"])
def test_in_grading_it_does_nothing(
    value: str, looked: list[Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(GRADING, value)
    course.validate("anything.ipynb")
    assert (looked, capsys.readouterr().out) == ([], "")


# When it was saved --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (3, "as saved just now; what you changed since then is not in it"),
        (60, "as saved 60 seconds ago"),
        (600, "last saved 10 minutes ago. If you have changed anything since, save (Ctrl+S)"),
        (90_000, "last saved on 20"),
        (-50, "as saved just now"),
    ],
)
def test_it_says_when_the_file_was_saved_and_to_save_first(ago: int, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text("{}")
    os.utime(tmp_path / "a.ipynb", (1_800_000_000, 1_800_000_000))
    assert said in here.saved_when(tmp_path / "a.ipynb", 1_800_000_000 + ago)


def test_outside_of_a_notebook_the_report_is_text(
    looked: list[Path], right: NotebookNode, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    course.validate(write(tmp_path, right))
    said = capsys.readouterr().out
    assert "✓ passed  double" in said
    assert "Hidden tests are run only when your instructor grades" in said


def test_importing_the_course_imports_nothing_of_this() -> None:
    look = (
        "import sys, course; print([each for each in sys.modules if 'validation' in each or each == 'subprocess'])"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert "validation" not in done.stdout


# In a kernel --------------------------------------------------------------------------------------------------


def test_in_a_kernel_it_runs_its_own_file_once_and_shows_a_table(
    right: NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_call(nb: NotebookNode) -> None:
        nb.cells.append(v4.new_code_cell("import course\ncourse.validate()", id="a1b2c3d4"))

    path = write(tmp_path, right, with_call, source("double", "def double(x):\n    return 3 * x"))
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    only_call = v4.new_notebook(cells=[nbformat.read(path, as_version=4).cells[-1]])
    NotebookClient(only_call, timeout=120, kernel_name="python3").execute()
    (shown,) = only_call.cells[0].outputs
    assert "double(2.0): wrong value: expected 4, yours 6 (difference 2)." in shown.data["text/html"]
    assert "✗ failed" in shown.data["text/plain"]


# What it looks like -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(right: NotebookNode, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report as a page."""
    folder = tmp_path_factory.mktemp("page")
    report = Report(
        Path("doubling <b>.ipynb"),
        "",
        [
            State("compute_negative_log_likelihood", PASSED),
            State("double", FAILED, "<script>wrong</script>: a < b"),
        ],
    )
    made = html_of(report, "The file was saved just now.")
    head = '<meta name="color-scheme" content="light dark"><title>x</title>'
    html = f'<!DOCTYPE html><html lang="en">{head}<main><h1>x</h1>{made}</main></html>'
    (folder / "page.html").write_text(html, encoding="utf-8")
    return folder / "page.html"


def test_what_a_student_wrote_is_text_in_the_page(page: Path) -> None:
    assert "<script>" not in page.read_text(encoding="utf-8")
    assert "&lt;script&gt;wrong" in page.read_text(encoding="utf-8")


def test_the_page_is_accessible_and_fits_in_light_and_dark_on_a_desk_and_a_telephone(page: Path) -> None:
    with chromium() as browser:
        for size in (DESKTOP, PHONE):
            for dark in (False, True):
                tab = open_file(browser, page, size, dark=dark)
                assert (violations(tab), is_too_wide(tab)) == ([], False)
