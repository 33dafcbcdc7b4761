"""Plain data as bytes: exact there and back, and whatever comes is data or the codec's own error."""

from __future__ import annotations

import contextlib
import math
import struct
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course.grading.engine import codec
from course.grading.engine.codec import CodecError, Decoder, Encoder, Reference

EXAMPLES = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
DTYPES = ["?", "i1", "<i4", ">i8", "u2", "f2", "f4", ">f8", "c8", "c16", "S3", "<U4", "M8[ns]", "m8[s]"]
TORCH_TYPES = ["bool", "uint8", "int16", "int64", "float16", "bfloat16", "float32", "float64", "complex64"]


def there_and_back(value: Any) -> Any:
    return Decoder(Encoder().encode(value)).decode()


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same to the last bit, types included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return struct.pack(">d", one) == struct.pack(">d", other)
    if isinstance(one, complex):
        return same(one.real, other.real) and same(one.imag, other.imag)
    if isinstance(one, np.ndarray):
        if one.dtype == object:
            return one.shape == other.shape and all(map(same, one.ravel(), other.ravel()))
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, np.generic):
        return one.dtype == other.dtype and one.tobytes() == other.tobytes()
    if isinstance(one, torch.Tensor):
        kind = (one.dtype, one.device, one.requires_grad, one.shape)
        raw = [each.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes() if each.numel() else b""
               for each in (one, other)]  # fmt: skip
        return kind == (other.dtype, other.device, other.requires_grad, other.shape) and raw[0] == raw[1]
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(list(one), list(other)) and same(list(one.values()), list(other.values()))
    if isinstance(one, slice):
        return same((one.start, one.stop, one.step), (other.start, other.stop, other.step))
    if isinstance(one, set | frozenset):  # NaN is not itself
        return Encoder().encode(frozenset(one)) == Encoder().encode(frozenset(other))
    return bool(one == other)


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray:
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    shape = tuple(draw(st.lists(st.integers(0, 4), max_size=4)))
    raw = draw(st.binary(min_size=(size := math.prod(shape) * dtype.itemsize), max_size=size))
    if dtype.kind in "bSU":
        return np.zeros(shape, dtype)
    return np.frombuffer(raw, dtype, math.prod(shape)).reshape(shape).copy()


@st.composite
def tensors(draw: st.DrawFn) -> torch.Tensor:
    dtype = getattr(torch, draw(st.sampled_from(TORCH_TYPES)))
    shape = draw(st.lists(st.integers(0, 3), max_size=3))
    tensor = torch.zeros(shape).add_(draw(st.floats(-100, 100, width=32))).to(dtype)
    return tensor.requires_grad_(draw(st.booleans()) and dtype.is_floating_point)


hashable = st.one_of(
    st.none(), st.booleans(), st.just(...), st.integers(), st.floats(), st.complex_numbers(), st.text(),
    st.binary(), st.builds(lambda n: -(2**n), st.integers(0, 3000)),
)  # fmt: skip
leaves = st.one_of(
    hashable,
    st.text(st.characters()),  # half characters, too
    arrays(),
    arrays().filter(lambda array: array.size > 0).map(lambda array: array.ravel()[0]),
    tensors(),
    st.sampled_from(DTYPES).map(np.dtype),
    st.sampled_from(TORCH_TYPES).map(lambda name: getattr(torch, name)),
    st.just(torch.device("cpu")),
    st.lists(st.integers(0, 1 << 40), max_size=4).map(torch.Size),
    st.builds(slice, st.none() | st.integers(), st.none() | st.integers()),
    st.builds(range, st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 4)),
    st.sets(hashable, max_size=5),
    st.frozensets(hashable, max_size=5),
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(hashable, inner, max_size=4),
    ),
    max_leaves=12,
)


@EXAMPLES
@given(values)
def test_round_trip_is_exact(value: Any) -> None:
    assert same(there_and_back(value), value)


@EXAMPLES
@given(st.binary(max_size=300))
def test_any_bytes_are_data_or_the_codecs_own_error(data: bytes) -> None:
    try:
        value = Decoder(data).decode()
    except CodecError:
        return
    Encoder().encode(value)  # so it is plain data


@EXAMPLES
@given(values, st.data())
def test_a_message_with_a_few_changed_bytes_is_data_or_the_codecs_own_error(
    value: Any, data: st.DataObject
) -> None:
    message = bytearray(Encoder().encode(value))
    for _ in range(data.draw(st.integers(1, 4))):
        message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del message[data.draw(st.integers(0, len(message) - 1)) :]
    with contextlib.suppress(CodecError):
        Encoder().encode(Decoder(bytes(message)).decode())


