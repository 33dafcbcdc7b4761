"""Where there is no sandbox: one clear line, and with the flag the same grades; and what goes through it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import nbformat
import pytest
from commands import one_clear_line, run_command
from courses import SmallCourse, cell_of

from course.grading.autograde import Options, autograde
from course.grading.engine import sandbox

PEEK = (
    "import pathlib\n"
    "print([path.name for path in pathlib.Path({root!r}).glob('*')])\n"
    "def double(x):\n"
    "    return 2 * x"
)


@pytest.fixture
def without_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "find_problem", lambda *_: "it needs Linux, and this is another system")


@pytest.mark.usefixtures("without_sandbox")
@pytest.mark.parametrize("words", [["autograde"], ["autograde", "--regrade"]])
def test_it_says_so_in_one_line_and_changes_nothing(words: list[str], released_course: SmallCourse) -> None:
    released_course.submit("ada")
    line = one_clear_line(released_course, *words)
    assert line == (
        "course autograde: no sandbox: it needs Linux, and this is another system. Submissions can hold anything; "
        "to run them with your own rights: --unsafe-no-sandbox"
    )


@pytest.mark.usefixtures("without_sandbox")
@pytest.mark.parametrize("way", ["flag", "setting"])
def test_without_it_the_grades_are_the_same(way: str, released_course: SmallCourse, tmp_path: Path) -> None:
    released_course.submit("ada")
    released_course.submit("ben", {"double": "def double(x):\n    return 3 * x"})
    if way == "flag":
        said = run_command(released_course, "autograde", "--unsafe-no-sandbox")
    else:
        released_course.configure("c.Course.unsafe_no_sandbox = True")
        said = run_command(released_course, "autograde")
    assert (said.status, said.err) == (0, "")
    rows = autograde(released_course.folder, [], [], Options(confined=False))
    assert [(row.student, row.score.points) for row in rows if row.score] == [("ada", 6.0), ("ben", 2.0)]


@pytest.mark.usefixtures("without_sandbox")
def test_nothing_to_grade_needs_no_sandbox(released_course: SmallCourse) -> None:
    assert run_command(released_course, "autograde").status == 0


def seen(course: SmallCourse) -> str:
    graded = nbformat.read(course.root / "autograded" / "ada" / "01_first" / "doubling.ipynb", as_version=4)
    return "".join(output.text for output in cell_of(graded, "double").outputs)


def test_course_autograde_runs_it_where_it_sees_nothing_of_the_course(released_course: SmallCourse) -> None:
    released_course.submit("ada", {"double": PEEK.format(root=str(released_course.root))})
    autograde(released_course.folder, [], [], Options())
    assert seen(released_course) == "[]\n"


def test_so_does_nbgraders_own_autograde_as_formgrader_calls_it(
    released_course: SmallCourse, environment: dict[str, str]
) -> None:
    released_course.submit("ada", {"double": PEEK.format(root=str(released_course.root))})
    run = subprocess.run(
        ["nbgrader", "autograde", "01_first"],
        cwd=released_course.root,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert seen(released_course) == "[]\n"


def test_without_the_sandbox_it_would_see_the_course(released_course: SmallCourse) -> None:
    """What the two tests above look for is there to be seen."""
    released_course.submit("ada", {"double": PEEK.format(root=str(released_course.root))})
    autograde(released_course.folder, [], [], Options(confined=False))
    assert "source" in seen(released_course)
