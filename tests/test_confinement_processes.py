"""Submissions that go after processes: kill others, leave a daemon behind, get their rights back."""

from __future__ import annotations

import contextlib
import os
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from sandboxed import (
    Ran,
    Submission,
    assert_all_say_why,
    assert_honest_are_right,
    beside_honest,
    needs_sandbox,
    run_class,
)

from course.grading.engine import sandbox
from course.grading.engine.jobs import Limits, Result

pytestmark = needs_sandbox

MARK = uuid.uuid4().hex
KILL = """
import contextlib, os, signal
seen = {{int(name) for name in os.listdir("/proc") if name.isdigit()}}
targets = sorted(seen | {{{victim}, {parent}, *range(1, 300)}})
for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP):
    for pid in (-1, *targets, *(-pid for pid in targets if pid > 1)):
        with contextlib.suppress(OSError):
            if pid != os.getpid():
                os.kill(pid, number)
print("sent")
"""
# Two forks and a session of its own; it writes wherever the next submission could find it.
DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, "-c", '''
import contextlib, os, signal, time
for number in set(range(1, 32)) - {{9, 19}}:
    signal.signal(number, signal.SIG_IGN)
end = time.time() + 120
while time.time() < end:
    for folder in ("/box/work", "/tmp", "/dev/shm", "/box/home"):
        with contextlib.suppress(OSError):
            open(folder + "/left", "a").write("x")
            open(folder + "/data.csv", "w").write("spoilt")
''', "{mark}"])
    os._exit(0)
time.sleep(1)
print(os.path.exists("/box/work/left"), [pid for pid in os.listdir("/proc") if pid.isdigit()][:2])
"""
NAMESPACES = """
import ctypes, os, subprocess
libc = ctypes.CDLL(None, use_errno=True)
clone = 56 if os.uname().machine == "x86_64" else 220
for flags in (0x10000000, 0x20000, 0x40000000, 0x20000000, 0x10020000, 0x02000000):
    print(libc.unshare(flags), libc.syscall(clone, flags | 17, 0, 0, 0, 0))
print(libc.setns(os.open("/proc/self/ns/user", 0), 0), libc.setns(os.open("/proc/self/ns/net", 0), 0))
for words in (["unshare", "-Ur", "id"], ["unshare", "-m", "true"], ["unshare", "-p", "--fork", "true"],
              ["mount", "-t", "tmpfs", "none", "/mnt"], ["mount", "-o", "remount,rw", "/"], ["umount", "/proc"],
              ["chroot", "/", "true"], ["bwrap", "--ro-bind", "/", "/", "true"]):
    try:
        print(subprocess.run(words, capture_output=True).returncode)
    except FileNotFoundError:
        print("missing")
