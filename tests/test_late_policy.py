"""The text of the late policy: what it takes off, and what is not understood."""

from __future__ import annotations

import pytest
from commands import one_clear_line
from courses import SmallCourse

from course.grading.late import read_policy

HOUR, DAY = 3600, 86400


@pytest.mark.parametrize(
    ("text", "seconds", "lost"),
    [
        ("none", 100 * DAY, 0),
        ("zero", 0, 0),
        ("zero", 1, 8),
        ("20% once", 1, 1.6),
        ("20% once", 30 * DAY, 1.6),
        ("10% a day", 0, 0),
        ("10% a day", 1, 0.8),
        ("10% a day", DAY, 0.8),
        ("10% a day", DAY + 1, 1.6),
        ("10% a day", 10 * DAY, 8),
        ("10% a day", 11 * DAY, 8),
        ("1% an hour", 90 * 60, 0.16),
        ("25% per week", 8 * DAY, 4),
        ("12.5% each day", 1, 1),
        ("10% a day, at most 50%", 5 * DAY, 4),
        ("10% a day, at most 50%", 90 * DAY, 4),
        ("10% a day, zero after 3 days", 3 * DAY, 2.4),
        ("10% a day, zero after 3 days", 3 * DAY + 1, 8),
        ("10% a day, 15 minutes of grace", 15 * 60, 0),
        ("10% a day, 15 minutes of grace", 15 * 60 + 1, 0.8),
        ("10% a day, 15 minutes of grace", DAY + 15 * 60, 0.8),
        ("zero, 1 hour of grace", HOUR, 0),
        ("zero, 1 hour of grace", HOUR + 1, 8),
        ("10% A DAY ,  AT MOST 50 % , zero after 2 weeks, 15 minutes of grace", 20 * DAY, 8),
    ],
)
def test_what_is_lost_of_eight_points(text: str, seconds: float, lost: float) -> None:
    assert read_policy(text).penalty(8, seconds) == pytest.approx(lost)


@pytest.mark.parametrize("points", [0.0, -1.0])
def test_who_has_nothing_loses_nothing(points: float) -> None:
    assert read_policy("zero").penalty(points, DAY) == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10%",
        "10 a day",
        "ten percent a day",
        "10% a month",
        "10% a day,",
        "10% a day, max 50%",
        "10% a day, 15 minutes",
        "10% a day, at most 50%, at most 60%",
        "at most 50%",
        "none, 15 minutes of grace",
        "150% a day",
        "10% a day, at most 150%",
        "-10% a day",
        "10% a day; at most 50%",
    ],
)
def test_what_is_not_understood_says_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="allowed is") as refused:
        read_policy(text)
    assert '"10% a day"' in str(refused.value)


def test_a_wrong_policy_is_said_before_anything_is_done(released_course: SmallCourse) -> None:
    released_course.submit("ada")
    released_course.configure('c.Course.late_policy = "10 per day"')
    said = one_clear_line(released_course, "autograde")
    assert said.startswith("course autograde: nbgrader_config.py: c.Course.late_policy is '10 per day'")
    assert "allowed is" in said
