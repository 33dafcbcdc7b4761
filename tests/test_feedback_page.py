"""The page of a submission: what it says of every exercise, what it shows, and what it leaves out."""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from courses import ROOT, SmallCourse, cell_of
from feedback_courses import change, drawing_course, grade, page_of, png, printed, shown
from feedback_pages import card, overview, text_of
from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook

from course.grading.engine.transcript import ASIDE, FAILURE
from course.grading.feedback.shown import FIRST_LINES, LAST_LINES


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    made = drawing_course(tmp_path_factory.mktemp("drawing") / "course_folder")
    grade(made, "ada")
    return made


@pytest.fixture
def course(template: SmallCourse, tmp_path: Path) -> SmallCourse:
    return template.copy_to(tmp_path / "course_folder")


def page_with(course: SmallCourse, edit: Callable[[NotebookNode], None]) -> str:
    """ada's page, her graded notebook changed."""
    change(course, "ada", edit)
    return page_of(course, "ada")


def with_outputs(course: SmallCourse, *outputs: NotebookNode, cell: str = "double") -> str:
    def put(notebook: NotebookNode) -> None:
        cell_of(notebook, cell).outputs = list(outputs)

    return page_with(course, put)


def opened(course: SmallCourse) -> Gradebook:
    return Gradebook(course.folder.db_url, course.folder.directory().course_id or "default_course")


# What is there -----------------------------------------------------------------------------------------------


def test_own_code_is_there_and_the_courses_is_not(course: SmallCourse) -> None:
    page = page_of(course, "ada")
    assert "return 2 * x" in card(page, "double").html
    assert "plot(total)" not in page


def test_what_own_code_and_checks_print_is_there(course: SmallCourse) -> None:
    with_outputs(course, printed("from my cell\n"))
    page = with_outputs(course, printed("✓ double(2.0): expected 4, yours 4\n"), cell="check_double")
    assert "<pre>from my cell</pre>" in card(page, "double").html
    assert "✓ double(2.0): expected 4, yours 4" in card(page, "double").text


def test_figure_under_an_exercise_is_its_own_with_what_it_is_in_words(course: SmallCourse) -> None:
    picture = png()
    page = with_outputs(course, shown({"image/png": picture}), cell="figure_total")
    assert f'src="data:image/png;base64,{picture}"' in card(page, "total").html
    said = "What to see in it: A line through x = 0 that is straight."
    alt = f"Figure of total, drawn by the cell figure_total. {said}"
    assert f'alt="{alt}" width="60" height="30"' in card(page, "total").html
    assert "The notebook says of it: A line through x = 0 that is straight." in card(page, "total").text


def test_cell_that_a_student_adds_is_their_code(course: SmallCourse) -> None:
    def add(notebook: NotebookNode) -> None:
        notebook.cells.insert(2, v4.new_code_cell("helper = 1", id="early"))
        notebook.cells.append(v4.new_code_cell("later = 2", id="late", outputs=[printed("so late\n")]))

    page = page_with(course, add)
    assert "helper = 1" in card(page, "double").html
    assert "later = 2" in card(page, "think_twice").html and "so late" in card(page, "think_twice").text


def test_answer_to_a_think_question_is_there_as_it_was_written(course: SmallCourse) -> None:
    def answer(notebook: NotebookNode) -> None:
        cell_of(notebook, "answer_twice").source = "# Because\n\n**two** times $x < 1$"

    found = card(page_with(course, answer), "think_twice")
    assert '<p class="heading">Because</p>' in found.html and "<strong>two</strong>" in found.html
    assert "$x < 1$" in found.text
    assert "Why twice?" in found.text


def test_missing_answer_is_said(course: SmallCourse) -> None:
    found = card(page_of(course, "ada"), "think_twice")
    assert "A person will mark this. There is no answer under the question." in found.text
    assert overview(page_of(course, "ada"))["think_twice"] == "– of 2 … Waits for a person"


def test_who_waits_for_a_person_is_said_on_top(course: SmallCourse) -> None:
    said = text_of(page_of(course, "ada"))
    assert "2 of these points are not given yet: a person will mark think_twice." in said


