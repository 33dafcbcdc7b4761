"""Gradient Course: what its notebooks use.

A notebook needs little: :func:`select_device`, :func:`set_seed` and the module :mod:`course.check`,
all importable from here, and the topic's own helpers in :mod:`course.data`, :mod:`course.models` and
:mod:`course.plots`. The instructor's side is :mod:`course.grading`, which no notebook imports.
"""

from course import check
from course.device import DeviceError, select_device
from course.seed import set_seed

__version__ = "0.1.0"

__all__ = ["DeviceError", "__version__", "check", "select_device", "set_seed"]
