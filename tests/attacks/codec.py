"""The codec and the link: answers that are none."""

# %% attack: huge_sizes | sizes of gigabytes in a few bytes
# % cell after data
# uses answers
_turn = [0]


def _huge(self, given, raw):
    _turn[0] += 1
    bombs = [
        sized(b"l", b"", 2**31 - 1), sized(b"t", b"N" * 10, 2**32 - 1), sized(b"s", b"x", 2**31),
        sized(b"a", b"<f8") + bytes([2]) + struct.pack(">QQ", 2**40, 2**40),
        sized(b"a", b"<f8") + bytes([1]) + struct.pack(">Q", 2**63 - 1),
        sized(b"a", b"<f8") + bytes([2]) + struct.pack(">QQ", 0, 2**62),
        sized(b"z", b"N" * 4, 4), sized(b"a", b"<U99999999999"),
    ]
    return answer(bombs[_turn[0] % len(bombs)])


answer_with(_huge)
# % solution *
def @EXERCISE@(*arguments):
    return 0.0

# %% attack: deep_and_cyclic | data nested a hundred thousand times, and data that contain themselves
# % cell after data
# uses answers
_turn = [0]


def _deep(self, given, raw):
    _turn[0] += 1
    one = b"l" + struct.pack(">I", 1)
    return [answer(one * 100_000 + b"N"), answer(one + b"m" + struct.pack(">I", 0)),
            answer(b"d" + struct.pack(">I", 1) + one + b"N" + b"N")][_turn[0] % 3]


answer_with(_deep)
# % solution *
def @EXERCISE@(*arguments):
    cyclic = [0.0]
    cyclic.append(cyclic)
    return cyclic

# %% attack: boxed_nan | numbers that are not equal to themselves, with pointers in their payload
# % cell after data
# uses answers
answer_with(lambda self, given, raw: answer(b"f" + bytes.fromhex("7ff8dead7f00beef")))
# % solution *
def @EXERCISE@(*arguments):
    return np.frombuffer(bytes.fromhex("7ff0000000000001"), ">f8")[0]

# %% attack: wrong_lengths | arrays shorter than their shape, negative sizes, bytes left over
# % cell after data
# uses answers
_turn = [0]


def _wrong(self, given, raw):
    _turn[0] += 1
    return [
        answer(sized(b"a", b"<f8") + bytes([1]) + struct.pack(">q", -1)),
        answer(sized(b"a", b"<f8") + bytes([1]) + struct.pack(">Q", 100) + b"\0" * 8),
        answer(sized(b"i", b"")), raw + b"TTT", raw[:-3], b"", b"t" + struct.pack(">I", 2) + b"TT",
        answer(sized(b"g", b"<f8") + bytes([255]) + b"\0" * 2040),
    ][_turn[0] % 8]


answer_with(_wrong)
# % solution *
def @EXERCISE@(*arguments):
    return 0.0

# %% attack: other_numbers | handles, callbacks and objects of other numbers than one has
# % cell after data
# uses answers
_turn = [0]


def _others(self, given, raw):
    _turn[0] += 1
    number = struct.pack(">I", (_turn[0] * 7919) % 5 if _turn[0] % 2 else 2**32 - 1)
    return answer([b"k" + number, b"c" + number, b"h" + number + sized(b"", b"numpy.ndarray"), b"m" + number][_turn[0] % 4])


answer_with(_others)
# % solution *
def @EXERCISE@(*arguments):
    return 0.0

# %% attack: changed_objects | says that the test's own objects have changed: all of them, into what it likes
# % cell after data
# uses answers
def _changed(self, given, raw):
    nothing = np.full(7, np.nan)
    plain = codec.Encoder().encode(nothing)
    claims = [(number, codec.Encoder().encode(np.full_like(each, np.nan)) if isinstance(each, np.ndarray) else plain)
              for number, each in self._theirs.items()] + [(10**6, plain), (0, plain)][: len(self._theirs) % 2]
    return codec.Encoder().encode((True, float("nan"), claims))


answer_with(_changed)
# % solution *
def @EXERCISE@(*arguments):
    return float("nan")

# %% attack: range_of_everything | a range of a thousand million numbers, for whoever makes an array of it
# % cell after data
# uses answers
answer_with(lambda self, given, raw: answer(
    b"r" + sized(b"i", b"\0") + sized(b"i", (10**9).to_bytes(5, "big")) + sized(b"i", b"\1")))
# % solution *
def @EXERCISE@(*arguments):
    return 0.0

# %% attack: colliding_keys | a dict and a set of whole numbers with one hash
# % cell after data
# uses answers
_keys = b"".join(sized(b"i", (k * (2**61 - 1)).to_bytes(12, "big")) for k in range(1, 60_001))
answer_with(lambda self, given, raw: answer(b"E" + struct.pack(">I", 60_000) + _keys))
# % solution *
def @EXERCISE@(*arguments):
    return 0.0

# %% attack: other_types | arrays of objects, records and pointers; torch types that are none
# % cell after data
# uses answers
_turn = [0]


def _types(self, given, raw):
    _turn[0] += 1
    eight = bytes([1]) + struct.pack(">Q", 1) + b"\x40" * 8
    return answer([
        sized(b"a", b"|O8") + eight, sized(b"a", b"<V8") + eight, sized(b"y", b"O"), sized(b"Y", b"__dict__"),
        sized(b"v", b"cuda:9"), sized(b"v", b"privateuseone"), sized(b"x", b"float64") + sized(b"", b"meta") + b"F" + eight + b"N",
        b"G" + b"t" + struct.pack(">I", 0), b"o" + b"t" + struct.pack(">I", 2) + sized(b"i", b"\1") + b"N",
    ][_turn[0] % 9])


answer_with(_types)
# % solution *
def @EXERCISE@(*arguments):
    return np.array([0], object)

# %% attack: endless | generators without an end, and objects whose items are such objects
# % cell after data
class Endless:
    def __len__(self):
        return 2

    def __iter__(self):
        return iter([Endless(), Endless()])

    def __getitem__(self, key):
        return Endless()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *arguments, **named: Endless()
# % solution *
def @EXERCISE@(*arguments):
    return Endless()
# % solution compute_likelihood
def compute_likelihood(*arguments):
    while True:
        yield 0.0

# %% attack: out_of_turn | answers nobody asked for, twice, and calls of functions that are none
# % cell after data
# uses answers
_turn = [0]


def _noise(self, given, raw):
    _turn[0] += 1
    line = self._line
    if _turn[0] % 4 == 0:
        line.send(link.ANSWER, raw)
    elif _turn[0] % 4 == 1:
        line.send(link.CALL, codec.Encoder().encode((-1, (), {})))
        line.receive(link.RETURN)
    elif _turn[0] % 4 == 2:
        line.send(link.TURN, codec.Encoder().encode(9))
    else:
        line._connection.send(struct.pack(">cI", b"A", 2**31))
    return raw


answer_with(_noise)
# % solution *
def @EXERCISE@(*arguments):
    return 0.0

# %% attack: pickled | objects that do something when they are unpickled, and bytes of a pickle
# % cell after data
import pickle


class Bomb:
    def __reduce__(self):
        return (exec, ("open('@COURSE@/@NAME@.txt', 'w').write('@NAME@')",))
# % solution *
def @EXERCISE@(*arguments):
    return np.array([Bomb()], object)
# % solution best_offset
def best_offset(*arguments):
    return pickle.dumps(Bomb())
