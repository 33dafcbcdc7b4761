"""A course folder: where its things lie, and its settings from `nbgrader_config.py`."""

from __future__ import annotations

import contextlib
import copy
import os
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nbgrader.apps.baseapp import NbGrader
from nbgrader.coursedir import CourseDirectory
from traitlets import Bool, Dict, Float, Int, List, Unicode, validate
from traitlets.config import Config, Configurable
from traitlets.utils.bunch import Bunch

from course.grading.engine.jobs import Limits
from course.grading.errors import Busy, CourseError
from course.grading.late import read_policy

CONFIG_FILE = "nbgrader_config.py"
STEPS = ("source", "release", "submitted", "autograded", "feedback")
PRIVATE = "private"  # the folder of an assignment that never leaves source/
RECORD = ".graded.json"  # in a folder of autograded/: what was graded, and with what
LEFT_BEHIND = [".ipynb_checkpoints", "*.pyc", "__pycache__"]  # by editors and interpreters
NOT_COPIED = [*LEFT_BEHIND, "feedback", PRIVATE, RECORD]


class Course(Configurable):
    """The course's own settings, beside nbgrader's: ``c.Course.cell_seconds = 60`` in nbgrader_config.py."""

    student_repository = Unicode(
        "https://github.com/gradient-course/student@main",
        help="Where students get the course: the repository's address, an @, and the branch or tag. Colab "
        "badges, set-up cells and the published repository's README all follow it.",
    ).tag(config=True)
    cell_seconds = Float(30.0, min=1, help="Seconds that one cell of a submission may run.").tag(config=True)
    notebook_seconds = Float(
        300.0, min=1, help="Seconds that all cells of one submitted notebook may run together."
    ).tag(config=True)
    cell_cpu_seconds = Float(
        60.0, min=1, help="Seconds of processor time that one cell may use, all its processes together."
    ).tag(config=True)
    notebook_cpu_seconds = Float(
        300.0, min=1, help="Seconds of processor time that all cells of one notebook may use."
    ).tag(config=True)
    memory_mb = Float(
        2000.0, min=100, help="Memory of a submission in MB, all its processes together, beyond the libraries'."
    ).tag(config=True)
    processes = Int(64, min=8, help="Processes and threads that a submission may have at once.").tag(config=True)
    disk_mb = Float(256.0, min=1, help="MB of files that a submission may write.").tag(config=True)
    file_mb = Float(128.0, min=1, help="MB of the largest file that a submission may write.").tag(config=True)
    output_mb = Float(10.0, min=0.1, help="MB of output that one cell may show.").tag(config=True)
    sandbox_paths = List(
        Unicode(),
        help="Folders that submissions may read beside the interpreter, its packages and the system's libraries; "
        "for data that is too large to lie beside the notebooks.",
    ).tag(config=True)
    unsafe_no_sandbox = Bool(
        False,
        help="Run submissions with the rights of whoever grades; for machines that have no sandbox, and for files "
        "that you would open yourself.",
    ).tag(config=True)
    preload = List(
        Unicode(),
        help="Modules to import once for a class, beside those that the masters import.",
    ).tag(config=True)

    section_feedback = Bool(
        True,
        help="Ask students at the end of each section how hard and how clear it was; released notebooks get a cell "
        "for it, and the report says what they answered.",
    ).tag(config=True)
    late_policy = Unicode(
        "none",
        help='What a late submission loses of the points that it has earned: "none", "zero", or such as '
        '"10% a day, at most 50%, 15 minutes of grace".',
    ).tag(config=True)
    private_files = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="Private data that the course makes when it is first needed: ASSIGNMENT/FILE to the dotted name of a "
        "function that is called with the file's path and a seed.",
    ).tag(config=True)

    @validate("student_repository")
    def _check_repository(self, proposal: Bunch) -> str:
        if not re.fullmatch(r"https://[^\s@]+/[^\s@/]+/[^\s@/]+@[^\s@]+", proposal["value"]):
            raise CourseError(
                f"{CONFIG_FILE}: c.Course.student_repository is {proposal['value']!r}; it must look like "
                "https://github.com/OWNER/REPOSITORY@BRANCH"
            )
        return proposal["value"]

    @validate("late_policy")
    def _check_late_policy(self, proposal: Bunch) -> str:
        try:
            read_policy(proposal["value"])
        except ValueError as error:
            raise CourseError(f"{CONFIG_FILE}: c.Course.late_policy is {proposal['value']!r}: {error}") from None
        return proposal["value"]

    @property
    def repository_url(self) -> str:
        """The address without the branch."""
        return self.student_repository.rpartition("@")[0].removesuffix(".git")

    @property
    def repository_ref(self) -> str:
        """The branch or tag."""
        return self.student_repository.rpartition("@")[2]

    @property
    def limits(self) -> Limits:
        """What a submission may use."""
        return Limits(
            cell_seconds=self.cell_seconds,
            notebook_seconds=self.notebook_seconds,
            cell_cpu_seconds=self.cell_cpu_seconds,
            notebook_cpu_seconds=self.notebook_cpu_seconds,
            memory=self.memory_mb,
            processes=self.processes,
            disk=self.disk_mb,
            file=self.file_mb,
            output=self.output_mb,
        )


