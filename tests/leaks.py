"""Finds lines of solutions, hidden tests and mark schemes in files that students get."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

MARKER = re.compile(r"### (BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)")
SHORTEST = 20  # characters; shorter lines say little, and stand in many places


def secret_lines(master: NotebookNode) -> set[str]:
    """The lines that students must not see, but for short ones and ones that they see elsewhere in the master."""
    inside, secret, public = False, set[str](), list[str]()
    for cell in master.cells:
        for line in cell.source.split("\n"):
            marker = MARKER.search(line)
            if marker:
                inside = marker[1] == "BEGIN"
            elif inside:
                secret.add(line.strip())
            else:
                public.append(line)
    shown = "\n".join(public)
    return {line for line in secret if len(line) >= SHORTEST and line not in shown}


def find_leaks(source: Path, target: Path) -> list[str]:
    """Where secret lines of the masters in `source` stand in any file under `target`, as "file: line"."""
    masters = [nbformat.read(path, as_version=4) for path in sorted(source.glob("*/*.ipynb"))]
    secrets = sorted(set[str]().union(*map(secret_lines, masters)))
    found = []
    for path in sorted(path for path in target.rglob("*") if path.is_file()):
        text = path.read_bytes().decode("utf-8", errors="replace")
        for line in secrets:
            written = {line, json.dumps(line, ensure_ascii=False)[1:-1], json.dumps(line)[1:-1]}
            if any(form in text for form in written):
                found.append(f"{path.relative_to(target)}: {line}")
    return found
