"""The checks: what they accept, what they say, and what a notebook shows of them."""

import math
import warnings

import nbformat
import numpy as np
import pytest
import torch
from nbclient import NotebookClient

from course import check
from course.stubs import NOT_WRITTEN


def failure(got, expected, **tolerances) -> str:
    """The message of a check.close that must fail."""
    with pytest.raises(check.CheckFailed) as caught:
        check.close(got, expected, "f(x)", **tolerances)
    return str(caught.value)


# close: what passes --------------------------------------------------------------------------------

ACCEPTED = {
    "float": (0.5, 0.5),
    "whole number": (1, 1.0),
    "list": ([1.0, 2.0], np.array([1.0, 2.0])),
    "tuple": ((1.0, 2.0), [1.0, 2.0]),
    "array without dimensions": (np.array(0.5), 0.5),
    "empty list": ([], np.zeros(0)),
    "empty matrix": (np.zeros((0, 3)), np.zeros((0, 3))),
    "truth values": (np.array([True, False]), np.array([True, False])),
    "truth value for a number": (True, 1.0),
    "complex": ([1 + 2j, 1.0], [1 + 2j, 1.0]),
    "infinities": ([math.inf, -math.inf], [math.inf, -math.inf]),
    "expected NaN": ([math.nan, 1.0], [math.nan, 1.0]),
    "zero of the other sign": (-0.0, 0.0),
    "number beyond 64 bits": (2**70, 2**70),
    "array of objects": (np.array([1.0, 2.0], dtype=object), [1.0, 2.0]),
    "tensor": (torch.tensor([1.0, 2.0]), np.array([1.0, 2.0])),
    "tensor for a number": (torch.tensor(0.5), 0.5),
    "tensor as what is right": ([1.0, 2.0], torch.tensor([1.0, 2.0])),
    "tensor in a graph": (torch.ones(2, requires_grad=True) * 2, [2.0, 2.0]),
    "parameter": (torch.nn.Parameter(torch.ones(2)), [1.0, 1.0]),
    "bfloat16 tensor": (torch.tensor([1.0, 2.5], dtype=torch.bfloat16), [1.0, 2.5]),
    "bfloat16 tensor in a graph": (torch.ones(2, dtype=torch.bfloat16, requires_grad=True), [1.0, 1.0]),
    "conjugated tensor": (torch.tensor([1 + 2j]).conj(), [1 - 2j]),
    "sparse tensor": (torch.eye(2).to_sparse(), np.eye(2)),
    "list of tensors": ([torch.tensor(1.0), torch.tensor(2.0)], [1.0, 2.0]),
    "list of tensors in a graph": ([torch.ones(2, requires_grad=True), torch.zeros(2)], [[1, 1], [0, 0]]),
}


@pytest.mark.parametrize(("got", "expected"), ACCEPTED.values(), ids=ACCEPTED)
def test_close_accepts_equal_values(got, expected):
    check.close(got, expected, "f(x)")


@pytest.mark.parametrize("convert", [np.float32, lambda values: torch.tensor(values, dtype=torch.float32)])
def test_close_accepts_float32_rounding(convert):
    check.close(convert([0.1, 123456.7, -1e-3]), [0.1, 123456.7, -1e-3], "f(x)")


@pytest.mark.parametrize("factor", [1 + 1e-5, 1 - 1e-5])
@pytest.mark.parametrize("expected", [0.1, 1e6])
def test_close_refuses_a_relative_error_of_1e_5(expected, factor):
    assert "wrong value" in failure(expected * factor, expected)


def test_close_refuses_a_small_value_where_zero_is_expected():
    assert "wrong value" in failure(1e-8, 0.0)


def test_close_takes_a_relative_tolerance():
    check.close(1.009, 1.0, "f(x)", rtol=0.01)


def test_close_takes_an_absolute_tolerance():
    check.close(0.009, 0.0, "f(x)", atol=0.01)


def test_close_raises_where_what_is_expected_is_no_number():
    with pytest.raises(TypeError, match="expected value is not numeric"):
        check.close(1.0, "0.5", "f(x)")


