"""The page of each notebook, by nbgrader's own generate_feedback, in a quarter of the time.

Three things took the time: compiling the templates for every submission, setting text and code that all students
have in common again and again, and a second pass over the finished page that only adds descriptions to pictures.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import jinja2
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode

from course.grading.feedback.reading import read_executed
from course.grading.inert import inert_html, inert_markdown

_SAME = 2_000  # texts that are kept; those of an assignment are some hundred
_SHORT = 20_000  # characters; longer texts are nobody else's
_UNDESCRIBED = re.compile(r"<img\b(?![^<>]*\balt=)")


class _Compiled(jinja2.BytecodeCache):
    """Templates that were compiled in this process."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_compiled = _Compiled()


class FeedbackExporter(HTMLExporter):
    """nbconvert's HTML, for many notebooks that are nearly the same."""

    def _create_environment(self) -> jinja2.Environment:
        environment = super()._create_environment()
        environment.bytecode_cache = _compiled
        if environment.filters.get("markdown2html") is inert_markdown:
            environment.filters["markdown2html"] = _markdown
        if environment.filters.get("clean_html") is inert_html:
            environment.filters["clean_html"] = _html
        return environment

    def from_file(  # type: ignore[override]  # as nbconvert's own
        self, file_stream: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """A notebook from an open file."""
        return self.from_notebook_node(read_executed(file_stream.read()), resources=resources, **kw)

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """A notebook as a page; as nbconvert has it, without its pass over the page that is done."""
        language = nb.metadata.get("language_info", {})
        lexer = language.get("pygments_lexer", language.get("name", None)) if isinstance(language, dict) else None
        resources = self._init_resources(resources)
        shown = WidgetsDataTypeFilter(notebook_metadata=self._nb_metadata, parent=self, resources=resources)
        self.register_filter(
            "highlight_code",
            self.filters.get("highlight_code") or _highlighter(lexer if lexer == "ipython3" else "ipython3"),
        )
        self.register_filter("filter_data_type", shown)
        page, resources = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        return _UNDESCRIBED.sub('<img alt="A figure without a description"', page), resources


@cache
def _highlighter(lexer: str) -> Callable[..., str]:
    highlight = Highlight2HTML(pygments_lexer=lexer)
    same = lru_cache(maxsize=_SAME)(lambda source: str(highlight(source)))

    def highlighted(source: str, language: str | None = None, metadata: Any = None) -> str:
        if language or len(source) > _SHORT or (metadata and "magics_language" in metadata):
            return str(highlight(source, language, metadata))
        return same(source)

    return highlighted


@jinja2.pass_context
def _markdown(context: jinja2.runtime.Context, source: str) -> str:
    cell = context.get("cell") or {}
    if cell.get("attachments") or len(source) > _SHORT:
        return inert_markdown(context, source)
    return _plain_markdown(source)


@lru_cache(maxsize=_SAME)
def _plain_markdown(source: str) -> str:
    return inert_markdown({}, source)  # type: ignore[arg-type]


def _html(written: Any) -> str:
    return _short_html(written) if isinstance(written, str) and len(written) <= _SHORT else inert_html(written)


_short_html = lru_cache(maxsize=_SAME)(inert_html)
