"""The answers bank: right and wrong answers to every exercise, graded to test the tests.

A bank is a folder with a file `<assignment>/<notebook>.py` for each notebook. A block begins with a line
`# %% right: <exercise id> | why it is right` or `# %% wrong: <exercise id> | the mistake` and is the full
replacement of that exercise's solution cell.
"""

from __future__ import annotations

import ast
import re
import shutil
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course.grading.autograde import Options, Progress, Row, autograde
from course.grading.errors import CourseError
from course.grading.handin import fill_in, hand_in, solutions
from course.grading.notebooks import grade_id, read_notebook, role
from course.grading.private import make_private_files
from course.grading.pruning import TAG as UNNEEDED
from course.grading.pruning import tag_unneeded
from course.grading.release import release
from course.grading.rules import SOLUTION, marked_region
from course.grading.settings import CONFIG_FILE, CourseFolder
from course.grading.submissions import Submission

SKIPPED_TAGS = frozenset({"demo", "figure", UNNEEDED})
WANTED = {"right": 2, "wrong": 5}  # at least, for an exercise
WANTED_OF_ONE_LINE = {"right": 1, "wrong": 3}  # where the reference solution is a single statement
_HEADER = re.compile(r"# %% *(right|wrong): *(\w+) *\| *(\S.*)")


@dataclass(frozen=True)
class Answer:
    """One block of a bank, or an untouched release (kind "untouched").

    Attributes:
        assignment: name.
        notebook: name.
        kind: "right", "wrong" or "untouched".
        exercise: id; "" for an untouched release.
        why: the words of the header.
        source: what goes into the solution cell.
        where: file and line, for messages.
    """

    assignment: str
    notebook: str
    kind: str
    exercise: str = ""
    why: str = ""
    source: str = ""
    where: str = ""


