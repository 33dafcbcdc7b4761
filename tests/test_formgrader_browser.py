"""An assistant grades by hand: formgrader in JupyterLab in a real browser, on what `course autograde` wrote."""

from __future__ import annotations

import csv
import html
import io
import os
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from browser import DESKTOP, chromium
from commands import run_command
from courses import SmallCourse, cell_of
from labserver import Server, jupyter_lab
from nbgrader.api import Gradebook
from playwright.sync_api import Dialog, Frame, Page, expect

from course.grading.standing import read_score

SCHEME = "Because the mark scheme says so."
pytestmark = pytest.mark.slow  # JupyterLab, Chromium, and submissions that run into limits

COMMENT = "Half of it: say *what* is doubled, where $x < 0$."
PLOT = """import matplotlib.pyplot as plt
plt.plot([1, 3, 2])
plt.show()
def total(values):
    return 2 * sum(values)"""
HOSTILE = """My answer. <script>document.title = "mine"</script><img src=x onerror="document.title = 'mine'">

# think_twice

<h1 id="think_twice-comment">x</h1> <div class="modal-backdrop in">over all of it</div>

<img src="https://example.org/seen.png" alt="a cat"> <form action="/logout"><input class="score" name="y"></form>"""
NAMES = {"ada": "all right", "ben": "a figure", "cleo": "an error and hostile text", "dora": "without metadata",
         "eve": "an endless loop", "finn": "its process killed", "gus": "nothing done"}  # fmt: skip
ANSWERS: dict[str, dict[str, str]] = {
    "ben": {"total": PLOT},
    "cleo": {"double": "def double(x):\n    raise ValueError('<b>no</b>')"},
    "eve": {"double": "while True:\n    pass"},
    "finn": {"double": "import os\nos._exit(1)"},
    "gus": {"double": "", "total": ""},
}


