"""HTML and Markdown of a student's as a part of our page: nothing in it runs, loads, or looks like the page's own.

:mod:`course.grading.inert` takes out what runs. Here goes the rest: pictures from elsewhere, headings that would be
among the page's, and styles and classes, by which a part could pass for another or be unreadable in the dark.
"""

from __future__ import annotations

import base64
import re
from typing import Any

import bleach
from markupsafe import Markup

from course.grading.inert import ATTRIBUTES, PROTOCOLS, TAGS, inert_html, inert_markdown
from course.grading.oversize import too_much

_LOOKS = ("class", "style", "id", "name", "align", "valign", "title", "border")
_KEPT = {tag: [name for name in names if name not in _LOOKS] for tag, names in ATTRIBUTES.items()}
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
# in what the cleaner has written: it leaves no < in an attribute
_HEADING = re.compile(r"<(/?)h[1-6]\b[^>]*>")
_ANCHOR = re.compile(r'<a href="#[^"<>]*">(?:&#182;|&para;|¶)</a>(?=</h[1-6]>)')  # that Markdown's headings get
_TABLE = re.compile(r"<(/?)table\b[^>]*>")
_UNDESCRIBED = re.compile(r"<img\b(?![^<>]*\balt=)")
_OPEN, _CLOSE = '<div class="wide" role="region" aria-label="Table" tabindex="0"><table>', "</table></div>"


def html_of(written: str) -> Markup | None:
    """A student's HTML, to be put into our page; None where it is too much for one."""
    return None if too_much(written) else _as_part(inert_html(written))


def markdown_of(source: str, attachments: Any = None) -> Markup | None:
    """A student's Markdown, with its attached pictures, to be put into our page; None where it is too much."""
    if too_much(source):
        return None
    return _as_part(inert_markdown({"cell": {"attachments": attachments or {}}}, source))  # type: ignore[arg-type]


def svg_as_picture(source: str) -> str:
    """An SVG as the address of a picture: as such it runs no script and loads nothing."""
    return "data:image/svg+xml;base64," + base64.b64encode(source.encode("utf-8", "replace")).decode("ascii")


def _may_stay(tag: str, name: str, value: str) -> bool:
    if name not in _KEPT["*"] and name not in _KEPT.get(tag, ()):
        return False
    return name != "src" or _PICTURE.fullmatch(value) is not None


_CLEANER = bleach.Cleaner(
    tags=TAGS - {"details", "summary"}, attributes=_may_stay, protocols=PROTOCOLS, strip=True, strip_comments=True
)


def _as_part(clean: str) -> Markup:
    part = str(_CLEANER.clean(clean))
    part = _HEADING.sub(lambda found: "</p>" if found[1] else '<p class="heading">', _ANCHOR.sub("", part))
    opened = 0

    def table(found: re.Match[str]) -> str:
        nonlocal opened
        opened += -1 if found[1] else 1
        if found[1]:
            return _CLOSE if opened == 0 else found[0]
        return _OPEN if opened == 1 else found[0]

    part = _TABLE.sub(table, part)
    return Markup(_UNDESCRIBED.sub('<img alt="A picture without a description"', part))
