"""Plain data as bytes, for two processes of which neither trusts the other.

A value is a letter and what follows it. Nothing is ever unpickled or evaluated, lengths are checked before
anything is made of them, and all sizes have a bound. What is no plain data (a model, a function) is up to the two
sides: each gives a function that turns it into a reference, and one that turns a reference back.

Lists, dicts, sets, arrays, tensors and generators of random numbers can change while the other side has them. They
are numbered in the order in which they are written, so that both sides can speak of them.
"""

from __future__ import annotations

import math
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

DEEPEST = 50
MOST_ITEMS = 2_000_000
MOST_BYTES = 1 << 28
MOST_DIMENSIONS = 32
MOST_INT_BYTES = 1 << 16

_SIZE = struct.Struct(">I")
_DOUBLE = struct.Struct(">d")
_ARRAY_KINDS = "biufcSUMm"
_BIT_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")
_TORCH_TYPES = (
    "bool", "uint8", "int8", "int16", "int32", "int64", "uint16", "uint32", "uint64", "float16", "bfloat16",
    "float32", "float64", "complex64", "complex128",
)  # fmt: skip


class CodecError(ValueError):
    """What came is no plain data, or what should go is none, or it is too much."""


@dataclass
class Reference:
    """Something that stays where it is.

    Attributes:
        kind: "handle" for an object of the student's, "callback" for a function of the test's.
        number: its side's name for it.
        classes: names of its classes, the nearest first; of handles on their way to the tester.
    """

    kind: str
    number: int
    classes: tuple[str, ...] = ()


@dataclass
class Changeable:
    """Objects of a message that can change, by their number.

    Attributes:
        objects: in the order in which they were written.
        written: the bytes of each.
    """

    objects: list[Any] = field(default_factory=list)
    written: list[bytes] = field(default_factory=list)


def _no_reference(value: Any) -> Reference:
    raise CodecError(f"no plain data: {type(value).__name__}")


def _no_object(reference: Reference) -> Any:
    raise CodecError("a reference, where plain data is wanted")


def is_torch(value: Any, name: str) -> bool:
    """Whether a value is exactly of a class of torch, without importing it."""
    torch = sys.modules.get("torch")
    return torch is not None and type(value) is getattr(torch, name)


