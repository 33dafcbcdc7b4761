"""Collecting again: only newer attempts change something, and nothing that a person put there is overwritten."""

from __future__ import annotations

from pathlib import Path

from archives import (
    TUESDAY,
    WEDNESDAY,
    aside,
    canvas,
    collect,
    marks,
    moodle,
    moodle_worksheet,
    notebook_of,
    of_ada,
    submitted,
    write_folder,
    write_roster,
)
from commands import run_command
from courses import SmallCourse

from course.grading.collected import HAND, files_of, read_attempts

# Again -----------------------------------------------------------------------------------------------------------


def test_same_archive_again_changes_nothing(released_course: SmallCourse, tmp_path: Path) -> None:
    archive = of_ada(released_course, tmp_path / "a.zip", "one", Nobody_Here="x")
    collect(released_course, archive)
    before = released_course.snapshot()
    said = collect(released_course, archive)
    assert released_course.snapshot() == before
    assert "0 collected, 1 unchanged, 1 set aside" in said.out


def test_same_files_in_a_newer_archive_change_no_submission(released_course: SmallCourse, tmp_path: Path) -> None:
    collect(released_course, of_ada(released_course, tmp_path / "a.zip", "one"))
    before = released_course.snapshot()
    collect(released_course, of_ada(released_course, tmp_path / "b.zip", "one", WEDNESDAY))
    assert released_course.snapshot() == before


def test_newer_archive_updates_whoever_has_a_newer_attempt(released_course: SmallCourse, tmp_path: Path) -> None:
    collect(released_course, of_ada(released_course, tmp_path / "a.zip", "one", Bob_Tables="bob"))
    before = released_course.snapshot()
    said = collect(
        released_course,
        of_ada(released_course, tmp_path / "b.zip", "two", WEDNESDAY, Bob_Tables="bob", Conan_OBrien="c"),
    )
    assert marks(released_course) == {"ada": "two", "bob": "bob", "cob": "c"}
    after = released_course.snapshot()
    assert {name for name in before if after.get(name) != before[name]} == {
        "submitted/ada/01_first/doubling.ipynb",
        "collected/01_first/attempts.json",
    }
    assert "1 collected, 1 updated, 1 unchanged" in said.out
    one, two, *_ = read_attempts(released_course.folder, "01_first")
    assert (one.used, two.used, two.number) == (False, True, 2)
    assert b"# one" in (files_of(released_course.folder, one) / "doubling.ipynb").read_bytes()


def test_older_archive_is_kept_and_does_not_count(released_course: SmallCourse, tmp_path: Path) -> None:
    collect(released_course, of_ada(released_course, tmp_path / "b.zip", "two", WEDNESDAY))
    said = collect(released_course, of_ada(released_course, tmp_path / "a.zip", "one", TUESDAY))
    assert marks(released_course) == {"ada": "two"}
    assert "what came is older than what counts" in said.out
    assert (released_course.root / "collected/01_first/ada/2/doubling.ipynb").is_file()


def test_both_archives_at_once_come_out_the_same(released_course: SmallCourse, tmp_path: Path) -> None:
    new = of_ada(released_course, tmp_path / "b.zip", "two", WEDNESDAY)
    old = of_ada(released_course, tmp_path / "a.zip", "one", TUESDAY)
    collect(released_course, new, old)
    assert marks(released_course) == {"ada": "two"}
    assert [each.used for each in read_attempts(released_course.folder, "01_first")] == [False, True]


def test_student_who_goes_back_to_an_earlier_version_is_followed(
    released_course: SmallCourse, tmp_path: Path
) -> None:
    for name, mark, day in (("a", "one", 1), ("b", "two", 2), ("c", "one", 3)):
        collect(released_course, of_ada(released_course, tmp_path / f"{name}.zip", mark, (2026, 12, day, 10, 0, 0)))
    assert marks(released_course) == {"ada": "one"}
    assert len(read_attempts(released_course.folder, "01_first")) == 3


