"""A student fetches an assignment and hands it in from JupyterLab, by nbgrader's exchange; it comes back graded."""

from __future__ import annotations

import getpass
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser import chromium
from commands import Said, run_command
from courses import SmallCourse
from labdesk import SECONDS, Desk, new_desk, settle_in
from labserver import Server, jupyter_lab
from playwright.sync_api import expect

from course.grading.gradebook import opened
from course.grading.standing import read_score

pytestmark = pytest.mark.slow  # JupyterLab and Chromium

COURSE_ID = "dl2026"
ME = getpass.getuser()  # on a hub, everybody has an account
RIGHT = {
    "double": "def double(x):\n    return 2 * x",
    "total": "def total(values):\n    return sum(map(double, values))",
}


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which everybody may write."""
    folder = tmp_path_factory.mktemp("exchange")
    folder.chmod(0o777)
    return folder


@pytest.fixture(scope="module")
def course(
    released_template: SmallCourse,
    exchange: Path,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> SmallCourse:
    """The instructor's folder; its assignment is in the exchange."""
    made = released_template.copy_to(tmp_path_factory.mktemp("instructor") / "course_folder")
    made.configure(f'c.Exchange.root = "{exchange}"\nc.CourseDirectory.course_id = "{COURSE_ID}"')
    subprocess.run(
        ["nbgrader", "release_assignment", "01_first"],
        cwd=made.root,
        env=environment,
        check=True,
        capture_output=True,
    )
    return made


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The student's folder, empty."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def server(
    course: SmallCourse,
    exchange: Path,
    home: Path,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Server]:
    """The student's server, set up as docs/jupyterlab.md says."""
    own = tmp_path_factory.mktemp("jupyter")
    settle_in(own)
    (own / "config" / "nbgrader_config.py").write_text(f'c = get_config()\nc.Exchange.root = "{exchange}"\n')
    with jupyter_lab(home, environment, own) as running:
        yield running


@pytest.fixture(scope="module")
def desk(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The student's browser."""
    shots = Path(os.environ.get("COURSE_SCREENSHOTS") or tmp_path_factory.mktemp("shots"))
    shots.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        yield new_desk(browser, server, shots)


@dataclass
class HandedIn:
    """What a student saw, and what became of it.

    Attributes:
        fetched: files in the student's folder after *Fetch*.
        submissions: how many the list shows after each *Submit*.
        collected: what `course collect` said.
        graded: what `course autograde` said.
    """

    fetched: list[str]
    submissions: list[int]
    collected: Said
    graded: Said


@pytest.fixture(scope="module")
def handed_in(desk: Desk, course: SmallCourse, exchange: Path, home: Path) -> HandedIn:
    """Fetched, handed in as it was, worked on, handed in again; then collected and graded."""
    desk.go("lab")
    desk.page.locator(".jp-Launcher").wait_for(timeout=SECONDS)
    desk.page.get_by_role("menuitem", name="Nbgrader").click()
    desk.page.get_by_role("menuitem", name="Assignment List").click()
    released, mine = (desk.page.locator(f"#{name}_assignments_list") for name in ("released", "fetched"))
    released.get_by_role("button", name="Fetch").click(timeout=SECONDS)
    expect(mine.get_by_role("button", name="Submit")).to_be_visible(timeout=SECONDS)
    fetched = sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())
    submissions = [submit(desk, 1)]
    mine.get_by_role("button", name="01_first").click()
    mine.get_by_role("link", name="doubling").click()
    desk.wait_for_kernel()
    for exercise, source in RIGHT.items():
        desk.write(exercise, source)
    desk.run_all("hidden_total")
    desk.look("exchange-worked")
    with desk.page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        desk.page.keyboard.press("Control+s")
    desk.page.get_by_role("tab", name="Assignments").click()
    submissions.append(submit(desk, 2))
    desk.look("exchange-handed-in")
    collected = run_command(course, "collect", str(exchange), "--assignment", "01_first")
    return HandedIn(fetched, submissions, collected, run_command(course, "autograde", "01_first"))


def submit(desk: Desk, number: int) -> int:
    """Press Submit; returns how many submissions the list shows then, which should be this many."""
    desk.page.locator("#fetched_assignments_list").get_by_role("button", name="Submit").click()
    shown = desk.page.locator("#submitted_assignments_list .nested_list_item")
    expect(shown).to_have_count(number, timeout=SECONDS)
    return shown.count()


def test_fetch_brings_the_released_notebook_and_nothing_else(handed_in: HandedIn) -> None:
    assert handed_in.fetched == ["01_first/doubling.ipynb"]


def test_every_hand_in_is_listed(handed_in: HandedIn) -> None:
    assert handed_in.submissions == [1, 2]


def test_course_collect_takes_what_was_handed_in(handed_in: HandedIn) -> None:
    assert (handed_in.collected.status, handed_in.collected.err) == (0, "")
    assert ME in handed_in.collected.out


def test_the_last_hand_in_is_graded(handed_in: HandedIn, course: SmallCourse) -> None:
    assert (handed_in.graded.status, handed_in.graded.err) == (0, "")
    with opened(course.folder) as book:
        cells = read_score(book, "01_first", ME).cells
    assert {name: points for name, points in cells.items() if "think" not in name} == {
        "doubling/check_double": 1,
        "doubling/hidden_double": 2,
        "doubling/check_total": 1,
        "doubling/hidden_total": 2,
    }


def test_feedback_comes_back_the_same_way(
    handed_in: HandedIn, desk: Desk, course: SmallCourse, home: Path, environment: dict[str, str]
) -> None:
    said = run_command(course, "feedback", "01_first")
    assert (said.status, said.err) == (0, "")
    subprocess.run(
        ["nbgrader", "release_feedback", "01_first"],
        cwd=course.root,
        env=environment,
        check=True,
        capture_output=True,
    )
    desk.page.get_by_role("button", name="Fetch Feedback").click()
    expect(desk.page.locator("#submitted_assignments_list").get_by_text("(view feedback)")).to_be_visible(
        timeout=SECONDS
    )
    desk.look("exchange-feedback")
    (page,) = home.glob("01_first/feedback/*/doubling.html")
    assert "✓ double(2.0): expected 4, yours 4" in page.read_text(encoding="utf-8")
