"""The student's side of a test: does what the tester asks, with the objects that the student's code made.

All of this runs in the student's process, so the tester believes none of it: it only judges the data that come.
"""

from __future__ import annotations

import builtins
import itertools
import os
import signal
import sys
import traceback
import types
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from course.check import gradients
from course.grading.engine import codec, link
from course.grading.engine.link import Link

MOST_DRAINED = 100_000  # items of a generator
MOST_CLASSES = 30
MOST_LINES = 60  # of a traceback
MOST_CHARACTERS = 4000
# What a test may have made here, see check.make
MAKEABLE = {
    "torch.optim": ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad"),
    "torch.optim.lr_scheduler": ("StepLR", "ExponentialLR", "CosineAnnealingLR", "LambdaLR", "MultiStepLR"),
    "torch.nn": (
        "Linear", "Sequential", "ReLU", "Tanh", "Sigmoid", "GELU", "LeakyReLU", "Identity", "Flatten", "Dropout",
        "Conv1d", "Conv2d", "MaxPool1d", "MaxPool2d", "BatchNorm1d", "BatchNorm2d", "LayerNorm", "Embedding",
        "CrossEntropyLoss", "MSELoss", "BCELoss", "BCEWithLogitsLoss", "NLLLoss", "L1Loss", "Softmax", "LogSoftmax",
        "Module",
    ),
    "torch.utils.data": ("DataLoader", "TensorDataset"),
}  # fmt: skip
_LIBRARIES = ("builtins", "numpy", "torch", "collections", "abc", "typing", "types", "functools")


