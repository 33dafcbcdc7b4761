"""Loads the modules of tools/, which is no package."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any

import pytest
from courses import ROOT


def load(name: str) -> ModuleType:
    """A module of tools/."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def from_package(name: str) -> ModuleType:
    """A module of a package in tools/, such as `coursesite.pages`, or one that such a package imports."""
    if str(ROOT / "tools") not in sys.path:
        sys.path.append(str(ROOT / "tools"))  # last: it hides nothing
    return importlib.import_module(name)


def executed_masters() -> dict[str, Any]:
    """Every master as tools/executed.py keeps it, by assignment and name; run now where it is not kept yet.

    Whichever test, or process of the test run, comes first runs them for all the others.
    """
    executed = from_package("executed")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)  # or ipykernel leaves descriptors 1 and 2 alone
        found: dict[str, Any] = executed.execute(executed.masters())
    return found
