"""Where a student's answers to a notebook are kept: in this process, in a file beside it, in the notebook."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from course.sections.record import MEDIA_TYPE, SUFFIX, Answer, Answers, newest, read_file, read_outputs, write_file

_LARGEST = 50_000_000  # bytes of a notebook that is searched
_SECONDS = 5  # that Colab may take to say what is in the notebook


class Kept:
    """The answers to one notebook.

    Attributes:
        notebook: its name.
        path: of the file beside it.
    """

    def __init__(self, notebook: str) -> None:
        self.notebook = notebook
        self.path = Path.cwd() / f"{notebook}{SUFFIX}"
        self._answers: Answers = newest(self._in_notebook(), read_file(self.path, notebook)[0])

    def get(self, section: str) -> Answer | None:
        """What was said of a section last; None where nothing was."""
        return self._answers.get(section)

    def put(self, section: str, answer: Answer) -> str:
        """Keep an answer, in the file too.

        Returns:
            why the file can't be written; "" where it is.
        """
        # another notebook of the same name may be open, in a process of its own
        self._answers = newest(read_file(self.path, self.notebook)[0], self._answers, {section: answer})
        try:
            write_file(self.path, self.notebook, self._answers)
        except OSError as error:
            return error.strerror or type(error).__name__
        return ""

    def _in_notebook(self) -> Answers:
        """What the notebook has in its outputs: it may have come from elsewhere, without the file."""
        contents = [_read(path) for path in self._notebooks()]
        if "google.colab" in sys.modules:
            contents.append(_of_colab())
        return newest(*(read_outputs(content, self.notebook)[0] for content in contents if content is not None))

    def _notebooks(self) -> list[Path]:
        session = os.environ.get("JPY_SESSION_NAME", "")  # Jupyter's name of the notebook that runs
        named = [Path(session)] if session.endswith(".ipynb") else []
        return list(dict.fromkeys([*named, self.path.with_name(f"{self.notebook}.ipynb")]))


def _read(path: Path) -> Any:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        content = path.read_bytes()
        return json.loads(content) if MEDIA_TYPE.encode() in content else None
    except (OSError, ValueError, RecursionError):
        return None


def _of_colab() -> Any:
    """The notebook as Colab has it: its disk is new every day. There is no public way to ask."""
    try:
        from google.colab import _message

        return _message.blocking_request("get_ipynb", timeout_sec=_SECONDS)["ipynb"]
    except Exception:
        return None


_kept: dict[str, Kept] = {}


def kept(notebook: str) -> Kept:
    """The answers to a notebook, which are looked for once a process."""
    if notebook not in _kept:
        _kept[notebook] = Kept(notebook)
    return _kept[notebook]