class Encoder:
    """Writes one message."""

    def __init__(
        self, refer: Callable[[Any], Reference] = _no_reference, known: dict[int, int] | None = None
    ) -> None:
        """
        Args:
            refer: what to write for something that is no plain data.
            known: id to number of objects that the other side sent, or has been sent; they go as their number.
        """
        self._refer = refer
        self._known = known or {}
        self._memo: dict[int, int] = {}
        self._open: set[int] = set()
        self._parts: list[bytes] = []
        self._size = self._items = 0
        self.changeable = Changeable()

    def encode(self, value: Any) -> bytes:
        """The bytes of a value.

        Raises:
            CodecError: it is too large, too deep, or contains itself.
        """
        self._value(value, 0)
        return b"".join(self._parts)

    def _put(self, *parts: bytes) -> None:
        self._parts += parts
        self._size += sum(map(len, parts))
        if self._size > MOST_BYTES:
            raise CodecError(f"more than {MOST_BYTES >> 20} MB")

    def _sized(self, letter: bytes, content: bytes) -> None:
        self._put(letter, _SIZE.pack(len(content)), content)

    def _count(self, letter: bytes, count: int) -> None:
        self._items += count
        if self._items > MOST_ITEMS:
            raise CodecError(f"more than {MOST_ITEMS} items")
        self._put(letter, _SIZE.pack(count))

    def _value(self, value: Any, depth: int) -> None:
        if depth > DEEPEST:
            raise CodecError(f"nested more than {DEEPEST} deep")
        if value is None or value is True or value is False or value is Ellipsis:
            self._put({None: b"N", True: b"T", False: b"F", Ellipsis: b"."}[value])
            return
        write = _WRITERS.get(type(value))
        if write is not None:
            write(self, value, depth)
        elif isinstance(value, np.generic) and type(value).__module__ == "numpy":
            self._array(b"g", np.asarray(value))
        elif isinstance(value, np.dtype):
            self._sized(b"y", _dtype_name(value))
        elif not self._torch(value, depth):
            self._reference(value)

    def _torch(self, value: Any, depth: int) -> bool:
        if is_torch(value, "Size"):
            self._count(b"z", len(value))
            for each in value:
                self._value(int(each), depth + 1)
        elif is_torch(value, "dtype") and str(value).removeprefix("torch.") in _TORCH_TYPES:
            self._sized(b"Y", str(value).removeprefix("torch.").encode())
        elif is_torch(value, "device"):
            self._sized(b"v", str(value).encode())
        elif is_torch(value, "Generator") and value.device.type == "cpu":
            self._change(value, lambda: self._array(b"q", value.get_state().numpy()))
        elif is_torch(value, "Tensor") and _is_plain(value):
            self._change(value, lambda: self._tensor(value, depth))
        else:
            return False
        return True

    def _reference(self, value: Any) -> None:
        if id(value) in self._known:
            self._put(b"k", _SIZE.pack(self._known[id(value)]))
            return
        reference = self._refer(value)
        letter = {"handle": b"h", "callback": b"c"}[reference.kind]
        self._put(letter, _SIZE.pack(reference.number))
        if reference.kind == "handle":
            self._sized(b"", "\n".join(reference.classes).encode("utf-8", "replace"))

    def _change(self, value: Any, write: Callable[[], None]) -> None:
        """Write something that can change, or its number if the other side has it."""
        if id(value) in self._open:
            raise CodecError("it contains itself")
        for letter, numbers in ((b"k", self._known), (b"m", self._memo)):
            if id(value) in numbers:
                self._put(letter, _SIZE.pack(numbers[id(value)]))
                return
        self._open.add(id(value))
        start = len(self._parts)
        write()
        self._open.remove(id(value))
        self._memo[id(value)] = len(self.changeable.objects)
        self.changeable.objects.append(value)
        self.changeable.written.append(b"".join(self._parts[start:]))

    def _int(self, value: int, depth: int) -> None:
        size = value.bit_length() // 8 + 1
        if size > MOST_INT_BYTES:
            raise CodecError("a number of too many digits")
        self._sized(b"i", value.to_bytes(size, "big", signed=True))

    def _float(self, value: float, depth: int) -> None:
        self._put(b"f", _DOUBLE.pack(value))

    def _complex(self, value: complex, depth: int) -> None:
        self._put(b"j", _DOUBLE.pack(value.real), _DOUBLE.pack(value.imag))

    def _str(self, value: str, depth: int) -> None:
        self._sized(b"s", value.encode("utf-8", "surrogatepass"))

    def _bytes(self, value: bytes, depth: int) -> None:
        self._sized(b"b", value)

    def _tuple(self, value: tuple, depth: int) -> None:
        self._count(b"t", len(value))
        for each in value:
            self._value(each, depth + 1)

    def _list(self, value: list, depth: int) -> None:
        def write() -> None:
            self._count(b"l", len(value))
            for each in value:
                self._value(each, depth + 1)

        self._change(value, write)

    def _dict(self, value: dict, depth: int) -> None:
        def write() -> None:
            self._count(b"d", len(value))
            for key, each in value.items():
                self._value(key, depth + 1)
                self._value(each, depth + 1)

        self._change(value, write)

    def _set(self, value: set, depth: int) -> None:
        def write() -> None:
            self._members(b"e", value, depth)

        self._change(value, write)

    def _frozenset(self, value: frozenset, depth: int) -> None:
        self._members(b"E", value, depth)

    def _members(self, letter: bytes, value: set | frozenset, depth: int) -> None:
        """In an order that depends on nothing but what they are."""
        try:
            members = sorted(value, key=lambda each: (type(each).__name__, each))
        except TypeError:
            members = sorted(value, key=lambda each: (type(each).__name__, repr(each)))
        self._count(letter, len(members))
        for each in members:
            self._value(each, depth + 1)

    def _slice(self, value: slice, depth: int) -> None:
        self._put(b":")
        for each in (value.start, value.stop, value.step):
            self._value(each, depth + 1)

    def _range(self, value: range, depth: int) -> None:
        if not _is_short(value):
            raise CodecError(f"more than {MOST_ITEMS} items")
        self._put(b"r")
        for each in (value.start, value.stop, value.step):
            self._value(each, depth + 1)

    def _ndarray(self, value: np.ndarray, depth: int) -> None:
        if value.dtype.kind not in _ARRAY_KINDS or value.dtype.names:
            if value.dtype == object and value.ndim <= 1 and value.size < MOST_ITEMS:
                self._change(value, lambda: self._objects(value, depth))
            else:
                self._reference(value)
        else:
            self._change(value, lambda: self._array(b"a", value))

    def _objects(self, value: np.ndarray, depth: int) -> None:
        """Rows of different lengths, say."""
        self._put(b"o")
        self._tuple((value.ndim, *value.ravel()), depth)

    def _array(self, letter: bytes, value: np.ndarray) -> None:
        if value.nbytes > MOST_BYTES:
            raise CodecError(f"more than {MOST_BYTES >> 20} MB")
        self._sized(letter, _dtype_name(value.dtype))
        self._put(bytes([value.ndim]), *(struct.pack(">Q", each) for each in value.shape))
        self._put(value.tobytes())

    def _tensor(self, value: Any, depth: int) -> None:
        torch = sys.modules["torch"]
        plain = value.detach().cpu().contiguous().resolve_conj().resolve_neg()
        self._sized(b"x", str(value.dtype).removeprefix("torch.").encode())
        self._sized(b"", str(value.device).encode())
        self._put(b"T" if value.requires_grad else b"F")
        raw = plain.reshape(-1).view(torch.uint8).numpy() if plain.numel() else np.empty(0, np.uint8)
        self._put(bytes([plain.ndim]), *(struct.pack(">Q", each) for each in plain.shape))
        self._put(raw.tobytes())
        self._value(value.grad if value.requires_grad and type(value.grad) is type(value) else None, depth + 1)

    def _generator(self, value: np.random.Generator, depth: int) -> None:
        bits = value.bit_generator
        if type(bits).__name__ not in _BIT_GENERATORS:
            self._reference(value)
            return

        def write() -> None:
            self._put(b"G")
            self._value(_plain_state(bits.state), depth + 1)

        self._change(value, write)

    def _random_state(self, value: np.random.RandomState, depth: int) -> None:
        def write() -> None:
            self._put(b"R")
            self._value(_plain_state(value.get_state(legacy=False)), depth + 1)

        self._change(value, write)


