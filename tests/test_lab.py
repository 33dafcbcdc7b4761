"""A student works in JupyterLab, in a browser, on what `make lab` opens: slider, check, hint, tick, Validate."""

from __future__ import annotations

import ast
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from browser import DESKTOP, chromium
from courses import ROOT, SmallCourse, code, exercise, notebook, setup_cell, text
from labdesk import CONTRAST, Desk, drag, figure, new_desk, settle_in, wait_for_another_figure
from labserver import Server, jupyter_lab
from playwright.sync_api import Browser

from course.grading.handin import fill_in, solutions
from course.grading.release import release

browsed = pytest.mark.slow  # JupyterLab and Chromium

SMALL, REAL = "release/01_first/doubling.ipynb", "release/03_loss_functions/regression.ipynb"
NARROW = (700, 900)  # half a screen, beside a book
SUCCESS = "Success! Your notebook passes all the tests."
SETUP = """import sys, os
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import IntSlider, interact
from course import check"""
WHERE = 'print(sys.prefix, os.environ.get("COURSE_DEVICE"), sep="\\n")'
DEMO = """@interact(power=IntSlider(value=1, min=0, max=5, description="power", continuous_update=False))
def show(power=1):
    x = np.linspace(-1, 1)
    plt.plot(x, x**power)
    plt.show()"""
STUB = ["✗ double: not written yet: your code goes here"]
DOUBLE = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
CHECK = '# Check: one number.\ncheck.close(double(2.0), 4.0, "double(2.0)")'
HIDDEN = (
    '# Tested here: zero.\n### BEGIN HIDDEN TESTS\ncheck.hidden(double(0.0), 0.0, hint="no")\n### END HIDDEN TESTS'
)
WRONG = "def double(x):\n    return 2 * x + 1"
RIGHT = "def double(x):\n    np.log(np.zeros(1))\n    return 2 * x"  # and it warns


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """A course folder with a small notebook, and a real one in which all but one exercise is solved."""
    made = SmallCourse(tmp_path_factory.mktemp("a course"))
    made.configure("c.Course.section_feedback = False")
    where, demo = code(WHERE, "where"), code(DEMO, "demo", ("demo",))
    made.write_master(
        notebook(
            text("# Doubling", "title"), setup_cell(SETUP), where, demo, *exercise("double", DOUBLE, CHECK, HIDDEN)
        )
    )
    release(made.folder, [])
    real = nbformat.read(ROOT / REAL, as_version=4)
    answers = solutions(nbformat.read(ROOT / REAL.replace("release", "source"), as_version=4))
    answers["compute_sum_of_squares"] = MEAN
    (made.root / REAL).parent.mkdir()
    nbformat.write(fill_in(real, answers), made.root / REAL)
    shutil.copy(ROOT / "Makefile", made.root)
    return made


MEAN = "def compute_sum_of_squares(y_train, y_pred):\n    return np.mean((y_train - y_pred) ** 2)"
SUM = "def compute_sum_of_squares(y_train, y_pred):\n    return float(np.sum((y_train - y_pred) ** 2))"


