"""`course validate`: what it says of exercises and questions, its exit status, and what it is printed like."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from commands import in_a_terminal, run_command
from courses import SmallCourse
from nbformat import NotebookNode
from validating import below, hint, solved, source, states, untouched, worth_knowing, write

from course.validation import command, report
from course.validation.process import GRADING
from course.validation.report import Report, look
from course.validation.running import Run
from course.validation.states import ANSWERED, EMPTY, FAILED, NOT_STARTED, PASSED, State
from course.validation.text import Paper, lines_of


@pytest.fixture(autouse=True)
def _not_in_grading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(GRADING, raising=False)


@pytest.fixture(scope="module")
def right(released_template: SmallCourse) -> NotebookNode:
    """The small notebook, solved."""
    return solved(released_template.released())


# One notebook --------------------------------------------------------------------------------------------------


def test_a_solved_notebook_is_ready(right: NotebookNode, tmp_path: Path) -> None:
    found = look(write(tmp_path, right))
    assert states(found) == {"double": PASSED, "total": PASSED, "twice": ANSWERED}
    assert (found.findings, found.is_ready) == ([], True)


def test_a_released_notebook_is_not_started(released_template: SmallCourse, tmp_path: Path) -> None:
    found = look(write(tmp_path, released_template.released()))
    assert states(found) == {"double": NOT_STARTED, "total": NOT_STARTED, "twice": EMPTY}
    assert not found.is_ready


@pytest.fixture(scope="module")
def wrong(right: NotebookNode, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A notebook with a wrong answer in one exercise, and a slip of the pen in another."""
    changes = (
        source("double", "def double(x):\n    return 3 * x"),
        source("total", "def total(values):\n    return sum(doubel(value) for value in values)"),
    )
    return look(write(tmp_path_factory.mktemp("wrong"), right, *changes))


def test_the_hint_of_a_wrong_answer_is_what_its_check_says(wrong: Report) -> None:
    assert states(wrong)["double"] == FAILED
    assert hint(wrong, "double") == "double(2.0): wrong value: expected 4, yours 6 (difference 2)."


def test_a_misspelled_name_is_told_with_the_one_that_was_meant(wrong: Report) -> None:
    assert hint(wrong, "total") == "NameError: no cell makes doubel; did you mean double?"


def test_an_exercise_that_needs_an_unwritten_one_says_which(
    right: NotebookNode, released_template: SmallCourse, tmp_path: Path
) -> None:
    found = look(write(tmp_path, right, untouched(released_template, "double")))
    assert states(found)["double"] == NOT_STARTED
    assert hint(found, "total") == "it needs double, which is not written yet"


