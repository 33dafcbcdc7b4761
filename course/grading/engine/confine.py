"""What a forked child does to itself before it runs anything of a student's.

It runs inside the sandbox of :mod:`course.grading.engine.sandbox`, as root of that sandbox's user namespace (an
ordinary user outside), and gives away step by step what that lets it do. The order matters: mounts need
capabilities, the filter forbids mounts, and nothing may be left that can be undone.

Source: Linux man pages namespaces(7), capabilities(7), mount_namespaces(7), user_namespaces(7).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import stat
import struct
from collections.abc import Collection, Iterable
from pathlib import Path

from course.grading.engine import seccomp

BOX = "/box"  # all that a child may write: its working folder, home, /tmp and shared memory
WORK, HOME = f"{BOX}/work", f"{BOX}/home"

CLONE_NEWPID = 0x2000_0000
_CLONE_NEWNS, _CLONE_NEWIPC, _CLONE_NEWNET, _CLONE_NEWUTS = 0x2_0000, 0x800_0000, 0x4000_0000, 0x400_0000
_CLONE_NEWUSER = 0x1000_0000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = (
    1, 2, 4, 8, 32, 4096, 16384, 1 << 18,
)  # fmt: skip
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT = 1, 24, 38, 47
_CAPSET = {"x86_64": 126, "aarch64": 91}

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """Be killed when the process that forked this one ends."""
    _call("prctl", _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))


def next_child_in_new_pid_namespace() -> None:
    """The next fork is process 1 of a namespace of its own. The caller has one thread only."""
    _call("unshare", _libc.unshare(CLONE_NEWPID))


def children_in_namespace(descriptor: int) -> None:
    """Later forks are in the pid namespace of an open /proc/self/ns/pid again."""
    _call("setns", _libc.setns(descriptor, CLONE_NEWPID))


def take_own_user_namespace() -> None:
    """A user namespace of its own, so that the kernel counts its processes alone; and the last one.

    Whoever could make another would have all capabilities there again.
    """
    _call("unshare", _libc.unshare(_CLONE_NEWUSER))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text("0 0 1")
    Path("/proc/self/gid_map").write_text("0 0 1")
    Path("/proc/sys/user/max_user_namespaces").write_text("0")


def close_all_but(keep: Collection[int]) -> None:
    """Close every descriptor that is not named, but for files.

    Objects that were made before the fork still read from those (matplotlib's fonts do), and close them one day,
    whatever has their number then. They are opened anew: a position that several
    processes move is nobody's.
    """
    for name in os.listdir("/proc/self/fd"):
        number, kept = int(name), False
        if number <= 2 or number in keep:
            continue
        try:
            if stat.S_ISREG(os.fstat(number).st_mode):
                again = os.open(f"/proc/self/fd/{number}", os.O_RDONLY | os.O_CLOEXEC)
                os.lseek(again, os.lseek(number, 0, os.SEEK_CUR), os.SEEK_SET)
                os.dup2(again, number, inheritable=False)
                os.close(again)
                kept = True
        except OSError:  # the one that lists them is gone; a file that was removed
            pass
        if not kept:
            with contextlib.suppress(OSError):
                os.close(number)


def take_own_namespaces(disk_bytes: int, keep: Iterable[str] = ()) -> None:
    """Own mounts, network without any interface, semaphores and host name; own processes in /proc; an own box.

    Args:
        disk_bytes: that all files of the box may hold together.
        keep: folders and files bound below /tmp, to be seen there still.
    """
    _call("unshare", _libc.unshare(_CLONE_NEWNS | _CLONE_NEWIPC | _CLONE_NEWNET | _CLONE_NEWUTS))
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE)
    _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    files = max(10_000, disk_bytes // 16_384)
    _mount("box", BOX, "tmpfs", _MS_NOSUID | _MS_NODEV, f"size={disk_bytes},nr_inodes={files},mode=755")
    for name in ("work", "home", "tmp", "shm"):
        os.mkdir(f"{BOX}/{name}", 0o700)
    kept = [(path, os.open(path, os.O_PATH)) for path in keep]
    _mount(f"{BOX}/tmp", "/tmp", None, _MS_BIND)
    for path, handle in kept:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            os.mkdir(path)
        else:
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        _mount(f"/proc/self/fd/{handle}", path, None, _MS_BIND | _MS_REC)
        os.close(handle)
    # terminals of its own, for commands that IPython runs with `!`
    _mount("devpts", "/dev/pts", "devpts", _MS_NOSUID | _MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,max=64")
    _mount(f"{BOX}/shm", "/dev/shm", None, _MS_BIND)
    _mount("none", "/dev", None, _MS_BIND | _MS_REMOUNT | _MS_RDONLY | _MS_NOSUID | _MS_NOEXEC)
    os.chdir(WORK)


def limit_resources(
    *, cpu_seconds: int, data_bytes: int | None, file_bytes: int, processes: int, open_files: int = 512
) -> None:
    """Limits that the kernel keeps for each process.

    Args:
        cpu_seconds: then it is killed.
        data_bytes: more than it has now of private memory; None for no limit.
        file_bytes: size of one file.
        processes: of this user namespace; before Linux 5.14, all children together.
        open_files: descriptors. Of those, what lies in sockets is counted for all of a user's processes, and who
            has more open than this may not send any; so it is below the usual 1024 that the zygote has.
    """
    limits = {
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: file_bytes,
        resource.RLIMIT_NPROC: processes,
        resource.RLIMIT_NOFILE: open_files,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_MEMLOCK: 1 << 20,
    }
    if data_bytes is not None:
        limits[resource.RLIMIT_DATA] = _private_bytes() + data_bytes
    for which, value in limits.items():
        _, hard = resource.getrlimit(which)
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (most, most))
    Path("/proc/self/oom_score_adj").write_text("1000")  # where memory runs out, it is this that goes


def _private_bytes() -> int:
    """What RLIMIT_DATA counts of this process, in bytes."""
    pages = Path("/proc/self/statm").read_text().split()[5]
    return int(pages) * resource.getpagesize()


def give_up_privileges() -> None:
    """No capability now or ever, none by running a program, and only the system calls that code needs."""
    for capability in range(64):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
            break  # past the last one that this kernel has
    _libc.prctl(_PR_CAP_AMBIENT, 4, 0, 0, 0)  # clear all
    header = struct.pack("=Ii", 0x2008_0522, 0)
    _call("capset", _libc.syscall(_CAPSET[os.uname().machine], header, bytes(24)))
    _call("prctl", _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    seccomp.install()


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    result = _libc.mount(
        source.encode(), target.encode(), kind.encode() if kind else None, flags, options.encode() or None
    )
    _call(f"mount {kind or 'bind'} on {target}", result)


def _call(what: str, result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
