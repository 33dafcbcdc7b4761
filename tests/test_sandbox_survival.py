"""Somebody kills parts of the sandbox, or all of it: no job is lost, none comes twice, no process stays."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from sandboxed import SETUP, Ran, Submission, needs_sandbox, run_class

from course.grading.engine import child, pool, sandbox, zygotes
from course.grading.engine.jobs import Job
from course.grading.engine.pool import SandboxRunner

pytestmark = needs_sandbox

CELLS = ["print('{name} begins')", "import time\ntime.sleep(0.2)", "print(open('data.csv').read(), '{name} ends')"]
SECONDS_TO_DIE = 10.0


def submissions(number: int) -> dict[str, Submission]:
    names = [f"job {each}" for each in range(number)]
    return {name: Submission([cell.format(name=name) for cell in CELLS]) for name in names}


def assert_all_are_right(done: dict[str, Ran]) -> None:
    assert {name: (ran.result.problem, ran.all_printed()) for name, ran in done.items()} == {
        name: (None, f"{name} begins\n1,2 {name} ends\n") for name in done
    }


# Parts of the sandbox, as seen from outside -------------------------------------------------------------------


def is_bubblewrap(process: psutil.Process) -> bool:
    return process.name() == "bwrap"


def parts(of: psutil.Process | None = None) -> dict[str, list[psutil.Process]]:
    """Who is there now: bubblewrap's processes from outside in, the zygote, its children."""
    found: dict[str, list[psutil.Process]] = {"outer": [], "inner": [], "zygote": [], "child": []}
    for process in (of or psutil.Process()).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            parent = process.parent()
            grandparent = parent.parent() if parent else None
            if is_bubblewrap(process):
                found["inner" if parent and is_bubblewrap(parent) else "outer"].append(process)
            elif parent and is_bubblewrap(parent):
                found["zygote"].append(process)
            elif grandparent and is_bubblewrap(grandparent):
                found["child"].append(process)
    return found


def left() -> list[list[str]]:
    """Command lines of what is there of a sandbox below this process, once it had time to go."""
    end = time.monotonic() + SECONDS_TO_DIE
    while (found := [each for part in parts().values() for each in part]) and time.monotonic() < end:
        time.sleep(0.05)
    return [process.cmdline() for process in found]


class Killer:
    """Kills a part of the sandbox each time it is told to; a thread can tell it as soon as there is one."""

    def __init__(self, part: str) -> None:
        self.part, self.killed = part, 0

    def kill(self) -> bool:
        for process in parts()[self.part][:1]:
            with contextlib.suppress(psutil.Error):
                process.kill()
                self.killed += 1
                return True
        return False

    @contextlib.contextmanager
    def as_soon_as_there_is(self, part: str, after: float = 0.0) -> Iterator[None]:
        over = threading.Event()

        def watch() -> None:
            while not over.is_set():
                if parts()[part]:
                    time.sleep(after)
                    self.kill()
                    return

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize("part", ["child", "zygote", "outer", "inner"])
def test_jobs_survive_the_death_of_it_again_and_again(part: str, tmp_path: Path) -> None:
    killer, results = Killer(part), []

    def after_each(result: object) -> None:
        results.append(result)
        if len(results) in (1, 3):
            wait_until(killer.kill)

    done = run_class(submissions(6), tmp_path / "working", on_result=after_each)
    assert killer.killed == 2
    assert_all_are_right(done)
    assert left() == []


@pytest.mark.parametrize(("part", "after"), [("outer", 0.0), ("zygote", 0.0), ("zygote", 0.3), ("child", 0.0)])
def test_jobs_survive_an_early_death(part: str, after: float, tmp_path: Path) -> None:
    killer = Killer(part)
    with killer.as_soon_as_there_is(part, after):
        done = run_class(submissions(3), tmp_path / "working")
    assert killer.killed == 1
    assert_all_are_right(done)


def test_jobs_survive_the_death_of_the_zygote_while_they_take_their_files(tmp_path: Path) -> None:
    working = tmp_path / "working"
    working.mkdir()
    (working / "large").write_bytes(bytes(60_000_000))
    killer = Killer("zygote")
    with killer.as_soon_as_there_is("child"):
        done = run_class(submissions(2), working)
    assert killer.killed == 1
    assert_all_are_right(done)