class Answering:
    """What the student's side knows during one test cell."""

    def __init__(self, line: Link, namespace: dict[str, Any]) -> None:
        """
        Args:
            line: to the tester.
            namespace: of the notebook.
        """
        self._line, self._namespace = line, namespace
        self._objects: list[Any] = []  # that the tester has handles of
        self._numbers: dict[int, int] = {}
        self._sent = 0  # how many changeable objects the tester has sent
        self._theirs: dict[int, Any] = {}  # of those, the ones of requests that are not answered yet
        self._watched: dict[int, tuple[Any, bytes]] = {}  # tensors that may get a gradient later
        self._before: list[dict[str, Any]] = []  # names that were replaced
        self._runs = 0  # whether the student's code does, not this
        self._interrupted = False
        self._recorded: list[tuple[Any, Any]] = []

    def serve(self, cell: int) -> None:
        """Say that a test cell may begin, and answer until it has ended.

        Args:
            cell: its index.

        Raises:
            LinkError: the tester has gone.
        """
        before = signal.signal(signal.SIGINT, self._interrupt)
        try:
            self._line.send(link.TURN, codec.Encoder().encode(cell))
            while True:
                kind, payload = self._line.receive(link.ASK, link.END)
                if kind == link.END:
                    break
                self._answer(payload)
        finally:
            signal.signal(signal.SIGINT, before)
            while self._recorded:
                self._do_warnings()
            for names in reversed(self._before):
                self._restore(names)

    def _interrupt(self, number: int, frame: object) -> None:
        """A limit was reached: the student's code is interrupted, now or when it is called next; no message is."""
        if self._runs:
            raise KeyboardInterrupt
        self._interrupted = True

    def _answer(self, payload: bytes) -> None:
        first, written = self._sent, dict[int, bytes]()
        try:
            decoder = codec.Decoder(payload, self._resolve, self._theirs.__getitem__)
            operation, *arguments = decoder.decode()
            written = self._take(decoder)
            try:
                self._runs += 1
                if self._interrupted:
                    raise KeyboardInterrupt
                value = getattr(self, f"_do_{operation}")(*arguments)
            finally:
                self._runs -= 1
            answer = self._encode((True, value, self._changes(written)))
        except link.LinkError:
            raise
        except BaseException as error:  # SystemExit, too: it is the tester's to say what that means
            answer = self._encode((False, _about(error), self._changes(written)))
        for number in range(first, self._sent):
            self._theirs.pop(number, None)
        self._line.send(link.ANSWER, answer)

    # Data -------------------------------------------------------------------------------------------------

    def _take(self, decoder: codec.Decoder) -> dict[int, bytes]:
        """Number the objects of a question that can change; returns each as it came."""
        written = {}
        for value in decoder.changeable.objects:
            self._theirs[self._sent] = value
            written[self._sent] = _bytes_of(value)
            if codec.is_torch(value, "Tensor") and value.requires_grad:
                self._watched[self._sent] = value, written[self._sent]
            self._sent += 1
        return written

    def _changes(self, written: dict[int, bytes]) -> dict[int, Any]:
        """Number to object of those of this question that changed, and of tensors that got a gradient."""
        changes = {number: self._theirs[number] for number in written
                   if _bytes_of(self._theirs[number]) != written[number]}  # fmt: skip
        for number, (value, before) in self._watched.items():
            now = _bytes_of(value)
            if now != before:
                changes[number] = value
                self._watched[number] = value, now
        return changes

    def _encode(self, answer: tuple) -> bytes:
        ok, value, changes = answer
        known = {id(each): number for number, each in self._theirs.items()}
        known |= {id(each): number for number, (each, _) in self._watched.items()}
        plain = [(number, _bytes_of(each)) for number, each in changes.items()]
        try:
            return codec.Encoder(self._refer, known).encode((ok, value, plain))
        except codec.CodecError as error:
            about: tuple = (("Exception",), "CodecError", f"what it gives back can't be sent: {error}", [])
            return codec.Encoder().encode((False, about, []))

    def _refer(self, value: Any) -> codec.Reference:
        if id(value) not in self._numbers:
            self._numbers[id(value)] = len(self._objects)
            self._objects.append(value)
        names = [_name_of(each) for each in type(value).__mro__[:MOST_CLASSES]]
        return codec.Reference("handle", self._numbers[id(value)], tuple(names))

    def _resolve(self, reference: codec.Reference) -> Any:
        if reference.kind == "handle":
            return self._objects[reference.number]
        return self._callback(reference.number)

    def _callback(self, number: int) -> Callable[..., Any]:
        def function(*arguments: Any, **named: Any) -> Any:
            self._line.send(link.CALL, codec.Encoder(self._refer).encode((number, arguments, named)))
            runs, self._runs = self._runs, 0  # the test's function is not the student's
            try:
                while True:
                    kind, payload = self._line.receive(link.ASK, link.RETURN)
                    if kind == link.RETURN:
                        break
                    self._answer(payload)
            finally:
                self._runs = runs
            if self._interrupted:
                raise KeyboardInterrupt
            ok, value = codec.Decoder(payload, self._resolve, self._theirs.__getitem__).decode()
            if not ok:
                name, text = value
                raise getattr(builtins, name, Exception)(text)
            return value

        return function

    # What can be asked --------------------------------------------------------------------------------------

    def _do_get(self, name: str) -> Any:
        return self._namespace[name]

    def _do_call(self, function: Any, arguments: tuple, named: dict) -> Any:
        value = function(*arguments, **named)
        return _drained(value)

    def _do_attribute(self, value: Any, name: str) -> Any:
        return getattr(value, name)

    def _do_item(self, value: Any, key: Any) -> Any:
        return value[key]

    def _do_set_item(self, value: Any, key: Any, item: Any) -> None:
        value[key] = item

    def _do_length(self, value: Any) -> int:
        return len(value)

    def _do_contains(self, value: Any, item: Any) -> bool:
        return item in value

    def _do_items(self, value: Any) -> list:
        return _first(value)

    def _do_plain(self, value: Any) -> Any:
        return _plain(value)

    def _do_is(self, value: Any, names: tuple) -> bool:
        return isinstance(value, tuple(_class(name) for name in names))

    def _do_kinds(self, value: Any) -> list[str]:
        parts = value.modules() if hasattr(value, "modules") else [value]
        return [type(part).__name__ for part in itertools.islice(parts, MOST_DRAINED)]

    def _do_gradients(self, function: Any, model: Any, parameters: list, values: list) -> list:
        return gradients(function, model, parameters, values)

    def _do_seed(self, number: int) -> None:
        from course.seed import set_seed

        set_seed(number)

    def _do_make(self, module: str, name: str, arguments: tuple, named: dict) -> Any:
        if name not in MAKEABLE.get(module, ()):
            raise TypeError(f"{module}.{name} is not made for a test")
        __import__(module)
        return getattr(sys.modules[module], name)(*arguments, **named)

    def _do_replace(self, names: dict[str, Any]) -> None:
        self._before.append({name: self._namespace.get(name, _MISSING) for name in names})
        self._namespace.update(names)

    def _do_restore(self) -> None:
        self._restore(self._before.pop())

    def _restore(self, names: dict[str, Any]) -> None:
        for name, value in names.items():
            if value is _MISSING:
                self._namespace.pop(name, None)
            else:
                self._namespace[name] = value

    def _do_record_warnings(self) -> None:
        catcher = warnings.catch_warnings(record=True)
        caught = catcher.__enter__()
        warnings.simplefilter("always")
        self._recorded.append((catcher, caught))

    def _do_warnings(self) -> list[tuple[list[str], str]]:
        catcher, caught = self._recorded.pop()
        catcher.__exit__(None, None, None)
        return [([each.__name__ for each in warning.category.__mro__], str(warning.message)[:MOST_CHARACTERS])
                for warning in caught[:100]]  # fmt: skip


