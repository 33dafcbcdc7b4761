"""The gradebook: nbgrader's database, read by many and written here."""

from __future__ import annotations

import contextlib
import datetime
import logging
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy
from nbformat import NotebookNode
from nbgrader.api import Comment, Grade, Gradebook, MissingEntry, TaskCell
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import parse_utc

from course.grading.errors import CourseError
from course.grading.notebooks import grade_id, is_graded, role
from course.grading.settings import CourseFolder

# nbgrader looks on PATH for the alembic that lies beside this interpreter, and finds none where the environment
# was not activated.
_SCRIPTS = str(Path(sys.executable).parent)
if _SCRIPTS not in os.environ.get("PATH", "").split(os.pathsep):
    os.environ["PATH"] = os.pathsep.join([_SCRIPTS, os.environ.get("PATH", "")])

silent = logging.Logger("course.silent")  # for nbgrader's warnings about what we report ourselves
silent.addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Score:
    """How a submission stands in the gradebook.

    Attributes:
        points: what it has now, late penalty taken off.
        of: what it could have.
        by_hand: points that wait for a person.
        failed: graded cells that cost points, as notebook/cell.
        notebooks: points and possible points of each notebook.
    """

    points: float
    of: float
    by_hand: float
    failed: list[str] = field(default_factory=list)
    notebooks: dict[str, tuple[float, float]] = field(default_factory=dict)


@contextlib.contextmanager
def opened(course: CourseFolder) -> Iterator[Gradebook]:
    """The gradebook, closed afterwards.

    Raises:
        CourseError: the file is no gradebook.
    """
    try:
        book = Gradebook(course.db_url, course.directory().course_id or "default_course")
    except sqlalchemy.exc.DatabaseError as error:
        raise CourseError(f"{course.db_url}: not a gradebook that can be opened ({error.orig})") from None
    try:
        yield book
    finally:
        book.close()


@contextlib.contextmanager
def one_transaction(book: Gradebook) -> Iterator[None]:
    """Everything inside is written together, or not at all: nbgrader's commits wait for the end."""
    commit = book.db.commit
    book.db.commit = book.db.flush
    try:
        with warnings.catch_warnings():
            # nbgrader's models lean on autoflush, which newer releases of SQLAlchemy remark on every time
            warnings.simplefilter("ignore", sqlalchemy.exc.SAWarning)
            yield
        commit()
    except BaseException:
        book.db.rollback()
        raise
    finally:
        del book.db.commit


# Assignments ---------------------------------------------------------------------------------------------


def is_known(book: Gradebook, assignment: str) -> bool:
    """Whether the gradebook has the assignment and its notebooks."""
    try:
        return bool(book.find_assignment(assignment).notebooks)
    except MissingEntry:
        return False


def differences(book: Gradebook, assignment: str, masters: dict[str, NotebookNode]) -> list[str]:
    """How the masters' graded cells differ from those in the gradebook, a phrase each."""
    try:
        known = {notebook.name: notebook for notebook in book.find_assignment(assignment).notebooks}
    except MissingEntry:
        return []
    found = [f"notebook {name} added" for name in masters if name not in known]
    found += [f"notebook {name} removed" for name in known if name not in masters]
    for name, notebook in known.items():
        if name in masters:
            found += _cell_differences(name, notebook, masters[name])
    return found


def _cell_differences(name: str, notebook: Any, master: NotebookNode) -> list[str]:
    points = {cell.name: float(cell.max_score) for cell in [*notebook.grade_cells, *notebook.task_cells]}
    sources = {cell.name: cell.source for cell in notebook.source_cells}
    before = {*points, *(cell.name for cell in notebook.solution_cells)}
    after = {grade_id(cell): cell for cell in master.cells if is_graded(cell) or role(cell).kind == "solution"}
    found = [f"{name}/{cell} added" for cell in after if cell not in before]
    found += [f"{name}/{cell} removed" for cell in sorted(before) if cell not in after]
    for cell_name, cell in after.items():
        if cell_name in points and is_graded(cell):
            now = float(cell.metadata.nbgrader.points)
            if points[cell_name] != now:
                found.append(f"{name}/{cell_name}: points {points[cell_name]:g} before, {now:g} now")
            if role(cell).kind != "solution" and sources.get(cell_name) != cell.source:
                found.append(f"{name}/{cell_name}: its text changed")
    return found


