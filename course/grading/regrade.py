"""Regrading after a test was mended: on a copy first, with a table of who gains or loses what.

What is shown is what is kept: the copy waits in the course folder, and `--yes` puts it in place if nothing has
changed since. Scores and comments given by hand are kept: the copy has them, or :mod:`course.grading.keeping` takes
them along.
"""

from __future__ import annotations

import datetime
import getpass
import hashlib
import json
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

from course.grading import gradebook, standing
from course.grading.autograde import (
    Options,
    Progress,
    Row,
    choose_submissions,
    common_of,
    grade_all,
)
from course.grading.engine.jobs import Runner
from course.grading.errors import CourseError
from course.grading.keeping import put_in_place
from course.grading.release import checked_masters, swap_in
from course.grading.settings import CourseFolder
from course.grading.standing import Score
from course.grading.submissions import Submission, fingerprint, graded_folder

WAITING = ".course-regrade"  # the copy, until it is kept
LOG = "regrades.jsonl"


@dataclass(frozen=True)
class Change:
    """What a regrade changes for one student.

    Attributes:
        student: id.
        assignment: name.
        before: points as they were; None where there were none.
        after: points as they are to be.
        cells: notebook/cell to points before and after, of those that differ.
    """

    student: str
    assignment: str
    before: float | None
    after: float
    cells: dict[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Regraded:
    """The outcome of a regrade.

    Attributes:
        rows: one a submission.
        changes: of students whose points differ, by assignment and student.
        kept: whether it is in place now.
        kept_aside: the gradebook as it was; None where nothing was changed or there was none.
    """

    rows: list[Row]
    changes: list[Change]
    kept: bool
    kept_aside: Path | None = None


def regrade(
    course: CourseFolder,
    assignments: list[str],
    students: list[str],
    options: Options,
    *,
    confirmed: bool,
    why: str = "",
    runner: Runner | None = None,
    progress: Progress = lambda done, total: None,
) -> Regraded:
    """Grade all of the submissions again and say what that changes; keep it where it is confirmed.

    Args:
        course: the course folder.
        assignments: names; all where empty.
        students: ids; all where empty.
        options: how to grade; `regrade` is set here.
        confirmed: put the result in place.
        why: the reason, for the log.
        runner: as for autograde.
        progress: called with how many are done, and of how many.

    Raises:
        CourseError: as autograde; or it is to be kept and there is no reason.
    """
    if confirmed and not why.strip():
        raise CourseError("a regrade that is kept is logged with its reason; say it with --why '…'")
    chosen = course.choose(assignments)
    submissions = choose_submissions(course, chosen, students)
    for name in chosen:
        if submissions[name]:
            gradebook.refuse_other_notebooks(course, name, checked_masters(course, name))
    folder = course.root / WAITING
    book = gradebook.file_of(course)
    staged = CourseFolder(
        course.root,
        (("db_url", f"sqlite:///{folder / 'gradebook.db'}"), ("autograded_directory", f"{WAITING}/autograded")),
    )
    options = replace(options, regrade=True)
    with course.lock():
        state = _state(course, submissions, options, book)
        rows = _waiting_rows(folder, state) if confirmed else None
        if rows is None:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            if book.exists():
                gradebook.copy_database(book, folder / "gradebook.db")
            try:
                rows = grade_all(staged, submissions, options, runner=runner, progress=progress)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            problems = {f"{row.assignment}/{row.student}": row.problem for row in rows if row.problem}
            (folder / "state.json").write_text(json.dumps({"state": state, "problems": problems}))
        rows = _with_scores(staged, submissions, rows)
        changes = _changes(course, staged, submissions)
        if not confirmed:
            return Regraded(rows, changes, kept=False)
        aside = gradebook.keep_aside(course)
        _keep(course, staged, submissions, book)
        _log(course, chosen, changes, why, aside)
        shutil.rmtree(folder, ignore_errors=True)
        return Regraded(rows, changes, kept=True, kept_aside=aside)


def _state(course: CourseFolder, submissions: dict[str, list[Submission]], options: Options, book: Path) -> str:
    """A hash of all that the result depends on: the gradebook, masters, settings, submissions."""
    digest = hashlib.sha256(book.read_bytes() if book.exists() else b"")
    for name, those in sorted(submissions.items()):
        common = common_of(course, name, options)
        for submission in those:
            digest.update(f"{submission.where} {fingerprint(submission, common)}\n".encode())
    return digest.hexdigest()


def _waiting_rows(folder: Path, state: str) -> list[Row] | None:
    """The rows of the copy that waits; None where there is none, or something has changed since."""
    try:
        waiting = json.loads((folder / "state.json").read_text())
    except (OSError, ValueError):
        return None
    if waiting.get("state") != state:
        return None
    return [
        Row(where.partition("/")[2], where.partition("/")[0], None, graded=False, problem=problem)
        for where, problem in waiting["problems"].items()
    ]


def _with_scores(staged: CourseFolder, submissions: dict[str, list[Submission]], rows: list[Row]) -> list[Row]:
    """A row for every submission, with the score that the copy has."""
    known = {(row.assignment, row.student): row for row in rows}
    complete = []
    stand = _stand(staged, submissions)
    for name, those in submissions.items():
        for submission in those:
            row = known.get((name, submission.student))
            if row is None:
                row = Row(submission.student, name, stand.get((name, submission.student)), graded=True)
            complete.append(row)
    return complete


def _stand(course: CourseFolder, submissions: dict[str, list[Submission]]) -> dict[tuple[str, str], Score]:
    found: dict[tuple[str, str], Score] = {}
    with gradebook.opened(course) as book:
        for name in submissions:
            if gradebook.is_known(book, name):
                known = standing.read_assignment(book, name, checked_masters(course, name))
                found |= {(name, student): score for student, score in standing.read_scores(book, known).items()}
    return found


def _changes(course: CourseFolder, staged: CourseFolder, submissions: dict[str, list[Submission]]) -> list[Change]:
    before, after = _stand(course, submissions), _stand(staged, submissions)
    changes = []
    for name, those in sorted(submissions.items()):
        for submission in those:
            key = name, submission.student
            if key not in after:
                continue
            old, new = before.get(key), after[key]
            was = old.cells if old else {}
            cells = {
                cell: (was.get(cell, 0.0), new.cells.get(cell, 0.0))
                for cell in [*new.cells, *(cell for cell in was if cell not in new.cells)]
                if was.get(cell, 0.0) != new.cells.get(cell, 0.0)
            }
            if cells or old is None or old.points != new.points:
                changes.append(Change(submission.student, name, old.points if old else None, new.points, cells))
    return changes


def _keep(course: CourseFolder, staged: CourseFolder, submissions: dict[str, list[Submission]], book: Path) -> None:
    """The gradebook gets what the copy has, then the copy's folders take the place of the graded ones.

    A crash between the two only lets the next run grade once more: the folders' fingerprints are old then.
    """
    put_in_place(gradebook.file_of(staged), book)
    for those in submissions.values():
        for submission in those:
            made = graded_folder(staged, submission)
            if made.is_dir():
                swap_in(made, graded_folder(course, submission))


def _log(course: CourseFolder, assignments: list[str], changes: list[Change], why: str, aside: Path | None) -> None:
    entry = {
        "when": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "who": _who(),
        "why": why.strip(),
        "assignments": assignments,
        "gradebook_before": course.relative(aside) if aside else None,
        "changes": [
            {"student": change.student, "assignment": change.assignment, "before": change.before,
             "after": change.after, "cells": change.cells}
            for change in changes
        ],
    }  # fmt: skip
    with open(course.root / LOG, "a", encoding="utf-8") as log:
        log.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name
        return "unknown"