_WRITERS: dict[type, Callable[[Encoder, Any, int], None]] = {
    int: Encoder._int, float: Encoder._float, complex: Encoder._complex, str: Encoder._str, bytes: Encoder._bytes,
    tuple: Encoder._tuple, list: Encoder._list, dict: Encoder._dict, set: Encoder._set,
    frozenset: Encoder._frozenset, slice: Encoder._slice, range: Encoder._range, np.ndarray: Encoder._ndarray,
    np.random.Generator: Encoder._generator, np.random.RandomState: Encoder._random_state,
}  # fmt: skip


def _dtype_name(dtype: np.dtype) -> bytes:
    return _checked(dtype).str.encode()


def _checked(dtype: np.dtype) -> np.dtype:
    plain = dtype.kind in _ARRAY_KINDS and not dtype.names and not dtype.subdtype
    if not plain or not 0 < dtype.itemsize <= 1 << 16:
        raise CodecError("a type of array that is no plain data")
    return dtype


def _is_plain(tensor: Any) -> bool:
    """Whether a tensor is numbers and nothing else: no graph, not sparse, of a common type."""
    torch = sys.modules["torch"]
    return (
        tensor.grad_fn is None
        and tensor.layout is torch.strided
        and not tensor.is_quantized
        and tensor.device.type != "meta"
        and str(tensor.dtype).removeprefix("torch.") in _TORCH_TYPES
    )


def _plain_state(state: Any) -> Any:
    """The state of a generator with a tuple in place of each array, so that it has nothing that can change."""
    if isinstance(state, dict):
        return tuple((key, _plain_state(each)) for key, each in state.items())
    if isinstance(state, np.ndarray):
        return (b"array", state.dtype.str, state.tobytes())
    return state.item() if isinstance(state, np.generic) else state


def _state(plain: Any) -> Any:
    if isinstance(plain, tuple) and len(plain) == 3 and plain[0] == b"array":
        _, dtype, raw = plain
        if dtype not in ("<u8", "<u4") or not isinstance(raw, bytes) or len(raw) % int(dtype[-1]):
            raise CodecError("no state of a generator")
        return np.frombuffer(raw, dtype).copy()
    if isinstance(plain, tuple):
        try:
            return {key: _state(each) for key, each in plain}
        except (TypeError, ValueError):
            raise CodecError("no state of a generator") from None
    return plain


