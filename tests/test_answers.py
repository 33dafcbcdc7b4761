"""The answers bank: what it finds in answers and in tests, and what it says of a bank that is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Said, one_clear_line, run_command
from courses import SmallCourse, cell_of, small_master
from nbformat import NotebookNode

RIGHT = "# %% right: double | by addition\ndef double(x):\n    return x + x\n"
SQUARE = "# %% wrong: double | the square\ndef double(x):\n    return x * x if x else 2.5\n"
PASSES = "# %% wrong: double | wrong for zero alone\ndef double(x):\n    return 2 * x if x else 1.0\n"
SLIP = "# %% right: double | with a slip\ndef double(x):\n    return 2 * abs(x)\n"
CRASHES = "# %% right: double | for lists\ndef double(x):\n    return [2 * value for value in x]\n"
TOTAL = "# %% wrong: total | nothing is added\ndef total(values):\n    return 0.0\n"


def write_bank(course: SmallCourse, *blocks: str, name: str = "01_first/doubling.py", bank: str = "bank") -> Path:
    path = course.root / bank / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(blocks))
    return course.root / bank


def faults(said: Said) -> dict[str, str]:
    """The faults that the command names, by the place of the block."""
    lines = [line.removeprefix("FAULT ") for line in said.out.splitlines() if line.startswith("FAULT ")]
    return {line.partition(": ")[0].rpartition("/")[2]: line.partition("): ")[2] for line in lines}


# Answers and tests with faults -------------------------------------------------------------------------------


def weak_tests(master: NotebookNode) -> None:
    """A hidden test of `total` that a wrong `double` fails, too, and a check that the untouched release passes."""
    cell = cell_of(master, "hidden_total")
    cell.source = cell.source.replace("with check.given(double=lambda x: 2 * x):\n    ", "")
    cell_of(master, "check_double").source = "# Check: it is there.\nassert callable(double)"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Said:
    course = SmallCourse(tmp_path_factory.mktemp("answers"))
    course.write_master()
    master = small_master()
    weak_tests(master)
    course.write_master(master, name="weak")
    write_bank(course, RIGHT, SQUARE, PASSES, SLIP, CRASHES, bank="anywhere/else")
    bank = write_bank(course, SQUARE, name="01_first/weak.py", bank="anywhere/else")
    return run_command(course, "answers", "--bank", str(bank), "--jobs", "2")


def test_bank_with_faults_ends_with_1(faulty: Said) -> None:
    assert (faulty.status, faulty.err) == (1, "")


def test_answers_that_come_out_as_they_say_are_no_faults(faulty: Said) -> None:
    places = [f"doubling.py:{line}" for line in (11, 16, 21)]
    assert set(faults(faulty)) == {*places, "weak.py:1", "weak.py"}


def test_wrong_answer_that_passes_is_a_fault(faulty: Said) -> None:
    assert faults(faulty)["doubling.py:11"] == "it gets full marks for its exercise"


def test_right_answer_that_fails_is_a_fault_with_cell_and_reason(faulty: Said) -> None:
    assert faults(faulty)["doubling.py:16"] == "hidden_double says: HiddenCheckFailed: wrong for other numbers"


def test_every_cell_that_a_right_answer_fails_is_named(faulty: Said) -> None:
    parts = faults(faulty)["doubling.py:21"].split("; ")
    assert [part.partition(" says: ")[0] for part in parts] == ["check_double", "hidden_double", "check_total"]
    assert parts[0].endswith("TypeError: 'float' object is not iterable")


def test_wrong_answer_that_costs_marks_elsewhere_is_a_fault(faulty: Said) -> None:
    assert faults(faulty)["weak.py:1"] == "it costs marks elsewhere, too: hidden_total"


def test_release_that_has_points_untouched_is_a_fault(faulty: Said) -> None:
    assert faults(faulty)["weak.py"] == "it has 1 of 8 points"


def test_answers_are_counted_by_notebook_and_kind(faulty: Said) -> None:
    lines = faulty.out.splitlines()
    assert lines[:2] == [
        "01_first/doubling: 3 right, 2 wrong, 3 faults",
        "01_first/weak: 0 right, 1 wrong, 2 faults",
    ]
    assert lines[-3:] == [
        "right     1 of 3 accepted (33.3 %)",
        "wrong     1 of 3 caught (33.3 %)",
        "untouched 1 of 2 score 0 (50 %)",
    ]


def test_other_folder_as_bank_need_not_be_complete(faulty: Said) -> None:
    assert "TOO FEW" not in faulty.out


# Banks without faults ----------------------------------------------------------------------------------------


def test_bank_without_faults_ends_with_0_and_only_the_notebook_named_is_graded(small_course: SmallCourse) -> None:
    write_bank(small_course, "a bank that can't be read", name="01_first/again.py")
    bank = write_bank(small_course, TOTAL)
    before = small_course.snapshot()
    said = run_command(small_course, "answers", "--bank", str(bank), "--only", "doubling")
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[0] == "01_first/doubling: 0 right, 1 wrong, 0 faults"
    assert small_course.snapshot() == before


def test_courses_own_bank_that_is_too_small_is_said_and_ends_with_1(small_course: SmallCourse) -> None:
    small_course.write_master(name="again")
    write_bank(small_course, RIGHT, SQUARE, bank="tests/answers")
    said = run_command(small_course, "answers", "--jobs", "2")
    assert (said.status, said.err) == (1, "")
    assert [line for line in said.out.splitlines() if line.startswith("TOO FEW")] == [
        "TOO FEW 01_first/doubling: double has 1 wrong answers, and wants 3",  # a solution of one statement
        "TOO FEW 01_first/doubling: total has 0 right answers, and wants 2",
        "TOO FEW 01_first/doubling: total has 0 wrong answers, and wants 5",
        "TOO FEW 01_first/again: double has 0 right answers, and wants 1",
        "TOO FEW 01_first/again: double has 0 wrong answers, and wants 3",
        "TOO FEW 01_first/again: total has 0 right answers, and wants 2",
        "TOO FEW 01_first/again: total has 0 wrong answers, and wants 5",
    ]


# A bank that is none -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("def double(x):\n    return 2 * x\n", ["doubling.py:1: ", "begins with a line"]),
        ("import numpy\n" + RIGHT, ["doubling.py:1: ", "begins with a line"]),
        (RIGHT + "# %% rong: double | typo\n", ["doubling.py:4: ", "'# %% rong: double | typo'"]),
        ("\n", ["doubling.py:1: ", "begins with a line"]),
        ("# %% wrong: double\n", ["doubling.py:1: ", "not a header"]),
        ("# %% wrong: triple | no such\n", ["doubling.py:1: ", "no exercise 'triple'", "double, total"]),
    ],
)
def test_block_that_is_none_is_one_clear_line(content: str, named: list[str], small_course: SmallCourse) -> None:
    bank = write_bank(small_course, content)
    line = one_clear_line(small_course, "answers", "--bank", str(bank))
    assert all(words in line for words in named), line


@pytest.mark.parametrize(
    ("prepare", "words", "named"),
    [
        (lambda course: None, ["--bank", "{root}/nowhere"], "nowhere: no such folder"),
        (lambda course: None, [], "tests/answers: no such folder"),
        (lambda course: (course.root / "bank").mkdir(), ["--bank", "{root}/bank"], "bank: no answers in it"),
        (lambda course: write_bank(course, RIGHT), ["--bank", "{root}/bank", "--only", "triple"], "'triple'"),
        (
            lambda course: write_bank(course, RIGHT, name="01_first/triple.py"),
            ["--bank", "{root}/bank"],
            "no master source/01_first/triple.ipynb",
        ),
    ],
)
def test_missing_bank_or_notebook_is_one_clear_line(
    prepare: Callable[[SmallCourse], object], words: list[str], named: str, small_course: SmallCourse
) -> None:
    prepare(small_course)
    line = one_clear_line(small_course, "answers", *(word.format(root=small_course.root) for word in words))
    assert named in line
