"""The coordinator's end of the connection to a process in a sandbox."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

from course.grading.engine import wire

CHUNK = 1 << 20  # of a file; a shorter piece is its last
TO_RECEIVE = 1 << 14  # in one turn: some hundred messages, which can take a millisecond each


class Peer:
    """A fork of a zygote: it is sent one job, and sends frames."""

    def __init__(self, connection: socket.socket, largest: int) -> None:
        """
        Args:
            connection: to it.
            largest: bytes of a frame that it may send.
        """
        self.connection = connection
        connection.setblocking(False)
        self.pidfd: int | None = None
        self.listening = True  # whether more can come over the connection
        self.status: int | None = None  # how it ended, once it has
        self.has_news = False  # whether there is something to send that was not there before
        self._frames = wire.Frames(largest)
        self._outgoing: Iterator[bytes] = iter(())
        self._piece = b""

    def send(self, frame: bytes) -> None:
        """Send a frame after all that is still to be sent."""
        self._outgoing = itertools.chain(self._outgoing, [frame])
        self.has_news = True

    def write(self) -> bool:
        """Send as much as the connection takes; returns whether there is more."""
        self.has_news = False
        try:
            while True:
                if not self._piece:
                    self._piece = next(self._outgoing, b"")
                    if not self._piece:
                        return False
                self._piece = self._piece[self.connection.send(self._piece) :]
        except BlockingIOError:
            return True
        except OSError:  # it has ended
            return False

    def read(self) -> None:
        """Take what has arrived."""
        if not self.listening:
            return
        try:
            data = self.connection.recv(TO_RECEIVE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.listening = False
            return
        try:
            for kind, payload in self._frames.feed(data):
                self._frame(kind, payload)
        except wire.WireError:
            self._broken()

    def is_sending(self) -> bool:
        """Whether something of what it sends is not taken yet, or only the start of a frame."""
        return not self._frames.are_whole or self._is_waiting()

    def _is_waiting(self) -> bool:
        try:
            return bool(self.connection.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def read_rest(self) -> None:
        """Take what one that has ended left in the connection."""
        while self.listening:
            waiting = self._is_waiting()
            self.read()
            if not waiting:
                return

    def _frame(self, kind: bytes, payload: bytes) -> None:
        """Take a frame.

        Raises:
            WireError: it is not one that may come now.
        """
        raise NotImplementedError

    def _broken(self) -> None:
        """What came is no frame that may come."""
        raise NotImplementedError

    def born(self, pidfd: int) -> None:
        """The zygote has forked it."""
        self.pidfd = pidfd

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it is still there."""
        if self.pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, number)

    def close(self) -> None:
        """Let go of it; it is killed if it still runs."""
        self.signal(signal.SIGKILL)
        self.connection.close()
        if self.pidfd is not None:
            os.close(self.pidfd)
            self.pidfd = None


def job_frames(job: Mapping[str, object], files: Mapping[str, Path]) -> Iterator[bytes]:
    """A job as it is sent: what to do, then the content of its files by the name that they get."""
    yield wire.frame(wire.JOB, wire.pack({"files": list(files), **job}))
    for path in files.values():
        with open(path, "rb") as file:
            while True:
                content = file.read(CHUNK)
                yield wire.frame(wire.FILE, content)
                if len(content) < CHUNK:
                    break
