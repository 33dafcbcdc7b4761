"""What the sandbox does otherwise than a kernel that nbclient runs: that loses it, or leaves it to chance."""

from __future__ import annotations

import json
import time
from pathlib import Path

import nbformat
import pytest
from courses import code, notebook
from nbformat import NotebookNode

from course.grading.engine import sandbox
from course.grading.engine.child import SECONDS_BETWEEN_CELLS, Child
from course.grading.engine.jobs import Job, Limits, Result
from course.grading.engine.peer import Peer
from course.grading.engine.pool import SandboxRunner

TASK = """import asyncio
async def speak():
    await asyncio.sleep(0.05)
    print("printed by the task")
    display("shown by the task")
task = asyncio.create_task(speak())"""
WORKERS = """import multiprocessing, threading
def show(name):
    for _ in range(4):
        display({"text/plain": name * 1_000_000}, raw=True)
workers = [KIND(target=show, args=(str(number),)) for number in range(4)]
for each in workers: each.start()
for each in workers: each.join()"""
PROGRAMS = """import subprocess
for number in range(10):
    subprocess.run(["echo", "program", str(number)])
    print("cell", number)"""
BACKGROUND = """import subprocess, time
program = subprocess.Popen(["sh", "-c", "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo line $i; done"])
while program.poll() is None:
    print("-", flush=True)"""
PROCESSES = """import multiprocessing
def prints(number):
    for _ in range(2000):
        print(number)
workers = [multiprocessing.Process(target=prints, args=(number,)) for number in range(3)]
for each in workers: each.start()
for each in workers: each.join()"""
FORK = """import os
print("before the fork", end=" ")
child = os.fork()
if child == 0:
    print("in the fork", end=" ", flush=True)
    os._exit(0)
os.waitpid(child, 0)
print("after the fork")"""
STUBBORN_TASK = """import asyncio
async def stays():
    while True:
        try:
            await asyncio.sleep(1)
        except BaseException:
            pass
task = asyncio.create_task(stays())
await asyncio.sleep(0)"""
CELLS = {
    "task": TASK,
    "after_the_task": "await task",
    "programs": PROGRAMS,
    "background": BACKGROUND,
    "processes": PROCESSES,
    "fork": FORK,
    "replaced": "import io, sys\nkept, sys.stdout = sys.stdout, io.StringIO()",
    "put_back": "sys.stdout = kept\nprint('put back')",
    "surrogates": r'print("\ud800 alone, \udcff too")',
    "surrogate_error": r'raise ValueError("\ud800 alone")',
    "not_a_number": "from IPython.display import JSON\nJSON([float('nan'), float('inf')])",
    "deep": "deep = 1\nfor _ in range(300):\n    deep = [deep]\ndisplay({'application/json': deep}, raw=True)",
    "recursion": "def forever(n):\n    return forever(n + 1)\n\n\nforever(0)",
    "stubborn_task": STUBBORN_TASK,
}
LEAVES = {"leaves": "exit", "left": "1"}
ENDLESS = """from IPython.display import clear_output
while True:
    display({"text/plain": "x" * 2_000_000}, raw=True)
    clear_output()"""
STUBBORN = """while True:
    try:
        display({"text/plain": "x" * 2_000_000}, raw=True)
    except KeyboardInterrupt:
        pass"""
