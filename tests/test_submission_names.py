"""Which file of a submission is taken for which notebook, and what is said of the others."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from courses import SmallCourse, code, notebook
from repairing import MASTER, handed_in

from course.grading.errors import CourseError
from course.grading.submissions import (
    Submission,
    Submitted,
    common_fingerprint,
    find_submissions,
    fingerprint,
    read_submission,
)

MASTERS = {"doubling": MASTER}


@pytest.fixture
def submission(small_course: SmallCourse) -> Submission:
    folder = small_course.root / "submitted" / "ada" / "01_first"
    folder.mkdir(parents=True)
    return Submission("ada", "01_first", folder)


def hand_in(submission: Submission, name: str, mark: str = "") -> Path:
    """Hand in a right notebook under any name, with a cell that marks it."""
    made = handed_in()
    made.cells.append(code(mark, "mark"))
    path = submission.folder / name
    nbformat.write(made, path)
    return path


def read(course: SmallCourse, submission: Submission, *names: str) -> Submitted:
    return read_submission(course.folder, submission, {name: MASTER for name in names} or MASTERS)


def mark_of(submitted: Submitted, name: str = "doubling") -> str:
    return submitted.notebooks[name].cells[-1].source


COPIES = ["Copy of doubling.ipynb", "Copy of Copy of doubling.ipynb", "doubling (1).ipynb", "doubling(1).ipynb",
          "doubling (1) (2).ipynb", "doubling-Copy1.ipynb", "doubling - Copy.ipynb", "doubling - Copy (2).ipynb",
          "doubling copy.ipynb", "doubling copy 2.ipynb", "doubling 2.ipynb", "doubling - Kopie.ipynb",
          "Kopie von doubling.ipynb", "Copie de doubling.ipynb", "Copia de doubling (3).ipynb", "DOUBLING.IPYNB",
          "Doubling.ipynb", "doubling.IPYNB", " doubling .ipynb"]  # fmt: skip


@pytest.mark.parametrize("name", COPIES)
def test_copy_is_taken_for_its_notebook_and_it_is_said(
    name: str, small_course: SmallCourse, submission: Submission
) -> None:
    hand_in(submission, name, "mine")
    submitted = read(small_course, submission)
    assert (mark_of(submitted), submitted.notes) == ("mine", [f"{name} taken for doubling.ipynb"])


@pytest.mark.parametrize(
    "name", ["doubling2.ipynb", "undoubling.ipynb", "doubling_solution.ipynb", "._doubling.ipynb", "(1).ipynb"]
)
def test_other_name_is_another_notebook(name: str, small_course: SmallCourse, submission: Submission) -> None:
    hand_in(submission, name)
    with pytest.raises(CourseError) as error:
        read(small_course, submission)
    assert str(error.value) == (
        f"submitted/ada/01_first: {name} is not of this assignment; its notebooks are doubling.ipynb"
    )


def test_name_itself_goes_before_its_copies(small_course: SmallCourse, submission: Submission) -> None:
    for name in ("doubling.ipynb", "doubling (1).ipynb", "Copy of doubling.ipynb"):
        hand_in(submission, name, name)
    submitted = read(small_course, submission)
    assert mark_of(submitted) == "doubling.ipynb"
    assert submitted.notes == ["Copy of doubling.ipynb not used", "doubling (1).ipynb not used"]


def test_of_several_copies_the_one_with_the_highest_number_counts(
    small_course: SmallCourse, submission: Submission
) -> None:
    for name in ("doubling (2).ipynb", "doubling (10).ipynb", "Copy of doubling.ipynb", "doubling (9).ipynb"):
        hand_in(submission, name, name)
    assert mark_of(read(small_course, submission)) == "doubling (10).ipynb"


def test_number_of_a_notebook_is_no_number_of_a_copy(small_course: SmallCourse, submission: Submission) -> None:
    for name in ("Copy of week_30.ipynb", "week_30 (1).ipynb"):
        hand_in(submission, name, name)
    assert mark_of(read(small_course, submission, "week_30"), "week_30") == "week_30 (1).ipynb"


def test_notebooks_whose_names_end_like_copies_are_told_apart(
    small_course: SmallCourse, submission: Submission
) -> None:
    for name in ("Copy of part 1.ipynb", "PART 2.ipynb", "part 3 (1).ipynb"):
        hand_in(submission, name, name)
    submitted = read(small_course, submission, "part 1", "part 2", "part 3")
    assert [mark_of(submitted, name) for name in ("part 1", "part 2", "part 3")] == [
        "Copy of part 1.ipynb",
        "PART 2.ipynb",
        "part 3 (1).ipynb",
    ]


def test_notebook_that_is_missing_is_said(small_course: SmallCourse, submission: Submission) -> None:
    hand_in(submission, "doubling.ipynb")
    assert read(small_course, submission, "doubling", "halving").notes == ["halving.ipynb missing"]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ["--copy", "-copy 1", " (1)", "Copy of ", " 1", "- "])
def test_name_made_to_keep_a_matcher_busy_does_not(
    piece: str, small_course: SmallCourse, submission: Submission
) -> None:
    name = "x" + piece * (200 // len(piece)) + "!.ipynb"
    hand_in(submission, name)
    with pytest.raises(CourseError, match="is not of this assignment"):
        read(small_course, submission)


def test_wrong_notebook_under_a_copys_name_is_refused(small_course: SmallCourse, submission: Submission) -> None:
    nbformat.write(notebook(code("1", "mine")), submission.folder / "doubling (1).ipynb")
    with pytest.raises(
        CourseError, match=r"^submitted/ada/01_first/doubling \(1\)\.ipynb: not the notebook doubling"
    ):
        read(small_course, submission)


# Names that are no text ----------------------------------------------------------------------------------------

NAMES = [b"two\nlines.ipynb", b"\xfcbung.ipynb", b"\x1b[31mred.ipynb", "rechts\u202elinks.ipynb".encode()]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_of_a_file_is_said_in_one_line(
    name: bytes, small_course: SmallCourse, submission: Submission
) -> None:
    hand_in(submission, "doubling.ipynb")
    Path(os.fsdecode(os.fsencode(submission.folder) + b"/" + name)).write_text("any")
    (note,) = read(small_course, submission).notes
    assert note.endswith(".ipynb is not of this assignment")
    assert note.isprintable() and note.encode("utf-8")


def test_name_with_a_line_end_that_is_a_copys_is_said_in_one_line(
    small_course: SmallCourse, submission: Submission
) -> None:
    (submission.folder / "doubling\n.ipynb").write_text("")
    with pytest.raises(CourseError) as error:
        read(small_course, submission)
    assert str(error.value) == "submitted/ada/01_first/doubling?.ipynb: the file is empty"


@pytest.mark.parametrize("name", [*NAMES, b"data.csv", b"data/\xff/x.csv"])
def test_fingerprint_knows_every_files_name_and_content(
    name: bytes, small_course: SmallCourse, submission: Submission
) -> None:
    (found,) = find_submissions(small_course.folder, "01_first")
    path = Path(os.fsdecode(os.fsencode(found.folder) + b"/" + name))
    path.parent.mkdir(parents=True, exist_ok=True)
    common = common_fingerprint(small_course.folder, "01_first", {})
    seen = {fingerprint(found, common)}
    for content in (b"", b"one", b"two"):
        path.write_bytes(content)
        seen.add(fingerprint(found, common))
    path.rename(path.with_name("other.csv"))
    assert len(seen | {fingerprint(found, common)}) == 5