def test_latest_attempt_without_a_notebook_leaves_the_one_before(
    released_course: SmallCourse, tmp_path: Path
) -> None:
    collect(released_course, of_ada(released_course, tmp_path / "a.zip", "one"))
    broken = moodle(tmp_path / "b.zip", [("Ada Lovelace", 100, {"doubling.ipynb": b"{"})], time=WEDNESDAY)
    said = collect(released_course, broken)
    assert marks(released_course) == {"ada": "one"}
    assert list(aside(released_course)) == ["Ada Lovelace_100"]
    assert "what came was set aside" not in said.out  # she is not missing


def test_time_that_a_later_worksheet_says_is_written_down(released_course: SmallCourse, tmp_path: Path) -> None:
    archive = of_ada(released_course, tmp_path / "a.zip", "one")
    collect(released_course, archive)
    rows = [
        (100, "Ada Lovelace", "", "", "Submitted for grading - 1 hour late", "Monday, 30 November 2026, 11:59 PM")
    ]
    said = collect(released_course, archive, moodle_worksheet(tmp_path / "g.csv", rows))
    assert (submitted(released_course) / "timestamp.txt").is_file()
    assert "its time is known now" in said.out
    (attempt,) = read_attempts(released_course.folder, "01_first")
    assert (attempt.late, attempt.number) == (True, 1)
    before = released_course.snapshot()
    collect(released_course, archive)
    assert released_course.snapshot() == before


def test_submission_that_was_taken_away_is_put_back(released_course: SmallCourse, tmp_path: Path) -> None:
    archive = of_ada(released_course, tmp_path / "a.zip", "one")
    collect(released_course, archive)
    before = released_course.snapshot()
    (submitted(released_course) / "doubling.ipynb").unlink()
    submitted(released_course).rmdir()
    assert "1 collected" in collect(released_course, archive).out
    assert released_course.snapshot() == before


def test_what_was_set_aside_and_is_known_now_lies_there_no_more(
    released_course: SmallCourse, tmp_path: Path
) -> None:
    archive = of_ada(released_course, tmp_path / "a.zip", "one", Augusta_King="king")
    said = collect(released_course, archive)
    assert "--known-as 'Augusta King_101=ID'" in said.out
    collect(released_course, archive, "--known-as", "Augusta King_101=bob")
    assert marks(released_course) == {"ada": "one", "bob": "king"}
    assert (aside(released_course), list((released_course.root / "collected/01_first/aside").iterdir())) == ({}, [])


def test_who_is_missing_because_of_what_was_set_aside_before_is_said_again(
    released_course: SmallCourse, tmp_path: Path
) -> None:
    collect(released_course, moodle(tmp_path / "a.zip", [("Bob Tables", 1, {"doubling.pdf": b"%PDF"})]))
    said = collect(released_course, of_ada(released_course, tmp_path / "b.zip", "one", WEDNESDAY))
    assert "set aside:" not in said.out
    assert next(line for line in said.out.splitlines() if "Bob" in line).split()[3:] == [
        "what",
        "came",
        "was",
        "set",
        "aside",
    ]


def test_reason_that_changes_is_written_anew(released_course: SmallCourse, tmp_path: Path) -> None:
    archive = of_ada(released_course, tmp_path / "a.zip", "one", Zoe_Abel="zoe")
    collect(released_course, archive)
    roster = write_roster(released_course, "id,name\nz1,Zoe Abel\nz2,Zoe Abel\nada,Ada Lovelace\n")
    run_command(released_course, "collect", str(archive), "--assignment", "01_first", "--roster", str(roster))
    (folder,) = (released_course.root / "collected/01_first/aside").iterdir()
    assert "2 students are called so: z1, z2" in (folder / "REASON.txt").read_text()
    assert list(aside(released_course).values()) == ["2 students are called so: z1, z2"]