# close: what it prints -----------------------------------------------------------------------------

PRINTED = {
    "number": (0.5, 0.5, "expected 0.5, yours 0.5"),
    "whole numbers": (np.array([1, 2]), [1, 2], "expected [1, 2], yours [1, 2]"),
    "both where they differ": (np.float32(0.1), 0.1, "expected 0.1, yours 0.1000000015"),
    "matrix": (np.eye(2), np.eye(2), "expected [[1, 0], [0, 1]], yours [[1, 0], [0, 1]]"),
    "tensor": (torch.tensor([1.0, 2.5]), [1.0, 2.5], "expected [1, 2.5], yours [1, 2.5]"),
    "truth value": (np.bool_(True), True, "expected True, yours True"),
    "complex": (1 + 2j, 1 + 2j, "expected 1+2j, yours 1+2j"),
    "large": (np.arange(1000.0), np.arange(1000.0), "all 1000 values agree, shape (1000,)"),
}


@pytest.mark.parametrize(("got", "expected", "text"), PRINTED.values(), ids=PRINTED)
def test_close_prints_one_line_with_what_agrees(got, expected, text, capsys):
    check.close(got, expected, "f(x)")
    assert capsys.readouterr().out == f"✓ f(x): {text}\n"


# close: what it says of a failure ------------------------------------------------------------------


def test_failure_begins_with_the_name():
    assert failure(1.0, 2.0).startswith("f(x): wrong value")


