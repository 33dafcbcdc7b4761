"""Runs lists of cells as submissions in the sandbox, all in one class, and says what came of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from courses import code, notebook
from nbformat import NotebookNode

from course.grading.engine import sandbox
from course.grading.engine.jobs import Job, Limits, Result
from course.grading.engine.pool import SandboxRunner

NAME = "assignment"  # of the only notebook
SETUP = sandbox.Setup(preload=("numpy",))
# Of /tmp nothing of the machine's is seen but what has to be: packages, where the virtual environment lies there.
SEEN_BELOW_TMP = sorted({path.parts[2] for _, path in sandbox._binds(SETUP) if path.is_relative_to("/tmp")})
needs_sandbox = pytest.mark.skipif(sandbox.find_problem() is not None, reason="submissions can't be confined here")

LISTS = "import os\nfor folder in ('.', '/tmp', '/dev/shm'):\n    print(sorted(os.listdir(folder)))"
HONEST = {
    "import numpy as np\nprint(np.arange(10).sum())": "45\n",
    "import subprocess\nprint(subprocess.check_output(['echo', 'hi'], text=True))": "hi\n\n",
    "import threading, time\nthread = threading.Thread(target=time.sleep, args=[0.2])\n"
    "thread.start()\nthread.join()\nprint('joined')": "joined\n",
    LISTS: f"['data.csv']\n{SEEN_BELOW_TMP}\n[]\n",
    "open('note.txt', 'w').write('mine')\nprint(open('note.txt').read(), open('data.csv').read())": "mine 1,2\n",
    "print(sum(number % 7 for number in range(1_000_000)))": "2999997\n",
}


@dataclass(frozen=True)
class Submission:
    """What somebody hands in.

    Attributes:
        cells: sources of the only notebook, or of each.
        limits: for it.
        environment: variables of its own.
    """

    cells: Sequence[str] | Mapping[str, Sequence[str]]
    limits: Limits = field(default_factory=Limits)
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def notebooks(self) -> dict[str, NotebookNode]:
        cells = self.cells if isinstance(self.cells, Mapping) else {NAME: self.cells}
        return {
            name: notebook(*(code(source, f"cell{number}") for number, source in enumerate(sources)))
            for name, sources in cells.items()
        }


@dataclass(frozen=True)
class Ran:
    """What came of it."""

    result: Result

    def outputs(self, cell: int, name: str = NAME) -> list[NotebookNode]:
        return self.result.notebooks[name].cells[cell].outputs

    def printed(self, cell: int, name: str = NAME) -> str:
        return "".join(output.text for output in self.outputs(cell, name) if output.get("name") == "stdout")

    def all_printed(self) -> str:
        return "".join(
            self.printed(cell, name)
            for name, made in self.result.notebooks.items()
            for cell in range(len(made.cells))
        )

    def errors(self, cell: int, name: str = NAME) -> list[tuple[str, str]]:
        found = [output for output in self.outputs(cell, name) if output.output_type == "error"]
        return [(output.ename, output.evalue) for output in found]

    def error(self, cell: int, name: str = NAME) -> tuple[str, str]:
        """Name and text of the last error: a limit's comes after the code's own."""
        return self.errors(cell, name)[-1]

    def silent(self) -> list[int]:
        """Cells that show nothing."""
        return [
            cell
            for made in self.result.notebooks.values()
            for cell, each in enumerate(made.cells)
            if not each.outputs
        ]


def run_class(
    submissions: Mapping[str, Submission],
    folder: Path,
    *,
    workers: int = 2,
    on_result: Callable[[Result], None] = lambda result: None,
) -> dict[str, Ran]:
    """Run all of them with one runner, each in its copy of a folder with one file; by name."""
    folder.mkdir(exist_ok=True)
    (folder / "data.csv").write_text("1,2")
    jobs = [Job(name, each.notebooks, folder, each.limits, each.environment) for name, each in submissions.items()]
    done: dict[str, Ran] = {}
    for result in SandboxRunner(workers, SETUP).run(jobs):
        assert result.key not in done
        done[result.key] = Ran(result)
        on_result(result)
    assert set(done) == set(submissions)
    return done


def beside_honest(attacks: Mapping[str, Submission], every: int = 4) -> dict[str, Submission]:
    """Attacks with an honest submission before each few of them, and one at the end."""
    mixed: dict[str, Submission] = {}
    for number, (name, attack) in enumerate(attacks.items()):
        if number % every == 0:
            mixed[f"honest {number}"] = Submission(list(HONEST))
        mixed[name] = attack
    mixed["honest at the end"] = Submission(list(HONEST))
    return mixed


def assert_honest_are_right(done: Mapping[str, Ran]) -> None:
    """All honest submissions have all their outputs, and nothing else."""
    expected = list(HONEST.values())
    for name, ran in done.items():
        if name.startswith("honest"):
            assert (name, ran.result.problem) == (name, None)
            got = [ran.printed(cell) or str(ran.outputs(cell)) for cell in range(len(expected))]
            assert (name, got) == (name, expected)


def assert_all_say_why(done: Mapping[str, Ran]) -> None:
    """Each submission came back with a notebook whose cells show something or say why they don't."""
    assert {name: (ran.result.problem, ran.silent()) for name, ran in done.items()} == {
        name: (None, []) for name in done
    }


# Code for submissions that look for the connection to the coordinator and speak over it.
FORGE = """
import json, os, socket, struct

def find_connection():
    for descriptor in range(3, 64):
        try:
            found = socket.socket(fileno=os.dup(descriptor))
            found.getpeername()
            if found.type == socket.SOCK_STREAM:
                return found
        except OSError:
            pass

connection = find_connection()
connection.setblocking(True)

def frame(kind, payload=b""):
    if not isinstance(payload, bytes):
        payload = json.dumps(payload).encode()
    connection.sendall(struct.pack(">cI", kind, len(payload)) + payload)

def message(kind, content):
    frame(b"M", {"msg_type": kind, "content": content, "parent": ""})
"""
