"""Runs test cells where no code of the student's can reach them.

A tester is a fork of a process that never sees a submission. It runs the set-up cell for itself, then each test
cell when the student's process has come to it, and tells the coordinator how it went. Of the student's objects it
has handles only; see :mod:`course.grading.engine.handles`.
"""

from __future__ import annotations

import ast
import builtins
import io
import linecache
import os
import socket
import symtable
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

from course.grading.engine import codec, link, wire
from course.grading.engine.handles import Far, Handle, HandleError, StudentFailure
from course.grading.engine.link import Link

PRIVATE = "private"  # folder of a test's own files, in its working folder
Send = Callable[[bytes, bytes], None]
_GONE = "the student's process ended while it was tested, or did not answer"
_MOST_CHARACTERS = 100_000


def run(job: dict[str, Any], links: list[list[socket.socket]], connection: socket.socket) -> None:
    """Test all notebooks of a job, each in a fork of its own, so that each starts from a clean process.

    Args:
        job: "notebooks", each with "setup", "cells" (index, source and number of its link) in the order in which
            they run; "private", name of a folder; "seconds" that a cell may take; "output_bytes" that it may show.
        links: to the student's process, of each notebook.
        connection: to the coordinator.
    """

    def send(kind: bytes, payload: bytes) -> None:
        connection.sendall(wire.frame(kind, payload))

    last = len(job["notebooks"]) - 1
    for number, notebook in enumerate(job["notebooks"]):
        pid = 0 if number == last else os.fork()
        if pid == 0:
            for other in (each for index, those in enumerate(links) if index != number for each in those):
                other.close()
            _Notebook(number, notebook, [Link(each) for each in links[number]], job, send).run(connection)
            if number != last:
                os._exit(0)
        else:
            for each in links[number]:
                each.close()
            os.waitpid(pid, 0)


class _Notebook:
    def __init__(
        self, number: int, notebook: dict[str, Any], links: list[Link], job: dict[str, Any], send: Send
    ) -> None:
        self._number, self._cells, self._links, self._send = number, notebook["cells"], links, send
        self._setup = notebook["setup"]
        self._seconds, self._output = job["seconds"], job["output_bytes"]
        self._private = Path.cwd() / PRIVATE
        self._namespace: dict[str, Any] = {}

    def run(self, connection: socket.socket) -> None:
        """Test all cells.

        Args:
            connection: to the coordinator. Its word is waited for before a hidden cell is tested apart: the
                student's process could ask for that before it has shown all that is seen of it.
        """
        try:
            self._set_up()
        except BaseException as error:
            problem = f"the set-up cell fails in the tester: {type(error).__name__}: {error}"
            self._send(wire.FAULT, wire.pack(problem[:1000]))
            return
        may_go = False
        for index, source, which in self._cells:
            if which and not may_go:
                try:
                    wire.receive(connection)
                except wire.WireError:
                    return
                may_go = True
            verdict = self._test(index, source, which)
            self._send(wire.VERDICT, wire.pack({"notebook": self._number, "cell": index, **verdict}))
            try:
                self._links[which].deadline = time.monotonic() + self._seconds
                self._links[which].send(link.END)
            except link.LinkError:
                pass

    def _set_up(self) -> None:
        namespace: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
        with _Shown(self._output):
            exec(compile(self._setup, "<set-up cell>", "exec", dont_inherit=True), namespace)
        self._namespace = namespace

    def _test(self, index: int, source: str, which: int) -> dict[str, Any]:
        line = self._links[which]
        line.deadline = None  # the coordinator ends a student's process that does not come to the point
        try:
            _, turn = line.receive(link.TURN)
            if codec.Decoder(turn).decode() != index:
                raise link.LinkError("another cell's turn")
        except (link.LinkError, codec.CodecError):
            return _lost(_GONE)
        line.deadline = time.monotonic() + self._seconds
        far = Far(line, self._private)  # what it counts, the student's side counts from the start for each cell
        namespace = dict(self._namespace)
        far.namespace = namespace
        namespace["isinstance"] = far.is_instance
        namespace.setdefault("display", _display)
        check = sys.modules.get("course.check")
        if check is not None:
            check.far = far  # type: ignore[attr-defined]
        with _Shown(self._output) as shown:
            try:
                return _run(f"test cell {index}", source, namespace, far, shown)
            except link.LinkError:
                return _lost(_GONE, shown.outputs())
            finally:
                if check is not None:
                    check.far = None  # type: ignore[attr-defined]


def _lost(why: str, outputs: list[dict] | None = None) -> dict[str, Any]:
    error = _error("ProcessEnded", why, [f"ProcessEnded: {why}"])
    return {"outputs": [*(outputs or []), error], "failure": {"kind": "lost", "text": why}}


