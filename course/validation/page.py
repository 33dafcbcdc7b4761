"""A report as a small piece of HTML for a notebook's output: a table that a screen reader can read, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from course.validation.report import HIDDEN_LATER, Report
from course.validation.states import State
from course.validation.text import MARKS

# colours are the page's own, so that it is read in light and in dark; what a state is, its words say
_STYLE = """
.course-validate { max-width: 60em; line-height: 1.45; }
.course-validate table { border-collapse: collapse; margin: .6em 0; width: 100%; }
.course-validate caption { caption-side: top; text-align: left; font-weight: bold; padding: .3em 0;
  color: inherit; }
.course-validate th, .course-validate td { text-align: left !important; vertical-align: top;
  padding: .35em .8em .35em 0; border-top: 1px solid currentColor; background: none; white-space: normal;
  overflow-wrap: anywhere; max-width: none; }
.course-validate tbody th { font-weight: normal; width: 35%; min-width: 8em; }
.course-validate .hint { white-space: pre-line; }
"""


def html_of(report: Report, before: str = "") -> str:
    """A report in HTML.

    Args:
        report: of one notebook.
        before: a sentence to stand first.
    """
    return "\n".join(_parts(report, before))


def _parts(report: Report, before: str) -> Iterator[str]:
    ready = "Ready to be handed in." if report.is_ready else "Not ready yet."
    yield f'<div class="course-validate" role="region" aria-label="Validation"><style>{_STYLE}</style>'
    if before:
        yield f"<p>{escape(before)}</p>"
    if report.problem:
        yield f"<p><strong>✗ {escape(report.path.name)}</strong>: {escape(report.problem)}</p></div>"
        return
    yield f"<p><strong>{escape(report.path.name)}: {ready}</strong> {escape(report.summary)}</p>"
    yield from _table(report.exercises, "Exercises", "Exercise")
    yield from _table(report.questions, "Think questions", "Question")
    for heading, serious in (("To mend before you hand in", True), ("Worth knowing", False)):
        texts = [each.text for each in report.findings if each.serious is serious]
        if texts:
            yield f"<p><strong>{heading}</strong></p><ul>"
            yield from (f"<li>{escape(each)}</li>" for each in texts)
            yield "</ul>"
    yield f"<p>{escape(HIDDEN_LATER)}</p></div>"


def _table(states: Sequence[State], caption: str, column: str) -> Iterator[str]:
    if not states:
        return
    yield f"<table><caption>{caption}</caption><thead><tr>"
    yield f'<th scope="col">{column}</th><th scope="col">State</th></tr></thead><tbody>'
    for each in states:
        name = escape(each.name).replace("_", "_<wbr>")
        mark = f'<span aria-hidden="true">{MARKS[each.state]}</span> {each.state}'
        hint = f'<div class="hint">{escape(each.hint)}</div>' if each.hint else ""
        yield f'<tr><th scope="row">{name}</th><td>{mark}{hint}</td></tr>'
    yield "</tbody></table>"
