"""The process that a notebook runs in: an IPython shell without a kernel, which says what became of each cell.

It is given one line of JSON, writes lines of JSON, and ends when nobody listens any more. See `process.py`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Sequence
from numbers import Real
from pathlib import Path
from typing import Any, TextIO

from course.validation.child_files import Files
from course.validation.child_shell import Shell, frames_of

MOST_TEXT = 4000  # characters of a message


def main() -> None:
    """Take a job from the standard input, run it, and write what came of it."""
    said, asked = os.fdopen(os.dup(1), "w", encoding="utf-8"), os.fdopen(os.dup(0), encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)  # what other processes and C print is shown nowhere
    Child(said, asked, json.loads(asked.readline())).run()


class _Heard:
    """What a cell prints: counted, and the beginning of it kept."""

    encoding, errors, closed = "utf-8", "replace", False

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.length, self.text = 0, ""

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.length += len(text)
        self.text += text[: max(0, MOST_TEXT - len(self.text))]
        return len(text)

    def writelines(self, lines: Sequence[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True


class Child:
    """Runs the cells of one notebook."""

    def __init__(self, said: TextIO, asked: TextIO, job: dict[str, Any]) -> None:
        """
        Args:
            said: takes lines of JSON.
            asked: "interrupt N" on a line of its own interrupts cell N; its end ends the process.
            job: "folder", "notebook" and "cells", each of them a number and a source.
        """
        self._said, self._asked, self._job = said, asked, job
        self._running = 0  # number of the cell
        self._out, self._err = _Heard(), _Heard()

    def run(self) -> None:
        """All of it; does not return."""
        signal.signal(signal.SIGINT, self._interrupted)
        threading.Thread(target=self._listen, daemon=True).start()
        os.chdir(self._job["folder"])
        shell = Shell.made(lambda: self._say(pip=self._running))
        _add_folder_to_path()
        # in a kernel, the course prints warnings with the rest of the output
        warnings.showwarning = self._show_warning
        files = Files(Path(self._job["folder"]), Path(self._job["notebook"]))
        sys.stdout, sys.stderr = self._out, self._err
        self._say(ready=True)
        os.dup2(1, 2)
        for number, source in self._job["cells"]:
            self._cell(shell, number, source)
            if shell.exit_asked:
                break
        self._say(files=files.found(), done=not shell.exit_asked)
        os._exit(0)  # threads and processes that the notebook has left do not keep it alive

    def _cell(self, shell: Shell, number: int, source: str) -> None:
        self._out.begin()
        self._err.begin()
        self._say(begin=number)
        error: BaseException | None = None
        value = None
        shell.cell_number, shell.shown_error, began = number, None, time.monotonic()
        try:
            self._running = number
            result = shell.run_cell(source, store_history=True)
            error = result.error_before_exec or result.error_in_exec or shell.shown_error
            value = result.result
        except BaseException as escaped:  # an interrupt between two lines of the shell's own
            error = escaped
        finally:
            self._running = 0
        sent: dict[str, Any] = {"end": number, "printed": self._out.length + self._err.length}
        sent["seconds"] = time.monotonic() - began
        if isinstance(value, Real) and not isinstance(value, bool):
            sent["value"] = float(value)
        if self._err.length:
            sent["warned"] = self._err.text[:MOST_TEXT]
        if error is not None:
            sent["error"] = _described(error)
        self._say(**sent)

    def _say(self, **what: Any) -> None:
        try:
            self._said.write(json.dumps(what) + "\n")
            self._said.flush()
        except (OSError, ValueError):  # nobody listens any more, or the notebook has closed it
            os._exit(1)

    def _show_warning(self, message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        sys.stdout.write(f"{category.__name__}: {message}\n")

    # Interrupts ------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        for line in self._asked:
            if self._running and line.strip() == f"interrupt {self._running}":
                if hasattr(signal, "pthread_kill"):
                    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
                else:
                    signal.raise_signal(signal.SIGINT)
        os._exit(1)

    def _interrupted(self, number: int, frame: Any) -> None:
        if self._running:
            raise KeyboardInterrupt


def _described(error: BaseException) -> dict[str, Any]:
    kinds = [each.__name__ for each in type(error).__mro__]
    try:
        text = str(error.msg) if isinstance(error, SyntaxError) else str(error)
    except Exception:  # a student's class may have any __str__
        text = ""
    name = getattr(error, "name", None) or getattr(error, "filename", None)
    return {
        "kind": kinds[0],
        "kinds": kinds,
        "text": text[:MOST_TEXT],
        "name": name if isinstance(name, str) and not isinstance(error, SyntaxError) else "",
        "frames": frames_of(error),
    }


def _add_folder_to_path() -> None:
    """Files beside the notebook can be imported, as in a kernel; the standard library comes first."""
    packages = (i for i, each in enumerate(sys.path) if Path(each).name in ("site-packages", "dist-packages"))
    sys.path.insert(next(packages, len(sys.path)), "")
