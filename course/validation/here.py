"""`course.validate()`: the same from a cell of the notebook itself."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course.validation import process
from course.validation.page import html_of
from course.validation.report import Report, look
from course.validation.text import Paper, closing, lines_of

OLD_SECONDS = 120
IN_COLAB = (
    "Colab keeps your notebook where this can't read it. Do this:\n"
    "1. Menu File, Download, Download .ipynb.\n"
    "2. Open the folder symbol (Files) on the left and drag the downloaded file into it.\n"
    '3. Run  course.validate("name.ipynb")  here, with the name of that file (or  !course validate name.ipynb ).\n'
    "The file that you have downloaded is the one to hand in."
)
ELSEWHERE = (
    "The notebook's own file was not found. Save the notebook and name it, seen from {folder}:  "
    'course.validate("name.ipynb")'
)


def validate(path: str | os.PathLike[str] | None) -> None:
    """See :func:`course.validate`."""
    if os.environ.get(process.GRADING):
        return  # it is being graded or validated: this cell must not begin again
    named = path is not None
    file = Path(path).expanduser() if path is not None else own_file()
    if file is None:
        print(IN_COLAB if "google.colab" in sys.modules else ELSEWHERE.format(folder=Path.cwd()))
        return
    if not file.is_file():
        near = sorted(each.name for each in Path.cwd().glob("*.ipynb"))[:5]
        there = f" Here are: {', '.join(near)}." if near else ""
        print(f"{file}: not found.{there}")
        if named and "google.colab" in sys.modules:
            print(IN_COLAB)
        return
    saved = saved_when(file, time.time())
    showing = _Showing()
    try:
        showing.progress(f"{saved} Running it from the top …")
        total_told = [0]

        def told(done: int, total: int) -> None:
            if done * 10 // total != total_told[0]:  # ten times is often enough for a page
                total_told[0] = done * 10 // total
                showing.progress(f"{saved} Running it from the top: code cell {done + 1} of {total} …")

        report = look(file, None, told)
    except KeyboardInterrupt:
        showing.progress("Stopped.")
        return
    showing.result(report, saved)


def saved_when(file: Path, now: float) -> str:
    """When the file was saved, and what to do where that is long ago.

    Args:
        file: of the notebook.
        now: in seconds, as the file system counts them.
    """
    saved = file.stat().st_mtime
    ago = max(0.0, now - saved)
    if ago < OLD_SECONDS:
        when = "just now" if ago < 10 else f"{ago:.0f} seconds ago"
        return f"This looks at the file as saved {when}; what you changed since then is not in it."
    if ago < 5400:
        when = f"{ago / 60:.0f} minutes ago"
    else:
        when = time.strftime("on %Y-%m-%d at %H:%M", time.localtime(saved))
    return f"The file was last saved {when}. If you have changed anything since, save (Ctrl+S) and run this again."


# The notebook's own file -----------------------------------------------------------------------------------------


def own_file() -> Path | None:
    """The file of the notebook that calls, where the program that shows it says which it is; else None.

    VS Code sets a variable; Jupyter Server tells the kernel when it starts it, which is not true any more where the
    notebook was renamed. Where exactly one notebook of the course lies in the folder, it is that.
    """
    for said in (_user_names().get("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME")):
        if isinstance(said, str) and said:
            file = Path(said)
            if file.suffix == ".ipynb" and file.is_file():
                return file
    return _only_one() if "google.colab" not in sys.modules else None


def _user_names() -> Mapping[str, Any]:
    if "IPython" not in sys.modules:
        return {}
    from IPython import get_ipython

    shell = get_ipython()
    return shell.user_ns if shell is not None else {}


def _only_one() -> Path | None:
    from course.validation.cells import NotebookError, read

    found = []
    for each in sorted(Path.cwd().glob("*.ipynb")):
        try:
            if read(each).is_courses:
                found.append(each)
        except NotebookError:
            continue
    return found[0] if len(found) == 1 else None


class _Showing:
    """Shows a result in a cell, in the place where the progress was; elsewhere as text."""

    def __init__(self) -> None:
        self._handle: Any = None
        shell = _user_names().get("get_ipython") if "ipykernel" in sys.modules else None
        self._rich = shell is not None

    def progress(self, text: str) -> None:
        """A line that says what is going on."""
        if self._rich:
            self._display({"text/plain": text, "text/html": f"<p>{text}</p>"})

    def result(self, report: Report, saved: str) -> None:
        """The report."""
        paper = Paper(80)
        text = "\n".join([*paper.wrapped(saved, "", ""), "", *lines_of(report, paper), *closing(paper)])
        if self._rich:
            self._display({"text/plain": text, "text/html": html_of(report, saved)})
        else:
            print(text)

    def _display(self, data: dict[str, str]) -> None:
        from IPython.display import display

        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)
