"""One self-contained HTML page an assignment: plots first, tables under them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from statistics import median

import jinja2
import numpy as np

from course.grading import deadlines
from course.grading.errors import CourseError
from course.grading.report import figures, figures_items, figures_said, figures_times, tables
from course.grading.report.gather import Gathered, gather
from course.grading.report.items import FEWEST, items
from course.grading.report.mistakes import Mistake, mistakes
from course.grading.report.plot import count, number, percent, seconds
from course.grading.report.pseudonyms import People, visible
from course.grading.report.words import comments_of
from course.grading.report.work import Pairs, find_pairs
from course.grading.said import AllSaid, read_said
from course.grading.settings import CourseFolder
from course.sections.record import CLARITY, DIFFICULTY

REPORTS = "reports"  # the folder in the course folder
PSEUDONYMOUS = "-pseudonyms"  # behind the name of a page that names nobody: it must not be taken for the other
MOST_PAIRS = 20
MOST_NAMED = 10  # of those who were late, or took long


@dataclass(frozen=True)
class Options:
    """What a page shows.

    Attributes:
        pseudonyms: number students, and leave out what they could be known by.
        output: folder to write into; None for reports/ in the course folder.
        pairs: alike pairs that are shown side by side, at most; 0 compares none.
    """

    pseudonyms: bool = False
    output: Path | None = None
    pairs: int = MOST_PAIRS


@dataclass(frozen=True)
class Written:
    """A page that was written.

    Attributes:
        assignment: name.
        path: of the page.
        enrolled: students in the course.
        handed_in: how many handed something in.
        graded: how many of them are graded.
        middle: median of the points; None where nothing is graded.
        of: points that one can have.
        pairs: how many are alike.
    """

    assignment: str
    path: Path
    enrolled: int
    handed_in: int
    graded: int
    middle: float | None
    of: float
    pairs: int


def report(
    course: CourseFolder, assignments: list[str], options: Options, progress: Callable[[int, int], None]
) -> list[Written]:
    """Write the page of each assignment; an older one is replaced when the new one is complete.

    Due dates and penalties are brought up to date first.

    Args:
        course: the course folder.
        assignments: names; where empty, all of which something was handed in.
        options: what a page shows, and where it goes.
        progress: called with how many pages are done, and of how many.

    Raises:
        Busy: penalties have to change, and another course command is writing.
        CourseError: an assignment does not exist, nothing was handed in, something can't be read or written.
    """
    chosen = course.choose(assignments)
    deadlines.refresh(course, chosen)
    pages = []
    for done, name in enumerate(chosen):
        progress(done, len(chosen))
        gathered = gather(course, name)
        if assignments or gathered.handed_in:
            pages.append(_write(course, gathered, options))
    progress(len(chosen), len(chosen))
    if not pages:
        raise CourseError(
            f"{course.relative(course.step('submitted'))}/: nothing has been handed in, so there is nothing to "
            "report; name an assignment to have its page all the same"
        )
    return pages


def _write(course: CourseFolder, gathered: Gathered, options: Options) -> Written:
    folder = options.output if options.output is not None else course.root / REPORTS
    people = People(gathered, pseudonyms=options.pseudonyms)
    pairs = find_pairs(course, gathered, people, options.pairs) if options.pairs else None
    said = read_said(course, gathered.assignment, gathered.masters)
    if not said.students and not course.settings.section_feedback:
        said = AllSaid()  # nobody was asked
    path = folder / f"{gathered.assignment}{PSEUDONYMOUS if options.pseudonyms else ''}.html"
    _write_whole(path, render(gathered, people, pairs, said))
    points = [entry.points for entry in gathered.entries]
    return Written(
        gathered.assignment,
        path,
        gathered.enrolled,
        len(gathered.handed_in),
        len(points),
        median(points) if points else None,
        gathered.of,
        len(pairs.alike.pairs) if pairs else 0,
    )


def _write_whole(path: Path, text: str) -> None:
    """Beside it first, so that nobody ever opens half a page."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(prefix=f".{path.stem[:40]}-", suffix=".html", dir=path.parent)
        try:
            with open(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(made, 0o644)
            os.replace(made, path)
        except BaseException:
            Path(made).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = f"can't be written: {error.strerror}; name another folder with --output"
        raise CourseError(f"{path}: {reason}") from None


# What the page says ----------------------------------------------------------------------------------------------


def render(gathered: Gathered, people: People, pairs: Pairs | None, said: AllSaid) -> str:
    """The page of an assignment.

    Args:
        gathered: the assignment.
        people: what students are called.
        pairs: which solutions are alike; None where nobody looked.
    """
    numbers = items(gathered)
    made = [_shown(each) for each in mistakes(gathered, pseudonyms=people.pseudonyms)]
    plots = [
        figures.scores([e.points for e in gathered.entries], gathered.of, [e.waiting for e in gathered.entries])
        if gathered.entries
        else None,
        figures_items.exercises(numbers),
        figures_items.discrimination(numbers),
        figures.mistakes(made, len(gathered.entries)),
        figures_times.arrivals(
            [entry.time for entry in gathered.entries if entry.time],
            gathered.due.due if gathered.due else None,
            sum(bool(entry.late) for entry in gathered.entries),
        ),
        figures_times.durations(tables.durations(gathered)),
        figures_times.likeness(pairs.alike.bits, pairs.alike.wanted, len(pairs.alike.pairs)) if pairs else None,
    ]
    template = _environment().from_string(
        resources.files("course.grading").joinpath("templates/report.html").read_text(encoding="utf-8")
    )
    return template.render(
        gathered=gathered,
        people=people,
        plots=[plot for plot in plots if plot],
        scores=tables.score_rows([entry.points for entry in gathered.entries]),
        waiting=sum(bool(entry.waiting) for entry in gathered.entries),
        late=tables.late(gathered, people),
        undated=sum(entry.time is None for entry in gathered.entries),
        items=numbers,
        kinds=figures_items.KINDS,
        fewest=FEWEST,
        spread=1.96 / np.sqrt(len(gathered.entries) - 3) if len(gathered.entries) > 3 else None,
        mistakes=tables.by_exercise(made),
        durations=tables.duration_rows(gathered),
        longest=tables.longest(gathered, people),
        pairs=pairs,
        said=said,
        said_plots=[plot for plot in (figures_said.difficulty(said), figures_said.clarity(said)) if plot],
        comments=[comments_of(section, people, gathered) for section in said.answered],
        choices=(DIFFICULTY, CLARITY),
        most_named=MOST_NAMED,
    )


def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters.update(percent=percent, number=number, seconds=seconds, visible=visible, duration=tables.lateness)
    made.globals.update(count=count)
    return made


def _shown(mistake: Mistake) -> Mistake:
    return Mistake(
        mistake.notebook, visible(mistake.exercise), mistake.where, visible(mistake.text), mistake.students
    )
