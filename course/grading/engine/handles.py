"""The tester's side: the student's objects as handles, and the questions that a test asks about them.

A handle can be called, looked into and walked through. It has no truth value and can't be compared: what a test
judges is always data, and data is compared here, where no code of the student's ever runs.
"""

from __future__ import annotations

import builtins
import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from course.grading.engine import codec, link
from course.grading.engine.link import Link

_ATTRIBUTES = {"__name__", "__doc__"}  # with two underscores; NumPy believes what others say, and reads any address
# what would mean something else in the tester, and what can't be made of a text alone
_NOT_RAISED = ("StopIteration", "StopAsyncIteration", "UnicodeDecodeError", "UnicodeEncodeError",
               "UnicodeTranslateError", "ExceptionGroup")  # fmt: skip


class HandleError(TypeError):
    """A test uses an object of the student's as if it were data."""


class StudentFailure(Exception):
    """The student's code raised an exception while a test called it.

    Attributes:
        about: class name, text, and frames (file, line, function, text) of the student's own.
    """

    about: tuple[str, str, list[tuple[str, int, str, str]]] = ("Exception", "", [])


class Far:
    """The student's process, as :mod:`course.check` and the test cells see it."""

    def __init__(self, line: Link, private: Path | None) -> None:
        """
        Args:
            line: to the student's side.
            private: folder of data that only tests may read.
        """
        self._line = line
        self._private = private
        self._handles: dict[int, Handle] = {}
        self._functions: list[Callable[..., Any]] = []
        self._numbers: dict[int, int] = {}
        self._sent = 0
        self._objects: dict[int, Any] = {}  # number to object of what was sent and can still change
        self._tensors: dict[int, int] = {}  # id to number of those that may get a gradient later
        self.namespace: dict[str, Any] = {}  # of the test cell that runs

    # Questions ----------------------------------------------------------------------------------------------

    def ask(self, operation: str, *arguments: Any) -> Any:
        """Ask the student's side to do something.

        Raises:
            StudentFailure: the student's code raised an exception.
            LinkError: the student's side has gone, is late, or does not answer as agreed.
        """
        first = self._sent
        encoder = codec.Encoder(self._refer, self._tensors_as_sent())
        message = encoder.encode((operation, *arguments))
        for value in encoder.changeable.objects:
            self._objects[self._sent] = value
            if codec.is_torch(value, "Tensor") and value.requires_grad:
                self._tensors[id(value)] = self._sent
            self._sent += 1
        self._line.send(link.ASK, message)
        while True:
            kind, payload = self._line.receive(link.ANSWER, link.CALL)
            if kind == link.ANSWER:
                break
            self._line.send(link.RETURN, self._call_back(payload))
        try:
            decoder = codec.Decoder(payload, self._resolve, self._objects.__getitem__)
            ok, value, changes = decoder.decode()
            self._update(changes)
        except (codec.CodecError, TypeError, ValueError, KeyError):
            raise link.LinkError("an answer that is none") from None
        finally:
            for number in range(first, self._sent):
                if self._objects.get(number) is not None and id(self._objects[number]) not in self._tensors:
                    del self._objects[number]
        if ok is not True:
            raise _failure(value)
        return value

    def _tensors_as_sent(self) -> dict[int, int]:
        return dict(self._tensors)

    def _refer(self, value: Any) -> codec.Reference:
        if type(value) is Handle:
            return codec.Reference("handle", _number_of(value))
        if not callable(value) or isinstance(value, type):
            raise codec.CodecError(f"a test can't pass an object of type {type(value).__name__}; see check.make")
        if id(value) not in self._numbers:
            self._numbers[id(value)] = len(self._functions)
            self._functions.append(value)
        return codec.Reference("callback", self._numbers[id(value)])

    def _resolve(self, reference: codec.Reference) -> Any:
        if reference.kind == "callback":  # the test's own function comes back
            return self._functions[reference.number]
        number = reference.number
        if number not in self._handles:
            self._handles[number] = Handle(self, number, reference.classes)
        return self._handles[number]

    def _call_back(self, payload: bytes) -> bytes:
        try:
            number, arguments, named = codec.Decoder(payload, self._resolve, self._objects.__getitem__).decode()
            function = self._functions[number]
            names = dict(zip(map(str, named), named.values(), strict=True))
            value = True, function(*arguments, **names)
            return codec.Encoder(self._refer).encode(value)
        except link.LinkError:
            raise
        except Exception as error:  # the student's code may catch it, as it could in one process
            base = next(each for each in type(error).__mro__ if each.__module__ == "builtins")
            text = str(error) if isinstance(error, StudentFailure) else f"{base.__name__} in a function of the test"
            return codec.Encoder().encode((False, (base.__name__, text[:1000])))

    def _update(self, changes: list[tuple[int, bytes]]) -> None:
        """Change the test's objects as the student's code has changed its copies of them."""
        for number, written in changes:
            old = self._objects[number]
            new = codec.Decoder(written, self._resolve, self._objects.__getitem__).decode()
            if type(new) is not type(old):
                raise ValueError("another type")
            _become(old, new)

    # For the tests, and for course.check ----------------------------------------------------------------------

    def plain(self, value: Any) -> Any:
        """A value with data in place of handles of what is nearly that, such as a tensor with a graph."""
        if type(value) is Handle:
            return self.ask("plain", value)
        if isinstance(value, list | tuple):
            return type(value)([self.plain(each) for each in value])
        return value

    @contextlib.contextmanager
    def given(self, names: Mapping[str, Any]) -> Iterator[None]:
        """Names of the notebook, replaced while a block runs."""
        self.ask("replace", dict(names))
        before = {name: self.namespace[name] for name in names if name in self.namespace}
        self.namespace.update(names)
        try:
            yield
        finally:
            for name in names:
                self.namespace.pop(name)
            self.namespace.update(before)
            self.ask("restore")

    @contextlib.contextmanager
    def warnings(self) -> Iterator[list[tuple[list[str], str]]]:
        """The warnings that the student's code gives inside the block: names of classes, and text."""
        found: list[tuple[list[str], str]] = []
        self.ask("record_warnings")
        try:
            yield found
        finally:
            found += self.ask("warnings")

    def kinds(self, value: Any) -> list[str]:
        """Class names of a module's parts."""
        return [str(each) for each in self.ask("kinds", value)]

    def seed(self, number: int) -> None:
        """Seed the student's process."""
        self.ask("seed", number)

    def gradients(self, function: Any, model: Any, parameters: list[Any], values: list[Any]) -> list[Any]:
        """Gradients of what a student's function gives; see :func:`course.check.gradients`."""
        found = self.ask("gradients", function, model, parameters, values)
        if type(found) is not list or len(found) != len(parameters):
            raise HandleError("its gradients are no list of as many")
        return found

    def make(self, made: type, arguments: tuple, named: dict[str, Any]) -> Any:
        """An object of a class of torch, made in the student's process."""
        module, name = made.__module__, made.__qualname__
        for public in ("torch.optim.lr_scheduler", "torch.optim", "torch.nn", "torch.utils.data"):
            if module.startswith(public) and getattr(sys.modules.get(public), name, None) is made:
                module = public
                break
        return self.ask("make", module, name, arguments, named)

    def class_name(self, value: Any) -> str | None:
        """The class of a handle's object, as the student's side names it; None for data."""
        if type(value) is not Handle:
            return None
        return _classes_of(value)[0].rpartition(".")[2] if _classes_of(value) else "object"

    def private_path(self, name: str) -> Path:
        """A file of the assignment's private folder."""
        if self._private is None or not (self._private / name).is_file():
            raise FileNotFoundError(f"private/{name}: there is no such file")
        return self._private / name

    def is_instance(self, value: Any, kinds: Any) -> bool:
        """`isinstance` for a test cell: of a handle, the student's side says what it is."""
        if type(value) is not Handle:
            return isinstance(value, kinds)
        wanted = kinds if isinstance(kinds, tuple) else (kinds,)
        return self.ask("is", value, tuple(f"{each.__module__}.{each.__qualname__}" for each in wanted)) is True