SHORT = Limits(cell_seconds=1, output=10_000)
JOBS = {
    "cells": (CELLS, Limits()),
    "leaves": (LEAVES, Limits()),
    "endless": ({"endless": ENDLESS, "after": "print('after')"}, SHORT),
    "stubborn": ({"stubborn": STUBBORN, "after": "print('after')"}, SHORT),
    "threads": ({"shown": WORKERS.replace("KIND", "threading.Thread")}, Limits(output=100)),
    "processes": ({"shown": WORKERS.replace("KIND", "multiprocessing.Process")}, Limits(output=100)),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    problem = sandbox.find_problem()
    if problem:
        pytest.skip(problem)
    folder = tmp_path_factory.mktemp("working")
    jobs = [
        Job(key, {"n": notebook(*(code(source, name) for name, source in cells.items()))}, folder, limits)
        for key, (cells, limits) in JOBS.items()
    ]
    return {result.key: result for result in SandboxRunner(2).run(jobs)}


def outputs(results: dict[str, Result], name: str, key: str = "cells") -> list[NotebookNode]:
    return next(cell for cell in results[key].notebooks["n"].cells if cell.id == name).outputs


def printed(results: dict[str, Result], name: str, key: str = "cells") -> str:
    return "".join(each.text for each in outputs(results, name, key) if each.get("name") == "stdout")


def errors(results: dict[str, Result], name: str, key: str = "cells") -> list[str]:
    return [each.ename for each in outputs(results, name, key) if each.output_type == "error"]


def test_what_a_task_prints_and_shows_later_stands_in_the_cell_that_runs(results: dict[str, Result]) -> None:
    text, shown = outputs(results, "after_the_task")
    assert (text.text, shown.data["text/plain"]) == ("printed by the task\n", "'shown by the task'")


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_large_displays_side_by_side_all_arrive(kind: str, results: dict[str, Result]) -> None:
    shown = [each.data["text/plain"] for each in outputs(results, "shown", kind)]
    assert sorted({(text[0], len(set(text)), len(text)) for text in shown}) == [
        (name, 1, 1_000_000) for name in "0123"
    ]
    assert len(shown) == 16


def test_text_of_programs_stands_where_they_were_called(results: dict[str, Result]) -> None:
    expected = "".join(f"program {number}\ncell {number}\n" for number in range(10))
    assert printed(results, "programs") == expected


def test_text_of_a_program_in_the_background_is_complete(results: dict[str, Result]) -> None:
    lines = [line.lstrip("-") for line in printed(results, "background").splitlines()]
    assert [line for line in lines if line] == [f"line {number}" for number in range(1, 3001)]


def test_text_of_processes_is_complete(results: dict[str, Result]) -> None:
    # print writes the line and its end one after the other, and another process may come between
    assert sorted(printed(results, "processes")) == sorted("0\n1\n2\n" * 2000)


def test_text_from_before_a_fork_is_shown_once(results: dict[str, Result]) -> None:
    assert sorted(printed(results, "fork")) == sorted("before the fork in the fork after the fork\n")


def test_text_after_stdout_is_put_back_is_shown(results: dict[str, Result]) -> None:
    assert printed(results, "put_back") == "put back\n"


def test_lone_surrogates_are_replaced(results: dict[str, Result]) -> None:
    assert printed(results, "surrogates") == "? alone, ? too\n"


def test_error_with_a_lone_surrogate_keeps_its_name(results: dict[str, Result]) -> None:
    assert errors(results, "surrogate_error") == ["ValueError"]


def test_outputs_can_be_written_as_strict_json_in_utf8(results: dict[str, Result], tmp_path: Path) -> None:
    made = results["cells"].notebooks["n"]
    nbformat.write(made, tmp_path / "made.ipynb")
    json.dumps(made, allow_nan=False)


def test_numbers_that_json_does_not_have_are_text(results: dict[str, Result]) -> None:
    (output,) = outputs(results, "not_a_number")
    assert output.data["application/json"] == ["nan", "inf"]


def test_data_nested_too_deeply_to_be_copied_is_left_out(results: dict[str, Result]) -> None:
    assert outputs(results, "deep") == []


def test_long_traceback_keeps_its_start_and_its_end(results: dict[str, Result]) -> None:
    (error,) = outputs(results, "recursion")
    assert "Traceback (most recent call last)" in error.traceback[1]
    assert "maximum recursion depth exceeded" in error.traceback[-1]
    assert len(error.traceback) == 200


def test_task_that_will_not_be_cancelled_does_not_hold_up_the_end(results: dict[str, Result]) -> None:
    assert results["cells"].seconds < SECONDS_BETWEEN_CELLS


def test_no_cell_after_exit_is_run(results: dict[str, Result]) -> None:
    assert (errors(results, "leaves", "leaves"), errors(results, "left", "leaves")) == ([], ["NotRun"])


def test_endless_showing_is_interrupted_and_later_cells_run(results: dict[str, Result]) -> None:
    assert errors(results, "endless", "endless")[-1] == "TimeLimit"
    assert printed(results, "after", "endless") == "after\n"


def test_showing_that_outlives_its_interrupt_is_ended(results: dict[str, Result]) -> None:
    assert errors(results, "stubborn", "stubborn")[-1] == "TimeLimit"
    assert errors(results, "after", "stubborn") == ["NotRun"]


def test_output_that_is_read_slowly_has_time_to_arrive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(peer: Peer) -> None:
        if isinstance(peer, Child):
            time.sleep(0.012)
        read(peer)

    problem = sandbox.find_problem()
    if problem:
        pytest.skip(problem)
    read = Peer.read
    monkeypatch.setattr(Peer, "read", slowly)
    cells, limits = JOBS["endless"]
    job = Job("slow", {"n": notebook(*(code(source, name) for name, source in cells.items()))}, tmp_path, limits)
    (result,) = SandboxRunner(1).run([job])
    assert errors({"slow": result}, "endless", "slow")[-1] == "TimeLimit"
    assert printed({"slow": result}, "after", "slow") == "after\n"
