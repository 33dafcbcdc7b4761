"""Frames between the coordinator and a sandboxed child: a letter, a length, a payload.

Both ends are here, so that they can't differ. What a child sends may be anything: a reader trusts only
lengths that it has checked itself.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterator
from typing import Any

# coordinator to child
JOB = b"J"  # what to run; its files follow, one frame each, in the order of their names in the job
FILE = b"F"
GO = b"G"  # to a tester: hidden cells may be tested
# child to coordinator
CELL = b"S"  # {"notebook": …, "cell": …} starts
MESSAGE = b"M"  # what a kernel would have published: {"msg_type", "content", "parent_header", "metadata"}
TOO_MUCH = b"L"  # the cell's output went over its limit
REPLY = b"E"  # the cell ended
DONE = b"D"  # a notebook ended
GONE = b"O"  # the process of a notebook that is not the last ended, whether or not the notebook did
VERDICT = b"V"  # a tester's: {"notebook": …, "cell": …, "outputs": …, "failure": …}
FAULT = b"X"  # the sandbox could not be set up; in words

_HEADER = struct.Struct(">cI")
LARGEST = 1 << 30


class WireError(Exception):
    """What came is no frame."""


def frame(kind: bytes, payload: bytes = b"") -> bytes:
    """One frame, ready to be sent."""
    return _HEADER.pack(kind, len(payload)) + payload


def pack(content: Any) -> bytes:
    """A JSON payload. What JSON does not have (NaN apart) becomes text."""
    return json.dumps(content, default=str, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpack(payload: bytes) -> Any:
    """The content of a JSON payload.

    Raises:
        WireError: it is none.
    """
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        raise WireError("not JSON") from None


class Frames:
    """Cuts what arrives into frames, and holds no more than one that is incomplete."""

    def __init__(self, largest: int = LARGEST) -> None:
        """
        Args:
            largest: bytes that a payload may have.
        """
        self._largest = largest
        self._buffer = bytearray()

    @property
    def are_whole(self) -> bool:
        """Whether nothing of the next has arrived."""
        return not self._buffer

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Add what arrived; yields kind and payload of each frame that is complete.

        Raises:
            WireError: a frame is longer than allowed.
        """
        self._buffer += data
        while len(self._buffer) >= _HEADER.size:
            kind, length = _HEADER.unpack_from(self._buffer)
            if length > self._largest:
                raise WireError(f"a frame of {length} bytes")
            end = _HEADER.size + length
            if len(self._buffer) < end:
                return
            payload = bytes(self._buffer[_HEADER.size : end])
            del self._buffer[:end]
            yield kind, payload


def receive(connection: socket.socket) -> tuple[bytes, bytes]:
    """Wait for one frame.

    Raises:
        WireError: the other side went away.
    """
    kind, length = _HEADER.unpack(_exactly(connection, _HEADER.size))
    return kind, _exactly(connection, length)


def _exactly(connection: socket.socket, count: int) -> bytes:
    received = bytearray(count)
    view = memoryview(received)
    while view:
        got = connection.recv_into(view)
        if not got:
            raise WireError("the connection was closed")
        view = view[got:]
    return bytes(received)
