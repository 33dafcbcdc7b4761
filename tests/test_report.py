"""`course report`: the page of an assignment, for any class that there can be."""

from __future__ import annotations

import html
import json
import random
import re
import shutil

import pytest
from commands import one_clear_line, run_command
from courses import SmallCourse, cell_of, exercise, notebook, setup_cell, small_master
from nbgrader.api import Gradebook, Student
from reporting import ASSIGNMENT, disguised, grade, page_of

from course.grading.autograde import Options, autograde
from course.grading.release import release
from course.grading.settings import RECORD

HINT = "wrong for other numbers"
LONG = '''def rolling(values, width):
    """Means of windows."""
    found = []
    for start in range(len(values) - width + 1):
        window = values[start : start + width]
        total = 0.0
        for value in window:
            total = total + value
        found.append(total / width)
    return found
'''


def opened(course: SmallCourse) -> Gradebook:
    return Gradebook(course.folder.db_url, course.folder.directory().course_id or "default_course")


def name_students(course: SmallCourse, **names: tuple[str, str]) -> None:
    with opened(course) as book:
        for student, (first, last) in names.items():
            book.update_or_create_student(student, first_name=first, last_name=last)


STEPS = (
    "b = abs(a) - x", "a = [b, x][0] + 1", "if a: b = -b", "b = min(a, x, 3)", "a = (b or x) * 2", "b, a = a, b",
    "for c in range(2): a += c", "a = b if x else a", "b = sum((a, x))", "a = float(b) / 2", "b = not a", "a **= 2",
    "b = {1: a}.get(x, b)",
)  # fmt: skip


def own_solution(name: str, salt: int) -> str:
    """A long solution that nobody else writes: the salt draws its steps."""
    rng = random.Random(f"{name} {salt}")
    steps = "\n".join(f"    {rng.choice(STEPS)}" for _ in range(20))
    return f'def {name}(x):\n    """Doc."""\n    a = b = x\n{steps}\n    return a * b'


def own_answers(salt: int) -> dict[str, str]:
    return {name: own_solution(name, salt) for name in ("double", "total")}


@pytest.fixture(scope="module")
def class_of_twelve(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """Twelve: s0 and s1 fail a hidden test; s2 hands in s3's code in disguise; s11 is late."""
    made = released_template.copy_to(tmp_path_factory.mktemp("report") / "course_folder")
    for number in range(12):
        path = made.submit(f"s{number}", own_answers(number))
        path.with_name("timestamp.txt").write_text(f"2030-01-01 {8 + number:02d}:00:00 UTC")
    made.submit("s2", {name: disguised(source) for name, source in own_answers(3).items()})
    (made.root / "due.toml").write_text(f'["{ASSIGNMENT}"]\ndue = 2030-01-01T18:30:00Z\n')
    name_students(made, s0=("Ada", "Lovelace"), s3=("Grace", "Hopper"), nobody=("Never", "Came"))
    told = {"hidden_double": ("HiddenCheckFailed", HINT)}
    grade(made, {"s0": told, "s1": {**told, "check_total": ("CheckFailed", "total([1]): expected 2, yours 1")}})
    return made


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.partition("</style>")[2])).split())


def test_the_page_says_who_handed_in_and_how_they_did(class_of_twelve):
    said = text_of(page_of(class_of_twelve))
    assert "handed in 12 of 13 students" in said
    assert "median 6 of 8 points" in said
    assert "late 1" in said
    assert "wait for a person 12 submissions" in said


def test_the_page_counts_what_students_were_told(class_of_twelve):
    assert f"{HINT} hidden test 2 17" in text_of(page_of(class_of_twelve))


def test_the_page_names_the_pair_that_is_alike(class_of_twelve):
    said = text_of(page_of(class_of_twelve))
    assert "alike pairs 1" in said
    assert "Side by side" in said and "s2 and Grace Hopper (s3)" in said
    assert "Alike is not copied" in said


def test_every_plot_has_a_description_and_a_sentence(class_of_twelve):
    page = page_of(class_of_twelve)
    assert page.count("<figure") == page.count('role="img" aria-label="') == page.count("<figcaption>") == 7
    assert all(len(each) > 20 for each in re.findall(r'aria-label="([^"]*)"', page))


def test_the_page_loads_nothing_and_runs_nothing(class_of_twelve):
    page = page_of(class_of_twelve)
    assert "<script" not in page and "javascript:" not in page
    assert re.findall(r'(?:src|href)="(?!#)[^"]*"', page) == []
    assert "url(" not in page.replace("url(#", "")


def test_the_same_class_gives_the_same_page(class_of_twelve):
    assert page_of(class_of_twelve) == page_of(class_of_twelve)