@dataclass
class Report:
    """What grading a bank showed.

    Attributes:
        answers: all that was graded.
        faults: what is wrong with answers or tests, a line each, by answer.
        shortages: exercises with too few answers; empty for a bank that need not be complete.
    """

    answers: list[Answer] = field(default_factory=list)
    faults: dict[Answer, str] = field(default_factory=dict)
    shortages: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether every answer came out as its header says, and there are enough."""
        return not self.faults and not self.shortages

    def of(self, assignment: str, notebook: str) -> Report:
        """What it says of one notebook."""
        answers = [each for each in self.answers if (each.assignment, each.notebook) == (assignment, notebook)]
        faults = {answer: fault for answer, fault in self.faults.items() if answer in answers}
        shortages = [each for each in self.shortages if each.startswith(f"{assignment}/{notebook}: ")]
        return Report(answers, faults, shortages)


def grade_bank(
    course: CourseFolder, bank: Path, only: list[str], jobs: int, progress: Progress, *, confined: bool = True
) -> Report:
    """Grade every block of a bank on the real path: released, handed in by a student of its own, autograded.

    Args:
        course: holds the masters; nothing is written into it but private data that were not made yet.
        bank: the folder.
        only: notebooks to grade, all where empty.
        jobs: submissions at the same time.
        progress: called with how many are done, and of how many.
        confined: run the answers in the sandbox.

    Raises:
        CourseError: no bank there, a notebook or exercise that does not exist, a block without a header.
    """
    report = Report()
    report.answers, masters = read_bank(course, bank, only)
    if bank.resolve() == (course.root / "tests" / "answers").resolve():
        for (assignment, notebook), master in masters.items():
            blocks = [each for each in report.answers if (each.assignment, each.notebook) == (assignment, notebook)]
            report.shortages += _shortages(assignment, notebook, master, blocks)
    with tempfile.TemporaryDirectory(prefix="course-answers-") as folder:
        scratch, by_student = hand_in_bank(course, Path(folder), report.answers, masters)
        for row in autograde(scratch, [], [], how_to_grade(by_student, jobs, confined=confined), progress=progress):
            fault = _fault(by_student[row.student], row, scratch)
            if fault:
                report.faults[by_student[row.student]] = fault
    return report


def how_to_grade(by_student: dict[str, Answer], jobs: int, *, confined: bool) -> Options:
    """Options for a bank that was handed in: of each notebook only what can tell something of its answer is run."""

    def prune(submission: Submission, name: str, notebook: NotebookNode) -> None:
        tag_unneeded(notebook, by_student[submission.student].exercise)

    return Options(jobs=jobs, skip_tags=SKIPPED_TAGS, prune=prune, confined=confined)


Masters = dict[tuple[str, str], NotebookNode]  # by assignment and notebook


def read_bank(course: CourseFolder, bank: Path, only: list[str]) -> tuple[list[Answer], Masters]:
    """All blocks of a bank, and an untouched release of each notebook; and the masters that they answer.

    Raises:
        CourseError: as :func:`grade_bank`.
    """
    masters = _read_masters(course, bank, only)
    answers: list[Answer] = []
    for (assignment, notebook), master in masters.items():
        path = bank / assignment / f"{notebook}.py"
        if path.is_file():
            answers += read_blocks(path, assignment, notebook, master)
        answers.append(Answer(assignment, notebook, "untouched", where=str(path)))
    return answers, masters


def hand_in_bank(
    course: CourseFolder, folder: Path, answers: list[Answer], masters: Masters
) -> tuple[CourseFolder, dict[str, Answer]]:
    """A course folder in which each answer was handed in by a student of its own; and whose is which."""
    scratch = make_scratch(course, folder, sorted({assignment for assignment, _ in masters}))
    by_student = {f"{number:04d}-{answer.kind}": answer for number, answer in enumerate(answers)}
    for student, answer in by_student.items():
        _hand_in(scratch, student, answer, masters[answer.assignment, answer.notebook])
    return scratch, by_student


def describe(report: Report) -> Iterator[str]:
    """The report as lines: a line a notebook, the faults, the shortages, the sums."""
    for assignment, notebook in dict.fromkeys((answer.assignment, answer.notebook) for answer in report.answers):
        own = report.of(assignment, notebook)
        counts = [sum(answer.kind == kind for answer in own.answers) for kind in ("right", "wrong")]
        yield f"{assignment}/{notebook}: {counts[0]} right, {counts[1]} wrong, {len(own.faults)} faults"
    for answer, fault in report.faults.items():
        yield f"FAULT {answer.where}: {answer.kind} {answer.exercise} ({answer.why or 'as released'}): {fault}"
    for shortage in report.shortages:
        yield f"TOO FEW {shortage}"
    for kind, verb in (("right", "accepted"), ("wrong", "caught"), ("untouched", "score 0")):
        all_of_kind = [answer for answer in report.answers if answer.kind == kind]
        held = sum(answer not in report.faults for answer in all_of_kind)
        percent = 100 * held / len(all_of_kind) if all_of_kind else 100
        yield f"{kind:<9} {held} of {len(all_of_kind)} {verb} ({percent:.3g} %)"


def read_blocks(path: Path, assignment: str, notebook: str, master: NotebookNode) -> Iterator[Answer]:
    """The blocks of one file of a bank.

    Raises:
        CourseError: text before the first header, a header that is none, or an exercise that does not exist.
    """
    exercises = solutions(master)
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise CourseError(f"{path}: not a text file in UTF-8 (byte {error.start})") from None
    starts = [number for number, line in enumerate(lines) if line.startswith("# %%")]
    if not starts or any(line.strip() for line in lines[: starts[0]]):
        raise CourseError(f"{path}:1: a bank begins with a line `# %% right: EXERCISE | WHY` or `# %% wrong: …`")
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        header = _HEADER.fullmatch(lines[start].rstrip())
        where = f"{path}:{start + 1}"
        if header is None:
            raise CourseError(f"{where}: not a header: {lines[start]!r}; write `# %% right: EXERCISE | WHY`")
        kind, exercise, why = header.groups()
        if exercise not in exercises:
            raise CourseError(f"{where}: {assignment}/{notebook} has no exercise {exercise!r}; it has: "
                              f"{', '.join(exercises)}")  # fmt: skip
        source = "\n".join(lines[start + 1 : end]).strip("\n")
        yield Answer(assignment, notebook, kind, exercise, why, source, where)


def make_scratch(course: CourseFolder, folder: Path, assignments: list[str]) -> CourseFolder:
    """A course folder of its own with some of the assignments, released."""
    shutil.copy(course.root / CONFIG_FILE, folder / CONFIG_FILE)
    for assignment in assignments:
        make_private_files(course.settings, course.step("source"), assignment)  # once, and not for every copy
        shutil.copytree(course.step("source") / assignment, folder / "source" / assignment)
    scratch = CourseFolder(folder.resolve())
    release(scratch, assignments)
    return scratch


def _read_masters(course: CourseFolder, bank: Path, only: list[str]) -> Masters:
    if not bank.is_dir():
        raise CourseError(f"{bank}: no such folder; a bank is a folder with ASSIGNMENT/NOTEBOOK.py in it")
    found = {}
    for path in sorted(bank.glob("*/*.py")):
        assignment, notebook = path.parent.name, path.stem
        if only and notebook not in only:
            continue
        master = course.step("source") / assignment / f"{notebook}.ipynb"
        if not master.is_file():
            raise CourseError(f"{path}: there is no master {course.relative(master)}")
        found[assignment, notebook] = read_notebook(master, course.relative(master))
    default = bank.resolve() == (course.root / "tests" / "answers").resolve()
    for assignment in course.assignments() if default else []:
        for notebook, master in course.masters(assignment).items():
            if not only or notebook in only:  # a notebook without a file has shortages to report
                found.setdefault((assignment, notebook), read_notebook(master, course.relative(master)))
    for notebook in only:
        if not any(notebook == name for _, name in found):
            raise CourseError(f"{bank}: no answers for a notebook {notebook!r}")
    if not found:
        raise CourseError(f"{bank}: no answers in it (a bank has files ASSIGNMENT/NOTEBOOK.py)")
    return found


def _hand_in(scratch: CourseFolder, student: str, answer: Answer, master: NotebookNode) -> None:
    released = nbformat.read(scratch.step("release") / answer.assignment / f"{answer.notebook}.ipynb", as_version=4)
    answers = {} if answer.kind == "untouched" else {**solutions(master), answer.exercise: answer.source}
    folder = scratch.step("submitted") / student / answer.assignment
    filled = fill_in(released, answers)
    hand_in(filled, folder, answer.notebook)


def _fault(answer: Answer, row: Row, scratch: CourseFolder) -> str:
    """How a graded answer contradicts its header; "" where it does not."""
    if row.score is None:
        return f"it was not graded: {row.problem}"
    prefix = f"{answer.notebook}/"
    failed = [cell.removeprefix(prefix) for cell in row.score.failed if cell.startswith(prefix)]
    points, of = row.score.notebooks[answer.notebook]
    if answer.kind == "untouched":
        return f"it has {points:g} of {of:g} points" if points else ""
    if answer.kind == "right":
        return "; ".join(f"{cell} says: {_message(scratch, row, answer, cell)}" for cell in failed)
    own = {f"check_{answer.exercise}", f"hidden_{answer.exercise}"}
    if not own & set(failed):
        return "it gets full marks for its exercise"
    others = [cell for cell in failed if cell.startswith("hidden_") and cell not in own]
    return f"it costs marks elsewhere, too: {', '.join(others)}" if others else ""


def _message(scratch: CourseFolder, row: Row, answer: Answer, name: str) -> str:
    graded = scratch.step("autograded") / row.student / answer.assignment / f"{answer.notebook}.ipynb"
    for cell in nbformat.read(graded, as_version=4).cells:
        if grade_id(cell) == name:
            for output in cell.outputs:
                if output.output_type == "error":
                    return f"{output.ename}: {output.evalue}"
                if output.get("name") == "stderr":
                    return f"stderr: {output.text.strip()}"
    return "nothing"


def _shortages(assignment: str, notebook: str, master: NotebookNode, blocks: list[Answer]) -> Iterator[str]:
    for cell in master.cells:
        its = role(cell)
        if its.kind != "solution" or cell.cell_type != "code":
            continue
        wanted = WANTED_OF_ONE_LINE if _is_one_line(cell.source) else WANTED
        for kind, least in wanted.items():
            count = sum(block.kind == kind and block.exercise == its.exercise for block in blocks)
            if count < least:
                yield f"{assignment}/{notebook}: {its.exercise} has {count} {kind} answers, and wants {least}"


def _is_one_line(source: str) -> bool:
    return len(ast.parse(textwrap.dedent(marked_region(source, SOLUTION))).body) == 1
