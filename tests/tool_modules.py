"""Loads the modules of tools/, which is no package."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from courses import ROOT


def load(name: str) -> ModuleType:
    """A module of tools/."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
