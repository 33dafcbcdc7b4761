"""Everything that a notebook shows, on its way out of the child: printed, displayed, written by programs.

Threads and forks of the notebook show things too, and an interrupt can come at any time; whatever they do, frames
stay whole and come one after the other.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jupyter_client.jsonutil import json_clean, json_default

from course.grading.engine import wire
from course.grading.engine.widgets import OutputWidgets

Send = Callable[[bytes, bytes], None]  # kind and payload of a frame
FLUSH_BYTES = 1 << 16
BYTES_TO_KEEP = 1 << 20  # of what programs wrote
PIECES_AT_ONCE = 100  # of a cell: it may be killed before it ends
SECONDS_TO_KEEP = 0.1  # what is printed after that
MOST_LINES = 200  # of a traceback, half of them from its start
MOST_CHARACTERS = 100_000  # of each


class OutputLimit(KeyboardInterrupt):
    """Ends a cell that prints more than it may; like an interrupt, no ordinary `except` stops it."""


class OutStream(io.TextIOBase):
    """sys.stdout or sys.stderr: collects text and publishes it. Its name is that of a kernel's."""

    encoding = "UTF-8"

    def __init__(self, name: str, descriptor: int) -> None:
        self.name, self._descriptor = name, descriptor
        self.output: Output | None = None
        self._parent = ""  # the request that the text belongs to
        self._sent = 0.0
        self.forget()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return False

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if self.output is not None:
            with self.output.lock:
                self._write(self.output, text)
        return len(text)

    def _write(self, output: Output, text: str) -> None:
        output.read_descriptors()
        output.count(len(text))
        parent = output.parent()
        if self._parent != parent:
            self.flush()
            self._parent = parent
        self._text.append(text)
        self._size += len(text)
        now = time.monotonic()
        output.pieces += 1
        if output.pieces < PIECES_AT_ONCE or self._size > FLUSH_BYTES or now > self._sent + SECONDS_TO_KEEP:
            self._sent = now
            self.flush()

    def flush(self) -> None:
        if self.output is not None:
            with self.output.lock:
                text = "".join(self._text)
                if text and self.output.shows:  # what a thread prints between two cells is shown in the next
                    self.forget()
                    self.output.publish_text(self.name, text, self._parent)

    def forget(self) -> None:
        """Drop what was not sent."""
        self._text: list[str] = []
        self._size = 0


@dataclass
class _Written:
    """The file that stands for descriptor 1 or 2.

    Attributes:
        stream: that it belongs to.
        descriptor: of the file.
        read: bytes of it that were shown.
    """

    stream: OutStream
    descriptor: int
    read: int = 0

    def empty(self) -> None:
        """Give back the room, if it is worth the risk that a program writes just now."""
        if self.read > BYTES_TO_KEEP:
            os.ftruncate(self.descriptor, 0)
            self.read = 0


