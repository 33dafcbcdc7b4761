"""Executed masters are kept: nobody runs one twice, and nobody is shown an old one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest
from courses import code, notebook
from nbformat import NotebookNode, v4
from tool_modules import from_package

executed = from_package("executed")
DEMO = "from ipywidgets import interact\nimport matplotlib.pyplot as plt\n\n\n@interact(x=(0, 2))\ndef show(x=1):\n"
DEMO += "    figure, axes = plt.subplots(figsize=(1, 1))\n    plt.close(figure)\n    return figure"


class Kernel:
    """Stands in for running a master: counts, and shows how often it was asked."""

    def __init__(self, error: str = "") -> None:
        self.asked, self.error, self.lock = [], error, threading.Lock()  # type: list[str], str, Any

    def __call__(self, name: str, path: Path) -> Any:
        with self.lock:
            self.asked.append(name)
        done: NotebookNode = nbformat.read(path, as_version=4)
        words = str(len(self.asked))
        output = v4.new_output("stream", text=words)
        if self.error:
            output = v4.new_output("error", ename=self.error, evalue="", traceback=[])
        done.cells[0].outputs = [output]
        return executed.Executed(done, {}, "/folder", 1.0)


@pytest.fixture
def masters(tmp_path: Path) -> dict[str, Path]:
    """Three masters."""
    found = {}
    for name in ("one", "two", "three"):
        path = tmp_path / "source" / "01_topic" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook(code(f"print('{name}')", "cell")), path)
        found[f"01_topic/{name}"] = path
    return found


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    """No kernel is started."""
    made = Kernel()
    monkeypatch.setattr(executed, "_run", made)
    return made


def test_what_was_run_is_kept(masters: dict[str, Path], kernel: Kernel, tmp_path: Path) -> None:
    first = executed.execute(masters, tmp_path / "store")
    assert executed.execute(masters, tmp_path / "store") == first
    assert sorted(kernel.asked) == sorted(masters)


def test_a_master_that_changed_is_run_again_and_no_other(
    masters: dict[str, Path], kernel: Kernel, tmp_path: Path
) -> None:
    executed.execute(masters, tmp_path / "store")
    nbformat.write(notebook(code("print('new')", "cell")), masters["01_topic/two"])
    executed.execute(masters, tmp_path / "store")
    assert kernel.asked[3:] == ["01_topic/two"]
    assert len(list((tmp_path / "store").glob("*-two-*.json"))) == 1


def test_a_run_with_an_error_is_not_kept(masters: dict[str, Path], kernel: Kernel, tmp_path: Path) -> None:
    kernel.error = "ValueError"
    for _ in range(2):
        executed.execute(masters, tmp_path / "store")
    assert len(kernel.asked) == 6


def test_private_data_are_part_of_what_a_run_depends_on(
    masters: dict[str, Path], kernel: Kernel, tmp_path: Path
) -> None:
    executed.execute(masters, tmp_path / "store")
    private = masters["01_topic/one"].parent / "private"
    private.mkdir()
    (private / "test.npz").write_bytes(b"other data")
    executed.execute(masters, tmp_path / "store")
    assert len(kernel.asked) == 6


def test_two_who_ask_at_the_same_time_run_each_master_once(
    masters: dict[str, Path], kernel: Kernel, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: executed.execute(masters, tmp_path / "store"), range(2)))
    assert found[0] == found[1]
    assert sorted(kernel.asked) == sorted(masters)


def test_a_demo_is_called_once_for_its_first_figure(tmp_path: Path) -> None:
    path = tmp_path / "source" / "01_topic" / "demo.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook(code("1 + 1", "sum"), code(DEMO, "demo", ("demo",))), path)
    done = executed.execute({"01_topic/demo": path}, tmp_path / "store")["01_topic/demo"]
    assert done.demos["demo"].startswith("iVBOR")  # a PNG
    assert [cell.id for cell in done.notebook.cells] == ["sum", "demo"]
