"""Formgrader on a course that `course autograde` graded: pages, marks by hand, and its buttons, over HTTP."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from courses import SmallCourse
from labserver import Server, jupyter_lab

from course.grading.autograde import Options, autograde
from course.grading.gradebook import opened
from course.grading.standing import read_score

COMMENT = "Half of it: say what is doubled."
SCHEME = "Because the mark scheme says so."


@pytest.fixture(scope="module")
def graded(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """Submissions graded by `course autograde`: ada's is all right, the others have a wrong answer."""
    course = released_template.copy_to(tmp_path_factory.mktemp("formgrader") / "course_folder")
    course.submit("ada")
    for student in ("ben", "cleo"):
        course.submit(student, {"total": "def total(values):\n    return 0.0"})
    autograde(course.folder, [], [], Options(jobs=2))
    return course


@pytest.fixture(scope="module")
def server(
    graded: SmallCourse, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """JupyterLab in the course folder."""
    with jupyter_lab(graded.root, environment, tmp_path_factory.mktemp("jupyter")) as running:
        yield running


def notebook_of(server: Server, student: str) -> str:
    """The id of a student's submitted notebook."""
    found = server.api("GET", "submitted_notebooks/01_first/doubling")
    return next(each["id"] for each in found if each["student"] == student)


# Pages -------------------------------------------------------------------------------------------------------


def test_formgraders_address_leads_to_the_assignments(server: Server) -> None:
    page = server.get("")
    assert (page.status, page.url) == (200, f"{server.url}formgrader/manage_assignments")


@pytest.mark.parametrize(
    "path", ["gradebook", "gradebook/01_first", "gradebook/01_first/doubling", "manage_submissions/01_first"]
)
def test_a_page_of_the_gradebook_is_there(path: str, server: Server) -> None:
    assert server.get(path).status == 200


def test_formgrader_lists_the_assignment_with_its_submissions(server: Server) -> None:
    assignments = server.api("GET", "assignments")
    assert [(each["name"], each["num_submissions"]) for each in assignments] == [("01_first", 3)]


def test_formgrader_knows_the_points_that_course_autograde_gave(server: Server) -> None:
    scores = {each["student"]: each["code_score"] for each in server.api("GET", "submissions/01_first")}
    assert (scores["ada"], scores["ben"]) == (6.0, 3.0)


def test_the_page_of_a_submission_shows_the_mark_scheme(server: Server) -> None:
    assert SCHEME in server.get(f"submissions/{notebook_of(server, 'ada')}/").text


def test_the_page_of_a_submission_has_a_field_for_the_points_of_every_graded_cell(server: Server) -> None:
    notebook = notebook_of(server, "ada")
    page = server.get(f"submissions/{notebook}/").text
    cells = [grade["name"] for grade in server.api("GET", f"grades?submission_id={notebook}")]
    assert sorted(cells) == ["check_double", "check_total", "hidden_double", "hidden_total", "think_twice"]
    assert [cell for cell in cells if f'<input class="score tabbable" id="{cell}"' not in page] == []


# Marks by hand -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def marked(server: Server) -> Server:
    """The server after a person gave points and a comment for ada's answer."""
    for kind, content in (("grade", {"manual_score": 1.5}), ("comment", {"manual_comment": COMMENT})):
        rows = server.api("GET", f"{kind}s?submission_id={notebook_of(server, 'ada')}")
        think = next(row["id"] for row in rows if row["name"] == "think_twice")
        server.api("PUT", f"{kind}/{think}", content)
    return server


@pytest.fixture(scope="module")
def pages(marked: Server, graded: SmallCourse) -> dict[str, str]:
    """The text, without tags, of the files of ada's feedback that formgrader's button made after the marking."""
    answer = marked.api("POST", "assignment/01_first/ada/generate_feedback")
    assert answer["success"], answer
    folder = graded.root / "feedback" / "ada" / "01_first"
    return {path.name: html.unescape(re.sub(r"<[^>]+>", "", path.read_text())) for path in folder.iterdir()}


def test_points_given_in_formgrader_count(marked: Server, graded: SmallCourse) -> None:
    with opened(graded.folder) as book:
        score = read_score(book, "01_first", "ada")
    assert (score.points, score.by_hand) == (7.5, 0.0)


@pytest.mark.parametrize("name", ["index.html", "doubling.html"])
def test_feedback_made_by_formgrader_has_the_comment(name: str, pages: dict[str, str]) -> None:
    assert COMMENT in pages[name]


@pytest.mark.parametrize("secret", [SCHEME, "MARK SCHEME", "HIDDEN TESTS", "_secret", "[0.5, 4.5]"])
def test_feedback_made_by_formgrader_shows_no_hidden_test_and_no_mark_scheme(
    secret: str, pages: dict[str, str]
) -> None:
    assert [name for name, page in pages.items() if secret in page] == []


def test_formgraders_autograde_button_grades_what_was_handed_in_again(server: Server, graded: SmallCourse) -> None:
    graded.submit("cleo")
    answer = server.api("POST", "submission/01_first/cleo/autograde")
    assert answer["success"], answer
    with opened(graded.folder) as book:
        assert read_score(book, "01_first", "cleo").points == 6.0
