"""What students said of sections, in the report: counted, inert, and, where that is asked for, nobody's."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import DESKTOP, PHONE, chromium, is_too_wide, open_file, violations
from courses import SmallCourse
from playwright.sync_api import Browser
from reporting import ASSIGNMENT, grade, page_of
from sectioned import FIRST, NOTEBOOK, SECOND, entry, file_of, say_in_file, say_in_output, sectioned_master, written
from test_report import name_students

from course.grading.erase import erase
from course.grading.release import release
from course.grading.said import AllSaid, read_said
from course.sections.record import LARGEST

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \u202eevil {{ 7 * 7 }} </main>"


@pytest.fixture(scope="module")
def template(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """Released, with sections; nobody has handed in. Not to be changed."""
    made = written(released_template.copy_to(tmp_path_factory.mktemp("sections") / "course_folder"))
    release(made.folder, [])
    return made


@pytest.fixture
def course(template: SmallCourse, tmp_path: Path) -> SmallCourse:
    return template.copy_to(tmp_path / "course_folder")


def read(course: SmallCourse) -> AllSaid:
    return read_said(course.folder, ASSIGNMENT, {NOTEBOOK: sectioned_master()})


def first(course: SmallCourse) -> dict[str, str]:
    """How hard each student found the first section."""
    return {student: said.difficulty for student, said in read(course).sections[0].answers.items()}


def part_of(page: str) -> str:
    """The text of the part about sections."""
    inside = page.partition('<h2 id="sections">')[2].partition("</h2>")[2].partition("<h2")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", inside)).split())


# Reading ---------------------------------------------------------------------------------------------------------


def test_answers_are_read_from_files_and_from_outputs(course: SmallCourse) -> None:
    say_in_file(course.submit("ada"), {FIRST: entry("too hard")})
    say_in_output(course.submit("bob"), FIRST, entry("too easy"))
    course.submit("cy")
    assert first(course) == {"ada": "too hard", "bob": "too easy"}
    assert (read(course).students, read(course).damaged) == (2, 0)


@pytest.mark.parametrize(("in_file", "in_output", "counts"), [(1, 2, "too easy"), (2, 1, "too hard")])
def test_of_file_and_output_the_newer_counts(
    in_file: int, in_output: int, counts: str, course: SmallCourse
) -> None:
    path = course.submit("ada")
    say_in_file(path, {FIRST: entry("too hard", time=in_file)})
    say_in_output(path, FIRST, entry("too easy", time=in_output))
    assert first(course) == {"ada": counts}


def test_an_answer_that_was_taken_back_does_not_count(course: SmallCourse) -> None:
    path = course.submit("ada")
    say_in_output(path, FIRST, entry("too hard", time=1))
    say_in_file(path, {FIRST: entry(time=2)})
    assert (first(course), read(course).students) == ({}, 0)


def test_a_renamed_notebook_has_its_answers(course: SmallCourse) -> None:
    path = course.submit("ada")
    say_in_output(path, FIRST, entry("too hard"))
    path.rename(path.with_name("Copy of doubling.ipynb"))
    assert first(course) == {"ada": "too hard"}


def test_a_tool_may_have_saved_the_output_as_lines_of_text(course: SmallCourse) -> None:
    whole = {"version": 1, "notebook": NOTEBOOK, "section": FIRST, **entry("too hard")}
    say_in_output(course.submit("ada"), "", json.dumps(whole, indent=1).splitlines(keepends=True), wrapped=False)
    assert first(course) == {"ada": "too hard"}


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"\xff\xfe", b"null", b"[" * 100_000, b"9" * 10_000, b" " * (LARGEST + 1),
        file_of({}, version=2).encode(), file_of({}, notebook="another").encode(),
        file_of({}, sections=[]).encode(), file_of({FIRST: None}).encode(),
        file_of({FIRST: entry("impossible")}).encode(), file_of({FIRST: entry(clarity=["clear"])}).encode(),
        file_of({FIRST: {**entry(), "time": "soon"}}).encode(),
        file_of({FIRST: {**entry(), "comment": 3}}).encode(),
    ],
    ids=range(15),
)  # fmt: skip
def test_damaged_files_are_counted_and_others_are_read(content: bytes, course: SmallCourse) -> None:
    course.submit("ada").with_name(f"{NOTEBOOK}.feedback.json").write_bytes(content)
    say_in_file(course.submit("bob"), {FIRST: entry("too easy")})
    assert (first(course), read(course).damaged) == ({"bob": "too easy"}, 1)


@pytest.mark.parametrize(
    "said", [None, 7, "{", ["a", 1], {"version": 1}, {**entry(), "version": 1, "notebook": NOTEBOOK}]
)
def test_damaged_outputs_are_counted_too(said: Any, course: SmallCourse) -> None:
    say_in_output(course.submit("ada"), "", said, wrapped=False)
    assert (first(course), read(course).damaged) == ({}, 1)


def test_a_notebook_that_is_none_is_passed_over(course: SmallCourse) -> None:
    course.submit("ada").write_bytes(b'{"application/vnd.gradient-course.section+json": ')
    assert (first(course), read(course).damaged) == ({}, 1)


def test_a_link_is_not_followed(course: SmallCourse, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text(file_of({FIRST: entry("too hard")}))
    course.submit("ada").with_name(f"{NOTEBOOK}.feedback.json").symlink_to(elsewhere)
    assert (first(course), read(course).damaged) == ({}, 0)


def test_answers_to_sections_that_there_are_not_are_counted_apart(course: SmallCourse) -> None:
    invented = {f"section_{number}": entry("too hard") for number in range(50)}
    say_in_file(course.submit("ada"), {FIRST: entry("too easy"), **invented})
    assert (first(course), read(course).elsewhere) == ({"ada": "too easy"}, 50)
    assert "Not counted: 50 answers to sections that the notebooks do not have now" in part_of(page_of(course))


# The page --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def class_of_nine(template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """Nine of ten students said something, most of the first section; one is hostile, two name somebody."""
    made = template.copy_to(tmp_path_factory.mktemp("said") / "course_folder")
    lines = [
        "More pictures, please", HOSTILE, "I asked s3 for help", "as Lovelace wrote", "fine", "", "w" * 2000,
        "Ümläut ☃", "ok",
    ]  # fmt: skip
    for number, line in enumerate(lines):
        hard = ("too easy", "about right", "too hard")[min(number % 4, 2)]
        said = {FIRST: entry(hard, ("unclear", "clear")[number % 2], line)}
        if number % 3 == 0:
            said[SECOND] = entry(clarity="partly clear")
        say_in_file(made.submit(f"student_{number}"), said)
    made.submit("silent")
    name_students(made, student_0=("Ada", "Lovelace"), s3=("Will", "Do"))
    grade(made)
    return made


def test_the_page_counts_answers_by_section(class_of_nine: SmallCourse) -> None:
    page = page_of(class_of_nine)
    said = part_of(page)
    assert "9 students have done so, of 10 who handed in" in said
    assert "Twice anything 9 3 too easy 2 about right 4 too hard 5 unclear 0 partly clear 4 clear" in said
    assert "All of them 3 – 0 unclear 3 partly clear 0 clear" in said
    assert 'id="plot-how-hard"' in page and 'id="plot-how-clear"' in page
    assert "“Twice anything”: 3 too easy, 2 about right, 4 too hard" in page
    assert "too hard for 44 % of 9" in said


def test_comments_have_their_writers(class_of_nine: SmallCourse) -> None:
    said = part_of(page_of(class_of_nine))
    assert "Ada Lovelace (student_0): More pictures, please" in said
    assert "Twice anything doubling , 8 lines" in said.replace("doubling,", "doubling ,")


def test_a_comment_runs_nothing_and_hides_nothing(class_of_nine: SmallCourse) -> None:
    page = page_of(class_of_nine)
    assert "<script" not in page and "<img" not in page and page.count("</main>") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "\u202e" not in page and "\\u{202e}evil {{ 7 * 7 }}" in page


def test_a_comment_is_not_longer_than_it_could_be_typed(class_of_nine: SmallCourse) -> None:
    assert max(map(len, re.findall("w{100,}", page_of(class_of_nine)))) == 500


def test_pseudonymous_comments_have_no_writers_and_an_order_that_says_nothing(class_of_nine: SmallCourse) -> None:
    page = page_of(class_of_nine, pseudonyms=True)
    assert "student_" not in page and "Lovelace" not in page and "s3" not in page
    lines = re.findall(r"<li>(.*?)</li>", page.partition('<h3 id="comments">')[2].partition("<h2")[0])
    own = ["More pictures, please", "fine", "Ümläut ☃", "ok"]
    assert sorted(own) == sorted(line for line in lines if line in own)
    assert len(lines) == 6 and [line for line in lines if line in own] != own
    assert page == page_of(class_of_nine, pseudonyms=True)
    assert "Not shown: 2 that may name somebody" in part_of(page)


def test_many_comments_are_behind_a_click_and_too_many_are_counted(course: SmallCourse) -> None:
    from course.grading.report import words

    for number in range(8):
        say_in_file(course.submit(f"s{number}"), {FIRST: entry(comment=f"line {number}")})
    assert "<summary>3 more</summary>" in page_of(course)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "MOST", 6)
        assert "Not shown: 2 more than fit here" in part_of(page_of(course))


def test_a_class_that_said_nothing_is_one_line(course: SmallCourse) -> None:
    course.submit("ada")
    page = page_of(course)
    assert part_of(page) == "Nobody has answered the questions at the ends of the sections."
    assert "plot-how" not in page


def test_a_course_that_does_not_ask_has_no_such_part(course: SmallCourse) -> None:
    course.configure("c.Course.section_feedback = False")
    course.submit("ada")
    assert 'id="sections"' not in page_of(course)


def test_what_was_said_before_it_was_turned_off_is_shown(course: SmallCourse) -> None:
    course.configure("c.Course.section_feedback = False")
    say_in_file(course.submit("ada"), {FIRST: entry("too hard")})
    assert "1 student has done so" in part_of(page_of(course))


def test_a_notebook_without_sections_has_no_such_part(released_course: SmallCourse) -> None:
    released_course.submit("ada")
    assert 'id="sections"' not in page_of(released_course)


def test_erasing_a_student_takes_what_they_said(class_of_nine: SmallCourse, tmp_path: Path) -> None:
    made = class_of_nine.copy_to(tmp_path / "course_folder")
    say_in_output(made.root / "submitted/student_0" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", SECOND, entry(comment="zq"))
    page_of(made)
    page_of(made, pseudonyms=True)
    assert [path for path in made.root.rglob("*") if path.is_file() and b"More pictures" in path.read_bytes()]
    erase(made.folder, "student_0", confirmed=True)
    kept = [path for path in made.root.rglob("*") if path.is_file()]
    assert [path for path in kept if b"More pictures" in path.read_bytes() or b'"zq"' in path.read_bytes()] == []
    assert "8 students have done so" in part_of(page_of(made))


# In a browser ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_part_is_read_without_trouble(
    browser: Browser, class_of_nine: SmallCourse, size: tuple[int, int], dark: bool
) -> None:
    page_of(class_of_nine)
    shown = open_file(browser, class_of_nine.root / "reports" / f"{ASSIGNMENT}.html", size, dark=dark)
    shown.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert violations(shown) == []
    assert not is_too_wide(shown)
