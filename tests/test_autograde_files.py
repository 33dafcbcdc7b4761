"""What files a submission is run with, what autograded/ holds, and what is left when a run ends early."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from commands import Unrun, in_a_terminal, run_command
from courses import SmallCourse, cell_of

from course.grading.autograde import Options, autograde
from course.grading.feedback import feedback

LIST = "import pathlib\nprint(sorted(str(path) for path in pathlib.Path().rglob('*')))\n"
READ = "print(open('data.txt').read())\n"
LITTER = (
    "import os\n"
    "open('made.txt', 'w').write('by the code')\n"
    "open('other.ipynb', 'w').write('no notebook')\n"
    "os.mkdir('doubling.ipynb')\n"
    "os.symlink('../../victim.txt', '.graded.json')\n"
    "os.symlink('/', 'root')\n"
    "os.mkfifo('pipe')\n"
)
DOUBLE = "def double(x):\n    return 2 * x"


@pytest.fixture(scope="module")
def course(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """A graded course whose assignment has data and private data; ada has files of hers, ben's code makes some."""
    base = tmp_path_factory.mktemp("files")
    made = released_template.copy_to(base / "course_folder")
    source, hers = made.root / "source" / "01_first", made.root / "submitted" / "ada" / "01_first"
    (source / "private").mkdir()
    (source / "private" / "labels.txt").write_text("private labels")
    (source / "data.txt").write_text("the assignment's data")
    made.submit("ada", {"double": LIST + READ + DOUBLE})
    (hers / "data.txt").write_text("data of her own")
    (hers / "helper.py").write_text("# her own module")
    (hers / "pictures").mkdir()
    (hers / "pictures" / "one.txt").write_text("in a folder")
    (base / "secret.txt").write_text("outside of the course")
    (hers / "link.txt").symlink_to(base / "secret.txt")
    (hers / "folder").symlink_to(source / "private")
    made.submit("ben", {"double": LITTER + DOUBLE})
    autograde(made.folder, [], [], Options(jobs=2))
    return made


def graded_folder(course: SmallCourse, student: str) -> Path:
    return course.root / "autograded" / student / "01_first"


@pytest.fixture(scope="module")
def seen(course: SmallCourse) -> list[str]:
    """What ada's code saw: her folder's files, and the data."""
    executed = nbformat.read(graded_folder(course, "ada") / "doubling.ipynb", as_version=4)
    return cell_of(executed, "double").outputs[0].text.splitlines()


def test_code_sees_the_files_handed_in_and_those_of_the_assignment(seen: list[str]) -> None:
    assert seen[0] == "['data.txt', 'helper.py', 'pictures', 'pictures/one.txt']"


def test_data_of_the_assignment_replaces_a_students_file_of_that_name(seen: list[str]) -> None:
    assert seen[1] == "the assignment's data"


def test_graded_folder_holds_the_files_and_no_link_and_nothing_private(course: SmallCourse) -> None:
    files = {path.name for path in graded_folder(course, "ada").rglob("*") if path.is_file() or path.is_symlink()}
    assert files == {"data.txt", "helper.py", "one.txt", "doubling.ipynb", ".graded.json"}


def test_record_holds_fingerprint_and_time(course: SmallCourse) -> None:
    record = json.loads((graded_folder(course, "ada") / ".graded.json").read_text())
    assert len(record["fingerprint"]) == 64
    assert record["seconds"] > 0


def test_graded_files_are_read_only(course: SmallCourse) -> None:
    files = [path for path in graded_folder(course, "ada").rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o444}


def test_code_leaves_nothing(course: SmallCourse) -> None:
    folder = graded_folder(course, "ben")
    assert {path.name for path in folder.iterdir()} == {"data.txt", "doubling.ipynb", ".graded.json"}
    assert all(path.is_file() and not path.is_symlink() for path in folder.iterdir())


def test_notebook_that_code_writes_does_not_keep_others_from_feedback(course: SmallCourse) -> None:
    assert len(feedback(course.folder, [], [])) == 2


# What is left ------------------------------------------------------------------------------------------------


def left_over(course: SmallCourse) -> list[str]:
    return [path.name for path in course.root.glob(".course-*")]


def test_nothing_is_left_after_success(course: SmallCourse) -> None:
    assert left_over(course) == []


def test_nothing_is_left_when_a_submission_cannot_be_graded(released_course: SmallCourse) -> None:
    released_course.submit("ada").write_text("cut off")
    assert run_command(released_course, "autograde").status == 2
    assert left_over(released_course) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_what_was_finished_is_kept_when_a_run_ends_early(
    error: type[BaseException], released_course: SmallCourse
) -> None:
    for student in ("ada", "ben", "cleo"):
        released_course.submit(student)

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise error

    with pytest.raises(error):
        autograde(released_course.folder, [], [], Options(), runner=Unrun(), progress=stop)
    assert left_over(released_course) == []
    rows = autograde(released_course.folder, [], [], Options(), runner=Unrun())
    assert [(row.student, row.graded) for row in rows] == [("ada", False), ("ben", False), ("cleo", True)]


def test_ctrl_c_is_one_line_and_keeps_what_was_finished(
    released_course: SmallCourse, environment: dict[str, str]
) -> None:
    released_course.submit("ada")
    released_course.submit("ben", {"double": "import time\ntime.sleep(60)"})
    released_course.configure("c.Course.cell_seconds = 100")
    command = [sys.executable, "-m", "course.cli", "autograde", "--jobs", "1"]
    process = subprocess.Popen(
        command,
        cwd=released_course.root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=in_a_terminal,
    )
    end = time.monotonic() + 60
    while not graded_folder(released_course, "ada").exists():
        assert process.poll() is None and time.monotonic() < end, "ada was not graded"
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert errors == "course autograde: stopped; what was finished is kept\n"
    assert left_over(released_course) == []
    rows = autograde(released_course.folder, [], ["ada"], Options(), runner=Unrun())
    assert [(row.student, row.graded) for row in rows] == [("ada", False)]
