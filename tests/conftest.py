"""Fixtures that several files share."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from courses import ROOT, SmallCourse

from course.grading.release import release

os.environ["COURSE_OFFLINE"] = "1"  # nothing is fetched in tests, in no process that they start either
os.environ.setdefault("COURSE_PRIVATE_SEED", "1")  # of the private data that the first test to need them makes
for _name in ("COLUMNS", "LINES"):  # a terminal's size, which pytest-xdist hands to its workers
    os.environ.pop(_name, None)
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes would compile the same modules anew
os.environ.setdefault("OMP_NUM_THREADS", "1")  # several only wait for each other where tests run side by side


@pytest.fixture(autouse=True)
def _no_device_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests say themselves which device they mean."""
    monkeypatch.delenv("COURSE_DEVICE", raising=False)


@pytest.fixture
def small_course(tmp_path: Path) -> SmallCourse:
    """A course folder with one small master, not released."""
    root = tmp_path / "course_folder"
    root.mkdir()
    made = SmallCourse(root)
    made.write_master()
    return made


@pytest.fixture(scope="session")
def released_template(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """A released small course to copy (`copy_to`), because a new gradebook takes seconds; not to be changed."""
    made = SmallCourse(tmp_path_factory.mktemp("template"))
    made.write_master()
    release(made.folder, [])
    return made


@pytest.fixture
def released_course(released_template: SmallCourse, tmp_path: Path) -> SmallCourse:
    """A course folder with one small master, released; nobody has handed in."""
    return released_template.copy_to(tmp_path / "course_folder")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The project's own folder; tests read it and write nothing into it."""
    return ROOT


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """Environment for subprocesses: this interpreter's commands come first, colours and progress are off."""
    scripts = str(Path(sys.executable).parent)
    return {**os.environ, "PATH": os.pathsep.join([scripts, os.environ.get("PATH", "")]), "NO_COLOR": "1"}
