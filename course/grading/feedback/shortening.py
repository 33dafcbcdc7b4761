"""The notebooks' pages stay of a size that a browser opens, whatever a submission prints."""

from __future__ import annotations

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Int

from course.grading.feedback.shown import shortened
from course.grading.oversize import LONGEST, too_much

_PICTURES = ("image/png", "image/jpeg", "image/svg+xml")
_SET = ("text/html", "text/markdown", "text/latex")


class ShortenForStudents(NbGraderPreprocessor):
    """Leave out what would make a notebook's page of feedback too large, or its making too slow, and say so."""

    text_mb = Int(1, help="MB of text and tables that a notebook's page of feedback shows.").tag(config=True)
    pictures_mb = Int(10, help="MB of pictures that a notebook's page of feedback shows.").tag(config=True)
    outputs_of_cell = Int(200, help="Outputs of one cell that a page of feedback shows.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        text, pictures = self.text_mb * 1_000_000, self.pictures_mb * 1_000_000
        for cell in nb.cells:
            if len(cell.source) > LONGEST and (cell.cell_type == "code" or too_much(cell.source)):
                cell.source = _cut(cell)
            text -= len(cell.source)
            for name in [*(cell.get("attachments") or {})]:
                pictures -= _size(cell.attachments[name])
                if pictures < 0:
                    del cell.attachments[name]
            outputs = cell.get("outputs", [])
            if len(outputs) > self.outputs_of_cell:
                left = f"{len(outputs) - self.outputs_of_cell:,} more outputs were left out"
                cell.outputs = [*outputs[: self.outputs_of_cell], _said(left)]
            for output in cell.get("outputs", []):
                text, pictures = _shorten(output, text, pictures)
        return nb, resources


def _cut(cell: NotebookNode) -> str:
    short = shortened(cell.source, 300, 50).text
    return short if cell.cell_type == "code" else "\n".join(f"    {line}" for line in short.split("\n"))


def _shorten(output: NotebookNode, text: int, pictures: int) -> tuple[int, int]:
    """Shorten one output; returns how much room is left."""
    if output.output_type == "stream":
        output.text = _short(output.text, text)
        return text - len(output.text), pictures
    if output.output_type == "error":
        lines = [_short(str(line), text) for line in output.traceback[:100]]
        output.traceback, output.evalue = lines, _short(output.evalue, text)
        return text - sum(map(len, lines)), pictures
    for kind in [*output.get("data", {})]:
        value = output.data[kind]
        size = _size({kind: value})
        if kind in _PICTURES:
            pictures -= size
            kept = pictures >= 0
        else:
            if kind == "text/plain":
                output.data[kind] = _short("".join(value), text)
                size = len(output.data[kind])
            kept = kind not in _SET or (size <= text and not too_much("".join(value)))
            text -= min(size, LONGEST)
        if not kept:
            del output.data[kind]
            output.data.setdefault("text/plain", f"An output of {size / 1e6:.1f} MB was left out")
    return text, pictures


def _short(text: str, room: int) -> str:
    if room < 0:
        return "… left out, because the page is full …\n"
    return text if len(text) <= LONGEST else shortened(text).text + "\n"


def _size(bundle: dict) -> int:
    return sum(len("".join(value) if isinstance(value, list) else str(value)) for value in bundle.values())


def _said(text: str) -> NotebookNode:
    return NotebookNode(output_type="stream", name="stdout", text=f"… {text} …\n")
