"""Pages of submissions that run nothing of a student's in the browser of whoever opens them.

nbconvert writes the HTML of text cells and outputs into a page as it stands. Here it goes through a list of what
may stay: what text, tables and pictures need. nbconvert's own list would show a table's head as text, and cleans
the source of text cells, so that formulas with ``<`` and quotations with ``>`` break.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

import bleach
import jinja2
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
        "var",
    ]
)
ATTRIBUTES = {
    "*": ["align", "class", "colspan", "rowspan", "scope", "style", "title", "valign"],
    "a": ["href", "name"],
    "img": ["alt", "height", "src", "width"],
    "ol": ["start", "type"],
    "table": ["border"],
    **{f"h{level}": ["id"] for level in range(1, 7)},
}
STYLES = [
    "background-color",
    "border",
    "border-collapse",
    "color",
    "display",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "margin",
    "margin-left",
    "margin-right",
    "max-width",
    "min-width",
    "padding",
    "text-align",
    "text-decoration",
    "vertical-align",
    "white-space",
    "width",
]
PROTOCOLS = ("http", "https", "mailto", "data")
SHOWN = ("text/plain", "text/latex", "text/html", "text/markdown", "image/png", "image/jpeg", "image/svg+xml")
_SILENT = re.compile(r"<(style|script)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)  # with what is in them
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_TEX_LINK = re.compile(r"\\(href|require|cssId|class|style|unicode)(?![A-Za-z])")


def _may_stay(tag: str, name: str, value: str) -> bool:
    if name not in ATTRIBUTES["*"] and name not in ATTRIBUTES.get(tag, ()):
        return False
    if "data:" in value.lower():  # a picture is looked at, anything else could be opened
        return tag == "img" and name == "src" and _PICTURE.fullmatch(value) is not None
    return True


_CLEANER = bleach.Cleaner(
    tags=TAGS,
    attributes=_may_stay,
    protocols=PROTOCOLS,
    strip=True,
    strip_comments=True,
    css_sanitizer=CSSSanitizer(allowed_css_properties=STYLES),
)


def inert_html(written: Any) -> str:
    """HTML without what runs, opens or sends anything; for nbconvert's filter ``clean_html``."""
    text = written.decode("utf-8", "replace") if isinstance(written, bytes) else str(written)
    return inert_tex(str(_CLEANER.clean(_SILENT.sub("", text))))


def inert_tex(text: str) -> str:
    """Formulas without links and styles: MathJax would make them."""
    return _TEX_LINK.sub(r"\\text", text)


class _Renderer(IPythonRenderer):
    def image(self, text: str, url: str, title: str | None = None) -> str:
        """A picture, or its text where it is missing: that must not stop the page, nor the pages of others."""
        try:
            return str(super().image(text, url, title))
        except InvalidNotebook:
            return html.escape(text)


@jinja2.pass_context
def inert_markdown(context: jinja2.runtime.Context, source: str) -> str:
    """Markdown as inert HTML; for nbconvert's filter ``markdown2html``."""
    cell = context.get("cell") or {}
    renderer = _Renderer(escape=False, attachments=_pictures(cell.get("attachments") or {}))
    return inert_html(MarkdownWithMath(renderer=renderer).render(source))


def _pictures(attachments: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Of a cell's attachments those that are pictures."""
    kept = {}
    for name, bundle in attachments.items():
        data = {kind: "".join(text) for kind, text in bundle.items() if _PICTURE.fullmatch(f"data:{kind};base64,")}
        if data and all(_BASE64.fullmatch(text) for text in data.values()):
            kept[name] = data
    return kept


class InertOutputs(Preprocessor):
    """Of a page's outputs leave what is looked at, and of their metadata what is a size."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        cell.metadata.pop("alt", None)
        for output in cell.get("outputs", ()):
            if "data" in output:
                output.data = NotebookNode(_shown(output.data))
                output.metadata = NotebookNode(_sizes(output.get("metadata", {})))
        return cell, resources


def _shown(data: Mapping[str, Any]) -> dict[str, str]:
    found = {kind: "".join(data[kind]) for kind in SHOWN if kind in data}
    if "text/latex" in found:
        found["text/latex"] = inert_tex(found["text/latex"])
    for kind in ("image/png", "image/jpeg"):
        if kind in found and not _BASE64.fullmatch(found[kind]):
            del found[kind]
    if not found and data:
        names = ", ".join(sorted(map(str, data)))
        found["text/plain"] = f"An output that pages do not show: {html.unescape(names)[:200]}"
    return found


def _sizes(metadata: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in metadata.items():
        if key in ("width", "height") and type(value) in (int, float):
            kept[key] = value
        elif key in ("image/png", "image/jpeg") and isinstance(value, Mapping):
            kept[key] = _sizes(value)
    return kept
