"""Puts a solution together again that an editor's shortcut has cut into several cells."""

from __future__ import annotations

import ast
import textwrap
import warnings
from collections.abc import Iterable

from nbformat import NotebookNode

MOST_PIECES = 4
MOST_CHARACTERS = 100_000  # of what may be joined: nobody writes more, and compiling takes time


def join_pieces(notebook: NotebookNode, cell: NotebookNode, others: Iterable[NotebookNode]) -> bool:
    """Join a cell with its neighbours where one of them alone is no Python, and all together are.

    Pieces that run one after another as well as together stay as they are.

    Args:
        notebook: changed in place.
        cell: gets the text of all; the other pieces go.
        others: cells that are no pieces, whatever is in them.

    Returns:
        Whether anything was joined.
    """
    kept = {id(each) for each in others}
    joined = False
    while pieces := _pieces(notebook.cells, cell, kept):
        cell.source = "\n".join(piece.source for piece in pieces)
        gone = {id(piece) for piece in pieces if piece is not cell}
        notebook.cells = [each for each in notebook.cells if id(each) not in gone]
        joined = True
    return joined


def _pieces(cells: list[NotebookNode], cell: NotebookNode, kept: set[int]) -> list[NotebookNode]:
    """The fewest neighbours that make Python together with the cell, itself included; none where it needs none."""
    at = next(index for index, each in enumerate(cells) if each is cell)
    for size in range(2, MOST_PIECES + 1):
        for first in range(max(0, at - size + 1), min(at, len(cells) - size) + 1):
            pieces = cells[first : first + size]
            if any(each.cell_type != "code" or (id(each) in kept and each is not cell) for each in pieces):
                continue
            whole = "\n".join(piece.source for piece in pieces)
            if len(whole) > MOST_CHARACTERS:
                continue
            if not all(_is_python(textwrap.dedent(piece.source)) for piece in pieces) and _is_python(whole):
                return pieces
    return []


def _is_python(source: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
        return False
    return True
