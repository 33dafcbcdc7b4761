"""The words that can be typed after `course`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

import course
from course import cores
from course.device import CHOICES

MISTAKE = 2


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; `--help` has the rest."""

    def error(self, message: str) -> NoReturn:
        self.exit(MISTAKE, f"{self.prog}: {message} (see {self.prog} --help)\n")


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; the command is `command` in what it returns, its words the other attributes."""
    parser = _Parser(prog="course", description="Teach and grade the Gradient Course.")
    parser.add_argument("--version", action="version", version=f"course {course.__version__}")
    parser.add_argument(
        "-C",
        "--folder",
        type=Path,
        default=Path(),
        help="the course folder, or one inside it (default: here)",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, text: str) -> _Parser:
        made: _Parser = commands.add_parser(name, help=text, description=text)
        return made

    release = add("release", "Make the student notebooks of assignments: source/ to release/.")
    _add_assignments(release)

    publish = add("publish", "Write the student repository into a folder, ready to push.")
    publish.add_argument("directory", type=Path, metavar="DIR")

    collect = add("collect", "Bring what was handed in into submitted/, from an LMS's archives or folders.")
    _add_collect(collect)

    autograde = add("autograde", "Grade what is new or changed in submitted/.")
    _add_assignments(autograde)
    _add_students(autograde)
    _add_jobs(autograde)
    autograde.add_argument(
        "--device", choices=CHOICES, help="what notebooks compute on (default: COURSE_DEVICE, or auto)"
    )
    autograde.add_argument(
        "--regrade",
        action="store_true",
        help="grade unchanged submissions, too, and show who gains or loses what; kept with --yes",
    )
    autograde.add_argument("--yes", action="store_true", help="keep what --regrade shows")
    autograde.add_argument("--why", default="", metavar="TEXT", help="the reason of a regrade, for its log")
    _add_no_sandbox(autograde)

    students = add("students", "Take a roster into the gradebook; without a file, list who is there.")
    students.add_argument(
        "file", type=Path, nargs="?", metavar="FILE.csv", help="from Moodle, Canvas, nbgrader or a spreadsheet"
    )
    students.add_argument(
        "--id-column", default="", metavar="NAME", help="the column that holds the ids, as folders are named"
    )
    students.add_argument(
        "--erase", metavar="ID", help="list what is kept about a student, wherever it is; erased with --yes"
    )
    students.add_argument("--yes", action="store_true", help="erase what --erase lists")

    status = add("status", "A table of assignments and how far each one is.")
    _add_assignments(status)

    grades = add("grades", "Write the grades as a file for people, Moodle or Canvas.")
    _add_assignments(grades)
    _add_grades(grades)

    feedback = add("feedback", "Write the feedback pages of graded submissions into feedback/.")
    _add_assignments(feedback)
    _add_students(feedback)
    feedback.add_argument(
        "--show-hidden",
        action="store_true",
        help="leave hidden tests, mark schemes and what the tests say in the pages",
    )
    feedback.add_argument(
        "--zip",
        choices=("moodle", "canvas"),
        help="also write feedback-ASSIGNMENT-moodle.zip (or -canvas.zip), to be uploaded there as feedback files",
    )
    feedback.add_argument(
        "--zip-mb", type=_megabytes, metavar="N", help="several zips, none larger than N MB (default: one zip)"
    )
    _add_jobs(feedback)

    report = add("report", "Write a page of plots and tables about how a class did, an assignment each.")
    _add_assignments(report)
    report.add_argument(
        "--pseudonyms",
        action="store_true",
        help="number the students and leave out what could name them: a page to show to others",
    )
    report.add_argument(
        "--output", type=Path, metavar="DIR", help="where to write (default: reports/ in the course folder)"
    )
    report.add_argument(
        "--pairs",
        type=_at_least_zero,
        default=20,
        metavar="N",
        help="pairs of alike solutions to show, at most; 0 looks for none (default: %(default)s)",
    )

    answers = add("answers", "Grade the answers bank: right answers must pass, wrong ones must not.")
    answers.add_argument("--bank", type=Path, metavar="DIR", help="the bank (default: tests/answers)")
    answers.add_argument(
        "--only", action="append", default=[], metavar="NOTEBOOK", help="only this notebook; repeatable"
    )
    _add_jobs(answers)
    _add_no_sandbox(answers)

    new = add("new", "Begin a notebook: a master with one exercise, and its answers bank.")
    new.add_argument("assignment", metavar="TOPIC", help="such as 11_attention")
    new.add_argument("notebook", metavar="NOTEBOOK")
    new.add_argument("--exercise", default="square", metavar="NAME", help="its first one (default: %(default)s)")

    validate = add("validate", "Run notebooks from the top, and say what is missing before they are handed in.")
    validate.add_argument(
        "notebooks",
        type=Path,
        nargs="*",
        metavar="NOTEBOOK",
        help="a file, or a folder with notebooks (default: this folder)",
    )
    validate.add_argument(
        "--seconds", type=_positive_seconds, metavar="N", help="how long a cell may run (default: twice grading's)"
    )

    add("doctor", "Look at what is installed and works here, what is missing, and what to do about it.")

    demo = add("demo", "Release, hand in, grade and give feedback for a made-up class of six.")
    demo.add_argument(
        "directory", type=Path, nargs="?", metavar="DIR", help="where (default: demo/ in the course folder)"
    )
    demo.add_argument("--all", action="store_true", help="for all assignments, and not for a first one")
    _add_jobs(demo)
    return parser


def _add_assignments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")


def _add_students(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--student", action="append", default=[], metavar="ID", help="only this student; repeatable"
    )


def _add_collect(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "archives",
        type=Path,
        nargs="+",
        metavar="ARCHIVE",
        help="all submissions as Moodle or Canvas gives them, Moodle's grading worksheet, a folder, an exchange",
    )
    parser.add_argument("--assignment", required=True, metavar="ASSIGNMENT", help="what it was handed in for")
    parser.add_argument(
        "--roster", type=Path, metavar="FILE.csv", help="the students (default: those of the gradebook)"
    )
    parser.add_argument("--id-column", default="", metavar="NAME", help="the roster's column that holds the ids")
    parser.add_argument(
        "--known-as",
        action="append",
        default=[],
        metavar="NAME=ID",
        help="whose NAME in the archive is, where names do not say it (ID,ID,… for a group); repeatable",
    )
    parser.add_argument(
        "--replace",
        action="append",
        default=[],
        metavar="ID",
        help="take this student's latest, although the submission was put or changed by hand; repeatable",
    )


def _add_grades(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=("csv", "moodle", "canvas"), help="whose columns (default: the template's, or csv)"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="where (default: the terminal)")
    parser.add_argument(
        "--unsubmitted",
        choices=("empty", "zero"),
        default="empty",
        help="what stands for who has not handed in (default: %(default)s)",
    )
    parser.add_argument("--unfinished", action="store_true", help="also where submissions wait to be graded")
    parser.add_argument(
        "--template", type=Path, metavar="FILE", help="the CSV that Moodle or Canvas has exported, to be filled in"
    )
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="ASSIGNMENT=COLUMN",
        help="the template's column of an assignment, where the names differ; repeatable",
    )
    parser.add_argument(
        "--out-of",
        type=float,
        metavar="N",
        help="full marks in the other system, where they differ from the points",
    )


def _add_no_sandbox(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--unsafe-no-sandbox",
        action="store_true",
        help="run the notebooks in kernels with your own rights, where there is no sandbox",
    )


def _add_jobs(parser: argparse.ArgumentParser) -> None:
    number = cores.count()
    parser.add_argument(
        "-j",
        "--jobs",
        type=_at_least_one,
        default=number,
        metavar="N",
        help=f"at the same time (default: {number})",
    )


def _at_least_zero(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _at_least_one(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return number


def _positive_seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return number


def _megabytes(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of MB above 0")
    return number
