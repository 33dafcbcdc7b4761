"""Brings cells that tools have left half done, or put things into, back to what the notebook format has."""

from __future__ import annotations

from typing import Any

from nbformat.v4.nbbase import random_cell_id

MINOR = 5  # of version 4: the first whose cells have ids
_KEYS = {
    "code": {"cell_type", "id", "metadata", "source", "outputs", "execution_count"},
    "markdown": {"cell_type", "id", "metadata", "source", "attachments"},
    "raw": {"cell_type", "id", "metadata", "source", "attachments"},
}
_OF_EDITORS = ("name", "collapsed", "scrolled", "execution", "jupyter", "format")  # cell metadata with rules
_OF_NOTEBOOKS = ("title", "authors", "orig_nbformat", "widgets")  # the last are outputs, too
_ID = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def mend(content: dict[str, Any]) -> None:
    """Complete what is missing, and take out what can't stay: outputs, too.

    Args:
        content: a notebook of version 4 as JSON has it; changed in place.

    Raises:
        ValueError: it can't be mended; in words.
    """
    cells = content.get("cells")
    if not isinstance(cells, list):
        raise ValueError("it has no list of cells")
    for key in set(content) - {"cells", "metadata", "nbformat", "nbformat_minor"}:
        del content[key]
    content["nbformat_minor"] = MINOR
    content["metadata"] = _notebook_metadata(content.get("metadata"))
    for number, cell in enumerate(cells, start=1):
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        if not isinstance(kind, str) or kind not in _KEYS:
            raise ValueError(f"cell {number} is no cell of text or code")
        if not _is_text(cell.setdefault("source", "")):
            raise ValueError(f"the source of cell {number} is no text")
        cell["source"] = "".join(cell["source"]).replace("\r\n", "\n").replace("\r", "\n")
        _mend_cell(cell, kind)
    taken: set[str] = set()
    for cell in reversed(cells):  # of several with the same id the last counts, as everywhere
        if not _is_id(cell.get("id")) or cell["id"] in taken:
            cell["id"] = random_cell_id()
        taken.add(cell["id"])


def _notebook_metadata(found: Any) -> dict[str, Any]:
    kept = (
        {key: value for key, value in found.items() if key not in _OF_NOTEBOOKS} if isinstance(found, dict) else {}
    )
    for key, wanted in (("kernelspec", ("name", "display_name")), ("language_info", ("name",))):
        its = kept.get(key)
        if not isinstance(its, dict) or not all(isinstance(its.get(each), str) for each in wanted):
            kept.pop(key, None)
    return kept


def _mend_cell(cell: dict[str, Any], kind: str) -> None:
    for key in set(cell) - _KEYS[kind]:
        del cell[key]
    if kind == "code":
        cell["outputs"], cell["execution_count"] = [], None
    elif not _are_attachments(cell.get("attachments")):
        cell.pop("attachments", None)
    metadata = cell.get("metadata")
    if not isinstance(metadata, dict):
        cell["metadata"] = {}
        return
    for key in _OF_EDITORS:
        metadata.pop(key, None)
    if "tags" in metadata:
        tags = metadata["tags"] if isinstance(metadata["tags"], list) else []
        sound = [tag for tag in tags if isinstance(tag, str) and tag.strip() and "," not in tag]
        metadata["tags"] = list(dict.fromkeys(sound))


def _is_text(source: Any) -> bool:
    return isinstance(source, str) or (isinstance(source, list) and all(isinstance(line, str) for line in source))


def _is_id(found: Any) -> bool:
    return isinstance(found, str) and 1 <= len(found) <= 64 and set(found) <= _ID


def _are_attachments(found: Any) -> bool:
    bundles = found.values() if isinstance(found, dict) else [None]
    return all(isinstance(each, dict) and all(_is_text(data) for data in each.values()) for each in bundles)
