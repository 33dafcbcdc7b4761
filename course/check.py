"""Checks that answer in a student's own terms.

A *check* cell compares and explains: ``check.close(sigmoid(0.0), 0.5, "sigmoid(0)")`` prints a tick with
both values, or fails saying which of type, shape, NaN or value is wrong, and where first. A *hidden* cell
says only what kind of thing is wrong: ``check.hidden(got, expected, hint="the scale is missing")``.

Failures are raised as :class:`CheckFailed`, which a notebook shows as one line instead of a traceback:
the line is the message, and no line of a hidden test is ever printed. Those that compare
return None and write nothing to stderr, because nbgrader reads a test cell's value as partial credit and its
stderr as failure; :func:`points` is for cells that mean it.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from numbers import Real
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from course.stubs import CROSS, shorten_stubs

RTOL = 1e-6  # what float32 carries, and no looser
ATOL = 1e-9  # or, where all expected values are below 1, that part of the largest: tiny is no excuse
SHOWN = 6  # arrays up to this many numbers are printed whole

far: Any = None  # in the tester: the process that the student's code runs in, of which there are handles here


class CheckFailed(AssertionError):
    """A check did not hold; its message is for the student.

    Attributes:
        hint: what of it stands in feedback where the test is hidden; None for nothing.
    """

    hint: str | None = None

    def _render_traceback_(self) -> list[str]:
        # IPython asks an exception for this. The frames would show the test, and tell a student nothing.
        return [f"{CROSS} {self}"]


class HiddenCheckFailed(CheckFailed):
    """A hidden check did not hold; its message is the hint and nothing else."""

    def __init__(self, hint: str = "") -> None:
        super().__init__(hint)
        self.hint = hint


class NeedsTester(Exception):
    """A test needs data that are only there where hidden tests run; a person has to grade this cell."""

    def _render_traceback_(self) -> list[str]:
        return [f"NeedsTester: {self}"]


def _failure(message: str, hint: str) -> CheckFailed:
    failed = CheckFailed(message)
    failed.hint = hint
    return failed


def close(got: Any, expected: Any, name: str, *, rtol: float = RTOL, atol: float | None = None) -> None:
    """Compare numbers and print both, or fail saying how they differ.

    Args:
        got: the student's number, list, array or tensor; any shape.
        expected: what is right, of the shape that is right (a number stands for shape ``()``).
        name: what was computed, as the student would write it, such as ``"sigmoid(0)"``.
        rtol: tolerance relative to the expected value.
        atol: absolute tolerance; without it 1e-9, or less where all expected values are small.

    Raises:
        CheckFailed: wrong type, shape, NaN or value, the first place where, the largest difference.
    """
    got = _here(got)
    problem = _difference(got, expected, rtol, atol)
    if problem:
        raise CheckFailed(f"{name}: {problem}")
    wanted, given_ = _as_array(expected), _as_array(got)
    assert wanted is not None and given_ is not None  # _difference would have said so
    if wanted.size <= SHOWN:
        print(f"✓ {name}: expected {_show(wanted)}, yours {_show(given_)}")
    else:
        print(f"✓ {name}: all {wanted.size} values agree, shape {wanted.shape}")


def equal(got: Any, expected: Any, name: str) -> None:
    """Compare exactly: whole numbers, text, shapes, tuples, lists.

    Raises:
        CheckFailed: the two differ; both are in the message.
    """
    got = _here(got)
    if not _same(got, expected):
        raise CheckFailed(f"{name}: expected {expected!r}, yours {got!r}")
    print(f"✓ {name}: expected {expected!r}, yours {got!r}")


def hidden(got: Any, expected: Any, *, hint: str, rtol: float = RTOL, atol: float | None = None) -> None:
    """Compare as :func:`close` or :func:`equal` does and, where it fails, say the hint alone.

    Args:
        got: the student's value.
        expected: what is right. Numbers, arrays and tensors are compared with the tolerances, other
            things exactly.
        hint: what kind of mistake this is, without inputs or expected values.
        rtol: tolerance relative to the expected value.
        atol: absolute tolerance; without it 1e-9, or less where all expected values are small.

    Raises:
        HiddenCheckFailed: the two differ; the message is the hint.
    """
    got = _here(got)
    if _is_numeric(expected):
        wrong = _difference(got, expected, rtol, atol) is not None
    else:
        wrong = not _same(got, expected)
    if wrong:
        raise HiddenCheckFailed(hint) from None


def fail(message: str) -> NoReturn:
    """Fail with a message that may be read where the test is hidden, too: what kind of mistake this is.

    Raises:
        CheckFailed: always.
    """
    raise _failure(message, message)


@contextmanager
def no_warnings(name: str) -> Iterator[None]:
    """Fail if the code inside gives a RuntimeWarning (overflow, division by zero, invalid value).

    Warnings count nowhere else: use this where an exercise asks for code that gives none.

    Args:
        name: what was computed, or the hint of a hidden cell.

    Raises:
        CheckFailed: a RuntimeWarning was given; its text is in the message.
    """
    if far is not None:
        with far.warnings() as given_there:
            yield
        found = [text for classes, text in given_there if "RuntimeWarning" in classes]
    else:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
        found = [str(each.message) for each in caught if issubclass(each.category, RuntimeWarning)]
    for text in found:
        raise _failure(f"{name}: your code gives a warning: {text}", f"{name}: your code gives a warning")


@contextmanager
def raises(expected: type[Exception], name: str) -> Iterator[None]:
    """Fail unless the code inside raises this exception.

    Args:
        expected: the exception's class, such as ``ValueError``.
        name: what was computed, or the hint of a hidden cell.

    Raises:
        CheckFailed: nothing was raised, or something else.
    """
    try:
        yield
    except expected:
        return
    except Exception as other:
        message = f"{name}: expected {expected.__name__}, yours raises {type(other).__name__}"
        raise _failure(message, f"{name}: it should raise {expected.__name__}") from None
    message = f"{name}: expected {expected.__name__}, yours raises nothing"
    raise _failure(message, f"{name}: it should raise {expected.__name__}")


class _Given(AbstractContextManager[None]):
    """Names replaced in a namespace while a block runs, and put back whatever happens."""

    def __init__(self, namespace: dict[str, Any], names: Mapping[str, Any]) -> None:
        self._namespace, self._names = namespace, names
        self._before: dict[str, Any] = {}

    def __enter__(self) -> None:
        self._before = {name: self._namespace[name] for name in self._names if name in self._namespace}
        self._namespace.update(self._names)

    def __exit__(self, *exception: object) -> None:
        for name in self._names:
            if name in self._before:
                self._namespace[name] = self._before[name]
            else:
                self._namespace.pop(name, None)


def given(**names: Any) -> AbstractContextManager[None]:
    """Replace the student's functions by right ones while a block runs, so that one mistake costs once.

    ``with check.given(sigmoid=_reference): …`` makes the student's later functions find ``_reference``
    under the name ``sigmoid``. It does not reach a function that was bound earlier, for instance as the
    default value of an argument.

    Args:
        names: each name of the notebook, and what it stands for inside the block.
    """
    if far is not None:
        return far.given(names)
    return _Given(sys._getframe(1).f_globals, names)


def kinds(model: Any) -> list[str]:
    """Class names of a module and of all its parts, the module's first.

    Args:
        model: a ``torch.nn.Module`` of the student's.
    """
    if far is not None:
        return far.kinds(model)
    return [type(part).__name__ for part in (model.modules() if hasattr(model, "modules") else [model])]


def points(earned: float) -> float:
    """Give a part of the cell's points, as its last line: nbgrader takes a test cell's value for them.

    Args:
        earned: from 0 to the cell's points.
    """
    return earned


def seed(number: int) -> None:
    """Seed the global random generators where the student's code runs, which in grading is another process.

    Args:
        number: as for :func:`course.set_seed`.
    """
    if far is not None:
        far.seed(number)
    else:
        from course.seed import set_seed

        set_seed(number)


def gradients(function: Any, model: Any, parameters: list[Any], values: list[Any]) -> list[Any]:
    """Gradients of ``function(model)``, in one question instead of a dozen; no ``.grad`` is changed.

    Args:
        function: a student's, that gives a tensor with one number and a graph.
        model: a student's.
        parameters: of the model.
        values: that the parameters are given first, a tensor each.

    Returns:
        A tensor for each of the parameters, None where the number does not depend on it.
    """
    if far is not None:
        return far.gradients(function, model, parameters, values)
    import torch

    with torch.no_grad():
        for parameter, value in zip(parameters, values, strict=True):
            parameter.copy_(value)
    return list(torch.autograd.grad(function(model), parameters, allow_unused=True))


def make(kind: type, *arguments: Any, **named: Any) -> Any:
    """An object that a test needs for the student's objects: an optimizer of a model's parameters, say.

    Where tests run in a process of their own, it is made in the student's.

    Args:
        kind: a class of torch.optim, torch.nn or torch.utils.data.
        arguments: for the class.
        named: for the class.

    Raises:
        TypeError: the class is not one of those that can be made there.
    """
    return kind(*arguments, **named) if far is None else far.make(kind, arguments, named)


def private_path(name: str) -> Path:
    """A file of the assignment's folder ``private/``, which only tests may read.

    Args:
        name: of the file.

    Raises:
        NeedsTester: the file is not here, as it is in no student's copy.
    """
    if far is not None:
        return far.private_path(name)
    path = Path("private", name)  # beside the master, where its author runs it
    if not path.is_file():
        raise NeedsTester(f"{name} is where grading has it; this cell is graded there, or by hand")
    return path.resolve()


def _here(value: Any) -> Any:
    """The value, as data where it is in another process but nearly data."""
    return value if far is None else far.plain(value)


# What differs, in words ---------------------------------------------------------------------------


def _without_tensors(value: Any) -> Any:
    """The value with arrays in place of tensors, in lists too. Tensors leave their graph and device."""
    if isinstance(value, list | tuple):
        return [_without_tensors(item) for item in value]
    if not hasattr(value, "detach"):
        return value
    tensor = value.detach().cpu()
    try:
        return tensor.numpy(force=True)
    except TypeError:  # NumPy has no bfloat16 and nothing sparse
        return tensor.to_dense().double().numpy()


def _as_array(value: Any) -> np.ndarray | None:
    """The value as an array of numbers, or None where it is none."""
    if value is None or callable(value) or isinstance(value, str | bytes | Mapping):
        return None
    try:
        array = np.asarray(_without_tensors(value))
        if array.dtype == object and all(isinstance(item, Real) for item in array.flat):
            array = array.astype(float)  # whole numbers that 64 bits do not hold
    except (TypeError, ValueError, RuntimeError, OverflowError):  # a ragged list, a tensor without data
        return None
    return array if array.dtype.kind in "biufc" else None


def _wide(array: np.ndarray) -> np.ndarray:
    """The same numbers in a type that subtracts without overflow; truth values count as 0 and 1."""
    return array.astype(complex if array.dtype.kind == "c" else float)


def _is_numeric(value: Any) -> bool:
    return not isinstance(value, tuple) and _as_array(value) is not None


def _difference(got: Any, expected: Any, rtol: float, atol: float | None) -> str | None:
    """Say how `got` differs from `expected`, in a sentence or two, or None where it does not."""
    wanted = _as_array(expected)
    if wanted is None:
        raise TypeError(f"the expected value is not numeric: {expected!r}")
    array = _as_array(got)
    if array is None:
        return _wrong_type(got, wanted)
    if array.shape != wanted.shape:
        verb = "has" if array.ndim else "is"
        problem = f"wrong shape: expected {_shape(wanted)}, yours {verb} {_shape(array)}."
        comparable = array.size == wanted.size > 0
        same = comparable and _agree(array.reshape(wanted.shape), wanted, rtol, atol).all()
        return problem + (" The values are right." if same else "")
    agree = _agree(array, wanted, rtol, atol)
    if agree.all():
        return None
    return _wrong_value(array, wanted, agree, rtol, atol)


def _agree(array: np.ndarray, wanted: np.ndarray, rtol: float, atol: float | None) -> np.ndarray:
    with np.errstate(all="ignore"):
        if atol is None:
            sizes = np.abs(_wide(wanted[np.isfinite(wanted)]))
            atol = ATOL * min(1.0, float(sizes.max(initial=0)) or 1.0)
        return np.isclose(array, wanted, rtol=rtol, atol=atol, equal_nan=True)


def _wrong_type(got: Any, wanted: np.ndarray) -> str:
    kind = "a number" if wanted.ndim == 0 else f"an array of shape {wanted.shape}"
    if got is None:
        return f"wrong type: expected {kind}, yours is None. Does the function return its result?"
    elsewhere = far.class_name(got) if far is not None else None
    if elsewhere not in (None, "function", "method", "builtin_function_or_method", "type"):
        return f"wrong type: expected {kind}, yours is of type {elsewhere}."
    if callable(got):
        return f"wrong type: expected {kind}, yours is a function. Is it called, with its arguments?"
    if isinstance(got, list | tuple | np.ndarray):
        return f"wrong type: expected {kind}, yours has rows of different lengths, or not only numbers."
    return f"wrong type: expected {kind}, yours is of type {type(got).__name__}."


def _wrong_value(array: np.ndarray, wanted: np.ndarray, agree: np.ndarray, rtol: float, atol: float | None) -> str:
    mine, right = _wide(array), _wide(wanted)
    nan = np.isnan(mine) & ~agree
    first = tuple(int(i) for i in np.argwhere(nan if nan.any() else ~agree)[0])
    where = f" at {list(first)}" if first else ""
    if nan.any():
        return f"NaN{where}, where {_number(wanted[first])} is expected."
    with np.errstate(all="ignore"):
        differences = np.abs(mine - right)[~agree]
    known = differences[~np.isnan(differences)]  # unknown where NaN is expected
    largest = _number(known.max(), 3) if known.size else "unknown"
    values = f"expected {_number(wanted[first])}, yours {_number(array[first])}"
    if wanted.ndim == 0:
        problem = f"wrong value: {values} (difference {largest})."
    else:
        count = f"{int((~agree).sum())} of {wanted.size} differ"
        problem = f"wrong value: {count}. First{where}: {values}. Largest difference: {largest}."
    return problem + _guess(mine, right, rtol, atol)


def _guess(array: np.ndarray, wanted: np.ndarray, rtol: float, atol: float | None) -> str:
    """Name the slip where the numbers give it away."""
    if _agree(-array, wanted, rtol, atol).all():
        return " The sign is flipped."
    square = wanted.ndim == 2 and wanted.shape[0] == wanted.shape[1]
    if square and _agree(array.T, wanted, rtol, atol).all():
        return " Yours is the transpose."
    if wanted.size > 1 and np.all(wanted != 0):
        with np.errstate(all="ignore"):
            factor = (array / wanted).ravel()
        constant = np.isfinite(factor).all() and np.allclose(factor, factor[0], rtol=1e-5, atol=0)
        if constant and factor[0] != 0 and abs(factor[0] - 1) > 1e-3:  # 1 would be printed as 1
            return f" Every value is {_number(factor[0], 4)} times the expected one."
    return ""


def _same(got: Any, expected: Any) -> bool:
    if isinstance(expected, tuple | list):
        return (
            isinstance(got, tuple | list)
            and len(got) == len(expected)
            and all(_same(mine, right) for mine, right in zip(got, expected, strict=True))
        )
    if isinstance(expected, Mapping):
        return (
            isinstance(got, Mapping)
            and got.keys() == expected.keys()
            and all(_same(got[key], right) for key, right in expected.items())
        )
    if isinstance(got, int) and isinstance(expected, int):  # of any size
        return got == expected
    mine, right = _as_array(got), _as_array(expected)
    if mine is not None and right is not None:
        return np.array_equal(mine, right, equal_nan=True)
    if isinstance(expected, np.ndarray):  # of text
        return isinstance(got, np.ndarray) and np.array_equal(got, expected)
    return type(got) is type(expected) and bool(got == expected)


def _number(value: Any, digits: int = 10) -> str:
    value = value.item() if hasattr(value, "item") else value
    return str(value) if isinstance(value, bool | int) else f"{value:.{digits}g}"


def _show(array: np.ndarray) -> str:
    if array.ndim == 0:
        return _number(array[()])
    return "[" + ", ".join(_show(part) for part in array) + "]"


def _shape(array: np.ndarray) -> str:
    return "a single number" if array.ndim == 0 else f"shape {array.shape}"


# Warnings ---------------------------------------------------------------------------


def _show_warning_on_stdout(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: Any = None,
    line: str | None = None,
) -> None:
    text = f"{category.__name__}: {message}\n"
    print(text, end="", file=file if file is not None else sys.stdout)


if "ipykernel" in sys.modules:
    # In a kernel a warning is printed with the rest of the output: nbgrader takes text on stderr for a failed
    # test, and a right answer may well warn (log of zero, for one).
    warnings.showwarning = _show_warning_on_stdout

    from IPython import get_ipython

    shorten_stubs(get_ipython())