@pytest.fixture(scope="module")
def broken(right: NotebookNode, released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A notebook in which one exercise is not Python, and the other has kept the line to be replaced."""
    stub = 'raise NotImplementedError("not written yet: your code goes here")'
    changes = (
        source("double", "def double(x:\n    return 2 * x"),
        source("total", f"def total(values):\n    result = 0\n    # YOUR CODE HERE\n    {stub}"),
    )
    return look(write(tmp_path_factory.mktemp("broken"), right, *changes))


def test_a_syntax_error_is_shown_with_its_line(broken: Report) -> None:
    assert hint(broken, "double") == "SyntaxError: '(' was never closed (line 1: def double(x:)"


def test_a_stub_that_was_left_under_ones_own_code_is_to_be_deleted(broken: Report) -> None:
    assert "delete that line" in hint(broken, "total")


def test_what_is_written_to_the_error_stream_fails_as_in_grading(right: NotebookNode, tmp_path: Path) -> None:
    loud = 'import sys\ndef double(x):\n    print("here", file=sys.stderr)\n    return 2 * x'
    found = look(write(tmp_path, right, source("double", loud)))
    assert states(found)["double"] == FAILED
    assert hint(found, "double").endswith("which grading takes for a failure: here")


def test_a_warning_is_no_failure(right: NotebookNode, tmp_path: Path) -> None:
    warns = 'import warnings\ndef double(x):\n    warnings.warn("careful")\n    return 2 * x'
    assert look(write(tmp_path, right, source("double", warns))).is_ready


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("*Your answer:*", EMPTY),
        ("Your answer: \n\n", EMPTY),
        ("", EMPTY),
        ("*Your answer:* because.", ANSWERED),
        ("$2x$", ANSWERED),
    ],
)
def test_a_question_is_answered_when_something_is_written_below_it(
    text: str, state: str, right: NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "run", lambda *_: Run())
    assert states(look(write(tmp_path, right, source("answer_twice", text))))["twice"] == state


def test_an_answer_in_a_cell_of_its_own_counts(
    right: NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "run", lambda *_: Run())
    changes = (source("answer_twice", "*Your answer:*"), below("answer_twice", "# because it is"))
    assert states(look(write(tmp_path, right, *changes)))["twice"] == ANSWERED


# Files that are no notebooks -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", "a web page, not a notebook"),
        (b'{"cells": [', "can't be read as JSON (line 1)"),
        (b'\xff\xfe{"', "can't be read as JSON"),
        (b"[" * 100_000, "can't be read as JSON"),
        (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04", "a zip archive"),
        (b'{"a": 1}', "not a notebook, although it is JSON"),
        (b'{"nbformat": 3, "worksheets": []}', "the notebook format of 2014"),
        (b'{"nbformat": 5, "cells": []}', "its format is not known"),
        (b'{"nbformat": 4, "cells": []}', "it has no cells"),
        (b'{"nbformat": 4, "cells": [1]}', "cell 1 is damaged"),
        (b'{"nbformat": 4, "cells": [{"source": 1}]}', "the text of cell 1 is damaged"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "1"}]}', "not a notebook of this course"),
    ],
)
def test_what_is_no_notebook_of_the_course_is_told_in_words(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_bytes(content)
    found = look(tmp_path / "a.ipynb")
    assert said in found.problem
    assert not found.is_ready


def test_a_process_that_cannot_start_is_told_in_words(
    right: NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    assert "Python can't be started: No such file" in look(write(tmp_path, right)).problem


def test_a_process_that_ends_before_the_first_cell_says_its_last_words(
    right: NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course.validation.process._CODE", "import no_ipython_here  # {}")
    assert "No module named 'no_ipython_here' (see course doctor)" in look(write(tmp_path, right)).problem


# The command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Nothing is run; the names of what would be. A name with "bad" in it is not ready, and all are copies."""
    names: list[str] = []

    def look_at(path: Path, *_: object) -> Report:
        names.append(path.name)
        problem = "it is bad" if "bad" in path.name else ""
        return Report(path, problem, [State("double", PASSED)], key="01_first/doubling")

    monkeypatch.setattr(command, "look", look_at)
    return names


def names_of(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")


def test_everything_ready_is_status_0_and_something_not_is_1(small_course: SmallCourse, looked: list[str]) -> None:
    names_of(small_course.root, "good.ipynb", "bad.ipynb")
    assert run_command(small_course, "validate", "good.ipynb").status == 0
    said = run_command(small_course, "validate", "good.ipynb", "bad.ipynb")
    assert (said.status, said.err) == (1, "")
    assert "✓ ready      good.ipynb" in said.out
    assert "✗ not ready  bad.ipynb" in said.out


def test_of_a_folder_all_notebooks_are_looked_at(small_course: SmallCourse, looked: list[str]) -> None:
    names_of(small_course.root, "x/b.ipynb", "x/a.ipynb", "x/.ipynb_checkpoints/a-checkpoint.ipynb", "x/c.txt")
    run_command(small_course, "validate", "x")
    assert looked == ["a.ipynb", "b.ipynb"]


def test_of_a_folder_of_assignments_all_notebooks_are_looked_at(
    small_course: SmallCourse, looked: list[str]
) -> None:
    names_of(small_course.root, "x/1/a.ipynb", "x/2/b.ipynb", "x/.ipynb_checkpoints/a.ipynb")
    run_command(small_course, "validate", "x")
    assert looked == ["a.ipynb", "b.ipynb"]


def test_two_copies_of_a_notebook_are_said_to_be_copies(small_course: SmallCourse, looked: list[str]) -> None:
    names_of(small_course.root, "x/a.ipynb", "x/a (1).ipynb")
    said = run_command(small_course, "validate", "x")
    assert said.status == 0
    assert "a (1).ipynb, a.ipynb are copies of the same notebook" in said.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["gone.ipynb"], "gone.ipynb: not found; "),
        (["x/a"], "did you mean a.ipynb?"),
        (["x/c.ipynb"], "x has a.ipynb, b.ipynb"),
        (["empty"], "a folder without notebooks"),
        (["--seconds", "0", "x"], "not a number of seconds above 0"),
    ],
)
def test_a_mistake_in_the_command_is_one_line_and_status_2(
    words: list[str], said: str, small_course: SmallCourse, looked: list[str]
) -> None:
    names_of(small_course.root, "x/a.ipynb", "x/b.ipynb")
    (small_course.root / "empty").mkdir()
    got = run_command(small_course, "validate", *words)
    assert (got.status, got.out, len(got.lines), looked) == (2, "", 1, [])
    assert said in got.err


