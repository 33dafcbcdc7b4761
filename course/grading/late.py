"""The late policy: one setting that a person can read, and the plugin by which nbgrader applies it.

c.Course.late_policy = "10% a day, at most 50%, 15 minutes of grace"
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from functools import cached_property

from nbgrader.plugins import LateSubmissionPlugin

_SECONDS = {"minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
_UNIT = r"(minute|hour|day|week)s?"
_NUMBER = r"(\d+(?:\.\d+)?)"
_EACH = re.compile(rf"{_NUMBER} ?% (?:an?|per|each|every) {_UNIT}")
_ONCE = re.compile(rf"{_NUMBER} ?% once")
_MOST = re.compile(rf"at most {_NUMBER} ?%")
_END = re.compile(rf"zero after {_NUMBER} {_UNIT}")
_GRACE = re.compile(rf"{_NUMBER} {_UNIT} of grace")
ALLOWED = (
    '"none", or one of "zero", "20% once" and "10% a day" (hour, week), with ", at most 50%", '
    '", zero after 7 days" and ", 15 minutes of grace" behind it where wanted'
)


@dataclass(frozen=True)
class Policy:
    """What a late submission loses, of the points that it has earned.

    Attributes:
        share: lost at once where there is no `every`, else with each period that has begun; 0 to 1.
        every: seconds of a period; 0 for a share that is lost once.
        most: what is lost at most; 0 to 1.
        end: seconds after which everything is lost; infinite for never.
        grace: seconds that are as good as in time; what is later counts from their end.
    """

    share: float = 0.0
    every: float = 0.0
    most: float = 1.0
    end: float = math.inf
    grace: float = 0.0

    def penalty(self, points: float, seconds_late: float) -> float:
        """What a submission with these points loses; never more than it has."""
        late = seconds_late - self.grace
        if late <= 0 or points <= 0:
            return 0.0
        if late > self.end:
            return points
        periods = math.ceil(late / self.every) if self.every else 1
        return points * min(self.share * periods, self.most)


def read_policy(text: str) -> Policy:
    """The policy that a text says.

    Raises:
        ValueError: it is not understood; says what of it, and what is allowed.
    """
    first, *others = (" ".join(part.split()).casefold() for part in text.split(","))
    policy = _first(first)
    if policy is None:
        raise ValueError(f"{first or text!r} is not understood; allowed is {ALLOWED}")
    if others and first == "none":
        raise ValueError(f'nothing comes behind "none", but {others[0]!r} does; allowed is {ALLOWED}')
    said = set()
    for part in others:
        name, value = _further(part)
        if not name or name in said:
            raise ValueError(f"{part!r} is {'there twice' if name else 'not understood'}; allowed is {ALLOWED}")
        said.add(name)
        policy = replace(policy, **{name: value})
    if policy.share > 1 or policy.most > 1:
        raise ValueError(f"more than 100% can't be lost; allowed is {ALLOWED}")
    return policy


def _first(part: str) -> Policy | None:
    if part == "none":
        return Policy()
    if part == "zero":
        return Policy(share=1.0)
    if found := _ONCE.fullmatch(part):
        return Policy(share=float(found.group(1)) / 100)
    if found := _EACH.fullmatch(part):
        return Policy(share=float(found.group(1)) / 100, every=_SECONDS[found.group(2)])
    return None


def _further(part: str) -> tuple[str, float]:
    if found := _MOST.fullmatch(part):
        return "most", float(found.group(1)) / 100
    for name, pattern in (("end", _END), ("grace", _GRACE)):
        if found := pattern.fullmatch(part):
            return name, float(found.group(1)) * _SECONDS[found.group(2)]
    return "", 0.0


class LatePenalties(LateSubmissionPlugin):
    """nbgrader's plugin for late submissions, by ``c.Course.late_policy``; without one, as nbgrader's own."""

    @cached_property
    def _policy(self) -> Policy:
        from course.grading.settings import Course

        return read_policy(Course(config=self.config).late_policy)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """What a notebook loses; nbgrader calls this for each notebook of a late submission."""
        if self._policy == Policy():
            return super().late_submission_penalty(student_id, score, total_seconds_late)
        return self._policy.penalty(score, total_seconds_late) or None