@pytest.mark.parametrize(
    ("got", "says"),
    [
        (None, "None. Does the function return its result?"),
        (lambda x: x, "a function. Is it called, with its arguments?"),
        (torch.nn.Linear(1, 1), "a function"),
        ("0.5", "of type str"),
        (b"0.5", "of type bytes"),
        ({"a": 0.5}, "of type dict"),
        ({0.5}, "of type set"),
        (torch.empty(2, device="meta"), "of type Tensor"),
        (10**400, "of type int"),
        ([[1.0, 2.0], [3.0]], "rows of different lengths"),
        ([1.0, None], "not only numbers"),
        (np.array(["a", "b"]), "not only numbers"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value[:12],
)
def test_failure_says_which_type_is_wrong(got, says):
    message = failure(got, [1.0, 2.0])
    assert message.startswith("f(x): wrong type: expected an array of shape (2,), yours ")
    assert says in message


def test_failure_of_type_asks_for_a_number_where_one_is_expected():
    assert "wrong type: expected a number, yours" in failure(None, 0.5)


@pytest.mark.parametrize(
    ("got", "expected", "says"),
    [
        (np.ones((3, 1)), np.ones(3), "expected shape (3,), yours has shape (3, 1)."),
        ([0.5], 0.5, "expected a single number, yours has shape (1,)."),
        (0.5, [[0.5]], "expected shape (1, 1), yours is a single number."),
        (np.ones(2), np.ones(3), "expected shape (3,), yours has shape (2,)."),
    ],
)
def test_failure_says_both_shapes(got, expected, says):
    assert f"wrong shape: {says}" in failure(got, expected)


@pytest.mark.parametrize(
    ("got", "right"),
    [
        (np.ones((3, 1)), True),
        (np.full((3, 1), 2.0), False),
        (np.ones(2), False),
    ],
)
def test_failure_of_shape_says_whether_the_values_are_right(got, right):
    assert ("The values are right." in failure(got, np.ones(3))) is right


def test_failure_of_an_empty_shape_claims_no_right_values():
    assert "values are right" not in failure(np.zeros((2, 0)), np.zeros((0, 2)))


@pytest.mark.parametrize(
    ("got", "expected", "says"),
    [
        (math.nan, 0.5, "NaN, where 0.5 is expected."),
        ([math.nan, 2.0], [1.0, 2.0], "NaN at [0], where 1 is expected."),
        ([[1.0, 2.0], [math.nan, math.nan]], [[1.0, 2.0], [3.0, 4.0]], "NaN at [1, 0], where 3 is expected."),
        ([1.0, 7.0, math.nan], [1.0, 2.0, 3.0], "NaN at [2], where 3 is expected."),
        ([math.nan, math.nan], [math.nan, 2.0], "NaN at [1], where 2 is expected."),
        (complex(math.nan, 0), 1 + 1j, "NaN, where 1+1j is expected."),
    ],
    ids=["number", "first", "matrix", "after a wrong value", "after an expected NaN", "complex"],
)
def test_failure_says_where_the_first_nan_is(got, expected, says):
    assert failure(got, expected) == f"f(x): {says}"


WRONG = {
    "number": (1.25, 1.5, "expected 1.5, yours 1.25 (difference 0.25)."),
    "truth value": (True, False, "expected False, yours True (difference 1)."),
    "array": (
        [1.0, 2.5, 7.0],
        [1.0, 2.0, 3.0],
        "2 of 3 differ. First at [1]: expected 2, yours 2.5. Largest difference: 4.",
    ),
    "matrix": (
        [[1.0, 2.0], [3.0, 5.0]],
        [[1.0, 2.0], [3.0, 4.0]],
        "1 of 4 differ. First at [1, 1]: expected 4, yours 5. Largest difference: 1.",
    ),
    "difference within the tolerance is not the largest": (
        [1e9 + 100.0, 2.0],
        [1e9, 1.0],
        "1 of 2 differ. First at [1]: expected 1, yours 2. Largest difference: 1.",
    ),
    "truth values": (
        [True, True],
        [1.0, 0.5],
        "1 of 2 differ. First at [1]: expected 0.5, yours True. Largest difference: 0.5.",
    ),
    "complex": (
        [1.0, 1 - 2j],
        [1.0, 1 + 2j],
        "1 of 2 differ. First at [1]: expected 1+2j, yours 1-2j. Largest difference: 4.",
    ),
    "real where complex is expected": (
        [1.0, 1.0],
        [1.0, 1 + 3j],
        "1 of 2 differ. First at [1]: expected 1+3j, yours 1. Largest difference: 3.",
    ),
    "unsigned": (
        np.array([1, 5], dtype=np.uint8),
        np.array([2, 5], dtype=np.uint8),
        "1 of 2 differ. First at [0]: expected 2, yours 1. Largest difference: 1.",
    ),
    "unsigned is not the sign flipped": (
        np.array([255, 254], dtype=np.uint8),
        np.array([1, 2], dtype=np.uint8),
        "2 of 2 differ. First at [0]: expected 1, yours 255. Largest difference: 254.",
    ),
    "int8 overflow": (
        np.array([-128, 1], dtype=np.int8),
        np.array([127, 1], dtype=np.int8),
        "1 of 2 differ. First at [0]: expected 127, yours -128. Largest difference: 255.",
    ),
    "float16 overflow": (
        np.array([60000, 1], dtype=np.float16),
        np.array([-60000, 1], dtype=np.float16),
        "1 of 2 differ. First at [0]: expected -60000, yours 60000. Largest difference: 1.2e+05.",
    ),
    "beyond 64 bits": (
        [2**70, 1],
        [1, 1],
        "1 of 2 differ. First at [0]: expected 1, yours 1.180591621e+21. Largest difference: 1.18e+21.",
    ),
    "infinity": (
        [math.inf, 1.0],
        [2.0, 1.0],
        "1 of 2 differ. First at [0]: expected 2, yours inf. Largest difference: inf.",
    ),
    "infinity that agrees is no difference": (
        [math.inf, 1.0],
        [math.inf, 3.0],
        "1 of 2 differ. First at [1]: expected 3, yours 1. Largest difference: 2.",
    ),
    "number where NaN is expected": (
        [1.0, 2.0],
        [math.nan, 2.0],
        "1 of 2 differ. First at [0]: expected nan, yours 1. Largest difference: unknown.",
    ),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("got", "expected", "says"), WRONG.values(), ids=WRONG)
def test_failure_says_the_first_wrong_place_and_the_largest_difference(got, expected, says):
    assert failure(got, expected) == f"f(x): wrong value: {says}"


SIGN, TRANSPOSE, FACTOR = "The sign is flipped.", "Yours is the transpose.", "times the expected one."
SLIPS = {
    "sign of a number": (-1.5, 1.5, SIGN),
    "sign of an array": ([-1.0, 2.0], [1.0, -2.0], SIGN),
    "infinity of the other sign": (math.inf, -math.inf, SIGN),
    "transpose": (np.array([[1.0, 2.0], [3.0, 4.0]]).T, [[1.0, 2.0], [3.0, 4.0]], TRANSPOSE),
    "factor": ([0.25, 0.5, -1.0], [1.0, 2.0, -4.0], "Every value is 0.25 times the expected one."),
    "factor of whole numbers": ([2, 4], [1, 2], "Every value is 2 times the expected one."),
}


@pytest.mark.parametrize(("got", "expected", "says"), SLIPS.values(), ids=SLIPS)
def test_failure_names_the_slip(got, expected, says):
    assert failure(got, expected).endswith(says)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ([-1.0, 2.0], [1.0, 2.0]),
        ([[1.0, 3.0], [2.0, 5.0]], [[1.0, 2.0], [3.0, 4.0]]),
        ([2.0, 4.5], [1.0, 2.0]),
        ([0.0, 0.0], [1.0, 2.0]),
        ([1.0, 1.0], [0.0, 0.0]),
        ([1.000005, 2.00001], [1.0, 2.0]),
    ],
    ids=["one sign", "almost the transpose", "no factor", "factor 0", "zeros expected", "factor 1"],
)
def test_failure_names_no_slip_where_there_is_none(got, expected):
    message = failure(got, expected)
    assert not any(slip in message for slip in (SIGN, TRANSPOSE, FACTOR))


