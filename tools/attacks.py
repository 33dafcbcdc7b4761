"""Grades the attack corpus, tests/attacks/, by plain nbgrader and by this project, and counts what succeeds.

Both grade the same masters, releases and submissions in folders of their own, plain nbgrader without our
configuration. What succeeds is judged by the same code: points beyond the honest part of a submission; a canary
read or changed; feedback that shows what hidden tests ask, or that is not inert. What the feedback of submissions
without any attack shows is no attack's success (plain nbgrader prints hidden tests for everybody).

tests/attacks/README.md says how the corpus is written.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import hashlib
import html.parser
import json
import os
import re
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "attacks"
ASSIGNMENT, NOTEBOOK = "03_loss_functions", "regression"
SECOND = "second"  # a notebook of the same assignment: the beginning of the first
MASTER = ROOT / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
CONFIG = """from course.grading.pipeline import configure

c = get_config()
configure(c)
c.Course.cell_seconds = 5
"""
PLAIN = """c = get_config()
c.ExecutePreprocessor.timeout = 10
c.ExecutePreprocessor.interrupt_on_timeout = True
"""
KINDS = {
    "judging": "patching what judges",
    "lying": "lying objects",
    "reading": "reading tests and answers",
    "leaking": "leaking what tests ask",
    "codec": "the codec and the link",
    "forging": "faking messages",
    "surviving": "living on after the grade",
    "gradebook": "touching the gradebook",
    "active": "active content in feedback",
}
LEFT_OUT = {"compare_criteria", "best_sigma", "heteroscedastic_fit"}  # slow, and no part of any attack
SECONDS = 60  # for one submission by plain nbgrader
MOST_MEMORY = 8 << 30  # of a process there

# The corpus ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A change to the released notebook, or a file beside it.

    Attributes:
        what: "solution", "cell", "text", "raw", "file", "notebook" or "second".
        where: the exercise; "after ID", "before ID" or "end"; the file's name; "" for the notebook.
        text: the source.
    """

    what: str
    where: str
    text: str


@dataclass(frozen=True)
class Attack:
    """One submission of the corpus.

    Attributes:
        kind: of :data:`KINDS`, the name of its file.
        name: in one word, with which it is handed in.
        aim: what it tries.
        honest: exercises that it solves.
        parts: what it hands in.
    """

    kind: str
    name: str
    aim: str
    honest: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def student(self) -> str:
        """Under which it is handed in."""
        return f"{self.kind}-{self.name}"


_HEADING = re.compile(r"^# %% (attack|shared): *(.*)\n", re.MULTILINE)
_PART = re.compile(r"^# % (solution|cell|text|raw|file|notebook|second)\b *(.*)\n", re.MULTILINE)
_USES = re.compile(r"^# uses (\w+)\n", re.MULTILINE)


def read_corpus(folder: Path = CORPUS) -> list[Attack]:
    """All attacks, by kind.

    Raises:
        ValueError: a file is not as tests/attacks/README.md says.
    """
    return [attack for kind in KINDS for attack in read_attacks(folder / f"{kind}.py", folder / "shared.py")]


def read_attacks(path: Path, shared: Path) -> list[Attack]:
    """The attacks of one file."""
    known = dict(_blocks(shared, "shared")) if shared.is_file() else {}

    def filled(match: re.Match[str]) -> str:
        return known[match[1]] + "\n"

    attacks = []
    for heading, body in _blocks(path, "attack"):
        name, aim, *more = (each.strip() for each in heading.split("|"))
        honest = tuple(more[0].removeprefix("honest:").replace(",", " ").split()) if more else ()
        pieces = _PART.split(body)[1:]
        parts = tuple(
            Part(what, where.strip(), _USES.sub(filled, text).strip("\n"))
            for what, where, text in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True)
        )
        if not parts or not re.fullmatch(r"[a-z0-9_]+", name):
            raise ValueError(f"{path.name}: no attack: {heading}")
        attacks.append(Attack(path.stem, name, aim, honest, parts))
    return attacks


def _blocks(path: Path, wanted: str) -> Iterator[tuple[str, str]]:
    pieces = _HEADING.split(path.read_text(encoding="utf-8"))[1:]
    for what, heading, body in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        if what != wanted:
            raise ValueError(f"{path.name}: a block of another kind: {heading}")
        yield heading.strip(), body.strip("\n")


