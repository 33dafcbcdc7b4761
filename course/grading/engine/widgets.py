"""Output widgets: what a front end does for them, so that what is printed inside one is shown in no cell.

A kernel only says that the outputs of a cell are a widget's. Whoever shows them collects them, and tells the
kernel's side of the widget what it holds. For kernels nbclient does this; here it is done in the child.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass

from ipykernel.ipkernel import IPythonKernel

_KEYS = {
    "stream": ("name", "text"),
    "display_data": ("metadata", "data"),
    "execute_result": ("metadata", "data", "execution_count"),
    "error": ("ename", "evalue", "traceback"),
}


@dataclass(eq=False)
class _Output:
    """What one widget holds.

    Attributes:
        ident: of its comm.
        outputs: as in a notebook.
        parent: the request whose outputs it collects.
        clears: whether the next output replaces the others.
    """

    ident: str
    outputs: list[dict]
    parent: str = ""
    clears: bool = False

    def add(self, kind: str, content: dict) -> None:
        if self.clears:
            self.outputs, self.clears = [], False
        last = self.outputs[-1] if self.outputs else {}
        if kind == "stream" == last.get("output_type") and last["name"] == content["name"]:
            last["text"] += content["text"]
        else:
            self.outputs.append({"output_type": kind, **{key: content[key] for key in _KEYS[kind]}})

    def clear(self, wait: bool) -> None:
        if wait:
            self.clears = True
        else:
            self.outputs = []


class OutputWidgets:
    """All Output widgets of a notebook."""

    def __init__(self, kernel: IPythonKernel) -> None:
        """
        Args:
            kernel: its side of the widgets is told what they hold.
        """
        self._kernel = kernel
        self._widgets: dict[str, _Output] = {}
        self._collecting: defaultdict[str, list[_Output]] = defaultdict(list)  # by parent; the innermost is last
        self._news: dict[str, _Output] = {}  # what the kernel's side has not been told

    def take(self, kind: str, payload: bytes, parent: str) -> bool:
        """Take a message that is for a widget; returns whether it was.

        Args:
            kind: of the message.
            payload: the message as JSON.
            parent: the request that it belongs to.
        """
        if kind.startswith("comm_"):
            self._comm(kind, json.loads(payload)["content"])
            return True
        if not self._collecting[parent] or not (kind in _KEYS or kind == "clear_output"):
            return False
        widget, content = self._collecting[parent][-1], json.loads(payload)["content"]
        if kind in _KEYS:
            widget.add(kind, content)
        else:
            widget.clear(content.get("wait", False))
        self._news[widget.ident] = widget
        return True

    def tell(self) -> None:
        """Tell the kernel's side what was collected; a kernel hears of it between two cells."""
        news, self._news = self._news, {}
        for ident, widget in news.items():
            data = {"method": "update", "state": {"outputs": widget.outputs}, "buffer_paths": []}
            message = {"content": {"comm_id": ident, "data": data}, "metadata": {}, "buffers": []}
            self._kernel.comm_manager.comm_msg(None, [], message)  # type: ignore[arg-type]  # it uses neither

    def _comm(self, kind: str, content: dict) -> None:
        ident, state = content["comm_id"], content["data"].get("state", {})
        if kind == "comm_open" and state.get("_model_name") == "OutputModel":
            self._widgets[ident] = _Output(ident, state["outputs"])
        elif kind == "comm_msg" and ident in self._widgets and "msg_id" in state:
            widget = self._widgets[ident]
            if widget in self._collecting[widget.parent]:
                self._collecting[widget.parent].remove(widget)
            widget.parent = state["msg_id"]
            if widget.parent:
                self._collecting[widget.parent].append(widget)
