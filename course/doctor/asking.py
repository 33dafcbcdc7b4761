"""What `course doctor` has looked at by a process of its own, because it may end the interpreter or never end."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Sequence
from typing import Any

MARK = "course-doctor:"  # before what the process says; libraries print, too


def main(steps: Sequence[str]) -> None:
    """Take the steps one after another, and say what came of each as soon as it is known.

    Args:
        steps: names of modules to import, and keys of LOOKS.
    """
    for step in steps:
        found, problem = None, None
        try:
            found = LOOKS[step]() if step in LOOKS else importlib.import_module(step) and None
        except BaseException as error:  # a library may raise what it likes, SystemExit as well
            problem = (f"{type(error).__name__}: {error}".splitlines() or [""])[0]
        print(MARK + json.dumps([step, found, problem]), flush=True)


def device() -> dict[str, Any]:
    """Which device is selected, and that it computes."""
    import torch

    from course.device import select_device

    selected = select_device()
    torch.ones(2, device=selected).sum().item()
    name = torch.cuda.get_device_name() if selected.type == "cuda" else ""
    return {"device": selected.type, "name": name, "cuda": torch.version.cuda}


def mnist() -> dict[str, Any]:
    """Where MNIST is, and which of its files are missing or not right."""
    from course.data import mnist as its

    folder = its.cache_folder()

    def is_right(name: str) -> bool:
        try:
            return its._is_right(name, (folder / name).read_bytes())
        except OSError:
            return False

    return {"folder": str(folder), "missing": [name for name in its.FILES if not is_right(name)]}


def mnist1d() -> None:
    """That what comes with the course can be read."""
    from course.data import mnist1d as its

    its.load()


def small_model() -> None:
    """That what comes with the course can be read."""
    from course.models import language

    language._small("cpu")


def gpt2() -> str:
    """Where GPT-2 is cached; "" where it is not."""
    from course.models import language

    found = (language._cached_folder(repository) for repository in language.REPOSITORIES)
    return str(next((folder for folder in found if folder), ""))


LOOKS: dict[str, Callable[[], Any]] = {
    "look:device": device,
    "look:mnist": mnist,
    "look:mnist1d": mnist1d,
    "look:small": small_model,
    "look:gpt2": gpt2,
}