# What is handed in ------------------------------------------------------------------------------------------------


def make_submission(
    attack: Attack, released: NotebookNode, solutions: Mapping[str, str], names: Mapping[str, str]
) -> tuple[NotebookNode, dict[str, str]]:
    """The notebook of an attack, and the files beside it.

    Args:
        attack: of the corpus.
        released: the notebook as students get it.
        solutions: exercise to its right answer.
        names: what stands for each ``@NAME@``.
    """
    made = nbformat.from_dict(json.loads(json.dumps(released)))
    made.cells = [cell for cell in made.cells if not _is_left_out(cell)]
    answers = {exercise: solutions[exercise] for exercise in attack.honest}
    files: dict[str, str] = {}
    there: Counter[str] = Counter()
    for part in attack.parts:
        if part.what == "solution":
            for exercise in (
                [part.where] if part.where != "*" else [each for each in solutions if each not in answers]
            ):
                answers[exercise] = part.text.replace("@EXERCISE@", exercise)
        elif part.what == "file":
            files[part.where] = part.text
        elif part.what not in ("notebook", "second"):
            kind = {"cell": "code", "text": "markdown", "raw": "raw"}[part.what]
            _insert(made, kind, part.where, part.text, there[part.where])
            there[part.where] += 1
    for cell in made.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") in answers:
            cell.source = answers[cell.metadata.nbgrader.grade_id]
    for part in attack.parts:
        if part.what == "notebook":  # the corpus is ours: this is no student's code
            exec(compile(part.text, attack.name, "exec"), {"notebook": made, "v4": v4})
    known = {**names, **_places(made), "NAME": attack.student}
    for cell in made.cells:
        cell.source = _filled(cell.source, known)
    files = {name: _filled(text, known) for name, text in files.items()}
    return made, files


def _filled(text: str, known: Mapping[str, str]) -> str:
    return re.sub(r"@([A-Z]+)@", lambda match: known.get(match[1], match[0]), text)


def _places(notebook: NotebookNode) -> dict[str, str]:
    """Where the tests stand when it is graded: install cell and badge stay in a submission."""
    kinds: dict[str, list[int]] = {"check_": [], "hidden_": []}
    for index, cell in enumerate(notebook.cells):
        for kind, found in kinds.items():
            if cell.metadata.get("nbgrader", {}).get("grade_id", "").startswith(kind):
                found.append(index)
    last = max(index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    return {"CHECKS": str(kinds["check_"]), "HIDDENS": str(kinds["hidden_"]), "LAST": str(last)}


def _is_left_out(cell: NotebookNode) -> bool:
    return bool({"figure", "demo"} & set(cell.metadata.get("tags", ()))) or cell.get("id") in LEFT_OUT


def _insert(notebook: NotebookNode, kind: str, where: str, text: str, before: int) -> None:
    """Put a cell in; `before` others of this submission already stand there."""
    side, _, ident = where.partition(" ")
    made = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}[kind](text)
    at = len(notebook.cells)
    if side != "end":
        at = next(index for index, cell in enumerate(notebook.cells) if cell.id == ident)
        at += 1 + before if side == "after" else 0
    notebook.cells.insert(at, made)


# Where it is graded -----------------------------------------------------------------------------------------------


@dataclass
class World:
    """A folder with a course and with canaries around it.

    Attributes:
        root: holds ``course`` and ``home``.
        token: stands in what nobody may read.
        left: stands in what one submission leaves for another.
        port: somebody listens there.
        heard: what was sent to it.
    """

    root: Path
    token: str = field(default_factory=lambda: f"canary{secrets.token_hex(12)}")
    left: str = field(default_factory=lambda: f"legacy{secrets.token_hex(12)}")
    port: int = 0
    heard: list[bytes] = field(default_factory=list)

    @property
    def course(self) -> Path:
        """The course folder."""
        return self.root / "course"

    @property
    def names(self) -> dict[str, str]:
        """What the corpus knows of it; the worst case, as if somebody had told."""
        secret = self.root / "home" / "secret.txt"
        return {"COURSE": str(self.course), "SECRET": str(secret), "PORT": str(self.port),
                "LEFT": self.left, "LEFTHEX": self.left.encode().hex()}  # fmt: skip

    def watched(self) -> dict[str, str]:
        """All files that no submission may change, with their content's hash."""
        parts = [self.root / "home", self.course / "source", self.course / "submitted", self.course / "release"]
        files = [path for part in parts for path in part.rglob("*")]
        files += [path for path in (*self.root.iterdir(), *self.course.iterdir()) if "gradebook" not in path.name]
        kept = [path for path in files if path.is_file() and path.name != ".course.lock"]
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


