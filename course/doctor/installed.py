"""What is installed, the machine, and optional parts: rows of `course doctor` in every installation."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import course
from course.doctor import asking, probes
from course.doctor.rows import BROKEN, MISSING, OK, Row, guarded

TEACH = 'pip install "gradient-course[teach]"'


def python() -> Iterator[Row]:
    yield Row("Python", OK, f"{platform.python_version()} on {platform.platform(terse=True)}, {sys.executable}")
    on_path = shutil.which("jupyter")
    beside = Path(sys.executable).parent / "jupyter"
    if on_path and beside.exists() and Path(on_path).resolve() != beside.resolve():
        todo = f"activate this environment, or start {beside}"
        yield Row("jupyter", BROKEN, f"on PATH is another one: {on_path}", todo, needed=False)


def package() -> Iterator[Row]:
    where = Path(course.__file__).parent
    try:
        installed = importlib.metadata.version("gradient-course")
    except importlib.metadata.PackageNotFoundError:
        yield Row("course package", OK, f"{course.__version__}, in {where}, not installed")
        return
    kind = "with the teach extra" if importlib.util.find_spec("nbgrader") else "base install"
    if installed == course.__version__:
        yield Row("course package", OK, f"{installed}, {kind}, in {where}")
    else:
        found = f"{course.__version__} in {where}, but {installed} is what is installed"
        yield Row("course package", BROKEN, found, f"pip install -e {where.parent}, or leave that folder")


def students() -> Iterator[Row]:
    """What a notebook needs: packages, the device, data and models."""
    wanted = probes.requirements()["base"]
    answers = probes.ask([*_modules(wanted), *asking.LOOKS])
    yield from _group("base packages", wanted, answers)
    yield from guarded("device", lambda: _device(answers["look:device"]))
    yield from guarded("MNIST", lambda: _mnist(answers["look:mnist"], answers["look:mnist1d"]))
    yield from guarded("language model", lambda: _language_model(answers["look:small"], answers["look:gpt2"]))


def teach(in_course: bool) -> Iterator[Row]:
    """What an instructor needs beside that."""
    if importlib.util.find_spec("course.grading") is None:
        return  # the student's package
    if probes.version_of("nbgrader") is None:
        yield Row("teach packages", MISSING, "this is a base install, as students have it", TEACH, needed=in_course)
        return
    wanted = probes.requirements()["teach"]
    yield from _group("teach packages", wanted, probes.ask(_modules(wanted)))


def _modules(wanted: list[probes.Wanted]) -> list[str]:
    return [each.module for each in wanted if each.fits]


def _group(title: str, wanted: list[probes.Wanted], answers: Mapping[str, probes.Answer]) -> Iterator[Row]:
    good = [f"{each.name} {each.version}" for each in wanted if each.fits and not answers[each.module].problem]
    if good:
        yield Row(title, OK, ", ".join(good))
    for each in wanted:
        todo = f"pip install '{each.specification}'"
        if each.version is None:
            yield Row(each.name, MISSING, f"not installed; {each.specification} is needed", todo)
        elif not each.fits:
            yield Row(each.name, BROKEN, f"{each.version}, and {each.specification} is needed", f"{todo} --upgrade")
        elif answers[each.module].problem:
            found = f"{each.version}: {answers[each.module].problem}"
            yield Row(each.name, BROKEN, found, f"pip install --force-reinstall '{each.specification}'")


# The machine -----------------------------------------------------------------------------------------------------


def _device(answer: probes.Answer) -> Iterator[Row]:
    asked = os.environ.get("COURSE_DEVICE")
    why = f"COURSE_DEVICE={asked}" if asked else "chosen by itself; COURSE_DEVICE overrides it"
    if answer.problem:
        todo = "unset COURSE_DEVICE" if asked else "mend torch; without it no notebook runs"
        yield Row("device", BROKEN, f"{answer.problem} ({why})", todo)
        return
    its = answer.found
    found = f"{its['device']}, {its['name']}" if its["name"] else str(its["device"])
    if its["device"] == "cpu" and not its["cuda"] and os.path.exists("/dev/nvidiactl"):
        found = f"{found}; an NVIDIA GPU is here that this PyTorch can't use"
        todo = "to use it, install PyTorch with CUDA: https://pytorch.org/get-started/locally/"
        yield Row("device", OK, f"{found} ({why})", todo)
    else:
        yield Row("device", OK, f"{found} ({why})")


def processors() -> Iterator[Row]:
    number, limit = probes.processors()
    if limit is not None and limit < number:
        yield Row(
            "processors", OK, f"{number}, and a limit of {limit:g}", f"grade with --jobs {max(1, int(limit))}"
        )
    else:
        yield Row("processors", OK, f"{number}; as many submissions are graded at the same time (--jobs)")


def memory() -> Iterator[Row]:
    total, free = probes.memory()
    if total is None:
        yield Row("memory", OK, "not known on this system")
        return
    low = free is not None and free < 2e9
    found = f"{total / 1e9:.1f} GB" + (f", {free / 1e9:.1f} free" if free is not None else "")
    yield Row("memory", OK, found, "little: grade with --jobs 1, or end other programs" if low else "")


# Optional parts --------------------------------------------------------------------------------------------------


def _mnist(answer: probes.Answer, small: probes.Answer) -> Iterator[Row]:
    if answer.problem:
        yield Row("MNIST", BROKEN, answer.problem, "mend that; 08_convolution needs its module")
    elif answer.found["missing"]:
        found = f"not in {answer.found['folder']}; notebooks show scikit-learn's digits instead"
        todo = f"with a network: {_interpreter()} -c 'from course.data import mnist; mnist.load()'"
        yield Row("MNIST", MISSING, found, todo, needed=False)
    else:
        yield Row("MNIST", OK, f"in {answer.found['folder']}")
    yield _shipped("MNIST-1D", small, "08_convolution and 10_coursework need it")


def _language_model(small: probes.Answer, answer: probes.Answer) -> Iterator[Row]:
    yield _shipped("language model", small, "09_transformers needs it")
    if answer.problem:
        yield Row("GPT-2", BROKEN, answer.problem, "mend that, or do with the small model", needed=False)
    elif answer.found:
        yield Row("GPT-2", OK, f"in {answer.found}")
    else:
        load = 'from course.models import language; language.load_language_model("gpt2")'
        todo = f"with a network, 550 MB: {_interpreter()} -c '{load}'"
        yield Row("GPT-2", MISSING, "not cached; notebooks use the small model instead", todo, needed=False)


def _shipped(part: str, answer: probes.Answer, why: str) -> Row:
    if answer.problem:
        return Row(part, BROKEN, answer.problem, f"install the course again; {why}")
    return Row(part, OK, "comes with the course")


def _interpreter() -> str:
    """How to call this interpreter in a shell."""
    found = shutil.which("python")
    return (
        "python" if found and os.path.samefile(Path(found).parent, Path(sys.executable).parent) else sys.executable
    )


def chromium() -> Iterator[Row]:
    found = shutil.which("chromium")
    if found:
        yield Row("Chromium", OK, found)
    else:
        todo = "Debian: apt-get install chromium"
        yield Row("Chromium", MISSING, "only tests of pages need it; they are skipped", todo, needed=False)
