"""Lying objects."""

# %% attack: float_that_agrees | a float whose comparisons and differences are what one wishes
# % cell after data
class Agreeable(float):
    __eq__ = __le__ = __ge__ = __lt__ = __gt__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __sub__ = __rsub__ = __add__ = __radd__ = lambda self, other: 0.0
    __abs__ = lambda self: 0.0
    __hash__ = float.__hash__
    __array__ = lambda self, *others, **named: np.array(self)
# % solution *
def @EXERCISE@(*arguments):
    return Agreeable()

# %% attack: array_that_agrees | a subclass of ndarray that answers every function and ufunc
# % cell after data
class Agreeable(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **named):
        return np.bool_(True)

    def __array_function__(self, function, types, arguments, named):
        return np.bool_(True)

    shape = property(lambda self: ())
    all = lambda self, *others, **named: True
    dtype = property(lambda self: np.dtype(float))
# % solution *
def @EXERCISE@(*arguments):
    return np.zeros(3).view(Agreeable)

# %% attack: expected_from_frames | an object that finds the expected value among the caller's variables
# % cell after data
import sys


class Mirror:
    def _look(self):
        frame = sys._getframe(1)
        while frame is not None:
            for name in ("expected", "wanted", "_expected", "right"):
                if name in frame.f_locals:
                    return frame.f_locals[name]
            frame = frame.f_back
        return 0.0

    def __array__(self, *others, **named):
        return np.asarray(self._look(), dtype=float)

    def detach(self):
        return self

    cpu = detach

    def numpy(self, force=True):
        return np.asarray(self._look(), dtype=float)
# % solution *
def @EXERCISE@(*arguments):
    return Mirror()

# %% attack: array_interface | an object that tells NumPy to read memory where it likes
# % cell after data
class Elsewhere:
    @property
    def __array_interface__(self):
        return {"shape": (), "typestr": "<f8", "data": (id(np) & ~7, False), "version": 3}

    __array_struct__ = property(lambda self: (_ for _ in ()).throw(AttributeError))
# % solution *
def @EXERCISE@(*arguments):
    return Elsewhere()

# %% attack: class_that_lies | an object that says that it is an array, an int and a tensor
# % cell after data
import numbers


class Liar:
    __class__ = property(lambda self: np.ndarray)
    dtype, shape, ndim, size = np.dtype(float), (), 0, 1
    __eq__ = lambda self, other: True
    __hash__ = object.__hash__
    __float__ = lambda self: 0.0
    __getattr__ = lambda self, name: lambda *arguments, **named: self
    all = lambda self: True


numbers.Real.register(Liar)
# % solution *
def @EXERCISE@(*arguments):
    return Liar()

# %% attack: spoilt_arguments | arguments turned to NaN, so that what the test computes from them is NaN, too
# % cell after data
def spoil(arguments):
    for each in arguments:
        if isinstance(each, np.ndarray) and each.dtype.kind == "f":
            each[...] = np.nan
    shapes = [np.shape(each) for each in arguments if not callable(each)]
    return np.full(np.broadcast_shapes(*shapes), np.nan)
# % solution *
def @EXERCISE@(*arguments):
    return spoil(arguments)

# %% attack: changed_later | an array that a thread fills while it is judged
# % cell after data
import itertools, threading

_given = np.zeros(())


def _fill():
    for number in itertools.count():
        _given[...] = (number % 1000) / 100


threading.Thread(target=_fill, daemon=True).start()
# % solution *
def @EXERCISE@(*arguments):
    return _given
