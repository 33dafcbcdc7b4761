"""Submissions that want to speak with somebody: the network, the teacher's machine, each other."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

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

pytestmark = needs_sandbox

CONNECT = """
import socket
for family, kind, address in {addresses!r}:
    try:
        with socket.socket(family, kind) as each:
            each.settimeout(2)
            each.connect(tuple(address) if isinstance(address, list) else address)
            each.send(b"hello")
            print("CONNECTED", address)
    except OSError as error:
        print(address, type(error).__name__, error)
"""
OUTSIDE = """
import socket, subprocess, urllib.request
for attempt in (
    lambda: socket.getaddrinfo("pypi.org", 443),
    lambda: socket.gethostbyname("localhost.localdomain.example"),
    lambda: socket.create_connection(("1.1.1.1", 53), 2),
    lambda: socket.create_connection(("2606:4700:4700::1111", 53), 2),
    lambda: socket.create_connection(("169.254.169.254", 80), 2),
    lambda: urllib.request.urlopen("http://10.0.0.1/", timeout=2),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("8.8.8.8", 53)),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("255.255.255.255", 53)),
):
    try:
        print("REACHED", attempt())
    except OSError as error:
        print(type(error).__name__)
interfaces = [line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line]
print(interfaces, open("/proc/net/route").readlines()[1:])
"""
# Each of two leaves its name wherever another might look, waits for the other, and looks.
TALK = """
import contextlib, ctypes, json, os, socket, time
from multiprocessing import shared_memory
me, other = {me!r}, {other!r}
began, found, held = time.time(), [], []
seen = [pid for pid in os.listdir("/proc") if pid.isdigit()]
libc = ctypes.CDLL(None)
FOLDERS = ("/tmp", "/dev/shm", "/box", "/box/tmp", "/var/tmp", "/run", "/", os.path.dirname(os.__file__))
ADD_KEY, REQUEST_KEY = (248, 249) if os.uname().machine == "x86_64" else (217, 218)

def leave(path):
    with contextlib.suppress(OSError):
        open(path, "w").write(me)

def listen(family, address):
    with contextlib.suppress(OSError):
        held.append(socket.socket(family))
        held[-1].bind(address)
        held[-1].listen()

for folder in FOLDERS:
    leave(f"{{folder}}/talk-{{me}}")
    listen(socket.AF_UNIX, f"{{folder}}/socket-{{me}}")
listen(socket.AF_UNIX, "\\0talk-" + me)
listen(socket.AF_INET, ("127.0.0.1", 40000 + len(me)))
listen(socket.AF_INET6, ("::1", 40000 + len(me)))
held.append(shared_memory.SharedMemory("memory-" + me, create=True, size=100))
segment = libc.shmget(7000 + len(me), 100, 0o1666)
key = libc.syscall(ADD_KEY, b"user", me.encode(), me.encode(), len(me), -4)
time.sleep(1.5)

def meet(what, how):
    with contextlib.suppress(OSError):
        how()
        found.append(what)

for folder in FOLDERS:
    meet(folder, lambda: open(f"{{folder}}/talk-{{other}}"))
    meet(folder, lambda: socket.socket(socket.AF_UNIX).connect(f"{{folder}}/socket-{{other}}"))
meet("abstract", lambda: socket.socket(socket.AF_UNIX).connect("\\0talk-" + other))
meet("loopback", lambda: socket.create_connection(("127.0.0.1", 40000 + len(other)), 1))
meet("loopback 6", lambda: socket.create_connection(("::1", 40000 + len(other)), 1))
meet("shared memory", lambda: shared_memory.SharedMemory("memory-" + other))
if libc.shmget(7000 + len(other), 100, 0o666) >= 0:
    found.append("segment")
if libc.syscall(REQUEST_KEY, b"user", other.encode(), None, -4) >= 0 or segment >= 0 or key >= 0:
    found.append("key")
