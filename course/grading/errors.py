"""Mistakes of the person at the keyboard, as opposed to bugs."""

from __future__ import annotations


class CourseError(Exception):
    """Something the user can mend. The message is one line: what is wrong, where, what to do.

    The command line prints it after the program's name and ends with status 2, without a traceback.
    """


class Busy(CourseError):
    """Another course command is writing in the same folder."""
