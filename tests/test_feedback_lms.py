"""Zips of feedback under the names that Moodle and Canvas gave: whose a page is, worked out as they do it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from commands import Said, one_clear_line, run_command
from courses import SmallCourse
from feedback_courses import drawing_course, grade

from course.grading.collected import ATTEMPTS, Attempt, folder_of, record_of
from course.grading.feedback.lms import entry_names

PAGE = "01_first-feedback.html"


def attempt(student: str, origin: str, lms: str = "moodle", *, used: bool = True, number: int = 1) -> Attempt:
    return Attempt(student, "01_first", None, False, lms, "all.zip", origin, used, number=number, origins=(origin,))


def collected(course: SmallCourse, *attempts: Attempt) -> None:
    folder = folder_of(course.folder, "01_first")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ATTEMPTS).write_text(record_of(attempts, []), encoding="utf-8")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    made = drawing_course(tmp_path_factory.mktemp("lms") / "course_folder")
    for student in ("ada", "ben", "cleo"):
        grade(made, student)
    return made


@pytest.fixture
def course(template: SmallCourse, tmp_path: Path) -> SmallCourse:
    return template.copy_to(tmp_path / "course_folder")


def as_moodle(path: str, participants: set[str]) -> tuple[str, str] | None:
    """Whose a file is, and what it is called then: Moodle's importziplib.php, is_valid_filename_for_import."""
    parts = path.split("/")
    if parts[-1].startswith((".", "~")):
        return None
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) < 4 or not info[1].isdigit() or info[1] not in participants:
            continue
        if info[2:4] not in (["assignsubmission", "file"], ["assignsubmission", "onlinetext"]):
            continue
        rest = info[4] if len(info) == 5 else ""
        return info[1], "/".join([rest, *parts]).lstrip("/")
    return None


def as_canvas(path: str, files: dict[str, set[str]]) -> str | None:
    """Whose a file is: Canvas's abstract_assignment.rb, infer_comment_context_from_filename."""
    name = path.rpartition("/")[2]
    fields = [field for field in name.split("_") if field != "LATE"]
    if fields[0] == "anon":
        user, file = fields[1:3]
    else:
        numbers = [field for field in fields if field.isdigit()][:2]
        if len(numbers) < 2:
            return None
        user, file = numbers
    if fields[-1].startswith("link") or name.startswith("._"):
        return None
    return user if file in files.get(user, set()) else None


@pytest.mark.parametrize(
    "origin",
    [
        "Ada Lovelace_12345_assignsubmission_file/doubling.ipynb",
        "Ada Lovelace_12345_assignsubmission_file_/doubling.ipynb",
        "Ada Lovelace_12345_assignsubmission_file_doubling.ipynb",
        "Übung 3/Zoë O'Brien-Łuk_12345_assignsubmission_file_/work/doubling (1).ipynb",
        "Participant_12345_assignsubmission_file/work.zip",
        "Ada Lovelace_12345_assignsubmission_onlinetext/onlinetext.html",
    ],
)
def test_moodle_takes_the_page_for_the_participants(origin: str, course: SmallCourse) -> None:
    collected(course, attempt("ada", origin))
    name = entry_names(course.folder, "01_first", "moodle")["ada"]
    assert as_moodle(name, {"12345"}) == ("12345", PAGE)


@pytest.mark.parametrize(
    "origin",
    [
        "lovelaceada_12345_67890_doubling.ipynb",
        "lovelaceada_LATE_12345_67890_doubling-2.ipynb",
        "submissions/lovelaceada_12345_67890_work.zip",
        "lovelaceada_12345_67890_link.ipynb",
        "lovelaceada_12345_67890_a_b_3_4.ipynb.txt",
        "lovelaceada_12345_67890_noextension",
    ],
)
def test_canvas_takes_the_page_for_the_students(origin: str, course: SmallCourse) -> None:
    collected(course, attempt("ada", origin, "canvas"))
    name = entry_names(course.folder, "01_first", "canvas")["ada"]
    assert as_canvas(name, {"12345": {"67890"}}) == "12345"
    assert name.endswith("_feedback.html") and "/" not in name


@pytest.mark.parametrize("origin", ["anon_ab1c2_67890_x.ipynb", "LATE_anon_ab1c2_67890_x.ipynb"])
def test_canvas_takes_the_page_where_grading_is_anonymous(origin: str, course: SmallCourse) -> None:
    collected(course, attempt("ada", origin, "canvas"))
    name = entry_names(course.folder, "01_first", "canvas")["ada"]
    assert as_canvas(name, {"ab1c2": {"67890"}}) == "ab1c2"


