"""What a test cell can do with a student's objects from another process, and what it sees when that goes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from courses import code, notebook
from nbformat import NotebookNode
from sandboxed import needs_sandbox

from course.grading.engine import sandbox
from course.grading.engine.jobs import Job, Limits, Test, Tests
from course.grading.engine.kernels import KernelRunner
from course.grading.engine.pool import SandboxRunner

pytestmark = needs_sandbox
SETUP = "import numpy as np\nimport torch\n\nfrom course import check"
SANDBOX = sandbox.Setup(preload=("numpy", "torch"))


@dataclass(frozen=True)
class Case:
    """Code of a student, and a test of it.

    Attributes:
        code: of the student's cell.
        test: of the test cell.
        error: name of the error that the test ends with; "" where it holds.
        text: of that error, or a part of it.
    """

    code: str
    test: str
    error: str = ""
    text: str = ""


NET = """
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(2, 3)
        self.last = torch.nn.Sequential(torch.nn.ReLU(), torch.nn.Linear(3, 1))
    def forward(self, x):
        return self.last(self.first(x))
"""
SGD = (
    NET
    + """
def step(model, optimizer, x):
    optimizer.zero_grad()
    loss = model(x).pow(2).mean()
    loss.backward()
    optimizer.step()
    return loss
"""
)
CASES = {
    "a number": Case("def f(x): return 2 * x", "assert f(2.0) == 4.0"),
    "an array": Case("def f(x): return 2 * x", "check.hidden(f(np.ones((2, 3))), 2 * np.ones((2, 3)), hint='two')"),
    "a tensor": Case("def f(x): return x + 1", "check.close(f(torch.zeros(2)), [1, 1], 'f')"),
    "a tensor with a graph": Case(
        "def f(x): return x.exp()", "check.close(f(torch.zeros(2, requires_grad=True)), [1, 1], 'f')"
    ),
    "data of a variable": Case("rates = {'a': [1, 2]}", "check.equal(rates, {'a': [1, 2]}, 'rates')"),
    "several results": Case(
        "def f(): return np.ones(2), 'x', None",
        "_a, _b, _c = f()\ncheck.close(_a, [1, 1], 'a')\nassert (_b, _c) == ('x', None)",
    ),
    "a generator of numbers": Case("def f():\n    yield from range(3)", "check.equal(list(f()), [0, 1, 2], 'f()')"),
    "named arguments": Case("def f(*a, **k): return a, k", "check.equal(f(1, b=2), ((1,), {'b': 2}), 'f')"),
    "a function passed in": Case(
        "def f(g, x): return g(x) + g(2 * x)", "check.close(f(lambda x: x**2, 3.0), 45.0, 'f')"
    ),
    "a student's function handed to another": Case(
        "def f(g): return g(3)\ndef g(x): return x + 1", "check.equal(f(g), 4, 'f(g)')"
    ),
    "a callback that calls back": Case(
        "def f(g): return g(3)\ndef h(x): return x + 1", "check.equal(f(lambda x: h(x) * 10), 40, 'f')"
    ),
    "a callback that fails": Case(
        "def f(g):\n    try:\n        g()\n    except ZeroDivisionError:\n        return 'caught'",
        "check.equal(f(lambda: 1 / 0), 'caught', 'f')",
    ),
    "a callback that is given a model": Case(
        NET + "\ndef f(g): return g(Net())", "check.equal(f(lambda m: len(list(m.parameters()))), 4, 'f')"
    ),
    "an object that comes back": Case("def f(x): return x", "_x = np.zeros(3)\nassert f(_x) is _x"),
    "the same handle": Case("class A: pass\na = A()\ndef f(): return a", "assert f() is a and f() is f()"),
    "an array changed in place": Case(
        "def f(x): x[0] = 9", "_x = np.zeros(2)\nf(_x)\ncheck.close(_x, [9, 0], 'x')"
    ),
    "a list changed in place": Case("def f(x): x.append(1)", "_x = []\nf(_x)\nassert _x == [1]"),
    "a tensor changed in place": Case(
        "def f(x): x.add_(1)", "_x = torch.zeros(2)\nf(_x)\ncheck.close(_x, [1, 1], 'x')"
    ),
    "nothing changed": Case(
        "def f(x): return sum(x)", "_x = [1, 2]\n_y = _x\nf(_x)\nassert _x is _y and _x == [1, 2]"
    ),
    "a generator moved on": Case(
        "def f(rng): return rng.normal()",
        "_r, _s = np.random.default_rng(1), np.random.default_rng(1)\n"
        "assert [f(_r), f(_r)] == [_s.normal(), _s.normal()]\nassert _r.normal() == _s.normal()",
    ),
    "torch's generator moved on": Case(
        "def f(g): return torch.rand(2, generator=g)",
        "_g, _h = (torch.Generator().manual_seed(1) for _i_ in 'ab')\n"
        "check.close(f(_g), torch.rand(2, generator=_h), 'f')\n"
        "assert torch.equal(torch.rand(1, generator=_g), torch.rand(1, generator=_h))",
    ),
    "a gradient of what was passed in": Case(
        "def f(x): return (x**2).sum()",
        "_x = torch.tensor([1.0, 2.0], requires_grad=True)\nf(_x).backward()\ncheck.close(_x.grad, [2, 4], 'grad')",
    ),
    "attributes, items, length, iteration": Case(
        "class A:\n    size = 3\n    def __getitem__(s, k): return k * 2\n    def __len__(s): return 4\n"
        "    def __iter__(s): return iter('ab')\n    def __contains__(s, k): return k == 5\na = A()",
        "assert (a.size, a[3], len(a), list(a), 5 in a, 6 in a) == (3, 6, 4, ['a', 'b'], True, False)",
    ),
    "an item that is set": Case("class A(dict): pass\na = A()", "a['x'] = 1\nassert a['x'] == 1"),
    "an attribute that is missing": Case("class A: pass\na = A()", "a.size", "AttributeError", "size"),
    "isinstance": Case(
        NET + "net = Net()",
        "assert isinstance(net, torch.nn.Module) and isinstance(net, (int, torch.nn.Module))\n"
        "assert not isinstance(net, torch.nn.Linear) and isinstance(3, int)",
    ),
    "kinds": Case(
        NET + "net = Net()",
        "check.equal(check.kinds(net), ['Net', 'Linear', 'Sequential', 'ReLU', 'Linear'], 'kinds')",
    ),
    "an optimizer made for a test": Case(
        SGD,
        "_net = Net()\n_opt = check.make(torch.optim.SGD, _net.parameters(), lr=0.1)\n_x = torch.ones(4, 2)\n"
        "_plain = check.far.plain if check.far else float\n"
        "_losses = [_plain(step(_net, _opt, _x)) for _k in range(5)]\n"
        "assert float(_losses[-1]) < float(_losses[0])",
    ),
    "warnings": Case(
        "def f(): return np.log(np.array(0.0))",
        "with check.no_warnings('log'):\n    f()",
        "CheckFailed",
        "divide by zero",
    ),
    "no warnings": Case("def f(): return 1", "with check.no_warnings('log'):\n    f()"),
    "an exception that is expected": Case(
        "def f(x): raise ValueError('no')", "with check.raises(ValueError, 'f'):\n    f(1)"
    ),
    "another exception": Case(
        "def f(x): raise KeyError('no')",
        "with check.raises(ValueError, 'f'):\n    f(1)",
        "CheckFailed",
        "yours raises KeyError",
    ),
    "an exception of an own class": Case(
        "class Mine(ValueError): pass\ndef f(): raise Mine('x')",
        "try:\n    f()\nexcept ValueError:\n    _caught = True\nassert _caught",
    ),
    "an exception": Case("def f(x): return 1 / x", "f(0)", "ZeroDivisionError", "division by zero"),
    "the end of the process asked for": Case("def f(): raise SystemExit(3)", "f()", "SystemExit"),
    "given": Case(
        "def f(x): return 1\ndef g(x): return f(x) + 1",
        "with check.given(f=lambda x: 10 * x):\n    check.equal(g(2), 21, 'g')\n    assert f(3) == 30\n"
        "check.equal(g(2), 2, 'g')\nassert f(3) == 1",
    ),
    "given, put back after a failure": Case(
        "def f(x): return 1\ndef g(x): return f(x) / 0",
        "try:\n    with check.given(f=lambda x: 5):\n        g(1)\n"
        "except ZeroDivisionError:\n    pass\nassert f(1) == 1",
    ),
    "given, a class": Case(
        NET + "def build(): return Net()",
        "with check.given(Net=lambda: 7):\n    check.equal(build(), 7, 'build()')",
    ),
    "a name that is not defined": Case("pass", "f(1)", "NameError", "'f' is not defined"),
    "a wrong answer": Case(
        "def f(): return 3", "check.hidden(f(), 4, hint='one more')", "HiddenCheckFailed", "one more"
    ),
    "an assertion": Case("def f(): return 3", "assert f() == 4, 'not four'", "AssertionError", "not four"),
    "none": Case("def f(): pass", "check.close(f(), 4, 'f()')", "CheckFailed", "yours is None"),
    "a function for a number": Case(
        "def f(): return f", "check.close(f(), 4, 'f()')", "CheckFailed", "is a function"
    ),
    "an object for a number": Case(
        "class A: pass\ndef f(): return A()", "check.close(f(), 4, 'f()')", "CheckFailed", "yours is of type A"
    ),
    "a subclass of an array": Case("def f(): return np.matrix([[1, 2]])", "check.close(f(), [[1, 2]], 'f()')"),
    "a named tuple": Case(
        "from collections import namedtuple\nP = namedtuple('P', 'x y')\ndef f(): return P(1, 2)",
        "_p = f()\ncheck.equal(_p.x, 1, 'x')\ncheck.hidden(_p, [1, 2], hint='p')",
    ),
    "a number of a subclass": Case("class A(float): pass\ndef f(): return A(2)", "check.close(f(), 2.0, 'f()')"),
    "text on stderr": Case("import sys\ndef f(): print('x', file=sys.stderr)", "f()"),
    "partial credit": Case("def f(): return 0.5", "f()"),
}
ONLY_HERE = {
    "a lying object": Case(
        "class A:\n    def __eq__(s, o): return True\n    def __bool__(s): return True\ndef f(): return A()",
        "assert f() == 4",
        "HandleError",
        "can't be compared",
    ),
    "truth of an object": Case("class A: pass\na = A()", "if a:\n    pass", "HandleError", "no truth value"),
    "a student's module in place of ours": Case(
        "import numpy, course.check\nnumpy.allclose = lambda *a, **k: True\n"
        "course.check.close = lambda *a, **k: None\ndef f(): return 3",
        "assert np.allclose(f(), 3)\ncheck.close(f(), 4, 'f()')",
        "CheckFailed",
        "wrong value",
    ),
    "an address for an array": Case(
        "class A:\n    __array_interface__ = {'shape': (9,), 'typestr': '<f8', "
        "'data': (4096, False), 'version': 3}\ndef f(): return A()",
        "check.close(np.sum(f()), 4, 'f()')",
        "CheckFailed",
        "",
    ),
    "an object of the test's": Case("def f(x): return x", "f(object())", "CodecError", "check.make"),
    "an endless generator": Case("def f():\n    while True:\n        yield 1", "f()", "ValueError", "items"),
    "what can't be made for a test": Case(
        NET, "check.make(torch.utils.data.Dataset)", "TypeError", "is not made for a test"
    ),
    "a value that says what it is worth": Case(
        "class A:\n    def __repr__(s): return '2'\na = A()", "a", "HandleError", "no score"
    ),
    "too much data": Case("def f(): return np.zeros(1 << 26)", "f()", "CodecError", "more than"),
}


def setup_of(case: Case) -> str:
    """A cold kernel takes seconds to import torch."""
    return SETUP if "torch" in case.code + case.test else SETUP.replace("import torch\n", "")


def submission(case: Case) -> NotebookNode:
    return notebook(
        code(setup_of(case), "setup"), code(case.code, "student"), code(case.test, "test"), code("2", "after")
    )


def run_all(
    cases: Mapping[str, Case], runner: Any, folder: Path, *, hidden: bool, seconds: float = 10
) -> dict[str, NotebookNode]:
    jobs = [
        Job(
            name,
            {"n": submission(case)},
            folder,
            Limits(cell_seconds=seconds),
            tests={"n": Tests(setup_of(case), {2: Test(case.test, hidden)})},
        )
        for name, case in cases.items()
    ]
    results = list(runner.run(jobs))
    assert {result.key: result.problem for result in results if result.problem} == {}
    return {result.key: result.notebooks["n"].cells[2] for result in results}


@pytest.fixture(scope="module")
def inline(tmp_path_factory: pytest.TempPathFactory) -> dict[str, NotebookNode]:
    """Tested where they stand."""
    runner = SandboxRunner(2, SANDBOX, replace(SANDBOX, tests=True))
    return run_all({**CASES, **ONLY_HERE}, runner, tmp_path_factory.mktemp("inline"), hidden=False)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> dict[str, NotebookNode]:
    """Tested in a copy of the process."""
    runner = SandboxRunner(2, SANDBOX, replace(SANDBOX, tests=True))
    return run_all({**CASES, **ONLY_HERE}, runner, tmp_path_factory.mktemp("copied"), hidden=True)


@pytest.fixture(scope="module")
def in_kernels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, NotebookNode]:
    """As students run them; a cold kernel's imports can take a while on a busy machine."""
    return run_all(CASES, KernelRunner(2), tmp_path_factory.mktemp("kernels"), hidden=False, seconds=120)


