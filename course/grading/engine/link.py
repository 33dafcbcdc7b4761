"""Questions and answers between a tester and the process that a student's code runs in.

The tester asks; while it waits, the student's side may call back a function that the tester passed, and while it
waits for that, the tester may ask again: strictly nested, one thread on each side.
"""

from __future__ import annotations

import select
import socket
import struct
import time

TURN = b"T"  # student's side: a test cell may begin; its number
ASK = b"Q"  # tester: do something and answer
ANSWER = b"A"  # student's side
CALL = b"C"  # student's side: call a function of the tester's
RETURN = b"V"  # tester: what it returned
END = b"Z"  # tester: the test cell has ended

_HEADER = struct.Struct(">cI")
LARGEST = 1 << 29


class LinkError(Exception):
    """The other side has gone, is late, or says what nobody asked."""


class Link:
    """One end."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.deadline: float | None = None  # on the monotonic clock; None for none
        connection.setblocking(False)

    def close(self) -> None:
        self._connection.close()

    def send(self, kind: bytes, payload: bytes = b"") -> None:
        """Send a message.

        Raises:
            LinkError: the other side has gone, or does not take it in time.
        """
        for content in (_HEADER.pack(kind, len(payload)), payload):
            view = memoryview(content)
            while view:
                try:
                    view = view[self._connection.send(view) :]
                except BlockingIOError:
                    self._wait(select.POLLOUT)
                except OSError:
                    raise LinkError("the other side has gone") from None

    def receive(self, *kinds: bytes) -> tuple[bytes, bytes]:
        """Wait for a message of one of these kinds.

        Raises:
            LinkError: the other side has gone, is late, or sends something else.
        """
        kind, length = _HEADER.unpack(self._exactly(_HEADER.size))
        if kind not in kinds or length > LARGEST:
            raise LinkError("a message out of turn")
        return kind, self._exactly(length)

    def _exactly(self, count: int) -> bytes:
        parts, missing = [], count
        while missing:
            try:
                part = self._connection.recv(min(missing, 1 << 20))
            except BlockingIOError:
                self._wait(select.POLLIN)
                continue
            except OSError:
                part = b""
            if not part:
                raise LinkError("the other side has gone")
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _wait(self, event: int) -> None:
        poll = select.poll()
        poll.register(self._connection, event)
        left = None
        if self.deadline is not None:
            left = max(0, int(1000 * (self.deadline - time.monotonic())))
            if not left:
                raise LinkError("late")
        poll.poll(left)
