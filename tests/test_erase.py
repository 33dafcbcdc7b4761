"""Erasing one student: all of it is listed first, all of it goes, and nothing else changes."""

from __future__ import annotations

import datetime
import json
import shutil
import sqlite3
import tomllib
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from archives import MADE, moodle, notebook_of
from commands import Unrun, run_command
from courses import SmallCourse, cell_of, small_master
from nbgrader.api import Gradebook
from office import give_points

from course.grading.autograde import Options, autograde
from course.grading.commands.erasing import erase_student
from course.grading.erase import Erasure, erase
from course.grading.errors import CourseError
from course.grading.regrade import regrade
from course.grading.traces import without_extensions

# Words that are in nothing else: whatever of them is found was kept.
ID, EMAIL, FIRST, LAST, NUMBER = "zqadalove", "zq.lovelace@example.org", "Zqada", "Zqlovelace", "77310077"
ROSTER = f"""id,first_name,last_name,email,lms_user_id
{ID},{FIRST},{LAST},{EMAIL},{NUMBER}
grace,Grace,Hopper,grace@example.org,42
"""
DUE = f"""# all of them in Berlin
timezone = "Europe/Berlin"

["01_first"]
due = 2026-12-01T23:59:00
extensions = {{ {ID} = 2026-12-03T23:59:00, grace = 2026-12-04T23:59:00 }}
"""
COMMENT = "zqcomment: well said"