def error_of(cell: NotebookNode) -> tuple[str, str]:
    errors = [(output.ename, output.evalue) for output in cell.outputs if output.output_type == "error"]
    return errors[0] if errors else ("", "")


def check(case: Case, cell: NotebookNode) -> None:
    name, text = error_of(cell)
    assert name == case.error, text
    assert case.text in text


@pytest.mark.parametrize("name", [*CASES, *ONLY_HERE])
def test_where_it_stands(name: str, inline: dict[str, NotebookNode]) -> None:
    check({**CASES, **ONLY_HERE}[name], inline[name])


@pytest.mark.parametrize("name", [*CASES, *ONLY_HERE])
def test_in_a_copy(name: str, copied: dict[str, NotebookNode]) -> None:
    check({**CASES, **ONLY_HERE}[name], copied[name])


@pytest.mark.parametrize("name", CASES)
def test_the_verdict_is_that_of_a_plain_kernel(
    name: str, inline: dict[str, NotebookNode], in_kernels: dict[str, NotebookNode]
) -> None:
    from nbgrader.utils import determine_grade

    def grade(cell: NotebookNode) -> Any:
        made = NotebookNode(cell)
        made.metadata = NotebookNode(nbgrader={"grade": True, "points": 2, "solution": False, "grade_id": "x",
                                               "locked": True, "task": False, "schema_version": 3})  # fmt: skip
        return determine_grade(made)

    assert grade(inline[name]) == grade(in_kernels[name])
    assert (error_of(inline[name])[0] == "") == (error_of(in_kernels[name])[0] == "")