def test_the_command_says_where_the_page_is(class_of_twelve):
    said = run_command(class_of_twelve, "report", "--output", str(class_of_twelve.root / "elsewhere"))
    assert said.status == 0 and "1 page: " in said.out and f"elsewhere/{ASSIGNMENT}.html" in said.out
    assert (class_of_twelve.root / "elsewhere" / f"{ASSIGNMENT}.html").is_file()
    shutil.rmtree(class_of_twelve.root / "elsewhere")


def test_no_pairs_are_looked_for_where_nobody_wants_them(class_of_twelve):
    assert "Side by side" not in page_of(class_of_twelve, pairs=0)


# Pseudonymous ----------------------------------------------------------------------------------------------------


def test_a_pseudonymous_page_is_another_file(class_of_twelve):
    page_of(class_of_twelve, pseudonyms=True)
    assert (class_of_twelve.root / "reports" / f"{ASSIGNMENT}-pseudonyms.html").is_file()


def test_a_pseudonymous_page_names_nobody(class_of_twelve, tmp_path):
    course = class_of_twelve.copy_to(tmp_path / "course_folder")
    secrets = {
        "# by Grace Hopper": "Grace",
        '"""Hopper wrote this."""': "Hopper",
        "grace_helper = 1": "grace_helper",
        "x.hopper = 'call 0170 55'": "0170",
        "number = 4711023": "4711023",
        "print(f'{x} für s3 und Grace')": "für",
    }
    extra = "\n".join(f"    {line}" for line in secrets)
    for student in ("s2", "s3"):
        course.submit(student, {name: f"{source}\n{extra}" for name, source in own_answers(3).items()})
    grade(course)
    named, page = page_of(course), page_of(course, pseudonyms=True)
    assert "Side by side" in named and "Side by side" in page
    body = page.partition("</style>")[2]
    for secret in [*secrets.values(), "Ada", "Lovelace", "Grace", "Hopper", "grace", "hopper"]:
        assert secret not in body, secret
    assert re.search(r"\bs\d+\b", re.sub(r"<svg.*?</svg>", "", body, flags=re.DOTALL)) is None
    assert "Student 1" in body and "return a * b" in text_of(page)


def test_pseudonyms_are_the_same_whenever_the_page_is_made(class_of_twelve):
    assert page_of(class_of_twelve, pseudonyms=True) == page_of(class_of_twelve, pseudonyms=True)


def test_pseudonyms_do_not_follow_the_alphabet(class_of_twelve):
    with opened(class_of_twelve) as book:
        keys = {each.student_id: each.id for each in book.assignment_submissions(ASSIGNMENT)}
    from course.grading.report.gather import gather
    from course.grading.report.pseudonyms import People

    people = People(gather(class_of_twelve.folder, ASSIGNMENT), pseudonyms=True)
    numbered = sorted(keys, key=lambda student: int(people.name(student).split()[1]))
    assert numbered == sorted(keys, key=lambda student: keys[student])


# Hostile ---------------------------------------------------------------------------------------------------------


def test_students_html_is_text(released_course):
    evil = "<img src=x onerror=alert(1)>"
    code = own_solution("double", 1).replace("a * b", f"'''</pre><script>alert(1)</script>{evil}'''")
    for student in ("<i>eve", "mallory<pre>\u202ecod"):
        released_course.submit(student, {"double": code, "total": own_solution("total", 1)})
    for number in range(4):
        released_course.submit(f"s{number}", {"double": own_solution("double", 100 + number)})
    name_students(released_course, **{"<i>eve": ("<script>alert(2)</script>", "$\\frac{x}")})
    told = {"hidden_double": ("<b>Evil</b>", "$x$"), "check_total": ("X", "<script>alert(3)</script>")}
    grade(released_course, {"<i>eve": told})
    page = page_of(released_course)
    assert "Side by side" in page
    for piece in ("<script", "<img", "<i>", "<b>Evil", "</pre><", "\u202e"):
        assert piece not in page.replace("</pre></div>", ""), piece
    assert "\\u{202e}" in page and "&lt;i&gt;eve" in page


# Any class -------------------------------------------------------------------------------------------------------


def test_an_assignment_that_nobody_handed_in_has_a_page_when_it_is_named(released_course):
    said = text_of(page_of(released_course))
    assert "handed in 0 of 0 students" in said and "Nothing is graded yet" in said


def test_an_assignment_that_was_never_released_has_a_page_and_gets_no_gradebook(small_course):
    before = small_course.snapshot()
    page_of(small_course)
    changed = small_course.snapshot().keys() - before.keys()
    assert changed == {f"reports/{ASSIGNMENT}.html"}


def test_what_is_handed_in_and_not_graded_is_said(released_course):
    released_course.submit("ada")
    said = text_of(page_of(released_course))
    assert "graded 0 1 not yet" in said and f"run course autograde {ASSIGNMENT}" in said


def test_a_class_of_one_has_a_page(released_course):
    released_course.submit("ada")
    grade(released_course)
    said = text_of(page_of(released_course))
    assert "fewer than 10 students" in said
    assert "There are not two submissions with enough code of their own to compare" in said
    assert "Nothing says when submissions came" in said


