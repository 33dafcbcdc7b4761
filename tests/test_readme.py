"""README.md and docs/ keep their word: commands exist, links lead somewhere, the demo runs, CI runs the tests."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from courses import ROOT

from course.grading.demo import CLASS, Student
from course.words import build_parser

README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]


BLOCK = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands_in_blocks() -> list[str]:
    """The lines of README.md's fenced blocks, without comments."""
    lines = "\n".join(BLOCK.findall(README.read_text())).splitlines()
    return [shlex.join(words) for words in (shlex.split(line, comments=True) for line in lines) if words]


def commands_in_text() -> list[str]:
    """What stands between backticks in any page and is called like a command: `course autograde …`, `make …`."""
    text = "\n".join(BLOCK.sub("", page.read_text()) for page in PAGES)
    found = [" ".join(each.split()) for each in re.findall(r"`([^`]+)`", text)]
    return [each for each in found if re.match(r"(course|make) \w", each)]


COMMANDS = commands_in_blocks()
EVERYWHERE = sorted({*COMMANDS, *commands_in_text()})


def links() -> list[tuple[Path, str]]:
    """Page and target of every link to a file."""
    found = [(page, link) for page in PAGES for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text())]
    return [(page, link.partition("#")[0]) for page, link in found if not re.match(r"\w+://|#", link)]


def subcommands() -> list[str]:
    """The commands of `course`."""
    parser = build_parser()
    (choices,) = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return list(choices)


def test_every_command_in_readmes_blocks_is_one_of_make_or_course() -> None:
    assert COMMANDS
    assert [command for command in COMMANDS if command.split()[0] not in ("make", "course")] == []


@pytest.mark.parametrize("command", [each for each in EVERYWHERE if each.split()[0] == "make"])
def test_make_knows_the_target(command: str) -> None:
    environment = {**os.environ, "MAKEFLAGS": ""}
    done = subprocess.run([*shlex.split(command), "-n"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", [each for each in EVERYWHERE if each.split()[0] == "course"])
def test_course_understands_the_command(command: str) -> None:
    words = shlex.split(command)[1:]
    if len(words) == 1:  # its name alone, in a sentence
        assert words[0] in subcommands()
    else:
        assert build_parser().parse_args(words).command == words[0]


@pytest.mark.parametrize("command", subcommands())
def test_readme_names_every_command_of_course(command: str) -> None:
    assert re.search(rf"\bcourse {command}\b", README.read_text())


def test_readme_links_every_notebook() -> None:
    linked = {link for page, link in links() if page == README}
    notebooks = {str(path.relative_to(ROOT)) for path in (ROOT / "release").glob("*/*.ipynb")}
    assert notebooks - linked == set()


@pytest.mark.parametrize(
    ("page", "link"), [pytest.param(*each, id=f"{each[0].name}:{each[1]}") for each in links()]
)
def test_a_link_leads_to_a_file_or_folder(page: Path, link: str) -> None:
    assert (page.parent / link).exists()


# What README promises of CI and of the demo ------------------------------------------------------------------


def test_ci_is_an_executable_script_that_bash_can_read() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script]).returncode == 0


def test_ci_ends_with_readmes_test_command() -> None:
    assert "make test" in COMMANDS
    assert (ROOT / ".ci" / "run").read_text().splitlines()[-1] == "make test"


@pytest.fixture(scope="module")
def demo(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """`course demo` of this repository, somewhere else, as `make` runs it after the set-up."""
    command = [sys.executable, "-m", "course.cli", "-C", str(ROOT), "demo", str(tmp_path_factory.mktemp("demo"))]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)


@pytest.mark.slow
def test_the_demo_ends_well(demo: subprocess.CompletedProcess[str]) -> None:
    assert (demo.returncode, demo.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("student", CLASS, ids=lambda student: student.id)
def test_the_demos_table_has_a_row_for_each_student(
    student: Student, demo: subprocess.CompletedProcess[str]
) -> None:
    assert re.search(rf"^ *{student.id} +{student.what} +\d", demo.stdout, re.MULTILINE)
