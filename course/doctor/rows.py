"""A row of `course doctor`'s table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

OK, MISSING, BROKEN = "ok", "missing", "broken"


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        part: what it is about.
        state: OK, MISSING or BROKEN.
        found: what there is.
        todo: what to do; "" for nothing.
        needed: whether the course does not work without it.
    """

    part: str
    state: str
    found: str
    todo: str = ""
    needed: bool = True


def guarded(part: str, look: Callable[[], Iterator[Row]], *, needed: bool = True) -> Iterator[Row]:
    """Rows of a part; where looking itself fails, that is a row."""
    try:
        yield from look()
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {error}".strip().splitlines()[0]
        yield Row(part, BROKEN, f"can't be looked at: {said}", "mend what it says", needed)