def test_in_grading_the_command_does_nothing(
    small_course: SmallCourse, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(GRADING, "autograde")
    assert run_command(small_course, "validate", "gone.ipynb").status == 0
    assert looked == []


def test_ctrl_c_ends_the_notebook_and_says_where(right: NotebookNode, tmp_path: Path) -> None:
    marker = tmp_path / "runs"
    os.mkfifo(marker)
    loop = f'open({str(marker)!r}, "w").write("1")\nwhile True: pass'
    path = write(tmp_path, right, below("setup", f"import os\n{loop}\nos"))
    words = [sys.executable, "-m", "course.cli", "validate", str(path)]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=in_a_terminal
    )
    marker.read_text()  # when the loop has begun
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    said = r"course validate: stopped in doubling\.ipynb, code cell [12] of \d+; nothing was changed\n"
    assert re.fullmatch(said, err)


def test_the_notebook_itself_stays_as_it_is(right: NotebookNode, tmp_path: Path) -> None:
    path = write(tmp_path, right)
    before = path.read_bytes()
    look(path)
    assert [path.read_bytes(), [each.name for each in tmp_path.iterdir()]] == [before, ["doubling.ipynb"]]


# The table -------------------------------------------------------------------------------------------------------


def long_report() -> Report:
    return Report(
        Path("a_notebook_with_a_rather_long_name_indeed (1).ipynb"),
        "",
        [State("compute_negative_log_likelihood", NOT_STARTED), State("double", FAILED, "is wrong " * 30, 1, 2)],
        [State("why is it that way, and not the other way round", EMPTY)],
        [its_finding("to mend " * 30), its_finding("to know " * 30, serious=False)],
    )


def its_finding(text: str, *, serious: bool = True) -> report.Finding:
    return report.Finding(text, serious)


@pytest.mark.parametrize("width", [32, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(len(line) for line in lines_of(long_report(), Paper(width))) <= min(width, 100)


def test_names_are_not_cut_where_they_fit_a_line() -> None:
    assert "  compute_negative_log_likelihood" in list(lines_of(long_report(), Paper(40)))


def test_colours_are_for_terminals() -> None:
    assert "\x1b" not in "".join(lines_of(long_report(), Paper(80)))
    assert "\x1b[31m✗ failed" in "".join(lines_of(long_report(), Paper(80, colours=True)))


def test_a_terminal_without_unicode_gets_what_it_can_print() -> None:
    text = "\n".join(lines_of(long_report(), Paper(80, encoding="cp1252")))
    assert "x failed" in text
    text.encode("cp1252")


def test_control_characters_of_a_students_are_not_printed() -> None:
    sent = Report(Path("a.ipynb"), "", [State("double", FAILED, "\x1b[2J\x07 gone")])
    assert "\x1b" not in "".join(lines_of(sent, Paper()))


def test_points_of_visible_checks_are_added_up() -> None:
    assert long_report().summary.startswith("0 of 2 exercises pass their checks (0 of 1 point)")


def test_a_notebook_that_prints_a_lot_is_told_so(right: NotebookNode, tmp_path: Path) -> None:
    found = look(write(tmp_path, right, below("setup", 'for _ in range(3000): print("x" * 999)')))
    assert found.is_ready
    assert [each for each in worth_knowing(found) if "prints 3 million characters" in each]


def test_nothing_is_released_that_is_not_known_to_students(released_template: SmallCourse) -> None:
    cells = released_template.released().metadata.course.cells
    assert [set(each) - {"id", "kind", "points", "text", "names", "placeholder", "until"} for each in cells] == [
        set()
    ] * len(cells)
    assert nbformat.from_dict(cells[0])["id"] == "setup"