_MISSING = object()


def _bytes_of(value: Any) -> bytes:
    """An object as it is now; b"" where it can't be sent any more."""
    try:
        return codec.Encoder(lambda each: codec.Reference("handle", 0)).encode(value)
    except codec.CodecError:
        return b""


def _drained(value: Any) -> Any:
    """A generator as a list of what it gives."""
    return _first(value) if isinstance(value, types.GeneratorType) else value


def _first(values: Iterable[Any]) -> list[Any]:
    drained = list(itertools.islice(values, MOST_DRAINED + 1))
    if len(drained) > MOST_DRAINED:
        raise ValueError(f"more than {MOST_DRAINED} items")
    return drained


def _name_of(kind: type) -> str:
    module = kind.__module__ if isinstance(kind.__module__, str) else ""
    return f"{module}.{kind.__qualname__}"[:200].replace("\n", " ")


def _class(name: str) -> type:
    module, _, qualified = name.rpartition(".")
    if module.partition(".")[0] not in _LIBRARIES:
        return type("Unknown", (), {})
    found: Any = sys.modules.get(module)
    found = getattr(found, qualified, None)
    return found if isinstance(found, type) else type("Unknown", (), {})


def _plain(value: Any) -> Any:
    """Plain data in place of what is nearly that: a tensor with a graph, a subclass of an array, a named tuple."""
    import numpy as np

    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, tuple):
        return tuple(_plain(each) for each in value)
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray):
        return np.asarray(value)
    if hasattr(value, "detach"):
        tensor = value.detach()
        return tensor.to_dense().as_subclass(sys.modules["torch"].Tensor)
    for kind in (bool, int, float, complex, str, bytes):
        if isinstance(value, kind):
            return kind(value)  # type: ignore[arg-type]
    return value


def _about(error: BaseException) -> tuple:
    """Names of an exception's classes, its own, its text, and the lines of the student's that it came through."""
    names = [each.__name__ for each in type(error).__mro__ if each.__module__ == "builtins"]
    try:
        text = str(error)[:MOST_CHARACTERS]
    except Exception:
        text = ""
    frames = []
    for frame in traceback.extract_tb(error.__traceback__)[-MOST_LINES:]:
        if "/ipykernel_" in frame.filename or frame.filename.startswith(os.getcwd()):
            frames.append(
                (str(frame.filename), int(frame.lineno or 0), str(frame.name), str(frame.line or "")[:200])
            )
    return tuple(names), str(type(error).__name__)[:100], text, frames
