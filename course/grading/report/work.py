"""From graded notebooks to what students wrote themselves, and to the pairs that are alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from course.grading.answers import read_blocks
from course.grading.errors import CourseError
from course.grading.handin import solutions as reference_solutions
from course.grading.notebooks import grade_id, read_notebook, role
from course.grading.report.alike import Alike, compare
from course.grading.report.gather import Gathered
from course.grading.report.pseudonyms import People, Scrubber
from course.grading.report.sidebyside import Comparison, Marker
from course.grading.report.solutions import Given, Piece, given_by, piece_of
from course.grading.report.tokens import clean
from course.grading.rules import SOLUTION, marked_region
from course.grading.settings import CourseFolder


@dataclass(frozen=True)
class Pairs:
    """What comparing the solutions showed.

    Attributes:
        alike: the measure, and the pairs that are named.
        shown: the strongest of them, side by side.
        groups: students who are connected by pairs, where they are more than two.
    """

    alike: Alike
    shown: list[Comparison] = field(default_factory=list)
    groups: list[list[str]] = field(default_factory=list)


def find_pairs(course: CourseFolder, gathered: Gathered, people: People, most: int) -> Pairs:
    """Compare the solutions of an assignment, and set the strongest pairs side by side.

    Args:
        course: holds release and answers bank, which say what nobody has to write.
        gathered: the assignment.
        people: whether code is shown without what could name its author.
        most: pairs that are shown, at most.
    """
    given = {name: _given(course, gathered.assignment, name, master) for name, master in gathered.masters.items()}
    solutions = {entry.student: _pieces(entry.notebooks, given) for entry in gathered.entries}
    expected, known = set(), []
    for name, master in gathered.masters.items():
        for exercise, source in reference_solutions(master).items():
            expected.update(piece_of(name, exercise, source, given[name]).fingerprints.tolist())
        known += [piece_of(name, *each, given[name]) for each in _bank(course, gathered.assignment, name, master)]
    alike = compare(solutions, expected, known)
    strongest = alike.strongest(most)
    if not strongest:
        return Pairs(alike)
    scrubber = Scrubber(gathered, gathered.masters, solutions) if people.pseudonyms else None
    marker = Marker(solutions, given, scrubber.new_pair if scrubber else None)
    groups = [group for group in alike.groups() if len(group) > 2]
    return Pairs(alike, [marker.compare(pair) for pair in strongest], groups)


def _pieces(notebooks: Mapping[str, list[NotebookNode]], given: Mapping[str, Given]) -> list[Piece]:
    """What a student wrote: in the solution cells, and in cells of their own."""
    found = []
    for name, cells in notebooks.items():
        for cell in cells:
            its = role(cell)
            theirs = its.kind == "solution" or grade_id(cell) is None
            if theirs and clean(cell.source) not in given[name].cells:
                piece = piece_of(name, its.exercise, cell.source, given[name])
                if piece.own:
                    found.append(piece)
    return found


def _given(course: CourseFolder, assignment: str, name: str, master: NotebookNode) -> Given:
    """What the release of a notebook has; where there is none, what its master has beside solutions."""
    path = course.step("release") / assignment / f"{name}.ipynb"
    try:
        released = read_notebook(path, course.relative(path), outputs=False) if path.is_file() else master
    except CourseError:
        released = master
    sources = []
    for cell in released.cells:
        if cell.cell_type == "code":
            region = marked_region(cell.source, SOLUTION)
            sources.append(cell.source.replace(region, "pass") if region else cell.source)
    return given_by(sources)


def _bank(course: CourseFolder, assignment: str, name: str, master: NotebookNode) -> list[tuple[str, str]]:
    """Exercise and source of the answers that the instructor's bank has, if there is one."""
    path: Path = course.root / "tests" / "answers" / assignment / f"{name}.py"
    if not path.is_file():
        return []
    try:
        return [(block.exercise, block.source) for block in read_blocks(path, assignment, name, master)]
    except CourseError:
        return []  # `course answers` says what is wrong with it
