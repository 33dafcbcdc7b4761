"""Collecting is all or nothing, also where it is interrupted, killed, or asked for what is not there."""

from __future__ import annotations

import errno
import json
import os
import signal
from pathlib import Path

import pytest
from archives import (
    WEDNESDAY,
    collect,
    marks,
    of_ada,
    write_folder,
    write_roster,
)
from commands import one_clear_line
from courses import SmallCourse

from course.grading.collect import placing as committing
from course.grading.collected import read_attempts, read_record
from course.grading.errors import CourseError

# All or nothing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "where", ["sources.Source.write", "build.find_notebooks", "staging.digest_of", "merge.build"]
)
def test_ctrl_c_in_the_middle_leaves_nothing_half_collected(
    where: str, released_course: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib

    collect(released_course, of_ada(released_course, tmp_path / "a.zip", "one"))
    before = released_course.snapshot()
    module, _, name = where.partition(".")
    owner = importlib.import_module(f"course.grading.collect.{module}")
    if "." in name:
        owner, name = getattr(owner, name.partition(".")[0]), name.partition(".")[2]
    real, calls = getattr(owner, name), []

    def interrupted(*words: object, **named: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            os.kill(os.getpid(), signal.SIGINT)
        return real(*words, **named)

    monkeypatch.setattr(owner, name, interrupted)
    archive = of_ada(released_course, tmp_path / "b.zip", "two", WEDNESDAY, Bob_Tables="bob", Conan_OBrien="cob")
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        said = collect(released_course, archive)
    finally:
        signal.signal(signal.SIGINT, previous)
    assert said.status == 130
    assert released_course.snapshot() == before
    assert not list(released_course.root.glob(".course-collect*"))


@pytest.mark.parametrize("step", range(1, 9))
def test_move_that_fails_takes_back_the_others(
    step: int, released_course: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collect(released_course, of_ada(released_course, tmp_path / "a.zip", "one", Nobody_Here="x"))
    before = released_course.snapshot()
    real, calls = committing._rename, []

    def failing(source: Path, target: Path) -> None:
        calls.append(1)
        if len(calls) == step:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(source, target)

    monkeypatch.setattr(committing, "_rename", failing)
    archive = of_ada(released_course, tmp_path / "b.zip", "two", WEDNESDAY, Nobody_Here="x", Bob_Tables="bob")
    words = ["--known-as", "Nobody Here_101=cob"]
    with pytest.raises(OSError):
        collect(released_course, archive, *words)
    assert len(calls) >= step
    assert released_course.snapshot() == before
    assert not list(released_course.root.glob(".course-collect*"))
    monkeypatch.undo()
    collect(released_course, archive, *words)
    assert marks(released_course) == {"ada": "two", "bob": "bob", "cob": "x"}


def test_ctrl_c_while_things_are_put_in_place_waits_for_the_end(
    released_course: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = committing._rename

    def pressed(source: Path, target: Path) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        real(source, target)

    monkeypatch.setattr(committing, "_rename", pressed)
    said = collect(released_course, of_ada(released_course, tmp_path / "a.zip", "one", Bob_Tables="bob"))
    assert (said.status, marks(released_course)) == (130, {"ada": "one", "bob": "bob"})
    attempts, _ = read_record(released_course.folder, "01_first")
    assert [each.student for each in attempts] == ["ada", "bob"]


@pytest.mark.parametrize("step", range(1, 6))
def test_run_that_is_killed_while_things_are_put_in_place_is_finished_by_the_next(
    step: int, released_course: SmallCourse, tmp_path: Path
) -> None:
    collect(released_course, of_ada(released_course, tmp_path / "a.zip", "one"))
    archive = of_ada(released_course, tmp_path / "b.zip", "two", WEDNESDAY, Bob_Tables="bob")
    pid = os.fork()
    if pid == 0:
        real, calls = committing._rename, []

        def killed(source: Path, target: Path) -> None:
            calls.append(1)
            if len(calls) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            real(source, target)

        committing._rename = killed  # type: ignore[assignment]
        try:
            collect(released_course, archive)
        finally:
            os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    assert list(released_course.root.glob(".course-collect*"))
    said = collect(released_course, archive)
    assert (said.status, marks(released_course)) == (0, {"ada": "two", "bob": "bob"})
    assert "0 collected, 2 unchanged" in said.out
    assert not list(released_course.root.glob(".course-collect*"))
    assert [each.number for each in read_attempts(released_course.folder, "01_first")] == [1, 2, 1]


def test_run_that_was_killed_before_leaves_nothing(released_course: SmallCourse, tmp_path: Path) -> None:
    write_folder(released_course.root / ".course-collect-x", {"raw/0/doubling.ipynb": b"{}"})
    collect(released_course, of_ada(released_course, tmp_path / "a.zip", "one"))
    assert not list(released_course.root.glob(".course-collect*"))


def test_good_archive_is_not_collected_where_the_other_is_refused(
    released_course: SmallCourse, tmp_path: Path
) -> None:
    good = of_ada(released_course, tmp_path / "a.zip", "one")
    (tmp_path / "b.zip").write_bytes(b"PK\3\4")
    line = one_clear_line(
        released_course, "collect", str(good), str(tmp_path / "b.zip"), "--assignment", "01_first"
    )
    assert "b.zip: refused, and nothing was collected: damaged or cut off" in line


# Mistakes --------------------------------------------------------------------------------------------------------


def test_unknown_assignment_is_refused(released_course: SmallCourse, tmp_path: Path) -> None:
    archive = of_ada(released_course, tmp_path / "a.zip", "one")
    line = one_clear_line(released_course, "collect", str(archive), "--assignment", "02_none")
    assert "no assignment '02_none'" in line and "there are: 01_first" in line


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--known-as", "Ada"], "--known-as 'Ada': NAME=ID is wanted"),
        (["--known-as", "Ada=nobody"], "--known-as 'Ada': nobody on the roster has the id 'nobody'"),
        (["--replace", "nobody"], "--replace nobody: nobody on the roster has this id"),
    ],
)
def test_id_that_nobody_has_is_refused(
    words: list[str], reason: str, released_course: SmallCourse, tmp_path: Path
) -> None:
    archive = of_ada(released_course, tmp_path / "a.zip", "one")
    roster = str(write_roster(released_course))
    line = one_clear_line(
        released_course, "collect", str(archive), "--assignment", "01_first", "--roster", roster, *words
    )
    assert reason in line


def test_assignment_must_be_named(released_course: SmallCourse) -> None:
    assert "--assignment" in one_clear_line(released_course, "collect", "a.zip")


def test_damaged_record_is_said_and_nothing_is_lost(released_course: SmallCourse, tmp_path: Path) -> None:
    archive = of_ada(released_course, tmp_path / "a.zip", "one")
    collect(released_course, archive)
    record = released_course.root / "collected/01_first/attempts.json"
    for text in ("{", "[]", json.dumps({"attempts": [{"time": "x"}], "aside": []})):
        record.write_text(text)
        line = one_clear_line(released_course, "collect", str(archive), "--assignment", "01_first")
        assert "collected/01_first/attempts.json: not a record of what was collected" in line
        with pytest.raises(CourseError):
            read_attempts(released_course.folder, "01_first")


def test_nothing_was_collected_yet(small_course: SmallCourse) -> None:
    assert read_attempts(small_course.folder, "01_first") == []
