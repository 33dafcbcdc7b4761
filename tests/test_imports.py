"""What an import brings with it: a notebook must start fast, offline, and without the instructor's side."""

import pkgutil
import subprocess
import sys

import pytest

import course

INSTRUCTOR = ("course.grading", "course.cli")
STUDENT_MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(course.__path__, "course.")
    if not module.name.startswith(INSTRUCTOR)
)

SCRIPT = """
import importlib, sys
opened = []
sys.addaudithook(lambda event, arguments: opened.append(event) if event.startswith("socket.") else None)
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*opened)
print(*sys.modules)
"""


def imported(*names):
    """Import these in a fresh process: the socket events on the way, and the modules there afterwards."""
    ended = subprocess.run([sys.executable, "-c", SCRIPT, *names], capture_output=True, text=True, check=True)
    events, modules = ended.stdout.splitlines()
    return events.split(), set(modules.split())


@pytest.fixture(scope="module")
def package():
    return imported("course")


@pytest.fixture(scope="module")
def student_side():
    return imported(*STUDENT_MODULES)


@pytest.mark.parametrize("heavy", ["torch", "matplotlib", "nbgrader", "IPython", "ipykernel", "ipywidgets"])
def test_importing_course_does_not_import(package, heavy):
    assert heavy not in package[1]


def test_importing_course_opens_no_socket(package):
    assert package[0] == []


def test_importing_every_student_module_opens_no_socket(student_side):
    assert student_side[0] == []


@pytest.mark.parametrize("instructors", [*INSTRUCTOR, "nbgrader", "nbclient", "nbconvert", "sqlalchemy"])
def test_no_student_module_imports(student_side, instructors):
    assert instructors not in student_side[1]


@pytest.mark.parametrize("name", ["course.check", "course.data.loss_functions", "course.plots.loss_functions"])
def test_student_modules_are_found(student_side, name):
    assert name in student_side[1]


@pytest.mark.parametrize("name", course.__all__)
def test_course_has_what_it_lists(name):
    assert hasattr(course, name)
