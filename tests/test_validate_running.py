"""`course validate` comes back with a sensible answer, whatever the notebook does."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import psutil
import pytest
from courses import SmallCourse
from nbformat import NotebookNode
from validating import below, hint, solved, source, states, to_mend, worth_knowing, write

from course.validation.cells import read
from course.validation.process import GRADING, Limits, run
from course.validation.report import look
from course.validation.states import FAILED, PASSED

SHORT = Limits(cell=1, other=1, notebook=60)


@pytest.fixture(autouse=True)
def _not_in_grading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(GRADING, raising=False)


@pytest.fixture(scope="module")
def right(released_template: SmallCourse) -> NotebookNode:
    """The small notebook, solved."""
    return solved(released_template.released())


def test_a_loop_without_an_end_is_stopped_and_the_rest_runs(right: NotebookNode, tmp_path: Path) -> None:
    found = look(write(tmp_path, right, below("setup", "while True: pass")), SHORT)
    assert states(found)["total"] == PASSED
    (said,) = to_mend(found)
    assert said == "cell 5 (“while True: pass”): it ran longer than 1 s and was stopped: a loop without an end?"


def test_a_loop_that_cannot_be_interrupted_ends_the_notebook(
    right: NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course.validation.process.GRACE_SECONDS", 0.5)
    stubborn = "import time\nwhile True:\n    try:\n        time.sleep(9)\n    except BaseException:\n        pass"
    found = look(write(tmp_path, right, below("check_double", stubborn)), SHORT)
    assert (states(found)["double"], states(found)["total"]) == (PASSED, FAILED)
    assert "could not be interrupted. 4 code cells below it did not run" in to_mend(found)[0]
    assert hint(found, "total").startswith("not reached: cell 7 (“import time”) ended the notebook")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("exit()", "it calls exit()"),
        ("quit", "it calls exit()"),
        ("import os; os._exit(0)", "the process that runs the notebook ended in it"),
        ("import os; os.kill(os.getpid(), 9)", "was the memory full?"),
        ("import os; os.abort()", "(signal 6)"),
    ],
)
def test_a_cell_that_ends_the_process_is_named(code: str, why: str, right: NotebookNode, tmp_path: Path) -> None:
    found = look(write(tmp_path, right, below("check_double", code)), SHORT)
    assert (states(found)["double"], states(found)["total"]) == (PASSED, FAILED)
    assert f"the notebook ends in cell 7 (“{code}”): " in to_mend(found)[0]
    assert why in to_mend(found)[0]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('return float(input("x? "))', "input() asks, and nobody is there to answer"),
        ("import getpass; return getpass.getpass()", "it waits for somebody to type"),
        ("return double(x)", "a function calls itself without an end"),
        ("import sys; sys.exit()", "it ends with exit() or sys.exit()"),
        ('open("data.csv")', "there is no file data.csv beside the notebook"),
        ("import not_there", "not_there is not installed here"),
        ("y = y + x; return y", "y is used before it is given a value"),
        ("assert x < 0", "an assertion does not hold: assert x < 0"),
        ("return 1 / 0", "ZeroDivisionError: division by zero (line 2 of double: return 1 / 0)"),
    ],
)
def test_an_error_in_an_exercise_is_told_in_words(
    body: str, said: str, right: NotebookNode, tmp_path: Path
) -> None:
    found = look(write(tmp_path, right, source("double", f"def double(x):\n    {body}")))
    assert hint(found, "double").startswith(said)


QUIET = """%matplotlib inline
import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.show()
%time listing = !ls
!exit 3
assert _exit_code == 3 and "doubling.ipynb" in listing, listing
%pip install not-there
!pip install not-there
from ipywidgets import interact
interact(lambda x: x, x=3)
await __import__("asyncio").sleep(0)
import pickle
class Own: pass
pickle.loads(pickle.dumps(Own()))
import subprocess
left = subprocess.Popen(["sleep", "1000"])"""


def test_magics_shell_lines_figures_widgets_and_await_work_and_nothing_is_installed(
    right: NotebookNode, tmp_path: Path
) -> None:
    found = look(write(tmp_path, right, below("setup", QUIET)))
    assert (found.is_ready, to_mend(found)) == (True, [])
    assert [each for each in worth_knowing(found) if "installs packages" in each]


def test_what_a_notebook_has_started_ends_with_it(right: NotebookNode, tmp_path: Path) -> None:
    ident = tmp_path / "pid"
    start = 'import subprocess\nleft = subprocess.Popen(["sleep", "1000"])\n'
    look(write(tmp_path, right, below("setup", f'{start}open("pid", "w").write(str(left.pid))')))
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(int(ident.read_text())).wait(timeout=60)


def test_the_cell_that_installs_the_course_is_not_run(right: NotebookNode, tmp_path: Path) -> None:
    found = look(write(tmp_path, right, source("install", "1 / 0")))
    assert found.is_ready


def test_the_notebooks_folder_is_where_it_runs(right: NotebookNode, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    path = write(
        tmp_path / "own", right, below("setup", f"import os\nassert os.getcwd() == {str(tmp_path / 'own')!r}")
    )
    assert look(path).is_ready


def test_an_error_inside_of_a_sliders_function_is_seen(right: NotebookNode, tmp_path: Path) -> None:
    slider = "from ipywidgets import interact\n@interact(x=3)\ndef show(x=3):\n    return 1 / 0"
    found = look(write(tmp_path, right, below("total", slider)))
    assert "ZeroDivisionError: division by zero (line 4 of show: return 1 / 0)" in to_mend(found)[0]


def test_a_cell_that_validates_does_not_begin_again(right: NotebookNode, tmp_path: Path) -> None:
    again = f"import course\ncourse.validate()\n!{sys.executable} -m course.cli validate ."
    ran = run(read(write(tmp_path, right, below("setup", again))), Limits())
    assert (ran.errors, ran.printed[5], ran.stopped) == ({}, 0, 0)


# Files -----------------------------------------------------------------------------------------------------------


def test_files_that_only_the_student_has_are_named(right: NotebookNode, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("1")
    (tmp_path / "helper.py").write_text("x = 1")
    reads = 'import helper\nopen("data.csv").read()\nopen("made.txt", "w").write("1")\nopen("made.txt").read()'
    (said,) = to_mend(look(write(tmp_path, right, below("setup", reads))))
    assert said.startswith("the notebook reads data.csv, helper.py, not there when it is graded")


def test_files_that_are_released_with_the_notebook_are_all_right(right: NotebookNode, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("1")

    def with_file(nb: NotebookNode) -> None:
        nb.metadata.course["files"] = ["data.csv"]

    assert look(write(tmp_path, right, with_file, below("setup", 'open("data.csv").read()'))).is_ready


# Cells in another order ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            [below("setup", "print(later)"), below("double", "later = 1")],
            "later is made further down, in cell 7 (“later = 1”)",
        ),
        ([below("double", "print(forgotten)")], "no cell makes forgotten: it was only in memory"),
        ([below("double", "once = 1\ndel once\nonce")], "once is made in this cell alone"),
    ],
)
def test_a_variable_that_is_only_in_memory_is_told_in_words(
    changes: list, said: str, right: NotebookNode, tmp_path: Path
) -> None:
    found = look(write(tmp_path, right, *changes))
    assert [each for each in to_mend(found) if said in each], to_mend(found)


def test_what_follows_from_an_error_above_is_not_told_again(right: NotebookNode, tmp_path: Path) -> None:
    changes = (below("double", "second = first"), below("double", "first = 1 / 0"))
    (said,) = to_mend(look(write(tmp_path, right, *changes)))
    assert "ZeroDivisionError" in said


def test_a_process_of_its_own_has_the_environment(right: NotebookNode, tmp_path: Path) -> None:
    looks = 'import os\nassert os.environ["NBGRADER_EXECUTION"] == "validate" and os.environ["KEPT"] == "1"'
    os.environ["KEPT"] = "1"
    try:
        assert look(write(tmp_path, right, below("setup", looks))).is_ready
    finally:
        del os.environ["KEPT"]
