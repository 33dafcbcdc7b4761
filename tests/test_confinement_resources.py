"""Submissions that take all they can get: processes, memory, disk, processors, descriptors."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sandboxed import (
    Ran,
    Submission,
    assert_honest_are_right,
    beside_honest,
    needs_sandbox,
    run_class,
)

from course.grading.engine.jobs import Limits

pytestmark = needs_sandbox

LIMITS = Limits(cell_seconds=8, notebook_seconds=30, memory=400, processes=40, disk=64, file=40, output=1)
GOES = "print('the next cell')"
PREPARE = """
import contextlib, ctypes, mmap, os, socket, subprocess, sys, threading, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]

def processes(number, what):
    for _ in range(number):
        if os.fork() == 0:
            with contextlib.suppress(BaseException):
                what()
            time.sleep(60)
            os._exit(0)
    time.sleep(60)
"""

# What ends the process, by the limit that it is: nothing runs after it.
ENDS = {
    "fork bomb": ("ProcessLimit", """
while True:
    with contextlib.suppress(OSError):
        os.fork()"""),
    "fork bomb in sessions of their own": ("ProcessLimit", """
while True:
    with contextlib.suppress(OSError):
        if os.fork() == 0:
            os.setsid()"""),
    "thread bomb": ("ProcessLimit", """
while True:
    with contextlib.suppress(RuntimeError):
        threading.Thread(target=time.sleep, args=[60]).start()"""),
    "programs": ("ProcessLimit", """
held = [subprocess.Popen(["sleep", "60"]) for _ in range(60)]
time.sleep(60)"""),
    "shared memory": ("MemoryLimit", """
held = mmap.mmap(-1, 2 << 30)
while held.write(bytes(1 << 20)):
    pass"""),
    "many processes of 300 MB": ("MemoryLimit", """
held = []
processes(20, lambda: held.append(b"x" * 300_000_000))"""),
    "many programs of 30 MB": ("MemoryLimit", """
code = 'held = b"x" * 30_000_000; import time; time.sleep(60)'
held = [subprocess.Popen([sys.executable, "-S", "-c", code]) for _ in range(30)]
time.sleep(60)"""),
    "page tables": ("MemoryLimit", """
at = libc.mmap(None, 1 << 45, 1, 0x4022, -1, 0)
while True:
    ctypes.c_uint8.from_address(at).value
    at += 1 << 21"""),
    "sockets": ("MemoryLimit", """
def fill():
    held = []
    while True:
        held += socket.socketpair()
        held[-1].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
        held[-1].setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while held[-1].send(bytes(1 << 16)):
                pass
processes(30, fill)"""),
}  # fmt: skip

# What the system refuses, by the limit that the cell names: the next cell runs.
REFUSED = {
    "64 GB of numpy": ("MemoryLimit", "import numpy as np\nheld = np.ones(8_000_000_000)"),
    "64 GB of bytes": ("MemoryLimit", "held = bytearray(64 << 30)"),
    "64 GB of private pages": ("MemoryLimit", "held = mmap.mmap(-1, 64 << 30, mmap.MAP_PRIVATE)"),
    "bytes without end": ("MemoryLimit", "held = []\nwhile True:\n    held.append(b'x' * 50_000_000)"),
    "one large file": ("DiskLimit", """
with open("large", "wb") as file:
    while file.write(bytes(1 << 20)):
        pass"""),
    "many large files": ("DiskLimit", """
for number in range(9):
    with open(f"/tmp/{number}", "wb") as file:
        file.write(bytes(30_000_000))"""),
    "many small files": ("DiskLimit", """
for number in range(10_000_000):
    open(f"{number}", "w").close()"""),
    "shared memory as files": ("DiskLimit", """
for number in range(9):
    with open(f"/dev/shm/{number}", "wb") as file:
        file.write(bytes(30_000_000))"""),
    "allocated files": ("DiskLimit", """
for number in range(3):
    os.posix_fallocate(os.open(str(number), os.O_CREAT | os.O_RDWR), 0, 39_000_000)"""),
}  # fmt: skip

# What the system refuses without any limit of the course's own: the code says True, and the next cell runs.
CONTAINED = {
    "descriptors": """
held = []
try:
    while True:
        held.append(os.open("/dev/null", 0))
except OSError:
    print(len(held) < 1024)
for each in held:
    os.close(each)""",
    "terminals": """
held = []
try:
    while True:
        held += os.openpty()
except OSError:
    print(len(held) < 200)
for each in held:
    os.close(each)""",
    # more than another process of the user's may have open, and it could send none any more
    "descriptors in flight": """
files = [os.open("/dev/null", 0) for _ in range(200)]
held, sent = [], 0
try:
    while True:
        held += socket.socketpair()
        for _ in range(5):
            socket.send_fds(held[-1], [b"x"], files)
            sent += 200
except OSError:
    print(sent < 1000)
time.sleep(3)
for each in files:
    os.close(each)""",
    "limits raised": """
import resource
for name in ("CPU", "DATA", "FSIZE", "NPROC", "NOFILE", "CORE"):
    which = getattr(resource, f"RLIMIT_{name}")
    hard = resource.getrlimit(which)[1]
    try:
        resource.setrlimit(which, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print(False)
    except (OSError, ValueError):
        print(hard != resource.RLIM_INFINITY)""",
}


BURNS = """
for _ in range(35):
    if os.fork() == 0:
        os.setsid()
        while True:
            pass
time.sleep(60)"""
STARVED = "while time.process_time() < 1:\n    pass\nprint('has had its second')"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    sources = {**{name: source for name, (_, source) in (ENDS | REFUSED).items()}, **CONTAINED}
    attacks = {name: Submission([PREPARE, source, GOES], LIMITS) for name, source in sources.items()}
    at_once = {
        "burns": Submission([PREPARE, BURNS], replace(LIMITS, cell_seconds=3)),
        "starved": Submission([PREPARE, STARVED], replace(LIMITS, cell_seconds=1.5)),
    }
    return run_class(at_once | beside_honest(attacks), tmp_path_factory.mktemp("resources") / "working")


def test_honest_submissions_beside_them_are_right(done: dict[str, Ran]) -> None:
    assert_honest_are_right(done)


@pytest.mark.parametrize("name", ENDS)
def test_ended_at_its_limit(name: str, done: dict[str, Ran]) -> None:
    limit, _ = ENDS[name]
    what = {"ProcessLimit": "40 processes and threads", "MemoryLimit": "400 MB of memory"}[limit]
    assert done[name].error(1) == (limit, f"stopped at {what}, the limit for a submission")
    assert done[name].error(2)[0] == "NotRun"


@pytest.mark.parametrize("name", REFUSED)
def test_refused_and_the_next_cell_runs(name: str, done: dict[str, Ran]) -> None:
    limit, _ = REFUSED[name]
    what = {
        "MemoryLimit": "there are 400 MB of memory for a submission",
        "DiskLimit": "there are 64 MB for all files of a submission, and 40 MB for one of them",
    }[limit]
    assert done[name].error(1) == (limit, what)
    assert done[name].printed(2) == "the next cell\n"


@pytest.mark.parametrize("name", CONTAINED)
def test_contained_and_the_next_cell_runs(name: str, done: dict[str, Ran]) -> None:
    assert set(done[name].printed(1).split()) == {"True"}
    assert done[name].printed(2) == "the next cell\n"


def test_cell_beside_one_that_takes_all_processors_is_not_stopped_for_it(done: dict[str, Ran]) -> None:
    assert done["burns"].error(1)[0] == "TimeLimit"
    assert (done["starved"].printed(1), done["starved"].errors(1)) == ("has had its second\n", [])
