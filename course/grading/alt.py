"""What figures show, in words, for people who do not see them: from the sentence that stands under each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from nbformat import NotebookNode

from course.grading.notebooks import role
from course.grading.tex import plain_tex

LONGEST = 250  # characters of an alt text: what a screen reader says in one breath, or in three
TOO_LITTLE = 60  # characters, where there is more: "Read it from left to right."
MOST_READ = 4_000  # characters of a caption that are looked at; a student's can be of any length
CAPTION = "What to see."
_CAPTION = re.compile(rf"\*\*{re.escape(CAPTION)}\*\*\s+")
_HEADING = re.compile(r"#{1,6}[ \t]+(.+?)[ \t]*#*$")
_MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![\w*])|(?<!\w)_(?=[^\s_])([^_]+?)(?<=\S)_(?!\w)")
_LIST_MARK = re.compile(r"^\s*(?:[-*+]|\d+\.|>)\s+", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bcf\.)(?<=[.!?])([\"”')]*)\s+")
_ANNOUNCEMENT = re.compile(r"(?<=[.!?])\s[^.!?:]*:$")
_KEPT = re.compile(r"\x00(\d+)\x00")


def alt_texts(notebook: NotebookNode) -> dict[str, str]:
    """What each figure and demo of a notebook shows, in a sentence or a few.

    A figure is described by the caption under it, the text cell that begins "**What to see.**". So is a demo that
    has one; any other demo by its heading and the first sentence of the text above it.

    Args:
        notebook: a master, a released notebook or a submission.

    Returns:
        Cell id to plain text of at most about 250 characters; figures without a caption are missing.
    """
    found = {}
    for index, cell in enumerate(notebook.cells):
        kinds = {"figure", "demo"} & set(_tags(cell))
        name = cell.get("id") or cell.metadata.get("id")  # where Colab puts it
        if cell.cell_type != "code" or not kinds or not isinstance(name, str):
            continue
        caption = _caption_under(notebook.cells, index).split("\n\n")[0]
        if caption:
            found[name] = first_sentences(plain_text(caption))
        elif "demo" in kinds:
            said = _said_above(notebook.cells, index)
            if said:
                found[name] = said
    return {name: text for name, text in found.items() if text}


def caption_in(source: str) -> str:
    """The caption that a text cell is, as Markdown and without its first words; "" where it is none."""
    begins = _CAPTION.match(source)
    return source[begins.end() : MOST_READ] if begins else ""


def _caption_under(cells: Sequence[NotebookNode], index: int) -> str:
    under = cells[index + 1] if index + 1 < len(cells) else None
    if under is None or under.cell_type != "markdown" or role(under).kind != "other":
        return ""
    return caption_in(under.source)


def undescribed(notebook: NotebookNode) -> list[str]:
    """Ids of figures that have no caption, and of demos that have neither one nor a text with a heading above."""
    described = alt_texts(notebook)
    wanted = [cell.get("id", "") for cell in notebook.cells if {"figure", "demo"} & set(_tags(cell))]
    return [name for name in wanted if name not in described]


def _tags(cell: NotebookNode) -> list[str]:
    tags = cell.metadata.get("tags", ())
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list | tuple) else []


def heading_above(cells: Sequence[NotebookNode], index: int) -> str:
    """The last heading in a text above a cell, as plain text; "" where there is none."""
    return _heading_above(cells, index)[0]


def _said_above(cells: Sequence[NotebookNode], index: int) -> str:
    """The last heading above a demo, with the sentences that follow it."""
    title, text = _heading_above(cells, index)
    mark = "" if title.endswith(("?", "!")) else "."
    return first_sentences(f"{title}{mark} {text}") if title else ""


def _heading_above(cells: Sequence[NotebookNode], index: int) -> tuple[str, str]:
    for cell in reversed(cells[:index]):
        if cell.cell_type != "markdown" or role(cell).kind != "other":
            continue
        lines = cell.source[-MOST_READ:].split("\n")
        for number in range(len(lines) - 1, -1, -1):
            heading = _HEADING.fullmatch(lines[number])
            if heading:
                text = "\n".join(lines[number + 1 :]).strip().split("\n\n")[0]
                return plain_text(heading[1]).rstrip(".:"), plain_text(text)
    return "", ""


def plain_text(markdown: str) -> str:
    """Markdown as somebody would read it out: no emphasis, no links, formulas as characters, one line."""
    kept: list[str] = []

    def keep(make: Callable[[re.Match[str]], str]) -> Callable[[re.Match[str]], str]:
        def kept_as(match: re.Match[str]) -> str:
            kept.append(make(match))
            return f"\x00{len(kept) - 1}\x00"

        return kept_as

    text = markdown[:MOST_READ].replace("\x00", "")
    text = _CODE.sub(keep(lambda match: match[1]), text)  # what stands in code and formulas is no Markdown
    text = _MATH.sub(keep(lambda match: plain_tex(match[1] or match[2])), text)
    text = _TAG.sub("", _LINK.sub(r"\1", text))
    text = _LIST_MARK.sub("", text)
    text = _STRONG.sub(r"\2", text)
    text = _EMPHASIS.sub(lambda match: match[1] or match[2], text)
    text = _KEPT.sub(lambda match: kept[int(match[1])], text)
    text = _KEPT.sub(lambda match: kept[int(match[1])], text)  # code in a formula, or a formula in code
    return " ".join(text.split())


def first_sentences(text: str, longest: int = LONGEST) -> str:
    """As many sentences from the beginning as there is room for; cut at a word where the first ones say too little.

    Args:
        text: in one line, plain.
        longest: characters that there is room for.
    """
    text = _ANNOUNCEMENT.sub("", text)  # of a list, or of a formula
    if len(text) <= longest:
        return text
    ends = [match.end(1) for match in _SENTENCE_END.finditer(text[: longest + 1])]
    if ends and ends[-1] >= TOO_LITTLE:
        return text[: ends[-1]]
    return text[: longest - 2].rpartition(" ")[0].rstrip(",;:–(") + " …"
