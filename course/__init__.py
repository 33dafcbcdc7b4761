"""Gradient Course: what its notebooks use.

A notebook needs little: :func:`select_device`, :func:`set_seed` and the module :mod:`course.check`,
all importable from here, and the topic's own helpers in :mod:`course.data`, :mod:`course.models` and
:mod:`course.plots`. Before it is handed in, :func:`validate` says what is missing. The instructor's side is
:mod:`course.grading`, which no notebook imports.
"""

from __future__ import annotations

import os

from course import check
from course.device import DeviceError, select_device
from course.seed import set_seed

__version__ = "0.1.0"

__all__ = ["DeviceError", "__version__", "check", "select_device", "set_seed", "validate"]


def validate(path: str | os.PathLike[str] | None = None) -> None:
    """Show how ready a notebook is to be handed in: it is run from the top in a fresh process.

    Each exercise is shown as passed, failed with its hint, or not started, each Think question as answered or
    empty, and what else should be mended. It looks at the file, so save first. Where a notebook is graded or
    validated, it does nothing.

    Args:
        path: of a notebook's file; without it, the notebook that calls. Colab does not say where that is; there
            you are told what to do.
    """
    from course.validation.here import validate as here  # here, because a notebook need not wait for it

    here(path)
