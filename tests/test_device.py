"""The choice of device: its order, who may override it, and what it leaves alone."""

import contextlib
import os
import subprocess
import sys

import pytest
import torch

from course import DeviceError, select_device

NVML = "PYTORCH_NVML_BASED_CUDA_CHECK"


@pytest.fixture(autouse=True)
def no_choice_from_outside(monkeypatch):
    monkeypatch.delenv("COURSE_DEVICE", raising=False)


@pytest.fixture
def machine(monkeypatch):
    """A function that pretends this machine has these devices beside its CPU."""

    def has(*devices):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: "cuda" in devices)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: "mps" in devices)

    return has


@pytest.mark.parametrize(
    ("devices", "chosen"),
    [(["cuda", "mps"], "cuda"), (["cuda"], "cuda"), (["mps"], "mps"), ([], "cpu")],
)
@pytest.mark.parametrize("asked", [None, "auto"])
def test_auto_takes_cuda_then_mps_then_cpu(machine, devices, chosen, asked):
    machine(*devices)
    assert select_device(asked) == torch.device(chosen)


@pytest.mark.parametrize("name", ["cpu", "mps", "cuda"])
def test_argument_chooses(machine, name):
    machine("cuda", "mps")
    assert select_device(name) == torch.device(name)


@pytest.mark.parametrize("name", ["cpu", "mps", "cuda"])
def test_variable_chooses(machine, monkeypatch, name):
    machine("cuda", "mps")
    monkeypatch.setenv("COURSE_DEVICE", name)
    assert select_device() == torch.device(name)


@pytest.mark.parametrize("empty", ["", "auto"])
def test_variable_without_a_choice_means_auto(machine, monkeypatch, empty):
    machine("mps")
    monkeypatch.setenv("COURSE_DEVICE", empty)
    assert select_device() == torch.device("mps")


@pytest.mark.parametrize(("name", "chosen"), [("cpu", "cpu"), ("auto", "cuda")])
def test_argument_wins_over_variable(machine, monkeypatch, name, chosen):
    machine("cuda", "mps")
    monkeypatch.setenv("COURSE_DEVICE", "mps")
    assert select_device(name) == torch.device(chosen)


@pytest.mark.parametrize("name", ["CPU", " cpu\n"])
def test_name_may_be_written_loosely(name):
    assert select_device(name) == torch.device("cpu")


@pytest.mark.parametrize("name", ["gpu", "cuda:0", "tpu", ""])
def test_unknown_name_is_refused_with_the_choices(name):
    with pytest.raises(DeviceError, match=r"^select_device: unknown device .* auto, cpu, cuda, mps$"):
        select_device(name)


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_absent_device_is_refused_by_name(machine, name):
    machine()
    with pytest.raises(DeviceError, match=f"^select_device: {name} was asked for, .* no {name} device"):
        select_device(name)


@pytest.mark.parametrize("name", ["gpu", "cuda"])
def test_error_names_the_variable_that_asked(machine, monkeypatch, name):
    machine()
    monkeypatch.setenv("COURSE_DEVICE", name)
    with pytest.raises(DeviceError, match=r"^COURSE_DEVICE: "):
        select_device()


@pytest.mark.parametrize("name", ["gpu", "cuda", "a\nb"])
def test_error_is_one_line(machine, name):
    machine()
    with pytest.raises(DeviceError) as caught:
        select_device(name)
    assert len(str(caught.value).splitlines()) == 1


def test_cuda_is_looked_for_through_nvml(monkeypatch):
    seen = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: seen.append(os.environ.get(NVML)))
    select_device()
    assert seen == ["1"]


@pytest.mark.parametrize("before", [None, "0"])
@pytest.mark.parametrize("outcome", [True, RuntimeError("no driver")], ids=["found", "error"])
def test_nvml_variable_is_restored(monkeypatch, before, outcome):
    def is_available():
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(torch.cuda, "is_available", is_available)
    if before is None:
        monkeypatch.delenv(NVML, raising=False)
    else:
        monkeypatch.setenv(NVML, before)
    with contextlib.suppress(RuntimeError):
        select_device("cuda")
    assert os.environ.get(NVML) == before


def test_process_can_fork_and_compute_after_the_choice():
    """With a GPU this fails if the choice starts CUDA: a forked child could not use it any more."""
    script = """
import os, torch
from course import select_device
device = select_device()
assert not torch.cuda.is_initialized(), "the choice initialised CUDA"
child = os.fork()
if child == 0:
    os._exit(0 if (torch.ones(2, device=device) + 1).sum().item() == 4 else 1)
assert os.waitpid(child, 0)[1] == 0, "the child could not compute"
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