@pytest.mark.parametrize("kind", [np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64])
def test_a_generator_goes_on_where_it_was(kind: type) -> None:
    made = np.random.Generator(kind(7))
    made.normal(size=3)
    copy = there_and_back(made)
    assert copy.normal(size=5).tolist() == made.normal(size=5).tolist()
    assert copy.integers(0, 1 << 30, 5).tolist() == made.integers(0, 1 << 30, 5).tolist()


def test_older_and_torchs_generators_go_on_where_they_were() -> None:
    old, new = np.random.RandomState(3), torch.Generator().manual_seed(5)
    old.normal()
    torch.rand(3, generator=new)
    assert there_and_back(old).normal(size=4).tolist() == old.normal(size=4).tolist()
    assert torch.equal(torch.rand(4, generator=there_and_back(new)), torch.rand(4, generator=new))


def test_what_is_there_twice_is_one_object_again() -> None:
    array = np.zeros(3)
    first, second, (third,) = there_and_back((array, array, [array]))
    assert first is second is third


def test_a_gradient_travels_with_its_tensor() -> None:
    tensor = torch.ones(2, requires_grad=True)
    (3 * tensor).sum().backward()
    grad = there_and_back(tensor).grad
    assert grad is not None and grad.tolist() == [3, 3]


def a_cycle() -> list:
    made: list = []
    made.append(made)
    return made


def nested(depth: int) -> list:
    made: list = []
    for _ in range(depth):
        made = [made]
    return made


@pytest.mark.parametrize(
    "value",
    [
        a_cycle(), nested(codec.DEEPEST + 1), 1 << (8 * codec.MOST_INT_BYTES + 1), object(), len, np.array([len]),
        np.zeros(2, [("x", int)]), torch.ones(2, requires_grad=True) * 2,
        torch.eye(2).to_sparse(), float, type("Mine", (float,), {})(1.0),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_is_no_plain_data_is_refused(value: Any) -> None:
    with pytest.raises(CodecError):
        Encoder().encode(value)


def size(number: int) -> bytes:
    return struct.pack(">I", number)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"?",
        b"i",
        b"i" + size(0),
        b"i" + size(1 << 31),
        b"l" + size(1 << 31),
        b"l" + size(5) + b"N",
        b"a" + size(3) + b"|O8" + b"\0",
        b"a" + size(3) + b"<f8" + b"\x01" + b"\xff" * 8,
        b"a" + size(3) + b"<f8" + b"\x02" + struct.pack(">QQ", 1 << 63, 2),
        b"a" + size(3) + b"<f8" + b"\xff",
        b"a" + size(8) + b"<f8,<f8 " + b"\0",
        b"h" + size(0) + size(0),
        b"c" + size(0),
        b"k" + size(0),
        b"m" + size(0),
        b"l" * 200,
        b"s" + size(1) + b"\xff",
        b"d" + size(1) + b"l" + size(0) + b"N",
        b"NN",
        b"G" + b"N",
        b"R" + b"t" + size(0),
        b"q" + b"N",
        b"x" + size(7) + b"float32" + size(5) + b"cuda9" + b"F\0",
        b"Y" + size(6) + b"object",
        b"v" + size(3) + b"???",
        b"z" + size(1) + b"i" + size(1) + b"\xff",
        b"G" + Encoder().encode((("bit_generator", "system"),)),
    ],
    ids=repr,
)
def test_what_no_encoder_writes_is_the_codecs_own_error(message: bytes) -> None:
    with pytest.raises(CodecError):
        Decoder(message).decode()


def test_a_small_message_makes_no_large_object() -> None:
    """Lengths are believed only as far as there are bytes."""
    message = b"a" + size(3) + b"|b1" + b"\x02" + struct.pack(">QQ", 1 << 20, 1 << 20)
    with pytest.raises(CodecError, match="cut off"):
        Decoder(message).decode()


def test_a_subclass_is_no_plain_data() -> None:
    class Mine(np.ndarray):
        pass

    for value in (np.zeros(2).view(Mine), torch.nn.Parameter(torch.zeros(1))):
        with pytest.raises(CodecError):
            Encoder().encode(value)


def test_references_are_the_sides_own_affair() -> None:
    message = Encoder(lambda value: Reference("handle", 7, ("m.Model", "object"))).encode([object()])
    (found,) = Decoder(message, lambda reference: reference).decode()
    assert found == Reference("handle", 7, ("m.Model", "object"))
