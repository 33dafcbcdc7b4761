"""The form at the end of a section: what it asks, where the answers are kept, where it does nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import IPython.core.getipython
import IPython.display
import ipywidgets
import pytest
from sectioned import FIRST, NOTEBOOK, SECOND, entry, file_of, sectioned_master, text

from course import sections
from course.grading.section_cells import plain_title, sections_of
from course.sections import kept as keeping
from course.sections.form import WHO_SEES_IT, Form
from course.sections.kept import Kept
from course.sections.record import LONGEST, MEDIA_TYPE

FILE = f"{NOTEBOOK}.feedback.json"


class Shown(list):
    """What was displayed, each a bundle and how."""

    def of(self, form: Form) -> list[dict[str, Any]]:
        """The bundles of the output that travels in the notebook."""
        return [bundle for bundle, how in self if how.get("display_id") == form._display]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shown:
    """Collects what is displayed; the notebook's folder is empty, and nothing was said before."""
    found = Shown()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(IPython.display, "display", lambda bundle, **how: found.append((bundle, how)))
    monkeypatch.setattr(keeping, "_kept", {})
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return found


def form(section: str = FIRST, title: str = "Twice anything") -> Form:
    made = Form(ipywidgets, keeping.kept(NOTEBOOK), section, title)
    made.show()
    return made


def on_disk() -> dict[str, Any]:
    """The answers in the file, by section, without their times."""
    content = json.loads(Path(FILE).read_text())
    assert (content["version"], content["notebook"]) == (1, NOTEBOOK)
    return {name: {key: each[key] for key in each if key != "time"} for name, each in content["sections"].items()}


# The form --------------------------------------------------------------------------------------------------------


def test_nothing_is_chosen_and_nothing_is_written_before_somebody_answers(shown: Shown) -> None:
    made = form()
    assert (made.difficulty.chosen, made.clarity.chosen, made.comment.value) == ("", "", "")
    assert shown.of(made) == [{"text/plain": "Nothing said yet."}]
    assert list(Path.cwd().iterdir()) == []


def test_every_change_is_in_the_file_and_in_the_notebook_at_once(shown: Shown) -> None:
    made = form()
    made.difficulty.buttons["too hard"].value = True
    made.clarity.buttons["partly clear"].value = True
    made.comment.value = " more\npictures "
    said = {
        "title": "Twice anything",
        "difficulty": "too hard",
        "clarity": "partly clear",
        "comment": "more pictures",
    }
    assert on_disk() == {FIRST: said}
    bundle = shown.of(made)[-1]
    assert {**bundle[MEDIA_TYPE], "time": ""} == {
        "version": 1, "notebook": NOTEBOOK, "section": FIRST, **said, "time": ""
    }  # fmt: skip
    assert (
        bundle["text/plain"] == "In this notebook: too hard, partly clear, “more pictures”. Save it to hand it in."
    )
    assert [how.get("update") for _, how in shown[2:]] == [True] * 3


def test_one_answer_replaces_the_other_and_is_marked_in_letters(shown: Shown) -> None:
    made = form()
    made.difficulty.buttons["too hard"].value = True
    made.difficulty.buttons["about right"].value = True
    assert {name: button.value for name, button in made.difficulty.buttons.items()} == {
        "too easy": False, "about right": True, "too hard": False
    }  # fmt: skip
    labels = [button.description for button in made.difficulty.buttons.values()]
    assert labels == ["too easy", "✓ about right", "too hard"]
    assert len(shown.of(made)) == 3  # one for each click


def test_an_answer_can_be_taken_back_and_that_is_kept_too(shown: Shown) -> None:
    made = form()
    made.difficulty.buttons["too hard"].value = True
    made.difficulty.buttons["too hard"].value = False
    assert on_disk()[FIRST]["difficulty"] == ""
    assert shown.of(made)[-1][MEDIA_TYPE]["difficulty"] == ""
    assert shown.of(made)[-1]["text/plain"] == "Nothing said yet."


def test_several_sections_are_in_one_file(shown: Shown) -> None:
    one, two = form(FIRST), form(SECOND, "All")
    two.clarity.buttons["clear"].value = True
    one.comment.value = "fine"
    assert {name: (each["clarity"], each["comment"]) for name, each in on_disk().items()} == {
        FIRST: ("", "fine"), SECOND: ("clear", "")
    }  # fmt: skip


def test_the_form_says_who_sees_it_and_that_no_points_depend_on_it(shown: Shown) -> None:
    made = form()
    texts = [widget.value for widget in made.box.children[1].children if isinstance(widget, ipywidgets.HTML)]
    assert any(WHO_SEES_IT in each for each in texts)
    for words in (
        "instructor and assistants",
        "your name unless",
        "pseudonyms",
        "without influence on your points",
    ):
        assert words in WHO_SEES_IT


def test_a_comment_of_any_length_is_cut_and_the_student_is_told(shown: Shown) -> None:
    made = form()
    made.comment.value = "x" * 5000
    assert len(on_disk()[FIRST]["comment"]) == LONGEST
    assert f"first {LONGEST} characters" in shown.of(made)[-1]["text/plain"]


