"""The `course` command. It finds what runs it and says what went wrong; the work is done in `course.grading`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from course.device import DeviceError
from course.words import MISTAKE, build_parser

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status.

    It is 0, 1 where `doctor` or `validate` finds something to mend, 2 for the user's mistakes, 130 where it was
    interrupted.
    """
    try:
        try:
            return _run(build_parser().parse_args(arguments))
        finally:
            sys.stdout.flush()  # a broken pipe shows here, and not when Python ends
    except BrokenPipeError:  # `course … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(options: argparse.Namespace) -> int:
    try:
        return _command(options)
    except KeyboardInterrupt:
        print(f"course {options.command}: stopped; what was finished is kept", file=sys.stderr)
        return INTERRUPTED


def _command(options: argparse.Namespace) -> int:
    if options.command == "doctor":  # it looks at what the others need, so it needs nothing of that
        from course import doctor

        return doctor.run(options)
    if options.command == "validate":  # it is for students, who have nothing of the instructor's part
        from course.validation import command

        return command.run(options)
    try:
        from course.grading.processes import leave_out_slow_import

        leave_out_slow_import()
        from course.grading.commands import find
        from course.grading.errors import CourseError

        run = find(options.command)
    except ModuleNotFoundError as missing:
        name = (missing.name or "").partition(".")[0]
        need = 'pip install "gradient-course[teach]"' if name != "course" else "the instructor's repository"
        print(
            f"course {options.command}: needs the instructor's part ({missing.name} is missing): {need}",
            file=sys.stderr,
        )
        return MISTAKE
    try:
        return run(options)
    except (CourseError, DeviceError) as mistake:
        print(f"course {options.command}: {mistake}", file=sys.stderr)
        return MISTAKE


if __name__ == "__main__":
    sys.exit(main())
