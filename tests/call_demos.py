"""Calls the demos of solved notebooks: `python call_demos.py NOTEBOOK…` prints what each call returned, as JSON.

Runs in a process of its own: it fills a namespace with all that a notebook defines. Each function that `interact`
put under sliders is called with its defaults, and with every combination of its sliders' ends.
"""

from __future__ import annotations

import inspect
import itertools
import json
import sys
from collections.abc import Iterator
from typing import Any

import matplotlib

matplotlib.use("agg")

import nbformat
from matplotlib.figure import Figure


def main(paths: list[str]) -> None:
    """Print one line: for each call the notebook's path, the call as text, and the type of what it returned."""
    calls = []
    for path in paths:
        for name, function in _demos(path).items():
            for arguments in [{}, *_extremes(function)]:
                text = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
                calls.append([path, f"{name}({text})", _outcome(function, arguments)])
    print(json.dumps(calls))


def _demos(path: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade"):
            exec(compile(cell.source, f"{path}:{cell.id}", "exec"), namespace)
    return {
        name: value for name, value in namespace.items() if inspect.isfunction(value) and hasattr(value, "widget")
    }


def _extremes(function: Any) -> Iterator[dict[str, Any]]:
    ends = {
        slider._kwarg: list(slider.options) if hasattr(slider, "options") else [slider.min, slider.max]
        for slider in function.widget.kwargs_widgets
    }
    for values in itertools.product(*ends.values()):
        yield dict(zip(ends, values, strict=True))


def _outcome(function: Any, arguments: dict[str, Any]) -> str:
    try:
        result = function(**arguments)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "Figure" if isinstance(result, Figure) else type(result).__name__


if __name__ == "__main__":
    main(sys.argv[1:])