time.sleep(1.5)
print(json.dumps([began, time.time(), found, seen]))
"""


@dataclass
class Listeners:
    """Sockets of the test; whatever reaches one is noted."""

    folder: Path
    reached: list[str] = field(default_factory=list)
    addresses: list[tuple[int, int, object]] = field(default_factory=list)

    def listen(self, stack: contextlib.ExitStack, family: int, kind: int, address: object) -> None:
        made = stack.enter_context(socket.socket(family, kind))
        made.bind(address)
        if kind == socket.SOCK_STREAM:
            made.listen()
        at = made.getsockname()
        at = at.decode() if isinstance(at, bytes) else at
        self.addresses.append((int(family), int(kind), list(at) if isinstance(at, tuple) else at))
        threading.Thread(target=self._wait, args=(made, str(at)), daemon=True).start()

    def _wait(self, made: socket.socket, at: str) -> None:
        with contextlib.suppress(OSError):
            made.accept() if made.type == socket.SOCK_STREAM else made.recv(10)
            self.reached.append(at)


@dataclass(frozen=True)
class Attacked:
    """What the attacks said, and what arrived."""

    done: dict[str, Ran]
    reached: list[str]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    folder = tmp_path_factory.mktemp("sockets")
    listeners = Listeners(folder)
    with contextlib.ExitStack() as stack:
        for family, kind, address in (
            (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            (socket.AF_INET, socket.SOCK_STREAM, ("0.0.0.0", 0)),
            (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            (socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "socket")),
            (socket.AF_UNIX, socket.SOCK_STREAM, f"\0{uuid.uuid4().hex}"),
            (socket.AF_UNIX, socket.SOCK_DGRAM, f"\0{uuid.uuid4().hex}"),
        ):
            listeners.listen(stack, family, kind, address)
        done = run_class(
            {
                "ann": Submission([TALK.format(me="ann", other="berta")]),
                "berta": Submission([TALK.format(me="berta", other="ann")]),
                **beside_honest(
                    {
                        "listeners": Submission([CONNECT.format(addresses=listeners.addresses)]),
                        "outside": Submission([OUTSIDE]),
                    }
                ),
            },
            folder / "working",
        )
        reached = list(listeners.reached)
        assert len(listeners.addresses) == 6
        check = socket.create_connection(tuple(listeners.addresses[0][2]), 5)  # type: ignore[arg-type]
        check.close()  # the listeners do work
    yield Attacked(done, reached)


def talked(attacked: Attacked, name: str) -> tuple[float, float, list[str], list[str]]:
    began, ended, found, seen = json.loads(attacked.done[name].printed(0))
    return began, ended, found, seen


def test_honest_submissions_beside_them_are_right(attacked: Attacked) -> None:
    assert_honest_are_right(attacked.done)


def test_each_says_what_came_of_it(attacked: Attacked) -> None:
    assert_all_say_why(attacked.done)


def test_no_socket_of_the_teachers_machine_is_reached(attacked: Attacked) -> None:
    said = attacked.done["listeners"].printed(0)
    assert (len(said.splitlines()), "CONNECTED" in said, attacked.reached) == (6, False, [])


def test_no_address_outside_is_reached_and_no_name_found(attacked: Attacked) -> None:
    said = attacked.done["outside"].printed(0)
    assert ("REACHED" in said, len(said.splitlines())) == (False, 9)


def test_the_only_interface_is_loopback_without_a_route(attacked: Attacked) -> None:
    assert attacked.done["outside"].printed(0).splitlines()[-1] == "['lo'] []"


def test_two_submissions_at_once_do_run_at_once(attacked: Attacked) -> None:
    (began, ended, *_), (other_began, other_ended, *_) = talked(attacked, "ann"), talked(attacked, "berta")
    assert max(began, other_began) + 1 < min(ended, other_ended)


@pytest.mark.parametrize("name", ["ann", "berta"])
def test_two_submissions_at_once_find_nothing_of_each_other(name: str, attacked: Attacked) -> None:
    _, _, found, seen = talked(attacked, name)
    assert (found, seen) == ([], ["1"])