@pytest.fixture(scope="module")
def server(
    course: SmallCourse, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """What `make lab DEVICE=cpu` starts, for somebody who has a broken kernel of the same name."""
    own = tmp_path_factory.mktemp("jupyter")
    settle_in(own)
    other = own / "data" / "kernels" / "python3"
    other.mkdir(parents=True)
    (other / "kernel.json").write_text(
        json.dumps({"argv": ["false"], "display_name": "not the course's", "language": "python"})
    )

    def make_lab(options: list[str]) -> list[str]:
        venv = Path(sys.executable).parent.parent
        return [
            *("make", "--no-print-directory", "--assume-old", str(venv / ".installed"), "lab"),
            *(f"VENV={venv}", "DEVICE=cpu", f"NOTEBOOK={SMALL}", f"OPTIONS={' '.join(options)}"),
        ]

    variables = {**environment, "MAKEFLAGS": "", "JUPYTER_PATH": str(own / "data")}
    with jupyter_lab(course.root, variables, own, make_lab) as running:
        yield running


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for pictures."""
    folder = Path(os.environ.get("COURSE_SCREENSHOTS") or tmp_path_factory.mktemp("shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all."""
    with chromium() as running:
        yield running


@dataclass
class Evening:
    """What a student saw, one thing after the other.

    Attributes:
        tabs: open after the start.
        folder: that is listed beside them.
        where: the kernel's environment and device.
        figures: as it was, after the mouse and after the keyboard moved the slider.
        failed: the check under a wrong answer, by theme.
        passed: the check under a right one.
        validated: what Validate says of nothing done, a wrong answer and a right one.
        contrast: of what the checks say, by what it is.
    """

    tabs: list[str]
    folder: str
    where: list[str]
    figures: list[str]
    failed: list[str]
    passed: list[str]
    validated: dict[str, list[str]]
    contrast: dict[str, float]


@pytest.fixture(scope="module")
def evening(server: Server, browser: Browser, shots: Path) -> Evening:
    """The small notebook, from the first look to the last."""
    desk = new_desk(browser, server, shots)
    desk.go()
    desk.wait_for_kernel()
    desk.look("start")
    tabs = desk.page.locator("#jp-main-dock-panel .lm-TabBar-tabLabel").all_inner_texts()
    folder = desk.page.locator(".jp-BreadCrumbs").inner_text()
    validated = {"nothing": desk.validate()}
    desk.look("validate-nothing-done")
    desk.close_dialog()
    desk.run_all("check_double")
    where = desk.printed("where")
    figures = slide(desk)
    desk.write("double", WRONG)
    desk.run("double")
    desk.run("check_double")
    failed, contrast = desk.printed("check_double"), contrasts(desk, "light")
    validated["wrong"] = desk.validate()
    desk.look("validate-wrong")
    desk.close_dialog()
    desk.look("hint")
    desk.dark()
    contrast |= contrasts(desk, "dark")
    desk.look("hint-dark")
    desk.write("double", RIGHT)
    desk.run("double")
    desk.run("check_double")
    passed = desk.printed("check_double")
    contrast["tick dark"] = desk.cell("check_double").locator("pre").last.evaluate(CONTRAST)
    desk.look("tick-dark")
    validated["right"] = desk.validate()
    desk.look("validate-right-dark")
    desk.page.context.close()
    return Evening(tabs, folder, where, figures, failed, passed, validated, contrast)


def slide(desk: Desk) -> list[str]:
    """The figure of the demo as it is, after the mouse and after the keyboard have moved the slider."""
    cell = desk.cell("demo")
    figures = [figure(cell)]
    handle = cell.get_by_role("slider")
    drag(handle, 40)
    figures.append(wait_for_another_figure(cell, figures[-1]))
    cell.locator(".cm-content").click()
    desk.page.keyboard.press("Escape")  # out of the editor, where Tab indents
    for _ in range(10):
        desk.page.keyboard.press("Tab")
        if handle.evaluate("each => each === document.activeElement"):
            break
    desk.page.keyboard.press("ArrowRight")
    figures.append(wait_for_another_figure(cell, figures[-1]))
    desk.look("slider")
    return figures


def contrasts(desk: Desk, theme: str) -> dict[str, float]:
    """Of the line under a failed check, and of its mark."""
    line = desk.cell("check_double").locator(".jp-OutputArea-output pre")
    return {
        f"line {theme}": line.evaluate(CONTRAST),
        f"mark {theme}": line.locator("span").first.evaluate(CONTRAST),
    }


# The small notebook ------------------------------------------------------------------------------------------


@browsed
def test_make_lab_opens_the_notebook_with_the_topics_beside_it(evening: Evening) -> None:
    assert evening.tabs == ["doubling.ipynb"]
    assert evening.folder.strip("/ ") == "release"


@browsed
def test_the_kernel_is_the_environments_own_on_the_device_that_was_asked_for(evening: Evening) -> None:
    assert evening.where == [sys.prefix, "cpu"]


@browsed
def test_the_figure_changes_when_the_mouse_moves_the_slider(evening: Evening) -> None:
    assert evening.figures[0] != evening.figures[1]


@browsed
def test_the_keyboard_reaches_the_slider_and_moves_it(evening: Evening) -> None:
    assert evening.figures[1] != evening.figures[2]


@browsed
def test_a_failed_check_is_one_line_with_the_hint(evening: Evening) -> None:
    assert evening.failed == ["✗ double(2.0): wrong value: expected 4, yours 5 (difference 1)."]


@browsed
def test_a_passed_check_shows_a_tick(evening: Evening) -> None:
    assert evening.passed[-1] == "✓ double(2.0): expected 4, yours 4"


@browsed
def test_validate_says_in_one_line_that_an_exercise_is_not_written_yet(evening: Evening) -> None:
    assert evening.validated["nothing"] == [
        "Validation Results", "The following cell failed:", *CHECK.splitlines(), *STUB, "Ok"
    ]  # fmt: skip


@browsed
def test_validate_shows_the_hint_of_a_wrong_answer(evening: Evening) -> None:
    assert evening.validated["wrong"] == [
        "Validation Results", "The following cell failed:", *CHECK.splitlines(), *evening.failed, "Ok"
    ]  # fmt: skip


@browsed
def test_validate_passes_a_right_answer_that_warns(evening: Evening) -> None:
    assert evening.validated["right"] == ["Validation Results", SUCCESS, "Ok"]
    assert evening.passed[0].startswith("RuntimeWarning: divide by zero")


@browsed
def test_what_checks_say_is_legible_in_both_themes(evening: Evening) -> None:
    assert {what for what, ratio in evening.contrast.items() if ratio < 4.5} == set()


# A real one --------------------------------------------------------------------------------------------------


@browsed
def test_a_real_notebook_goes_from_a_hint_through_its_sliders_to_success(
    server: Server, browser: Browser, shots: Path
) -> None:
    desk = new_desk(browser, server, shots, NARROW)
    desk.open(REAL)
    desk.page.keyboard.press("Control+b")  # the files are not needed now
    desk.run_all("check_compute_sum_of_squares")
    assert desk.printed("check_compute_sum_of_squares") == [
        "✗ sum of squares: wrong value: expected 2.020992572, yours 0.1010496286 (difference 1.92)."
    ]
    desk.cell("check_compute_sum_of_squares").locator("pre").last.scroll_into_view_if_needed()
    desk.look("real-hint-narrow")
    desk.write("compute_sum_of_squares", SUM)
    desk.run_all("figure_heteroscedastic")
    cell = desk.cell("demo")
    before = figure(cell)
    drag(cell.get_by_role("slider").first, 60)
    wait_for_another_figure(cell, before)
    cell.locator(".widget-slider").first.scroll_into_view_if_needed()
    desk.look("real-slider-narrow")
    desk.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    desk.look("real-slider")
    assert SUCCESS in desk.validate()
    desk.look("real-validate")
    desk.page.context.close()


# Every demo --------------------------------------------------------------------------------------------------

CONTROLS = ("Slider", "Dropdown", "Checkbox", "Buttons", "Button", "Text", "Select")


def controls(path: Path) -> list[tuple[str, bool]]:
    """The widgets that a notebook makes: their source, and whether they have a description."""
    cells = nbformat.read(path, as_version=4).cells
    calls = (
        each
        for cell in cells
        if cell.cell_type == "code"
        for each in ast.walk(ast.parse(cell.source))
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id.endswith(CONTROLS)
    )
    return [(ast.unparse(call), any(word.arg == "description" for word in call.keywords)) for call in calls]


def test_every_control_of_every_demo_says_what_it_moves() -> None:
    found = [each for path in sorted((ROOT / "source").glob("*/*.ipynb")) for each in controls(path)]
    assert len(found) > 40
    assert [source for source, described in found if not described] == []
