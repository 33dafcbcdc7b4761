"""Which kinds of mistakes a report counts, and how it says them."""

from __future__ import annotations

from courses import notebook, setup_cell, test_cell
from nbformat import v4
from test_report_numbers import entry, gathered

from course.grading.report.mistakes import UNNAMED, mistakes


def ended(kind, name, text, failure=None):
    cell = test_cell("check.close(double(1), 2, 'double(1)')", kind, "double", 1)
    if failure:
        cell.metadata["course_failure"] = {"name": name, "text": text, **failure}
    cell.outputs = [v4.new_output("error", ename=name, evalue=text, traceback=[])]
    return cell


def told(*cells, pseudonyms=False, master=None):
    """What is counted where each student has one of these cells: where, text, students."""
    entries = [entry(f"s{number}", {}) for number in range(len(cells))]
    for each, cell in zip(entries, cells, strict=True):
        each.notebooks["nb"] = [cell]
    class_ = gathered(entries, [])
    class_.masters["nb"] = master if master is not None else notebook(setup_cell())
    return [(each.where, each.text, each.students) for each in mistakes(class_, pseudonyms=pseudonyms)]


def test_a_hint_is_counted_once_for_each_student():
    hint = ("hidden", "HiddenCheckFailed", "the scale is missing")
    assert told(ended(*hint), ended(*hint)) == [("hidden", "the scale is missing", 2)]


def test_checks_are_counted_without_the_values_of_one_student():
    one = ended("check", "CheckFailed", "double(1): wrong value: expected 2, yours 3.5 (difference 1.5).")
    other = ended("check", "CheckFailed", "double(1): wrong value: expected 2, yours 7 (difference 5).")
    assert told(one, other) == [("check", "double(1): wrong value", 2)]


def test_a_slip_that_the_check_names_is_kept():
    flipped = "double(1): wrong value: expected 2, yours -2 (difference 4). The sign is flipped."
    assert told(ended("check", "CheckFailed", flipped)) == [
        ("check", "double(1): wrong value (the sign is flipped)", 1)
    ]


def test_an_exact_comparison_is_counted_without_its_values():
    assert told(ended("check", "CheckFailed", "the shape: expected (2,), yours (3,)")) == [
        ("check", "the shape: not what is expected", 1)
    ]


def test_the_text_of_a_students_exception_is_not_repeated():
    cell = ended(
        "check", "ValueError", "call 0170 123456", {"kind": "student", "builtin": "ValueError", "frames": []}
    )
    assert told(cell) == [("check", "your code raises ValueError", 1)]


def test_the_most_frequent_come_first():
    rare = ended("hidden", "HiddenCheckFailed", "a rare one")
    often = ended("hidden", "HiddenCheckFailed", "b frequent one")
    assert [text for _, text, _ in told(rare, often, often)] == ["b frequent one", "a rare one"]


def test_a_message_of_any_length_is_cut():
    ((_, text, _),) = told(ended("hidden", "HiddenCheckFailed", "x" * 10_000))
    assert len(text) == 240


def test_a_name_that_a_student_gave_an_exception_is_left_out_of_a_pseudonymous_page():
    cells = [ended("hidden", "AdaLovelaceError", "")]
    assert told(*cells, pseudonyms=True) == [("hidden", UNNAMED, 1)]
    assert told(*cells)[0][1] == "your code does not get through: AdaLovelaceError"


def test_a_hint_of_the_master_stays_in_a_pseudonymous_page():
    master = notebook(
        setup_cell(), test_cell('check.hidden(1, 2, hint="the scale " "is missing")', "hidden", "d", 1)
    )
    cell = ended("hidden", "HiddenCheckFailed", "the scale is missing")
    assert told(cell, pseudonyms=True, master=master) == [("hidden", "the scale is missing", 1)]


def test_python_s_own_errors_stay_in_a_pseudonymous_page():
    cell = ended("hidden", "ZeroDivisionError", "division by zero")
    assert told(cell, pseudonyms=True)[0][1] == "your code does not get through: ZeroDivisionError"
