"""What `course autograde` grades, what it enters, and what it leaves alone."""

from __future__ import annotations

from courses import SmallCourse

from course.grading.autograde import Options, autograde
from course.grading.release import release


def test_right_and_wrong_answers_get_their_points(small_course: SmallCourse) -> None:
    release(small_course.folder, [])
    small_course.submit("ada")
    small_course.submit("ben", {"double": "def double(x):\n    return x + x if x == 2.0 else 0.0"})
    rows = autograde(small_course.folder, [], [], Options(jobs=2)).rows
    assert [(row.student, row.score.points, row.score.of, row.score.by_hand) for row in rows if row.score] == [
        ("ada", 6.0, 8.0, 2.0),
        ("ben", 3.0, 8.0, 2.0),
    ]
    assert rows[1].score is not None
    assert rows[1].score.failed == ["doubling/hidden_double", "doubling/check_total"]
