"""Cells and notebooks that lack what the format wants, or have what it does not know: read all the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from course.grading.errors import CourseError
from course.grading.notebooks import read_notebook

CELL = {"cell_type": "code", "id": "one", "metadata": {}, "source": "1", "outputs": [], "execution_count": None}
BOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
GONE = object()


def read(tmp_path: Path, content: Any) -> NotebookNode:
    path = tmp_path / "any.ipynb"
    path.write_text(json.dumps(content), encoding="utf-8")
    notebook = read_notebook(path, "it", outputs=False)
    nbformat.validate(notebook)
    return notebook


def changed(base: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**base, **values}.items() if value is not GONE}


def read_cell(tmp_path: Path, **values: Any) -> NotebookNode:
    (cell,) = read(tmp_path, {**BOOK, "cells": [changed(CELL, values)]}).cells
    return cell


@pytest.mark.parametrize(
    "values",
    [
        {"outputs": GONE},
        {"outputs": None},
        {"outputs": [{"output_type": "pyout"}, 7]},
        {"execution_count": GONE},
        {"execution_count": "3"},
        {"metadata": GONE},
        {"metadata": None},
        {"metadata": ["nbgrader"]},
        {"metadata": {"collapsed": "yes", "scrolled": 1, "jupyter": 2, "execution": 3, "name": "", "format": 4}},
        {"attachments": {}, "level": 2, "collapsed": True, "language": "python"},
    ],
)
def test_code_cell_is_completed_and_freed_of_what_it_may_not_have(values: dict, tmp_path: Path) -> None:
    assert read_cell(tmp_path, **values) == CELL


@pytest.mark.parametrize("name", [GONE, None, 7, "", "a b", "ü", "x" * 65, ["one"]])
def test_cell_without_a_proper_id_gets_one(name: object, tmp_path: Path) -> None:
    assert read_cell(tmp_path, id=name).id not in ("", "one")


def test_of_two_cells_with_the_same_id_the_last_keeps_it(tmp_path: Path) -> None:
    cells = read(tmp_path, {**BOOK, "cells": [CELL, {**CELL, "source": "2"}]}).cells
    assert [cell.id == "one" for cell in cells] == [False, True]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [("demo", []), (None, []), (["a", 7, "", "b,c", "a", "d"], ["a", "d"]), (["setup"], ["setup"])],
)
def test_of_tags_the_sound_ones_stay(tags: object, expected: list[str], tmp_path: Path) -> None:
    assert read_cell(tmp_path, metadata={"tags": tags, "mine": 1}).metadata == {"tags": expected, "mine": 1}


@pytest.mark.parametrize("kind", ["markdown", "raw"])
@pytest.mark.parametrize("wrong", [7, {"a.png": 7}, {"a.png": {"image/png": 7}}, None])
def test_attachments_that_are_none_go(kind: str, wrong: object, tmp_path: Path) -> None:
    assert "attachments" not in read_cell(tmp_path, cell_type=kind, attachments=wrong)


@pytest.mark.parametrize("data", ["AAAA", ["AA", "AA"]])
def test_pictures_stay(data: object, tmp_path: Path) -> None:
    cell = read_cell(tmp_path, cell_type="markdown", attachments={"a.png": {"image/png": data}})
    assert cell.attachments["a.png"]["image/png"] == "AAAA"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (["a\n", "b"], "a\nb"),
        ([], ""),
        (GONE, ""),
        ("a\r\nb", "a\nb"),
        ("a\rb\r", "a\nb\n"),
        (["a\r\n", "b"], "a\nb"),
        ("half \ud800 of a pair", "half ? of a pair"),
        ("whole 🙂 pair, \0", "whole 🙂 pair, \0"),
    ],
)
def test_source_is_text_with_plain_line_ends(source: object, expected: str, tmp_path: Path) -> None:
    assert read_cell(tmp_path, source=source).source == expected


@pytest.mark.parametrize(
    "values",
    [
        {"metadata": GONE},
        {"metadata": None},
        {"metadata": []},
        {"metadata": {"kernelspec": "python3"}},
        {"metadata": {"kernelspec": {"name": "python3"}}},
        {"metadata": {"language_info": {}}},
        {"metadata": {"title": 7, "authors": "ada", "orig_nbformat": 0, "widgets": {"state": {}}}},
        {"nbformat_minor": GONE},
        {"nbformat_minor": "5"},
        {"nbformat_minor": -1},
        {"nbformat_minor": 99},
        {"nbformat_minor": 0},
        {"worksheets": []},
    ],
)
def test_notebook_is_completed(values: dict, tmp_path: Path) -> None:
    notebook = read(tmp_path, changed({**BOOK, "cells": [CELL]}, values))
    assert (notebook.cells, notebook.metadata, notebook.nbformat_minor) == ([CELL], {}, 5)


def test_other_metadata_of_a_notebook_stay(tmp_path: Path) -> None:
    metadata = {"kernelspec": {"name": "ir", "display_name": "R"}, "language_info": {"name": "R"}, "course": {}}
    assert read(tmp_path, {**BOOK, "metadata": metadata}).metadata == metadata


@pytest.mark.parametrize("minor", range(5))
def test_cell_ids_are_kept_also_where_the_version_has_none(minor: int, tmp_path: Path) -> None:
    """Colab and VS Code write them so."""
    assert read(tmp_path, {**BOOK, "cells": [CELL], "nbformat_minor": minor}).cells[0].id == "one"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({**BOOK, "cells": None}, "it has no list of cells"),
        ({**BOOK, "cells": {}}, "it has no list of cells"),
        ({"nbformat": 4}, "it has no list of cells"),
        ({**BOOK, "cells": [CELL, None]}, "cell 2 is no cell of text or code"),
        ({**BOOK, "cells": [[]]}, "cell 1 is no cell of text or code"),
        ({**BOOK, "cells": [{**CELL, "cell_type": "heading"}]}, "cell 1 is no cell of text or code"),
        ({**BOOK, "cells": [{**CELL, "cell_type": ["code"]}]}, "cell 1 is no cell of text or code"),
        ({**BOOK, "cells": [{**CELL, "source": None}]}, "the source of cell 1 is no text"),
        ({**BOOK, "cells": [{**CELL, "source": 7}]}, "the source of cell 1 is no text"),
        ({**BOOK, "cells": [{**CELL, "source": ["a", 7]}]}, "the source of cell 1 is no text"),
    ],
)
def test_what_cannot_be_mended_is_named_by_its_number(content: dict, words: str, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=f"^it: not a valid notebook: {words}$"):
        read(tmp_path, content)


@pytest.mark.parametrize(
    "text", ['{"nbformat": 4, "cells": ' + "9" * 5000 + "}", '{"nbformat": ' + "1" * 5000 + "}"]
)
def test_number_that_python_does_not_read_is_a_reason(text: str, tmp_path: Path) -> None:
    path = tmp_path / "any.ipynb"
    path.write_text(text)
    with pytest.raises(CourseError, match=r"^it: not JSON \(a number of thousands of digits\); "):
        read_notebook(path, "it", outputs=False)


def test_master_is_not_mended(tmp_path: Path) -> None:
    """Its author should hear of it."""
    path = tmp_path / "master.ipynb"
    path.write_text(json.dumps({**BOOK, "cells": [{**CELL, "id": "a b"}]}))
    with pytest.raises(CourseError, match="not a valid notebook"):
        read_notebook(path, "it")
