"""environment.yml follows pyproject.toml, and constraints.txt pins what it asks for."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from courses import ROOT
from packaging.requirements import Requirement
from packaging.version import Version
from tool_modules import load

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
OTHERS = [*PROJECT["dependencies"], *EXTRAS["teach"], *EXTRAS["dev"]]
make_environment = load("make_environment")


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with pyproject.toml and environment.yml, that the tool takes for the repository."""
    for name in ("pyproject.toml", "environment.yml"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.setattr(make_environment, "ROOT", tmp_path)
    return tmp_path


def test_environment_yml_is_what_pyproject_makes_it() -> None:
    assert make_environment.main(["--check"]) == 0


@pytest.mark.parametrize("requirement", [*PROJECT["dependencies"], *EXTRAS["teach"]])
def test_environment_yml_has_every_requirement(requirement: str) -> None:
    name, comparison, version = requirement.partition(">=")
    line = f"  - {make_environment.CONDA_NAMES.get(name, name)}{comparison}{version}"
    if ";" in requirement:  # a condition is pip's to read
        line = f'      - "{requirement}"'
    assert line in (ROOT / "environment.yml").read_text().splitlines()


def test_environment_yml_has_the_python_of_pyproject() -> None:
    assert f"  - python{PROJECT['requires-python']}" in (ROOT / "environment.yml").read_text().splitlines()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "environment.yml").unlink(),
        lambda folder: (folder / "environment.yml").write_text("name: other\n"),
        lambda folder: (folder / "pyproject.toml").write_text(
            (folder / "pyproject.toml").read_text().replace('"numpy>=', '"numpy>=9')
        ),
    ],
    ids=["missing", "edited", "a requirement changed"],
)
def test_the_check_fails_where_it_is_stale_and_writes_nothing(
    spoil: Callable[[Path], object], copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(copied)
    before = {path.name: path.read_text() for path in copied.iterdir()}
    assert make_environment.main(["--check"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert {path.name: path.read_text() for path in copied.iterdir()} == before


def test_without_the_check_it_is_written(copied: Path) -> None:
    (copied / "environment.yml").unlink()
    assert make_environment.main([]) == 0
    assert (copied / "environment.yml").read_text() == (ROOT / "environment.yml").read_text()


def pins() -> dict[str, str]:
    """Package to version in constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = [line.split("==") for line in lines if not line.startswith("#")]
    return {name.lower().replace("_", "-"): version for name, version in pinned}


@pytest.mark.parametrize("requirement", [each for each in OTHERS if not each.startswith(PROJECT["name"])])
def test_constraints_pin_every_requirement_to_a_version_that_will_do(requirement: str) -> None:
    asked = Requirement(requirement)
    assert Version(pins()[asked.name]) in asked.specifier


def test_constraints_pin_torch_to_the_build_that_machines_have() -> None:
    assert pins()["torch"] == "2.13.0"


def test_every_pin_is_exact() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#") and line.count("==") != 1] == []
