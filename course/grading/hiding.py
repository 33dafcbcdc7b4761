"""Takes out of a graded notebook what a student must not see."""

from __future__ import annotations

from itertools import takewhile

from nbformat import NotebookNode, v4
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from course.grading.engine.transcript import ASIDE, FAILURE
from course.grading.notebooks import grade_id, role
from course.grading.rules import HIDDEN, SCHEME

OWN_FAILURES = ("HiddenCheckFailed", "CheckFailed")  # their message is written for students
LIMITS = (
    "TimeLimit",
    "MemoryLimit",
    "ProcessLimit",
    "DiskLimit",
    "OutputLimit",
    "ProcessEnded",
    "NotRun",
)  # what the engine says of cells that it ended


def what_went_wrong(cell: NotebookNode, *, visible: bool = False) -> str | None:
    """What a student may know of a failed test cell, in a line; None where it passed.

    Args:
        cell: an executed test cell.
        visible: whether students have its source, so that an error's own text tells them nothing new. Of a
            hidden cell they learn the hint, or the kind of error.
    """
    error = error_of(cell, visible=visible)
    if error is None and any(output.get("name") == "stderr" for output in cell.get("outputs", ())):
        return "your code writes to stderr while it is tested"
    return error


def error_of(cell: NotebookNode, *, visible: bool) -> str | None:
    """The error that ended an executed cell, in a line, or None; see :func:`what_went_wrong`."""
    errors = [output for output in cell.get("outputs", ()) if output.output_type == "error"]
    failure = cell.metadata.get(FAILURE)
    if errors and isinstance(failure, dict):
        return _in_words(failure, visible=visible)
    for error in errors:
        if error.ename in OWN_FAILURES:
            return str(error.evalue)
    for error in errors:  # the engine's word on a limit comes after the interrupt that it led to
        if error.ename in LIMITS:
            return f"{error.ename}: {error.evalue}"
    if not errors:
        return None
    detail = f": {errors[0].evalue}" if visible and errors[0].evalue else ""
    return f"your code does not get through: {errors[0].ename}{detail}"


def _in_words(failure: dict, *, visible: bool) -> str:
    """What the tester says of a failure, in a line for the student.

    Where the test is hidden, nothing is in it that the student's code has made while it was tested: it had the
    test's inputs then, and an exception's text can hold them.
    """
    kind, name, text = failure["kind"], str(failure.get("name", "")), str(failure.get("text", ""))
    if kind == "check":
        hint = failure.get("hint")
        return text if visible else str(hint) if hint else "a value is not the expected one"
    if kind == "assert":
        return text.split("\n")[0] or "what the test asserts does not hold"
    if kind == "undefined":
        return f"{text} is not defined: did its cell run without an error?"
    if kind == "student":
        line = f", in the line `{failure['line']}`" if failure.get("line") else ""
        if visible:
            return f"your code raises {name}: {text}{line}" if text else f"your code raises {name}{line}"
        return f"your code raises {failure['builtin']}"  # no line: which one it is can say what the input was
    if kind == "handle":
        return "your code gives back something that is no number, array or other plain data"
    if kind == "lost":
        return text
    return f"the test can't use what your code gives back ({name}{': ' + text if visible and text else ''})"


def limits_reached(notebook: NotebookNode) -> list[str]:
    """A phrase for each limit that an executed notebook ran into, with the cells."""
    cells: dict[str, list[str]] = {}
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", ()):
            if output.output_type == "error" and output.ename in LIMITS and output.ename != "NotRun":
                cells.setdefault(output.evalue[:160], []).append(grade_id(cell) or f"cell {index + 1}")
    return [f"{text} ({_some(names)})" for text, names in cells.items()]


def _some(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def hide_hidden_cell(cell: NotebookNode) -> None:
    """Leave the comment that says what is tested, and one line on how it went."""
    problem = what_went_wrong(cell)
    visible = takewhile(lambda line: f"BEGIN {HIDDEN}" not in line, cell.source.split("\n"))
    cell.source = "\n".join(visible).rstrip("\n")
    text = "✓ hidden tests passed\n" if problem is None else f"✗ {problem}\n"
    cell.outputs = [v4.new_output("stream", name="stdout", text=text)]


def without_scheme(source: str) -> str:
    """A Think question without its mark scheme."""
    kept, inside = [], False
    for line in source.split("\n"):
        if f"BEGIN {SCHEME}" in line:
            inside = True
        elif f"END {SCHEME}" in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept).rstrip("\n")


def needs_tester(cell: NotebookNode) -> bool:
    """Whether a test cell wanted data that only a tester has, and ran without one: a person has to grade it."""
    return any(
        output.output_type == "error" and output.ename == "NeedsTester" for output in cell.get("outputs", ())
    )


def show_own_frames(cell: NotebookNode) -> None:
    """Of an exception of the student's in a visible test, leave the lines of the student's own code."""
    failure = cell.metadata.get(FAILURE) or {}
    if failure.get("kind") != "student":
        return
    lines = [f"  line {line}, in {function}: {code}" for _, line, function, code in failure["frames"]]
    for output in cell.outputs:
        if output.output_type == "error":
            output.traceback = ["In your code:", *lines, f"{failure['name']}: {failure['text']}"]


class HideFromStudents(NbGraderPreprocessor):
    """Hidden tests and mark schemes leave the notebook before feedback is rendered."""

    show_hidden = Bool(False, help="Leave them in, for an instructor who wants students to see them.").tag(
        config=True
    )

    def preprocess_cell(self, cell: NotebookNode, resources: dict, cell_index: int) -> tuple[NotebookNode, dict]:
        if self.show_hidden:
            return cell, resources
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not output.get("metadata", {}).get(ASIDE)]
        kind = role(cell).kind
        if kind == "think":
            cell.source = without_scheme(cell.source)
        elif kind in ("hidden", "test", "check") and f"BEGIN {HIDDEN}" in cell.source:
            hide_hidden_cell(cell)
        elif kind in ("test", "check"):
            show_own_frames(cell)
        cell.metadata.pop(FAILURE, None)
        return cell, resources
