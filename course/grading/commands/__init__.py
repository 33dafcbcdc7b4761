"""What each command of `course` does between its words and its table: a module a command, and in it `run`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module


def find(name: str) -> Callable[[argparse.Namespace], int]:
    """What runs a command and returns its exit status; other commands' modules are not imported."""
    found: Callable[[argparse.Namespace], int] = import_module(f"{__name__}.{name}").run
    return found