@pytest.fixture(scope="module")
def term(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """A course in which two students have done, and were done to, all that there is; not to be changed."""
    course = released_template.copy_to(tmp_path_factory.mktemp("erase") / "course_folder")
    roster = course.root.parent / "students.csv"
    roster.write_text(ROSTER)
    (course.root / "due.toml").write_text(DUE)
    run(course, "students", str(roster))
    archive = course.root.parent / "all.zip"
    for mark in ("zqfirst", "zqsecond"):  # two attempts
        submissions = [
            (f"{FIRST} {LAST}", 881, {"doubling.ipynb": notebook_of(course, mark)}),
            ("Grace Hopper", 882, {"doubling.ipynb": notebook_of(course, "by grace")}),
        ]
        run(course, "collect", str(moodle(archive, submissions, time=MADE)), "--assignment", "01_first")
    autograde(course.folder, [], [], Options(), runner=Unrun())
    for student in (ID, "grace"):
        give_points(course, student, 1.5)
        with closing(Gradebook(course.folder.db_url)) as book:
            book.find_comment("think_twice", "doubling", "01_first", student).manual_comment = COMMENT
            book.db.commit()
    master = small_master()
    cell_of(master, "check_double").metadata.nbgrader.points = 4
    course.write_master(master)
    regrade(course.folder, [], [], Options(), confirmed=True, why="more points", runner=Unrun())
    run(course, "feedback", "--zip", "moodle", "-j", "1")
    run(course, "report")
    leftover = course.root / ".course-autograde-killed" / "1"
    leftover.mkdir(parents=True)
    (leftover / "doubling.ipynb").write_text(f"of {ID}")
    return course


def run(course: SmallCourse, *words: str) -> str:
    """A command that must work; what it says."""
    said = run_command(course, *words)
    assert said.status == 0, said
    return said.out


@pytest.fixture
def course(term: SmallCourse, tmp_path: Path) -> SmallCourse:
    """That course, to change."""
    return term.copy_to(tmp_path / "course_folder")


def found(root: Path, *words: str) -> list[str]:
    """Files in which one of the words is, in whatever they hold and in their names."""
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    hits = []
    for path in files:
        content = str(path.relative_to(root)).encode() + path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                content += b"".join(name.encode() + archive.read(name) for name in archive.namelist())
        if any(word.encode().lower() in content.lower() for word in words):
            hits.append(str(path.relative_to(root)))
    return hits


def wheres(erasure: Erasure) -> list[str]:
    return [trace.where for trace in erasure.traces]


# What goes -------------------------------------------------------------------------------------------------------


def test_nothing_in_the_whole_folder_knows_the_student_afterwards(course: SmallCourse) -> None:
    assert len(found(course.root, ID)) > 10
    erase(course.folder, ID, confirmed=True)
    assert found(course.root, ID, EMAIL, FIRST, LAST, NUMBER, "zqfirst", "zqsecond") == []


def test_all_places_are_listed_first_and_nothing_is_changed(course: SmallCourse) -> None:
    before = course.snapshot()
    erasure = erase(course.folder, ID)
    assert course.snapshot() == before
    copies = [path.name for path in course.root.glob("gradebook-*.db")]
    assert wheres(erasure) == [
        ".course-autograde-killed/",
        f"submitted/{ID}/",
        f"autograded/{ID}/",
        f"feedback/{ID}/",
        f"collected/01_first/{ID}/",
        "collected/01_first/attempts.json",
        "due.toml",
        "regrades.jsonl",
        "feedback-01_first-moodle.zip",
        "reports/01_first.html",
        *copies,
        "gradebook.db",
    ]
    assert (len(copies), erasure.done, erasure.left) == (1, False, [])
    assert erasure.traces[-1].what == "1 entry, 1 submission, 5 scores, 3 comments"


def test_what_was_listed_is_what_goes(course: SmallCourse) -> None:
    listed = wheres(erase(course.folder, ID))
    assert wheres(erase(course.folder, ID, confirmed=True)) == listed


def test_everybody_else_keeps_everything(course: SmallCourse) -> None:
    before = course.snapshot()
    with closing(sqlite3.connect(course.root / "gradebook.db")) as book:
        theirs = {table: rows(book, table) for table in TABLES}
    erase(course.folder, ID, confirmed=True)
    after = course.snapshot()
    changed = {name for name in before if after.get(name) != before[name] and ID not in name}
    copies = {path.name for path in course.root.glob("gradebook-*.db")}
    assert changed == {
        "collected/01_first/attempts.json", ".course-autograde-killed/1/doubling.ipynb", "due.toml", "gradebook.db",
        "regrades.jsonl", "feedback-01_first-moodle.zip", "reports/01_first.html", *copies,
    }  # fmt: skip
    assert set(after) <= set(before)
    with closing(sqlite3.connect(course.root / "gradebook.db")) as book:
        assert {table: rows(book, table) for table in TABLES} == {
            table: [row for row in those if "grace" in row[0]] for table, those in theirs.items()
        }


_OF = "JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id"
_WHOSE = f"JOIN submitted_notebook ON submitted_notebook.id = its.notebook_id {_OF}"
TABLES = {
    "student": "SELECT id, * FROM student",
    "submission": "SELECT student_id, * FROM submitted_assignment",
    "notebook": f"SELECT student_id, submitted_notebook.* FROM submitted_notebook {_OF}",
    "grade": f"SELECT student_id, its.* FROM grade its {_WHOSE}",
    "comment": f"SELECT student_id, its.* FROM comment its {_WHOSE}",
}


def rows(book: sqlite3.Connection, table: str) -> list[tuple]:
    return sorted(book.execute(TABLES[table]).fetchall(), key=repr)


def test_the_other_students_page_stays_in_the_zip_as_it_was(course: SmallCourse) -> None:
    path = course.root / "feedback-01_first-moodle.zip"
    with zipfile.ZipFile(path) as archive:
        before = {name: archive.read(name) for name in archive.namelist()}
    erase(course.folder, ID, confirmed=True)
    with zipfile.ZipFile(path) as archive:
        after = {name: archive.read(name) for name in archive.namelist()}
    assert len(before) == 2
    assert after == {name: page for name, page in before.items() if "Grace" in name}


def test_the_log_of_regrades_keeps_who_and_why(course: SmallCourse) -> None:
    erase(course.folder, ID, confirmed=True)
    (entry,) = [json.loads(line) for line in (course.root / "regrades.jsonl").read_text().splitlines()]
    assert entry["why"] == "more points"
    assert [change["student"] for change in entry["changes"]] == ["grace"]


def test_extensions_of_others_and_what_somebody_has_noted_stay_in_due_toml(course: SmallCourse) -> None:
    erase(course.folder, ID, confirmed=True)
    text = (course.root / "due.toml").read_text()
    assert text == DUE.replace(f"{ID} = 2026-12-03T23:59:00, ", "")


def test_the_course_goes_on_without_the_student(course: SmallCourse) -> None:
    erase(course.folder, ID, confirmed=True)
    assert ID not in run(course, "students")
    rows = autograde(course.folder, [], [], Options(), runner=Unrun())
    assert [(row.student, row.graded) for row in rows] == [("grace", False)]
    assert "grace" in run(course, "grades")


def test_a_regrade_that_waits_goes_and_others_results_stay(course: SmallCourse) -> None:
    regrade(course.folder, [], [], Options(), confirmed=False, runner=Unrun())
    assert ".course-regrade/" in wheres(erase(course.folder, ID, confirmed=True))
    assert not (course.root / ".course-regrade").exists()


def test_a_gradebook_that_formgrader_has_open_is_erased_from(course: SmallCourse) -> None:
    with closing(Gradebook(course.folder.db_url)) as open_book:
        assert len(open_book.students) == 2
        erase(course.folder, ID, confirmed=True)
        open_book.db.expire_all()
        assert [student.id for student in open_book.students] == ["grace"]
    assert found(course.root, ID) == []


def test_a_copy_made_by_nbgraders_upgrade_is_erased_from(course: SmallCourse) -> None:
    shutil.copy(course.root / "gradebook.db", course.root / "gradebook.db.2026-12-01-100000.000001")
    erase(course.folder, ID, confirmed=True)
    assert found(course.root, ID) == []


def test_a_student_who_was_only_entered_can_be_erased(course: SmallCourse) -> None:
    roster = course.root.parent / "more.csv"
    roster.write_text("id,email\nzqlate,zqlate@example.org\n")
    run(course, "students", str(roster))
    erasure = erase(course.folder, "zqlate", confirmed=True)
    assert [(trace.where, trace.what) for trace in erasure.traces] == [
        (".course-autograde-killed/", "left by a stopped run, or a regrade that waits for --yes: 1 file"),
        ("gradebook.db", "1 entry"),
    ]
    assert found(course.root, "zqlate") == []


def test_a_run_that_was_stopped_in_the_middle_is_finished_by_the_next(
    course: SmallCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("course.grading.traces_books._erase", interrupt)
        with pytest.raises(KeyboardInterrupt):
            erase(course.folder, ID, confirmed=True)
    assert not (course.root / "submitted" / ID).exists()
    erase(course.folder, ID, confirmed=True)
    assert found(course.root, ID, EMAIL) == []


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


# What is left for a person ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("write", "where", "what"),
    [
        (lambda root: (root / "grades.csv").write_text(f"id;points\n{ID};7\n"), "grades.csv", "its text"),
        (lambda root: (root / "mail.txt").write_text(f"from {EMAIL.upper()}"), "mail.txt", "its text"),
        (
            lambda root: moodle(root / "all.zip", [(f"{FIRST} {LAST}", 1, {"doubling.ipynb": b"x"})]),
            "all.zip",
            "an archive with files of the student in it",
        ),
        (lambda root: (root / f"{ID}.ipynb").write_text("{}"), f"{ID}.ipynb", "its name"),
        (
            lambda root: (root / "submitted/grace/01_first/notes.txt").write_text(f"with {FIRST} {LAST}"),
            "submitted/grace/01_first/notes.txt",
            "its text",
        ),
    ],
)
@pytest.mark.parametrize("confirmed", [False, True])
def test_what_names_the_student_and_is_not_the_courses_own_is_said(
    course: SmallCourse, write: Callable[[Path], object], where: str, what: str, confirmed: bool
) -> None:
    write(course.root)
    erasure = erase(course.folder, ID, confirmed=confirmed)
    assert [(trace.where, trace.what) for trace in erasure.left] == [(where, what)]
    assert (course.root / where).exists()


def test_a_remark_in_due_toml_is_said_as_well(course: SmallCourse) -> None:
    (course.root / "due.toml").write_text(f"# {ID} was ill\n{DUE}")
    assert [trace.where for trace in erase(course.folder, ID, confirmed=True).left] == ["due.toml"]


def test_an_id_that_is_a_part_of_another_word_is_nobodys(course: SmallCourse) -> None:
    (course.root / "notes.txt").write_text(f"{ID}x x{ID}")
    assert erase(course.folder, ID).left == []


# What is shown ---------------------------------------------------------------------------------------------------


def test_the_list_ends_with_what_to_type(course: SmallCourse, capsys: pytest.CaptureFixture[str]) -> None:
    (course.root / "grades.csv").write_text(ID)
    assert erase_student(course.folder, ID, confirmed=False) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"kept about {ID}:\n")
    assert "these name the student and stay: look at each, and decide:" in out and "grades.csv" in out
    assert "nothing is erased yet; to erase 12 places: the same command with --yes" in out
    assert max(map(len, out.splitlines())) <= 120


