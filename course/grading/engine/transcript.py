"""What a child sent, as outputs of a notebook: cleared and updated as nbclient does, because it is nbclient.

A child can send anything. Whatever is no output that a notebook may have is left out, and nothing may take more
than its size of the coordinator's time.
"""

from __future__ import annotations

import copy
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

from nbclient import NotebookClient
from nbformat import NotebookNode, v4

from course.grading.engine.jobs import Job
from course.grading.engine.wire import WireError, unpack

DEEPEST = 100  # lists in lists and the like
MOST_PARTS = 100_000  # lists and dicts of one message
PART_BYTES = 100  # what each of them weighs, that may be two bytes on the wire
MOST_NAMES = 1_000  # of displays that can be updated later
MOST_OF_ONE_NAME = 20  # an update goes through all of them
MOST_ASIDE = 20_000  # characters of what a student's code prints while it is tested
FAILURE = "course_failure"  # in a test cell's metadata: what the tester says of it; for feedback
ASIDE = "course_aside"  # in an output's metadata: it is for the instructor alone
_SHOWN = {"stream", "display_data", "update_display_data", "execute_result", "error", "clear_output"}


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
        self._client.reset_execution_trackers()
        self._client.clear_before_next_output = False
        self._displays: Counter[str] = Counter()  # that can be updated, by name
        self._aside: dict[int, list[tuple[str, str]]] = {}  # what the student's code printed while it was tested

    def message(self, index: int, payload: bytes) -> int:
        """Apply one message to a cell.

        Returns:
            What it weighs beyond its bytes; nothing, if it is text.
        """
        parts = 0
        try:
            sent, parts = _clean(unpack(payload))
            kind = sent["msg_type"]
            if kind == "stream":
                self._text(index, sent["content"])
                return 0
            if kind in _SHOWN:
                message = {
                    "header": {"msg_type": kind},
                    "msg_type": kind,
                    "content": self._content(kind, sent["content"]),
                    "parent_header": {},
                    "metadata": {},
                }
                self._client.process_message(message, self.notebook.cells[index], index)
        except Exception:  # not a message that a kernel would send: what nbclient makes of it can be anything
            pass
        return parts * PART_BYTES

    def aside(self, index: int, payload: bytes) -> None:
        """Keep what the student's code shows while a test calls it: its text, for the instructor."""
        try:
            sent, _ = _clean(unpack(payload))
            content = sent["content"]
            if sent["msg_type"] == "stream":
                name, text = content["name"], content["text"]
            else:
                name, text = "stdout", content["data"]["text/plain"]
            texts = self._aside.setdefault(index, [])
            if isinstance(text, str) and sum(len(each) for _, each in texts) < MOST_ASIDE:
                texts.append((str(name), text[:MOST_ASIDE]))
        except Exception:  # not a message that a kernel would send, or nothing that can be read
            pass

    def verdict(self, index: int, said: Mapping[str, Any], *, limited: bool) -> None:
        """Put into a test cell what the tester said of it.

        Args:
            index: of the cell.
            said: by the tester; it is trusted, but what it quotes of the student's is not.
            limited: whether a limit has ended the student's side; then that is the cell's error.
        """
        cell = self.notebook.cells[index]
        outputs, _ = _clean(said["outputs"])
        ended = [output for output in cell.outputs if output.output_type == "error"]
        shown = [NotebookNode(output) for output in outputs if not (limited and output["output_type"] == "error")]
        cell.outputs = [*shown, *ended]
        failure, _ = _clean(said["failure"])
        if failure and not limited:
            self._place(failure)
            cell.metadata[FAILURE] = failure

    def _place(self, failure: dict[str, Any]) -> None:
        """Add the line of the notebook that a student's exception comes from.

        It is looked up, because what the student's process says of it can hold anything of the test's.
        """
        own = [cell for cell in self.notebook.cells if not cell.metadata.get("nbgrader", {}).get("grade")]
        written = {line.strip() for cell in own for line in cell.source.split("\n")}
        places = [frame[3].strip() for frame in failure.get("frames", ())]
        failure["line"] = next((line for line in reversed(places) if line and line in written), "")

    def _asides(self) -> None:
        for index, texts in self._aside.items():
            outputs = self.notebook.cells[index].outputs
            printed = "".join(text for _, text in texts)
            if printed:
                text = f"The student's code printed while it was tested:\n{printed}"
                outputs.append(v4.new_output("display_data", {"text/plain": text}, metadata={ASIDE: True}))
            if any(name == "stderr" for name, _ in texts):  # which costs the points, as nbgrader has it
                outputs.append(
                    v4.new_output("stream", name="stderr", text="written to stderr by the student's code\n")
                )

    def _text(self, index: int, content: dict[str, Any]) -> None:
        """What was printed. nbclient checks each piece against the schema of notebooks, in a millisecond."""
        outputs = self.notebook.cells[index].outputs
        if self._client.clear_before_next_output:
            outputs.clear()
            self._client.clear_display_id_mapping(index)
            self._client.clear_before_next_output = False
        outputs.append(NotebookNode(output_type="stream", name=content["name"], text=str(content["text"])))
        _merge_last(outputs)

    def _content(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """The content; without the name by which it could be updated if there are too many."""
        name = (content.get("transient") or {}).get("display_id")
        if name and kind != "update_display_data":
            self._displays[name] += 1
            if self._displays[name] > MOST_OF_ONE_NAME or len(self._displays) > MOST_NAMES:
                return {**content, "transient": {}}
        return content

    def reply(self, index: int, payload: bytes) -> dict[str, Any]:
        """Note how a cell ended. An error is in its outputs, also where it was not shown.

        Returns:
            The reply; {} where it is none.
        """
        try:
            reply, _ = _clean(unpack(payload))
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
        self._asides()
        for index in self.cells:
            cell = self.notebook.cells[index]
            cell.outputs = _merge_all([output for output in cell.outputs if _is_sound(output)])
        return self.notebook


def _clean(sent: Any) -> tuple[Any, int]:
    """What was sent, so that it can be written as UTF-8 and as JSON; and how many lists and dicts it has.

    Raises:
        WireError: there are too many of them, or it is nested too deeply.
    """
    parts = 0

    def cleaned(value: Any, level: int) -> Any:
        nonlocal parts
        if isinstance(value, str):
            return value if value.isascii() else value.encode("utf-8", "replace").decode()
        if not isinstance(value, dict | list):
            return str(value) if isinstance(value, float) and not math.isfinite(value) else value
        parts += 1
        if parts > MOST_PARTS or level > DEEPEST:
            raise WireError("too large")
        if isinstance(value, list):
            return [cleaned(each, level + 1) for each in value]
        return {cleaned(key, level): cleaned(each, level + 1) for key, each in value.items()}

    return cleaned(sent, 0), parts


def _without_outputs(cell: NotebookNode) -> NotebookNode:
    cell = copy.copy(cell)
    if FAILURE in cell.metadata:  # nobody's but ours to write
        cell.metadata = NotebookNode({key: value for key, value in cell.metadata.items() if key != FAILURE})
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    return cell


def _is_run(cell: NotebookNode, skip_tags: frozenset[str]) -> bool:
    return (
        cell.cell_type == "code"
        and bool(cell.source.strip())
        and not skip_tags.intersection(cell.metadata.get("tags", ()))
    )


def _is_same_stream(before: NotebookNode, after: NotebookNode) -> bool:
    return before.output_type == after.output_type == "stream" and before.name == after.name


def _merge_last(outputs: list[NotebookNode]) -> None:
    """Put the last pieces of text together, but for a small one that would copy a large one."""
    while len(outputs) > 1 and _is_same_stream(*outputs[-2:]) and len(outputs[-2].text) <= len(outputs[-1].text):
        outputs[-2].text += outputs.pop().text


def _merge_all(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """What was printed in several pieces is one output."""
    runs: list[list[NotebookNode]] = []
    for output in outputs:
        if runs and _is_same_stream(runs[-1][-1], output):
            runs[-1].append(output)
        else:
            runs.append([output])
    for first, *others in runs:
        if others:
            first.text = "".join([first.text, *(other.text for other in others)])
    return [first for first, *_ in runs]


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
