"""Output widgets: what a front end does for them, so that what is printed inside one is shown in no cell.

A kernel only says that the outputs of a cell are a widget's. Whoever shows them collects them, and tells the
kernel's side of the widget what it holds. For kernels nbclient does this; here it is done in the child.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from ipykernel.ipkernel import IPythonKernel

_KEYS = {
    "stream": ("name", "text"),
    "display_data": ("metadata", "data"),
    "execute_result": ("metadata", "data", "execution_count"),
    "error": ("ename", "evalue", "traceback"),
}


@dataclass
class _Output:
    """What one widget holds."""

    outputs: list[dict] = field(default_factory=list)
    parent: str = ""  # the request whose outputs it collects
    clears: bool = False  # before its next output

    def add(self, kind: str, content: dict) -> None:
        if self.clears:
            self.outputs, self.clears = [], False
        last = self.outputs[-1] if self.outputs else {}
        if kind == "stream" == last.get("output_type") and last["name"] == content["name"]:
            last["text"] += content["text"]
        else:
            self.outputs.append({"output_type": kind, **{key: content[key] for key in _KEYS[kind]}})


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
        self._news: dict[str, None] = {}  # widgets that the kernel has not heard of yet

    def take(self, kind: str, content: dict, parent: str) -> bool:
        """Take a message that is for a widget; returns whether it was."""
        if kind.startswith("comm_"):
            self._comm(kind, content)
            return True
        if not self._collecting[parent] or not (kind in _KEYS or kind == "clear_output"):
            return False
        widget = self._collecting[parent][-1]
        if kind in _KEYS:
            widget.add(kind, content)
        elif content.get("wait"):
            widget.clears = True
        else:
            widget.outputs = []
        self._news.update((ident, None) for ident, each in self._widgets.items() if each is widget)
        return True

    def tell(self) -> None:
        """Tell the kernel's side what was collected; a kernel hears of it between two cells."""
        news, self._news = self._news, {}
        for ident in news:
            data = {"method": "update", "state": {"outputs": self._widgets[ident].outputs}, "buffer_paths": []}
            message = {"content": {"comm_id": ident, "data": data}, "metadata": {}, "buffers": []}
            self._kernel.comm_manager.comm_msg(None, [], message)

    def _comm(self, kind: str, content: dict) -> None:
        ident, state = content["comm_id"], content["data"].get("state", {})
        if kind == "comm_open" and state.get("_model_name") == "OutputModel":
            self._widgets[ident] = _Output(state["outputs"])
        elif kind == "comm_msg" and ident in self._widgets and "msg_id" in state:
            widget = self._widgets[ident]
            if state["msg_id"]:
                widget.parent = state["msg_id"]
                self._collecting[widget.parent].append(widget)
            elif widget in self._collecting[widget.parent]:
                self._collecting[widget.parent].remove(widget)