def test_exercise_that_was_not_begun_is_said(template: SmallCourse, course: SmallCourse) -> None:
    stub = cell_of(course.released(), "double").source
    course.submit("zoe", {"double": stub})
    from commands import Unrun

    from course.grading.autograde import Options, autograde

    autograde(course.folder, [], ["zoe"], Options(), runner=Unrun())
    found = card(page_of(course, "zoe"), "double")
    assert "Your cell is as you got it: there is no answer in it." in found.text


def test_points_by_hand_extra_credit_and_comment_count(course: SmallCourse) -> None:
    with opened(course) as book:
        given = book.find_grade("think_twice", "doubling", "01_first", "ada")
        given.manual_score, given.extra_credit, given.needs_manual_grade = 1.0, 0.5, False
        said = book.find_comment("think_twice", "doubling", "01_first", "ada")
        said.manual_comment = "first line\n=second <b>line</b>"
        book.db.commit()
    found = card(page_of(course, "ada"), "think_twice")
    assert found.points == "1.5 of 2 (0.5 extra)"
    assert "first line\n=second &lt;b&gt;line&lt;/b&gt;</blockquote>" in found.html
    assert "Waits" not in found.text


def test_names_of_the_gradebook_are_there(course: SmallCourse) -> None:
    with opened(course) as book:
        book.update_or_create_student("ada", first_name="Ada", last_name="<Lovelace>")
    assert "Feedback for Ada &lt;Lovelace&gt; (ada)" in page_of(course, "ada")


def test_late_without_penalty_is_said(course: SmallCourse) -> None:
    (course.root / "due.toml").write_text('["01_first"]\ndue = 2030-01-01T12:00:00+01:00\n')
    with opened(course) as book:
        book.update_or_create_submission("01_first", "ada", timestamp="2030-01-02 12:30:00 UTC")
    said = text_of(page_of(course, "ada"))
    assert "This was handed in 1 day and 1 hour after it was due. No points were taken off." in said


def test_part_of_the_points_is_passed_in_part(course: SmallCourse) -> None:
    with opened(course) as book:
        book.find_grade("hidden_double", "doubling", "01_first", "ada").auto_score = 0.5
        book.db.commit()
    found = card(page_of(course, "ada"), "double")
    assert "Hidden test passed in part, 0.5 of 2" in found.text and found.points == "1.5 of 3"


def failure(**values: object) -> dict:
    return {"kind": "check", "name": "CheckFailed", "text": "", "hint": None, "line": "", "frames": [], **values}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (failure(text="x: wrong shape: expected shape (3, 1)"), "Wrong shape. x: wrong shape"),
        (failure(text="x: wrong type: expected a number, yours is None."), "Wrong type. x: wrong type"),
        (failure(text="x: NaN at [0], where 2 is expected."), "Not a number. x: NaN at [0]"),
        (failure(text="n: expected 4, yours 5"), "Wrong value. n: expected 4"),
        (failure(kind="undefined", text="double"), "A name is missing. double is not defined"),
        (
            failure(kind="student", name="ValueError", text="no", line="y = 1", builtin="ValueError"),
            "Your code raises an error. your code raises ValueError: no, in the line `y = 1`",
        ),
        (
            failure(kind="student", name="NotImplementedError", text="", builtin="NotImplementedError"),
            "Not written yet. your code raises NotImplementedError",
        ),
        (failure(kind="handle", name="HandleError"), "The result is no plain data."),
    ],
)
def test_kind_of_mistake_is_in_words(said: dict, expected: str, course: SmallCourse) -> None:
    def fail(notebook: NotebookNode) -> None:
        cell = cell_of(notebook, "check_double")
        cell.metadata[FAILURE] = said
        cell.outputs = [v4.new_output("error", ename=said["name"], evalue=said["text"], traceback=["x"])]

    assert expected in card(page_with(course, fail), "double").text


