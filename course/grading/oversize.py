"""What of a student's HTML and Markdown is too long or too deep to be made into a page."""

from __future__ import annotations

import html
import re

LONGEST = 40_000  # characters of HTML or Markdown in a page for a student; a megabyte takes minutes to clean
LONGEST_FOR_US = 200_000  # in a page that an instructor opens: tables of many rows; 1.6 s
DEEPEST = 60  # elements in elements; cleaning takes the square of it
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_VOID = ("br", "img", "hr", "col", "input", "meta", "link", "wbr", "source")
_ENDS_ITSELF = ("p", "li", "td", "th", "tr", "dt", "dd", "option")
_BEGINNING = 2_000  # characters that are shown of it


def too_much(written: str, longest: int = LONGEST) -> bool:
    """Whether HTML, or Markdown with the HTML in it, is so long or so deep that it would keep us for minutes."""
    if len(written) > longest:
        return True
    inside: list[str] = []
    for tag in _TAG.finditer(written):
        name = tag[2].lower()
        if tag[1]:
            if name in inside:
                while inside.pop() != name:
                    pass
        elif name not in _VOID and not (name in _ENDS_ITSELF and inside and inside[-1] == name):
            inside.append(name)
            if len(inside) > DEEPEST:
                return True
    return False


def beginning_of(written: str) -> str:
    """How it begins, as text, and how much is left out; HTML."""
    rest = len(written) - _BEGINNING
    more = f" … and {rest:,} more characters: open the notebook to read them" if rest > 0 else ""
    return f"<pre>{html.escape(written[:_BEGINNING])}{more}</pre>"