def test_what_was_erased_is_listed(course: SmallCourse, capsys: pytest.CaptureFixture[str]) -> None:
    assert erase_student(course.folder, ID, confirmed=True) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"erased of {ID}:\n")
    assert "nothing is erased yet" not in out and "look at each" not in out


# What goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("student", ["nobody", "Grace", "../submitted", "", "."])
def test_somebody_of_whom_nothing_is_kept_is_said(course: SmallCourse, student: str) -> None:
    before = course.snapshot()
    with pytest.raises(CourseError) as said:
        erase(course.folder, student, confirmed=True)
    assert course.snapshot() == before
    wanted = {"nobody": "`course students` lists the ids", "Grace": "there is 'grace'"}
    assert wanted.get(student, "is no student's id") in str(said.value)


def test_another_command_that_is_writing_is_waited_for(course: SmallCourse) -> None:
    before = course.snapshot()
    with course.folder.lock(), pytest.raises(CourseError, match="another course command is writing here"):
        erase(course.folder, ID, confirmed=True)
    assert course.snapshot() == before


def test_a_gradebook_that_somebody_is_writing_is_said_and_the_next_run_erases_the_rest(
    course: SmallCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course.grading.traces_books.SECONDS_TO_WAIT", 0.05)
    with closing(sqlite3.connect(course.root / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CourseError, match=r"gradebook\.db: database is locked; nothing of the student"):
            erase(course.folder, ID, confirmed=True)
    assert wheres(erase(course.folder, ID, confirmed=True)) == ["gradebook.db"]
    assert found(course.root, ID) == []


@pytest.mark.parametrize("name", ["gradebook.db", "collected/01_first/attempts.json"])
def test_something_damaged_is_said_before_anything_goes(course: SmallCourse, name: str) -> None:
    (course.root / name).write_bytes(b"SQLite format 3\x00 and then nonsense" * 100)
    before = course.snapshot()
    with pytest.raises(CourseError, match=Path(name).name):
        erase(course.folder, ID, confirmed=True)
    assert course.snapshot() == before


def test_a_students_folder_that_is_a_link_leaves_what_it_leads_to(course: SmallCourse) -> None:
    elsewhere = course.root.parent / "elsewhere"
    (course.root / "feedback" / ID).rename(elsewhere)
    (course.root / "feedback" / ID).symlink_to(elsewhere)
    erase(course.folder, ID, confirmed=True)
    assert not (course.root / "feedback" / ID).is_symlink()
    assert any(elsewhere.rglob("*.html"))


# due.toml --------------------------------------------------------------------------------------------------------

TIME = "2026-12-03T23:59:00+01:00"
HEAD = f'["01_first"]\ndue = {TIME}\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"extensions = {{ ada = {TIME} }}", "extensions = { }"),
        (f"extensions = {{ada={TIME}}}", "extensions = {}"),
        (f"extensions = {{ ada = {TIME}, ben = {TIME} }}", f"extensions = {{ ben = {TIME} }}"),
        (f"extensions = {{ ben = {TIME}, ada = {TIME} }}", f"extensions = {{ ben = {TIME} }}"),
        (f'extensions = {{ "ada" = "{TIME}", ben = {TIME} }}', f"extensions = {{ ben = {TIME} }}"),
        (f"extensions = {{ ben = {TIME}, 'ada' = 2026-12-03, cy = {TIME} }} # both", f"extensions = {{ ben = {TIME}, cy = {TIME} }} # both"),  # noqa: E501
        (f'extensions.ada = {TIME}\nextensions.ben = {TIME}', f"extensions.ben = {TIME}"),
        (f'["01_first".extensions]\nada = {TIME} # ill\nben = {TIME}', f'["01_first".extensions]\nben = {TIME}'),
        (f"extensions = {{ adam = {TIME}, x-ada = {TIME} }}", f"extensions = {{ adam = {TIME}, x-ada = {TIME} }}"),
        ("# ada = 2026-12-03 was asked for", "# ada = 2026-12-03 was asked for"),
        ("not toml, ada = 3", "not toml, ada = 3"),
    ],
)  # fmt: skip
def test_an_extension_is_taken_out_of_due_toml_and_nothing_else(before: str, after: str) -> None:
    assert without_extensions(f"{HEAD}{before}\n", "ada") == f"{HEAD}{after}\n"


@pytest.mark.parametrize("student", ["a.b", 'q"q', "o'x", "é", "a b"])
def test_an_id_that_needs_quotation_marks_is_found(student: str) -> None:
    text = f"{HEAD}extensions = {{ {json.dumps(student, ensure_ascii=False)} = {TIME}, ben = {TIME} }}\n"
    assert tomllib.loads(without_extensions(text, student))["01_first"]["extensions"] == {
        "ben": datetime.datetime.fromisoformat(TIME)
    }
