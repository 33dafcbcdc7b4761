"""Pages of the package's functions, from their docstrings: what notebooks use, and the engine for maintainers."""

from __future__ import annotations

import ast
from pathlib import Path

INDEX = """# The package `course`

What notebooks import. Each topic's own data, figures and networks are in a module of their own.

```{eval-rst}
.. currentmodule:: course

.. autofunction:: select_device

.. autoexception:: DeviceError

.. autofunction:: set_seed
"""
ENGINE = """# The grading engine

How notebooks are run: what goes in, what comes out, and the two runners. [Grading](../guides/grading.md) says what
the sandbox keeps in and out.

"""
PACKAGES = {"data": "Data", "plots": "Figures", "models": "Networks"}
ENGINE_MODULES = ("jobs", "kernels", "pool", "sandbox")


def reference_pages(package: Path) -> dict[str, str]:
    """The pages, by their names without endings.

    Args:
        package: the folder `course`.
    """
    index = INDEX
    if "def validate" in (package / "__init__.py").read_text(encoding="utf-8"):
        index += "\n.. autofunction:: validate\n"
    index += "```\n\n```{toctree}\ncheck\n" + "".join(f"{name}\n" for name in (*PACKAGES, "coursework")) + "```\n"
    pages = {
        "api/index": index,
        "api/check": "# Checks\n\n" + _module("course.check"),
        "api/coursework": "# Coursework\n\n" + _module("course.coursework.training"),
        "guides/engine": ENGINE + "".join(_section(f"course.grading.engine.{name}") for name in ENGINE_MODULES),
    }
    for name, title in PACKAGES.items():
        modules = [path for path in sorted((package / name).glob("*.py")) if path.stem != "__init__"]
        sections = [_section(f"course.{name}.{path.stem}") for path in modules if _has_functions(path)]
        pages[f"api/{name}"] = f"# {title}\n\n{_module(f'course.{name}', members=False)}" + "".join(sections)
    return pages


def _section(module: str) -> str:
    return f"## {module.rpartition('.')[2]}\n\n{_module(module)}"


def _module(module: str, *, members: bool = True) -> str:
    option = "   :members:\n" if members else ""
    return f"```{{eval-rst}}\n.. automodule:: {module}\n{option}```\n\n"


def _has_functions(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = [node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    return any(not name.startswith("_") for name in named)