"""
RIGHTS = """
import ctypes, os, stat, subprocess
libc = ctypes.CDLL(None)
def holds():
    lines = dict(line.split(":\\t") for line in open("/proc/self/status").read().splitlines())
    return [lines[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp")]
before = holds()
for how in (lambda: os.setuid(65534), lambda: os.setgid(65534), lambda: os.setgroups([0]), lambda: os.seteuid(1)):
    try:
        how()
        print("CHANGED")
    except OSError:
        pass
libc.prctl(38, 0, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
libc.prctl(22, 0, 0, 0, 0)  # PR_SET_SECCOMP
for folder in ("/usr/bin", "/usr/sbin", "/bin", "/usr/lib"):
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        path = f"{{folder}}/{{name}}"
        if os.path.isfile(path) and os.stat(path).st_mode & (stat.S_ISUID | stat.S_ISGID):
            subprocess.run([path, "-c", "touch {outside}/by-setuid"], stdin=subprocess.DEVNULL, capture_output=True)
open("own", "w").write("#!/bin/sh\\ngrep Cap /proc/self/status")
os.chmod("own", 0o6755)
said = subprocess.run(["./own"], capture_output=True, text=True).stdout
print(before == holds(), before, set(said.split()[1::2]))
"""
MEMORY = """
import ctypes, os
libc = ctypes.CDLL(None)
for pid in (1, {victim}, {parent}, os.getppid()):
    print(libc.ptrace(16, pid, 0, 0) if pid != os.getpid() else -1)
for pid in ({victim}, {parent}, 0):
    for name in ("mem", "environ", "maps", "fd", "root", "ns/user"):
        print(os.path.lexists(f"/proc/{{pid}}/{{name}}"))
"""
STOPS = """
import os, signal, subprocess, sys
os.kill(os.getpid(), signal.SIGSTOP)
subprocess.Popen([sys.executable, "-c", "import os, signal; os.kill(1, signal.SIGSTOP)"]).wait()
print("goes on")
"""
OWN = """
import os
for name in ("ipc", "mnt", "net", "pid", "user", "uts"):
    print(os.readlink(f"/proc/self/ns/{name}"))
"""
GOES = "print('the next cell')"
QUICK = Limits(cell_seconds=4, notebook_seconds=20, memory=1000)


@dataclass(frozen=True)
class Attacked:
    """What the attacks said, and what lived while and after they ran."""

    done: dict[str, Ran]
    victim: bool
    daemons: dict[str, int]  # alive when a result came, by its key
    outside: Path


def count_daemons() -> int:
    found = 0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            found += MARK in process.cmdline()
    return found


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    outside = tmp_path_factory.mktemp("outside")
    user = sandbox.UID_FOR_ROOT if os.getuid() == 0 else None  # the same user as submissions, who might kill it
    victim = subprocess.Popen(["sleep", "300"], user=user)
    daemons: dict[str, int] = {}

    def look(result: Result) -> None:
        if "daemon" in result.key or result.key == "honest at the end":
            daemons[result.key] = count_daemons()

    pids = {"victim": victim.pid, "parent": os.getpid()}
    attacks = {
        "daemon": Submission([DAEMON.format(mark=MARK)]),
        "kill": Submission([KILL.format(**pids), GOES], QUICK),
        "namespaces": Submission([NAMESPACES]),
        "rights": Submission([RIGHTS.format(outside=outside)]),
        "memory": Submission([MEMORY.format(**pids)]),
        "own": Submission([OWN]),
        "users": Submission(["print(open('/proc/self/uid_map').read())"]),
        "stops": Submission([STOPS, GOES], QUICK),
        "killed in the first of two": Submission({"a": [KILL.format(**pids), GOES], "b": [GOES]}, QUICK),
    }
    try:
        done = run_class(beside_honest(attacks, every=2), outside / "working", on_result=look)
        yield Attacked(done, victim.poll() is None, daemons, outside)
    finally:
        victim.kill()
        victim.wait()


def numbers(ran: Ran) -> list[int]:
    return [int(word) for word in ran.printed(0).split() if word != "missing"]


def test_honest_submissions_beside_them_are_right(attacked: Attacked) -> None:
    assert_honest_are_right(attacked.done)


def test_each_says_what_came_of_it(attacked: Attacked) -> None:
    assert_all_say_why(attacked.done)


def test_a_process_outside_is_not_killed(attacked: Attacked) -> None:
    assert attacked.victim


def test_killing_all_that_it_sees_harms_not_even_itself(attacked: Attacked) -> None:
    assert attacked.done["kill"].all_printed() == "sent\nthe next cell\n"


def test_first_notebook_that_kills_all_it_sees_keeps_not_the_second_from_running(attacked: Attacked) -> None:
    assert attacked.done["killed in the first of two"].printed(0, "b") == "the next cell\n"


def test_daemon_did_run(attacked: Attacked) -> None:
    assert attacked.done["daemon"].printed(0).startswith("True")


def test_daemon_is_dead_when_its_submission_is_through(attacked: Attacked) -> None:
    assert attacked.daemons == {"daemon": 0, "honest at the end": 0}


def test_no_namespace_is_made_and_nothing_mounted(attacked: Attacked) -> None:
    found = numbers(attacked.done["namespaces"])
    assert len(found) >= 14 + 6
    assert 0 not in found
    assert [number for number in found[:14] if number != -1] == []


def test_no_namespace_is_that_of_the_coordinator(attacked: Attacked) -> None:
    inside = attacked.done["own"].printed(0).split()
    outside = [os.readlink(f"/proc/self/ns/{name.partition(':')[0]}") for name in inside]
    assert (len(inside), set(inside) & set(outside)) == (6, set())


def test_user_namespace_is_not_that_of_the_zygote(attacked: Attacked) -> None:
    assert attacked.done["users"].printed(0).split() == [
        "0",
        "0",
        "1",
    ]  # a user of the zygote's, not of the system's


def test_no_right_comes_back(attacked: Attacked) -> None:
    none = "0" * 16
    assert attacked.done["rights"].printed(0) == f"True {[none] * 5 + ['1', '2']} {{{none!r}}}\n"


def test_setuid_programs_do_nothing_outside(attacked: Attacked) -> None:
    assert not (attacked.outside / "by-setuid").exists()


def test_no_other_process_is_traced_and_none_outside_is_seen(attacked: Attacked) -> None:
    said = attacked.done["memory"].printed(0).split()
    assert (said[:4], set(said[4:])) == (["-1"] * 4, {"False"})


def test_a_stop_signal_to_itself_stops_nothing(attacked: Attacked) -> None:
    assert attacked.done["stops"].all_printed() == "goes on\nthe next cell\n"
