"""A student says in JupyterLab how a section was: it is in the saved notebook, and is there after a reload."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser import chromium
from courses import SmallCourse, code, notebook, setup_cell, text
from labdesk import APP, CONTRAST, CURRENT, Desk, new_desk, settle_in
from labserver import jupyter_lab
from playwright.sync_api import Locator, expect

from course.grading.release import release
from course.sections.record import MEDIA_TYPE

browsed = pytest.mark.slow  # JupyterLab and Chromium

ASKS = "section-feedback-1"
PATH = "release/01_first/doubling.ipynb"
COMMENT = "More pictures, please"


@dataclass
class Evening:
    """What was seen.

    Attributes:
        before: the cell's text, before anything was answered.
        pressed: labels of the buttons that were pressed by the keyboard.
        saved: the answer in the saved notebook.
        written: the answers in the file beside it.
        after: labels of the marked buttons, and the comment, after the page was loaded anew.
        again: the same in a new kernel, after the cell has run again.
        contrast: of the form's letters, in the dark.
        inside: whether the form stays in its place on a narrow screen.
    """

    before: str
    pressed: list[str]
    saved: dict[str, Any]
    written: dict[str, Any]
    after: list[str]
    again: list[str]
    contrast: list[float]
    inside: bool


@pytest.fixture(scope="module")
def evening(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Evening:
    course = SmallCourse(tmp_path_factory.mktemp("a course"))
    asked = text("## 1. Twice anything (5 minutes)", "first_text")
    course.write_master(notebook(text("# Doubling", "title"), setup_cell(), asked, code("1 + 1", "demo")))
    release(course.folder, [])
    own = tmp_path_factory.mktemp("jupyter")
    settle_in(own)
    shots = Path(os.environ.get("COURSE_SCREENSHOTS") or tmp_path_factory.mktemp("shots"))
    shots.mkdir(parents=True, exist_ok=True)
    with jupyter_lab(course.root, environment, own) as server, chromium() as browser:
        desk = new_desk(browser, server, shots)
        desk.open(PATH)
        desk.run_all(ASKS)
        before = form_of(desk).inner_text()
        pressed = answer_by_keyboard(desk)
        desk.look("section")
        save(desk)
        saved = json.loads((course.root / PATH).read_text())
        written = json.loads((course.root / PATH).with_name("doubling.feedback.json").read_text())
        desk.page.reload()
        desk.wait_for_kernel()
        after = said_in(desk)
        desk.page.evaluate(f"{CURRENT}.sessionContext.session.kernel.restart()")
        desk.wait_for_kernel()
        desk.run("demo")  # so that the numbers before cells are others than before
        desk.run_all(ASKS)
        again = said_in(desk)
        desk.dark()
        letters = form_of(desk).locator("button, label, input, .widget-html-content div")
        contrast = [letters.nth(number).evaluate(CONTRAST) for number in range(letters.count())]
        desk.look("section-dark")
        desk.page.evaluate(f"{APP}.commands.execute('application:toggle-left-area')")
        desk.page.set_viewport_size({"width": 480, "height": 900})
        form = form_of(desk)
        inside = form.evaluate("each => each.scrollWidth <= each.clientWidth")
        desk.look("section-narrow")
        desk.page.context.close()
    outputs = next(cell for cell in saved["cells"] if cell["id"] == ASKS)["outputs"]
    kept = [output["data"][MEDIA_TYPE] for output in outputs if MEDIA_TYPE in output["data"]]
    return Evening(before, pressed, kept[0] if kept else {}, written, after, again, contrast, inside)


def form_of(desk: Desk) -> Locator:
    """The form under the cell that asks."""
    form = desk.cell(ASKS).locator(".widget-vbox")
    expect(form).to_be_visible()
    return form


def answer_by_keyboard(desk: Desk) -> list[str]:
    """Go through the form with Tab, press two buttons and write a line; returns the buttons' labels."""
    pressed = []
    form_of(desk).get_by_role("button").first.focus()
    for number in range(6):
        if number in (2, 3):
            pressed.append(desk.page.evaluate("document.activeElement.textContent"))
            desk.page.keyboard.press("Space")
        desk.page.keyboard.press("Tab")
    desk.page.keyboard.type(COMMENT)
    expect(desk.cell(ASKS).locator("pre").last).to_contain_text(COMMENT)
    return pressed


def save(desk: Desk) -> None:
    desk.page.evaluate(f"{APP}.commands.execute('docmanager:save')")
    desk.page.wait_for_function(f"!{APP}.shell.currentWidget.context.model.dirty")


def said_in(desk: Desk) -> list[str]:
    """What the form shows as said."""
    form = form_of(desk)
    expect(form.locator("button.mod-active")).to_have_count(2)
    return [*form.locator("button.mod-active").all_inner_texts(), form.get_by_label("In a line:").input_value()]


SAID = ["✓ too hard", "✓ unclear", COMMENT]


@browsed
def test_the_form_says_who_sees_it_and_is_used_without_a_mouse(evening: Evening) -> None:
    assert "Your instructor and assistants see it with your submission" in " ".join(evening.before.split())
    assert "✓" not in evening.before
    assert evening.pressed == ["too hard", "unclear"]


@browsed
def test_the_saved_notebook_and_the_file_beside_it_have_the_answer(evening: Evening) -> None:
    said = {key: evening.saved[key] for key in ("notebook", "section", "difficulty", "clarity", "comment")}
    assert said == {
        "notebook": "doubling", "section": "first_text",
        "difficulty": "too hard", "clarity": "unclear", "comment": COMMENT,
    }  # fmt: skip
    assert evening.written["sections"]["first_text"]["comment"] == COMMENT


@browsed
def test_the_answer_is_there_after_a_reload_and_in_a_new_kernel(evening: Evening) -> None:
    assert (evening.after, evening.again) == (SAID, SAID)


@browsed
def test_the_form_is_legible_in_the_dark_and_fits_a_narrow_screen(evening: Evening) -> None:
    assert len(evening.contrast) > 8 and min(evening.contrast) >= 4.5
    assert evening.inside
