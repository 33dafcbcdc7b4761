"""Submissions that read or write what is not theirs: the teacher's files, secrets, programs, the system."""

from __future__ import annotations

import os
import sys
import sysconfig
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from courses import ROOT
from sandboxed import (
    Ran,
    Submission,
    assert_honest_are_right,
    beside_honest,
    needs_sandbox,
    run_class,
)

import course

pytestmark = needs_sandbox

TARGETS = tuple(
    Path(folder)
    for folder in (
        "/", "/etc", "/usr", "/usr/lib", "/usr/bin", "/usr/local", "/dev", "/var/tmp", "/tmp", "/root", "/box",
        "/home", "/opt", "/run", sys.prefix, sys.base_prefix, sysconfig.get_path("purelib"),
        Path(course.__file__).parent, ROOT, Path.home(),
    )
)  # fmt: skip
KEPT = (
    Path(course.__file__), Path(pytest.__file__), Path(sys.executable), Path(sys.executable).resolve(),
    Path(os.__file__), Path("/usr/bin/env"), Path("/etc/passwd"), Path("/etc/shadow"),
)  # fmt: skip

READ = """
def attempt(path):
    try:
        return open(path, "rb").read()
    except OSError as error:
        return type(error).__name__
"""
FIND = """
import os
found, read = [], 0
for folder, folders, files in os.walk("/", followlinks=False):
    if folder == "/":
        folders.remove("proc")
    read += len(files)
    found += [os.path.join(folder, name) for name in files + folders if name == {name!r}]
print(read > 1000, found)
"""
HOME = """
import glob, os
for folder in {folders!r}:
    for pattern in ("/*", "/.*"):
        print(*glob.glob(os.path.expanduser(folder) + pattern), sep="\\n")
"""
ENVIRONMENTS = """
import os
print(dict(os.environ))
for pid in filter(str.isdigit, os.listdir("/proc")):
    for name in ("environ", "cmdline", "task/" + pid + "/environ"):
        print(pid, name, attempt(f"/proc/{pid}/{name}"))
"""
WRITE = """
import os
for folder in {folders!r}:
    path = os.path.join(folder, {name!r})
    for how in (lambda: open(path, "w").write("x"), lambda: os.mkdir(path), lambda: os.symlink("/", path),
                lambda: os.makedirs(path), lambda: os.mkfifo(path), lambda: os.mknod(path)):
        try:
            how()
        except OSError as error:
            print(path, error.strerror)
"""
CHANGE = """
import os
for path in {paths!r}:
    for how in (lambda: open(path, "a").write("x"), lambda: open(path, "r+").write("x"),
                lambda: os.chmod(path, 0o777), lambda: os.utime(path), lambda: os.unlink(path),
                lambda: os.rename(path, path + "x"), lambda: os.link(path, "linked"),
                lambda: os.chown(path, 0, 0), lambda: os.truncate(path, 0)):
        try:
            how()
            print(path, "CHANGED")
        except OSError as error:
            print(path, error.strerror)
"""
SETTINGS = """
import os
for base in ("/proc", "/dev"):
    for folder, folders, files in os.walk(base):
        folders[:] = [name for name in folders if not name.isdigit() and name not in ("self", "thread-self", "fd")]
        for name in files:
            try:
                os.close(os.open(os.path.join(folder, name), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY))
                print(os.path.join(folder, name))
            except OSError:
                pass
"""
KERNEL = """
for path in ("/proc/kcore", "/proc/kmsg", "/dev/mem", "/dev/kmsg", "/proc/kpagecount", "/proc/slabinfo",
             "/proc/1/root/etc/shadow", "/proc/1/cwd/../../etc/shadow", "/etc/shadow", "/proc/vmallocinfo"):
    print(path, attempt(path))
"""
# What a namespace has of its own may be written: it is nobody else's. So is a trigger for load.
OWN = (
    *(f"/proc/sys/{name}" for name in ("net/", "user/", "fs/mqueue/", "kernel/shm", "kernel/msg", "kernel/sem",
                                       "kernel/auto_msgmni", "kernel/pid_max", "kernel/ns_last_pid")),
    *(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom", "tty", "ptmx", "shm/", "pts/")),
    "/dev/std",
    "/proc/pressure/",
)  # fmt: skip


@dataclass(frozen=True)
class Attacked:
    """The world outside, and what the attacks said."""

    done: dict[str, Ran]
    secret: str
    name: str  # of files to find, or to write
    before: dict[Path, object]
    working: Path

    def said(self, attack: str) -> str:
        return self.done[attack].all_printed()


def state(path: Path) -> object:
    """What a change to a file or folder would change."""
    if not path.exists():
        return None
    stat = path.stat()
    return (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_mode, stat.st_uid)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    root = tmp_path_factory.mktemp("teacher")
    name, secret = f"of-{uuid.uuid4().hex}", uuid.uuid4().hex
    paths = [str(root / place / name) for place in ("source/a1", "submitted/ann/a1", "gradebook")]
    for path in map(Path, paths):
        path.parent.mkdir(parents=True)
        path.write_text(secret)
    homes = ["~", "/root", "/home", str(Path.home()), str(ROOT), str(root), "/work"]
    attacks = {
        "by path": Submission([READ, f"for path in {paths!r}:\n    print(attempt(path))"]),
        "by walking": Submission([FIND.format(name=name)]),
        "home": Submission([HOME.format(folders=homes)]),
        "environment": Submission([READ, ENVIRONMENTS]),
        "write": Submission([WRITE.format(folders=[*map(str, TARGETS), str(root)], name=name)]),
        "change": Submission([CHANGE.format(paths=[*map(str, KEPT), *paths])]),
        "settings": Submission([SETTINGS]),
        "kernel": Submission([READ, KERNEL]),
        "own folder": Submission(["print(open('data.csv', 'w').write('changed'))\nopen('new', 'w').write('x')"]),
    }
    before = {path: state(path) for path in (*KEPT, *map(Path, paths), *TARGETS)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_TEST_SECRET", secret)
        done = run_class(beside_honest(attacks), root / "working")
    yield Attacked(done, secret, name, before, root / "working")


def test_honest_submissions_beside_them_are_right(attacked: Attacked) -> None:
    assert_honest_are_right(attacked.done)


def test_each_attack_came_back_and_none_found_a_secret(attacked: Attacked) -> None:
    everything = {name: str(ran.result) for name, ran in attacked.done.items()}
    assert [name for name, text in everything.items() if attacked.secret in text] == []


def test_teachers_files_do_not_exist_for_a_submission(attacked: Attacked) -> None:
    assert attacked.said("by path").split() == ["FileNotFoundError"] * 3


def test_nothing_of_a_course_folder_can_be_found(attacked: Attacked) -> None:
    assert attacked.said("by walking") == "True []\n"


def test_home_shows_no_more_than_the_interpreter_and_this_package(attacked: Attacked) -> None:
    bound = [Path(sys.prefix), Path(sys.base_prefix), Path(course.__file__).parent, Path("/box")]
    paths = [Path(line) for line in attacked.said("home").splitlines() if line]
    assert paths  # it did look
    assert [
        path for path in paths if not any(path.is_relative_to(each) or each.is_relative_to(path) for each in bound)
    ] == []


def test_environment_of_the_coordinator_can_not_be_read(attacked: Attacked) -> None:
    said = attacked.said("environment")
    assert "NBGRADER_EXECUTION" in said  # it did look
    assert "COURSE_TEST_SECRET" not in said


@pytest.mark.parametrize("folder", dict.fromkeys(TARGETS), ids=str)
def test_nothing_is_written_to(folder: Path, attacked: Attacked) -> None:
    assert not os.path.lexists(folder / attacked.name)


def test_nothing_is_written_beside_the_working_folder(attacked: Attacked) -> None:
    assert sorted(path.name for path in attacked.working.iterdir()) == ["data.csv"]


@pytest.mark.parametrize("path", dict.fromkeys(KEPT), ids=str)
def test_program_and_system_files_are_as_before(path: Path, attacked: Attacked) -> None:
    assert state(path) == attacked.before[path]
    assert f"{path} CHANGED" not in attacked.said("change")


def test_files_of_the_teacher_are_as_before(attacked: Attacked) -> None:
    changed = [path for path, before in attacked.before.items() if path.is_file() and state(path) != before]
    assert changed == []


def test_no_setting_of_the_kernel_or_device_can_be_opened_for_writing(attacked: Attacked) -> None:
    opened = attacked.said("settings").split()
    assert "/dev/null" in opened  # it did look
    assert [path for path in opened if not path.startswith(OWN)] == []


def test_memory_of_the_kernel_and_passwords_can_not_be_read(attacked: Attacked) -> None:
    lines = [line.split() for line in attacked.said("kernel").splitlines()]
    assert [line for line in lines if line[1] not in ("FileNotFoundError", "PermissionError")] == []


def test_files_of_the_job_are_changed_in_the_copy_alone(attacked: Attacked) -> None:
    assert attacked.said("own folder") == "7\n"
    assert (attacked.working / "data.csv").read_text() == "1,2"
