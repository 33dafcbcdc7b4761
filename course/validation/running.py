"""What came of running a notebook: plain data that the process that runs it sends as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Frame:
    """A line of the notebook's own that an error has passed.

    Attributes:
        cell: its number.
        line: in the cell, from 1.
        function: "<module>" for none.
    """

    cell: int
    line: int
    function: str


@dataclass(frozen=True)
class Error:
    """The error that a cell ended with.

    Attributes:
        kind: name of its class.
        kinds: names of that and of the classes that it is made from.
        text: what it says.
        name: of the variable, module or file that it is about; "" for none.
        frames: lines of the notebook, the innermost last.
    """

    kind: str
    kinds: tuple[str, ...] = ()
    text: str = ""
    name: str = ""
    frames: tuple[Frame, ...] = ()

    @classmethod
    def of(cls, sent: Mapping[str, Any]) -> Error:
        """Make one of what the process has sent."""
        frames = tuple(Frame(int(cell), int(line), str(function)) for cell, line, function in sent["frames"])
        return cls(str(sent["kind"]), tuple(sent["kinds"]), str(sent["text"]), str(sent["name"]), frames)


@dataclass
class Run:
    """What came of one run.

    Attributes:
        errors: number of a cell to the error that it ended with.
        ran: numbers of the cells that ran to their end, or to an error.
        warned: number of a cell to what it wrote to the standard error.
        values: number of a cell to the number on its last line.
        printed: number of a cell to how many characters it printed.
        slow: numbers of cells that were stopped for taking too long.
        stopped: number of the cell that ended the process, or in which it was ended; 0 for none.
        why: in words, why it ended there.
        files: that it read and that nobody else has, seen from the notebook's folder where they are in it.
        pip: numbers of cells that would install packages.
        seconds: that the cells took.
        start_seconds: from the start of the process to the first cell.
    """

    errors: dict[int, Error] = field(default_factory=dict)
    ran: set[int] = field(default_factory=set)
    warned: dict[int, str] = field(default_factory=dict)
    values: dict[int, float] = field(default_factory=dict)
    printed: dict[int, int] = field(default_factory=dict)
    slow: set[int] = field(default_factory=set)
    stopped: int = 0
    why: str = ""
    files: list[str] = field(default_factory=list)
    pip: set[int] = field(default_factory=set)
    seconds: float = 0.0
    start_seconds: float = 0.0
