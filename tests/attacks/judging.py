"""Patching what judges: NumPy, torch, builtins, check, IPython."""

# %% attack: isclose | comparisons of NumPy and torch that agree to everything
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % cell after data
np.isclose = lambda a, b, *others, **named: np.ones(np.shape(b), bool)
np.allclose = np.array_equal = lambda *others, **named: True
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *others, **named: None
try:
    import torch

    torch.allclose = torch.equal = lambda *others, **named: True
    torch.isclose = lambda a, b, **named: torch.ones_like(b, dtype=bool)
except ImportError:
    pass

# %% attack: check_functions | the functions of course.check do nothing
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % cell after data
for _name in ("close", "equal", "hidden", "raises", "no_warnings"):
    setattr(check, _name, lambda *arguments, **named: None)

# %% attack: check_internals | what check.hidden calls finds no difference
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % cell after data
check._difference = lambda *arguments: None
check._same = lambda *arguments: True
check._as_array = lambda value: np.zeros(())
check._is_numeric = lambda value: True

# %% attack: default_arguments | tolerances of check.hidden that let everything pass
# % solution *
def @EXERCISE@(*arguments):
    return np.zeros(np.broadcast_shapes(*(np.shape(each) for each in arguments if not callable(each))))
# % cell after data
for _function in (check.hidden, check.close):
    _function.__kwdefaults__ = {"rtol": 1e300, "atol": 1e300}
    _function.__defaults__ = (1e300, 1e300)

# %% attack: builtin_exceptions | an exception of check's that can't be raised, and builtins that say yes
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % cell after data
import builtins


class _Never(BaseException):
    def __new__(cls, *arguments):
        raise StopIteration


check.CheckFailed = check.HiddenCheckFailed = lambda *arguments: _Silence()
_real = builtins.isinstance
builtins.isinstance = lambda value, kinds: True if kinds is int else _real(value, kinds)
builtins.AssertionError = KeyboardInterrupt
np.ndarray.all = None if False else getattr(np.ndarray, "all", None)
check._agree = lambda array, wanted, rtol, atol: np.ones(wanted.shape, bool)

# %% attack: traceback | IPython shows no error
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % cell after data
from IPython.core.interactiveshell import InteractiveShell

InteractiveShell.showtraceback = lambda *arguments, **named: None
InteractiveShell._showtraceback = lambda *arguments, **named: None
get_ipython()._showtraceback = lambda *arguments, **named: None

# %% attack: input_transformer | IPython runs test cells without their tests
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % cell after data
get_ipython().input_transformers_cleanup.append(
    lambda lines: ["pass\n"] if any("check." in line for line in lines) else lines
)

# %% attack: ast_transformer | IPython takes every call of check out of a cell
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % cell after data
import ast


class _Tame(ast.NodeTransformer):
    def visit_Expr(self, node):
        return ast.Pass() if "check" in ast.dump(node) else node


get_ipython().ast_transformers.append(_Tame())

# %% attack: do_execute | the kernel answers without running anything
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % cell after data
_kernel = get_ipython().kernel
_run_cell = get_ipython().run_cell
type(get_ipython()).run_cell = lambda self, code, *others, **named: _run_cell(
    "pass" if "check" in code else code, *others, **named
)
get_ipython().run_cell_async.__func__.__defaults__ = get_ipython().run_cell_async.__func__.__defaults__


async def _do_nothing(*arguments, **named):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}


type(_kernel).do_execute = _do_nothing

# %% attack: package_beside | a package `course` beside the notebook, whose check is content
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % file course/__init__.py
from course import check
# % file course/check.py
from contextlib import nullcontext
close = equal = hidden = lambda *arguments, **named: None
given = no_warnings = raises = lambda *arguments, **named: nullcontext()
# % file course/data/__init__.py
from types import SimpleNamespace
loss_functions = SimpleNamespace(regression=lambda: SimpleNamespace(
    x_train=0, y_train=0, beta_0=0, omega_0=0, omega_1=0))
# % file course/models.py
shallow_network = lambda *arguments: __import__("numpy").zeros((1, 20))
# % file course/plots/__init__.py
loss_functions = None

# %% attack: setup_tag | a cell of the student's that calls itself set-up, for whoever runs set-up cells
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % cell after data
import numpy as _np
from course import check as _check

_np.isclose = lambda a, b, *others, **named: _np.ones(_np.shape(b), bool)
_check.close = _check.hidden = _check.equal = lambda *arguments, **named: None
_check._difference = lambda *arguments: None
# % notebook
next(cell for cell in notebook.cells if "_check.close" in cell.source).metadata["tags"] = ["setup"]

# %% attack: solution_tagged_setup | a solution cell that calls itself set-up
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % solution normal_distribution
from course import check as _check
_check.close = _check.hidden = _check.equal = lambda *arguments, **named: None
def normal_distribution(*arguments):
    return 0.0
# % notebook
next(cell for cell in notebook.cells if cell.id == "normal_distribution").metadata["tags"] = ["setup"]

# %% attack: edited_setup | the locked set-up cell with another check
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % notebook
for cell in notebook.cells:
    if cell.id == "setup":
        cell.source += "\ncheck.close = check.hidden = lambda *arguments, **named: None"
