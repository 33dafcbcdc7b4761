"""In a kernel, an exercise that is not written yet says so in one line, with its name, instead of a traceback."""

from __future__ import annotations

from types import TracebackType
from typing import Any

NOT_WRITTEN = "not written yet: your code goes here"  # what a released solution cell raises
CROSS = "\x1b[1m✗\x1b[0m"  # bold, but no colour: red is hard to see on the red behind errors in JupyterLab


def shorten_stubs(shell: Any) -> None:
    """Let a shell show the error of such an exercise as one line; every other error as before.

    It is the shell's formatter that is wrapped, because an error reaches it from a cell and from inside of a
    slider's function alike.

    Args:
        shell: IPython's, or None where there is none.
    """
    formatter = getattr(shell, "InteractiveTB", None)
    if formatter is None or hasattr(formatter, "course_shows_stubs"):
        return
    usual = formatter.structured_traceback

    def structured_traceback(etype: Any, evalue: Any = None, etb: Any = None, *more: Any, **named: Any) -> Any:
        if isinstance(evalue, NotImplementedError) and str(evalue) == NOT_WRITTEN:
            return [f"{CROSS} {described(etb)}"]
        return usual(etype, evalue, etb, *more, **named)

    formatter.structured_traceback = structured_traceback
    formatter.course_shows_stubs = True


def described(frames: TracebackType | None) -> str:
    """Which exercise it is, by the function that raised, and that it is not written yet.

    Args:
        frames: the traceback.
    """
    while frames is not None and frames.tb_next is not None:
        frames = frames.tb_next
    name = frames.tb_frame.f_code.co_qualname.replace("<locals>.", "") if frames is not None else "<module>"
    return NOT_WRITTEN if name == "<module>" else f"{name}: {NOT_WRITTEN}"
