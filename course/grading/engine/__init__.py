"""Runs notebooks that may hold anything, several at once, and gives back what they printed.

One interface, :class:`Runner`: jobs go in, results come out as they finish. The engine knows notebooks
and nothing of grades, gradebooks or students.
"""

from course.grading.engine.jobs import Job, Limits, Result, Runner
from course.grading.engine.kernels import KernelRunner

__all__ = ["Job", "KernelRunner", "Limits", "Result", "Runner"]
