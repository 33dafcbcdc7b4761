"""autograded/ to feedback/: for each submission a page with its scores, and under it each notebook as a page.

The notebooks' pages are nbgrader's own, through the same preprocessors that its generate_feedback and
formgrader's button run (:mod:`course.grading.pipeline`), so hidden tests and mark schemes are in none of them.
"""

from __future__ import annotations

import copy
import tempfile
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import jinja2
import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException

from course.grading import gradebook
from course.grading.errors import CourseError
from course.grading.hiding import error_of, what_went_wrong
from course.grading.notebooks import grade_id, is_graded, role
from course.grading.release import Complaints, swap_in
from course.grading.settings import CourseFolder

INDEX = "index.html"


@dataclass
class Line:
    """One exercise or Think question in the table of the page.

    Attributes:
        name: the exercise's id.
        points: what it earned.
        of: what it could earn.
        remarks: what went wrong, and comments by hand.
        waiting: whether a person still has to mark it.
    """

    name: str
    points: float = 0.0
    of: float = 0.0
    remarks: list[str] = field(default_factory=list)
    waiting: bool = False


@dataclass
class Part:
    """One notebook of the page.

    Attributes:
        name: of the notebook.
        points: what it earned, late penalty taken off.
        of: what it could earn.
        penalty: for lateness.
        handed_in: whether there is a notebook.
        lines: its exercises and questions, in order.
    """

    name: str
    points: float
    of: float
    penalty: float
    handed_in: bool
    lines: list[Line]


def feedback(
    course: CourseFolder, assignments: list[str], students: list[str], *, show_hidden: bool = False
) -> list[Path]:
    """Write the feedback of graded submissions; what was there before is replaced when the new one is complete.

    Args:
        course: the course folder.
        assignments: names; all where empty.
        students: ids; all that are graded where empty.
        show_hidden: leave hidden tests and mark schemes in the notebooks' pages.

    Returns:
        The page of each submission, by assignment and student.

    Raises:
        CourseError: an assignment does not exist, a student has nothing graded, or rendering fails.
    """
    chosen = course.choose(assignments)
    graded = {name: _graded_students(course, name) for name in chosen}
    for student in students:
        if not any(student in those for those in graded.values()):
            raise CourseError(
                f"student {student!r} has nothing graded for {', '.join(chosen)}; run `course autograde` first"
            )
    if not any(graded.values()):
        raise CourseError(f"nothing is graded yet for {', '.join(chosen)}; run `course autograde` first")
    pages = []
    with course.lock(), gradebook.opened(course) as book:
        for name, those in graded.items():
            for student in those if not students else [each for each in those if each in students]:
                pages.append(_write_feedback(course, book, name, student, show_hidden))
    return pages


def _graded_students(course: CourseFolder, assignment: str) -> list[str]:
    folders = course.step("autograded").glob(f"*/{assignment}")
    return sorted(path.parent.name for path in folders if any(path.glob("*.ipynb")))


def _write_feedback(
    course: CourseFolder, book: Gradebook, assignment: str, student: str, show_hidden: bool
) -> Path:
    target = course.step("feedback") / student / assignment
    try:
        book.find_submission(assignment, student)
    except MissingEntry:
        raise CourseError(
            f"{student}/{assignment}: in autograded/, but not in the gradebook; run `course autograde {assignment}`"
        ) from None
    with tempfile.TemporaryDirectory(prefix=".course-feedback-", dir=course.root) as folder:
        coursedir = course.directory(feedback_directory=Path(folder))
        coursedir.assignment_id, coursedir.student_id = assignment, student
        config = copy.deepcopy(course.config)
        config.GenerateFeedback.pop("post_convert_hook", None)  # that would write into feedback/ itself
        config.HideFromStudents.show_hidden = show_hidden
        complaints = Complaints()
        converter = GenerateFeedback(coursedir=coursedir, config=config)
        converter.log = complaints.logger
        try:
            converter.start()
        except (NbGraderException, SystemExit):
            raise CourseError(f"{student}/{assignment}: no feedback: {complaints.last()}") from None
        made = Path(folder) / student / assignment
        write_index(course, book, assignment, student, made)
        swap_in(made, target)
    return target / INDEX


def write_index_after_nbgrader(assignment: str, student: str, notebooks: list[str]) -> None:
    """The same page after nbgrader's own generate_feedback, which calls this for every submission."""
    course = CourseFolder.find(Path.cwd())
    for folder in {Path(notebook).parent for notebook in notebooks}:
        with gradebook.opened(course) as book:
            made = course.step("feedback") / folder.parent.name / folder.name
            write_index(course, book, folder.name, folder.parent.name, made)


def write_index(course: CourseFolder, book: Gradebook, assignment: str, student: str, folder: Path) -> None:
    """Write the page of one submission into its feedback folder."""
    graded = course.step("autograded") / student / assignment
    parts = []
    submission = book.find_submission(assignment, student)
    for notebook in sorted(submission.notebooks, key=lambda each: each.name):
        path = graded / f"{notebook.name}.ipynb"
        handed_in = path.is_file()
        penalty = notebook.late_submission_penalty or 0.0
        lines = _lines(book, nbformat.read(path, as_version=4), notebook) if handed_in else []
        parts.append(Part(notebook.name, notebook.score - penalty, notebook.max_score, penalty, handed_in, lines))
    source = resources.files("course.grading").joinpath("templates/feedback_index.html").read_text()
    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(source)
    page = template.render(
        assignment=assignment,
        student=student,
        points=sum(part.points for part in parts),
        of=sum(part.of for part in parts),
        parts=parts,
    )
    (folder / INDEX).write_text(page, encoding="utf-8")


def _lines(book: Gradebook, executed: NotebookNode, notebook: object) -> list[Line]:
    grades = {grade.name: grade for grade in notebook.grades}  # type: ignore[attr-defined]
    comments = {comment.name: comment for comment in notebook.comments}  # type: ignore[attr-defined]
    lines: dict[str, Line] = {}
    for cell in executed.cells:
        its, name = role(cell), grade_id(cell)
        if name is None or its.kind in ("locked", "other"):
            continue
        line = lines.setdefault(its.exercise or name, Line(its.exercise or name))
        error = error_of(cell, visible=True) if its.kind == "solution" else None
        if error:
            line.remarks.append(error)
        if is_graded(cell) and name in grades:
            grade = grades[name]
            line.points, line.of = line.points + grade.score, line.of + grade.max_score
            line.waiting = line.waiting or bool(grade.needs_manual_grade and grade.manual_score is None)
            problem = what_went_wrong(cell, visible=its.kind == "check") if cell.cell_type == "code" else None
            if problem and grade.score < grade.max_score and problem not in line.remarks:
                line.remarks.append(problem)
        if name in comments and comments[name].comment:
            line.remarks.append(comments[name].comment)
    return [line for line in lines.values() if line.of or line.remarks]