def test_failure_on_a_large_array_is_short():
    assert len(failure(np.zeros(10_000), np.ones(10_000))) < 200


def test_failure_is_an_assertion_error():
    assert issubclass(check.CheckFailed, AssertionError)


# equal ---------------------------------------------------------------------------------------------

SAME = {
    "text": ("relu", "relu"),
    "number": (3, 3),
    "NumPy number": (np.int64(3), 3),
    "tensor": (torch.tensor(3), 3),
    "shape": (torch.ones(2, 3).shape, (2, 3)),
    "list for a tuple": ([2, 3], (2, 3)),
    "nested": ([("a", 1), ("b", 2)], [("a", 1), ("b", 2)]),
    "truth value": (np.bool_(True), True),
    "None": (None, None),
    "NaN": (math.nan, math.nan),
    "beyond 64 bits": (2**70, 2**70),
    "array of text": (np.array(["a", "b"]), np.array(["a", "b"])),
    "dictionary of arrays": ({"w": np.ones(2)}, {"w": np.ones(2)}),
    "type": (torch.float32, torch.float32),
}
DIFFERENT = {
    "text": ("ReLU", "relu"),
    "text for a number": ("3", 3),
    "last digit": (0.1 + 0.2, 0.3),
    "shape": ((3, 2), (2, 3)),
    "shorter": ((2,), (2, 3)),
    "longer": ((2, 3, 1), (2, 3)),
    "array without dimensions": (np.array([3]), 3),
    "truth value": (False, True),
    "None": (0, None),
    "for None": (None, 0),
    "text for a tuple": ("ab", ("a", "b")),
    "beyond 64 bits": (2**70, 2**70 + 1),
    "array of text": (np.array(["a", "c"]), np.array(["a", "b"])),
    "longer array of text": (np.array(["a", "b", "c"]), np.array(["a", "b"])),
    "dictionary of arrays": ({"w": np.zeros(2)}, {"w": np.ones(2)}),
    "missing key": ({"w": 1}, {"w": 1, "b": 2}),
    "type": (torch.float64, torch.float32),
}


@pytest.mark.parametrize(("got", "expected"), SAME.values(), ids=SAME)
def test_equal_accepts_what_is_the_same(got, expected):
    check.equal(got, expected, "f(x)")


@pytest.mark.parametrize(("got", "expected"), DIFFERENT.values(), ids=DIFFERENT)
def test_equal_refuses_what_differs(got, expected):
    with pytest.raises(check.CheckFailed):
        check.equal(got, expected, "f(x)")


