"""Submissions that flood the coordinator, lie to it, or speak its language."""

from __future__ import annotations

import json

import nbformat
import pytest
from sandboxed import FORGE, NAME, Ran, Submission, assert_honest_are_right, beside_honest, needs_sandbox, run_class

from course.grading.engine.jobs import Limits

pytestmark = needs_sandbox

LIMITS = Limits(cell_seconds=20, notebook_seconds=40, output=1, disk=64, file=40)
GOES = "print('the next cell')"
STOPPED = ("OutputLimit", "stopped after 1 MB of output, the limit for one cell")

# Up to a gigabyte, in each way that there is.
FLOODS = {
    "print": "text = 'x' * 100\nfor number in range(10_000_000):\n    print(text)",
    "print of one text": "print('x' * 100_000_000)",
    "sys.stdout": "import sys\nfor number in range(1000):\n    sys.stdout.write('x' * 1_000_000)",
    "sys.stderr": "import sys\nfor number in range(1000):\n    sys.stderr.write('x' * 1_000_000)",
    "descriptor": "import os\nfor number in range(1000):\n    os.write(1, b'x' * 1_000_000)",
    "program": "import subprocess\nsubprocess.run(['yes'])",
    "program of the shell": "!yes",
    "thread": """
import threading
thread = threading.Thread(target=print, args=["x" * 100_000_000])
thread.start()
thread.join()""",
    "display": """
from IPython.display import HTML, display
for number in range(1000):
    display(HTML("x" * 1_000_000))""",
    "result": "'x' * 100_000_000",
}
CUT = {"error": "raise ValueError('x' * 100_000_000)"}

# Frames of its own, and what else can be sent over the connection. Each spoils at most its own result.
FORGED = {
    "random bytes": """
for number in range(64):
    connection.sendall(os.urandom(1 << 20))""",
    "zeros": """
for number in range(64):
    connection.sendall(bytes(1 << 20))""",
    "a frame of 4 GB": """
connection.sendall(b"M" + b"\\xff" * 4)
for number in range(64):
    connection.sendall(bytes(1 << 20))""",
    "half a frame": """connection.sendall(b"M\\0\\0\\1\\0half")""",
    "unknown frames": "frame(b'Q')",
    "frames of the other side": "frame(b'J', {})\nframe(b'F', b'x')",
    "a fault": "frame(b'X', 'not my fault')",
    "the end": "frame(b'E', {'status': 'ok'})\nframe(b'D', {'notebook': 0})",
    "the end twice": "frame(b'D', {'notebook': 0})\nframe(b'D', {'notebook': 0})",
    "another cell": "frame(b'S', {'notebook': 3, 'cell': 10 ** 9})",
    "cells without end": """
while True:
    frame(b"E", {"status": "ok"})
    frame(b"S", {"notebook": 0, "cell": 1})""",
    "gone": "frame(b'G', {'notebook': 0})\nframe(b'G', {'notebook': 7})\nframe(b'G', [])",
    "replies that are none": "frame(b'E', [])\nframe(b'S', None)",
    "deep brackets": "frame(b'M', b'[' * 500_000)",
    "deep lists": """
deep = {}
for number in range(900):
    deep = {"a": deep}
message("display_data", {"data": {"application/json": deep}, "metadata": deep})""",
    "many parts": "message('display_data', {'data': {'application/json': [{}] * 400_000}, 'metadata': {}})",
    "status": "message('status', {'execution_state': 'idle'})",
    "odd messages": """
for kind in ("stream", "error", "execute_result", "clear_output", "update_display_data", "comm_open", "x"):
    for content in ({}, [], None, 1, {"text": 1, "name": "stdout"}, {"data": 1, "metadata": 1}, {"transient": 1},
                    {"data": {"text/plain": {}}, "metadata": {}, "execution_count": 10 ** 4000}, {"wait": {}},
                    {"ename": 1, "evalue": 2, "traceback": 3}, {"name": [], "text": "x"},
                    {"transient": {"display_id": []}}):
        message(kind, content)
for payload in (b"1", b"[1]", b"\\xff", b"1e999", b"{}", b""):
    frame(b"M", payload)""",
    "surrogates": "message('stream', {'name': 'stdout', 'text': '\\ud800'})\nprint('\\udfff')",
    "updates of many displays": """
for kind in ("display_data", "update_display_data"):
    for number in range(1500):
        message(kind, {"data": {}, "metadata": {}, "transient": {"display_id": "a"}})""",
}  # fmt: skip

# A little at a time, which costs whoever reads it more than whoever writes it.
SLOW = {
    "small prints after a large one": """
import sys
print("x" * 900_000)
for number in range(10_000):
    print(end="y")
    sys.stdout.flush()"""
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    attacks = {name: Submission([source, GOES], LIMITS) for name, source in (FLOODS | CUT | SLOW).items()}
    attacks |= {name: Submission([FORGE + source, GOES], LIMITS) for name, source in FORGED.items()}
    attacks["every cell"] = Submission(["print('x' * 900_000)"] * 9 + [GOES], LIMITS)
    return run_class(beside_honest(attacks, every=8), tmp_path_factory.mktemp("output") / "working")


def test_honest_submissions_beside_them_are_right(done: dict[str, Ran]) -> None:
    assert_honest_are_right(done)


@pytest.mark.parametrize("name", FLOODS)
def test_flood_is_stopped_and_named(name: str, done: dict[str, Ran]) -> None:
    assert done[name].error(0) == STOPPED


@pytest.mark.parametrize("name", FLOODS | CUT)
def test_cell_holds_no_more_than_the_limit(name: str, done: dict[str, Ran]) -> None:
    assert len(json.dumps([done[name].outputs(cell) for cell in (0, 1)])) < 2_000_000


@pytest.mark.parametrize("name", FLOODS | CUT)
def test_cell_after_a_flood_runs(name: str, done: dict[str, Ran]) -> None:
    assert done[name].printed(1) == "the next cell\n"


@pytest.mark.parametrize("name", FORGED)
def test_forged_frames_are_no_problem_of_the_coordinator(name: str, done: dict[str, Ran]) -> None:
    assert done[name].result.problem is None


@pytest.mark.parametrize("name", FORGED)
def test_whatever_is_forged_the_notebook_can_be_written(name: str, done: dict[str, Ran]) -> None:
    made = done[name].result.notebooks[NAME]
    nbformat.validate(made)
    assert len(nbformat.writes(made).encode()) < 2_000_000


def test_small_prints_after_a_large_one_are_all_kept(done: dict[str, Ran]) -> None:
    ran = done["small prints after a large one"]
    assert ran.printed(0) == "x" * 900_000 + "\n" + "y" * 10_000
    assert len(ran.outputs(0)) == 1


def test_all_cells_of_a_notebook_together_have_a_limit(done: dict[str, Ran]) -> None:
    ran = done["every cell"]
    assert ran.error(5) == ("OutputLimit", "stopped after 5 MB of output, the limit for all cells of a notebook")
    assert ran.error(9)[0] == "NotRun"
