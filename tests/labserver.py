"""A Jupyter server in a course folder, as an instructor starts it, for tests; and calls of formgrader on it."""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

SECONDS_TO_START = 120
Command = Callable[[list[str]], list[str]]


@dataclass(frozen=True)
class Page:
    """What the server answered: where that came from after redirects, its status, its text."""

    url: str
    status: int
    text: str


@dataclass(frozen=True)
class Server:
    """A running Jupyter server."""

    url: str
    token: str

    def get(self, path: str) -> Page:
        """A page of formgrader."""
        return self._request("GET", path, None)

    def api(self, method: str, path: str, content: dict[str, Any] | None = None) -> Any:
        """A call of formgrader's own API, as its pages make them."""
        return json.loads(self._request(method, f"api/{path}", content).text)

    def _request(self, method: str, path: str, content: dict[str, Any] | None) -> Page:
        request = urllib.request.Request(
            f"{self.url}formgrader/{path}",
            method=method,
            data=None if method == "GET" else json.dumps(content).encode(),
            headers={"Authorization": f"token {self.token}"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            return Page(answer.url, answer.status, answer.read().decode())


def direct(options: list[str]) -> list[str]:
    """The command as people type it."""
    return ["jupyter", "lab", *options]


@contextlib.contextmanager
def jupyter_lab(
    folder: Path, environment: dict[str, str], own: Path, command: Command = direct
) -> Iterator[Server]:
    """JupyterLab in a course folder, as README.md starts it; stopped with all that it started.

    Args:
        folder: the course folder.
        environment: of the server's process.
        own: a folder for its settings (`config`), data and log.
        command: the words that start it with these options of its own.
    """
    token = secrets.token_hex(16)
    options = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={free_port()}"]
    folders = {f"JUPYTER_{name}_DIR": str(own / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    with open(own / "log", "w") as log:
        process = subprocess.Popen(
            command([*options, f"--IdentityProvider.token={token}"]),
            cwd=folder,
            env={**environment, **folders},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Server(address(process, own / "runtime", own / "log"), token)
        finally:
            stop(process)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def address(process: subprocess.Popen, runtime: Path, log: Path) -> str:
    """Where the server listens, as soon as it says so."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, ValueError, IndexError):
            url: str = json.loads(next(runtime.glob("jpserver-*.json"), runtime / "none").read_text())["url"]
            socket.create_connection(("127.0.0.1", int(url.split(":")[2].strip("/"))), timeout=1).close()
            return url
        time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text()}")


def stop(process: subprocess.Popen) -> None:
    """End the server and every process below it."""
    family = []
    with contextlib.suppress(psutil.NoSuchProcess):
        family = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for left in psutil.wait_procs(family, timeout=5)[1]:
        left.kill()
