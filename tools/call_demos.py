"""Calls the demos of solved notebooks, and prints as JSON what came of it.

    python call_demos.py NOTEBOOK…         path, call and type of the result, of each demo with its defaults, with
                                           each slider at its ends, and with every combination of these
    python call_demos.py --time NOTEBOOK…  path, call and seconds until the figure is a picture, with the defaults
                                           and with each slider at its ends

Runs in a process of its own: it fills a namespace with all that a notebook defines.
"""

from __future__ import annotations

import inspect
import io
import itertools
import json
import sys
import timeit
from collections.abc import Iterator
from typing import Any

import matplotlib

matplotlib.use("agg")

import nbformat
from matplotlib.figure import Figure
from nbformat import NotebookNode

from course.grading.notebooks import role
from course.grading.rules import names_defined, names_used


def main(words: list[str]) -> None:
    """Print one line: a list of the calls."""
    timed = words[:1] == ["--time"]
    calls = []
    for path in words[timed:]:
        for name, function in _demos(path).items():
            ends = _ends(function)
            for arguments in [{}, *_one_by_one(ends), *([] if timed or len(ends) < 2 else _combinations(ends))]:
                text = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
                calls.append([path, f"{name}({text})", (_seconds if timed else _outcome)(function, arguments)])
    print(json.dumps(calls))


def _demos(path: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    untested = [cell for cell in cells if role(cell).kind not in ("check", "hidden")]
    figures = _only_figures(untested)
    for cell in untested:
        if cell not in figures:
            exec(compile(cell.source, f"{path}:{cell.id}", "exec"), namespace)
    return {
        name: value for name, value in namespace.items() if inspect.isfunction(value) and hasattr(value, "widget")
    }


def _only_figures(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The cells that compute something for their own figure only."""
    figures = [cell for cell in cells if "figure" in cell.metadata.get("tags", ())]
    needed = {name for cell in cells if cell not in figures for name in names_used(cell.source)}
    while found := [cell for cell in figures if names_defined(cell.source) & needed]:
        figures = [cell for cell in figures if cell not in found]
        needed.update(*(names_used(cell.source) for cell in found))
    return figures


def _ends(function: Any) -> dict[str, list[Any]]:
    """What each control of a demo can be set to: the ends of a slider, all options of a choice."""
    return {
        slider._kwarg: list(slider.options) if hasattr(slider, "options") else [slider.min, slider.max]
        for slider in function.widget.kwargs_widgets
    }


def _combinations(ends: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    for values in itertools.product(*ends.values()):
        yield dict(zip(ends, values, strict=True))


def _one_by_one(ends: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    for name, values in ends.items():
        for value in values:
            yield {name: value}


def _seconds(function: Any, arguments: dict[str, Any]) -> float:
    """The best of three: what else runs on the machine only ever adds to it."""

    def draw() -> None:
        function(**arguments).savefig(io.BytesIO(), format="png", bbox_inches="tight")

    return min(timeit.repeat(draw, number=1, repeat=3))


def _outcome(function: Any, arguments: dict[str, Any]) -> str:
    try:
        result = function(**arguments)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if not isinstance(result, Figure):
        return type(result).__name__
    if len(arguments) < 2 and not _fits(result):  # measuring takes longer than drawing, and combinations are many
        return "a figure whose margins are too small for its labels"
    return "Figure"


def _fits(figure: Figure) -> bool:
    """Whether all of a figure with fixed margins lies on it, but for a fiftieth of an inch."""
    if figure.get_layout_engine() is not None:
        return True  # its margins are measured
    drawn, (wide, high) = figure.get_tightbbox(), figure.get_size_inches()
    return bool(min(drawn.x0, drawn.y0, wide - drawn.x1, high - drawn.y1) > -0.02)


if __name__ == "__main__":
    main(sys.argv[1:])