def test_equal_prints_both_values(capsys):
    check.equal((2, 3), (2, 3), "the shape")
    assert capsys.readouterr().out == "✓ the shape: expected (2, 3), yours (2, 3)\n"


def test_equal_says_both_values_where_they_differ():
    with pytest.raises(check.CheckFailed, match=r"^the shape: expected \(2, 3\), yours \(3, 2\)$"):
        check.equal((3, 2), (2, 3), "the shape")


# hidden --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        *ACCEPTED.values(),
        ("relu", "relu"),
        ((2, 3), (2, 3)),
        (None, None),
        (True, True),
        (np.bool_(False), False),
        (["a"], ["a"]),
    ],
)
def test_hidden_accepts_what_is_right(got, expected):
    check.hidden(got, expected, hint="the scale is missing")


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (1.5, 1.25),
        (None, 1.25),
        (math.nan, 1.25),
        ([1.25], 1.25),
        ([1.25, [1.25]], 1.25),
        ("ReLU", "relu"),
        ((2, 3.0000001), (2, 3)),
        ((3, 2), (2, 3)),
        (0, None),
        (False, True),
    ],
)
def test_hidden_says_the_hint_alone(got, expected):
    with pytest.raises(check.HiddenCheckFailed) as caught:
        check.hidden(got, expected, hint="the scale is missing")
    assert str(caught.value) == "the scale is missing"


def test_hidden_shows_no_earlier_exception():
    with pytest.raises(check.HiddenCheckFailed) as caught:
        try:
            raise ValueError("the secret input was 41.5")
        except ValueError:
            check.hidden(1.0, 2.0, hint="the scale is missing")
    assert caught.value.__suppress_context__


def test_hidden_prints_nothing(capsys):
    check.hidden(1.0, 1.0, hint="the scale is missing")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("tolerance", [{"rtol": 0.01}, {"atol": 0.01}])
def test_hidden_takes_tolerances(tolerance):
    check.hidden(1.009, 1.0, hint="the scale is missing", **tolerance)


# all of them ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda: check.close(1.0, 1.0, "f(x)"),
        lambda: check.close(np.ones(100), np.ones(100), "f(x)"),
        lambda: check.equal(1, 1, "f(x)"),
        lambda: check.hidden(1.0, 1.0, hint="hint"),
    ],
    ids=["close", "close, large", "equal", "hidden"],
)
def test_checks_return_none(call):
    assert call() is None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("got", [math.inf, math.nan, np.array([255], dtype=np.uint8), 1e308, True])
def test_checks_write_nothing_to_stderr(got, capfd):
    for compare in (check.close, check.equal):
        with pytest.raises(check.CheckFailed):
            compare(got, -1e308, "f(x)")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "value", [[1.0, 2.0], np.array([1.0, 2.0]), torch.tensor([1.0, 2.0])], ids=["list", "array", "tensor"]
)
def test_checks_leave_values_as_they_were(value):
    before = [float(number) for number in value]
    with pytest.raises(check.CheckFailed):
        check.close(value, [5.0, 6.0], "f(x)")
    assert [float(number) for number in value] == before


# no_warnings ---------------------------------------------------------------------------------------


def test_no_warnings_accepts_code_without_warnings():
    with check.no_warnings("log(1)"):
        np.log(np.array(1.0))


def test_no_warnings_refuses_a_runtime_warning():
    with pytest.raises(check.CheckFailed) as caught, check.no_warnings("log(0)"):
        np.log(np.array(0.0))
    assert str(caught.value) == "log(0): your code gives a warning: divide by zero encountered in log"


def test_no_warnings_refuses_a_warning_that_is_filtered_out():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(check.CheckFailed), check.no_warnings("log(0)"):
            np.log(np.array(0.0))


@pytest.mark.parametrize("category", [DeprecationWarning, UserWarning, FutureWarning])
def test_no_warnings_counts_runtime_warnings_only(category):
    with check.no_warnings("f(x)"):
        warnings.warn("not the student's matter", category, stacklevel=1)