def test_a_folder_that_cannot_be_written_is_a_line_and_the_notebook_has_the_answer(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = form()

    def refuse(*paths: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "replace", refuse)
    made.clarity.buttons["unclear"].value = True
    bundle = shown.of(made)[-1]
    assert bundle["text/plain"].endswith("no file can be written beside it: Read-only file system.")
    assert bundle[MEDIA_TYPE]["clarity"] == "unclear"
    assert list(Path.cwd().iterdir()) == []  # no half of a file either
    assert form().clarity.chosen == "unclear"


# What was said before --------------------------------------------------------------------------------------------


def test_the_form_shown_again_shows_what_was_said_before(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    form().comment.value = "said yesterday"
    monkeypatch.setattr(keeping, "_kept", {})  # another process
    made = form()
    assert made.comment.value == "said yesterday"
    assert shown.of(made)[0][MEDIA_TYPE]["comment"] == "said yesterday"


def test_a_notebook_without_its_file_has_the_answers_in_its_outputs(shown: Shown) -> None:
    output = {"data": {MEDIA_TYPE: {"version": 1, "notebook": NOTEBOOK, "section": FIRST, **entry("too easy")}}}
    Path(f"{NOTEBOOK}.ipynb").write_text(json.dumps({"cells": [{"outputs": [output]}]}))
    assert form().difficulty.chosen == "too easy"


def test_in_colab_the_notebook_that_is_open_has_the_answers(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    output = {"data": {MEDIA_TYPE: {"version": 1, "notebook": NOTEBOOK, "section": FIRST, **entry("too easy")}}}
    colab, package = ModuleType("google.colab"), ModuleType("google")
    asked = lambda what, timeout_sec: {"ipynb": {"cells": [{"outputs": [output]}]}}  # noqa: E731
    colab._message = SimpleNamespace(blocking_request=asked)  # type: ignore[attr-defined]
    package.colab = colab  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "google", package)
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    assert form().difficulty.chosen == "too easy"


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"version": 2}', file_of({FIRST: {"title": 3}}), "[" * 100_000]
)
def test_a_damaged_file_is_as_good_as_none(content: str, shown: Shown) -> None:
    Path(FILE).write_text(content)
    made = form()
    made.clarity.buttons["clear"].value = True
    assert on_disk()[FIRST]["clarity"] == "clear"


def test_another_process_that_has_written_meanwhile_loses_nothing(shown: Shown) -> None:
    ours, theirs = form(FIRST), Form(ipywidgets, Kept(NOTEBOOK), SECOND, "All")
    theirs.comment.value = "from a second window"
    ours.comment.value = "from the first"
    assert {each["comment"] for each in on_disk().values()} == {"from a second window", "from the first"}


# Where it does nothing -------------------------------------------------------------------------------------------


def test_ask_shows_the_form_in_a_notebook(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(IPython.core.getipython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    sections.ask(NOTEBOOK, FIRST, "Twice anything")
    view, kept = (bundle for bundle, _ in shown)
    assert "application/vnd.jupyter.widget-view+json" in view
    assert view["text/plain"] == "How was Twice anything? Run this cell to answer."
    assert kept == {"text/plain": "Nothing said yet."}


def test_ask_shows_nothing_where_there_is_no_notebook(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    for shell in (None, SimpleNamespace()):
        monkeypatch.setattr(IPython.core.getipython, "get_ipython", lambda shell=shell: shell)
        sections.ask(NOTEBOOK, FIRST, "Twice anything")
    assert shown == []


def test_ask_costs_nothing_while_a_notebook_is_graded() -> None:
    script = (
        "import sys; from course import sections; before = set(sys.modules)\n"
        "print(sections.ask('a', 'b', 'c'), sorted(set(sys.modules) - before), 'ipywidgets' in sys.modules)"
    )
    environment = {**os.environ, "NBGRADER_EXECUTION": "autograde"}
    ended = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("None [] False\n", "")


def test_importing_the_course_does_not_import_the_form() -> None:
    script = "import sys, course; print([name for name in sys.modules if name.startswith('course.sections')])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout == "[]\n"


# Sections of a notebook ------------------------------------------------------------------------------------------


def test_sections_are_the_headings_of_second_level_below_the_set_up_cell_but_the_summary() -> None:
    master = sectioned_master()
    found = [(each.id, each.title, master.cells[each.end].id) for each in sections_of(master)]
    assert found == [(FIRST, "Twice anything", SECOND), (SECOND, "All of them", "summary")]


def test_the_last_section_ends_with_the_notebook() -> None:
    master = sectioned_master()
    master.cells = [*master.cells[:-1], text("More.", "more")]
    assert sections_of(master)[-1].end == len(master.cells)


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("1. The ReLU (5 minutes)", "The ReLU"),
        ("4. What it costs", "What it costs"),
        ("2.3 Steps (about 20 min) ", "Steps"),
        ("10) Ten points (15–20 minutes)", "Ten points"),
        ("3 roads on the tree (a minute of your time)", "3 roads on the tree (a minute of your time)"),
        ("The loss $L_2^*$ of `f_1`", "The loss $L_2^*$ of f_1"),
        ("*Why* **twice**?", "Why twice?"),
    ],
)
def test_a_title_is_the_heading_without_number_minutes_and_emphasis(heading: str, title: str) -> None:
    assert plain_title(heading) == title
