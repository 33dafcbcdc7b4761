"""A progress bar for a loop, in a notebook and in plain Python: one line of text that is written anew."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
WIDTH = 20  # characters of the bar itself


class Progress(Generic[Item]):
    """Loop over a sequence and show how far it has come.

    ``for epoch in (bar := Progress(range(100))): …; bar.note(f"loss {loss:.3f}")`` shows a line such as
    ``[##########----------]  50/100  loss 0.312``. The line is written at fixed places of the loop and not
    by the clock, so that the same loop prints the same text. It goes to the standard output.
    """

    def __init__(self, items: Sequence[Item], *, updates: int = 10) -> None:
        """
        Args:
            items: what to loop over, such as ``range(epochs)``.
            updates: how often, at most, the line is written after its first time.
        """
        self._items, self._updates = items, max(1, updates)
        self._note, self._longest = "", 0

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Item]:
        total = len(self._items)
        self._note, self._longest = "", 0
        if not total:
            return
        self._write(0, total)
        try:
            for done, item in enumerate(self._items, start=1):
                yield item
                if done * self._updates // total > (done - 1) * self._updates // total:
                    self._write(done, total)
        finally:  # also where the loop ends early
            print(flush=True)

    def note(self, text: str) -> None:
        """Say what stands behind the bar when it is written next, the loss for instance.

        Args:
            text: one short line; it stays until the next note.
        """
        self._note = text

    def _write(self, done: int, total: int) -> None:
        filled = WIDTH * done // total
        count = f"{done:{len(str(total))}}/{total}"
        line = f"[{'#' * filled}{'-' * (WIDTH - filled)}] {count}  {self._note}".rstrip()
        self._longest = max(self._longest, len(line))
        # Spaces cover what a longer line left behind; the carriage return takes the next one to the same place.
        sys.stdout.write("\r" + line.ljust(self._longest))
        sys.stdout.flush()