def test_cell_below_that_stopped_is_said(course: SmallCourse) -> None:
    error = v4.new_output("error", ename="NameError", evalue="name 'total' is not defined", traceback=["long"])
    page = with_outputs(course, error, cell="figure_total")
    assert (
        "The cell figure_total below it stopped: NameError: name 'total' is not defined" in card(page, "total").text
    )


def test_table_and_set_text_are_shown(course: SmallCourse) -> None:
    table = (
        "<div><style scoped>.x{}</style><table class='dataframe'><tr><th>loss</th><td>0.5</td></tr></table></div>"
    )
    page = with_outputs(
        course, shown({"text/html": table, "text/plain": "plain"}), shown({"text/markdown": "*so*"})
    )
    found = card(page, "double").html
    assert re.search(r'tabindex="0"><table>.*<th>loss</th><td>0.5</td>', found, re.DOTALL)
    assert "<em>so</em>" in found and "plain" not in found and "dataframe" not in found


def test_progress_bar_and_colours_leave_their_last_line(course: SmallCourse) -> None:
    page = with_outputs(course, printed("\r10%\r90%\r100% done\r\n\x1b[31mred\x1b[0m\x07\n"))
    assert "<pre>100% done\nred</pre>" in card(page, "double").html


def test_every_id_is_there_once_where_notebooks_share_names(tmp_path: Path) -> None:
    from course.grading.release import release

    made = drawing_course(tmp_path / "course_folder")
    made.write_master(name="again")
    release(made.folder, [])
    made.submit("ada", name="again")
    grade(made, "ada")
    ids = re.findall(r'\bid="([^"]*)"', page_of(made, "ada"))
    assert len(ids) == len(set(ids)) and {"e-doubling-double", "e-again-double"} <= set(ids)


# What is not -------------------------------------------------------------------------------------------------


def test_nothing_is_loaded(course: SmallCourse) -> None:
    page = with_outputs(
        course,
        shown({"text/html": "<img src='https://x.example/a.png'><link rel=stylesheet href=https://x.example/b>"}),
        shown({"text/markdown": "![x](https://x.example/c.png) [kept](https://x.example/d)"}),
        shown({"image/svg+xml": "<svg><image href='https://x.example/e.png'/></svg>"}),
    )
    assert [src for src in re.findall(r'src="([^"]*)"', page) if not src.startswith("data:image/")] == []
    assert not re.search(r"<(?:script|link|iframe|object|embed|base|form|video|audio)\b|@import|url\(", page)
    assert '<a href="https://x.example/d">kept</a>' in page


def test_hidden_test_and_its_output_are_not_there(course: SmallCourse) -> None:
    def fail(notebook: NotebookNode) -> None:
        cell = cell_of(notebook, "hidden_double")
        cell.metadata[FAILURE] = failure(text="got 3.25, expected 6.5", hint="only the hint")
        cell.outputs = [
            printed("secret print"),
            v4.new_output("error", ename="HiddenCheckFailed", evalue="evalue 6.5", traceback=["traceback 6.5"]),
        ]

    page = page_with(course, fail)
    assert "only the hint" in card(page, "double").text
    assert [secret for secret in ("6.5", "3.25", "secret print", "_secret", "BEGIN HIDDEN") if secret in page] == []


def test_what_is_for_the_instructor_alone_is_not_there(course: SmallCourse) -> None:
    aside = shown({"text/plain": "printed while tested"})
    aside.metadata[ASIDE] = True
    page = with_outputs(course, aside, cell="check_double")
    assert "printed while tested" not in page


def test_show_hidden_shows_hidden_tests_and_mark_scheme(course: SmallCourse) -> None:
    page = page_of(course, "ada", show_hidden=True)
    assert "for _secret in (3.25, -7.5):" in card(page, "double").html
    assert "Because the mark scheme says so." in card(page, "think_twice").text
    assert "_secret" not in page_of(course, "ada")


