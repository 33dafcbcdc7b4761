"""Starts bubblewrap as an ordinary user, also where the coordinator runs as root.

Called as a program: `launch.py UID SOURCE… -- COMMAND…`. Root that gives up its rights only inside the sandbox
would still be root to every file that is bound there, so the rights go first. What only root may reach (an
interpreter in a closed home) is bound open before that, in mounts of this process's own. `{0}`, `{1}`, … in the
command stand for the places where the sources lie then.

It imports nothing of the package, so that it starts fast.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_CLONE_NEWNS, _MS_BIND, _MS_REC, _MS_PRIVATE = 0x2_0000, 4096, 16384, 1 << 18
_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Open the sources, become the user, run the command."""
    uid, arguments = int(sys.argv[1]), sys.argv[2:]
    split = arguments.index("--")
    sources, command = arguments[:split], arguments[split + 1 :]
    for number, path in enumerate(_open(sources)):
        command = [word.replace(f"{{{number}}}", path) for word in command]
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    os.chdir("/")
    os.execv(command[0], command)


def _open(sources: list[str]) -> list[str]:
    """Bind each source where anybody can reach it, seen by this process alone."""
    _check(_libc.unshare(_CLONE_NEWNS), "unshare")
    _check(_libc.mount(b"none", b"/", None, _MS_REC | _MS_PRIVATE, None), "mount")
    handles = [os.open(source, os.O_PATH | os.O_CLOEXEC) for source in sources]  # before anything is hidden
    base = Path("/tmp")
    _check(_libc.mount(b"course", bytes(base), b"tmpfs", 0, b"mode=755"), "mount")
    opened = []
    for number, (source, handle) in enumerate(zip(sources, handles, strict=True)):
        target = base / str(number)
        if os.path.isdir(f"/proc/self/fd/{handle}"):
            target.mkdir()
        else:
            target.touch()
        shown = f"/proc/self/fd/{handle}".encode()
        _check(_libc.mount(shown, bytes(target), None, _MS_BIND | _MS_REC, None), f"mount {source}")
        opened.append(str(target))
    return opened


def _check(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


if __name__ == "__main__":
    main()
