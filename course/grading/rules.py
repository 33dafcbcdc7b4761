"""The rules for masters, enforced before anything is released.

Each rule is a sentence of docs/authoring.md; each finding names cell and line. What the rules for test cells
buy is that the same cell can run beside the student's code or far away from it (see :mod:`course.check`).
"""

from __future__ import annotations

import ast
import builtins
import functools
import re
import symtable
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from course.grading.notebooks import Role, grade_id, is_graded, role

SOLUTION, HIDDEN, SCHEME = "SOLUTION", "HIDDEN TESTS", "MARK SCHEME"
_PLACES = {SOLUTION: ("solution",), HIDDEN: ("hidden",), SCHEME: ("think",)}
_IPYTHON_NAMES = re.compile(r"_+|_+i+|_i?\d+|_[ido]h")  # IPython writes to these after every cell


@dataclass(frozen=True)
class Problem:
    """One breach of one rule.

    Attributes:
        cell: grade_id of the cell, or its cell id, or its number.
        line: in the cell, from 1; 0 for the cell as a whole.
        text: what is wrong and what to do.
    """

    cell: str
    line: int
    text: str

    def __str__(self) -> str:
        where = f"cell {self.cell}" + (f", line {self.line}" if self.line else "")
        return f"{where}: {self.text}" if self.cell else self.text


def find_problems(notebook: NotebookNode) -> list[Problem]:
    """All breaches of the rules in a master, in the order of its cells."""
    names = [_name(cell, index) for index, cell in enumerate(notebook.cells)]
    roles = [role(cell) for cell in notebook.cells]
    found: list[tuple[int, Problem]] = []
    rules = (_ids, _points, _markers, _exercises, _thinks, _setup, _hidden_layout, _test_names, _given_reaches)
    for check in rules:
        found += [(index, Problem(names[index] if index >= 0 else "", line, text))
                  for index, line, text in check(notebook.cells, roles)]  # fmt: skip
    return [problem for _, problem in sorted(found, key=lambda item: (item[0], item[1].line))]


def marked_region(source: str, marker: str) -> str:
    """The lines between the BEGIN and END lines of a marker, without them; "" where there is none."""
    inside, lines = False, []
    for line in source.split("\n"):
        if f"BEGIN {marker}" in line:
            inside = True
        elif f"END {marker}" in line:
            inside = False
        elif inside:
            lines.append(line)
    return "\n".join(lines)


def without_markers(source: str) -> str:
    """The source with the lines that carry markers taken out and what they enclose kept."""
    marker = re.compile(rf"(BEGIN|END) ({SOLUTION}|{HIDDEN}|{SCHEME})")
    return "\n".join(line for line in source.split("\n") if not marker.search(line))


Finding = tuple[int, int, str]  # index of the cell (-1: the notebook), line, text


def _name(cell: NotebookNode, index: int) -> str:
    return grade_id(cell) or cell.get("id") or str(index)


def _ids(cells: list[NotebookNode], roles: list[Role]) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for index, cell in enumerate(cells):
        name = grade_id(cell)
        if name is None:
            continue
        if name in seen:
            yield index, 0, f"its grade_id is also that of cell number {seen[name] + 1}; ids must differ"
        seen.setdefault(name, index)
        if not re.fullmatch(r"[a-zA-Z_]\w*", name):
            yield index, 0, "a grade_id is made of letters, digits and underscores"
        if cell.metadata.nbgrader.get("schema_version") != 3:
            yield index, 0, "its nbgrader metadata are not of schema version 3; run `nbgrader update`"


def _points(cells: list[NotebookNode], roles: list[Role]) -> Iterator[Finding]:
    for index, cell in enumerate(cells):
        if is_graded(cell):
            points = cell.metadata.nbgrader.get("points")
            if isinstance(points, bool) or not isinstance(points, int | float) or not 0 <= points < 1e6:
                yield index, 0, f"a graded cell needs points, a number of at least 0; it has {points!r}"


def _markers(cells: list[NotebookNode], roles: list[Role]) -> Iterator[Finding]:
    for index, (cell, its) in enumerate(zip(cells, roles, strict=True)):
        for marker, kinds in _PLACES.items():
            opened = 0
            for number, line in enumerate(cell.source.split("\n"), start=1):
                begins, ends = f"BEGIN {marker}" in line, f"END {marker}" in line
                if (begins or ends) and its.kind not in kinds:
                    yield index, number, f"a {marker} marker in a cell that is not a {kinds[0]} cell"
                if begins and opened:
                    yield index, number, f"BEGIN {marker} inside the region that line {opened} begins"
                elif begins:
                    opened = number
                elif ends and not opened:
                    yield index, number, f"END {marker} without a BEGIN {marker} above it"
                elif ends:
                    opened = 0
            if opened:
                yield index, opened, f"BEGIN {marker} without an END {marker} under it"


