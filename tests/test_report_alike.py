"""Which solutions are alike: copies in disguise are found, and classes that drew on the same ideas are not."""

from __future__ import annotations

import itertools
import random

import nbformat
import pytest
from courses import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from reporting import disguised

from course.grading.answers import read_blocks
from course.grading.handin import solutions
from course.grading.report.alike import Alike, Pair, compare
from course.grading.report.fingerprints import RUN, fingerprints_of
from course.grading.report.sidebyside import Marker
from course.grading.report.solutions import Given, given_by, piece_of
from course.grading.report.tokens import clean, tokens_of

ASSIGNMENT = "03_loss_functions"


class Bank:
    """An assignment's exercises with the answers that the bank has: what students may come up with."""

    def __init__(self):
        self.given, self.answers, self.expected = {}, {}, set()
        for path in sorted((ROOT / "source" / ASSIGNMENT).glob("*.ipynb")):
            name, master = path.stem, nbformat.read(path, as_version=4)
            released = nbformat.read(ROOT / "release" / ASSIGNMENT / path.name, as_version=4)
            self.given[name] = given_by(cell.source for cell in released.cells if cell.cell_type == "code")
            blocks = list(
                read_blocks(ROOT / "tests" / "answers" / ASSIGNMENT / f"{name}.py", ASSIGNMENT, name, master)
            )
            for exercise, reference in solutions(master).items():
                self.answers[name, exercise] = [reference, *(b.source for b in blocks if b.exercise == exercise)]
                self.expected.update(piece_of(name, exercise, reference, self.given[name]).fingerprints.tolist())

    def student(self, rng):
        """Somebody who solves each exercise in one of the ways, the reference solution's often."""
        return {key: rng.choice([those[0], *those]) for key, those in self.answers.items()}

    def compare(self, class_):
        return compare({name: self.pieces(answers) for name, answers in class_.items()}, self.expected)

    def pieces(self, answers):
        return [piece_of(name, exercise, source, self.given[name]) for (name, exercise), source in answers.items()]


@pytest.fixture(scope="module")
def bank():
    return Bank()


def class_of(bank, number, seed=1):
    rng = random.Random(seed)
    return {f"s{each:03d}": bank.student(rng) for each in range(number)}


def named(alike):
    return [(pair.one, pair.other) for pair in alike.pairs]


@pytest.mark.parametrize("number", [2, 3, 5, 12, 40])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_class_that_draws_on_the_same_ideas_is_not_named(bank, number, seed):
    assert named(bank.compare(class_of(bank, number, seed))) == []


@pytest.mark.parametrize("number", [4, 12, 40])
def test_a_copy_with_other_names_and_comments_is_found(bank, number):
    class_ = class_of(bank, number)
    class_["copy"] = {key: disguised(source) for key, source in class_["s001"].items()}
    assert named(bank.compare(class_)) == [("copy", "s001")]


def test_a_copy_in_another_order_and_in_other_cells_is_found(bank):
    class_ = {name: bank.pieces(answers) for name, answers in class_of(bank, 20).items()}
    moved = dict(reversed(list(class_of(bank, 20)["s001"].items())))
    class_["copy"] = [
        piece_of(
            name, "", "\n\n".join(source for (other, _), source in moved.items() if other == name), bank.given[name]
        )
        for name in bank.given
    ]
    found = compare(class_, bank.expected)
    assert named(found) == [("copy", "s001")]


def test_everybody_s_short_right_answer_says_nothing(bank):
    right = solutions(nbformat.read(ROOT / "source" / ASSIGNMENT / "regression.ipynb", as_version=4))
    class_ = {f"s{n}": {("regression", exercise): text for exercise, text in right.items()} for n in range(30)}
    assert named(compare({name: bank.pieces(answers) for name, answers in class_.items()})) == []
    assert bank.compare(class_).students == 0  # the reference solution's own code is left out before


def test_the_release_as_it_is_is_nobody_s_code(bank):
    given_ = bank.given["regression"]
    stub = 'def best_offset(beta_1_values, loss):\n    """Doc."""\n    # YOUR CODE HERE\n' + (
        '    raise NotImplementedError("not written yet: your code goes here")'
    )
    assert piece_of("regression", "best_offset", stub, given_).own == []