def test_job_under_which_the_zygote_always_dies_is_a_problem_and_the_others_are_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = child.Child.born

    def born(self: child.Child, pidfd: int) -> None:
        begun(self, pidfd)
        if self.work.job.key == "poison":
            for process in parts()["zygote"]:
                process.kill()

    monkeypatch.setattr(child.Child, "born", born)
    monkeypatch.setattr(pool, "MOST_DEATHS", 2)
    lasting = Submission(["import time; time.sleep(5)"])  # so that the kill does not come after its end
    done = run_class({"poison": lasting, **submissions(3)}, tmp_path / "working")
    assert (done.pop("poison").result.problem or "").startswith("the sandbox ended 2 times while it ran")
    assert_all_are_right(done)


# A sandbox that does not start ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "named"),
    [("echo 'the reason' >&2; exit 1", "the sandbox ends as soon as it starts: the reason"),
     ("exit 0", "the sandbox ends as soon as it starts: no reason given"),
     ("sleep 60", "the sandbox did not start in 1 seconds")],
    ids=["says why", "says nothing", "hangs"],
)  # fmt: skip
def test_sandbox_that_never_starts_is_one_error(
    script: str, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "command", lambda setup, inside: ["/bin/sh", "-c", script])
    monkeypatch.setattr(zygotes, "SECONDS_TO_START", 1)
    with pytest.raises(RuntimeError) as raised:
        run_class(submissions(3), tmp_path / "working")
    assert str(raised.value) == named
    assert left() == []


def test_sandbox_that_dies_and_leaves_one_who_waits_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What bubblewrap leaves behind if it is killed before its child has asked to die with it."""
    orphan = "sleep 1000 & kill -9 $$"  # holds the connection, so that its end is not heard of there
    started, command = [], sandbox.command

    def first_an_orphan(setup: sandbox.Setup, inside: list[str]) -> list[str]:
        started.append(setup)
        return ["/bin/sh", "-c", orphan] if len(started) == 1 else command(setup, inside)

    monkeypatch.setattr(sandbox, "command", first_an_orphan)
    assert_all_are_right(run_class(submissions(2), tmp_path / "working"))
    assert len(started) > 1
    assert ["sleep", "1000"] not in [each.info["cmdline"] for each in psutil.process_iter(["cmdline"])]


def test_module_that_starts_a_thread_is_not_preloaded(tmp_path: Path) -> None:
    (tmp_path / "threaded.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=[9]).start()"
    )
    setup = sandbox.Setup(
        preload=("threaded",), paths=(str(tmp_path),), environment=(("PYTHONPATH", str(tmp_path)),)
    )
    made = Submission(["import sys\nprint('threaded' in sys.modules)"]).notebooks
    (result,) = SandboxRunner(1, setup).run([Job("a", made, tmp_path)])
    assert Ran(result).all_printed() == "False\n"


def test_sandbox_starts_where_many_files_are_open(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(open(os.devnull))
        assert_all_are_right(run_class(submissions(2), tmp_path / "working"))


# The coordinator stops ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("results", [0, 1])
def test_closing_the_iterator_early_leaves_no_process(results: int, tmp_path: Path) -> None:
    made = {"short": Submission(["1"]), "long": Submission(["import time\ntime.sleep(60)"])}
    jobs = [Job(name, each.notebooks, tmp_path) for name, each in made.items()]
    running = SandboxRunner(2, SETUP).run(jobs)
    for _ in range(max(1, results)):
        next(running)
    running.close()
    assert left() == []


def test_error_of_whoever_makes_the_jobs_leaves_no_process(tmp_path: Path) -> None:
    def jobs() -> Iterator[Job]:
        yield Job("long", Submission(["import time\ntime.sleep(60)"]).notebooks, tmp_path)
        yield Job("short", Submission(["1"]).notebooks, tmp_path)
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        list(SandboxRunner(1, SETUP).run(jobs()))
    assert left() == []


SCRIPT = """
from pathlib import Path
from nbformat import v4
from course.grading.engine.jobs import Job
from course.grading.engine.pool import SandboxRunner
source = '''
import subprocess, time
subprocess.Popen(["sleep", "300"], start_new_session=True)
time.sleep(300)
'''
made = v4.new_notebook(cells=[v4.new_code_cell(source)])
list(SandboxRunner(2).run([Job(key, {{"n": made}}, Path({folder!r})) for key in "ab"]))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_death_of_the_coordinator_leaves_no_process(number: signal.Signals, tmp_path: Path) -> None:
    code = SCRIPT.format(folder=str(tmp_path))
    coordinator = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL, start_new_session=True)
    watched = psutil.Process(coordinator.pid)
    wait_until(lambda: len(watched.children(recursive=True)) >= 7)  # two of bubblewrap, zygote, two with a program
    processes = watched.children(recursive=True)
    coordinator.send_signal(number)
    coordinator.wait(60)
    _, alive = psutil.wait_procs(processes, SECONDS_TO_DIE)
    assert [process.cmdline() for process in alive] == []


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)
