"""Which files of a student's own a notebook reads: where it is graded, they are not there."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

MOST = 50  # files to remember
_SKIPPED = (".pyc", ".ipynb")


class Files:
    """Watches what this process opens."""

    def __init__(self, folder: Path, notebook: Path) -> None:
        """
        Args:
            folder: of the notebook.
            notebook: its file.
        """
        self._folder, self._notebook = folder, notebook
        self._read: dict[str, None] = {}
        self._written: set[str] = set()
        self._places = tuple(str(each) + os.sep for each in (folder, Path.home()))
        self._others = self._not_the_students()
        sys.addaudithook(self._hear)

    def _not_the_students(self) -> tuple[str, ...]:
        course = Path(sys.modules["course"].__file__ or "").parent
        found = {Path(sys.prefix), Path(sys.base_prefix), course}
        found |= {Path(each).absolute() for each in sys.path if each}
        # a notebook may lie in an environment's folder, or in one that modules are looked for in
        return tuple(str(each) + os.sep for each in found if not self._folder.is_relative_to(each))

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" or not isinstance(arguments[0], str | bytes | os.PathLike):
            return
        try:
            path = os.path.abspath(os.fsdecode(arguments[0]))
            mode, flags = arguments[1], arguments[2]
        except (OSError, ValueError, IndexError, TypeError):
            return
        if path.endswith(_SKIPPED) or not path.startswith(self._places) or path.startswith(self._others):
            return
        writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else False
        writes = writes or (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR) != 0)
        if writes:
            self._written.add(path)
        elif path not in self._written and len(self._read) < MOST:
            self._read[path] = None

    def found(self) -> list[str]:
        """What was read and is there, seen from the folder where it is in it; modules beside the notebook, too."""
        modules = [getattr(each, "__file__", None) for each in list(sys.modules.values())]
        for each in modules:
            if isinstance(each, str) and each.startswith(self._places[0]) and not each.startswith(self._others):
                self._read[each] = None
        return sorted({self._shown(each) for each in self._read if self._is_own(each)})

    def _is_own(self, path: str) -> bool:
        its = Path(path)
        base = self._folder if its.is_relative_to(self._folder) else Path.home()
        hidden = any(part.startswith(".") for part in its.relative_to(base).parts)  # caches and settings
        return not hidden and its.is_file()

    def _shown(self, path: str) -> str:
        its = Path(path)
        return its.relative_to(self._folder).as_posix() if its.is_relative_to(self._folder) else str(its)
