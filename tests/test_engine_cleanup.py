"""No kernel outlives the engine, however it ends: each case is a process of its own that counts its children."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import in_a_terminal

SCRIPT = """
import contextlib, sys, time
from pathlib import Path

import psutil
from nbformat import v4

from course.grading.engine.jobs import Job
from course.grading.engine.kernels import KernelRunner

folder, what = Path(sys.argv[1]), sys.argv[2]


def job(key, source):
    cell = v4.new_code_cell(f"open('started-{key}', 'w').close()\\n{source}")
    return Job(key, {"n": v4.new_notebook(cells=[cell])}, folder)


def endless():
    return job("endless", "while True:\\n    pass")


if what == "close while one runs":
    results = KernelRunner(2).run([endless(), job("short", "import time\\ntime.sleep(1)")])
    next(results)
    assert (folder / "started-endless").exists()
    results.close()
elif what == "close while one starts":
    results = KernelRunner(1).run([job("short", ""), endless()])
    next(results)
    results.close()
else:
    open(folder / "ready", "w").close()
    try:
        list(KernelRunner(2).run([endless(), job("other", "while True:\\n    pass")]))
    except KeyboardInterrupt:
        print("interrupted")
left = []
for child in psutil.Process().children(recursive=True):
    with contextlib.suppress(psutil.NoSuchProcess):  # it has ended since
        left.append(child.cmdline())
print(left)
"""


def start(folder: Path, what: str) -> subprocess.Popen[str]:
    script = folder / "script.py"
    script.write_text(SCRIPT)
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), what],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=in_a_terminal,
    )


def wait_for(path: Path) -> None:
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end, f"{path} did not appear"
        time.sleep(0.05)


@pytest.mark.parametrize("what", ["close while one runs", "close while one starts"])
def test_no_process_is_left_behind_when_the_iterator_is_closed(what: str, tmp_path: Path) -> None:
    out, errors = start(tmp_path, what).communicate(timeout=120)
    assert (out, errors) == ("[]\n", "")


@pytest.mark.parametrize("moment", ["ready", "started-other"])
def test_no_process_is_left_behind_after_ctrl_c(moment: str, tmp_path: Path) -> None:
    process = start(tmp_path, "interrupt")
    wait_for(tmp_path / moment)
    if moment == "ready":
        time.sleep(0.3)  # somewhere in the start of the kernels
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    out, errors = process.communicate(timeout=120)
    assert (out, errors) == ("interrupted\n[]\n", "")