def changes_since_graded(course: CourseFolder, assignment: str, masters: dict[str, NotebookNode]) -> list[str]:
    """:func:`differences`, where submissions of the assignment are in the gradebook; else none that matter."""
    with opened(course) as book:
        if not has_submissions(book, assignment):
            return []
        return differences(book, assignment, masters)


def refuse_other_notebooks(course: CourseFolder, assignment: str, masters: dict[str, NotebookNode]) -> None:
    """Refuse notebooks added or removed after grading: grades of whole notebooks are not moved about.

    Raises:
        CourseError: says which notebook, and what to do.
    """
    with opened(course) as book:
        if not has_submissions(book, assignment):
            return
        known = {notebook.name for notebook in book.find_assignment(assignment).notebooks}
    for name in sorted(known - set(masters)):
        raise CourseError(
            f"{assignment}: notebook {name} was removed, and grades depend on it; put it back, "
            "or move the gradebook aside and grade from the start"
        )
    for name in sorted(set(masters) - known):
        raise CourseError(
            f"{assignment}: notebook {name} was added after submissions were graded; make it an assignment "
            "of its own, or move the gradebook aside and grade from the start"
        )


def has_submissions(book: Gradebook, assignment: str) -> bool:
    """Whether any submission of the assignment is in the gradebook."""
    return bool(book.assignment_submissions(assignment))


def keep_aside(course: CourseFolder) -> Path | None:
    """Copy the gradebook to a file with the time in its name; None where there is none yet.

    Raises:
        CourseError: the gradebook is not a file (another database), so a copy is the user's to make.
    """
    prefix = "sqlite:///"
    if not course.db_url.startswith(prefix):
        raise CourseError(f"{course.db_url}: not a file that can be copied; back it up, then regrade with nbgrader")
    path = Path(course.db_url.removeprefix(prefix))
    if not path.exists():
        return None
    now = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    copy = path.with_name(f"{path.stem}-{now}{path.suffix}")
    number = 1
    while copy.exists():
        number += 1
        copy = path.with_name(f"{path.stem}-{now}-{number}{path.suffix}")
    shutil.copy2(path, copy)
    return copy


def fit_to_masters(course: CourseFolder, assignment: str, masters: dict[str, NotebookNode]) -> None:
    """Let the gradebook's cells follow masters that changed, and keep every score of a cell that stayed.

    nbgrader refuses to add or remove cells once there are submissions; this adds and removes them in the
    submissions, too, so that nbgrader finds the same cells and only has texts and points left to update.

    The notebooks are the same as before, see :func:`refuse_other_notebooks`.
    """
    with opened(course) as book, one_transaction(book):
        for notebook in book.find_assignment(assignment).notebooks:
            _fit_notebook(book, assignment, notebook, masters[notebook.name])


def _fit_notebook(book: Gradebook, assignment: str, notebook: Any, master: NotebookNode) -> None:
    wanted: dict[str, NotebookNode] = {}
    for cell in master.cells:
        if role(cell).kind != "other":
            wanted[cell.metadata.nbgrader.grade_id] = cell
    for cell in [*notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells]:
        if cell.name not in wanted:
            for dependent in [*cell.grades, *cell.comments]:
                book.db.delete(dependent)
            book.db.delete(cell)
    for cell in list(notebook.source_cells):
        if cell.name not in wanted:
            book.db.delete(cell)
    book.db.flush()
    present = {cell.name for cell in notebook.source_cells}
    for name, cell in wanted.items():
        if name in present:
            continue
        kind, where = role(cell).kind, (notebook.name, assignment)
        book.add_source_cell(name, *where, cell_type=cell.cell_type, source=cell.source)
        points = cell.metadata.nbgrader.get("points")
        if kind == "think":
            graded = book.add_task_cell(name, *where, max_score=float(points), cell_type=cell.cell_type)
        elif is_graded(cell):
            graded = book.add_grade_cell(name, *where, max_score=float(points), cell_type=cell.cell_type)
        else:
            graded = None
        commented = book.add_solution_cell(name, *where) if kind == "solution" else None
        commented = graded if kind == "think" else commented
        for submission in notebook.submissions:
            if graded is not None:
                book.db.add(Grade(cell_id=graded.id, notebook=submission))
            if commented is not None:
                book.db.add(Comment(cell_id=commented.id, notebook=submission))
    book.db.flush()


