"""Archives as Moodle, Canvas and nbgrader make them, and as nobody should.

The forms follow the systems' own sources; docs/collecting.md says which.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import nbformat
from commands import Said, run_command
from courses import SmallCourse

from course.grading.collected import read_aside
from course.grading.handin import fill_in, solutions
from course.grading.notebooks import read_notebook

TUESDAY, WEDNESDAY = (2026, 12, 1, 10, 0, 0), (2026, 12, 2, 10, 0, 0)
MADE = (2026, 12, 2, 10, 0, 0)  # when an LMS packs its archives here: later than all was handed in


def notebook_of(
    course: SmallCourse, mark: str = "", assignment: str = "01_first", name: str = "doubling", **answers: str
) -> bytes:
    """A solved notebook as a student hands it in, with a comment that tells it from others."""
    master = nbformat.read(course.root / "source" / assignment / f"{name}.ipynb", as_version=4)
    made = fill_in(course.released(assignment, name), {**solutions(master), **answers})
    if mark:
        made.cells[1].source += f"\n# {mark}"
    return nbformat.writes(made).encode()


class _Stream(io.RawIOBase):
    """A file that can't be rewound, as what a server sends to a browser."""

    def __init__(self, path: Path) -> None:
        self._file = open(path, "wb")  # noqa: SIM115

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        return self._file.write(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def write_zip(
    path: Path, files: Iterable[tuple[str, bytes]], time: tuple[int, ...] = MADE, streamed: bool = False
) -> Path:
    """A zip archive of these files, without entries for folders."""
    target = _Stream(path) if streamed else path
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for name, content in files:
            info = zipfile.ZipInfo(name, time)  # type: ignore[arg-type]
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    if isinstance(target, _Stream):
        target.close()
    return path


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip archive as a student makes one."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


# Moodle ----------------------------------------------------------------------------------------------------------


def clean_filename(name: str) -> str:
    """What Moodle leaves of a name (PARAM_FILE)."""
    return re.sub(r"[\x00-\x1f\x7f&<>\"`|':\\/]", "", name)


def moodle_prefix(name: str, participant: int | None) -> str:
    """What a student's files begin with."""
    number = "" if participant is None else f"_{participant}"
    return clean_filename(name.replace("_", " ") + number)


def moodle(
    path: Path,
    submissions: Iterable[tuple[str, int | None, Mapping[str, bytes]]],
    folders: bool = True,
    typed: Mapping[str, str] | None = None,
    time: tuple[int, ...] = MADE,
    slash: str = "",
) -> Path:
    """Moodle's "download all submissions".

    Args:
        path: the archive.
        submissions: full name, participant's number, files.
        folders: "download submissions in folders", which is Moodle's default since 3.1.
        typed: full name to a text typed into Moodle.
        time: when it was downloaded, which all entries have.
        slash: "_" as Moodle before 4.1 has it at the end of the folder's name.
    """
    files = []
    for name, participant, own in submissions:
        prefix = moodle_prefix(name, participant)
        text = (typed or {}).get(name)
        if text is not None:
            page = f'<!DOCTYPE html><html><head><meta charset="UTF-8"></head><body>{text}</body></html>'
            between = "/" if folders else "_"
            files.append((f"{prefix}_assignsubmission_onlinetext{slash}{between}onlinetext.html", page.encode()))
        for file, content in own.items():
            if folders:
                files.append((f"{prefix}_assignsubmission_file{slash}/{file}", content))
            else:
                files.append((clean_filename(f"{prefix}_assignsubmission_file_{Path(file).name}"), content))
    return write_zip(path, files, time, streamed=True)


def moodle_worksheet(path: Path, rows: Iterable[tuple[int, str, str, str, str, str]]) -> Path:
    """Moodle's grading worksheet.

    Args:
        path: the file.
        rows: participant's number, full name, ID number, e-mail address, status, time of the submission.
    """
    header = ["Identifier", "Full name", "ID number", "Email address", "Status", "Grade", "Maximum Grade"]
    header += ["Grade can be changed", "Last modified (submission)", "Last modified (grade)", "Feedback comments"]
    with open(path, "w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for number, name, student, email, status, time in rows:
            cells = [f"Participant {number}", name, student, email, status, "", "8.00", "Yes", time, "-", ""]
            writer.writerow(cells)
    return path


# Canvas ----------------------------------------------------------------------------------------------------------


def canvas_name(sortable_name: str, user: int | str, late: bool = False) -> str:
    """What a student's files begin with, from ``Lovelace, Ada``."""
    name = re.sub(r"_(\d+)_", r"\1", sortable_name).lower()
    return re.sub(r"[^\w]", "", "_".join(filter(None, (name, "LATE" if late else "", str(user)))))


def canvas(
    path: Path,
    submissions: Iterable[tuple[str, int | str, bool, Mapping[str, bytes]]],
    first_attachment: int = 9000,
    time: tuple[int, ...] = MADE,
    typed: Mapping[str, str] | None = None,
) -> Path:
    """Canvas's "download submissions".

    Args:
        path: the archive.
        submissions: sortable name, user's number, whether late, files.
        first_attachment: the number of the first file; they count on.
        time: when it was made, which all entries have.
        typed: sortable name to a text typed into Canvas.
    """
    files = []
    for name, user, late, own in submissions:
        prefix = canvas_name(name, user, late)
        if name in (typed or {}):
            files.append((f"{prefix}_text.html", f"<html><body>{(typed or {})[name]}</body></html>".encode()))
        for file, content in own.items():
            shown = re.sub(r'[\x00/\\:*?"<>|]+', "_", file)
            files.append((f"{prefix}_{first_attachment}_{shown}", content))
            first_attachment += 1
    return write_zip(path, files, time)


# nbgrader --------------------------------------------------------------------------------------------------------


def exchange(
    root: Path, submissions: Iterable[tuple[str, str, datetime.datetime, Mapping[str, bytes]]], random: str = "q1W-"
) -> Path:
    """The folder `inbound` of nbgrader's exchange: student, assignment, time, files."""
    for student, assignment, time, files in submissions:
        text = time.strftime("%Y-%m-%d %H:%M:%S.%f %Z")
        folder = root / "+".join(filter(None, (student, assignment, text, random)))
        for name, content in {**files, "timestamp.txt": text.encode(), "submission_secret.txt": b"00"}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    return root


def write_folder(root: Path, files: Mapping[str, bytes]) -> Path:
    """A folder with these files."""
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def write_tar(path: Path, files: Mapping[str, bytes], mode: str = "w:gz") -> Path:
    """A tar archive of these files."""
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content), 1_796_000_000
            archive.addfile(info, io.BytesIO(content))
    return path


# A class ---------------------------------------------------------------------------------------------------------

ROSTER = """id,first_name,last_name,email,lms_user_id
ada,Ada,Lovelace,ada@uni.edu,11
bob,Bob,Tables,bob@uni.edu,12
mjg,María José,García Márquez,mjg@uni.edu,13
cob,Conan,O'Brien,cob@uni.edu,14
jmu,Jürgen,Müller,jmu@uni.edu,15
js1,John,Smith,js1@uni.edu,16
js2,John,Smith,js2@uni.edu,17
"""


def write_roster(course: SmallCourse, text: str = ROSTER) -> Path:
    """The class's roster, beside the course folder."""
    path = course.root.parent / "students.csv"
    path.write_text(text, encoding="utf-8")
    return path


def collect(course: SmallCourse, *words: str | Path, assignment: str = "01_first", roster: bool = True) -> Said:
    """Run `course collect`, with the class's roster."""
    more = ["--roster", str(write_roster(course))] if roster else []
    return run_command(course, "collect", *map(str, words), "--assignment", assignment, *more)


def submitted(course: SmallCourse, student: str = "ada", assignment: str = "01_first") -> Path:
    """Where a student's submission lies."""
    return course.root / "submitted" / student / assignment


def marks(course: SmallCourse, assignment: str = "01_first", name: str = "doubling") -> dict[str, str]:
    """Student to the comment that tells whose notebook, or which attempt, lies in submitted/."""
    found = {}
    for path in sorted((course.root / "submitted").glob(f"*/{assignment}/{name}.ipynb")):
        source = read_notebook(path, path.name).cells[1].source
        found[path.parent.parent.name] = source.rpartition("# ")[2]
    return found


def of_ada(course: SmallCourse, path: Path, mark: str, time: tuple[int, ...] = TUESDAY, **others: str) -> Path:
    """Moodle's archive with a notebook of Ada's, and of others."""
    names = {"Ada Lovelace": mark, **{name.replace("_", " "): text for name, text in others.items()}}
    submissions = [
        (name, 100 + number, {"doubling.ipynb": notebook_of(course, text)})
        for number, (name, text) in enumerate(names.items())
    ]
    return moodle(path, submissions, time=time)


def two_of_moodle(course: SmallCourse, path: Path, **how: object) -> Path:
    submissions = [
        ("Ada Lovelace", 101, {"doubling.ipynb": notebook_of(course, "ada")}),
        ("Bob Tables", 102, {"doubling.ipynb": notebook_of(course, "bob"), "data/points.csv": b"1,2"}),
    ]
    return moodle(path, submissions, **how)  # type: ignore[arg-type]


def aside(course: SmallCourse, assignment: str = "01_first") -> dict[str, str]:
    """What was set aside, by its label, and why."""
    return {each.label: each.reason for each in read_aside(course.folder, assignment)}
