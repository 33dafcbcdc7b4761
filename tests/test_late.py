"""Late penalties in the gradebook: at the edges, by due.toml and policy of now, without running a notebook."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path

import pytest
from commands import Unrun, run_command
from courses import SmallCourse
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from office import ASSIGNMENT, DUE_TOML, as_rows, give_points, grade, hand_in, penalties, write_due

from course.grading.autograde import Options, autograde
from course.grading.deadlines import refresh
from course.grading.regrade import regrade
from course.grading.standing import read_score

POLICY = 'c.Course.late_policy = "10% a day, at most 50%, 15 minutes of grace"'
TIMES = {
    "early": "2026-11-30 10:00:00 UTC",
    "exact": "2026-12-01 22:59:00 UTC",
    "grace": "2026-12-01 23:14:00 UTC",
    "second": "2026-12-01 23:14:01 UTC",
    "berlin": "2026-12-02 00:14:00 CET",
    "days": "2026-12-03 23:14:01 UTC",
    "weeks": "2026-12-20 10:00:00 UTC",
}
LOST = {"early": 0, "exact": 0, "grace": 0, "second": 0.6, "berlin": 0, "days": 1.8, "weeks": 3.0}  # of 6 points


@pytest.fixture(scope="module")
def graded_template(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    made = released_template.copy_to(tmp_path_factory.mktemp("late") / "course_folder")
    made.configure(POLICY)
    write_due(made)
    hand_in(made, TIMES)
    grade(made)
    return made


@pytest.fixture
def graded(graded_template: SmallCourse, tmp_path: Path) -> SmallCourse:
    return graded_template.copy_to(tmp_path / "course_folder")


class NothingRuns(Unrun):
    """A runner that must not be asked."""

    def run(self, jobs):  # type: ignore[no-untyped-def]
        assert not list(jobs), "a notebook would run again"
        return iter(())


def set_policy(course: SmallCourse, text: str) -> None:
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text().replace(POLICY, f'c.Course.late_policy = "{text}"'))


def autograde_without_running(course: SmallCourse) -> dict[str, float]:
    rows = autograde(course.folder, [], [], Options(), runner=NothingRuns())
    return {row.student: row.score.points for row in rows if row.score}


def test_grading_takes_off_what_the_policy_says(graded_template: SmallCourse) -> None:
    assert penalties(graded_template) == pytest.approx(LOST)


def test_points_are_those_without_the_penalty(graded: SmallCourse) -> None:
    assert autograde_without_running(graded)["days"] == pytest.approx(4.2)


def test_due_date_and_extension_are_in_nbgraders_own_columns(graded: SmallCourse) -> None:
    write_due(graded, f"{DUE_TOML}extensions = {{ days = 2026-12-03T23:59:00+01:00 }}\n")
    refresh(graded.folder)
    with Gradebook(graded.folder.db_url) as book:
        assert book.find_assignment(ASSIGNMENT).duedate == dt.datetime(2026, 12, 1, 22, 59)
        days = book.find_submission(ASSIGNMENT, "days")
        assert (days.extension, days.duedate) == (dt.timedelta(days=2), dt.datetime(2026, 12, 3, 22, 59))
        assert days.total_seconds_late == 15 * 60 + 1
        assert book.find_submission(ASSIGNMENT, "weeks").extension is None


def test_formgrader_shows_the_due_date(graded: SmallCourse) -> None:
    api = NbGraderAPI(graded.folder.directory())
    assert api.get_assignment(ASSIGNMENT)["duedate_notimezone"].startswith("2026-12-01T22:59:00")


def test_an_extension_counts_for_its_student_alone(graded: SmallCourse) -> None:
    write_due(graded, f"{DUE_TOML}extensions = {{ days = 2026-12-03T23:59:00+01:00 }}\n")
    assert autograde_without_running(graded)["days"] == pytest.approx(5.4)
    assert penalties(graded) == pytest.approx({**LOST, "days": 0.6})


def test_an_extension_counts_at_the_first_grading(graded: SmallCourse) -> None:
    write_due(graded, f"{DUE_TOML}extensions = {{ new = 2026-12-05T00:00:00Z }}\n")
    hand_in(graded, {"new": "2026-12-04 10:00:00 UTC"})
    assert {row.student: row.score.points for row in grade(graded) if row.score}["new"] == 6


@pytest.mark.parametrize("command", [("grades", "--unfinished"), ("status",), ("feedback",)])
def test_an_edited_due_date_counts_at_the_next_command(graded: SmallCourse, command: tuple[str, ...]) -> None:
    write_due(graded, DUE_TOML.replace("12-01", "12-20"))
    assert run_command(graded, *command).status == 0
    assert penalties(graded) == dict.fromkeys(TIMES, 0)


def test_an_edited_due_date_runs_nothing_again(graded: SmallCourse) -> None:
    write_due(graded, DUE_TOML.replace("12-01", "12-02"))
    assert autograde_without_running(graded)["days"] == pytest.approx(4.8)


def test_an_edited_policy_runs_nothing_again(graded: SmallCourse) -> None:
    set_policy(graded, "zero")
    assert autograde_without_running(graded) == {**dict.fromkeys(TIMES, 0), "early": 6, "exact": 6}


def test_a_due_date_that_is_taken_out_takes_its_penalties_along(graded: SmallCourse) -> None:
    write_due(graded, "")
    refresh(graded.folder)
    assert penalties(graded) == dict.fromkeys(TIMES, 0)
    with Gradebook(graded.folder.db_url) as book:
        assert book.find_assignment(ASSIGNMENT).duedate is None


def test_without_due_toml_formgraders_date_counts(graded: SmallCourse) -> None:
    (graded.root / "due.toml").unlink()
    with Gradebook(graded.folder.db_url) as book:
        book.update_or_create_assignment(ASSIGNMENT, duedate="2026-12-02 22:59 UTC")
    refresh(graded.folder)
    assert penalties(graded)["days"] == pytest.approx(1.2)


def test_nothing_is_written_where_nothing_differs(graded: SmallCourse) -> None:
    before = graded.snapshot()
    assert not refresh(graded.folder)
    assert graded.snapshot() == before


def test_points_by_hand_lose_their_share_too(graded: SmallCourse) -> None:
    give_points(graded, "days", 2)
    refresh(graded.folder)
    assert penalties(graded)["days"] == pytest.approx(2.4)
    with Gradebook(graded.folder.db_url) as book:
        assert read_score(book, ASSIGNMENT, "days").points == pytest.approx(5.6)


def test_points_by_hand_survive_a_new_due_date_and_a_regrade(graded: SmallCourse) -> None:
    give_points(graded, "days", 2)
    write_due(graded, DUE_TOML.replace("12-01", "12-03"))
    outcome = regrade(graded.folder, [], [], Options(), confirmed=True, why="a test", runner=Unrun())
    assert outcome.kept
    assert {row.student: row.score.points for row in outcome.rows if row.score}["days"] == pytest.approx(7.2)
    assert penalties(graded)["days"] == pytest.approx(0.8)


def test_regrading_without_keeping_leaves_the_gradebook(graded: SmallCourse) -> None:
    write_due(graded, DUE_TOML.replace("12-01", "12-20"))
    regrade(graded.folder, [], [], Options(), confirmed=False, runner=Unrun())
    assert penalties(graded) == pytest.approx(LOST)


def test_a_new_submission_is_as_late_as_it_is(graded: SmallCourse) -> None:
    hand_in(graded, {"early": "2026-12-01 23:14:01 UTC"})
    grade(graded)
    assert penalties(graded)["early"] == pytest.approx(0.6)


def test_nbgraders_own_export_agrees(graded: SmallCourse, environment: dict[str, str]) -> None:
    give_points(graded, "weeks", 2)
    ours = as_rows(run_command(graded, "grades", "--unfinished").out)
    to = str(graded.root / "theirs.csv")
    subprocess.run(
        ["nbgrader", "export", "--to", to], cwd=graded.root, env=environment, check=True, capture_output=True
    )
    theirs = {row["student_id"]: row for row in as_rows(Path(to).read_text())}
    assert set(theirs) == {row["student"] for row in ours} == set(TIMES)
    for row in ours:
        other = theirs[row["student"]]
        assert float(row["points"]) == pytest.approx(float(other["score"]))
        assert float(row["penalty"]) == pytest.approx(float(other["late_submission_penalty"]))
        assert float(row["of"]) == float(other["max_score"])
        assert row["due"] == "2026-12-01 23:59:00+01:00"
        assert other["duedate"] == "2026-12-01 22:59:00"


def test_nbgraders_own_autograde_applies_the_policy(graded: SmallCourse, environment: dict[str, str]) -> None:
    set_policy(graded, "20% once")
    command = [
        "nbgrader",
        "autograde",
        ASSIGNMENT,
        "--student",
        "days",
        "--force",
        "--Course.unsafe_no_sandbox=True",
    ]
    done = subprocess.run(command, cwd=graded.root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert penalties(graded) == pytest.approx({**LOST, "days": 1.2})


OWN_PLUGIN = """
from nbgrader.plugins import LateSubmissionPlugin
class HalfAPoint(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        {body}
"""


def own_plugin(course: SmallCourse, body: str, *, first: bool) -> None:
    config = course.root / "nbgrader_config.py"
    line = "c.AssignLatePenalties.plugin_class = HalfAPoint\n"
    text = config.read_text()
    if first:
        text = text.replace("configure(c)\n", line + "configure(c)\n")
    else:
        text += line
    config.write_text(OWN_PLUGIN.format(body=body) + text)


@pytest.mark.parametrize("first", [True, False])
def test_an_instructors_own_plugin_goes_before_the_policy(graded: SmallCourse, first: bool) -> None:
    own_plugin(graded, "return 0.5", first=first)
    refresh(graded.folder)
    late = ("grace", "second", "berlin", "days", "weeks")
    assert penalties(graded) == {student: 0.5 if student in late else 0 for student in TIMES}


def test_a_penalty_never_takes_more_than_there_is_nor_gives(graded: SmallCourse) -> None:
    own_plugin(graded, "return 100 if student_id == 'days' else -5", first=False)
    refresh(graded.folder)
    assert penalties(graded) == {**dict.fromkeys(TIMES, 0), "days": 6}


def test_an_own_plugin_that_fails_is_said_in_one_line(graded: SmallCourse) -> None:
    own_plugin(graded, "return 1 / 0", first=False)
    said = run_command(graded, "status")
    assert (said.status, len(said.lines)) == (2, 1)
    assert "HalfAPoint (c.AssignLatePenalties.plugin_class) fails for" in said.err
    assert "ZeroDivisionError" in said.err


def test_nbgraders_own_setting_works_where_there_is_no_policy(graded: SmallCourse) -> None:
    set_policy(graded, "none")
    graded.configure('c.LateSubmissionPlugin.penalty_method = "zero"')
    refresh(graded.folder)
    assert penalties(graded)["second"] == 6


def test_an_extension_for_nobody_is_said(graded: SmallCourse) -> None:
    write_due(graded, f"{DUE_TOML}extensions = {{ adda = 2026-12-03T23:59:00+01:00 }}\n")
    said = run_command(graded, "status")
    assert said.status == 0
    assert said.err == (
        "course status: due.toml: an extension of 01_first for 'adda', who is neither in the gradebook nor in "
        "submitted/\n"
    )
