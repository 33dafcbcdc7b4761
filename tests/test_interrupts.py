"""How the process of a student's code hears that a cell has had its time."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from typing import Any

import pytest

from course.grading.engine.cells import _wake_at_signals


def test_an_interrupt_that_a_copy_of_the_process_has_heard_first_leaves_no_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would stand in stderr, as if the student's code had written it, and cost the points of a test."""
    made: list[socket.socket] = []
    pair = socket.socketpair

    def remembered(*words: Any) -> tuple[socket.socket, socket.socket]:
        made[:] = pair(*words)
        return made[0], made[1]

    loop = asyncio.new_event_loop()
    said: list[dict] = []
    loop.set_exception_handler(lambda _, context: said.append(context))
    monkeypatch.setattr(socket, "socketpair", remembered)
    _wake_at_signals(loop)
    line = signal.set_wakeup_fd(-1)
    os.write(line, b"x")
    loop.call_soon(made[0].recv, 1)  # what the copy does
    loop.call_soon(loop.call_soon, loop.stop)
    loop.run_forever()
    loop.close()
    os.close(line)
    made[0].close()
    assert said == []
