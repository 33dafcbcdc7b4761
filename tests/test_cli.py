"""The `course` command itself: its words, what it says when they are wrong, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from importlib import import_module
from pathlib import Path

import pytest
from commands import one_clear_line, run_command
from courses import ROOT, SmallCourse

import course
from course.cli import main
from course.device import _cuda_is_available, _mps_is_available

COMMANDS = ("release", "publish", "autograde", "feedback", "answers", "demo")


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run `course WORDS…` in this process: status, stdout, stderr."""
    try:
        status = main(words)
    except SystemExit as end:
        status = int(end.code or 0)
    written = capsys.readouterr()
    return status, written.out, written.err


def python(code: str, folder: Path, environment: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder."""
    words = [sys.executable, *options, "-c", code]
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True)


MISTAKES = {
    "no command": ((), "course: the following arguments are required: COMMAND (see course --help)"),
    "unknown command": (("grade",), "course: argument COMMAND: invalid choice: 'grade'"),
    "unknown option": (("release", "--all"), "course: unrecognized arguments: --all"),
    "no folder to publish to": (("publish",), "course publish: the following arguments are required: DIR"),
    "two folders to publish to": (("publish", "a", "b"), "course: unrecognized arguments: b"),
    "student without id": (("autograde", "--student"), "course autograde: argument --student: expected one"),
    "unknown device": (("autograde", "--device", "tpu"), "course autograde: argument --device: invalid choice"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "says"), MISTAKES.values(), ids=MISTAKES)
def test_wrong_words_are_one_line(words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said(capsys, *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(says)


@pytest.mark.parametrize("command", ["autograde", "answers", "demo"])
@pytest.mark.parametrize("jobs", ["0", "-1", "1.5", "two", "", "²"])
def test_jobs_are_a_whole_number_of_at_least_1(jobs: str, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, command, f"--jobs={jobs}") == (
        2, "", f"course {command}: argument -j/--jobs: {jobs!r} is not a whole number of at least 1 "
        f"(see course {command} --help)\n"
    )  # fmt: skip


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--version") == (0, f"course {course.__version__}\n", "")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said(capsys, "--help")
    assert (status, err) == (0, "")
    assert [name for name in COMMANDS if f"\n    {name} " not in out] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said(capsys, command, "--help")
    assert (status, err) == (0, "")
    assert out.startswith(f"usage: course {command} [-h]")


@pytest.mark.parametrize("command", ["release", "autograde", "feedback", "answers", "demo"])
def test_a_folder_that_does_not_exist(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "missing"
    assert said(capsys, "-C", str(missing), command) == (2, "", f"course {command}: {missing}: no such folder\n")


def test_a_folder_inside_the_course_folder_will_do(
    released_course: SmallCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = released_course.root / "source" / "01_first"
    assert said(capsys, "-C", str(inside), "release") == (0, "01_first: 1 notebook unchanged\n", "")


def test_without_a_folder_it_is_the_one_one_is_in(
    released_course: SmallCourse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(released_course.root / "source")
    assert said(capsys, "release") == (0, "01_first: 1 notebook unchanged\n", "")


def test_the_folder_may_be_relative(
    released_course: SmallCourse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(released_course.root.parent)
    assert said(capsys, "--folder", "course_folder", "release") == (0, "01_first: 1 notebook unchanged\n", "")


ABSENT = [
    pytest.param("cuda", marks=pytest.mark.skipif(_cuda_is_available(), reason="this machine has CUDA")),
    pytest.param("mps", marks=pytest.mark.skipif(_mps_is_available(), reason="this machine has MPS")),
]


@pytest.mark.parametrize("device", ABSENT)
def test_an_absent_device_is_said_before_anything_starts(device: str, released_course: SmallCourse) -> None:
    released_course.submit("ada")
    line = one_clear_line(released_course, "autograde", "--device", device)
    assert f"{device} was asked for, but PyTorch finds no {device} device on this machine" in line


@pytest.mark.parametrize("device", ABSENT)
@pytest.mark.parametrize("command", ["autograde", "answers", "demo"])
def test_an_absent_device_of_the_environment_is_said_before_anything_starts(
    command: str, device: str, released_course: SmallCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    released_course.submit("ada")
    monkeypatch.setenv("COURSE_DEVICE", device)
    line = one_clear_line(released_course, command)
    assert line.startswith(f"course {command}: COURSE_DEVICE: {device} was asked for")


@pytest.mark.parametrize("command", COMMANDS)
def test_ctrl_c_is_one_line(command: str, small_course: SmallCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(import_module(f"course.grading.commands.{command}"), "run", interrupted)
    said = run_command(small_course, command, *(["anywhere"] if command == "publish" else []))
    assert (said.status, said.out) == (130, "")
    assert said.err == f"course {command}: stopped; what was finished is kept\n"


RAISE_FOR_NBGRADER = """
import importlib.abc, sys

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] == "nbgrader":
            raise {error}

sys.meta_path.insert(0, Finder())
from course.cli import main
sys.exit(main(["release"]))
"""


def test_ctrl_c_while_the_command_still_loads_is_one_line(repository: Path, environment: dict[str, str]) -> None:
    ended = python(RAISE_FOR_NBGRADER.format(error="KeyboardInterrupt"), repository, environment)
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr == "course release: stopped; what was finished is kept\n"


def test_without_nbgrader_it_says_what_to_install(repository: Path, environment: dict[str, str]) -> None:
    error = "ModuleNotFoundError('No module named ' + repr(name), name=name)"
    ended = python(RAISE_FOR_NBGRADER.format(error=error), repository, environment)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        'course release: needs the instructor\'s part (nbgrader is missing): pip install "gradient-course[teach]"\n'
    )


@pytest.fixture(scope="module")
def student_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as students have it: without grading."""
    folder = tmp_path_factory.mktemp("student")
    (folder / "course").mkdir()
    for path in (ROOT / "course").iterdir():
        if path.name not in ("grading", "__pycache__"):
            (folder / "course" / path.name).symlink_to(path)
    return folder


@pytest.mark.parametrize(
    ("word", "ends"),
    [
        ("--version", (0, f"course {course.__version__}\n", "")),
        (
            "release",
            (
                2,
                "",
                "course release: needs the instructor's part (course.grading is missing): "
                "the instructor's repository\n",
            ),
        ),
    ],
)
def test_a_students_install(
    word: str, ends: tuple[int, str, str], student_package: Path, environment: dict[str, str]
) -> None:
    folders = [str(student_package), sysconfig.get_path("purelib")]
    code = f"import sys; sys.path[:0] = {folders}; from course.cli import main; sys.exit(main([{word!r}]))"
    ended = python(code, student_package, environment, "-S")  # without what an editable install adds
    assert (ended.returncode, ended.stdout, ended.stderr) == ends


@pytest.mark.parametrize("words", [["--help"], ["release"]], ids=" ".join)
def test_a_broken_pipe_ends_quietly(
    words: list[str], released_course: SmallCourse, environment: dict[str, str]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)  # as in `course release | true`
    command = [sys.executable, "-m", "course.cli", "-C", str(released_course.root), *words]
    buffered = {name: value for name, value in environment.items() if name != "PYTHONUNBUFFERED"}
    try:
        ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=buffered, text=True)
    finally:
        os.close(writing)
    assert (ended.returncode, ended.stderr) == (1, "")