def test_places_of_the_machine_are_not_there(course: SmallCourse) -> None:
    where = f"{sys.prefix}/lib/python3.11/site-packages/numpy/core.py:3: RuntimeWarning"
    error = v4.new_output("error", ename="OSError", evalue=f"no file {ROOT}/source/x.csv", traceback=[where])
    page = with_outputs(course, printed(where, "stderr"), error)
    assert "RuntimeWarning" in page and "no file …/source/x.csv" in page
    assert [place for place in (sys.prefix, str(ROOT), str(course.root)) if place in page] == []


def test_long_output_keeps_beginning_and_end_and_says_what_is_missing(course: SmallCourse) -> None:
    page = with_outputs(course, printed("".join(f"line {number}\n" for number in range(100_000))))
    found = card(page, "double").html
    assert "line 0\n" in found and "line 99999<" in found and "line 5000\n" not in found
    assert f"… {100_000 - FIRST_LINES - LAST_LINES:,} lines left out …" in found


def test_page_with_far_too_much_is_small_and_says_what_is_missing(course: SmallCourse) -> None:
    picture = png(kilobytes=90)

    def fill(notebook: NotebookNode) -> None:
        cell_of(notebook, "double").outputs = [printed("x" * 10_000_000) for _ in range(3)]
        cell_of(notebook, "total").outputs = [printed(f"{n}\n" * 5_000_000) for n in range(4)]
        cell_of(notebook, "figure_total").outputs = [shown({"image/png": picture}) for _ in range(200)]

    page = page_with(course, fill)
    assert len(page) < 4_000_000
    assert page.count("<img") == 8
    assert "176 more outputs of this cell were left out" in card(page, "total").text
    assert "16 figures of this exercise were left out, so that this page stays small." in card(page, "total").text
    others = (course.root / "feedback" / "ada" / "01_first").glob("*.html")
    assert all(path.stat().st_size < 16_000_000 for path in others)


def test_figures_that_fit_are_shared_among_exercises(course: SmallCourse) -> None:
    def fill(notebook: NotebookNode) -> None:
        for name in ("double", "total"):
            cell_of(notebook, name).outputs = [shown({"image/png": png(kilobytes=400)}) for _ in range(6)]

    page = page_with(course, fill)
    assert [card(page, name).html.count("<img") for name in ("double", "total")] == [2, 2]


def vast() -> str:
    """A small file of which a browser makes a picture of more than a gigabyte."""
    content = base64.b64decode(png())
    size = (20_000).to_bytes(4, "big")
    return base64.b64encode(content[:16] + size + size + content[24:]).decode()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"image/png": png(kilobytes=2_000)}, "A picture of 2.0 MB was left out"),
        ({"image/png": vast()}, "A picture of 20000 by 20000 pixels was left out"),
        ({"image/png": 'x" onerror="alert(1)'}, "A picture that can't be read was left out."),
        (
            {"application/javascript": "alert(1)"},
            "An output that this page does not show (application/javascript).",
        ),
    ],
)
def test_output_that_is_left_out_is_said(data: dict, expected: str, course: SmallCourse) -> None:
    page = with_outputs(course, shown(data))
    assert expected in card(page, "double").text and "alert(1)" not in page


def test_widget_is_left_out_without_a_word(course: SmallCourse) -> None:
    data = {"application/vnd.jupyter.widget-view+json": "{}", "text/plain": "interactive(children=…"}
    page = with_outputs(course, shown(data))
    assert "interactive(" not in page and "does not show" not in page


@pytest.mark.parametrize("piece", ["<div>", "<b><p>", "<table><tr><td>", "> ", "<a href=x>"])
def test_deep_html_is_not_looked_at_for_long(piece: str, course: SmallCourse) -> None:
    """Cleaning takes the square of the depth: without a limit, each of these takes hours."""
    deep = piece * (1_000_000 // len(piece))

    def put(notebook: NotebookNode) -> None:
        cell_of(notebook, "double").outputs = [
            shown({"text/html": deep, "text/plain": "instead"}) for _ in range(4)
        ]
        cell_of(notebook, "answer_twice").source = deep

    page = page_with(course, put)
    assert "instead" in card(page, "double").text
    assert len(page) < 1_000_000
