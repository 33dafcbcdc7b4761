"""`course new`: a notebook to start from that can be released, graded and tested as it stands."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import nbformat
import pytest
from courses import ROOT
from nbformat import NotebookNode

from course.cli import main
from course.grading.rules import find_problems

PAGE = ROOT / "docs" / "maintaining.md"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty course."""
    made = tmp_path / "course_folder"
    (made / "source").mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", made)
    monkeypatch.chdir(made)
    return made


def read(course: Path) -> NotebookNode:
    return nbformat.read(course / "source/11_attention/first_look.ipynb", as_version=4)


def test_the_commands_of_the_page_lead_to_a_released_and_tested_notebook(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (block,) = re.findall(r"^```\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    commands = [shlex.split(line, comments=True) for line in block.splitlines()]
    assert [words[:2] for words in commands] == [["course", "new"], ["course", "release"], ["course", "answers"]]
    for words in commands:
        assert main(words[1:]) == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "right     2 of 2 accepted (100 %)" in said
    assert "wrong     5 of 5 caught (100 %)" in said
    assert (course / "release/11_attention/first_look.ipynb").is_file()


def test_it_breaks_no_rule_and_has_what_every_master_has(course: Path) -> None:
    assert main(["new", "11_attention", "first_look", "--exercise", "scores"]) == 0
    made = read(course)
    assert find_problems(made) == []
    assert {"scores", "check_scores", "hidden_scores"} < {cell.id for cell in made.cells}
    assert made.cells[0].source.startswith("# First look\n") and made.cells[-1].source.startswith("## Summary\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["attention", "first_look"], "'attention' can't be the name of an assignment; two digits and a name"),
        (["11_attention", "First look"], "'First look' can't be the name of a notebook; small letters"),
        (["11_attention", "../x"], "'../x' can't be the name of a notebook"),
        (["11_attention", "x", "--exercise", "2x"], "'2x' can't be the name of an exercise"),
    ],
)
def test_names_that_are_none_are_refused(
    words: list[str], said: str, course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert not (course / "source").exists() or not list((course / "source").rglob("*.ipynb"))


def test_nothing_is_overwritten(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "11_attention", "first_look"]) == 0
    path = course / "source/11_attention/first_look.ipynb"
    path.write_text("mine")
    assert main(["new", "11_attention", "first_look"]) == 2
    assert path.read_text() == "mine"
    assert "there already" in capsys.readouterr().err
