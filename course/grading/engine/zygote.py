"""The process that imports what a class needs once, and forks a confined child for each submission.

It runs inside the sandbox that :mod:`course.grading.engine.sandbox` builds. It never sees anything of a
submission: a child gets its job over a socket of its own, so no child finds an earlier one in its memory.
"""

from __future__ import annotations

import functools
import gc
import importlib
import os
import random
import select
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.grading.engine import confine, tester, wire

if TYPE_CHECKING:
    from course.grading.engine.cells import Kernel

MESSAGE_BYTES = 1 << 16
CHUNK = 1 << 20
MOST_DESCRIPTORS = 250  # that Linux sends at once
LESS_URGENT = 10  # than the coordinator, which must get its turn to stop somebody with a hundred processes
WARM_UP = ("print(end='')", "1 / 0", "None")  # a cell that prints, one that fails


def main(descriptor: int) -> None:
    """Get ready, say so, then fork a child for each request until the coordinator goes away.

    Args:
        descriptor: of the connection to the coordinator.
    """
    control = socket.socket(fileno=descriptor)
    control.setblocking(True)
    settings = wire.unpack(control.recv(MESSAGE_BYTES))
    os.environ["HOME"] = confine.HOME
    for folder in (confine.WORK, confine.HOME):
        os.makedirs(folder, exist_ok=True)
    os.chdir(confine.WORK)
    kernel = None if settings["tests"] else _make_kernel()
    missing = _preload([*settings["preload"], *(("course.check",) if settings["tests"] else ())])
    if kernel is not None:
        kernel.warm_up(WARM_UP)
    _reseed()
    threads = len(os.listdir("/proc/self/task"))
    gc.collect()
    gc.freeze()  # what is here now stays: the collector of a child need not touch, and copy, its pages
    control.send(wire.pack({"ready": True, "threads": threads, "missing": missing}))
    _Zygote(control, kernel, settings["keep"]).serve()


class _Zygote:
    def __init__(self, control: socket.socket, kernel: Kernel | None, keep: list[str]) -> None:
        self.control, self.kernel, self.keep = control, kernel, keep
        self.own_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self.children: dict[int, tuple[int, int]] = {}  # pidfd: number of the job, pid

    def serve(self) -> None:
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor in self.children:
                    poll.unregister(descriptor)
                    self._bury(descriptor)
                    continue
                request, received, _, _ = socket.recv_fds(self.control, MESSAGE_BYTES, MOST_DESCRIPTORS)
                if not request:
                    os._exit(0)
                poll.register(self._fork(wire.unpack(request), received), select.POLLIN)

    def _fork(self, request: dict[str, Any], connections: list[int]) -> int:
        number = request["number"]
        confine.next_child_in_new_pid_namespace()
        pid = os.fork()
        if pid == 0:
            _be_child(self.kernel, connections, {**request, "keep": self.keep})
        for connection in connections:
            os.close(connection)
        confine.children_in_namespace(self.own_namespace)
        pidfd = os.pidfd_open(pid)
        self.children[pidfd] = (number, pid)
        socket.send_fds(self.control, [wire.pack({"forked": number})], [pidfd])
        return pidfd

    def _bury(self, pidfd: int) -> None:
        number, pid = self.children.pop(pidfd)
        os.close(pidfd)
        _, status = os.waitpid(pid, 0)
        self.control.send(wire.pack({"ended": number, "status": os.waitstatus_to_exitcode(status)}))


# The child ----------------------------------------------------------------------------------------------------


def _be_child(kernel: Kernel | None, descriptors: list[int], request: dict[str, Any]) -> None:
    """Confine this process, run the job that comes over the first socket, and end.

    Args:
        kernel: runs a student's cells; None in a tester.
        descriptors: of the connection to the coordinator, and of the links between student's side and tester.
        request: what the coordinator says about the child.
    """
    status = 1
    try:
        confine.die_with_parent()
        signal.set_wakeup_fd(-1)
        confine.close_all_but(descriptors)
        connection, *links = [socket.socket(fileno=descriptor) for descriptor in descriptors]
        try:
            _confine(request)
            _, payload = wire.receive(connection)
            job = wire.unpack(payload)
            _unpack_files(job["files"], connection)
            os.environ.update(job["environment"])
            _reseed()
        except Exception as error:
            connection.sendall(wire.frame(wire.FAULT, wire.pack(f"{type(error).__name__}: {error}")))
            return
        by_notebook = [[links.pop(0) for _ in range(count)] for count in job["links"]]
        if kernel is not None:
            _run(kernel, job, by_notebook, connection)
        else:
            tester.run(job, by_notebook, connection)
        status = 0
    finally:
        os._exit(status)


