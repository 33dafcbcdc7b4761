"""Runs the cells of a notebook inside this process, as an IPython kernel would, and sends what it shows.

It is ipykernel's own kernel with its sockets taken away: everything that it would publish goes to one function.
The kernel is made once, before the forks; a child only gives it the function and the cells.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import logging
import os
import signal
import socket
import sys
import threading
import types
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets.config import Config

from course.grading.engine import link, wire
from course.grading.engine.answering import Answering
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

    def run(
        self,
        notebook: int,
        cells: Sequence[tuple[int, str | None, int]],
        send: Send,
        most_output: int,
        links: Sequence[socket.socket] = (),
    ) -> None:
        """Run cells one after another.

        A hidden cell is tested in a copy of the process as it is where the cell stands, when all others have run:
        so nothing that a test says ever comes into what another cell shows.

        Args:
            notebook: its number in the job.
            cells: index of each; its source, or None for a test cell; of a test cell the number of its link: 0
                is tested where it stands, those that have another number in common are tested together.
            send: takes each frame.
            most_output: bytes that one cell may show.
            links: to the tester.
        """
        self.output.start(send, most_output)
        self.session.publish = self.output.publish
        _ignore_interrupts()
        loop = asyncio.new_event_loop()  # and no asyncio.run: it would wait for tasks that won't be cancelled
        asyncio.set_event_loop(loop)
        _wake_at_signals(loop)
        later = _Later(links)
        with contextlib.suppress(RuntimeError, _Copy):  # `exit` stops the loop
            loop.run_until_complete(self._run(notebook, cells, later))
        if later.is_copy:
            later.wait()
        elif not later.all_run:
            return
        else:
            later.run_copies()
        with contextlib.suppress(link.LinkError):
            for index, which, count in later.own:
                self._test(notebook, index, links[which], count)
        if not later.is_copy:
            self.output.send(wire.DONE, wire.pack({"notebook": notebook}))

    def _test(self, notebook: int, index: int, connection: socket.socket, count: int) -> None:
        """Answer the tester's questions until it says that the cell has ended."""
        output = self.output
        output.send(wire.CELL, wire.pack({"notebook": notebook, "cell": index}))
        output.begin()
        try:
            Answering(link.Link(connection), self.shell.user_ns).serve(index)
        finally:
            output.end()
        output.send(wire.REPLY, wire.pack({"status": "ok", "execution_count": count}))

    def _count(self) -> int:
        """The number of a cell that is not run here. The notebook's own numbers go on as if it was."""
        history = self.shell.history_manager
        for texts in (history.input_hist_parsed, history.input_hist_raw):
            texts.append("")
        self.shell.execution_count += 1
        return int(self.shell.execution_count) - 1

    async def _run(self, notebook: int, cells: Sequence[tuple[int, str | None, int]], later: _Later) -> None:
        kernel, output = self.kernel, self.output
        self._take_loop()
        last = max((at for at, (_, _, which) in enumerate(cells) if not which), default=-1)
        for at, (index, source, which) in enumerate(cells):
            if source is None:
                count = self._count()
                if not which:
                    self._test(notebook, index, later.links[0], count)
                elif at > last:
                    later.own.append((index, which, count))
                elif later.split(which):
                    group = [each for each, its, group in cells if its is None and group == which]
                    later.own = [(each, which, count + number) for number, each in enumerate(group)]
                    raise _Copy
                continue
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
        later.all_run = True

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


class _Copy(Exception):
    """Raised in a copy of the process, to leave the loop of the cells."""


class _Later:
    """Hidden cells, tested when all others have run, each in a copy of the process as it was where the cell stands.

    Attributes:
        links: to the tester.
        own: index, link and number of the hidden cells that this process is asked about.
        is_copy: whether this is a copy.
        all_run: whether all other cells have run.
    """

    def __init__(self, links: Sequence[socket.socket]) -> None:
        self.links, self.own, self.is_copy, self.all_run = links, list[tuple[int, int, int]](), False, False
        self._copies: list[tuple[int, int]] = []  # process, and where it waits for its turn
        self._which = 0
        self._turn = -1

    def split(self, which: int) -> bool:
        """Make a copy for a hidden cell, unless one was made for the cell before; returns True in the copy."""
        if self._which == which:
            return False
        self._which = which
        read, write = os.pipe()
        pid = os.fork()
        if pid:
            os.close(read)
            self.links[which].close()
            self._copies.append((pid, write))
            return False
        os.close(write)
        for _, other in self._copies:
            os.close(other)
        self._turn, self.is_copy = read, True
        return True

    def wait(self) -> None:
        """Wait in a copy until it may be asked."""
        if not os.read(self._turn, 1):
            os._exit(0)

    def run_copies(self) -> None:
        """Let one after another be asked."""
        for pid, write in self._copies:
            signal.signal(signal.SIGINT, functools.partial(_hand_on, pid))
            with contextlib.suppress(OSError):
                os.write(write, b"!")
                os.close(write)
                while os.waitpid(pid, 0)[0] != pid:
                    pass
        _ignore_interrupts()


def _hand_on(pid: int, number: int, frame: object) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _wake_at_signals(loop: asyncio.AbstractEventLoop) -> None:
    """An interrupt is heard at once, also where a cell waits for a task: its handler only leaves a callback."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)

    def hear() -> None:
        with contextlib.suppress(BlockingIOError):  # a copy of this process has the same line, and was faster
            ours.recv(1 << 12)

    loop.add_reader(ours, hear)
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