# Submissions ---------------------------------------------------------------------------------------------


class _SaveScores(SaveAutoGrades):
    """nbgrader's own scores and comments, into a gradebook that is already open."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        its = resources["nbgrader"]
        self.notebook_id, self.assignment_id = its["notebook"], its["assignment"]
        self.student_id, self.gradebook = its["student"], its["gradebook"]
        result: tuple[NotebookNode, dict] = NbGraderPreprocessor.preprocess(self, nb, resources)
        return result


class _SavePenalty(AssignLatePenalties):
    """nbgrader's own late penalty, by the plugin of the configuration, into a gradebook that is already open."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        its = resources["nbgrader"]
        its["gradebook"].db.flush()
        its["gradebook"].db.expire_all()  # scores are computed when they are read
        self.init_plugin()
        submission = its["gradebook"].find_submission(its["assignment"], its["student"])
        notebook = its["gradebook"].find_submission_notebook(its["notebook"], its["assignment"], its["student"])
        notebook.late_submission_penalty = None
        if submission.total_seconds_late > 0:
            penalty = self.plugin_inst.late_submission_penalty(
                its["student"], notebook.score, submission.total_seconds_late
            )
            if penalty is not None:
                notebook.late_submission_penalty = self._check_late_penalty(notebook, penalty)
        return nb, resources


def record(
    course: CourseFolder,
    book: Gradebook,
    assignment: str,
    student: str,
    notebooks: dict[str, NotebookNode],
    timestamp: str | None,
) -> Score:
    """Enter a graded submission, all of it or nothing, and read back how it stands.

    Args:
        course: for the configuration.
        book: the open gradebook.
        assignment: its name; known to the gradebook.
        student: id; entered where it is new.
        notebooks: name to executed notebook; the assignment's other notebooks were not handed in and get 0.
        timestamp: when it was handed in, as nbgrader writes it, or None.
    """
    with one_transaction(book):
        book.update_or_create_student(student)
        when = {"timestamp": parse_utc(timestamp)} if timestamp else {}
        submission = book.update_or_create_submission(assignment, student, **when)
        for notebook in submission.notebooks:
            handed_in = notebook.name in notebooks
            for grade in notebook.grades:
                if not handed_in:
                    grade.auto_score, grade.needs_manual_grade = 0, False
                elif isinstance(grade.cell, TaskCell):
                    grade.auto_score = None  # a notebook that comes later has its Think answers to be read
                    grade.needs_manual_grade = grade.manual_score is None
        for name, executed in notebooks.items():
            its = {"assignment": assignment, "notebook": name, "student": student, "gradebook": book}
            for step in (_SaveScores, _SavePenalty):
                preprocessor = step(config=course.config)
                preprocessor.log = silent
                preprocessor.preprocess(executed, {"nbgrader": its})
    return read_score(book, assignment, student)


def read_score(book: Gradebook, assignment: str, student: str) -> Score:
    """How a submission stands.

    Raises:
        MissingEntry: it is not in the gradebook.
    """
    submission = book.find_submission(assignment, student)
    points = of = by_hand = 0.0
    failed, notebooks = [], {}
    for notebook in sorted(submission.notebooks, key=lambda each: each.name):
        score = notebook.score - (notebook.late_submission_penalty or 0.0)
        notebooks[notebook.name] = (score, notebook.max_score)
        points, of = points + score, of + notebook.max_score
        for grade in notebook.grades:
            if grade.needs_manual_grade and grade.manual_score is None:
                by_hand += grade.max_score
        scores = {grade.name: grade for grade in notebook.grades if grade.auto_score is not None}
        for cell in notebook.notebook.source_cells:  # in the order of the notebook
            if cell.name in scores and scores[cell.name].score < scores[cell.name].max_score:
                failed.append(f"{notebook.name}/{cell.name}")
    return Score(points, of, by_hand, failed, notebooks)