class Handle:
    """An object in the student's process."""

    __slots__ = ("__classes", "__far", "__number")

    def __init__(self, far: Far, number: int, classes: tuple[str, ...]) -> None:
        self.__far, self.__number, self.__classes = far, number, classes

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.__far.ask("call", self, arguments, named)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in _ATTRIBUTES:
            raise AttributeError(name)
        return self.__far.ask("attribute", self, name)

    def __getitem__(self, key: Any) -> Any:
        return self.__far.ask("item", self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.__far.ask("set_item", self, key, value)

    def __len__(self) -> int:
        length = self.__far.ask("length", self)
        if type(length) is not int or not 0 <= length < 1 << 48:
            raise HandleError("its length is no number")
        return length

    def __contains__(self, item: Any) -> bool:
        return self.__far.ask("contains", self, item) is True

    def __iter__(self) -> Iterator[Any]:
        items = self.__far.ask("items", self)
        if type(items) is not list:
            raise HandleError("its items are no list")
        return iter(items)

    def __repr__(self) -> str:
        return f"<the student's {self.__classes[0] if self.__classes else 'object'}>"

    def _refuse(self, *others: Any) -> NoReturn:
        raise HandleError(
            f"{self!r} has no truth value and can't be compared: a test judges data, with check.close and its kind"
        )

    __bool__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __eq__ = __ne__ = _refuse
    __hash__ = object.__hash__


def _number_of(handle: Handle) -> int:
    return int(handle._Handle__number)


def _classes_of(handle: Handle) -> tuple[str, ...]:
    return handle._Handle__classes


def _become(old: Any, new: Any) -> None:
    """Give an object the content of another of its type, as far as it can have it."""
    if isinstance(old, list):
        old[:] = new
    elif isinstance(old, dict | set):
        old.clear()
        old.update(new)
    elif isinstance(old, np.ndarray):
        if old.shape == new.shape and old.dtype == new.dtype:
            old[...] = new
        else:  # its shape was set, or it was resized
            with contextlib.suppress(AttributeError, ValueError):
                old.resize(new.shape, refcheck=False)
                old[...] = new
    elif isinstance(old, np.random.Generator):
        old.bit_generator.state = new.bit_generator.state
    elif isinstance(old, np.random.RandomState):
        old.set_state(new.get_state(legacy=False))
    elif codec.is_torch(old, "Generator"):
        old.set_state(new.get_state())
    elif codec.is_torch(old, "Tensor"):
        if old.shape == new.shape and old.dtype == new.dtype:
            old.data.copy_(new.data)
        else:
            old.data = new.data
        old.grad = new.grad


_CLASSES: dict[type, type] = {}


def _failure(about: Any) -> Exception:
    """An exception of the student's as one that a test can catch by its class; never one that ends the tester."""
    try:
        names, own, text, frames = about
        kept = [(str(file), int(line), str(name), str(code)) for file, line, name, code in frames]
        kinds = [getattr(builtins, str(name), None) for name in names]
    except (TypeError, ValueError):
        raise link.LinkError("an answer that is none") from None
    base = next((each for each in kinds if isinstance(each, type) and issubclass(each, Exception)), Exception)
    if base.__name__ in _NOT_RAISED:
        base = Exception
    if base not in _CLASSES:
        _CLASSES[base] = type(base.__name__, (StudentFailure,) if base is Exception else (StudentFailure, base), {})
    failure = _CLASSES[base](str(text))
    failure.about = str(own), str(text), kept
    return failure
