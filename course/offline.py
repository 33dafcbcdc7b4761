"""Whether anything may be fetched: one rule for data, for models, and for the grader, which sets the variable."""

from __future__ import annotations

import os

VARIABLE = "COURSE_OFFLINE"


def is_offline(variable: str = VARIABLE) -> bool:
    """Whether a variable of the environment says that nothing may be fetched.

    Args:
        variable: its name; another library's may mean the same.
    """
    return os.environ.get(variable, "").strip().upper() in {"1", "ON", "YES", "TRUE"}
