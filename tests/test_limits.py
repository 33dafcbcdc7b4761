"""What a cell says when a submission goes over a limit, and what of the notebook is kept."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from sandboxed import Ran, Submission, needs_sandbox, run_class

from course.grading.engine.jobs import Limits

pytestmark = needs_sandbox

BEFORE, AFTER = "print('before')", "print('after')"
LOOP = "\nwhile True:\n    pass"
IGNORES = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)"
CATCHES = """
while True:
    try:
        while True:
            pass
    except KeyboardInterrupt:
        pass"""
FORKS = """
import os, time
for _ in range({number}):
    if os.fork() == 0:
        {what}
        os._exit(0)
time.sleep(60)"""
SPIN = """
import threading

def spin():
    while True:
        pass

threading.Thread(target=spin).start()"""
BURN = (
    "import time\nend = time.process_time() + {seconds}\nwhile time.process_time() < end:\n    pass\nprint('burnt')"
)
SECOND = "stopped after 1 second, the limit for one cell: is there an endless loop?"
FILES = "there are 8 MB for all files of a submission, and 4 MB for one of them"
MEMORY, PROCESSES = "300 MB of memory", "20 processes and threads"


@dataclass(frozen=True)
class Case:
    """A cell that goes over a limit.

    Attributes:
        limits: for it.
        source: prints "partial", then goes on without end.
        name: of the error in its cell.
        text: of the error.
        ends: whether nothing runs after it.
    """

    limits: Limits
    source: str
    name: str
    text: str
    ends: bool = False


QUICK = Limits(cell_seconds=1)
CASES = {
    "loop": Case(QUICK, LOOP, "TimeLimit", SECOND),
    "sleep": Case(QUICK, "import time\ntime.sleep(100)", "TimeLimit", SECOND),
    "program": Case(QUICK, "import subprocess\nsubprocess.run(['sleep', '100'])", "TimeLimit", SECOND),
    "program of the shell": Case(QUICK, "!sleep 100", "TimeLimit", SECOND),
    "regular expression": Case(QUICK, "import re\nre.match('(a+)+$', 'a' * 50 + 'b')", "TimeLimit", SECOND),
    "task": Case(QUICK, "import asyncio\nawait asyncio.sleep(100)", "TimeLimit", SECOND),
    "input": Case(QUICK, "import os\nos.read(os.pipe()[0], 1)", "TimeLimit", SECOND),
    "loop of C": Case(QUICK, "sum(range(10 ** 15))", "TimeLimit", SECOND, ends=True),
    "calls of C": Case(
        QUICK, "import ctypes\nwhile True:\n    ctypes.CDLL(None).usleep(100)", "TimeLimit", SECOND
    ),
    "interrupts caught": Case(QUICK, CATCHES, "TimeLimit", SECOND, ends=True),
    "interrupts ignored": Case(QUICK, IGNORES + LOOP, "TimeLimit", SECOND, ends=True),
    "plural": Case(
        Limits(cell_seconds=1.5), LOOP, "TimeLimit", SECOND.replace("1 second", "1.5 seconds")
    ),
    "notebook by the clock": Case(
        Limits(notebook_seconds=1),
        LOOP,
        "TimeLimit",
        "stopped after 1 second, the limit for all cells of a notebook",
        ends=True,
    ),
    "cell of four processes": Case(
        Limits(cell_cpu_seconds=2),
        FORKS.format(number=4, what="while True: pass"),
        "TimeLimit",
        "stopped after 2 seconds of processor time, the limit for one cell: is there an endless loop?",
    ),
    "notebook of four processes": Case(
        Limits(notebook_cpu_seconds=2),
        FORKS.format(number=4, what="while True: pass"),
        "TimeLimit",
        "stopped after 2 seconds of processor time, the limit for a notebook",
        ends=True,
    ),
    "memory of one": Case(
        Limits(memory=300), "held = bytearray(10 ** 9)", "MemoryLimit", f"there are {MEMORY} for a submission"
    ),
    "memory of many": Case(
        Limits(memory=300),
        FORKS.format(number=5, what="held = b'x' * 100_000_000; time.sleep(60)"),
        "MemoryLimit",
        f"stopped at {MEMORY}, the limit for a submission",
        ends=True,
    ),
    "processes": Case(
        Limits(processes=20),
        FORKS.format(number=23, what="time.sleep(60)"),
        "ProcessLimit",
        f"stopped at {PROCESSES}, the limit for a submission",
        ends=True,
    ),
    "all files": Case(
        Limits(disk=8, file=4),
        "for number in range(9):\n    with open(str(number), 'wb') as file:\n        file.write(bytes(3_000_000))",
        "DiskLimit",
        FILES,
    ),
    "one file": Case(
        Limits(disk=8, file=4), "with open('a', 'wb') as file:\n    file.write(bytes(5 << 20))", "DiskLimit", FILES
    ),
    "output": Case(
        Limits(output=0.5),
        "while True:\n    print('x' * 1000)",
        "OutputLimit",
        "stopped after 0.5 MB of output, the limit for one cell",
    ),
}  # fmt: skip
ENDING = [name for name, case in CASES.items() if case.ends]

TOGETHER = {
    "a killed notebook": Submission(
        {"a": [BEFORE, CATCHES], "b": [AFTER, "print(open('data.csv').read())"]}, QUICK
    ),
    "an interrupted notebook": Submission({"a": [LOOP, BEFORE], "b": [LOOP, AFTER]}, QUICK),
    "files": Submission(
        {"a": ["print(open('note', 'w').write('by a'))", "import os\nos.makedirs('x/y')"],
         "b": ["import os\nprint(open('note').read(), os.listdir('x'))"]}
    ),
    "variables": Submission({"a": ["here = 1\nprint(here)"], "b": ["print('here' in globals())"]}),
    "time": Submission(
        {name: [BURN.format(seconds=0.7)] for name in "abc"}, Limits(notebook_seconds=60, notebook_cpu_seconds=1.5)
    ),
    "cells of little": Submission(
        [BURN.format(seconds=0.8)] * 4 + [AFTER], Limits(cell_cpu_seconds=1.5, notebook_cpu_seconds=2.2)
    ),
    "thread that goes on": Submission([SPIN, "import time\nfor _ in range(20):\n    time.sleep(1)", AFTER],
                                      Limits(cell_cpu_seconds=1, cell_seconds=30)),
}  # fmt: skip


@dataclass(frozen=True)
class Class:
    """What came of all, and how long it took."""

    done: dict[str, Ran]
    seconds: float


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Class:
    submissions = {
        name: Submission([BEFORE, f"print('partial')\n{case.source}", AFTER, AFTER], case.limits)
        for name, case in CASES.items()
    }
    started = time.monotonic()
    done = run_class(submissions | TOGETHER, tmp_path_factory.mktemp("limits") / "working", workers=4)
    return Class(done, time.monotonic() - started)


def test_nothing_that_has_no_end_goes_on(ran: Class) -> None:
    assert ran.seconds < 120


@pytest.mark.parametrize("name", CASES)
def test_cell_names_the_limit_and_how_much_it_is(name: str, ran: Class) -> None:
    assert ran.done[name].error(1) == (CASES[name].name, CASES[name].text)


@pytest.mark.parametrize("name", CASES)
def test_what_was_printed_before_is_kept(name: str, ran: Class) -> None:
    assert ran.done[name].printed(0) == "before\n"
    assert ran.done[name].printed(1).startswith("partial\n")


@pytest.mark.parametrize("name", [name for name in CASES if name not in ENDING])
def test_later_cells_run_where_the_process_lives(name: str, ran: Class) -> None:
    assert [ran.done[name].printed(cell) for cell in (2, 3)] == ["after\n"] * 2


@pytest.mark.parametrize("name", ENDING)
def test_later_cells_say_why_they_are_not_run_where_it_does_not(name: str, ran: Class) -> None:
    expected = [("NotRun", f"not run: {CASES[name].text}")]
    assert [ran.done[name].errors(cell) for cell in (2, 3)] == [expected] * 2


def test_limits_are_no_problem_of_the_job(ran: Class) -> None:
    assert {name: each.result.problem for name, each in ran.done.items()} == dict.fromkeys(ran.done)


# Several notebooks ---------------------------------------------------------------------------------------------


def test_killed_notebook_keeps_not_the_next_from_running(ran: Class) -> None:
    done = ran.done["a killed notebook"]
    assert (done.printed(0, "a"), done.error(1, "a")) == ("before\n", ("TimeLimit", SECOND))
    assert (done.printed(0, "b"), done.printed(1, "b")) == ("after\n", "1,2\n")


def test_interrupt_reaches_the_notebook_that_runs(ran: Class) -> None:
    done = ran.done["an interrupted notebook"]
    assert (done.error(0, "a"), done.printed(1, "a")) == (("TimeLimit", SECOND), "before\n")
    assert (done.error(0, "b"), done.printed(1, "b")) == (("TimeLimit", SECOND), "after\n")


def test_files_of_the_first_are_seen_by_the_second(ran: Class) -> None:
    assert ran.done["files"].printed(0, "b") == "by a ['y']\n"


def test_variables_of_the_first_are_not(ran: Class) -> None:
    assert ran.done["variables"].all_printed() == "1\nFalse\n"


def test_limits_are_for_each_notebook(ran: Class) -> None:
    assert ran.done["time"].all_printed() == "burnt\n" * 3


def test_cells_that_each_take_little_go_over_the_limit_of_the_notebook(ran: Class) -> None:
    done = ran.done["cells of little"]
    text = "stopped after 2.2 seconds of processor time, the limit for a notebook"
    assert [done.printed(cell) for cell in (0, 1)] == ["burnt\n"] * 2
    assert (done.error(2), done.error(4)) == (("TimeLimit", text), ("NotRun", f"not run: {text}"))


def test_thread_of_an_earlier_cell_takes_from_the_cell_that_runs(ran: Class) -> None:
    done = ran.done["thread that goes on"]
    text = "stopped after 1 second of processor time, the limit for one cell: is there an endless loop?"
    assert done.error(1) == ("TimeLimit", text)
    assert done.printed(2) == "after\n"