def _confine(request: dict[str, Any]) -> None:
    os.setsid()  # many kernels share processors out by session: it gets no more than the others
    os.nice(LESS_URGENT)
    confine.take_own_namespaces(request["disk_bytes"], request["keep"])
    confine.take_own_user_namespace()
    confine.limit_resources(
        cpu_seconds=request["cpu_seconds"],
        data_bytes=request["memory_bytes"],
        file_bytes=request["file_bytes"],
        processes=request["processes"],
    )
    confine.give_up_privileges()


def _unpack_files(names: list[str], connection: socket.socket) -> None:
    for name in names:
        path = Path(confine.WORK, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as file:
            while True:
                _, content = wire.receive(connection)
                file.write(content)
                if len(content) < CHUNK:
                    break


def _run(kernel: Kernel, job: dict[str, Any], links: list[list[socket.socket]], connection: socket.socket) -> None:
    """Run the notebooks; all but the last in a fork of their own, so that each starts from a clean kernel."""

    def send(kind: bytes, payload: bytes) -> None:
        connection.sendall(wire.frame(kind, payload))

    last = len(job["notebooks"]) - 1
    for number, cells in enumerate(job["notebooks"]):
        pid = 0 if number == last else os.fork()
        if pid == 0:
            _reseed()
            for other in (each for index, those in enumerate(links) if index != number for each in those):
                other.close()
            kernel.run(number, [tuple(cell) for cell in cells], send, job["output_bytes"], links[number])
            if number != last:
                os._exit(0)
        else:
            for each in links[number]:
                each.close()
            signal.signal(signal.SIGINT, functools.partial(_hand_on, pid))
            while os.wait()[0] != pid:  # others are orphans that fell to this process 1
                pass
            send(wire.GONE, wire.pack({"notebook": number}))


def _hand_on(pid: int, number: int, frame: object) -> None:
    os.kill(pid, number)


def _reseed() -> None:
    """Random numbers differ from child to child, as from kernel to kernel."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "torch" in sys.modules:
        sys.modules["torch"].random.default_generator.seed()


# Getting ready --------------------------------------------------------------------------------------------------


def _make_kernel() -> Kernel:
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # half a second, and threads; nobody debugs here
    try:
        from course.grading.engine.cells import Kernel
    finally:
        del sys.modules["debugpy"]
    for name in [name for name in sys.modules if name == "course" or name.startswith("course.")]:
        if not name.startswith("course.grading"):
            del sys.modules[name]  # notebooks import it in a kernel: it asks whether it is in one
    return Kernel()


def _preload(modules: list[str]) -> list[str]:
    """Import what notebooks will, and do once what is slow the first time; returns what can't be imported."""
    missing = []
    for name in modules:
        try:
            importlib.import_module(name)
        except BaseException:  # its absence is the notebook's to report
            missing.append(name)
    for name, warm_up in (("torch", _warm_torch), ("matplotlib.pyplot", warm_pyplot)):
        if name in sys.modules:
            warm_up()
    return missing


def _warm_torch() -> None:
    """The first optimizer step takes a second; and a second thread here would hang every child."""
    import torch

    torch.set_num_threads(1)
    state = torch.random.get_rng_state()
    layer = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    torch.nn.functional.mse_loss(layer(torch.ones(3, 2)), torch.ones(3, 1)).backward()
    optimizer.step()
    torch.optim.Adam(layer.parameters()).step()
    torch.random.set_rng_state(state)


def warm_pyplot() -> None:
    """Fonts, the renderer and the encoder are found and loaded by the first figures."""
    import io

    import matplotlib
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    axes.plot([0, 1], label="$x^2$")
    axes.set(title="title", xlabel="x", ylabel="y")
    axes.legend()
    with matplotlib.rc_context({"savefig.format": "png"}):
        for most in (1, 3, 10, 100):  # matplotlib keeps how wide a text is: numbers that stand on many axes
            axes.set(xlim=(-most, most), ylim=(0, most))
            figure.savefig(io.BytesIO(), bbox_inches="tight")
    pyplot.close(figure)
