"""A new notebook to start from: one exercise with its cells, a figure, and its bank; released as it stands."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

from course.grading.errors import CourseError
from course.grading.settings import CourseFolder

TITLE = """# {title}

What this notebook is about, in three sentences: what the student will see, build and understand.

**You will learn**

- one thing;
- another thing.

**Time:** about 45 minutes. **You need:** what earlier notebooks gave. **More:** a link to the section of a book.

Run the cells from the top. Each exercise has a cell for your code and a check right under it."""
SETUP = """# Set-up: run this cell first.
import matplotlib.pyplot as plt
import numpy as np

from course import check"""
TEXT = """## 1. The first section (10 minutes)

Explain why somebody would want this, then the equation next to the code that computes it:

$$y = x^2.$$

**Exercise 1.** Say what to write, and what comes back."""
SOLUTION = '''def {exercise}(x):
    """Square of a number, elementwise.

    x: an array of any shape, or a number
    Returns an array of the same shape.
    """
    ### BEGIN SOLUTION
    return np.asarray(x) ** 2
    ### END SOLUTION'''
CHECK = """# Check: a few numbers that you can square in your head.
check.close({exercise}(np.array([-2.0, 0.0, 3.0])), [4.0, 0.0, 9.0], "{exercise}([-2, 0, 3])")"""
HIDDEN = """# Tested here: arrays of several shapes, and that inputs stay as they were.
### BEGIN HIDDEN TESTS
_rng = np.random.default_rng(1)
for _shape in ((), (5,), (2, 3)):
    _x = _rng.normal(size=_shape)
    _before, _expected = _x.copy(), _x * _x
    _got = {exercise}(_x)
    check.hidden(_x, _before, hint="your function changes its argument: make a new array instead")
    check.hidden(_got, _expected, hint="look at the formula, its sign, and the shape of the result")
### END HIDDEN TESTS"""
FIGURE = """x = np.linspace(-2, 2, 101)
figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
axes.plot(x, {exercise}(x))
axes.set(xlabel="x", ylabel="y")
plt.show()"""
SUMMARY = """## Summary

- What the student takes away, a sentence each."""
BANK = """# %% right: {exercise} | multiplied by itself
def {exercise}(x):
    return np.multiply(x, x)


# %% right: {exercise} | by a power
def {exercise}(x):
    return np.power(x, 2)


# %% wrong: {exercise} | doubled
def {exercise}(x):
    return 2 * x


# %% wrong: {exercise} | the sign is kept
def {exercise}(x):
    return x * np.abs(x)


# %% wrong: {exercise} | changes its argument
def {exercise}(x):
    x = np.asarray(x)
    x *= x
    return x


# %% wrong: {exercise} | nothing comes back
def {exercise}(x):
    np.square(x)


# %% wrong: {exercise} | the answers of the check
def {exercise}(x):
    return np.array([4.0, 0.0, 9.0])
"""


def new(course: CourseFolder, assignment: str, notebook: str, exercise: str) -> list[Path]:
    """Write a master and its bank; returns the two paths.

    Args:
        course: the course folder.
        assignment: of the form 11_name; made where it is new.
        notebook: its name.
        exercise: id of its first exercise, also its function's name.

    Raises:
        CourseError: a name is none, or there is such a notebook already.
    """
    for what, name, pattern, form in (
        ("assignment", assignment, r"\d\d_[a-z][a-z0-9_]*", "two digits and a name: 11_attention"),
        ("notebook", notebook, r"[a-z][a-z0-9_]*", "small letters, digits and underscores"),
        ("exercise", exercise, r"[a-z][a-z0-9_]*", "small letters, digits and underscores"),
    ):
        if not re.fullmatch(pattern, name):
            raise CourseError(f"{name!r} can't be the name of an {what}".replace("an notebook", "a notebook")
                              + f"; {form}")  # fmt: skip
    master = course.step("source") / assignment / f"{notebook}.ipynb"
    bank = course.root / "tests" / "answers" / assignment / f"{notebook}.py"
    for path in (master, bank):
        if path.exists():
            raise CourseError(f"{course.relative(path)} is there already; choose another name")
    with tempfile.TemporaryDirectory(prefix=".course-new-", dir=course.root) as folder:
        made = Path(folder, "master"), Path(folder, "bank")
        nbformat.write(scaffold(notebook, exercise), made[0])
        made[1].write_text(BANK.replace("{exercise}", exercise), encoding="utf-8")
        for source, target in zip(made, (master, bank), strict=True):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(source, target)
    return [master, bank]


def scaffold(notebook: str, exercise: str) -> NotebookNode:
    """The notebook itself."""

    def role(name: str, **what: object) -> dict:
        return {"nbgrader": {"grade": False, "grade_id": name, "locked": False, "schema_version": 3,
                             "solution": False, "task": False, **what}}  # fmt: skip

    def code(source: str, ident: str, **metadata: object) -> NotebookNode:
        return v4.new_code_cell(source.replace("{exercise}", exercise), id=ident, metadata=metadata)

    title = notebook.replace("_", " ").capitalize()
    cells = [
        v4.new_markdown_cell(TITLE.replace("{title}", title), id="title"),
        code(SETUP, "setup", tags=["setup"], **role("setup", locked=True)),
        v4.new_markdown_cell(TEXT, id=f"{exercise}_text"),
        code(SOLUTION, exercise, **role(exercise, solution=True)),
        code(CHECK, f"check_{exercise}", **role(f"check_{exercise}", grade=True, locked=True, points=1)),
        code(HIDDEN, f"hidden_{exercise}", **role(f"hidden_{exercise}", grade=True, locked=True, points=2)),
        code(FIGURE, "figure_first", tags=["figure"]),
        v4.new_markdown_cell(
            "**What to see.** Say what the reader should notice, where, and why.", id="figure_first_caption"
        ),
        v4.new_markdown_cell(SUMMARY, id="summary"),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
