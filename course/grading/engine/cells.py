"""Runs the cells of a notebook inside this process, as an IPython kernel would, and sends what it shows.

It is ipykernel's own kernel with its sockets taken away: everything that it would publish goes to one function.
The kernel is made once, before the forks; a child only gives it the function and the cells.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import os
import signal
import sys
import threading
import time
import types
from collections.abc import Callable, Iterable
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets.config import Config

from course.grading.engine import wire

Send = Callable[[bytes, bytes], None]  # kind and payload of a frame
FLUSH_BYTES = 1 << 16
SECONDS_TO_KEEP = 0.1  # what is printed: a cell may be killed before it ends
SECONDS_TO_LOOK = 0.005  # for what a program printed between two lines of the cell's own
_FRONT_END_WANTS = {"stream", "display_data", "update_display_data", "execute_result", "error", "clear_output",
                    "comm_open", "comm_msg", "comm_close"}  # fmt: skip


class OutputLimit(KeyboardInterrupt):
    """Ends a cell that prints more than it may; like an interrupt, no ordinary `except` stops it."""


class _Publisher(Session):
    """A session whose messages go to a function instead of a socket."""

    publish: Callable[[str, dict], None] | None = None

    def send(  # type: ignore[override]
        self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None, **others: Any
    ) -> None:
        if isinstance(msg_or_type, dict):
            kind, content, parent = (msg_or_type["header"]["msg_type"], msg_or_type["content"],
                                     msg_or_type.get("parent_header"))  # fmt: skip
        else:
            kind = msg_or_type
        if self.publish is not None and kind in _FRONT_END_WANTS:
            header = (parent or {}).get("header", parent or {})
            self.publish(kind, {"content": content or {}, "parent": header.get("msg_id", "")})


class _Stream(io.TextIOBase):
    """sys.stdout or sys.stderr: collects text and publishes it."""

    encoding, errors = "utf-8", "replace"

    def __init__(self, name: str, descriptor: int) -> None:
        self.name, self._descriptor = name, descriptor
        self.kernel: Kernel | None = None
        self._text: list[str] = []
        self._size = 0
        self._lock = threading.RLock()
        self._looked = self._sent = 0.0

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return False

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if self.kernel is not None:
            with self._lock:
                now = time.monotonic()
                if now > self._looked + SECONDS_TO_LOOK:
                    self._looked = now
                    self.kernel.read_descriptors()
                self.kernel.count(len(text))
                self._text.append(text)
                self._size += len(text)
                if self._size > FLUSH_BYTES or now > self._sent + SECONDS_TO_KEEP:
                    self._sent = now
                    self._send()
        return len(text)

    def flush(self) -> None:
        with self._lock:
            self._send()

    def _send(self) -> None:
        text, self._text, self._size = "".join(self._text), [], 0
        if text and self.kernel is not None:
            self.kernel.publish_stream(self.name, text)


class Kernel:
    """One kernel, made before the forks and used in each."""

    def __init__(self) -> None:
        config = Config()
        config.HistoryManager.hist_file = ":memory:"  # no thread that writes it, and a last `;` is honoured
        self.streams = {"stdout": _Stream("stdout", 1), "stderr": _Stream("stderr", 2)}
        sys.stdout, sys.stderr = self.streams["stdout"], self.streams["stderr"]
        sys.path.insert(0, "")  # as in a kernel: files beside the notebook can be imported
        self.session = _Publisher(key=b"")
        log = logging.getLogger("course.sandbox")
        log.addHandler(logging.NullHandler())
        log.propagate = False
        self.kernel = IPythonKernel(config=config, session=self.session, iopub_socket=object(), log=log)
        self.shell: Any = self.kernel.shell
        self._send: Send | None = None
        self._most = self._count = 0
        self._descriptors: list[tuple[str, int]] = []

    # What a cell shows ------------------------------------------------------------------------------------

    def publish(self, kind: str, message: dict) -> None:
        """Send on one message that a kernel would publish."""
        if self._send is None:
            return
        if kind not in ("error", "stream"):
            for stream in self.streams.values():
                stream.flush()
            self.read_descriptors()
        payload = wire.pack({"msg_type": kind, **(_cut(message) if kind == "error" else message)})
        if kind not in ("error", "stream"):  # text was counted when it was written
            self.count(len(payload))
        self._send(wire.MESSAGE, payload)

    def publish_stream(self, name: str, text: str) -> None:
        """Send on what was printed."""
        self.publish("stream", {"content": {"name": name, "text": text}, "parent": ""})

    def count(self, size: int) -> None:
        """Count output before it is kept.

        Raises:
            OutputLimit: the cell has no more left.
        """
        self._count += size
        if self._count > self._most:
            if self._send is not None:
                self._send(wire.TOO_MUCH, b"")
            raise OutputLimit("more output than a cell may have")

    def read_descriptors(self) -> None:
        """Publish what programs and C code wrote to descriptors 1 and 2 meanwhile."""
        for name, descriptor in self._descriptors:
            size = os.fstat(descriptor).st_size
            if size:
                data = os.pread(descriptor, min(size, max(0, self._most - self._count) + 1), 0)
                os.ftruncate(descriptor, 0)
                self.streams[name].flush()
                self.count(len(data))
                self.publish_stream(name, data.decode("utf-8", "replace"))

    def _take_descriptors(self) -> None:
        for name, stream in self.streams.items():
            descriptor = os.open(os.environ.get("HOME", "/tmp"), os.O_TMPFILE | os.O_RDWR | os.O_APPEND, 0o600)
            os.dup2(descriptor, stream.fileno(), inheritable=True)
            self._descriptors.append((name, descriptor))

    # Cells --------------------------------------------------------------------------------------------------

    def run(self, notebook: int, cells: Iterable[tuple[int, str, str]], send: Send, most_output: int) -> None:
        """Run cells one after another.

        Args:
            notebook: its number in the job.
            cells: index, id and source of each.
            send: takes each frame.
            most_output: bytes that one cell may show.
        """
        self._most = most_output
        self._take_descriptors()
        self.session.publish = self.publish
        for stream in self.streams.values():
            stream.kernel = self
        _ignore_interrupts()
        with contextlib.suppress(RuntimeError):  # `exit` stops the loop
            asyncio.run(self._run(notebook, cells, send))

    async def _run(self, notebook: int, cells: Iterable[tuple[int, str, str]], send: Send) -> None:
        kernel = self.kernel
        kernel.io_loop = IOLoop.current()
        kernel.shell_channel_thread = types.SimpleNamespace(parent_thread=threading.main_thread())
        for index, ident, source in cells:
            send(wire.CELL, wire.pack({"notebook": notebook, "cell": index}))
            self._send, self._count = send, 0
            header = {"msg_id": f"{notebook}-{index}", "msg_type": "execute_request", "session": "course"}
            kernel.set_parent([b"course"], {"header": header, "metadata": {}, "content": {"code": source}})
            reply = await self._cell(source, ident)
            send(wire.REPLY, wire.pack(reply))
            self._send = None
            if self.shell.exit_now:
                return
            await asyncio.sleep(0)  # tasks that a cell left run on, as they would in a kernel
        send(wire.DONE, wire.pack({"notebook": notebook}))

    async def _cell(self, source: str, ident: str) -> dict:
        reply: dict[str, Any] = {}
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            reply = await self.kernel.do_execute(
                source, silent=False, store_history=True, allow_stdin=False, cell_id=ident
            )
        except BaseException as error:  # an interrupt between two lines of the kernel's own
            reply = {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": []}
        _ignore_interrupts()
        with contextlib.suppress(OutputLimit):
            for stream in self.streams.values():
                stream.flush()
            self.read_descriptors()
        wanted = ("status", "execution_count", "ename", "evalue", "traceback")
        return _cut({key: reply[key] for key in wanted if key in reply})


def _ignore_interrupts() -> None:
    """Between two cells an interrupt would hit our own lines."""
    while True:
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            return
        except KeyboardInterrupt:  # the last one, on its way in
            continue


def _cut(message: dict, most: int = 100_000) -> dict:
    """An error with its texts no longer than somebody reads."""
    cut: dict[str, Any] = {}
    for key, value in message.items():
        if isinstance(value, str):
            cut[key] = value[:most]
        elif isinstance(value, list):
            cut[key] = [str(item)[:most] for item in value[-200:]]
        elif isinstance(value, dict):
            cut[key] = _cut(value, most)
        else:
            cut[key] = value
    return cut
