"""The pages of docs/ as pages of the site: what they say, and links that lead somewhere here, too."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

STUDENTS = "students"
FOR_STUDENTS = (STUDENTS, "jupyterlab")
FOR_MAINTAINERS = ("authoring", "maintaining", "site", "performance")
FIRST_FOR_INSTRUCTORS = (
    "week",
    "colab",
    "collecting",
    "grading",
    "formgrader",
    "feedback",
    "grades",
    "report",
    "privacy",
)
_LINK = re.compile(r"(?<!!)\[([^\[\]]+)\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)[ \t]*$", re.MULTILINE | re.DOTALL)
_NOTEBOOK = re.compile(r"(?:source|release)/(\d\d_\w+)/(\w+)\.ipynb")


def guides_for(names: Collection[str]) -> dict[str, list[str]]:
    """Which guides are for whom, in the order in which one reads them.

    Args:
        names: of the files in docs/, without their ending.

    Returns:
        Heading to names. A guide that is in no list here is for instructors.
    """
    others = sorted(set(names) - {*FOR_STUDENTS, *FOR_MAINTAINERS, *FIRST_FOR_INSTRUCTORS})
    lists = {
        "For students": FOR_STUDENTS,
        "For instructors": (*FIRST_FOR_INSTRUCTORS, *others),
        "For maintainers": FOR_MAINTAINERS,
    }
    return {heading: [name for name in wanted if name in names] for heading, wanted in lists.items()}


def page_name(name: str) -> str:
    """Where a guide is on the site, without the ending."""
    return name if name == STUDENTS else f"guides/{name}"


def guide_page(name: str, text: str, pages: Collection[str], repository: str) -> str:
    """A guide with its links as the site needs them.

    A link to a page that the site has leads there; one to a master or a released notebook leads to that
    notebook's page; one to another file of the instructor's repository, which readers may not have, becomes its
    text, and one to a released file without a page leads to the student repository.

    Args:
        name: of the guide.
        text: its Markdown.
        pages: what the site has, without endings.
        repository: address of the student repository, with the branch: a folder's address ends there.
    """
    folder = Path(page_name(name)).parent
    up = "" if folder == Path(".") else "../"

    def link(match: re.Match[str]) -> str:
        words, target = match.groups()
        file, _, anchor = target.partition("#")
        if "://" in target or target.startswith("mailto:") or not file:
            return match[0]
        notebook = _NOTEBOOK.search(file)
        if notebook and f"{notebook[1]}/{notebook[2]}" in pages:
            return f"[{words}]({up}{notebook[1]}/{notebook[2]}.ipynb)"
        guide = page_name(Path(file).stem)
        if file.endswith(".md") and guide in pages and not file.startswith("../"):
            return f"[{words}]({up}{guide}.md{'#' + anchor if anchor else ''})"
        released = re.search(r"release/.*$", file)
        return f"[{words}]({repository}/{released[0]})" if released else words

    return "".join(part if is_code else _LINK.sub(link, part) for part, is_code in _parts(text))


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Text in pieces, and whether each is a block of code."""
    at = 0
    for fence in _FENCE.finditer(text):
        yield text[at : fence.start()], False
        yield fence[0], True
        at = fence.end()
    yield text[at:], False