def _run(name: str, source: str, namespace: dict[str, Any], far: Far, shown: _Shown) -> dict[str, Any]:
    missing: set[str] = set()
    try:
        code, last = _compiled(source, name)
        for free in sorted(_free_names(source) - namespace.keys() - set(dir(builtins))):
            try:
                namespace[free] = far.ask("get", free)
            except StudentFailure:  # not defined; the test finds out
                missing.add(free)
        exec(code, namespace)
        value = eval(last, namespace) if last is not None else None
        if type(value) is Handle:
            raise HandleError(f"{value!r} is the cell's value, and no score")
        if value is not None:
            return {"outputs": [*shown.outputs(), _result(value)], "failure": None}
        return {"outputs": shown.outputs(), "failure": None}
    except link.LinkError:
        raise
    except BaseException as error:
        failure, output = _failed(error, name)
        if isinstance(error, NameError) and error.name in missing:
            failure = {"kind": "undefined", "name": "NameError", "text": error.name}
        return {"outputs": [*shown.outputs(), output], "failure": failure}


def _compiled(source: str, name: str) -> tuple[CodeType, CodeType | None]:
    """The cell's code, and that of its last line where that has a value."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    tree = ast.parse(source)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
        last = compile(ast.Expression(tree.body.pop().value), name, "eval", dont_inherit=True)  # type: ignore[attr-defined]
    return compile(tree, name, "exec", dont_inherit=True), last


def _free_names(source: str) -> set[str]:
    """Names that the source reads and nothing in it gives a value to."""
    used: set[str] = set()
    bound: set[str] = set()
    waiting: list[symtable.SymbolTable] = [symtable.symtable(source, "cell", "exec")]
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        at_top = table.get_type() == "module"
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (at_top or symbol.is_global()):
                used.add(symbol.get_name())
            if (symbol.is_assigned() or symbol.is_imported()) and (at_top or symbol.is_declared_global()):
                bound.add(symbol.get_name())
    return used - bound


# How it went -----------------------------------------------------------------------------------------------------


def _failed(error: BaseException, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is known of a failure, and the output with all of it, for the instructor."""
    text = str(error)[:_MOST_CHARACTERS]
    kind = type(error).__name__
    if hasattr(error, "_render_traceback_"):  # of course.check
        hint = getattr(error, "hint", None)
        lines = [str(line) for line in error._render_traceback_()]
        return {"kind": "check", "name": kind, "text": text, "hint": hint}, _error(kind, text, lines)
    test = traceback.TracebackException(type(error), error, error.__traceback__)
    while test.stack and test.stack[0].filename != name:
        del test.stack[0]
    while test.stack and isinstance(error, StudentFailure) and test.stack[-1].filename != name:
        del test.stack[-1]
    lines = [line for part in test.format() for line in part.splitlines()]
    if isinstance(error, StudentFailure):
        own, text, frames = error.about
        student = [f"  line {line}, in {where}: {code}" for file, line, where, code in frames]
        shown = ["In the student's code:", *student, f"{own}: {text}", "", "Called by the test:", *lines]
        failure = {"kind": "student", "name": own, "text": text, "frames": frames, "builtin": _builtin(error)}
        return failure, _error(own, text, shown)
    kind_of = "assert" if isinstance(error, AssertionError) else "test"
    if isinstance(error, HandleError):
        kind_of = "handle"
    return {"kind": kind_of, "name": kind, "text": text}, _error(kind, text, lines)


def _builtin(error: BaseException) -> str:
    return next(each.__name__ for each in type(error).__mro__ if each.__module__ == "builtins")


def _error(name: str, text: str, lines: list[str]) -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": lines}


def _result(value: Any) -> dict[str, Any]:
    return {
        "output_type": "execute_result",
        "execution_count": None,
        "data": {"text/plain": repr(value)[:_MOST_CHARACTERS]},
        "metadata": {},
    }


class _Stream(io.TextIOBase):
    def __init__(self, shown: _Shown, name: str) -> None:
        self._shown, self._name = shown, name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._shown.add(self._name, text)
        return len(text)


class _Shown:
    """What a cell prints, instead of what this process would."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._parts: list[tuple[str, str]] = []

    def add(self, name: str, text: str) -> None:
        self._left -= len(text)
        if self._left >= 0:
            self._parts.append((name, text))

    def __enter__(self) -> _Shown:
        self._before = sys.stdout, sys.stderr, warnings.showwarning
        sys.stdout, sys.stderr = _Stream(self, "stdout"), _Stream(self, "stderr")
        warnings.showwarning = _warn  # as in a kernel: a warning is no failure
        return self

    def __exit__(self, *exception: object) -> None:
        sys.stdout, sys.stderr, warnings.showwarning = self._before

    def outputs(self) -> list[dict[str, Any]]:
        return list(self._streams())

    def _streams(self) -> Iterator[dict[str, Any]]:
        made: dict[str, Any] | None = None
        for name, text in self._parts:
            if made is not None and made["name"] == name:
                made["text"] += text
                continue
            if made is not None:
                yield made
            made = {"output_type": "stream", "name": name, "text": text}
        if made is not None:
            yield made


def _display(*values: Any) -> None:
    for value in values:
        print(repr(value))


def _warn(message: Any, category: type[Warning], *others: Any, **named: Any) -> None:
    print(f"{category.__name__}: {message}")
