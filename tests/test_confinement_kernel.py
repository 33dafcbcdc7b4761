"""Submissions that break the process they run in: it ends, it loses its descriptors, its modules lie."""

from __future__ import annotations

import pytest
from sandboxed import Ran, Submission, assert_honest_are_right, beside_honest, needs_sandbox, run_class

from course.grading.engine.jobs import Limits

pytestmark = needs_sandbox

LIMITS = Limits(cell_seconds=4, notebook_seconds=20)
BEFORE, AFTER = "print('before')", "print('after')"
ENDED = ("ProcessEnded", "the process that runs the notebook ended in this cell")

# The process ends in the cell, which says so; what comes after is not run.
ENDS = {
    "os._exit": "import os\nos._exit(0)",
    "os._exit with a status": "import os\nos._exit(137)",
    "abort": "import os\nos.abort()",
    "segmentation fault": "import ctypes\nctypes.string_at(0)",
    "memory overwritten": "import ctypes\nctypes.memset(id(0), 0, 1 << 40)",
    "another program": "import os\nos.execv('/bin/true', ['true'])",
    "forbidden system call": "import ctypes\nctypes.CDLL(None).syscall(0x40000000 + 39)",
    "fatal error of Python": "import ctypes\nctypes.pythonapi.Py_FatalError(b'no')",
    "exit of Python": "import ctypes\nctypes.pythonapi.Py_Exit(3)",
    "killed by the system": """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
while True:
    pass""",
}

# The process stays, and the next cell runs.
STAYS = {
    "sys.exit": "import sys\nsys.exit(3)",
    "SystemExit": "raise SystemExit",
    "KeyboardInterrupt": "raise KeyboardInterrupt",
    "recursion": "def deep():\n    deep()\ndeep()",
    "signal handlers": """
import signal
for number in set(signal.Signals) - {9, 19}:
    signal.signal(number, lambda *_: 1 / 0)""",
    "signals to itself": """
import os, signal
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGKILL, signal.SIGSTOP):
    os.kill(1, number)""",
    "alarm": """
import signal
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)""",
    "trace": """
import sys, threading
sys.settrace(lambda *_: None)
sys.setprofile(lambda *_: None)
threading.settrace(lambda *_: 1 / 0)""",
    "collector": "import gc\ngc.callbacks.append(lambda *_: 1 / 0)\ngc.set_threshold(1)",
    "atexit": "import atexit, time\natexit.register(time.sleep, 60)",
    "hooks": "import sys\nsys.excepthook = sys.unraisablehook = sys.displayhook = lambda *_: 1 / 0",
    "umask and folder": "import os\nos.umask(0o777)\nos.chdir('/')",
    "environment": "import os\nos.environ.clear()",
    "thread that goes on": """
import threading

def spin():
    while True:
        pass

threading.Thread(target=spin).start()""",
    "task that goes on": """
import asyncio, contextlib

async def wait():
    while True:
        with contextlib.suppress(BaseException):
            await asyncio.sleep(60)

task = asyncio.ensure_future(wait())""",
    "executor that goes on": """
import asyncio, time
asyncio.get_running_loop().run_in_executor(None, time.sleep, 60)""",
}

# Nobody can say what such a process still shows: it comes back with what it showed before.
ODD = {
    "exit": "exit",
    "error that raises itself": """
class Odd(BaseException):
    def __str__(self):
        raise self
raise Odd""",
    "stdout that raises": """
import sys

class Odd:
    def __getattr__(self, name):
        raise OSError(name)

sys.stdout = sys.stderr = Odd()""",
    "no descriptors": "import os\nos.closerange(0, 1 << 16)",
    "no modules": "import sys\nsys.modules.clear()",
    "modules that lie": """
import sys, types
for name in list(sys.modules):
    sys.modules[name] = types.ModuleType(name)""",
    "no builtins": "import builtins\nfor name in dir(builtins):\n    setattr(builtins, name, None)",
    "stopped loop": "import asyncio\nasyncio.get_running_loop().stop()",
    "closed loop": "import asyncio\nasyncio.get_running_loop().close()",
    "shell without methods": "get_ipython().run_cell = get_ipython().run_cell_async = get_ipython().kernel = None",
    "engine without attributes": """
import gc
for each in gc.get_objects():
    if type(each).__module__.startswith("course.") and hasattr(each, "__dict__"):
        vars(each).clear()""",
    "rubbish to all descriptors": """
import contextlib, os
for number in range(100):
    for descriptor in range(64):
        with contextlib.suppress(OSError):
            os.write(descriptor, os.urandom(4096))""",
    "swapped descriptors": """
import contextlib, os
for descriptor in range(3, 20):
    with contextlib.suppress(OSError):
        os.dup2(os.open("/dev/zero", os.O_RDWR), descriptor)""",
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    attacks = {name: Submission([BEFORE, source, AFTER], LIMITS) for name, source in (ENDS | STAYS | ODD).items()}
    for name in ("os._exit", "segmentation fault"):
        attacks[f"{name} in the first of two"] = Submission(
            {"a": [BEFORE, ENDS[name], AFTER], "b": [AFTER]}, LIMITS
        )
    attacks["exit in the first of two"] = Submission({"a": [BEFORE, "exit", AFTER], "b": [AFTER]}, LIMITS)
    return run_class(beside_honest(attacks, every=8), tmp_path_factory.mktemp("kernel") / "working")


def test_honest_submissions_beside_them_are_right(done: dict[str, Ran]) -> None:
    assert_honest_are_right(done)


@pytest.mark.parametrize("name", ENDS)
def test_end_of_the_process_is_said_in_its_cell(name: str, done: dict[str, Ran]) -> None:
    assert (done[name].printed(0), done[name].error(1), done[name].printed(2)) == ("before\n", ENDED, "")
    expected = "not run: the process that runs the notebook ended in an earlier cell"
    assert done[name].error(2) == ("NotRun", expected)


@pytest.mark.parametrize("name", STAYS)
def test_next_cell_runs(name: str, done: dict[str, Ran]) -> None:
    assert (done[name].printed(0), done[name].printed(2)) == ("before\n", "after\n")


@pytest.mark.parametrize("name", ODD)
def test_comes_back_with_what_it_showed_before(name: str, done: dict[str, Ran]) -> None:
    assert (done[name].result.problem, done[name].printed(0)) == (None, "before\n")


@pytest.mark.parametrize("name", ["os._exit", "segmentation fault"])
def test_end_in_the_first_notebook_is_said_there_and_the_second_runs(name: str, done: dict[str, Ran]) -> None:
    ran = done[f"{name} in the first of two"]
    assert (ran.error(1, "a"), ran.error(2, "a")[0]) == (ENDED, "NotRun")
    assert ran.printed(0, "b") == "after\n"


def test_exit_in_the_first_notebook_ends_it_and_the_second_runs(done: dict[str, Ran]) -> None:
    ran = done["exit in the first of two"]
    assert ran.error(2, "a") == ("NotRun", "not run: the process that runs the notebook has ended")
    assert ran.printed(0, "b") == "after\n"
