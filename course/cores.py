"""How many processors there are for this process."""

from __future__ import annotations

import os


def count() -> int:
    """Processors that this process may use: fewer than the machine has where it is pinned to some of them."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