def _exercises(cells: list[NotebookNode], roles: list[Role]) -> Iterator[Finding]:
    order = [(index, its) for index, its in enumerate(roles) if its.kind in ("solution", "check", "hidden", "test")]
    present = {(its.kind, its.exercise) for _, its in order}
    for position, (index, its) in enumerate(order):
        if its.kind == "test":
            yield index, 0, "a test cell is named check_<exercise> or hidden_<exercise>"
        elif its.kind == "solution":
            following = [(after.kind, after.exercise) for _, after in order[position + 1 : position + 3]]
            if following != [("check", its.exercise), ("hidden", its.exercise)]:
                yield index, 0, f"next come check_{its.exercise} and hidden_{its.exercise}, in this order"
            if cells[index].cell_type == "code" and f"BEGIN {SOLUTION}" not in cells[index].source:
                yield index, 0, f"a solution cell holds its solution between ### BEGIN and ### END {SOLUTION}"
        elif ("solution", its.exercise) not in present:
            yield index, 0, f"there is no solution cell {its.exercise} for it"
        if its.kind in ("check", "hidden") and cells[index].cell_type != "code":
            yield index, 0, "a test cell is a code cell"


def _thinks(cells: list[NotebookNode], roles: list[Role]) -> Iterator[Finding]:
    for index, its in enumerate(roles):
        if its.kind != "think":
            continue
        if not (grade_id(cells[index]) or "").startswith("think_"):
            yield index, 0, "a Think question is named think_<word>"
        if cells[index].cell_type != "markdown":
            yield index, 0, "a Think question is a text cell"
        if f"BEGIN {SCHEME}" not in cells[index].source:
            yield index, 0, "a Think question needs a mark scheme"
        after = cells[index + 1] if index + 1 < len(cells) else None
        if after is None or after.cell_type != "markdown" or grade_id(after) is not None:
            yield index, 0, "under a Think question comes a plain text cell for the answer"


def _setup(cells: list[NotebookNode], roles: list[Role]) -> Iterator[Finding]:
    tagged = [index for index, cell in enumerate(cells) if "setup" in cell.metadata.get("tags", ())]
    if len(tagged) != 1:
        yield -1, 0, f"a master has one set-up cell, tagged setup; this one has {len(tagged)}"
    for index in tagged:
        if roles[index].kind != "locked" or not cells[index].metadata.nbgrader.get("locked"):
            yield index, 0, "the set-up cell is locked (read-only), so that grading runs the master's"
        tree = _parse(cells[index].source)
        if isinstance(tree, Problem):
            yield index, tree.line, "the set-up cell is plain Python, without magics: the tester runs it, too"


def _hidden_layout(cells: list[NotebookNode], roles: list[Role]) -> Iterator[Finding]:
    for index, its in enumerate(roles):
        if its.kind != "hidden":
            continue
        lines = cells[index].source.split("\n")
        begins = [number for number, line in enumerate(lines) if f"BEGIN {HIDDEN}" in line]
        if not begins:
            yield index, 0, f"a hidden cell holds its tests between ### BEGIN and ### END {HIDDEN}"
            continue
        if begins[0] != 1 or not re.match(r"# \S", lines[0]):
            yield index, 1, "one comment line stands above the hidden tests and says what they test"
        ends = [number for number, line in enumerate(lines) if f"END {HIDDEN}" in line]
        after = [number for number, line in enumerate(lines) if ends and number > ends[0] and line.strip()]
        if after:
            yield index, after[0] + 1, "nothing comes after the hidden tests: students would see it"


def _test_names(cells: list[NotebookNode], roles: list[Role]) -> Iterator[Finding]:
    """What a test cell may use: builtins, the set-up cell's names, the student's, and its own with underscores."""
    setup, solutions = set[str](), dict[str, frozenset[str]]()
    for cell, its in zip(cells, roles, strict=True):
        if "setup" in cell.metadata.get("tags", ()):
            setup |= names_defined(cell.source)
        elif its.kind == "solution" and cell.cell_type == "code":
            solutions[its.exercise] = names_defined(cell.source)
    student = set[str]().union(*solutions.values())
    allowed = set(dir(builtins)) | setup | student
    for index, its in enumerate(roles):
        if its.kind not in ("solution", "check", "hidden") or cells[index].cell_type != "code":
            continue
        tree = _parse(cells[index].source)
        if isinstance(tree, Problem):
            yield index, tree.line, tree.text
            continue
        if its.kind == "solution":
            continue
        own = names_defined(cells[index].source)
        for name in sorted(own):
            line = _line_of(tree, name)
            if not name.startswith("_"):
                yield index, line, f"a test cell defines {name!r}; its own names start with an underscore"
            elif _IPYTHON_NAMES.fullmatch(name):
                yield index, line, f"IPython itself writes to {name!r}; choose another name"
        for name in sorted(names_used(cells[index].source) - own - allowed):
            yield (
                index,
                _line_of(tree, name),
                f"{name!r} is neither an exercise's name, nor from the set-up cell, nor defined in this cell",
            )
        if its.exercise in solutions and not names_used(cells[index].source) & solutions[its.exercise]:
            yield index, 0, f"the test uses none of the names of exercise {its.exercise}, so it can't fail"
        yield from ((index, line, text) for line, text in _statements(tree, student))


