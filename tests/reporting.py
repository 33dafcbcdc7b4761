"""Classes for tests of the report: graded without running anything, with the outcome that a test asks for."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator, Mapping

from courses import SmallCourse
from nbformat import v4

from course.grading.autograde import Options, autograde
from course.grading.engine.jobs import Job, Result
from course.grading.report.page import Options as ReportOptions
from course.grading.report.page import report

ASSIGNMENT = "01_first"
Failures = Mapping[str, Mapping[str, tuple[str, str]]]  # student, cell: name and text of the error that ended it


class Marked:
    """A runner that runs nothing: test cells pass, but for those that a test names."""

    def __init__(self, failures: Failures | None = None) -> None:
        self.failures = failures or {}

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """One result a job, as if its notebooks had taken 2 s each."""
        for job in jobs:
            notebooks = copy.deepcopy(dict(job.notebooks))
            its = self.failures.get(job.key.partition("/")[2], {})
            for notebook in notebooks.values():
                for cell in notebook.cells:
                    if cell.id in its:
                        name, text = its[cell.id]
                        cell.outputs = [v4.new_output("error", ename=name, evalue=text, traceback=[])]
            yield Result(job.key, notebooks, 2.5, notebook_seconds=dict.fromkeys(notebooks, 2.0))


def grade(course: SmallCourse, failures: Failures | None = None) -> None:
    """Grade all that was handed in."""
    rows = autograde(course.folder, [], [], Options(), runner=Marked(failures))
    assert [row.problem for row in rows] == [""] * len(rows)


def page_of(course: SmallCourse, **options: object) -> str:
    """The report of the first assignment."""
    (written,) = report(course.folder, [ASSIGNMENT], ReportOptions(**options), lambda done, total: None)  # type: ignore[arg-type]
    return written.path.read_text(encoding="utf-8")


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: set[str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = f"my_{node.id}" if node.id in self.names else node.id
        return node


def disguised(source: str) -> str:
    """Code as somebody hands it in who hopes that nobody sees: other names, other spaces, comments."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return f"# mine\n{source}"
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    lines = ast.unparse(_Renamed(names).visit(tree)).split("\n")
    return "\n".join(f"{line}  # step {number}" if number % 2 else line for number, line in enumerate(lines))