def test_no_warnings_lets_an_exception_through():
    with pytest.raises(ZeroDivisionError), check.no_warnings("f(x)"):
        raise ZeroDivisionError


# raises --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [ValueError, UnicodeError])
def test_raises_accepts_the_exception_and_its_kinds(given):
    with check.raises(ValueError, "f(-1)"):
        raise given


def test_raises_refuses_another_exception():
    with pytest.raises(check.CheckFailed) as caught, check.raises(ValueError, "f(-1)"):
        raise KeyError("sigma")
    assert str(caught.value) == "f(-1): expected ValueError, yours raises KeyError"


def test_raises_shows_no_earlier_exception():
    with pytest.raises(check.CheckFailed) as caught, check.raises(ValueError, "f(-1)"):
        raise KeyError("the secret input was 41.5")
    assert caught.value.__suppress_context__


def test_raises_refuses_code_that_raises_nothing():
    with pytest.raises(check.CheckFailed) as caught, check.raises(ValueError, "f(-1)"):
        pass
    assert str(caught.value) == "f(-1): expected ValueError, yours raises nothing"


# given ---------------------------------------------------------------------------------------------

NOTEBOOK = """
from course import check

def sigmoid(z):
    return "the student's"

def layer(z):
    return sigmoid(z)

def layer_bound_early(z, activation=sigmoid):
    return activation(z)
"""


@pytest.fixture
def notebook():
    """A function that runs a cell in one notebook's namespace and gives the namespace back."""
    namespace = {}

    def run(cell):
        exec(cell, namespace)
        return namespace

    run(NOTEBOOK)
    return run


def test_given_reaches_an_earlier_function(notebook):
    names = notebook("""with check.given(sigmoid=lambda z: "right"):\n    result = layer(0)""")
    assert names["result"] == "right"


def test_given_does_not_reach_a_default_value(notebook):
    names = notebook("""with check.given(sigmoid=lambda z: "right"):\n    result = layer_bound_early(0)""")
    assert names["result"] == "the student's"


def test_given_restores_the_name(notebook):
    names = notebook("""with check.given(sigmoid=lambda z: "right"):\n    pass\nresult = layer(0)""")
    assert names["result"] == "the student's"


def test_given_restores_the_name_after_an_exception(notebook):
    with pytest.raises(ZeroDivisionError):
        notebook("""with check.given(sigmoid=lambda z: "right"):\n    1 / 0""")
    assert notebook("result = layer(0)")["result"] == "the student's"


def test_given_restores_a_name_that_the_block_deleted(notebook):
    names = notebook("""with check.given(sigmoid=lambda z: "right"):\n    del sigmoid\nresult = layer(0)""")
    assert names["result"] == "the student's"


def test_given_removes_a_name_that_was_not_there(notebook):
    assert "softmax" not in notebook("with check.given(softmax=abs):\n    softmax(0)")


def test_given_removes_a_name_that_was_not_there_after_an_exception(notebook):
    with pytest.raises(ZeroDivisionError):
        notebook("with check.given(softmax=abs):\n    1 / 0")
    assert "softmax" not in notebook("")


def test_given_restores_an_outer_given(notebook):
    names = notebook("""
with check.given(sigmoid=lambda z: "outer"):
    with check.given(sigmoid=lambda z: "inner"):
        inner = layer(0)
    outer = layer(0)
""")
    assert (names["inner"], names["outer"]) == ("inner", "outer")


def test_given_reaches_the_notebook_from_inside_a_function(notebook):
    names = notebook("""
def test():
    with check.given(sigmoid=lambda z: "right"):
        return layer(0)
result = test()
""")
    assert names["result"] == "right"


# in a notebook -------------------------------------------------------------------------------------

