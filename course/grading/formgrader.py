"""What is ours in formgrader's page of a submission; the page itself is nbgrader's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbgrader
from nbformat import NotebookNode

from course.grading.notebooks import role
from course.grading.rules import SCHEME

# Ours go before nbgrader's of the same name. Its own are named, too: its feedback looks for them here.
_ITS_OWN = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"
TEMPLATES = [str(Path(__file__).parent / "templates"), str(_ITS_OWN)]
_SCHEME = re.compile(rf"<h3[^>]*>BEGIN {SCHEME}.*?</h3>(.*?)<h3[^>]*>END {SCHEME}.*?</h3>", re.DOTALL)


def has_fields(resources: Mapping[str, Any]) -> bool:
    """Whether it is that page. It finds its fields by the names of cells, which a heading may have, too."""
    return "submission_id" in resources


def with_framed_scheme(cell: NotebookNode, page: str) -> str:
    """The HTML of a cell, with a frame around the mark scheme if it is a Think question."""
    if role(cell).kind != "think":
        return page
    return _SCHEME.sub(r'<div class="mark-scheme"><h4>Mark scheme</h4>\1</div>', page)
