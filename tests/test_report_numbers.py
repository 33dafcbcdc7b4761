"""The numbers of a report, against small classes that were computed by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from course.grading.report import figures, figures_times
from course.grading.report.gather import Entry, Exercise, Gathered, Part
from course.grading.report.items import FEWEST, correlation, in_words, items
from course.grading.report.plot import percent


def exercise(name, check=1.0, hidden=2.0, notebook="nb"):
    parts = (Part(f"{notebook}/check_{name}", "check", check), Part(f"{notebook}/hidden_{name}", "hidden", hidden))
    return Exercise(notebook, name, parts)


def entry(student, values, notebooks=("nb",)):
    """A submission; `values` by exercise: points of check and hidden test, None for what waits."""
    cells = {}
    for name, (check, hidden) in values.items():
        cells[f"nb/check_{name}"], cells[f"nb/hidden_{name}"] = check, hidden
    points = sum(value or 0.0 for value in cells.values())
    return Entry(student, student, points, 0.0, cells, notebooks={name: [] for name in notebooks})


def gathered(entries, exercises, masters=("nb",)):
    of = sum(each.points for each in exercises)
    return Gathered(
        "",
        "a",
        len(entries),
        [e.student for e in entries],
        of,
        exercises,
        entries,
        dict.fromkeys(masters),
        None,
        {},
        [],
    )


def a_class():
    """Ten students: `a` is right for the first five, `b` for the first four and the last, `c` for everybody."""
    found = []
    for number in range(10):
        a = (1.0, 2.0) if number < 5 else (0.0, 0.0)
        b = (1.0, 2.0) if number < 4 or number == 9 else (1.0, 0.0)
        found.append(entry(f"s{number}", {"a": a, "b": b, "c": (1.0, 2.0)}))
    return gathered(found, [exercise("a"), exercise("b"), exercise("c")])


def test_difficulty_is_the_mean_share_of_points():
    a, b, c = items(a_class())
    assert (a.share, b.share, c.share) == pytest.approx((0.5, (5 * 3 + 5 * 1) / 30, 1.0))
    assert a.shares == {"check": 0.5, "hidden": 0.5}
    assert b.shares == {"check": 1.0, "hidden": 0.5}


def test_discrimination_is_the_correlation_with_the_other_exercises_alone():
    a, b, _ = items(a_class())
    # of 10: both right 4, a alone 1, b alone 1, neither 4, so phi = (4*4 - 1*1) / sqrt(5*5*5*5)
    assert a.discrimination == pytest.approx(15 / 25)
    assert b.discrimination == pytest.approx(15 / 25)
    assert a.why == "tells apart well"


def test_what_all_have_alike_has_no_discrimination():
    *_, c = items(a_class())
    assert (c.discrimination, c.why) == (None, "all have the same points")


def test_few_students_have_no_discrimination():
    few = a_class()
    few.entries = few.entries[: FEWEST - 1]
    assert {item.discrimination for item in items(few)} == {None}
    assert items(few)[0].why == "fewer than 10 students"


def test_a_single_exercise_has_nothing_to_correlate_with():
    alone = a_class()
    alone.exercises = alone.exercises[:1]
    assert (items(alone)[0].discrimination, items(alone)[0].why) == (None, "the only exercise")


def test_who_did_not_hand_in_a_notebook_does_not_count_for_its_exercises():
    class_ = a_class()
    class_.masters["other"] = None
    for each in class_.entries[5:]:
        each.notebooks = {"other": []}
    a, *_ = items(class_)
    assert (a.students, a.share) == (5, 1.0)


def test_points_that_wait_for_a_person_count_nowhere():
    class_ = a_class()
    for each in class_.entries[:3]:
        each.values["nb/hidden_b"] = None
    a, b, _ = items(class_)
    assert (b.students, b.waiting) == (7, 3)
    assert b.share == pytest.approx((2 * 3 + 5 * 1) / 21)
    assert (a.discrimination, a.why) == (None, "the others are all the same")  # b is not whole, c does not vary


def test_a_correlation_is_pearsons():
    rng = np.random.default_rng(1)
    one, other = rng.normal(size=50), rng.normal(size=50)
    assert correlation(one, other) == pytest.approx(np.corrcoef(one, other)[0, 1])
    assert correlation([1, 2, 3], [6, 4, 2]) == pytest.approx(-1)
    assert correlation([1, 1, 1], [1, 2, 3]) is None
    assert correlation([0, 0, 1], [0, 1, 1]) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("value", "share", "words"),
    [
        (-0.1, 0.5, "the wrong way round"),
        (0.1, 0.5, "hardly tells apart"),
        (0.2, 0.5, "tells apart"),
        (0.3, 0.5, "tells apart well"),
        (0.9, 0.96, "too easy to tell"),
        (0.9, 0.01, "too hard to tell"),
    ],
)
def test_discrimination_is_said_in_words(value, share, words):
    assert in_words(value, share) == words


def test_a_few_are_not_said_to_be_nobody():
    assert percent(1 / 300) == "<1\N{NO-BREAK SPACE}%"
    assert percent(0.0) == "0\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize("points", [[7.0], [0.0, 0.0], [24.0] * 3, [-1.0, 3.5, 30.0]])
def test_scores_of_any_class_are_drawn(points):
    plot = figures.scores(points, 24.0, [0.0] * len(points))
    assert plot.svg.startswith("<svg") and f"{len(points)} submission" in plot.description


def test_a_bar_stands_for_each_number_of_points():
    plot = figures.scores([3.0, 3.0, 5.0], 8.0, [2.0, 2.0, 0.0])
    assert "the highest bar, at 3 points, is 2 submissions" in plot.description
    assert "In 2 submissions up to 2 points wait for a person." in plot.see


def at(hour, day=1):
    return dt.datetime(2026, 12, day, hour, tzinfo=dt.UTC)


def test_submissions_are_counted_against_the_deadline():
    plot = figures_times.arrivals([at(8), at(20), at(21), at(3, 2)], at(22), 1)
    assert "3 of them by 01 Dec 2026 22:00" in plot.description
    assert "75\N{NO-BREAK SPACE}% came in the last 24 hours before the deadline, 1 too late" in plot.see


def test_a_time_of_another_year_does_not_squeeze_the_plot():
    plot = figures_times.arrivals([at(8), at(20), dt.datetime(1970, 1, 1, tzinfo=dt.UTC)], at(22), 0)
    assert "1 submission lies outside" in plot.see


def test_times_without_a_deadline_are_drawn():
    plot = figures_times.arrivals([at(8)], None, 0)
    assert "due" not in plot.see and "when it was due" not in plot.description


def test_durations_name_the_slowest_notebook():
    plot = figures_times.durations({"fast": [1.0, 1.2, 1.1], "slow": [4.0, 5.0, 90.0], "none": []})
    assert "Half of slow took 5.0 s or less, the longest 90.0 s." in plot.see
    assert "none" not in plot.description


def test_the_same_class_gives_the_same_bytes():
    assert figures.scores([1.0, 2.0], 4.0, [0.0]).svg == figures.scores([1.0, 2.0], 4.0, [0.0]).svg