def test_of_three_who_are_alike_two_pairs_are_shown():
    pairs = [Pair("a", "b", 50, 5, 5), Pair("a", "c", 45, 5, 5), Pair("b", "c", 40, 5, 5), Pair("x", "y", 30, 5, 5)]
    alike = Alike(5, [], 20.0, pairs)
    assert [(p.one, p.other) for p in alike.strongest(10)] == [("a", "b"), ("a", "c"), ("x", "y")]
    assert len(alike.strongest(1)) == 1
    assert alike.groups() == [["a", "b", "c"], ["x", "y"]]


def test_nobody_and_one_student_can_be_compared(bank):
    assert compare({}).pairs == []
    assert bank.compare(class_of(bank, 1)).pairs == []


def test_the_order_of_students_does_not_matter(bank):
    class_ = class_of(bank, 12)
    class_["copy"] = {key: disguised(source) for key, source in class_["s001"].items()}
    assert bank.compare(dict(reversed(list(class_.items())))).pairs == bank.compare(class_).pairs


def test_what_both_have_is_marked_and_nothing_else(bank):
    one = "def f(x):\n    total = 0\n    for each in x:\n        total = total + each * each\n    return total\n"
    other = one.replace("total", "summe").replace("each", "y") + "print('only here', 1, 2, 3)\n"
    pieces = {"a": [piece_of("nb", "f", one, Given())], "b": [piece_of("nb", "f", other, Given())]}
    shown = Marker(pieces, {}, None).compare(Pair("a", "b", 30, 1, 1))
    (row,) = shown.rows
    marked = ["".join(span.text for span in line if span.mark) for line in row.right]
    assert marked == ["def f(x):", "summe = 0", "for y in x:", "summe = summe + y * y", "return summe", ""]
    assert shown.shares[0] == 1.0 and 0.5 < shown.shares[1] < 1.0


# Tokens ----------------------------------------------------------------------------------------------------------


def plain(source):
    return " ".join(token.plain for token in tokens_of(clean(source), {"given"}) if token.counts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("total = 1", "summe = 27.5"),
        ("x = 'a'", 'y = """b"""'),
        ("x = 1  # why", "x = 1"),
        ('def f(a):\n    """Doc."""\n    return a', "def g(b):\n\treturn b"),
        ("x=[1,\n   2]", "x = [1, 2]"),
        ("a = 1; b = 2", "a = 1\nb = 2"),
        ("f'{a} of {b}'", "f'{c}'"),
    ],
)
def test_what_says_the_same_has_the_same_tokens(one, other):
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("np.sum(x)", "np.mean(x)"),
        ("a + b", "a - b"),
        ("given(x)", "x(x)"),
        ("len(x)", "x(x)"),
        ("if x:", "while x:"),
    ],
)
def test_what_says_something_else_has_other_tokens(one, other):
    assert plain(one) != plain(other)


@pytest.mark.parametrize(
    "source",
    [
        "x = (1 +\ndef f(\ny = 2",
        "a = 'open\nb = 1",
        "if x:\n        a\n    b\n",
        "!ls\n%time x\nx?",
        "x = $$ \0",
        "é = 'ü",
    ],
)
def test_what_is_no_python_is_read_as_far_as_it_goes(source):
    assert tokens_of(clean(source))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab0'\"\n\t (){}[]#\\:.=f\r\0\u202eé"), max_size=80))
def test_tokens_are_where_they_say(source):
    text = clean(source)
    tokens = tokens_of(text)
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert all(one.end <= other.start for one, other in itertools.pairwise(tokens))


def test_a_huge_cell_is_read_in_part():
    assert len(tokens_of(clean("x = 1\n" * 100_000))) < 20_000


def test_fingerprints_find_a_passage_wherever_it_stands():
    passage = [f"t{number}" for number in range(RUN + 3)]
    one, other = fingerprints_of(["a", "b", *passage]), fingerprints_of([*passage, "c"])
    assert len(set(one.tolist()) & set(other.tolist())) == 4
    assert len(fingerprints_of(passage[: RUN - 1])) == 0
