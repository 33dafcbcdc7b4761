"""The report in a browser: readable on a phone, in the dark, and by a screen reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import DESKTOP, PHONE, chromium, is_too_wide, open_file, violations
from courses import SmallCourse
from playwright.sync_api import Browser
from reporting import ASSIGNMENT, grade, page_of
from test_report import name_students, own_solution


@pytest.fixture(scope="module")
def page(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class with everything that can be too wide: long ids, long names, long lines of code, long messages."""
    made = released_template.copy_to(tmp_path_factory.mktemp("report") / "course_folder")
    ids = [f"{'student_with_a_long_id_' * 3}{number}" for number in range(12)]
    for number, student in enumerate(ids):
        salt = max(number, 1)  # the first two hand in the same
        answers = {name: own_solution(name, salt) for name in ("double", "total")}
        answers["double"] += f"\n# {'x' * 300}\nvery_long = [{', '.join(map(str, range(200)))}]"
        path = made.submit(student, answers)
        path.with_name("timestamp.txt").write_text(f"2030-01-01 {8 + number:02d}:00:00 UTC")
    (made.root / "due.toml").write_text(f'["{ASSIGNMENT}"]\ndue = 2030-01-01T12:30:00Z\n')
    name_students(made, **{ids[0]: ("Wolfeschlegel" * 5, "Hausenbergerdorff" * 4)})
    told = {"hidden_double": ("HiddenCheckFailed", "w" * 200), "check_total": ("CheckFailed", "total: wrong value")}
    grade(made, {ids[0]: told, ids[5]: told, ids[7]: {"check_double": ("ValueError", "")}})
    text = page_of(made)
    assert "Side by side" in text and text.count("<figure") == 7
    return made.root / "reports" / f"{ASSIGNMENT}.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_report_is_read_without_trouble(browser, page, size, dark):
    shown = open_file(browser, page, size, dark=dark)
    shown.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert violations(shown) == []
    assert not is_too_wide(shown)


def test_the_plots_are_as_wide_as_a_phone_and_their_text_can_be_read(browser, page):
    shown = open_file(browser, page, PHONE)
    sizes = shown.evaluate(
        "[...document.querySelectorAll('figure svg text')].map(text => text.getBoundingClientRect().height)"
    )
    assert sizes and min(sizes) >= 8


def test_text_in_plots_is_light_in_the_dark(browser, page):
    shown = open_file(browser, page, DESKTOP, dark=True)
    colour = shown.evaluate("getComputedStyle(document.querySelector('figure svg text')).fill")
    assert colour == "rgb(232, 232, 232)"
