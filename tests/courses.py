"""Small courses for tests: masters of a few cells, that run in a second, in folders of their own."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

from course.grading.handin import fill_in, hand_in, solutions
from course.grading.settings import CONFIG_FILE, CourseFolder

ROOT = Path(__file__).resolve().parent.parent

DOUBLE = '''def double(x):
    """Twice x, elementwise."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION'''
CHECK_DOUBLE = '# Check: one number.\ncheck.close(double(2.0), 4.0, "double(2.0)")'
HIDDEN_DOUBLE = """# Tested here: other numbers.
### BEGIN HIDDEN TESTS
for _secret in (3.25, -7.5):
    check.hidden(double(_secret), 2 * _secret, hint="wrong for other numbers")
### END HIDDEN TESTS"""
TOTAL = '''def total(values):
    """The sum of the doubled values."""
    ### BEGIN SOLUTION
    result = 0.0
    for value in values:
        result += double(value)
    return result
    ### END SOLUTION'''
CHECK_TOTAL = '# Check: three numbers.\ncheck.close(total([1.0, 2.0, 3.0]), 12.0, "total([1.0, 2.0, 3.0])")'
HIDDEN_TOTAL = """# Tested here: other lists.
### BEGIN HIDDEN TESTS
with check.given(double=lambda x: 2 * x):
    check.hidden(total([0.5, 4.5]), 10.0, hint="wrong for another list")
### END HIDDEN TESTS"""
THINK = "Why twice?\n\n### BEGIN MARK SCHEME\nBecause the mark scheme says so.\n### END MARK SCHEME"


def metadata(grade_id: str, **values: object) -> dict:
    """nbgrader's metadata of a cell, schema 3."""
    base = {
        "grade": False,
        "grade_id": grade_id,
        "locked": False,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return {"nbgrader": {**base, **values}}


def text(source: str, name: str) -> NotebookNode:
    """A text cell."""
    return v4.new_markdown_cell(source, id=name)


def code(source: str, name: str, tags: tuple[str, ...] = ()) -> NotebookNode:
    """A code cell that is not graded."""
    return v4.new_code_cell(source, id=name, metadata={"tags": list(tags)} if tags else {})


def setup_cell(source: str = "from course import check") -> NotebookNode:
    """A set-up cell."""
    cell = v4.new_code_cell(source, id="setup", metadata=metadata("setup", locked=True))
    cell.metadata["tags"] = ["setup"]
    return cell


def solution(source: str, exercise: str) -> NotebookNode:
    """A solution cell."""
    return v4.new_code_cell(source, id=exercise, metadata=metadata(exercise, solution=True))


def test_cell(source: str, kind: str, exercise: str, points: float) -> NotebookNode:
    """A check or hidden cell."""
    name = f"{kind}_{exercise}"
    return v4.new_code_cell(source, id=name, metadata=metadata(name, grade=True, locked=True, points=points))


test_cell.__test__ = False  # type: ignore[attr-defined]  # not a test of pytest's


def think(source: str, word: str, points: float = 2) -> NotebookNode:
    """A Think question."""
    name = f"think_{word}"
    return v4.new_markdown_cell(source, id=name, metadata=metadata(name, task=True, locked=True, points=points))


def exercise(name: str, answer: str, check: str, hidden: str) -> list[NotebookNode]:
    """The three cells of an exercise, with 1 and 2 points."""
    return [solution(answer, name), test_cell(check, "check", name, 1), test_cell(hidden, "hidden", name, 2)]


def notebook(*cells: NotebookNode) -> NotebookNode:
    """A notebook of these cells."""
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernel})


def small_master() -> NotebookNode:
    """Two exercises (the second uses the first) and a Think question: 3 + 3 + 2 points."""
    return notebook(
        text("# Doubling", "title"),
        setup_cell(),
        *exercise("double", DOUBLE, CHECK_DOUBLE, HIDDEN_DOUBLE),
        *exercise("total", TOTAL, CHECK_TOTAL, HIDDEN_TOTAL),
        think(THINK, "twice"),
        text("*Your answer:*", "answer_twice"),
    )


def cell_of(nb: NotebookNode, name: str) -> NotebookNode:
    """The cell with this id."""
    return next(cell for cell in nb.cells if cell.id == name)


class SmallCourse:
    """A course folder with masters that tests may write, and students who hand in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        if not (root / CONFIG_FILE).exists():
            (root / CONFIG_FILE).write_text(
                "from course.grading.pipeline import configure\n\n"
                "c = get_config()\n"
                "configure(c)\n"
                "c.Course.cell_seconds = 5\n"
            )

    def copy_to(self, root: Path) -> SmallCourse:
        """The same course, with all that is in it, in another folder."""
        shutil.copytree(self.root, root, symlinks=True)
        return SmallCourse(root)

    def configure(self, line: str) -> None:
        """Add a line to nbgrader_config.py."""
        with open(self.root / CONFIG_FILE, "a") as config:
            config.write(line + "\n")

    @property
    def folder(self) -> CourseFolder:
        """The folder, with its settings read anew."""
        return CourseFolder(self.root)

    def write_master(
        self, nb: NotebookNode | None = None, assignment: str = "01_first", name: str = "doubling"
    ) -> Path:
        """Write a master into source/; the small one if none is given."""
        path = self.root / "source" / assignment / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nb if nb is not None else small_master(), path)
        return path

    def released(self, assignment: str = "01_first", name: str = "doubling") -> NotebookNode:
        """A released notebook."""
        return nbformat.read(self.root / "release" / assignment / f"{name}.ipynb", as_version=4)

    def submit(
        self,
        student: str,
        answers: dict[str, str] | None = None,
        assignment: str = "01_first",
        name: str = "doubling",
    ) -> Path:
        """Hand in the released notebook: solved, but for the answers given here. Returns the file."""
        master = nbformat.read(self.root / "source" / assignment / f"{name}.ipynb", as_version=4)
        filled = fill_in(self.released(assignment, name), {**solutions(master), **(answers or {})})
        folder = self.root / "submitted" / student / assignment
        hand_in(filled, folder, name)
        return folder / f"{name}.ipynb"

    def snapshot(self) -> dict[str, bytes]:
        """All files with their content, to see what a command touched."""
        files = (path for path in self.root.rglob("*") if path.is_file() and path.name != ".course.lock")
        return {str(path.relative_to(self.root)): path.read_bytes() for path in sorted(files)}
