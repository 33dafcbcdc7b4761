"""The page of a submission in a real browser: on a phone, for a screen reader, and with attacks that don't run."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import DESKTOP, PHONE, chromium, is_too_wide, open_file, violations
from courses import SmallCourse, cell_of
from feedback_courses import drawing_course, grade, page_of, png, printed, shown
from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook
from playwright.sync_api import Browser, Page

ATTACKS = [
    "<script>window.evil = 1</script>",
    "<img src=x onerror='window.evil = 1'>",
    "<svg onload='window.evil = 1'><script>window.evil = 1</script></svg>",
    "<svg><animate onbegin='window.evil = 1' attributeName=x dur=1s></animate></svg>",
    "<iframe srcdoc='<script>parent.evil = 1</script>'></iframe>",
    "<details open ontoggle='window.evil = 1'><summary>x</summary></details>",
    "<body onload='window.evil = 1'>",
    "</pre></details></article></main><script>window.evil = 1</script>",
    "'\"><script>window.evil = 1</script>",
    "<style>* { display: none }</style><link rel=stylesheet href='https://x.example/x.css'>",
    "<meta http-equiv=refresh content='0; url=https://x.example/'>",
    "<base href='https://x.example/'>",
    "<a href='javascript:window.evil = 1' id=score>click</a>",
    "<form action='https://x.example/'><input autofocus onfocus='window.evil = 1'></form>",
    "<img src='https://x.example/x.png'><video src='https://x.example/x.mp4' autoplay></video>",
    "<math><mtext><table><mglyph><style><img src=x onerror='window.evil = 1'>",
    "{{ 7 * 191 }}{% raw %}",
]
ALL = "\n\n".join(ATTACKS)
SVG = f"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'>{ATTACKS[0]}{ATTACKS[1]}</svg>"


def hostile(notebook: NotebookNode) -> None:
    """An attack in every place where a student can write."""
    double, total = cell_of(notebook, "double"), cell_of(notebook, "total")
    double.source += f"\n# {ALL}"
    double.outputs = [
        printed(ALL),
        printed(f"\x1b]8;;javascript:window.evil=1\x07{ALL}\x1b[0m", "stderr"),
        shown({"text/html": ALL, "text/plain": ALL}),
        shown({"text/markdown": ALL + "\n\n[x](javascript:window.evil=1) ![x](javascript:window.evil=1)"}),
        shown({"text/latex": r"$\href{javascript:window.evil=1}{x}$" + ALL}),
        shown({"text/plain": ALL}),
        shown({"image/svg+xml": SVG}),
        shown({"image/png": png()}),
        shown({"image/jpeg": "x' onerror='window.evil = 1"}),
        shown({"application/javascript": "window.evil = 1"}),
        shown({f"text/<script>window.evil = 1</script>{ATTACKS[1]}": "x"}),
        v4.new_output("error", ename=ATTACKS[0], evalue=ALL, traceback=[ALL]),
    ]
    total.outputs = [shown({"text/html": attack}) for attack in ATTACKS]
    answer = cell_of(notebook, "answer_twice")
    answer.source = f"![a](attachment:x.svg) ![b](attachment:y.png)\n\n{ALL}"
    answer.attachments = {
        "x.svg": {"image/svg+xml": SVG},
        "y.png": {"image/png": "x' onerror='window.evil = 1"},
    }
    notebook.cells.append(v4.new_markdown_cell(ALL, id="added"))
    notebook.cells.append(v4.new_code_cell(ALL, outputs=[printed(ALL)]))


def everything(notebook: NotebookNode) -> None:
    """One of each thing that a page can show."""
    cell_of(notebook, "double").outputs = [
        printed("one line\n"),
        shown({"text/html": "<table><tr><th>n</th>" + "<th>a long column</th>" * 20 + "</tr></table>"}),
        shown({"text/plain": "x" * 400}),
    ]
    cell_of(notebook, "figure_total").outputs = [shown({"image/png": png(1400, 300)})]
    cell_of(notebook, "answer_twice").source = "## Because\n\n- `two`\n- " + "very" * 60 + "\n\n```\ncode\n```"
    check = cell_of(notebook, "check_total")
    check.outputs = [
        v4.new_output("error", ename="CheckFailed", evalue="total: wrong value: " + "9" * 200, traceback=["x"])
    ]
    hidden = cell_of(notebook, "hidden_total")
    hidden.outputs = [
        v4.new_output("error", ename="HiddenCheckFailed", evalue="wrong for another list", traceback=["x"])
    ]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    made = drawing_course(tmp_path_factory.mktemp("browser") / "course_folder")
    made.write_master(name="missed")
    from course.grading.release import release

    release(made.folder, [])
    grade(made, "ada", everything)
    grade(made, "mallory", hostile)
    with Gradebook(made.folder.db_url, made.folder.directory().course_id or "default_course") as book:
        for student in ("ada", "mallory"):
            said = book.find_comment("total", "doubling", "01_first", student)
            said.manual_comment = f"Nearly.\n{ALL if student == 'mallory' else ''}"
        book.find_grade("check_total", "doubling", "01_first", "ada").auto_score = 0
        book.update_or_create_student("mallory", first_name=ATTACKS[0], last_name=ATTACKS[1])
        book.db.commit()
    for student in ("ada", "mallory"):
        page_of(made, student)
    return made


def path_of(course: SmallCourse, student: str) -> Path:
    return course.root / "feedback" / student / "01_first" / "index.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


LOOKS = pytest.mark.parametrize(
    ("size", "dark"), [(DESKTOP, False), (DESKTOP, True), (PHONE, False), (PHONE, True)], ids=str
)


@LOOKS
def test_axe_finds_nothing_serious(
    size: tuple[int, int], dark: bool, course: SmallCourse, browser: Browser
) -> None:
    page = open_file(browser, path_of(course, "ada"), size, dark=dark)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert violations(page) == []


@pytest.mark.parametrize("student", ["ada", "mallory"])
@pytest.mark.parametrize("width", [320, PHONE[0], DESKTOP[0]])
def test_nobody_scrolls_sideways(width: int, student: str, course: SmallCourse, browser: Browser) -> None:
    page = open_file(browser, path_of(course, student), (width, 800))
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert not is_too_wide(page)


def test_landmarks_and_headings_are_in_order(course: SmallCourse, browser: Browser) -> None:
    page = open_file(browser, path_of(course, "mallory"))
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(each => +each.tagName[1])")
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    landmarks = page.evaluate("[...document.body.children].map(each => each.tagName)")
    assert landmarks == ["HEADER", "MAIN", "FOOTER"]


def test_every_picture_has_a_description(course: SmallCourse, browser: Browser) -> None:
    for student in ("ada", "mallory"):
        page = open_file(browser, path_of(course, student))
        assert page.evaluate("[...document.images].filter(each => !each.getAttribute('alt')).length") == 0
        assert page.evaluate("document.images.length") > 0


def test_code_opens_by_keyboard(course: SmallCourse, browser: Browser) -> None:
    page = open_file(browser, path_of(course, "ada"), PHONE)
    code = page.locator("summary", has_text="Your code").first
    assert not page.get_by_text("Twice x, elementwise.").first.is_visible()
    code.focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("Twice x, elementwise.").first.is_visible()


def test_line_of_the_table_leads_to_its_exercise(course: SmallCourse, browser: Browser) -> None:
    page = open_file(browser, path_of(course, "ada"), PHONE)
    page.locator(".overview a", has_text="total").click()
    page.wait_for_function("window.scrollY > 100")
    assert page.locator("h3", has_text="total").is_visible()


def test_what_is_folded_is_printed(course: SmallCourse, browser: Browser) -> None:
    page = open_file(browser, path_of(course, "ada"), dark=True)
    page.emulate_media(media="print")
    assert page.get_by_text("Twice x, elementwise.").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def settled(page: Page) -> object:
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    for link in page.locator("a[href]").all():
        assert not (link.get_attribute("href") or "").strip().lower().startswith(("javascript:", "data:"))
    return page.evaluate("window.evil")


@pytest.mark.parametrize("guarded", [True, False], ids=["as_it_is", "without_its_policy"])
def test_nothing_of_a_students_runs_or_loads(
    guarded: bool, course: SmallCourse, browser: Browser, tmp_path: Path
) -> None:
    """Also where the browser ignores the page's own policy, which forbids scripts."""
    text = path_of(course, "mallory").read_text(encoding="utf-8")
    copy = tmp_path / "page.html"
    policy = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
    assert policy.search(text)
    copy.write_text(text if guarded else policy.sub("", text), encoding="utf-8")
    asked: list[str] = []
    browser_page = open_file(browser, copy)
    browser_page.on("request", lambda request: asked.append(request.url))
    assert settled(browser_page) is None
    browser_page.locator("a", has_text="click").first.click()
    assert browser_page.url.startswith(copy.as_uri())
    assert browser_page.evaluate("window.evil") is None
    assert asked == []


def test_attacks_are_read_as_text(course: SmallCourse, browser: Browser) -> None:
    page = open_file(browser, path_of(course, "mallory"))
    shown_text = page.evaluate("document.body.textContent")
    assert "<script>window.evil = 1</script>" in shown_text
    assert "{{ 7 * 191 }}" in shown_text and "1337" not in shown_text
    assert page.locator("footer").is_visible() and page.locator("#score").count() == 1
