"""The comparison of devices, on made-up notebooks: what it runs, what it compares, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
import torch
from nbformat.v4 import new_code_cell, new_notebook
from tool_modules import load

device_check = load("device_check")
Record, compare = device_check.Record, device_check.compare

SETUP = "import torch\nfrom course import select_device, set_seed\n"
TRAINING = """\
device = select_device()
print("on", device)
set_seed(0)
weight = torch.randn(3, device=device, requires_grad=True)
for step in range(15):
    loss = weight.square().sum()
    loss.backward()
    with torch.no_grad():
        weight -= 0.1 * weight.grad
        weight.grad = None
print(f"loss {loss.item():.3f} after 15 steps")
print("Wall time: 0.12 s")
"""


def notebook(*cells: str, setup: str = SETUP) -> nbformat.NotebookNode:
    """A notebook with a set-up cell, these cells, and a test cell that fails."""
    made = new_notebook(cells=[new_code_cell(setup, id="setup", metadata={"tags": ["setup"]})])
    made.cells += [new_code_cell(cell, id=f"cell{place}") for place, cell in enumerate(cells)]
    made.cells.append(new_code_cell("raise RuntimeError", id="hidden_x", metadata={"nbgrader": {"grade": True}}))
    return made


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder of masters: one of torch, one without."""
    (tmp_path / "topic").mkdir()
    nbformat.write(notebook(TRAINING), tmp_path / "topic" / "trains.ipynb")
    nbformat.write(notebook("print(1)", setup="import numpy as np"), tmp_path / "topic" / "plain.ipynb")
    return tmp_path


@pytest.mark.parametrize(
    ("setup", "expected"),
    [
        (SETUP, True),
        ("import torch", False),
        ("from course import select_device", False),
        ("from torch import nn\nfrom course import select_device", False),
        ("import numpy as np, torch\nfrom course import check, select_device", True),
    ],
)
def test_torch_notebooks_are_those_whose_setup_imports_torch_and_select_device(setup: str, expected: bool) -> None:
    assert device_check.is_torch_notebook(notebook(setup=setup)) is expected


def test_the_torch_masters_are_found(repository: Path) -> None:
    names = {
        path.stem
        for path in (repository / "source").glob("*/*.ipynb")
        if device_check.is_torch_notebook(nbformat.read(path, as_version=4))
    }
    assert {"mlp_in_pytorch", "learning_dynamics", "linear_regression"} <= names
    assert not {"gradient_descent", "shallow_networks"} & names


def test_a_run_records_first_losses_and_printed_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    backward = torch.Tensor.backward
    record = device_check.run(notebook(TRAINING, "print('weights', weight.shape[0])"))
    assert record.problem == ""
    torch.manual_seed(0)
    first = torch.randn(3).square().sum().item()
    losses = record.losses["cell0"]
    assert losses == pytest.approx([first * 0.64**step for step in range(10)], rel=1e-4)
    assert record.printed["cell0"] == [f"loss {first * 0.64**14:.3f} after 15 steps"]
    assert record.printed["cell1"] == ["weights 3"]
    assert torch.Tensor.backward is backward


def test_a_run_ends_at_the_first_error_and_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    record = device_check.run(notebook("x = 1 / 0", "print('never')"))
    assert record.problem == "cell cell0: ZeroDivisionError: division by zero"
    assert "cell1" not in record.printed


def test_lines_of_the_device_and_times_are_left_out() -> None:
    text = "this notebook computes on: cuda\nWall time: 3 s\n[#-] 1/2\r[##] 2/2  loss 0.1\nacc 97.1 %\n"
    assert device_check.comparable(text) == ["[##] 2/2  loss 0.1", "acc 97.1 %"]


def rows_of(cpu: object, other: object) -> dict[str, object]:
    return {row.what: row for row in compare("name", cpu, other)}


def test_equal_records_are_within_tolerance() -> None:
    record = Record(losses={"a": [1.0, 0.5]}, printed={"a": ["loss 0.5"]})
    assert all(row.ok and row.difference == 0 for row in compare("name", record, record))


@pytest.mark.parametrize(
    ("there", "ok"), [(1.005, True), (1.02, False), (float("nan"), False), (float("inf"), False)]
)
def test_first_losses_may_differ_by_one_percent(there: float, ok: bool) -> None:
    rows = rows_of(Record(losses={"a": [2.0, 1.0]}), Record(losses={"a": [2.0, there]}))
    assert rows["losses of the first steps"].ok is ok


