"""The IPython shell that runs a notebook's cells: it shows nothing, asks nobody, and installs nothing."""

from __future__ import annotations

import builtins
import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

_PIP = re.compile(r"\s*(?:\S*python[\d.]*\s+-m\s+)?(?:uv\s+)?(?:pip[\d.]*|conda|mamba)\s+(?:install|update)\b")
_NAME = re.compile(r"<cell (\d+)>")
_MOST_FRAMES = 20


class _Compiler(CachingCompiler):
    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        name = f"<cell {Shell.instance().cell_number}>"
        inspect.modulesbyfile[name] = "__main__"  # or inspect would look at all modules for it
        return name


class _NoDisplay(DisplayPublisher):
    def publish(self, data: Any, *_: Any, **__: Any) -> None:
        pass

    def clear_output(self, wait: bool = False) -> None:
        pass


class _NoPrint(DisplayHook):
    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        pass

    def finish_displayhook(self) -> None:
        pass


class Shell(InteractiveShell):
    """A shell in which nothing is drawn.

    Attributes:
        cell_number: of the cell that runs next.
        exit_asked: whether a cell has called `exit()`, which ends a kernel.
        shown_error: that was last shown in the cell.
        pip_asked: called where a cell would install packages.
    """

    compiler_class = Type(_Compiler)
    display_pub_class = Type(_NoDisplay)
    displayhook_class = Type(_NoPrint)
    cell_number = 0
    exit_asked = False
    shown_error: BaseException | None = None
    pip_asked: Callable[[], None]

    @classmethod
    def made(cls, pip_asked: Callable[[], None]) -> Shell:
        """The one shell of this process.

        Args:
            pip_asked: called where a cell would install packages, which is not done.
        """
        config = Config()
        config.HistoryManager.enabled = False
        config.HistoryManager.hist_file = ":memory:"
        config.InteractiveShell.colors = "nocolor"
        shell: Shell = cls.instance(config=config)
        shell.pip_asked = pip_asked
        assert shell.display_formatter is not None
        shell.display_formatter.active_types = ["text/plain"]  # no picture is made that nobody sees

        def no_pip(line: str = "") -> None:
            shell._no_pip(line)

        for name in ("pip", "conda", "mamba", "uv", "micromamba"):
            shell.register_magic_function(no_pip, "line", name)  # type: ignore[arg-type]
        builtins.input = _no_input
        return shell

    def _no_pip(self, line: str = "") -> None:
        if re.match(r"\s*(?:pip\s+)?(?:install|update|add)\b", line):
            self.pip_asked()

    def system(self, cmd: str) -> None:
        """Run a `!` line and print what it prints."""
        command = self.var_expand(cmd, depth=1)
        if _PIP.match(command):
            self.pip_asked()
            return
        pipe = subprocess.PIPE
        with subprocess.Popen(
            command, shell=True, stdin=subprocess.DEVNULL, stdout=pipe, stderr=subprocess.STDOUT
        ) as ran:
            assert ran.stdout is not None
            try:
                for line in ran.stdout:
                    sys.stdout.write(line.decode("utf-8", "replace"))
            except BaseException:
                ran.kill()
                raise
        self.user_ns["_exit_code"] = ran.returncode

    system_piped = system_raw = system

    def ask_exit(self) -> None:
        self.exit_asked = True

    def enable_gui(self, gui: Any = None) -> None:
        """Nothing is drawn."""

    def showtraceback(self, *_: Any, **__: Any) -> None:
        """The error itself is what is wanted; a traceback of it takes a tenth of a second.

        It may be one that has not ended the cell: of a slider's function.
        """
        self.shown_error = sys.exc_info()[1]

    showsyntaxerror = showtraceback
    showindentationerror = showtraceback


def _no_input(prompt: object = "") -> str:
    raise StdinNotImplementedError("nobody can answer")


def frames_of(error: BaseException) -> list[tuple[int, int, str]]:
    """The notebook's own lines that an error has passed: number of the cell, line, function.

    Args:
        error: that a cell ended with.
    """
    found = []
    each = error.__traceback__
    while each is not None:
        match = _NAME.fullmatch(each.tb_frame.f_code.co_filename)
        if match:
            found.append((int(match[1]), each.tb_lineno, each.tb_frame.f_code.co_name))
        each = each.tb_next
    if isinstance(error, SyntaxError):
        match = _NAME.fullmatch(str(error.filename))
        found += [(int(match[1]), error.lineno or 0, "<module>")] if match else []
    return found[-_MOST_FRAMES:]
