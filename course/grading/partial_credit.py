"""Partial credit: a test cell's last value, which nbgrader takes for its points. Not every number is one.

Plain nbgrader gives full points for `nan` and for -1. Here such a cell gets none and says so.
"""

from __future__ import annotations

import math

from nbformat import NotebookNode, v4
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

from course.grading.notebooks import grade_id

REFUSED = "ScoreRefused"


def refuse_impossible_scores(notebook: NotebookNode) -> list[str]:
    """Give no points to test cells whose value is no score.

    Args:
        notebook: executed; an error is put before the outputs of such cells, which nbgrader counts as failed.

    Returns:
        A phrase for each of them.
    """
    refused = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell):
            points = float(cell.metadata.nbgrader["points"])
            value = _impossible(cell, points)
            if value is not None:
                text = f"the cell's value is {value}; a score is a number from 0 to {points:g}"
                error = v4.new_output("error", ename=REFUSED, evalue=text, traceback=[f"{REFUSED}: {text}"])
                cell.outputs.insert(0, error)
                refused.append(f"{grade_id(cell)} gives {value} of {points:g}, counted as 0")
    return refused


def _impossible(cell: NotebookNode, points: float) -> str | None:
    """What nbgrader would take for the cell's points, if that is no score; None where it is one or says nothing."""
    for output in cell.outputs:
        if output.output_type == "error" or (output.output_type == "stream" and output.name == "stderr"):
            return None
        if output.output_type == "execute_result":
            text = output.data.get("text/plain", "")
            if not text:
                return "without text"
            try:
                value = float(text[0] if isinstance(text, list) and len(text) == 1 else text)
            except (TypeError, ValueError):
                return None
            return None if math.isfinite(value) and 0 <= value <= points else f"{value:g}"
    return None


class RefuseImpossibleScores(NbGraderPreprocessor):
    """The same in nbgrader's chain, before it enters the scores."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        for phrase in refuse_impossible_scores(nb):
            self.log.error("Score refused: %s", phrase)
        return nb, resources
