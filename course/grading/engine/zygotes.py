"""The coordinator's view of a zygote: start it, ask it for forks, hear how they end."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from course.grading.engine import sandbox, watch, wire

SECONDS_TO_START = 120.0
MESSAGE_BYTES = 1 << 16


class ZygoteLost(Exception):
    """It has died, or has to be started again."""


class Zygote:
    """One of them: of students' code, or of tests."""

    def __init__(self, setup: sandbox.Setup) -> None:
        """Start it.

        Args:
            setup: of its sandbox.

        Raises:
            SandboxError: it can't be started.
        """
        self.setup = setup
        self._process, self.control = sandbox.start(setup)
        self.is_ready = False
        self.shared = 0  # bytes of memory that its forks have from it
        self._ready_by = time.monotonic() + SECONDS_TO_START

    def check(self, now: float) -> None:
        """To be called while it starts.

        Raises:
            ZygoteLost: its process has ended, and what that left behind may hold the connection open: bubblewrap,
                killed before its child asked to die with it, leaves a child that waits for good.
            SandboxError: it takes too long.
        """
        if self.is_ready:
            return
        if os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            raise ZygoteLost
        if now > self._ready_by:
            raise sandbox.SandboxError(f"the sandbox did not start in {SECONDS_TO_START:g} seconds")

    def hear(self) -> tuple[Mapping[str, Any], int | None]:
        """What it says, and the pidfd of a child that it speaks of.

        Raises:
            ZygoteLost: it has died, or can't be used as it is.
        """
        try:
            message, received, _, _ = socket.recv_fds(self.control, MESSAGE_BYTES, 1)
        except OSError:
            message, received = b"", []
        if not message:
            raise ZygoteLost
        news: dict[str, Any] = wire.unpack(message)
        if "ready" in news:
            self.is_ready = True
            self.shared = watch.memory_of(self._pid())
            if news["threads"] > 1:  # a module of the notebooks' started one: forks would hang
                self.setup = replace(self.setup, preload=())
                raise ZygoteLost
        return news, received[0] if received else None

    def _pid(self) -> int:
        """It is the youngest descendant of the process that was started."""
        pid = self._process.pid
        while True:
            with contextlib.suppress(OSError, IndexError):
                with open(f"/proc/{pid}/task/{pid}/children") as file:
                    pid = int(file.read().split()[0])
                continue
            return pid

    def fork(self, request: Mapping[str, Any], connections: Sequence[socket.socket]) -> None:
        """Ask for a child that has these connections; they are closed here."""
        with contextlib.suppress(OSError):  # one that has died is found out in the next turn
            socket.send_fds(self.control, [wire.pack(request)], [each.fileno() for each in connections])

    def end(self) -> str:
        """Kill it and all that it forked; returns the last that it said."""
        self.control.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        _, said = self._process.communicate()
        text = said.decode(errors="replace").strip()
        return text.splitlines()[-1] if text else "no reason given"