@pytest.mark.parametrize(
    ("here", "there", "ok"),
    [
        ("accuracy 96.0 %", "accuracy 97.0 %", True),
        ("accuracy 80.0 %", "accuracy 90.0 %", False),
        ("loss 0.01", "loss 0.02", True),
        ("loss 0.01", "loss 0.2", False),
        ("loss 1.0", "loss nan", False),
        ("values [1.0, −2.0]", "values [1.01, −2.0]", True),
        ("3 epochs", "never", False),
        ("mode 1 wins", "mode 1 loses", False),
        ("2e-05", "3e-05", True),
    ],
)
def test_printed_numbers_have_a_tolerance_and_words_have_none(here: str, there: str, ok: bool) -> None:
    rows = rows_of(Record(printed={"a": ["same 1", here]}), Record(printed={"a": ["same 1", there]}))
    assert rows["printed numbers"].ok is ok


@pytest.mark.parametrize(
    "other",
    [
        Record(losses={"a": [1.0]}, printed={"a": ["x 1"]}),
        Record(printed={"a": ["x 1"]}),
        Record(losses={"a": [1.0, 1.0]}, printed={"a": []}),
        Record(losses={"a": [1.0, 1.0]}, printed={"a": ["x 1", "y 2"]}),
    ],
    ids=["a step less", "no steps", "a line less", "a line more"],
)
def test_what_is_missing_on_one_side_is_not_ok(other: object) -> None:
    cpu = Record(losses={"a": [1.0, 1.0]}, printed={"a": ["x 1"]})
    assert not all(row.ok for row in compare("name", cpu, other))


def test_a_notebook_that_fails_is_one_row_that_says_why() -> None:
    (row,) = compare("name", Record(), Record(problem="cell a: RuntimeError: out of memory"))
    assert not row.ok
    assert row.remark == "on the device: cell a: RuntimeError: out of memory"


@pytest.mark.parametrize(
    "draw",
    [
        lambda device: torch.randn(5, device=device),
        lambda device: torch.rand(5, device=device),
        lambda device: torch.randperm(5, device=device),
        lambda device: torch.zeros(5, device=device).normal_(),
        lambda device: torch.zeros(5, device=device).uniform_(-1, 1),
        lambda device: torch.nn.functional.dropout(torch.ones(5, device=device)),
        lambda device: torch.bernoulli(torch.full((5,), 0.5, device=device)),
    ],
    ids=["randn", "rand", "randperm", "normal_", "uniform_", "dropout", "bernoulli"],
)
def test_random_numbers_for_any_device_come_from_the_cpu(
    draw: Callable[[str], torch.Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The meta device has no numbers, but the CPU's generator moves on as if it had drawn them."""
    torch.manual_seed(3)
    draw("cpu")
    expected = torch.get_rng_state()
    torch.manual_seed(3)
    monkeypatch.setattr(torch.Tensor, "cpu", lambda tensor: torch.zeros(tensor.shape).to(tensor.dtype))
    with device_check.SameRandomNumbers():
        drawn = draw("meta")
    assert drawn.device.type == "meta"
    assert torch.equal(torch.get_rng_state(), expected)


def test_the_cpu_is_compared_with_itself_where_there_is_nothing_else(
    source: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    assert device_check.main(["--source", str(source)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "the CPU is compared with itself" in lines[1]
    assert [line.split()[:2] for line in lines[3:5]] == [["trains", "losses"], ["trains", "printed"]]
    assert all(line.endswith("yes") for line in lines[3:5])
    assert lines[-1] == "All comparisons are within tolerance."


def test_a_difference_outside_the_tolerance_ends_with_status_1(
    source: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    records = iter([Record(printed={"a": ["loss 1.0"]}), Record(printed={"a": ["loss 2.0"]})])
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    monkeypatch.setattr(device_check, "run_elsewhere", lambda path, device: next(records))
    assert device_check.main(["--source", str(source), "trains"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "NO" in lines[4]
    assert lines[-1] == "1 of 2 comparisons are outside."


def test_a_device_that_is_not_there_ends_with_status_2(
    source: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_DEVICE", "quantum")
    assert device_check.main(["--source", str(source)]) == 2
    assert "unknown device 'quantum'" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["plain", "nothing"])
def test_a_name_that_is_no_torch_notebook_ends_with_status_2(
    name: str, source: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    assert device_check.main(["--source", str(source), name]) == 2
    assert "no torch notebook" in capsys.readouterr().err
