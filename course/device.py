"""Which device PyTorch computes on: one rule for notebooks, graders and the Makefile."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

VARIABLE = "COURSE_DEVICE"
CHOICES = ("auto", "cpu", "cuda", "mps")


class DeviceError(ValueError):
    """A device was asked for that is unknown, or that this machine does not have."""


def _cuda_is_available() -> bool:
    """Ask the driver through NVML: the CUDA runtime stays untouched, so that the process may still fork."""
    import torch

    variable = "PYTORCH_NVML_BASED_CUDA_CHECK"
    before = os.environ.get(variable)
    os.environ[variable] = "1"
    try:
        return torch.cuda.is_available()
    finally:
        if before is None:
            del os.environ[variable]
        else:
            os.environ[variable] = before


def _mps_is_available() -> bool:
    import torch

    return torch.backends.mps.is_available()


def select_device(device: str | None = None) -> torch.device:
    """Return the device to compute on: CUDA if there is one, then MPS (Apple), then the CPU.

    Args:
        device: ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``. Without it the environment variable
            ``COURSE_DEVICE`` decides, and without that ``"auto"``.

    Returns:
        The ``torch.device``; pass it to ``.to(device)`` of tensors and modules.

    Raises:
        DeviceError: the name is none of the four, or the device asked for is not on this machine.
    """
    import torch

    asked_by = "select_device" if device is not None else VARIABLE
    name = (device if device is not None else os.environ.get(VARIABLE) or "auto").strip().lower()
    if name not in CHOICES:
        raise DeviceError(f"{asked_by}: unknown device {name!r}; choose one of {', '.join(CHOICES)}")
    available = {"cpu": lambda: True, "cuda": _cuda_is_available, "mps": _mps_is_available}
    if name == "auto":
        name = next(candidate for candidate in ("cuda", "mps", "cpu") if available[candidate]())
    elif not available[name]():
        raise DeviceError(
            f"{asked_by}: {name} was asked for, but PyTorch finds no {name} device on this machine; use auto or cpu"
        )
    return torch.device(name)
