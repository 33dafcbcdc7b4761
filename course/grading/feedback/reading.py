"""Reads graded notebooks, in which one output can be millions of lines."""

from __future__ import annotations

import json
from typing import Any

import nbformat
from nbformat import NotebookNode


def read_executed(content: str | bytes) -> NotebookNode:
    """A notebook that grading has written; it was checked then.

    nbformat makes an object of every line before it puts the lines together. Here they are put together first.
    """
    notebook: dict[str, Any] = json.loads(content)
    if notebook.get("nbformat") != 4:
        text = content if isinstance(content, str) else content.decode("utf-8")
        return nbformat.reads(text, as_version=4)
    for cell in notebook.get("cells", ()):
        cell["source"] = _joined(cell.get("source", ""))
        for bundle in (cell.get("attachments") or {}).values():
            _join_all(bundle)
        for output in cell.get("outputs", ()):
            if "text" in output:
                output["text"] = _joined(output["text"])
            _join_all(output.get("data") or {})
    made: NotebookNode = nbformat.from_dict(notebook)
    return made


def _join_all(bundle: dict[str, Any]) -> None:
    for kind, value in bundle.items():
        if isinstance(value, list) and all(isinstance(line, str) for line in value):
            bundle[kind] = "".join(value)


def _joined(lines: Any) -> str:
    return "".join(map(str, lines)) if isinstance(lines, list) else str(lines)
