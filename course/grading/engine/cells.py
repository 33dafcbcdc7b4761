"""Runs the cells of a notebook inside this process, as an IPython kernel would, and sends what it shows.

It is ipykernel's own kernel with its sockets taken away: everything that it would publish goes to one function.
The kernel is made once, before the forks; a child only gives it the function and the cells.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
import signal
import socket
import sys
import threading
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets.config import Config

from course.grading.engine import wire
from course.grading.engine.output import Output, OutStream, Send, cut
from course.grading.engine.widgets import OutputWidgets

_FRONT_END_WANTS = {"stream", "display_data", "update_display_data", "execute_result", "error", "clear_output",
                    "comm_open", "comm_msg", "comm_close"}  # fmt: skip


class _Publisher(Session):
    """A session whose messages go to a function instead of a socket."""

    publish: Callable[[str, dict, str], None] | None = None

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
            self.publish(kind, content or {}, header.get("msg_id", ""))


class _Compiler(XCachingCompiler):
    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        name = super().get_code_name(raw_code, code, number)
        # a traceback asks for the module of each frame, and inspect would look at all modules for each: endless
        # recursion would run into its time limit
        inspect.modulesbyfile[name] = "__main__"
        return name


class Kernel:
    """One kernel, made before the forks and used in each."""

    def __init__(self) -> None:
        config = Config()
        config.HistoryManager.hist_file = ":memory:"  # no thread that writes it, and a last `;` is honoured
        streams = [OutStream("stdout", 1), OutStream("stderr", 2)]
        sys.stdout, sys.stderr = streams
        self.session = _Publisher(key=b"")
        log = logging.getLogger("course.sandbox")
        log.addHandler(logging.NullHandler())
        log.propagate = False
        app = IPKernelApp.instance(config=config, log=log)  # some magics look for it; it opens no sockets
        self.kernel = IPythonKernel.instance(
            parent=app, session=self.session, iopub_socket=object(), user_ns=None, compiler_class=_Compiler, log=log
        )
        self.shell: Any = self.kernel.shell
        app.kernel = self.kernel
        for step in (app.init_shell, app.init_extensions, app.init_pdb, app.patch_io):
            step()
        _add_folder_to_path()
        self.output = Output(streams, OutputWidgets(self.kernel), self._parent)

    def _parent(self) -> str:
        return self.shell.parent_header.get("msg_id", "")

    def warm_up(self, sources: Iterable[str]) -> None:
        """Run code before the forks, of which only what Python loads and computes once remains."""

        async def run() -> None:
            self._take_loop()
            for source in sources:
                await self.kernel.do_execute(source, silent=True, store_history=False, allow_stdin=False)

        asyncio.run(run())
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            if hasattr(sys, name):
                delattr(sys, name)
        self.shell._last_traceback = None

    def _take_loop(self) -> None:
        self.kernel.io_loop = IOLoop.current()
        self.kernel.shell_channel_thread = types.SimpleNamespace(parent_thread=threading.main_thread())

    # Cells --------------------------------------------------------------------------------------------------

    def run(self, notebook: int, cells: Iterable[tuple[int, str]], send: Send, most_output: int) -> None:
        """Run cells one after another.

        Args:
            notebook: its number in the job.
            cells: index and source of each.
            send: takes each frame.
            most_output: bytes that one cell may show.
        """
        self.output.start(send, most_output)
        self.session.publish = self.output.publish
        _ignore_interrupts()
        loop = asyncio.new_event_loop()  # and no asyncio.run: it would wait for tasks that won't be cancelled
        asyncio.set_event_loop(loop)
        _wake_at_signals(loop)
        with contextlib.suppress(RuntimeError):  # `exit` stops the loop
            loop.run_until_complete(self._run(notebook, cells))

    async def _run(self, notebook: int, cells: Iterable[tuple[int, str]]) -> None:
        kernel, output = self.kernel, self.output
        self._take_loop()
        for index, source in cells:
            output.send(wire.CELL, wire.pack({"notebook": notebook, "cell": index}))
            output.begin()
            asked = {"code": source, "silent": False, "store_history": True, "user_expressions": {},
                     "allow_stdin": False, "stop_on_error": False}  # fmt: skip
            kernel.set_parent([b"course"], {**self.session.msg("execute_request", asked), "buffers": []})
            reply = await self._cell(source)
            output.send(wire.REPLY, wire.pack(reply))
            if self.shell.exit_now:
                return
            await asyncio.sleep(0)  # tasks that a cell left run on, as they would in a kernel
        output.send(wire.DONE, wire.pack({"notebook": notebook}))

    async def _cell(self, source: str) -> dict:
        reply: dict[str, Any] = {}
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            reply = await self.kernel.do_execute(
                source, silent=False, store_history=True, allow_stdin=False, cell_meta={}, cell_id=None
            )
        except BaseException as error:  # an interrupt between two lines of the kernel's own
            reply = {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": []}
        _ignore_interrupts()
        self.output.end()
        wanted = ("status", "execution_count", "ename", "evalue", "traceback")
        return cut({key: reply[key] for key in wanted if key in reply})


def _wake_at_signals(loop: asyncio.AbstractEventLoop) -> None:
    """An interrupt is heard at once, also where a cell waits for a task: its handler only leaves a callback."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
    loop.add_reader(ours, ours.recv, 1 << 12)
    signal.set_wakeup_fd(theirs.detach(), warn_on_full_buffer=False)


def _ignore_interrupts() -> None:
    """Between two cells an interrupt would hit our own lines."""
    while True:
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            return
        except KeyboardInterrupt:  # the last one, on its way in
            continue


def _add_folder_to_path() -> None:
    """Files beside the notebook can be imported; the standard library comes first. IPython does it like this."""
    packages = [
        index for index, path in enumerate(sys.path) if Path(path).name in ("site-packages", "dist-packages")
    ]
    sys.path.insert(packages[0] if packages else 0, "")