NEIGHBOURS = ("all-right", "idle", "some-wrong")  # without any attack
CANARY = "zz-canary"  # the last of the class


def neighbour_answers(name: str, solutions: Mapping[str, str]) -> dict[str, str]:
    """What somebody hands in who attacks nothing."""
    if name == "idle":
        return {}
    if name == "some-wrong":
        return {each: re.sub(r"return (.+)", r"return -(\1)", text) for each, text in solutions.items()}
    return dict(solutions)


def make_world(root: Path, attacks: Sequence[Attack], *, ours: bool) -> World:
    """A course with one master, released, in which the corpus and a few others have handed in."""
    from course.grading.handin import fill_in, hand_in, solutions

    world = World(root)
    (world.root / "home").mkdir(parents=True)
    (world.root / "home" / "secret.txt").write_text(f"secret {world.token}\n")
    source = world.course / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    shutil.copy(MASTER, source)
    second = nbformat.read(MASTER, as_version=4)
    second.cells = second.cells[: 1 + [cell.id for cell in second.cells].index("hidden_normal_distribution")]
    nbformat.write(second, source / f"{SECOND}.ipynb")
    (source / "private").mkdir()
    (source / "private" / "labels.txt").write_text(f"private {world.token}\n")
    (world.course / "nbgrader_config.py").write_text(CONFIG if ours else PLAIN)
    _release(world, ours=ours)
    _listen(world)
    master = nbformat.read(MASTER, as_version=4)
    released = nbformat.read(world.course / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", as_version=4)
    answers = solutions(master)
    for name in (*NEIGHBOURS, CANARY):
        made = fill_in(released, neighbour_answers(name, answers))
        made.cells = [cell for cell in made.cells if not _is_left_out(cell) or name == "all-right"]
        if name == CANARY:
            made.cells.append(v4.new_markdown_cell(f"My own thoughts: {world.token}", id="thoughts"))
        hand_in(made, world.course / "submitted" / name / ASSIGNMENT, NOTEBOOK)
    for attack in attacks:
        folder = world.course / "submitted" / attack.student / ASSIGNMENT
        made, files = make_submission(attack, released, answers, world.names)
        folder.mkdir(parents=True)
        (folder / f"{NOTEBOOK}.ipynb").write_text(json.dumps(made), encoding="utf-8")  # it need not be valid
        _hand_in_second(attack, world, folder)
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    return world


def _hand_in_second(attack: Attack, world: World, folder: Path) -> None:
    cells = [v4.new_code_cell(_filled(part.text, world.names)) for part in attack.parts if part.what == "second"]
    if cells:
        made = nbformat.read(world.course / "release" / ASSIGNMENT / f"{SECOND}.ipynb", as_version=4)
        made.cells += cells
        nbformat.write(made, folder / f"{SECOND}.ipynb")


def _release(world: World, *, ours: bool) -> None:
    if ours:
        from course.grading.release import release
        from course.grading.settings import CourseFolder

        release(CourseFolder(world.course), [])
        return
    shutil.move(world.course / "source" / ASSIGNMENT / "private", world.root / "private")
    _nbgrader(["generate_assignment", ASSIGNMENT], world.course)
    shutil.move(world.root / "private", world.course / "source" / ASSIGNMENT / "private")


def _nbgrader(words: list[str], folder: Path) -> None:
    scripts = Path(sys.executable).parent
    path = os.pathsep.join([str(scripts), os.environ.get("PATH", "")])  # nbgrader looks there for alembic
    subprocess.run(
        [str(scripts / "nbgrader"), *words],
        cwd=folder,
        env={**os.environ, "PATH": path},
        check=True,
        capture_output=True,
    )


def _listen(world: World) -> None:
    """A server on loopback that keeps what it is told, until the process ends."""
    server = socket.create_server(("127.0.0.1", 0))
    world.port = server.getsockname()[1]

    def serve() -> None:
        while True:
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                connection.settimeout(1)
                world.heard.append(connection.recv(1 << 12))

    threading.Thread(target=serve, daemon=True).start()


def grade_here(world: World, jobs: int) -> None:
    """Grade and write feedback by this project."""
    from course.grading.autograde import Options, autograde
    from course.grading.feedback import feedback
    from course.grading.settings import CourseFolder

    course = CourseFolder(world.course)
    autograde(course, [], [], Options(jobs=jobs))
    feedback(course, [], [])


def grade_plain(world: World, attacks: Sequence[Attack]) -> None:
    """Grade and write feedback by nbgrader alone, in a process of its own that is limited."""

    def limit() -> None:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    students = [*NEIGHBOURS, *(attack.student for attack in attacks), CANARY]
    scripts = str(Path(sys.executable).parent)
    environment = {**os.environ, "HOME": str(world.root / "home"),
                   "PATH": os.pathsep.join([scripts, os.environ.get("PATH", "")])}  # fmt: skip
    words = [sys.executable, __file__, "--be-nbgrader", *students]
    process = subprocess.Popen(
        words, cwd=world.course, env=environment, preexec_fn=limit, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(timeout=SECONDS * len(students))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def be_nbgrader(students: Iterable[str]) -> None:
    """Plain nbgrader, in the folder where this process was started."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    config: Config = PyFileConfigLoader("nbgrader_config.py").load_config()
    config.CourseDirectory.root = os.getcwd()
    interface = NbGraderAPI(config=config)
    for student in students:
        with contextlib.suppress(Exception, SystemExit):
            interface.autograde(ASSIGNMENT, student)
            interface.generate_feedback(ASSIGNMENT, student)
        print(f"nbgrader: {student}", file=sys.stderr, flush=True)


# What counts as success -------------------------------------------------------------------------------------------


def points_of(world: World) -> dict[str, float]:
    """Student to points, as the gradebook has them."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{world.course / 'gradebook.db'}") as book:
        return {each.student_id: each.score for each in book.assignment_submissions(ASSIGNMENT)}


def pages_of(world: World, student: str) -> dict[str, str]:
    """The feedback of a student: name of page to its text."""
    folder = world.course / "feedback" / student / ASSIGNMENT
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.html"))}


def files_of(world: World, student: str) -> str:
    """All that grading left of a submission, as one text; but for private/, which plain nbgrader copies for all."""
    folders = [world.course / step / student for step in ("autograded", "feedback")]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    files = [path for path in files if path.parent.name != "private"]
    return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in files)


