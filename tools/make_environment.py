"""Writes environment.yml from pyproject.toml, so that conda users install the same things.

`--check` writes nothing and ends with status 1 where the file is not what it would write.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONDA_NAMES = {"torch": "pytorch", "bleach[css]": "bleach-with-css"}  # where conda-forge calls a package otherwise


def environment(project: dict) -> str:
    """The text of environment.yml for a [project] table: base and teach; the package itself by pip."""
    requirements = [*project["dependencies"], *project["optional-dependencies"]["teach"]]
    lines = [
        "# Made from pyproject.toml by `make environment`; do not edit.",
        "name: gradient-course",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        f"  - python{project['requires-python']}",
        "  - pip",
    ]
    everywhere = [requirement for requirement in requirements if ";" not in requirement]
    somewhere = [requirement for requirement in requirements if ";" in requirement]  # pip reads the condition
    lines += [f"  - {_conda(requirement)}" for requirement in sorted(everywhere)]
    lines += ["  - pip:", *(f'      - "{requirement}"' for requirement in somewhere), "      - --editable .", ""]
    return "\n".join(lines)


def _conda(requirement: str) -> str:
    name, comparison, version = requirement.partition(">=")
    return CONDA_NAMES.get(name, name) + comparison + version


def main(arguments: list[str]) -> int:
    """Write the file, or check it; returns the exit status."""
    with open(ROOT / "pyproject.toml", "rb") as file:
        text = environment(tomllib.load(file)["project"])
    target = ROOT / "environment.yml"
    if arguments == ["--check"]:
        if target.is_file() and target.read_text() == text:
            return 0
        print("environment.yml is not what pyproject.toml makes it: run `make environment`", file=sys.stderr)
        return 1
    target.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
