"""Which cells give a name, and why one is not there when a notebook is run from the top."""

from __future__ import annotations

import ast
import builtins
import difflib
import re
import warnings
from collections.abc import Iterator, Mapping

from course.validation.cells import Cell, Notebook
from course.validation.running import Run

_NOT_PYTHON = re.compile(r"^(\s*)(?:[%!?].*|\w+ = [!%].*)$", re.MULTILINE)
_LOOKS_BOUND = re.compile(r"^(?:(?:async +)?(?:def|class) +)?(\w+)(?= *[(:=](?!=))", re.MULTILINE)  # not Python yet


class Names:
    """The names that the cells of a notebook give at their top level."""

    def __init__(self, notebook: Notebook, released: Mapping[str, str]) -> None:
        """
        Args:
            notebook: a student's.
            released: name to the exercise whose cell makes it, of those whose cells are gone.
        """
        self._released = released
        self._given: dict[str, list[Cell]] = {}
        self.used: dict[int, set[str]] = {}  # number of a cell to all names in it
        for cell in notebook.cells:
            if cell.kind == "code":
                tree = _parse(cell.source)
                for name in dict.fromkeys(_bound(tree) if tree.body else _LOOKS_BOUND.findall(cell.source)):
                    self._given.setdefault(name, []).append(cell)
                self.used[cell.number] = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}

    def by(self, name: str) -> list[Cell]:
        """The cells that give a name."""
        return self._given.get(name, [])

    def why_missing(self, name: str, cell: int, run: Run) -> tuple[str, bool]:
        """Why a name was not there, in words; and whether that is only because a cell above has failed.

        Args:
            name: that was not defined.
            cell: number of the cell that ran.
            run: what came of all.
        """
        cells = self.by(name)
        above = [each for each in cells if each.number < cell]
        failed = [each for each in above if each.number in run.errors or each.number not in run.ran]
        if failed:
            return f"{name} comes from {failed[0].shown}, which fails above", True
        if above:
            return f"{name} is not there any more: was it deleted with del, or is it only inside a function?", False
        if any(each.number == cell for each in cells):
            return (
                f"{name} is made in this cell alone, and not above the line that needs it, or deleted again",
                False,
            )
        if cells:
            what = f"{name} is made further down, in {cells[0].shown}, and the notebook runs from the top"
            return f"{what}: move that cell up, above the first one that needs it", False
        if hasattr(builtins, name):
            return f"{name} was deleted", False
        if name in self._released:
            return f"{name} is not there, because the cell for the code of {self._released[name]} is deleted", True
        like = difflib.get_close_matches(name, self._given, 1, 0.8)
        if like:
            return f"no cell makes {name}; did you mean {like[0]}?", False
        return (
            f"no cell makes {name}: it was only in memory, from a cell that is changed or deleted by now, or it "
            "is a slip of the pen. Write the line that makes it, then Restart and Run All to see for yourself"
        ), False


def _parse(source: str) -> ast.Module:
    if source.lstrip().startswith("%%"):
        source = source.lstrip().partition("\n")[2] if source.lstrip().startswith(("%%time", "%%capture")) else ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(_NOT_PYTHON.sub(r"\1pass", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _bound(tree: ast.Module) -> Iterator[str]:
    """Names that the top level gives, and what functions in it declare global."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
            yield from (name for each in ast.walk(node) if isinstance(each, ast.Global) for name in each.names)
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        if not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            waiting += ast.iter_child_nodes(node)
