"""Our links in nbgrader's chains, so that nbgrader's own commands and formgrader's buttons do what ours do."""

from __future__ import annotations

import hashlib
from fnmatch import fnmatch
from pathlib import Path

from nbformat import NotebookNode, v4
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.preprocessors import Execute, NbGraderPreprocessor, SaveAutoGrades
from traitlets.config import Config

import course
from course.grading.colab import FitForColab
from course.grading.errors import CourseError
from course.grading.execute import ExecuteConfined
from course.grading.formgrader import TEMPLATES
from course.grading.hiding import HideFromStudents
from course.grading.inert import InertOutputs, inert_html, inert_markdown
from course.grading.partial_credit import RefuseImpossibleScores
from course.grading.rules import find_problems
from course.grading.section_cells import AddSectionCells
from course.grading.settings import NOT_COPIED, Course
from course.stubs import NOT_WRITTEN
from course.validation import record

BADGE_ID, INSTALL_ID = "colab-badge", "install"
STUB = f'# YOUR CODE HERE\nraise NotImplementedError("{NOT_WRITTEN}")'
Resources = dict


class CheckMaster(NbGraderPreprocessor):
    """Refuse a master that breaks the rules, before anything is written."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        problems = find_problems(nb)
        if problems:
            name = f"{resources['nbgrader']['assignment']}/{resources['nbgrader']['notebook']}.ipynb"
            raise CourseError(describe_problems(name, problems))
        return nb, resources


def describe_problems(name: str, problems: list) -> str:
    """One line for the problems of one master: the first, and how many there are beside it."""
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{name}: {problems[0]}{more}"


class AddFirstCells(NbGraderPreprocessor):
    """Put the Colab badge on top, and above the set-up cell one that installs the package where it is missing."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        settings = Course(config=self.config)
        where = f"release/{resources['nbgrader']['assignment']}/{resources['nbgrader']['notebook']}.ipynb"
        at = next(i for i, cell in enumerate(nb.cells) if "setup" in cell.metadata.get("tags", ()))
        nb.cells.insert(at, _install_cell(settings))
        nb.cells.insert(0, _badge_cell(settings, where))
        return nb, resources


def _badge_cell(settings: Course, where: str) -> NotebookNode:
    repository = settings.repository_url.removeprefix("https://github.com/")
    link = f"https://colab.research.google.com/github/{repository}/blob/{settings.repository_ref}/{where}"
    badge = "https://colab.research.google.com/assets/colab-badge.svg"
    return v4.new_markdown_cell(f"[![Open in Colab]({badge})]({link})", id=BADGE_ID)


def _install_cell(settings: Course) -> NotebookNode:
    source = (
        "import importlib.util\n"
        "\n"
        'if importlib.util.find_spec("course") is None:\n'
        f'    %pip install -q "gradient-course @ git+{settings.repository_url}@{settings.repository_ref}"'
    )
    return v4.new_code_cell(source, id=INSTALL_ID, metadata={"tags": ["install"]})


class RecordRelease(NbGraderPreprocessor):
    """Write into the released notebook what it was made from: assignment, notebook, package, master.

    And for `course validate` what a hand-in has: its cells, the assignment's other files, and the time limits.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        settings = Course(config=self.config)
        master = Path(resources["metadata"]["path"]) / f"{resources['metadata']['name']}.ipynb"
        nb.metadata["course"] = {
            "assignment": resources["nbgrader"]["assignment"],
            "notebook": resources["nbgrader"]["notebook"],
            "master_sha256": hashlib.sha256(master.read_bytes()).hexdigest(),
            "version": course.__version__,
            "cells": record.describe(nb.cells),
            "files": released_files(master.parent),
            "seconds": {"cell": settings.cell_seconds, "notebook": settings.notebook_seconds},
        }
        return nb, resources


def released_files(folder: Path) -> list[str]:
    """Files that students get with an assignment's notebooks, and that are there when these are graded.

    Args:
        folder: of the masters.
    """
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        left_out = any(part.startswith(".") or fnmatch(part, each) for part in name.parts for each in NOT_COPIED)
        if path.is_file() and path.suffix != ".ipynb" and not left_out:
            found.append(name.as_posix())
    return found


def configure(config: Config) -> None:
    """Add the course to nbgrader's configuration; called at the top of nbgrader_config.py."""
    from course.grading.feedback.converting import FeedbackExporter  # which needs this module
    from course.grading.feedback.shortening import ShortenForStudents

    config.CourseDirectory.ignore = list(NOT_COPIED)
    config.ClearSolutions.code_stub = {"python": STUB}
    config.ClearSolutions.text_stub = "*Your answer:*"
    release = list(GenerateAssignment.preprocessors.default())
    config.GenerateAssignment.preprocessors = [
        CheckMaster,
        AddFirstCells,
        FitForColab,
        *release,
        AddSectionCells,
        RecordRelease,
    ]
    feedback = list(GenerateFeedback.preprocessors.default())
    # after the scores are in, before anything is rendered
    config.GenerateFeedback.preprocessors = [feedback[0], HideFromStudents, ShortenForStudents, *feedback[1:]]
    config.GenerateFeedback.exporter_class = FeedbackExporter
    # pages of submissions, formgrader's too, run nothing of a student's
    config.HTMLExporter.sanitize_html = True
    config.HTMLExporter.filters = {"clean_html": inert_html, "markdown2html": inert_markdown}
    config.HTMLExporter.preprocessors = [InertOutputs]
    config.HTMLExporter.extra_template_basedirs = TEMPLATES
    grading = [ExecuteConfined if step is Execute else step for step in Autograde.autograde_preprocessors.default()]
    grading.insert(grading.index(SaveAutoGrades), RefuseImpossibleScores)
    config.Autograde.autograde_preprocessors = grading
    if "plugin_class" not in config.AssignLatePenalties:  # an instructor's own goes before ours
        config.AssignLatePenalties.plugin_class = "course.grading.late.LatePenalties"
    config.GenerateFeedback.post_convert_hook = "course.grading.feedback.write_index_after_nbgrader"