def test_an_assignment_without_think_has_a_page(small_course):
    master = small_master()
    master.cells = [cell for cell in master.cells if "twice" not in cell.id]
    small_course.write_master(master)
    release(small_course.folder, [])
    small_course.submit("ada")
    grade(small_course)
    said = text_of(page_of(small_course))
    assert "wait for a person" not in said.partition("Exercises")[0] and "median 6 of 6" in said


def test_a_gradebook_without_the_graded_folders_still_has_scores(class_of_twelve, tmp_path):
    course = class_of_twelve.copy_to(tmp_path / "course_folder")
    shutil.rmtree(course.root / "autograded")
    said = text_of(page_of(course))
    assert "graded 12" in said and "median 6 of 8 points" in said and "No test failed" in said


def test_a_graded_notebook_that_cannot_be_read_is_named_and_stops_nothing(class_of_twelve, tmp_path):
    course = class_of_twelve.copy_to(tmp_path / "course_folder")
    path = course.root / "autograded" / "s5" / ASSIGNMENT / "doubling.ipynb"
    path.unlink()
    path.write_text('{"cells": [3]')
    assert f"autograded/s5/{ASSIGNMENT}/doubling.ipynb can't be read" in text_of(page_of(course))
    assert "1 graded notebook can't be read" in text_of(page_of(course, pseudonyms=True))


def test_two_notebooks_are_told_apart(small_course):
    small_course.write_master(
        notebook(setup_cell(), *exercise("rolling", LONG, "rolling", "rolling")), name="second"
    )
    for cell in ("check_rolling", "hidden_rolling"):
        master = notebook(setup_cell(), *exercise("rolling", LONG, "assert rolling", "assert rolling"))
        cell_of(
            master, cell
        ).source = "# Tested here.\n### BEGIN HIDDEN TESTS\nassert rolling\n### END HIDDEN TESTS"
        master.cells[1].source = (
            LONG.replace("    found = []", "    ### BEGIN SOLUTION\n    found = []") + "    ### END SOLUTION"
        )
        cell_of(master, "check_rolling").source = "# Check.\nassert rolling"
    small_course.write_master(master, name="second")
    release(small_course.folder, [])
    small_course.submit("ada")
    small_course.submit("ada", name="second")
    small_course.submit("ben")
    grade(small_course)
    said = text_of(page_of(small_course))
    assert "doubling 2 2.0 2.0 2.0" in said and "second 1 2.0 2.0 2.0" in said


# What an instructor gets wrong ----------------------------------------------------------------------------------


def test_nothing_handed_in_at_all_is_one_clear_line(small_course):
    assert "submitted/: nothing has been handed in" in one_clear_line(small_course, "report")


def test_an_assignment_that_does_not_exist_is_one_clear_line(small_course):
    assert "no assignment '01_frist'" in one_clear_line(small_course, "report", "01_frist")


def test_a_number_of_pairs_that_is_none_is_one_clear_line(small_course):
    assert "'many' is not a whole number" in one_clear_line(small_course, "report", "--pairs", "many")


def test_a_folder_that_is_a_file_is_one_clear_line(small_course):
    (small_course.root / "taken").write_text("")
    line = one_clear_line(small_course, "report", ASSIGNMENT, "--output", str(small_course.root / "taken"))
    assert "can't be written" in line and "--output" in line


def test_wrong_due_dates_are_one_clear_line(released_course):
    released_course.submit("ada")
    (released_course.root / "due.toml").write_text(f'["{ASSIGNMENT}"]\ndue = tomorrow\n')
    assert "due.toml, line 2" in one_clear_line(released_course, "report")


def test_students_are_read_from_the_gradebook_alone(class_of_twelve):
    before = {
        path: content for path, content in class_of_twelve.snapshot().items() if not path.startswith("reports/")
    }
    page_of(class_of_twelve)
    after = {
        path: content for path, content in class_of_twelve.snapshot().items() if not path.startswith("reports/")
    }
    assert after == before
    with opened(class_of_twelve) as book:
        assert book.db.query(Student).count() == 13


def test_grading_keeps_the_time_that_each_notebook_took(released_course):
    released_course.submit("ada")
    autograde(released_course.folder, [], [], Options())
    record = json.loads((released_course.root / "autograded" / "ada" / ASSIGNMENT / RECORD).read_text())
    assert record["notebook_seconds"].keys() == {"doubling"}
    assert 0 < record["notebook_seconds"]["doubling"] <= record["seconds"] + 0.01


def test_a_record_from_before_times_were_kept_by_notebook_still_counts(class_of_twelve, tmp_path):
    course = class_of_twelve.copy_to(tmp_path / "course_folder")
    for path in course.root.glob(f"autograded/*/*/{RECORD}"):
        path.unlink()
        path.write_text('{"seconds": 7.0}')
    assert "doubling 12 7.0 7.0 7.0" in text_of(page_of(course))
