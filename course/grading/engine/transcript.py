"""What a child sent, as outputs of a notebook: cleared and updated as nbclient does, because it is nbclient.

A child can send anything. Whatever is no output that a notebook may have is left out.
"""

from __future__ import annotations

import copy
import types
from collections.abc import Mapping
from typing import Any

from nbclient import NotebookClient
from nbformat import NotebookNode, v4

from course.grading.engine.jobs import Job
from course.grading.engine.wire import WireError, unpack

_nobody: Any = types.SimpleNamespace(
    session=types.SimpleNamespace(msg=lambda *_, **__: {}), shell_channel=types.SimpleNamespace(send=lambda _: None)
)


class Transcript:
    """One notebook on its way through a child."""

    def __init__(self, notebook: NotebookNode, job: Job) -> None:
        """
        Args:
            notebook: copied; the copy has no outputs.
            job: says which cells are skipped.
        """
        self.notebook = copy.copy(notebook)
        self.notebook.cells = [_without_outputs(cell) for cell in notebook.cells]
        self.cells = [index for index, cell in enumerate(self.notebook.cells) if _is_run(cell, job.skip_tags)]
        self._client = NotebookClient(self.notebook)
        self._client.kc = _nobody
        self._client.reset_execution_trackers()
        self._client.clear_before_next_output = False

    def message(self, index: int, payload: bytes) -> None:
        """Apply one message to a cell."""
        try:
            sent = unpack(payload)
            message = {
                "header": {"msg_type": sent["msg_type"]},
                "msg_type": sent["msg_type"],
                "content": sent["content"],
                "parent_header": {"msg_id": str(sent["parent"])},
                "metadata": {},
            }
            self._client.process_message(message, self.notebook.cells[index], index)
            _merge_text(self.notebook.cells[index].outputs)
        except (WireError, LookupError, TypeError, ValueError, AttributeError, AssertionError):
            return  # not a message that a kernel would send

    def reply(self, index: int, payload: bytes) -> dict[str, Any]:
        """Note how a cell ended. An error is in its outputs, also where it was not shown.

        Returns:
            The reply; {} where it is none.
        """
        try:
            reply = unpack(payload)
        except WireError:
            reply = None
        if not isinstance(reply, dict):
            return {}
        self._client.clear_before_next_output = False
        cell = self.notebook.cells[index]
        count = reply.get("execution_count")
        cell.execution_count = count if isinstance(count, int) and count >= 0 else None
        if reply.get("status") == "error":
            name, value = str(reply.get("ename", "Error")), str(reply.get("evalue", ""))
            if not any(output.output_type == "error" and output.get("ename") == name for output in cell.outputs):
                lines = reply.get("traceback")
                traceback = (
                    [str(line) for line in lines] if isinstance(lines, list) and lines else [f"{name}: {value}"]
                )
                cell.outputs.append(v4.new_output("error", ename=name, evalue=value, traceback=traceback))
        return reply

    def limit(self, index: int, name: str, text: str) -> None:
        """Say in a cell why it was ended, or never run."""
        output = v4.new_output("error", ename=name, evalue=text, traceback=[f"\x1b[31m{name}\x1b[0m: {text}"])
        self.notebook.cells[index].outputs.append(output)

    def finish(self) -> NotebookNode:
        """The notebook, with nothing in it that a notebook may not have."""
        for index in self.cells:
            cell = self.notebook.cells[index]
            cell.outputs = [output for output in cell.outputs if _is_sound(output)]
        return self.notebook


def _without_outputs(cell: NotebookNode) -> NotebookNode:
    cell = copy.copy(cell)
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    return cell


def _is_run(cell: NotebookNode, skip_tags: frozenset[str]) -> bool:
    return (
        cell.cell_type == "code"
        and bool(cell.source.strip())
        and not skip_tags.intersection(cell.metadata.get("tags", ()))
    )


def _merge_text(outputs: list[NotebookNode]) -> None:
    """What was printed in several pieces is one output."""
    if len(outputs) > 1:
        before, last = outputs[-2:]
        if before.output_type == last.output_type == "stream" and before.name == last.name:
            before.text += last.text
            del outputs[-1]


def _is_sound(output: NotebookNode) -> bool:
    """Whether an output is as nbformat's schema has it."""
    kind = output.get("output_type")
    if kind == "stream":
        return output.get("name") in ("stdout", "stderr") and isinstance(output.get("text"), str)
    if kind == "error":
        lines = output.get("traceback")
        named = isinstance(output.get("ename"), str) and isinstance(output.get("evalue"), str)
        return named and isinstance(lines, list) and all(isinstance(line, str) for line in lines)
    if kind not in ("display_data", "execute_result") or not isinstance(output.get("metadata"), Mapping):
        return False
    count = output.get("execution_count")
    if kind == "execute_result" and not (count is None or (isinstance(count, int) and count >= 0)):
        return False
    data = output.get("data")
    return isinstance(data, Mapping) and all(_is_sound_value(kind, value) for kind, value in data.items())


def _is_sound_value(kind: str, value: Any) -> bool:
    if kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json")):
        return True
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(line, str) for line in value))
