"""Pages of submissions that run nothing of a student's in the browser of whoever opens them.

nbconvert writes the HTML of text cells and outputs into a page as it stands. Here it goes through a list of what
may stay: what text, tables and pictures need. nbconvert's own list would show a table's head as text, and cleans
the source of text cells, so that formulas with ``<`` and quotations with ``>`` break.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import bleach
import jinja2
from bleach.css_sanitizer import CSSSanitizer
from bleach.html5lib_shim import Filter
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from course.grading.alt import alt_texts
from course.grading.formgrader import has_fields, with_framed_scheme
from course.grading.oversize import LONGEST_FOR_US, beginning_of, too_much

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
_AS_HTML = {"text/html", "image/svg+xml"}
_SILENT = re.compile(r"<(style|script)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)  # with what is in them
# Classes that colour code and mark tables. Others would be the page's own: a student could lay one over all of it.
_CLASS = re.compile(r"[a-z][a-z0-9]{0,2}|highlight|hll|dataframe|anchor-link|footnotes?|footnote-ref")
_OWN_FILE = re.compile(r"(?![/\\])(?![A-Za-z][A-Za-z0-9+.-]*:)(?!.*\.\.).*", re.DOTALL)  # beside the notebook
_NEGATIVE = re.compile(r"-\s*[\d.(]")  # a margin that lays a text over the one above it
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_TEX_LINK = re.compile(r"\\(href|require|cssId|class|style|unicode)(?![A-Za-z])")


def _may_stay(tag: str, name: str, value: str) -> bool:
    if name not in ATTRIBUTES["*"] and name not in ATTRIBUTES.get(tag, ()):
        return False
    if name == "class":
        return all(_CLASS.fullmatch(each) for each in value.split())
    if name == "style" and _NEGATIVE.search(html.unescape(value)):
        return False
    if tag == "img" and name == "src":  # what lies elsewhere would tell its server who reads the page, and when
        address = re.sub(r"[\x00-\x20]", "", html.unescape(value))
        return _PICTURE.fullmatch(value) is not None or _OWN_FILE.fullmatch(address) is not None
    return "data:" not in value.lower()  # a picture is looked at, anything else could be opened


def _may_stay_among_fields(tag: str, name: str, value: str) -> bool:
    return name not in ("id", "name") and _may_stay(tag, name, value)


class _PicturesAsText(Filter):
    """What a picture says it shows, in the place of one that is not fetched."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for token in super().__iter__():
            if token.get("name") == "img" and (None, "src") not in token["data"]:
                yield {"type": "Characters", "data": html.unescape(token["data"].get((None, "alt"), ""))}
            else:
                yield token


def _cleaner(attributes: Callable[[str, str, str], bool]) -> bleach.Cleaner:
    return bleach.Cleaner(
        tags=TAGS,
        attributes=attributes,
        protocols=PROTOCOLS,
        strip=True,
        strip_comments=True,
        css_sanitizer=CSSSanitizer(allowed_css_properties=STYLES),
        filters=[_PicturesAsText],
    )


_CLEANER, _CLEANER_AMONG_FIELDS = _cleaner(_may_stay), _cleaner(_may_stay_among_fields)


def inert_html(written: Any, *, names: bool = True) -> str:
    """HTML without what runs, opens or sends anything; for nbconvert's filter ``clean_html``.

    Args:
        written: HTML, or bytes of it.
        names: leave headings the names that links within a page lead to.
    """
    text = written.decode("utf-8", "replace") if isinstance(written, bytes) else str(written)
    if too_much(text, LONGEST_FOR_US):
        return beginning_of(text)
    return _cleaned(text, names)


def _cleaned(text: str, names: bool) -> str:
    cleaner = _CLEANER if names else _CLEANER_AMONG_FIELDS
    return inert_tex(str(cleaner.clean(_SILENT.sub("", text))))


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
    cell: NotebookNode = context.get("cell") or NotebookNode()
    renderer = _Renderer(escape=False, attachments=_pictures(cell.get("attachments") or {}))
    fields = has_fields(context.get("resources") or {})
    if too_much(source, LONGEST_FOR_US):
        shown = beginning_of(source)
    else:
        shown = _cleaned(MarkdownWithMath(renderer=renderer).render(source), names=not fields)
    if not fields:
        return shown
    return with_framed_scheme(cell, shown) if cell else shown


def _pictures(attachments: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Of a cell's attachments those that are pictures."""
    kept = {}
    for name, bundle in attachments.items():
        data = {kind: "".join(text) for kind, text in bundle.items() if _PICTURE.fullmatch(f"data:{kind};base64,")}
        if data and all(_BASE64.fullmatch(text) for text in data.values()):
            kept[name] = data
    return kept


class InertOutputs(Preprocessor):
    """Of a page's outputs leave what is looked at, and of their metadata what is a size; figures get alt texts."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        texts = alt_texts(nb)
        nb, resources = super().preprocess(nb, resources)
        for cell in nb.cells:
            for output in cell.get("outputs", ()) if cell.get("id") in texts else ():
                for kind in ("image/png", "image/jpeg"):
                    if kind in output.get("data", ()):  # where nbconvert looks for it
                        output.metadata.setdefault(kind, NotebookNode())["alt"] = texts[cell.id]
        return nb, resources

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        cell.metadata.pop("alt", None)
        names = not has_fields(resources)
        if cell.cell_type == "raw":
            cell.source = inert_html(cell.source, names=names)
        for output in cell.get("outputs", ()):
            if "data" in output:
                output.data = NotebookNode(_shown(output.data))
                for kind in _AS_HTML & output.data.keys() if not names else ():
                    output.data[kind] = inert_html(output.data[kind], names=False)
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
