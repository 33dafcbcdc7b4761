"""Outputs are dropped from a submitted file before anything else is read of it, however large or damaged it is."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from course.grading.errors import CourseError
from course.grading.notebooks import MOST, MUCH, read_notebook, without_outputs


def kept(tmp_path: Path, text: str) -> str:
    path = tmp_path / "any.ipynb"
    path.write_text(text, encoding="utf-8")
    return without_outputs(path).decode()


def cell(outputs: Any, **others: Any) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": outputs, "source": "1", **others}


def book(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}


@pytest.mark.parametrize(
    "outputs",
    [
        [],
        [{"output_type": "stream", "name": "stdout", "text": "plain"}],
        [{"text": ['"', '\\"', "]", "[", '"]', "\\", "\\\\", '\\\\"]}', "}{", "\n"]}],
        [{"data": {"application/json": {"outputs": [1, [2, {"outputs": [[]]}]], "cells": [3]}}}],
        [[[["]"]]], {}, {"outputs": []}],
        [{"text": "ünïcödé ∂ 🙂 \u2028"}],
        [{"text": 'a source: [\n "outputs": ['}],
    ],
)
@pytest.mark.parametrize("how", [{}, {"indent": 1}, {"ensure_ascii": False}, {"separators": (",", ":")}])
def test_outputs_go_and_all_else_stays(outputs: list, how: dict, tmp_path: Path) -> None:
    first, last = cell(outputs, source='print("[")  # \\"]'), cell(outputs, metadata={"tags": ["]"]})
    after = json.loads(kept(tmp_path, json.dumps(book(first, {"cell_type": "markdown"}, last, a=["ü"]), **how)))
    assert after == book({**first, "outputs": []}, {"cell_type": "markdown"}, {**last, "outputs": []}, a=["ü"])


@pytest.mark.parametrize(
    "content",
    [
        book(outputs="text"),
        book(outputs={"a": [1, 2]}),
        book(outputs=None, more=[1, 2]),
        book(a="outputs", b=[1, 2]),
        book(a=["x", "outputs"], b=[1, 2]),
        book(a={"outputs": "b"}, c=[1]),
        book(outputs_of_others=[1], my_outputs=[2], **{'\\"outputs': [3], "Outputs": [4]}),
        {"cells": 7},
        "outputs",
        [],
    ],
)
def test_only_a_list_under_the_very_key_is_dropped(content: Any, tmp_path: Path) -> None:
    text = json.dumps(content)
    assert kept(tmp_path, text) == text


def test_outputs_that_a_widget_keeps_go_too(tmp_path: Path) -> None:
    """In the metadata of the notebook; they are as large, and no grade needs them."""
    content = book(cell([]), widgets={"state": {"a": {"outputs": [{"text": "x"}], "layout": "b"}}})
    assert json.loads(kept(tmp_path, json.dumps(content)))["metadata"]["widgets"]["state"] == {
        "a": {"outputs": [], "layout": "b"}
    }


@pytest.mark.parametrize(
    "text", ["x", "<!DOCTYPE html><p class='a'>", "][", "}}}{{{", '"', '"\\', "\\", '"outputs"', "[" * 10_000]
)
def test_what_is_no_json_comes_back_as_it_is(text: str, tmp_path: Path) -> None:
    assert kept(tmp_path, text) == text


@pytest.mark.parametrize("end", range(1, 160, 3))
def test_file_that_is_cut_off_is_no_json_either_without_its_outputs(end: int, tmp_path: Path) -> None:
    whole = json.dumps(book(cell([{"text": 'a "b" \\ [c]'}]), cell([])))
    with pytest.raises(json.JSONDecodeError):
        json.loads(kept(tmp_path, whole[:end]))


# Size ----------------------------------------------------------------------------------------------------------


def peak(path: Path) -> int:
    """Bytes that reading takes at most, beyond the file, which the system maps."""
    tracemalloc.start()
    try:
        without_outputs(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


LINE = '<td class=\\"a\\">\\n'


@pytest.mark.parametrize("text", [LINE * 200_000, '","'.join([LINE] * 50_000), '"],["'.join([LINE] * 20_000)])
def test_dropping_large_outputs_takes_little_memory(text: str, tmp_path: Path) -> None:
    path = tmp_path / "large.ipynb"
    path.write_text(f'{{"cells": [{{"outputs": [["{text}"]]}}]}}')
    assert peak(path) < 100_000


@pytest.mark.timeout(60)
@pytest.mark.parametrize("end", ["", "\\"])
@pytest.mark.parametrize("key", ["outputs", "source"])
def test_large_text_that_is_cut_off_is_gone_through_once(key: str, end: str, tmp_path: Path) -> None:
    """From each escaped quote to the end again would take hours."""
    path, begin = tmp_path / "large.ipynb", f'{{"cells": [{{"{key}": ['
    path.write_text(begin + '"' + LINE * 200_000 + end)
    assert without_outputs(path).startswith(begin.encode())


def test_file_that_is_large_without_its_outputs_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.ipynb"
    with open(path, "w") as file:
        file.write('{"cells": ["' + "x" * MOST + '"]}')
    with pytest.raises(CourseError, match=r"^it: 50 MB even without its outputs; too large for a notebook$"):
        read_notebook(path, "it", outputs=False)


@pytest.mark.parametrize("size", [10, MUCH])
def test_small_and_large_files_are_read_the_same(size: int, tmp_path: Path) -> None:
    path = tmp_path / "any.ipynb"
    output = {"output_type": "stream", "name": "stdout", "text": "x" * size}
    path.write_text(json.dumps(book(cell([output], id="one"))), encoding="utf-8-sig")
    (read,) = read_notebook(path, "it", outputs=False).cells
    assert (read.outputs, read.execution_count, read.source, read.id) == ([], None, "1", "one")