class Decoder:
    """Reads one message."""

    def __init__(
        self,
        data: bytes,
        resolve: Callable[[Reference], Any] = _no_object,
        known: Callable[[int], Any] | None = None,
    ) -> None:
        """
        Args:
            data: the message.
            resolve: gives the object for a reference.
            known: gives the object for the number of one that both sides have; raises KeyError for others.
        """
        self._data = memoryview(data)
        self._at = self._items = 0
        self._resolve, self._known = resolve, known
        self.changeable = Changeable()

    def decode(self) -> Any:
        """The value of the whole message.

        Raises:
            CodecError: it is no message, whatever it is.
        """
        if len(self._data) > 2 * MOST_BYTES:
            raise CodecError("too long")
        try:
            value = self._value(0)
        except CodecError:
            raise
        except Exception as error:  # of NumPy or torch, about what no encoder writes
            raise CodecError(f"no message ({type(error).__name__})") from None
        if self._at != len(self._data):
            raise CodecError("bytes are left over")
        return value

    def _take(self, count: int) -> memoryview:
        end = self._at + count
        if count < 0 or end > len(self._data):
            raise CodecError("cut off")
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def _size(self) -> int:
        return int(_SIZE.unpack(self._take(4))[0])

    def _sized(self) -> bytes:
        return bytes(self._take(self._size()))

    def _count(self) -> int:
        count = self._size()
        self._items += count
        if self._items > MOST_ITEMS or count > len(self._data) - self._at:  # each takes a byte at least
            raise CodecError("too many items")
        return count

    def _value(self, depth: int) -> Any:
        if depth > DEEPEST:
            raise CodecError("nested too deeply")
        start = self._at
        letter = bytes(self._take(1))
        if letter in _CONSTANTS:
            return _CONSTANTS[letter]
        read = _READERS.get(letter)
        if read is None:
            raise CodecError("an unknown letter")
        value = read(self, depth)
        if letter in _CHANGEABLE:
            self.changeable.objects.append(value)
            self.changeable.written.append(bytes(self._data[start : self._at]))
        return value

    def _many(self, depth: int) -> list[Any]:
        return [self._value(depth + 1) for _ in range(self._count())]

    def _int(self, depth: int) -> int:
        content = self._sized()
        if not 0 < len(content) <= MOST_INT_BYTES:
            raise CodecError("no whole number")
        return int.from_bytes(content, "big", signed=True)

    def _float(self, depth: int) -> float:
        return float(_DOUBLE.unpack(self._take(8))[0])

    def _complex(self, depth: int) -> complex:
        return complex(self._float(depth), self._float(depth))

    def _str(self, depth: int) -> str:
        return self._sized().decode("utf-8", "surrogatepass")

    def _bytes(self, depth: int) -> bytes:
        return self._sized()

    def _tuple(self, depth: int) -> tuple:
        return tuple(self._many(depth))

    def _dict(self, depth: int) -> dict:
        return {self._value(depth + 1): self._value(depth + 1) for _ in range(self._count())}

    def _set(self, depth: int) -> set:
        return set(self._many(depth))

    def _frozenset(self, depth: int) -> frozenset:
        return frozenset(self._many(depth))

    def _slice(self, depth: int) -> slice:
        return slice(*(self._value(depth + 1) for _ in range(3)))

    def _range(self, depth: int) -> range:
        ends = [self._value(depth + 1) for _ in range(3)]
        if not all(type(each) is int for each in ends):
            raise CodecError("no range")
        made = range(*ends)
        if not _is_short(made):  # whoever makes a list of it has no room for all
            raise CodecError("too many items")
        return made

    def _dtype(self, depth: int) -> np.dtype:
        return _dtype(self._sized())

    def _shape(self, item_bytes: int) -> tuple[tuple[int, ...], int]:
        """A shape, and how many bytes an array of it has."""
        dimensions = self._take(1)[0]
        if dimensions > MOST_DIMENSIONS:
            raise CodecError("too many dimensions")
        shape = tuple(struct.unpack(">Q", self._take(8))[0] for _ in range(dimensions))
        size = math.prod(shape) * item_bytes
        if size > len(self._data) - self._at or any(each > sys.maxsize // 64 for each in shape):
            raise CodecError("cut off")
        return shape, size

    def _ndarray(self, depth: int) -> np.ndarray:
        dtype = _dtype(self._sized())
        shape, size = self._shape(dtype.itemsize)
        return np.frombuffer(self._take(size), dtype, math.prod(shape)).reshape(shape).copy()

    def _scalar(self, depth: int) -> Any:
        array = self._ndarray(depth)
        if array.shape:
            raise CodecError("no scalar")
        return array[()]

    def _objects(self, depth: int) -> np.ndarray:
        if bytes(self._take(1)) != b"t":
            raise CodecError("no array")
        dimensions, *items = self._tuple(depth)
        if dimensions not in (0, 1) or (dimensions == 0 and len(items) != 1):
            raise CodecError("no array")
        array = np.empty(len(items), object)
        for index, item in enumerate(items):
            array[index] = item
        return array if dimensions else array.reshape(())

    def _torch_size(self, depth: int) -> Any:
        sizes = self._many(depth)
        if not all(type(each) is int and 0 <= each < 1 << 62 for each in sizes):
            raise CodecError("no size")
        return _torch().Size(sizes)

    def _torch_dtype(self, depth: int) -> Any:
        return _torch_type(self._sized())

    def _torch_device(self, depth: int) -> Any:
        return _torch().device(self._sized().decode("ascii"))

    def _torch_generator(self, depth: int) -> Any:
        state = self._ndarray(depth)
        if state.dtype != np.uint8 or state.ndim != 1:
            raise CodecError("no state of a generator")
        made = _torch().Generator()
        made.set_state(_torch().from_numpy(state))
        return made

    def _tensor(self, depth: int) -> Any:
        torch = _torch()
        dtype = _torch_type(self._sized())
        device = self._sized().decode("ascii")
        grad = _CONSTANTS[bytes(self._take(1))]
        shape, size = self._shape(dtype.itemsize)
        raw = bytearray(self._take(size))
        flat = torch.frombuffer(raw, dtype=dtype) if size else torch.empty(0, dtype=dtype)
        tensor = flat.reshape(shape)
        if device != "cpu":
            tensor = tensor.to(device)
        tensor.requires_grad_(bool(grad))
        gradient = self._value(depth + 1)
        if gradient is not None:
            if not isinstance(gradient, torch.Tensor) or not grad:
                raise CodecError("no gradient")
            tensor.grad = gradient
        return tensor

    def _generator(self, depth: int) -> np.random.Generator:
        state = _state(self._value(depth + 1))
        name = state["bit_generator"]
        if name not in _BIT_GENERATORS:
            raise CodecError("no generator")
        bits = getattr(np.random, name)(0)
        bits.state = state
        return np.random.Generator(bits)

    def _random_state(self, depth: int) -> np.random.RandomState:
        made = np.random.RandomState(0)
        made.set_state(_state(self._value(depth + 1)))
        return made

    def _handle(self, depth: int) -> Any:
        number = self._size()
        classes = tuple(self._sized().decode().split("\n"))
        return self._resolve(Reference("handle", number, classes))

    def _callback(self, depth: int) -> Any:
        return self._resolve(Reference("callback", self._size()))

    def _known_object(self, depth: int) -> Any:
        if self._known is None:
            raise CodecError("an object that is not known")
        return self._known(self._size())

    def _earlier(self, depth: int) -> Any:
        return self.changeable.objects[self._size()]


_CONSTANTS = {b"N": None, b"T": True, b"F": False, b".": Ellipsis}
_CHANGEABLE = frozenset((b"l", b"d", b"e", b"a", b"o", b"x", b"q", b"G", b"R"))
_READERS: dict[bytes, Callable[[Decoder, int], Any]] = {
    b"i": Decoder._int, b"f": Decoder._float, b"j": Decoder._complex, b"s": Decoder._str, b"b": Decoder._bytes,
    b"t": Decoder._tuple, b"l": Decoder._many, b"d": Decoder._dict, b"e": Decoder._set, b"E": Decoder._frozenset,
    b":": Decoder._slice, b"r": Decoder._range, b"y": Decoder._dtype, b"a": Decoder._ndarray,
    b"g": Decoder._scalar, b"o": Decoder._objects, b"z": Decoder._torch_size, b"Y": Decoder._torch_dtype,
    b"v": Decoder._torch_device, b"q": Decoder._torch_generator, b"x": Decoder._tensor,
    b"G": Decoder._generator, b"R": Decoder._random_state, b"h": Decoder._handle, b"c": Decoder._callback,
    b"k": Decoder._known_object, b"m": Decoder._earlier,
}  # fmt: skip


def _is_short(value: range) -> bool:
    return (value.stop - value.start) // value.step <= MOST_ITEMS


def _dtype(name: bytes) -> np.dtype:
    text = name.decode("ascii")
    if len(text) > 16 or text[:1] not in ("<", ">", "|", "=") or text[1:2] not in tuple(_ARRAY_KINDS):
        raise CodecError("a type of array that is no plain data")
    dtype = np.dtype(text)
    return _checked(dtype)


def _torch_type(name: bytes) -> Any:
    text = name.decode("ascii")
    if text not in _TORCH_TYPES:
        raise CodecError("no type of torch")
    return getattr(_torch(), text)


def _torch() -> Any:
    import torch  # what sends a tensor has it

    return torch