def test_each_cell_starts_anew_and_so_do_its_handles(tmp_path: Path) -> None:
    """Both sides number what can change; a test that changes nothing and one that does, in both orders."""
    student = "def f(rng): return rng.normal()\ndef g(x): return x\nclass A: pass\na = A()"
    moved = ("_r, _s = np.random.default_rng(1), np.random.default_rng(1)\n"
             "assert [f(_r), f(_r)] == [_s.normal(), _s.normal()]\n_b = g(a)")  # fmt: skip
    cells = [SETUP, student, "_a = g(np.ones(3))\n_b = g([a])", moved, moved, "_a = g(np.ones(3))", moved]
    made = notebook(*(code(source, f"cell{number}") for number, source in enumerate(cells)))
    tests = Tests(SETUP, {index: Test(cells[index], index in (4, 5)) for index in range(2, 7)})
    (result,) = SandboxRunner(1, SANDBOX, replace(SANDBOX, tests=True)).run(
        [Job("one", {"n": made}, tmp_path, tests={"n": tests})]
    )
    assert [error_of(cell) for cell in result.notebooks["n"].cells if cell.outputs] == []


def test_a_test_s_own_work_is_hardly_the_submission_s_time_and_what_it_calls_is(tmp_path: Path) -> None:
    student = "import time\ndef f(seconds): time.sleep(seconds); return seconds"
    work = "import time\n_end = time.process_time() + 3\nwhile time.process_time() < _end:\n    pass\n"
    calls = [work + "assert f(0) == 0", "f(30)"]
    # where the student's code stands, and in copies of its process; a test that never ends is last
    cells = [SETUP, student, *calls, *calls, "while True:\n    pass"]
    made = notebook(*(code(source, f"cell{number}") for number, source in enumerate(cells)))
    tests = Tests(SETUP, {index: Test(cells[index], index >= 4) for index in range(2, 7)})
    limits = Limits(cell_seconds=2, notebook_seconds=15)
    (result,) = SandboxRunner(1, SANDBOX, replace(SANDBOX, tests=True)).run(
        [Job("one", {"n": made}, tmp_path, limits, tests={"n": tests})]
    )
    ended = [error_of(cell)[0] for cell in result.notebooks["n"].cells[2:]]
    assert ended == ["", "TimeLimit", "", "TimeLimit", "TimeLimit"]