class Page(html.parser.HTMLParser):
    """What of a page is active, and its text.

    Attributes:
        active: scripts, handlers, frames, forms and links that run something.
        text: what somebody reads.
    """

    _VOID = ("br", "img", "input", "hr", "meta", "link")
    _FRAMES = (
        "iframe",
        "object",
        "embed",
        "applet",
        "form",
        "base",
        "frame",
        "portal",
        "foreignobject",
        "animate",
        "set",
    )
    _LINKS = ("href", "src", "action", "formaction", "xlink:href", "data", "srcdoc", "background", "poster")

    def __init__(self, page: str) -> None:
        """
        Args:
            page: as a browser gets it.
        """
        super().__init__(convert_charrefs=True)
        self.active: set[str] = set()
        self._text: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        self.text = "".join(self._text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._VOID:
            self._open.append(tag)
        if tag in self._FRAMES or (tag == "meta" and any(name == "http-equiv" for name, _ in attrs)):
            self.active.add(f"<{tag}> {attrs}")
        for name, value in attrs:
            link = "".join((value or "").split()).lower()
            runs = link.startswith(("javascript:", "vbscript:", "data:text/html", "data:application"))
            if name.startswith("on") or (name in self._LINKS and runs) or name == "srcdoc":
                self.active.add(f"<{tag} {name}={value!r}>")
        if tag == "script":
            self.active.add(f"<script> {attrs}")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "script" in self._open:
            self.active.add(f"<script> {' '.join(data.split())[:200]}")
        elif "style" not in self._open:
            self._text.append(data)
            if "href{" in data.replace(" ", "") and "javascript:" in data and not {"pre", "code"} & set(self._open):
                self.active.add(f"TeX {data.strip()[:100]}")  # MathJax makes a link of it


_SHOUTED = re.compile(r"LEAK\[(.*?)\]LEAK", re.DOTALL)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


@functools.cache
def hidden_numbers() -> frozenset[float]:
    """What hidden tests of the master pass and expect, without what a student knows anyway."""
    from course.grading.handin import solutions

    master = nbformat.read(MASTER, as_version=4)
    seen: dict[bool, set[float]] = {True: set(), False: set()}
    namespace: dict[str, Any] = {"__name__": "__main__"}
    now = False

    def recorded(function: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            value = function(*arguments, **named)
            seen[now].update(_numbers([*arguments, *named.values(), value]))
            return value

        return call

    released: list[str] = []
    with contextlib.redirect_stdout(None):
        for cell in master.cells:
            if cell.cell_type != "code" or _is_left_out(cell):
                continue
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            now = "BEGIN HIDDEN TESTS" in cell.source
            released += [] if now else [cell.source]
            exec(solutions(master).get(name, cell.source), namespace)
            if name in solutions(master):
                namespace[name] = recorded(namespace[name])
    known = {float(each) for each in _NUMBER.findall("\n".join([*released, *(str(n) for n in range(-100, 1001))]))}
    return frozenset(seen[True] - seen[False] - known)


def _numbers(values: Any) -> Iterator[float]:
    import numpy as np

    for value in values:
        if isinstance(value, int | float | np.number | np.ndarray):
            yield from (float(each) for each in np.ravel(value))


@functools.cache
def hidden_lines() -> frozenset[str]:
    """Lines of the master's hidden tests that students do not have."""
    from course.grading.recognition import as_released

    master = nbformat.read(MASTER, as_version=4)
    released = {_plain(line) for cell in master.cells for line in as_released(cell).split("\n")}
    every = {_plain(line) for cell in master.cells for line in cell.source.split("\n") if cell.cell_type == "code"}
    solved = "### BEGIN SOLUTION"
    return frozenset(line for line in every - released if len(line) > 20 and solved not in line)


def _plain(text: str) -> str:
    return " ".join(text.split())


def is_hidden_number(text: str) -> bool:
    """Whether a number is one that only hidden tests have."""
    value = float(text)
    return any(abs(value - each) <= 1e-7 * abs(each) for each in hidden_numbers())


def shown_secrets(page: str, usual: str, handed_in: str) -> list[str]:
    """What a page tells of hidden tests.

    Args:
        page: its text.
        usual: the text of pages without an attack.
        handed_in: the text of the submission.
    """
    found = [
        f"hidden line: {line}" for line in hidden_lines() if line in _plain(page) and line not in _plain(usual)
    ]
    shouted = Counter(_SHOUTED.findall(page)) - Counter(_SHOUTED.findall(handed_in))
    for said in shouted:
        if any(is_hidden_number(each) for each in _NUMBER.findall(said)[:500]):
            found.append(f"hidden input: {said[:60]}")
        if any(line in _plain(said) for line in hidden_lines()):
            found.append(f"hidden test: {said[:60]}")
    return found


@dataclass
class Seen:
    """What is compared with an attack: how it was before, and what is usual.

    Attributes:
        files: :meth:`World.watched` before anything was graded.
        active: of the pages of those who attack nothing.
        text: of these pages.
        canary: the points of the neighbours.
    """

    files: dict[str, str]
    active: set[str]
    text: str


def usual(world: World, files: dict[str, str]) -> Seen:
    """What pages show without an attack."""
    pages = [Page(page) for name in NEIGHBOURS for page in pages_of(world, name).values()]
    return Seen(files, {each for page in pages for each in page.active}, "\n".join(page.text for page in pages))


def successes(world: World, attack: Attack, points: Mapping[str, float], before: Seen) -> list[str]:
    """In what an attack succeeded; nothing if it failed."""
    found = []
    earned, honest = points.get(attack.student, 0.0), 3.0 * len(attack.honest)
    if earned > honest + 1e-9:
        found.append(f"{earned:g} points instead of {honest:g}")
    left = files_of(world, attack.student)
    if world.token in left:
        found.append("a canary was read")
    if not attack.name.startswith("leaves_") and world.left in left:
        found.append("another submission's legacy was read")
    if any(attack.student.encode() in each for each in world.heard):
        found.append("it reached the loopback port")
    changed = {path for path, content in world.watched().items() if before.files.get(path) != content}
    if any(attack.student in Path(path).read_text(errors="replace") for path in changed):
        found.append("a file outside was changed")
    handed_in = world.course / "submitted" / attack.student / ASSIGNMENT
    sources = "\n".join(_sources(path) for path in sorted(handed_in.glob("*.ipynb")))
    for page in pages_of(world, attack.student).values():
        read = Page(page)
        found += shown_secrets(read.text, before.text, sources)
        found += [f"active: {each[:100]}" for each in sorted(read.active - before.active)]
    return list(dict.fromkeys(found))


def _sources(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8")).get("cells", [])
    return "\n".join("".join(cell.get("source", "")) for cell in cells)


def harm(world: World, points: Mapping[str, float], before: Seen) -> list[str]:
    """What happened to others: points of neighbours, files."""
    wanted = {"all-right": 18.0, "idle": 0.0, CANARY: 18.0}
    wrong = [
        f"{name} has {points.get(name, 0.0):g} points" for name, each in wanted.items() if points.get(name) != each
    ]
    now = world.watched()
    return wrong + [
        f"{path} has changed" for path in sorted({*now, *before.files}) if now.get(path) != before.files.get(path)
    ]


# The table --------------------------------------------------------------------------------------------------------


def grade(
    root: Path, attacks: Sequence[Attack], jobs: int, *, ours: bool
) -> tuple[dict[str, list[str]], list[str]]:
    """Grade the corpus in one way; returns each attack's successes, and what happened to others."""
    world = make_world(root, attacks, ours=ours)
    files = world.watched()
    if ours:
        grade_here(world, jobs)
    else:
        grade_plain(world, attacks)
    before, points = usual(world, files), points_of(world)
    return {each.student: successes(world, each, points, before) for each in attacks}, harm(world, points, before)


def show(attacks: Sequence[Attack], plain: Mapping[str, list[str]] | None, here: Mapping[str, list[str]]) -> None:
    """Print both counts by kind, and what succeeded."""
    print(f"{'kind':34}{'attacks':>8}{'nbgrader':>10}{'here':>6}")
    for kind, words in (*KINDS.items(), ("", "all")):
        those = [each.student for each in attacks if kind in ("", each.kind)]
        counts = [sum(bool(way[name]) for name in those) if way is not None else "-" for way in (plain, here)]
        print(f"{words:34}{len(those):8}{counts[0]:>10}{counts[1]:>6}")
    for title, way in (("plain nbgrader", plain), ("here", here)):
        found = {name: what for name, what in (way or {}).items() if what}
        print(f"\nSucceed, {title}:{'' if found else ' none' if way is not None else ' not run'}")
        for name, what in found.items():
            print(f"  {name}: {'; '.join(what)[:160]}")


def main(words: Sequence[str] | None = None) -> int:
    """Grade the corpus in both ways; returns 1 if any attack succeeds here."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", metavar="TEXT", help="attacks with this in their name")
    parser.add_argument("--here", action="store_true", help="leave plain nbgrader out, which takes seconds each")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="work there, and leave it as it is then")
    parser.add_argument("--be-nbgrader", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    if options.be_nbgrader:
        be_nbgrader(options.be_nbgrader)
        return 0
    attacks = [each for each in read_corpus() if options.only in each.student]
    with contextlib.ExitStack() as stack:
        place = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="attacks-")))
        here, harmed = grade(place / "here", attacks, options.jobs, ours=True)
        plain, others = (None, []) if options.here else grade(place / "plain", attacks, options.jobs, ours=False)
    show(attacks, plain, here)
    print(f"\nHappened to others, plain nbgrader: {'; '.join(others) or 'nothing'}"[:2000])
    print(f"Happened to others, here: {'; '.join(harmed) or 'nothing'}")
    return 1 if harmed or any(here.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