class Output:
    """Where it all comes together."""

    def __init__(self, streams: list[OutStream], widgets: OutputWidgets, parent: Callable[[], str]) -> None:
        """
        Args:
            streams: publish here.
            widgets: are asked first whether an output is theirs.
            parent: says which request the running code belongs to: a task that an earlier cell started still
                belongs to that.
        """
        self.lock = threading.RLock()
        self.parent = parent
        self._streams, self._widgets = streams, widgets
        self._frames: Send | None = None
        self._turns = -1  # a file to lock, against forks
        self._most = self._count = 0
        self.pieces = 0  # that the cell has printed
        self._written: list[_Written] = []
        self.shows = False

    def start(self, send: Send, most: int) -> None:
        """From now on all of the process's output goes here.

        Args:
            send: takes each frame.
            most: bytes that one cell may show.
        """
        self._frames, self._most = send, most
        home = os.environ.get("HOME", "/tmp")
        self._turns = os.open(home, os.O_TMPFILE | os.O_RDWR, 0o600)
        for stream in self._streams:
            descriptor = os.open(home, os.O_TMPFILE | os.O_RDWR | os.O_APPEND, 0o600)
            os.dup2(descriptor, stream.fileno(), inheritable=True)
            self._written.append(_Written(stream, descriptor))
            stream.output = self
        os.register_at_fork(after_in_child=self._forked)

    def _forked(self) -> None:
        self.lock = threading.RLock()  # the other may be another thread's, and stay so
        for stream in self._streams:
            stream.forget()  # the other process prints it

    def send(self, kind: bytes, payload: bytes) -> None:
        """Send a frame as a whole."""
        with self.lock:
            if threading.current_thread() is threading.main_thread():
                _with_interrupts_later(lambda: self._take_turn(kind, payload))
            else:
                self._take_turn(kind, payload)

    def _take_turn(self, kind: bytes, payload: bytes) -> None:
        assert self._frames is not None
        fcntl.lockf(self._turns, fcntl.LOCK_EX)
        try:
            self._frames(kind, payload)
        finally:
            fcntl.lockf(self._turns, fcntl.LOCK_UN)

    def begin(self) -> None:
        """A cell begins: what is published is shown."""
        self._count, self.pieces, self.shows = 0, 0, True

    def end(self) -> None:
        """The cell has ended: what is left of it is shown, and nothing more until the next begins."""
        with self.lock:
            with contextlib.suppress(OutputLimit):
                self._flush()
            self.shows = False
        for written in self._written:
            written.empty()
        with contextlib.suppress(BaseException):  # callbacks of widgets are code of the notebook
            self._widgets.tell()

    def _flush(self) -> None:
        for stream in self._streams:
            stream.flush()
        self.read_descriptors()

    def publish(self, kind: str, content: dict, parent: str) -> None:
        """Show what a kernel would publish.

        Args:
            kind: of the message.
            content: of the message.
            parent: the request that it belongs to.

        Raises:
            OutputLimit: the cell has shown too much.
        """
        with self.lock:
            if not self.shows:
                return
            if kind not in ("error", "stream"):
                self._flush()
            payload = _pack({"msg_type": kind, "content": cut(content) if kind == "error" else content})
            if kind not in ("error", "stream"):  # text was counted when it was written
                self.count(len(payload))
            if not self._widgets.take(kind, payload, parent):
                self.send(wire.MESSAGE, payload)

    def publish_text(self, name: str, text: str, parent: str) -> None:
        """Show what was printed."""
        self.publish("stream", {"name": name, "text": text}, parent)

    def count(self, size: int) -> None:
        """Count output before it is kept.

        Raises:
            OutputLimit: the cell has no more left.
        """
        self._count += size
        if self._count > self._most:
            if self.shows:
                self.send(wire.TOO_MUCH, b"")
            raise OutputLimit("more output than a cell may have")

    def read_descriptors(self) -> None:
        """Show what programs and C code wrote to descriptors 1 and 2 meanwhile."""
        for written in self._written:
            size = os.lseek(written.descriptor, 0, os.SEEK_END)
            if size != written.read:
                self._read(written, size)

    def _read(self, written: _Written, size: int) -> None:
        start = written.read if size > written.read else 0  # a program has emptied it
        data = os.pread(written.descriptor, min(size - start, max(0, self._most - self._count) + 1), start)
        written.read = size
        written.stream.flush()
        self.publish_text(written.stream.name, data.decode("utf-8", "replace"), self.parent())
        self.count(len(data))  # only then: what came before the limit is shown


def _with_interrupts_later(call: Callable[[], None]) -> None:
    came: list[tuple] = []
    before = signal.signal(signal.SIGINT, lambda *about: came.append(about))
    try:
        call()
    finally:
        signal.signal(signal.SIGINT, before)
    if came and callable(before):
        before(*came[0])


def _pack(message: dict) -> bytes:
    """A message as a kernel's session packs it: bytes are base64, and what JSON does not have is text."""
    try:
        return json.dumps(message, default=json_default, allow_nan=False).encode()
    except (TypeError, ValueError):
        return json.dumps(json_clean(message), default=json_default, allow_nan=False).encode()


def cut(message: dict) -> dict:
    """An error with its texts no longer than somebody reads."""
    return {key: _cut(value) for key, value in message.items()}


def _cut(value: Any) -> Any:
    if isinstance(value, str):
        return value[:MOST_CHARACTERS]
    if isinstance(value, list):
        half = MOST_LINES // 2
        kept = value if len(value) <= MOST_LINES else value[:half] + value[-half:]
        return [str(each)[:MOST_CHARACTERS] for each in kept]
    return value
