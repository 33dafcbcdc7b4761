"""What a check or hidden cell may name: its own names, the set-up's, the students', and no others."""

from __future__ import annotations

import pytest
from courses import CHECK_DOUBLE, cell_of, code, small_master

from course.grading.rules import find_problems

LAST = 'check.close(double(2.0), 4.0, "double(2.0)")'


def found(lines: str, setup: str = "", last: str = LAST, cell: str = "check_double") -> list[tuple[str, int, str]]:
    """The problems of the small master, as cell, line and text, with these lines from line 2 of a test cell."""
    nb = small_master()
    cell_of(nb, "setup").source += f"\n{setup}"
    cell_of(nb, cell).source = f"# Check: one number.\n{lines}\n{last}"
    return [(problem.cell, problem.line, problem.text) for problem in find_problems(nb)]


OWN = {
    "value = 1": "_value = 1",
    "_a, (*value, _b) = 1, (2, 3)": "_a, (*_value, _b) = 1, (2, 3)",
    "value: int = 1": "_value: int = 1",
    "_a = value = 1": "_a = _value = 1",
    "def value():\n    pass": "def _value():\n    pass",
    "async def value():\n    pass": "async def _value():\n    pass",
    "class value:\n    pass": "class _value:\n    pass",
    "import value": "import value as _value",
    "import value.part": "import value.part as _value",
    "from math import pi as value": "from math import pi as _value",
    "for value in (1, 2):\n    pass": "for _value in (1, 2):\n    pass",
    "with open('x') as value:\n    pass": "with open('x') as _value:\n    pass",
    "if (value := 1):\n    pass": "if (_value := 1):\n    pass",
    "_a = [(value := _b) for _b in (1,)]": "_a = [(_value := _b) for _b in (1,)]",
    "try:\n    pass\nexcept OSError as value:\n    pass": "try:\n    pass\nexcept OSError as _value:\n    pass",
    "match 1:\n    case value:\n        pass": "match 1:\n    case _value:\n        pass",
    "def _a():\n    global value\n    value = 1": "def _a():\n    global _value\n    _value = 1",
}


@pytest.mark.parametrize("line", OWN)
def test_an_own_name_without_underscore_is_refused_with_its_line(line: str) -> None:
    where = max(number for number, each in enumerate(line.split("\n"), start=2) if "value" in each)
    assert found(line) == [
        ("check_double", where, "a test cell defines 'value'; its own names start with an underscore")
    ]


@pytest.mark.parametrize("line", OWN.values())
def test_an_own_name_with_underscore_is_allowed(line: str) -> None:
    assert found(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "_f = lambda value: value + 1",
        "_f = lambda *values, **more: (values, more)",
        "def _f(value, *, other=2):\n    third = value + other\n    return third",
        "def _f():\n    import math\n    return math.pi",
        "def _f(value):\n    def inner():\n        return value\n    return inner",
        "_v = [value for value in (1, 2)]",
        "_v = {value for value in (1, 2)}",
        "_v = {key: value for key, value in {}.items()}",
        "_v = sum(value for value in (1, 2))",
        "_v = [[value + other for other in (1,)] for value in (1, 2)]",
        "_v = [(lambda: value)() for value in (1, 2)]",
        "class _C:\n    value = 1\n    def method(self):\n        return self.value",
        "_v = dict(value=1)",
        "_v = 'a'.value if False else 1",
    ],
)
def test_a_plain_name_that_does_not_reach_the_top_level_is_allowed(line: str) -> None:
    assert found(line) == []


@pytest.mark.parametrize("name", ["_", "__", "___", "_1", "_12", "_i", "_ii", "_iii", "_i3", "_ih", "_oh", "_dh"])
def test_a_name_that_ipython_writes_to_is_refused(name: str) -> None:
    assert found(f"_a = 1\n{name} = 2") == [
        ("check_double", 3, f"IPython itself writes to {name!r}; choose another name")
    ]


@pytest.mark.parametrize("name", ["_x", "_1a", "_it", "_in", "_id", "_x1", "__x", "_i_", "_oh_no"])
def test_a_name_that_is_like_ipythons_is_allowed(name: str) -> None:
    assert found(f"{name} = 2") == []


def test_a_value_that_ipython_kept_is_refused() -> None:
    ((cell, line, says),) = found("_v = double(_)")
    assert (cell, line) == ("check_double", 2)
    assert says.startswith("'_' is neither")


STRANGERS = {
    "at the top": ("_v = x_train", 2),
    "in a function": ("def _f():\n    return x_train", 3),
    "in a nested function": ("def _f():\n    def g():\n        return x_train\n    return g", 4),
    "in a lambda": ("_f = lambda value: value + x_train", 2),
    "in a class": ("class _C:\n    value = x_train", 3),
    "in a method": ("class _C:\n    def method(self):\n        return x_train", 4),
    "in a comprehension": ("_v = [value + x_train for value in (1, 2)]", 2),
    "as a default": ("def _f(value=x_train):\n    return value", 2),
    "as a decorator": ("@x_train\ndef _f():\n    pass", 2),
    "as a base": ("class _C(x_train):\n    pass", 2),
    "in a format": ("_v = f'{x_train:.3f}'", 2),
    "as an annotation": ("def _f(value: x_train):\n    pass", 2),
}