def hand_in(course: SmallCourse, student: str, text: str) -> None:
    """A submission with an answer to the question."""
    path = course.submit(student, ANSWERS.get(student))
    notebook = nbformat.read(path, as_version=4)
    cell_of(notebook, "answer_twice").source = text
    if student == "dora":
        for cell in notebook.cells:
            cell.metadata = {}
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def graded(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """Seven submissions, one of every kind, graded by `course autograde`."""
    course = released_template.copy_to(tmp_path_factory.mktemp("formgrader_browser") / "course_folder")
    course.configure("c.Course.cell_seconds = 3")
    course.configure('c.Course.preload = ["matplotlib.pyplot"]')
    for student in NAMES:
        hand_in(course, student, HOSTILE if student == "cleo" else f"I am {student}, and it is twice $x$.")
    said = run_command(course, "autograde")
    assert (said.status, said.err) == (0, "")
    return course


@pytest.fixture(scope="module")
def server(
    graded: SmallCourse, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """JupyterLab in the course folder."""
    with jupyter_lab(graded.root, environment, tmp_path_factory.mktemp("jupyter")) as running:
        yield running


@dataclass
class Desk:
    """What an assistant has in front of them.

    Attributes:
        page: JupyterLab.
        form: formgrader, in its tab.
        errors: of scripts.
        outside: addresses asked for that are not the server's.
        shots: the folder for pictures of what is seen.
    """

    page: Page
    form: Frame
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    shots: Path = Path()

    def open_list(self) -> None:
        """From wherever it is to the list of submissions, through links alone."""
        if self.form.url.endswith("manage_assignments"):
            self.form.get_by_role("link", name="Manual Grading").click()
        self.form.get_by_role("link", name="01_first", exact=True).click()
        self.form.get_by_role("link", name="doubling", exact=True).click()
        expect(self.form.locator("tbody tr")).to_have_count(len(NAMES))
        self.form.get_by_role("button", name="Show All Names").click()

    def open(self, student: str) -> None:
        """One submission, from the list."""
        self.open_list()
        self.form.get_by_role("link", name=student, exact=True).click()
        expect(self.form.locator("input#think_twice")).to_be_visible()
        self.settle()

    def settle(self) -> None:
        """Wait until the page has its points and comments, and has scrolled to where it wants to be."""
        ready = "formgrader.loaded && formgrader.grade_uis.length && formgrader.comment_uis.length"
        self.form.wait_for_function(f"{ready} && !$(':animated').length")

    def type(self, field: str, text: str) -> None:
        """Type into a field and leave it, so that it is saved."""
        what = "comment" if field.endswith("-comment") else "grade"
        box = self.form.locator(f"[id='{field}']")
        with self.page.expect_response(lambda r: f"/api/{what}/" in r.url and r.request.method == "PUT") as answer:
            box.fill(text)
            box.press("Tab")
        assert answer.value.ok

    def look(self, name: str) -> None:
        """Take a picture, for people who look at it."""
        self.page.screenshot(path=self.shots / f"formgrader-{name}.png")


@pytest.fixture(scope="module")
def desk(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Formgrader, opened from JupyterLab's menu; nothing but the server can be reached."""
    shots = Path(os.environ.get("COURSE_SCREENSHOTS") or tmp_path_factory.mktemp("shots"))
    shots.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        context = browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
        errors: list[str] = []
        outside: list[str] = []
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on(
            "request", lambda request: None if request.url.startswith(server.url) else outside.append(request.url)
        )
        context.route(re.compile(rf"^(?!{re.escape(server.url)})https?:"), lambda route: route.abort())
        page = context.new_page()
        page.on("dialog", Dialog.dismiss)
        page.goto(f"{server.url}lab?token={server.token}", timeout=120_000)
        page.locator(".jp-Launcher").wait_for(timeout=120_000)
        with_news = page.get_by_role("button", name="No", exact=True)  # JupyterLab asks whether it may fetch news
        if with_news.is_visible():
            with_news.click()
        page.get_by_role("menuitem", name="Nbgrader").click()
        page.get_by_role("menuitem", name="Formgrader", exact=True).click()
        tab = page.locator("iframe[src*=formgrader]")
        tab.wait_for(timeout=60_000)
        form = tab.element_handle().content_frame()
        assert form is not None
        form.get_by_role("link", name="Manual Grading").wait_for()
        yield Desk(page, form, errors, outside, shots)


@pytest.fixture(scope="module")
def marked(desk: Desk) -> Desk:
    """ada's answer has points and a comment, as the assistant has typed them."""
    desk.open("ada")
    desk.type("think_twice", "1.5")
    desk.type("think_twice-comment", COMMENT)
    desk.look("marked")
    return desk


def stands(course: SmallCourse, student: str = "ada") -> tuple[float, str | None]:
    """Points of the question, and the comment on it."""
    with closing(Gradebook(course.folder.db_url)) as book:
        comment = book.find_comment("think_twice", "doubling", "01_first", student)
        return read_score(book, "01_first", student).cells["doubling/think_twice"], comment.manual_comment


# What is seen ------------------------------------------------------------------------------------------------


def test_the_list_has_every_submission_and_says_that_it_waits_for_a_person(desk: Desk) -> None:
    desk.open_list()
    rows = desk.form.locator("tbody tr")
    assert rows.locator("td.needs-manual-grade .glyphicon-ok").count() == len(NAMES)
    desk.look("list")


def test_question_mark_scheme_answer_and_fields_are_on_one_screen(desk: Desk) -> None:
    desk.open("ada")
    points = desk.form.locator("input#think_twice")
    points.click()  # the page moves there by itself
    expect(desk.form.locator(".mark-scheme", has_text=SCHEME)).to_be_in_viewport(ratio=1)
    for text in ("Why twice?", "I am ada, and it is twice"):
        expect(desk.form.get_by_text(text)).to_be_in_viewport(ratio=1)
    expect(desk.form.locator("#think_twice-comment")).to_be_in_viewport(ratio=1)
    desk.look("question")


@pytest.mark.parametrize("student", NAMES, ids=lambda student: NAMES[student].replace(" ", "_"))
def test_points_and_a_comment_can_be_given_for_every_kind_of_submission(
    student: str, desk: Desk, graded: SmallCourse
) -> None:
    desk.open(student)
    desk.type("think_twice", "0.5")
    desk.type("think_twice-comment", f"for {student}")
    desk.look(student)
    assert stands(graded, student) == (0.5, f"for {student}")


def test_a_figure_is_shown(desk: Desk) -> None:
    desk.open("ben")
    assert desk.form.locator("#notebook img").evaluate_all("all => all.map(each => each.naturalWidth > 200)") == [
        True
    ]


@pytest.mark.parametrize(
    ("student", "text"),
    [("cleo", "ValueError: <b>no</b>"), ("eve", "TimeLimit"), ("finn", "ProcessEnded"), ("ada", "✓ double(2.0)")],
)
def test_what_happened_is_shown(student: str, text: str, desk: Desk) -> None:
    desk.open(student)
    expect(desk.form.locator("#notebook pre", has_text=text).first).to_be_visible()


def test_what_a_student_wrote_runs_nothing_fetches_nothing_and_covers_nothing(desk: Desk) -> None:
    desk.open("cleo")
    desk.look("hostile")
    assert desk.form.evaluate("document.title") == "doubling"
    assert desk.form.locator("form, #notebook input[name=y], .modal-backdrop").count() == 0
    assert [url for url in desk.outside if "example.org" in url] == []
    expect(desk.form.get_by_text("a cat")).to_be_visible()  # what the picture says that it shows


def test_the_keyboard_leads_from_field_to_field_and_on_to_the_next_submission_without_a_network(desk: Desk) -> None:
    desk.open("ada")
    first = desk.form.url
    fields = []
    for _ in range(4):
        desk.page.keyboard.press("Tab")
        fields.append(desk.form.evaluate("document.activeElement.id"))
    assert fields == ["double-comment", "check_double", "check_double_extra_credit", "hidden_double"]
    following = desk.form.locator("li.next a").get_attribute("href")  # after the last one, the list of all
    assert following
    desk.page.keyboard.press("Control+Period")
    desk.form.wait_for_url(lambda url: url.split("?")[0] != first.split("?")[0])
    assert desk.errors == []


# What becomes of it --------------------------------------------------------------------------------------------


def test_points_reach_the_gradebook(marked: Desk, graded: SmallCourse) -> None:
    assert stands(graded) == (1.5, COMMENT)


def test_points_and_comment_reach_the_feedback(marked: Desk, graded: SmallCourse) -> None:
    said = run_command(graded, "feedback", "--student", "ada")
    assert (said.status, said.err) == (0, "")
    folder = graded.root / "feedback" / "ada" / "01_first"
    for page in ("index.html", "doubling.html"):
        text = html.unescape(re.sub(r"<[^>]+>", "", (folder / page).read_text(encoding="utf-8")))
        assert "Half of it: say" in text, page
        assert SCHEME not in text, page
    assert "7.5" in (folder / "index.html").read_text(encoding="utf-8")


def test_points_reach_the_grades(marked: Desk, graded: SmallCourse) -> None:
    said = run_command(graded, "grades", "--format", "csv", "--unfinished")
    (row,) = [row for row in csv.reader(io.StringIO(said.out)) if "ada" in row]
    assert "7.5" in row


def test_grading_another_answer_again_keeps_them_and_asks_for_a_look(marked: Desk, graded: SmallCourse) -> None:
    hand_in(graded, "ada", "It is twice, and I have thought again.")
    assert run_command(graded, "autograde", "--student", "ada").status == 0
    assert stands(graded) == (1.5, COMMENT)
    marked.open("ada")
    field = marked.form.locator("input#think_twice")
    field.click()
    marked.settle()
    expect(field).to_have_value("1.5")
    expect(field).to_have_class(re.compile("needs_manual_grade"))
    expect(marked.form.locator("#think_twice-comment")).to_have_value(COMMENT)
    panel = marked.form.locator(".nbgrader_cell", has=field)
    marked.look("another-answer")
    with marked.page.expect_response(lambda r: "/api/grade/" in r.url and r.request.method == "PUT"):
        panel.get_by_role("button", name="Resolve").click()
    expect(field).not_to_have_class(re.compile("needs_manual_grade"))


def test_a_regrade_that_is_kept_while_the_page_is_open_loses_nothing(marked: Desk, graded: SmallCourse) -> None:
    marked.open("ben")
    marked.type("think_twice", "1")
    said = run_command(graded, "autograde", "--regrade", "--yes", "--why", "to see what is kept")
    assert (said.status, said.err) == (0, "")
    assert (stands(graded), stands(graded, "ben")[0]) == ((1.5, COMMENT), 1.0)
    marked.type("think_twice", "2")  # on the page as it was
    marked.type("think_twice-comment", "after the regrade")
    assert stands(graded, "ben") == (2.0, "after the regrade")
    marked.open("ben")
    expect(marked.form.locator("input#think_twice")).to_have_value("2")


def test_formgraders_own_button_to_autograde_keeps_them(marked: Desk, server: Server, graded: SmallCourse) -> None:
    answer = server.api("POST", "submission/01_first/ada/autograde")
    assert answer["success"], answer
    assert stands(graded) == (1.5, COMMENT)
