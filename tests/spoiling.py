"""What tools and people do to a notebook before it is handed in: changes of the submitted file."""

from __future__ import annotations

import copy
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from courses import cell_of, code, metadata, notebook
from nbformat import NotebookNode, v2
from repairing import strip

Change = Callable[[Path], None]
WRONG = "def double(x):\n    return 4.0"  # passes the check, and fails the hidden tests
LARGE = 100_000_000


def cells(change: Callable[[NotebookNode], object]) -> Change:
    """A change of the notebook, which is written as nbformat writes it."""

    def spoil(path: Path) -> None:
        made = nbformat.read(path, as_version=4)
        change(made)
        path.write_text(nbformat.writes(made), encoding="utf-8")

    return spoil


def content(change: Callable[[dict[str, Any]], object]) -> Change:
    """A change of the JSON, which need be no notebook any more."""

    def spoil(path: Path) -> None:
        made = json.loads(path.read_bytes())
        change(made)
        path.write_text(json.dumps(made), encoding="utf-8")

    return spoil


def each_cell(change: Callable[[dict[str, Any]], object]) -> Change:
    return content(lambda made: [change(cell) for cell in made["cells"]])


def written(data: bytes) -> Change:
    return lambda path: path.write_bytes(data) and None


def bytes_changed(change: Callable[[bytes], bytes]) -> Change:
    return lambda path: path.write_bytes(change(path.read_bytes())) and None


def renamed(name: str) -> Change:
    return lambda path: path.rename(path.with_name(name)) and None


# Cells ---------------------------------------------------------------------------------------------------------


def as_colab(made: NotebookNode) -> None:
    ids = [cell.id for cell in made.cells]
    strip(made)
    for cell, its in zip(made.cells, ids, strict=True):
        cell.metadata = {"id": its}


def split(made: NotebookNode) -> None:
    solution = cell_of(made, "total")
    first, rest = solution.source.split("\n", 2)[:2], solution.source.split("\n", 2)[2:]
    solution.source = "\n".join(first)
    made.cells.insert(made.cells.index(solution) + 1, code("\n".join(rest), "rest"))


def pasted(*names: str) -> Callable[[NotebookNode], None]:
    def paste(made: NotebookNode) -> None:
        for cell in [cell for cell in made.cells if not names or cell.id in names]:
            made.cells.append(copy.deepcopy(cell))
            made.cells[-1]["id"] = f"{cell.id}-again"

    return paste


def wrong(made: NotebookNode) -> None:
    cell_of(made, "double").source = WRONG


def wrong_below(made: NotebookNode) -> None:
    pasted("double")(made)
    made.cells[-1].source = WRONG


def easy_tests(made: NotebookNode) -> None:
    wrong(made)
    for name in ("check_double", "hidden_double", "hidden_total"):
        cell_of(made, name).source = "pass"


def tests_own_id(made: NotebookNode) -> None:
    wrong(made)
    made.cells.append(code("pass", "mine"))
    made.cells[-1].metadata = metadata("hidden_double", grade=True, locked=True, points=2)


def exchanged(made: NotebookNode) -> None:
    one, other = cell_of(made, "double"), cell_of(made, "total")
    one.metadata, other.metadata = other.metadata, one.metadata


def syntax_errors(made: NotebookNode) -> None:
    for cell in made.cells:
        cell.source = "def\n" + cell.source


def strange_magics(made: NotebookNode) -> None:
    for number, source in enumerate(
        ("%no_such_magic", "%%no_such_magic\n1", "!no-such-program", "%%html\n<b>", "?")
    ):
        made.cells.insert(3 + number, code(source, f"magic{number}"))
    for name in ("check_double", "hidden_double"):
        cell_of(made, name).source = "%%html\n" + cell_of(made, name).source


def many_cells(made: NotebookNode) -> None:
    made.cells[3:3] = [code("", f"new{number}") for number in range(2000)]


def older(made: NotebookNode) -> None:
    made.metadata.course.master_sha256 = "0" * 64
    cell_of(made, "check_double").source = "# as it was a week ago"


def strange_metadata(made: dict[str, Any]) -> None:
    for number, value in enumerate((None, "text", 7, [], {"grade_id": 7}, {"grade_id": "setup", "points": "many"})):
        made["cells"][number + 1]["metadata"] = {"nbgrader": value}


def deep_metadata(made: dict[str, Any]) -> None:
    nested: list = []
    for _ in range(200):
        nested = [nested]
    made["metadata"]["mine"] = made["cells"][2]["metadata"]["mine"] = nested


def large_metadata(made: dict[str, Any]) -> None:
    made["metadata"]["widgets"] = {"state": "x" * 10_000_000}
    made["cells"][2]["metadata"]["mine"] = ["x" * 100_000] * 10


def typed(kind: str) -> Change:
    return each_cell(lambda cell: cell.update(cell_type=kind, outputs=[], execution_count=None))


# Files ---------------------------------------------------------------------------------------------------------


def version_2(path: Path) -> None:
    """Cells of that version have no metadata at all."""
    made = nbformat.read(path, as_version=4)
    sheet = v2.new_worksheet(
        cells=[
            v2.new_code_cell(input=cell.source)
            if cell.cell_type == "code"
            else v2.new_text_cell("markdown", source=cell.source)
            for cell in made.cells
        ]
    )
    path.write_text(v2.writes_json(v2.new_notebook(worksheets=[sheet])), encoding="utf-8")


def version_3(path: Path) -> None:
    nbformat.write(nbformat.convert(nbformat.read(path, as_version=4), 3), path, version=3)


def minor(number: int, *, ids: bool) -> Change:
    def change(made: dict[str, Any]) -> None:
        made["nbformat_minor"] = number
        for cell in made["cells"] if not ids else ():
            del cell["id"]

    return content(change)


def with_output(output: str, piece: str) -> Change:
    """A large output in the second code cell: what stands for @ in it, as JSON, is written again and again."""

    def spoil(path: Path) -> None:
        made = json.loads(path.read_bytes())
        made["cells"][2]["outputs"] = ["here"]
        before, after = json.dumps(made).split('"here"')
        first, last = output.split("@")
        with open(path, "w", encoding="utf-8") as file:
            file.write(before + first)
            for _ in range(100):
                file.write(piece * (LARGE // 100 // len(piece)))
            file.write(last + after)

    return spoil


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
    path.with_suffix(".zip").rename(path)


def directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def link(path: Path) -> None:
    path.rename(path.parent.parent / "elsewhere.ipynb")
    path.symlink_to(path.parent.parent / "elsewhere.ipynb")


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def strange_files(path: Path) -> None:
    """Beside the notebook; none of them is opened."""
    os.mkfifo(path.with_name("pipe.csv"))
    path.with_name("folder.ipynb").mkdir()
    path.with_name("link.csv").symlink_to("/etc/passwd")
    path.with_name("loop").symlink_to(path.parent)
    Path(os.fsdecode(os.fsencode(path.parent) + b"/\xfcbung\n.csv")).write_text("1")


def copied(path: Path) -> None:
    path.with_name("doubling (1).ipynb").write_text("the first try")


def empty_copy(path: Path) -> None:
    path.rename(path.with_name("doubling (2).ipynb"))
    path.with_name("doubling (10).ipynb").write_text("")


def another(path: Path) -> None:
    nbformat.write(notebook(code("1", "mine")), path)