CELLS = {
    "setup": "import numpy as np\nfrom course import check",
    "passed": "check.close(0.5, 0.5, 'f(0)')",
    "failed": "def compare():\n    check.close(0.25, 0.5, 'f(0)')\ncompare()",
    "hidden": "_secret_input = 41.5\ncheck.hidden(_secret_input, 77.25, hint='the scale is missing')",
    "hidden, nested": "try:\n    raise ValueError('41.5')\nexcept ValueError:\n"
    "    check.hidden(41.5, 77.25, hint='the scale is missing')",
    "raises": "with check.raises(ValueError, 'f(-1)'):\n    raise KeyError('41.5')",
    "warning": "np.log(np.array(0.0))\ncheck.close(0.5, 0.5, 'f(0)')",
    "refused warning": "with check.no_warnings('log(0)'):\n    np.log(np.array(0.0))",
    "stub": f"def double(x):\n    raise NotImplementedError({NOT_WRITTEN!r})\n"
    "def twice(x):\n    return double(x)\ntwice(1)",
    "stub of a method": f"class Net:\n    def forward(self):\n        raise NotImplementedError({NOT_WRITTEN!r})\n"
    "Net().forward()",
    "stub without a function": f"raise NotImplementedError({NOT_WRITTEN!r})",
    "stub, caught and shown": "try:\n    twice(1)\nexcept NotImplementedError:\n    get_ipython().showtraceback()",
    "another NotImplementedError": "def double(x):\n    raise NotImplementedError('on purpose')\ndouble(1)",
}

LINES = {
    "failed": "✗ f(0): wrong value: expected 0.5, yours 0.25 (difference 0.25).",
    "hidden": "✗ the scale is missing",
    "hidden, nested": "✗ the scale is missing",
    "raises": "✗ f(-1): expected ValueError, yours raises KeyError",
    "refused warning": "✗ log(0): your code gives a warning: divide by zero encountered in log",
    "stub": f"✗ double: {NOT_WRITTEN}",
    "stub of a method": f"✗ Net.forward: {NOT_WRITTEN}",
    "stub without a function": f"✗ {NOT_WRITTEN}",
    "stub, caught and shown": f"✗ double: {NOT_WRITTEN}",  # as a slider's function
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What a real kernel puts under each of the cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS.values()])
    place = {"metadata": {"path": str(tmp_path_factory.mktemp("notebook"))}}
    NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=60, resources=place).execute()
    return dict(zip(CELLS, (cell.outputs for cell in notebook.cells), strict=True))


@pytest.mark.parametrize("cell", LINES)
def test_notebook_shows_a_failure_as_one_line(shown, cell):
    (output,) = shown[cell]
    assert "\n".join(output.traceback).replace("\x1b[1m✗\x1b[0m", "✗") == LINES[cell]


def test_notebook_shows_every_other_error_as_before(shown):
    (output,) = shown["another NotImplementedError"]
    assert "Traceback (most recent call last)" in output.traceback[0] + output.traceback[1]


@pytest.mark.parametrize("cell", ["hidden", "hidden, nested", "raises"])
@pytest.mark.parametrize("secret", ["_secret_input", "41.5", "77.25", "check."])
def test_notebook_shows_nothing_of_a_hidden_test(shown, cell, secret):
    assert secret not in str(shown[cell])


def test_notebook_shows_a_pass_on_stdout_alone(shown):
    assert [(output.output_type, output.get("name")) for output in shown["passed"]] == [("stream", "stdout")]


def test_notebook_prints_a_warning_to_stdout(shown):
    (output,) = shown["warning"]
    assert (output.name, output.text.splitlines()[0]) == (
        "stdout",
        "RuntimeWarning: divide by zero encountered in log",
    )


@pytest.mark.parametrize("cell", CELLS)
def test_notebook_writes_nothing_to_stderr(shown, cell):
    assert not [output for output in shown[cell] if output.get("name") == "stderr"]


def test_a_single_tiny_value_is_compared_as_strictly_as_a_large_one() -> None:
    check.close(4.0764e-8 * (1 + 1e-7), 4.0764e-8, "likelihood")
    with pytest.raises(check.CheckFailed):
        check.close(4.0764e-8 * 1.01, 4.0764e-8, "likelihood")
    with pytest.raises(check.CheckFailed):
        check.close(0.0, 1e-30, "likelihood")


def test_rounding_beside_large_values_is_no_difference_from_zero() -> None:
    check.close([1e-12, 1.0], [0.0, 1.0], "probabilities")
    check.close(1e-12, 0.0, "a sum that cancels")