# What a person put there -----------------------------------------------------------------------------------------


def test_submission_put_there_by_hand_is_not_overwritten(released_course: SmallCourse, tmp_path: Path) -> None:
    write_folder(submitted(released_course), {"doubling.ipynb": notebook_of(released_course, "by hand")})
    said = collect(released_course, of_ada(released_course, tmp_path / "a.zip", "one"))
    assert marks(released_course) == {"ada": "by hand"}
    assert "submitted/ada/01_first was put there by hand and stays" in " ".join(said.out.split())
    assert (released_course.root / "collected/01_first/ada/1/doubling.ipynb").is_file()
    assert [each.used for each in read_attempts(released_course.folder, "01_first")] == [False]


def test_submission_changed_by_hand_is_not_overwritten(released_course: SmallCourse, tmp_path: Path) -> None:
    collect(released_course, of_ada(released_course, tmp_path / "a.zip", "one"))
    (submitted(released_course) / "doubling.ipynb").write_bytes(notebook_of(released_course, "mended"))
    said = collect(released_course, of_ada(released_course, tmp_path / "b.zip", "two", WEDNESDAY))
    assert marks(released_course) == {"ada": "mended"}
    assert "was changed by hand and stays" in " ".join(said.out.split())
    assert "--replace ada" in " ".join(said.out.split())


def test_replace_takes_the_archives_and_keeps_what_was_there(released_course: SmallCourse, tmp_path: Path) -> None:
    archive = of_ada(released_course, tmp_path / "a.zip", "one")
    write_folder(
        submitted(released_course),
        {"doubling.ipynb": notebook_of(released_course, "by hand"), "timestamp.txt": b"2027-01-01 00:00:00 UTC"},
    )
    collect(released_course, archive)
    said = collect(released_course, archive, "--replace", "ada")
    assert marks(released_course) == {"ada": "one"}
    assert "1 updated" in said.out
    one, hand = read_attempts(released_course.folder, "01_first")
    assert (one.used, hand.used, hand.lms) == (True, False, HAND)
    assert b"# by hand" in (files_of(released_course.folder, hand) / "doubling.ipynb").read_bytes()
    before = released_course.snapshot()
    collect(released_course, archive)  # what was put there by hand does not come back, though its time is later
    assert released_course.snapshot() == before


def test_what_lies_there_already_is_adopted(released_course: SmallCourse, tmp_path: Path) -> None:
    write_folder(
        submitted(released_course),
        {"doubling.ipynb": notebook_of(released_course, "one"), "timestamp.txt": b"2026-11-30 00:00:00 UTC"},
    )
    collect(released_course, of_ada(released_course, tmp_path / "a.zip", "one"))
    assert (submitted(released_course) / "timestamp.txt").is_file()
    collect(released_course, of_ada(released_course, tmp_path / "b.zip", "two", WEDNESDAY))
    assert marks(released_course) == {"ada": "two"}


def test_checkpoints_that_an_editor_left_are_no_change_by_hand(
    released_course: SmallCourse, tmp_path: Path
) -> None:
    collect(released_course, of_ada(released_course, tmp_path / "a.zip", "one"))
    write_folder(submitted(released_course), {".ipynb_checkpoints/doubling-checkpoint.ipynb": b"{}"})
    collect(released_course, of_ada(released_course, tmp_path / "b.zip", "two", WEDNESDAY))
    assert marks(released_course) == {"ada": "two"}


def test_moodle_and_canvas_follow_each_other(released_course: SmallCourse, tmp_path: Path) -> None:
    collect(released_course, of_ada(released_course, tmp_path / "a.zip", "moodle"))
    files = {"doubling.ipynb": notebook_of(released_course, "canvas")}
    collect(released_course, canvas(tmp_path / "c.zip", [("Lovelace, Ada", 11, False, files)], time=WEDNESDAY))
    assert marks(released_course) == {"ada": "canvas"}