def _statements(tree: ast.Module, student: set[str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "check.given":
            for keyword in node.keywords:
                if keyword.arg not in student:
                    yield node.lineno, f"check.given replaces {keyword.arg!r}, which no exercise defines"
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        call = last.value
        if not (isinstance(call, ast.Call) and re.match(r"check\.|print$|\w+\.check_", ast.unparse(call.func))):
            yield (
                last.lineno,
                "a value on the last line counts as partial credit; name it, check it, or write check.points(…)",
            )


def _given_reaches(cells: list[NotebookNode], roles: list[Role]) -> Iterator[Finding]:
    """check.given replaces a name; a solution that has kept the function under another name would not see it."""
    replaced = {name for cell, its in zip(cells, roles, strict=True) if its.kind in ("check", "hidden")
                for name in _replaced(cell.source)}  # fmt: skip
    for index, its in enumerate(roles):
        tree = _parse(cells[index].source) if its.kind == "solution" and cells[index].cell_type == "code" else None
        if isinstance(tree, ast.Module):
            for node in _kept_when_defined(tree):
                if node.id in replaced:
                    yield (
                        index,
                        node.lineno,
                        f"{node.id!r} is kept here when the cell runs, where check.given({node.id}=…) does not "
                        "reach it; use the name inside the function",
                    )


def _replaced(source: str) -> set[str]:
    tree = _parse(source)
    if isinstance(tree, Problem):
        return set()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {keyword.arg for call in calls if ast.unparse(call.func) == "check.given" for keyword in call.keywords
            if keyword.arg}  # fmt: skip


def _kept_when_defined(node: ast.AST) -> Iterator[ast.Name]:
    """Names whose objects code keeps when it is run, not when a function in it is called; calls keep nothing."""
    for field, child in ast.iter_fields(node):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and field in ("body", "returns"):
            continue
        for each in child if isinstance(child, list) else [child]:
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
                if not (isinstance(node, ast.Call) and field == "func"):
                    yield each
            elif isinstance(each, ast.AST):
                yield from _kept_when_defined(each)


def _parse(source: str) -> ast.Module | Problem:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a compiler remarks on breaks no rule
            compile(source, "cell", "exec", dont_inherit=True)  # finds more than a parser: a return, say
            return ast.parse(source)
    except SyntaxError as error:
        return Problem("", error.lineno or 0, f"not plain Python ({error.msg}); magics don't work here")


@functools.lru_cache(4096)
def is_plain_python(source: str) -> bool:
    """Whether Python itself takes the source, without IPython's magics and shell lines."""
    return isinstance(_parse(source), ast.Module)


@functools.lru_cache(4096)
def names_defined(source: str) -> frozenset[str]:
    """Names that running the source binds at the top level; none where it is not plain Python."""
    return frozenset(
        symbol.get_name()
        for table in _scopes(source)
        for symbol in table.get_symbols()
        if (symbol.is_assigned() or symbol.is_imported())
        and (table.get_type() == "module" or symbol.is_declared_global())
    )


@functools.lru_cache(4096)  # hundreds of answers to one notebook have nearly all cells in common
def names_used(source: str) -> frozenset[str]:
    """Names that the source reads from the top level, in functions and classes too."""
    return frozenset(
        symbol.get_name()
        for table in _scopes(source)
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (table.get_type() == "module" or symbol.is_global())
    )


def _scopes(source: str) -> Iterator[symtable.SymbolTable]:
    """The scopes of the source, the top level first; none where it is not plain Python."""
    tree = _parse(source)
    if isinstance(tree, Problem):
        return
    waiting = [symtable.symtable(ast.unparse(_ComprehensionsToGenerators().visit(tree)), "cell", "exec")]
    while waiting:
        table = waiting.pop(0)
        yield table
        waiting += table.get_children()


class _ComprehensionsToGenerators(ast.NodeTransformer):
    """Python 3.12 and newer count a comprehension's variables to the scope around it, but not a generator's."""

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return self.generic_visit(ast.GeneratorExp(node.elt, node.generators))

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        return self.generic_visit(ast.GeneratorExp(node.elt, node.generators))

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        pair = ast.Tuple([node.key, node.value], ast.Load())
        return self.generic_visit(ast.GeneratorExp(pair, node.generators))


_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)


def _line_of(tree: ast.Module, name: str) -> int:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == name:
            return node.lineno
        if isinstance(node, _NAMED) and node.name == name:
            return node.lineno
        if isinstance(node, ast.alias) and (node.asname or node.name.partition(".")[0]) == name:
            return node.lineno
    return 0