@dataclass(frozen=True)
class CourseFolder:
    """A folder with source/, release/, submitted/, autograded/ and feedback/ in it.

    Attributes:
        root: the folder itself, absolute.
        replaced: settings of nbgrader's CourseDirectory that differ from the configuration's, name and value.
    """

    root: Path
    replaced: tuple[tuple[str, str], ...] = ()

    @classmethod
    def find(cls, start: Path) -> CourseFolder:
        """The course folder that `start` lies in.

        Raises:
            CourseError: neither `start` nor a folder above it holds a nbgrader_config.py.
        """
        start = start.resolve()
        if not start.is_dir():
            raise CourseError(f"{start}: no such folder")
        for folder in (start, *start.parents):
            if (folder / CONFIG_FILE).is_file():
                return cls(folder)
        raise CourseError(f"{start}: not in a course folder (no {CONFIG_FILE} here or above)")

    @cached_property
    def config(self) -> Config:
        """nbgrader's configuration, as nbgrader's own commands would read it here."""
        app = NbGrader()
        app.log_level = "ERROR"
        app.raise_config_file_errors = True
        with contextlib.chdir(self.root):
            try:
                app.load_config_file()
                for each in (Course, CourseDirectory):
                    each(config=app.config)  # values that they refuse are said now, before anything is written
            except CourseError:
                raise
            except (Exception, SystemExit) as error:
                raise CourseError(f"{self.root / CONFIG_FILE}{_line_of(error)}: {_summary(error)}") from error
        config: Config = app.config
        for name, value in self.replaced:
            config.CourseDirectory[name] = value
        return config

    @cached_property
    def settings(self) -> Course:
        """The course's own settings."""
        return Course(config=self.config)

    def directory(self, **steps: Path) -> CourseDirectory:
        """nbgrader's view of this folder, with some of its steps put elsewhere (``release_directory=…``)."""
        config = copy.deepcopy(self.config)
        config.CourseDirectory.root = str(self.root)
        for name, path in steps.items():
            config.CourseDirectory[name] = str(path)
        return CourseDirectory(config=config)

    @cached_property
    def _own_directory(self) -> CourseDirectory:
        return self.directory()

    @cached_property
    def db_url(self) -> str:
        """Address of the gradebook."""
        url: str = self._own_directory.db_url
        return url

    def step(self, name: str) -> Path:
        """The folder of one step: "source", "release", "submitted", "autograded" or "feedback"."""
        return self.root / getattr(self._own_directory, f"{name}_directory")

    def assignments(self) -> list[str]:
        """Names of all assignments: the folders of source/ that hold notebooks."""
        return sorted({path.parent.name for path in self.step("source").glob("*/*.ipynb")})

    def choose(self, names: list[str]) -> list[str]:
        """The named assignments, or all of them where none is named.

        Raises:
            CourseError: one of them does not exist.
        """
        known = self.assignments()
        for name in names:
            if name not in known:
                raise CourseError(f"no assignment {name!r} in {self.step('source')}; there are: {', '.join(known)}")
        if not known:
            raise CourseError(f"{self.step('source')}: no assignment in it (a folder with notebooks)")
        return list(dict.fromkeys(names)) or known

    def masters(self, assignment: str) -> dict[str, Path]:
        """Name to path of an assignment's master notebooks."""
        return {path.stem: path for path in sorted((self.step("source") / assignment).glob("*.ipynb"))}

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other course commands from writing here meanwhile.

        Raises:
            Busy: one is at it now.
        """
        try:
            import fcntl
        except ImportError:  # Windows: nothing to lock with, and one person at the keyboard
            yield
            return
        with open(self.root / ".course.lock", "w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Busy(f"{self.root}: another course command is writing here; wait for it") from None
            yield

    def relative(self, path: Path) -> str:
        """A path as the user would type it from the course folder."""
        return os.path.relpath(path, self.root)


def _line_of(error: BaseException) -> str:
    """Where in the configuration file an error was raised, if it was raised there."""
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(CONFIG_FILE)
    ]
    return f", line {lines[-1]}" if lines else ""


def _summary(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]