@pytest.mark.parametrize(("line", "where"), STRANGERS.values(), ids=STRANGERS)
def test_a_name_from_nowhere_is_refused(line: str, where: int) -> None:
    ((cell, number, says),) = found(line)
    assert (cell, number) == ("check_double", where)
    assert says == "'x_train' is neither an exercise's name, nor from the set-up cell, nor defined in this cell"


def test_a_name_from_another_cell_is_refused() -> None:
    nb = small_master()
    nb.cells.insert(2, code("_data = 3", "data"))
    cell_of(nb, "check_double").source = f"# Check.\nprint(_data)\n{LAST}"
    (problem,) = find_problems(nb)
    assert str(problem).startswith("cell check_double, line 2: '_data' is neither")


def test_a_name_of_another_test_cell_is_refused() -> None:
    nb = small_master()
    cell_of(nb, "check_double").source = f"_data = 3\n{LAST}"
    cell_of(nb, "check_total").source += "\nprint(_data)"
    (problem,) = find_problems(nb)
    assert str(problem).startswith("cell check_total, line 3: '_data' is neither")


@pytest.mark.parametrize(
    ("setup", "line"),
    [
        ("import numpy as np", "_v = np.pi"),
        ("import numpy.linalg", "_v = numpy.linalg"),
        ("from math import pi, tau", "_v = pi + tau"),
        ("SIZE = 3", "_v = SIZE"),
        ("", "_v = len(range(3)), ValueError, __name__"),
        ("", "_v = total([1.0])"),
    ],
    ids=["an import", "a package", "from an import", "an assignment of the set-up", "builtins", "another exercise"],
)
def test_names_that_a_test_cell_may_use(setup: str, line: str) -> None:
    assert found(line, setup) == []


def test_the_alias_of_an_import_is_its_name_and_not_the_modules() -> None:
    ((_, _, says),) = found("_v = numpy.pi", "import numpy as np")
    assert says.startswith("'numpy' is neither")


def test_given_of_a_name_that_no_exercise_defines_is_refused() -> None:
    ((cell, line, says),) = found("with check.given(double=abs, triple=abs):\n    pass")
    assert (cell, line, says) == ("check_double", 2, "check.given replaces 'triple', which no exercise defines")


def test_given_of_an_exercises_name_is_allowed() -> None:
    assert found("with check.given(total=sum):\n    pass") == []


@pytest.mark.parametrize("last", ["check.close(1.0, 1.0, 'one')", "check.close(total([1.0]), 2.0, 'double(1)')"])
def test_a_test_that_uses_no_name_of_its_exercise_is_refused(last: str) -> None:
    assert found("_v = 'double'", last=last) == [
        ("check_double", 0, "the test uses none of the names of exercise double, so it can't fail")
    ]


@pytest.mark.parametrize("line", ["_f = lambda x: double(x)", "def _f():\n    return double(1)"])
def test_a_test_may_use_its_exercises_name_in_a_function_alone(line: str) -> None:
    assert found(line, last="check.close(_f, 2.0, 'double')") == []


@pytest.mark.parametrize(
    "last",
    [
        "double(2.0)",
        "double",
        "'double'; double",
        "double(2.0) == 4.0",
        "_print(double)",
        "print_all(double)",
        "None",
    ],
)
def test_a_value_on_the_last_line_is_refused(last: str) -> None:
    problems = found("def _print(f):\n    return double(f)", "from pprint import pp as print_all", last)
    assert problems == [
        (
            "check_double",
            4,
            "a value on the last line counts as partial credit; name it, check it, or write check.points(…)",
        )
    ]


@pytest.mark.parametrize(
    "last",
    [
        LAST,
        "print(double(2.0))",
        "_v = double(2.0)",
        "assert double(2.0) == 4.0",
        "for _x in (1, 2):\n    double(_x)",
        "with check.no_warnings('x'):\n    double(1)",
    ],
)
def test_a_last_line_without_a_value_is_allowed(last: str) -> None:
    assert found("", last=last) == []


@pytest.mark.parametrize("cell", ["check_double", "check_total"])
@pytest.mark.parametrize(
    "line",
    ["%timeit double(1)", "!ls", "double?", "def _f(:", "return double", "await double", "nonlocal double"],
)
def test_a_test_cell_that_is_not_plain_python_is_refused_with_its_line(cell: str, line: str) -> None:
    ((its_cell, number, says),) = found(f"_v = 1\n{line}", cell=cell)
    assert (its_cell, number) == (cell, 3)
    assert says.startswith("not plain Python (")


def test_hidden_cells_have_the_same_rules_for_names() -> None:
    nb = small_master()
    cell = cell_of(nb, "hidden_double")
    cell.source = cell.source.replace("_secret", "secret")
    (problem,) = find_problems(nb)
    assert str(problem) == (
        "cell hidden_double, line 3: a test cell defines 'secret'; its own names start with an underscore"
    )


def test_what_a_compiler_only_remarks_on_is_no_problem(recwarn: pytest.WarningsRecorder) -> None:
    assert found("assert (double, 'always true')\n_v = '\\d'") == []
    assert not recwarn.list


def test_the_unchanged_check_has_no_problem() -> None:
    assert found(CHECK_DOUBLE) == []