def test_attempt_that_counts_gives_the_name(course: SmallCourse) -> None:
    collected(
        course,
        attempt("ada", "a_1_11_x.ipynb", "canvas", used=False, number=1),
        attempt("ada", "a_1_12_x.ipynb", "canvas", used=True, number=2),
        attempt("ada", "a_1_13_x.ipynb", "canvas", used=False, number=3),
        attempt("ben", "b_2_21_x.ipynb", "canvas", used=False, number=1),
        attempt("ben", "elsewhere/x.ipynb", "folder", used=True, number=2),
    )
    assert entry_names(course.folder, "01_first", "canvas") == {
        "ada": "a_1_12_x_feedback.html",
        "ben": "b_2_21_x_feedback.html",
    }


@pytest.mark.parametrize(
    "origin", ["x.ipynb", "a/b/c.ipynb", "Ada_x_assignsubmission_file/x.ipynb", "Ada_1_x", "../x"]
)
@pytest.mark.parametrize("lms", ["moodle", "canvas"])
def test_name_that_the_lms_would_not_know_is_none(lms: str, origin: str, course: SmallCourse) -> None:
    collected(course, attempt("ada", origin, lms))
    assert entry_names(course.folder, "01_first", lms) == {}


# The command -------------------------------------------------------------------------------------------------


def zipped(course: SmallCourse, name: str = "feedback-01_first-moodle.zip") -> dict[str, bytes]:
    with zipfile.ZipFile(course.root / name) as archive:
        assert archive.testzip() is None
        return {entry: archive.read(entry) for entry in archive.namelist()}


def moodle(course: SmallCourse, *words: str) -> Said:
    collected(
        course,
        attempt("ada", "Ada L_11_assignsubmission_file/doubling.ipynb"),
        attempt("ben", "Ben M_12_assignsubmission_file/doubling.ipynb"),
        attempt("cleo", "cleo/doubling.ipynb", "folder"),
    )
    return run_command(course, "feedback", "--zip", "moodle", *words)


def test_zip_holds_the_page_of_each_student_that_the_lms_has_sent(course: SmallCourse) -> None:
    said = moodle(course)
    assert said.status == 0
    assert "feedback-01_first-moodle.zip: " in said.out and "kB for Moodle" in said.out
    pages = zipped(course)
    assert list(pages) == [f"Ada L_11_assignsubmission_file/{PAGE}", f"Ben M_12_assignsubmission_file/{PAGE}"]
    page = course.root / "feedback" / "ada" / "01_first" / "index.html"
    assert pages[f"Ada L_11_assignsubmission_file/{PAGE}"] == page.read_bytes()


def test_who_was_not_collected_from_it_is_named_in_one_line(course: SmallCourse) -> None:
    assert moodle(course).lines == [
        "course feedback: 01_first: not collected from Moodle and so not in the zip: cleo"
    ]


def test_zip_of_named_students_has_theirs_alone(course: SmallCourse) -> None:
    said = moodle(course, "--student", "ben")
    assert (said.status, said.err) == (0, "")
    assert list(zipped(course)) == [f"Ben M_12_assignsubmission_file/{PAGE}"]


def test_same_pages_give_the_same_bytes(course: SmallCourse) -> None:
    moodle(course)
    first = (course.root / "feedback-01_first-moodle.zip").read_bytes()
    moodle(course)
    assert (course.root / "feedback-01_first-moodle.zip").read_bytes() == first


def test_several_zips_where_one_would_be_too_large_and_the_old_one_goes(course: SmallCourse) -> None:
    moodle(course)
    said = moodle(course, "--zip-mb", "0.001")
    assert said.status == 0
    assert sorted(path.name for path in course.root.glob("*.zip")) == [
        "feedback-01_first-moodle-1.zip",
        "feedback-01_first-moodle-2.zip",
    ]
    assert [len(zipped(course, f"feedback-01_first-moodle-{n}.zip")) for n in (1, 2)] == [1, 1]


def test_canvas_says_what_its_students_will_see(course: SmallCourse) -> None:
    collected(course, attempt("ada", "lovelaceada_1_2_doubling.ipynb", "canvas"))
    said = run_command(course, "feedback", "--zip", "canvas", "--student", "ada")
    assert said.status == 0 and "renames it to .html" in said.out
    assert list(zipped(course, "feedback-01_first-canvas.zip")) == ["lovelaceada_1_2_doubling_feedback.html"]


def test_nothing_collected_from_it_is_one_clear_line_and_writes_nothing(course: SmallCourse) -> None:
    line = one_clear_line(course, "feedback", "--zip", "moodle")
    assert line.startswith("course feedback: nothing of 01_first was collected from Moodle")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--zip", "blackboard"], "invalid choice: 'blackboard'"),
        (["--zip-mb", "10"], "--zip-mb belongs to --zip"),
        (["--zip", "moodle", "--zip-mb", "-1"], "'-1' is not a number of MB above 0"),
    ],
)
def test_mistake_is_one_clear_line(words: list[str], named: str, course: SmallCourse) -> None:
    assert named in one_clear_line(course, "feedback", *words)
