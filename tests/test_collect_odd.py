"""What students really hand in: what can be graded is, and of the rest it is said why not."""

from __future__ import annotations

import io
import tarfile
import unicodedata
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from archives import aside, collect, marks, moodle, notebook_of, submitted, write_folder, write_zip, zipped
from courses import SmallCourse, code, notebook

from course.grading.collected import read_attempts

Files = dict[str, bytes]


def tarred(files: Files) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


def nested(content: bytes, depth: int) -> bytes:
    files = {"doubling.ipynb": content}
    for number in range(depth):
        files = {f"{number}.zip": zipped(files)}
    return next(iter(files.values()))


def another_notebook() -> bytes:
    return nbformat.writes(notebook(code("1 + 1", "sum"))).encode()


def without_ids(content: bytes) -> bytes:
    """A notebook from which a tool has taken nbgrader's metadata and the ids of cells."""
    made = nbformat.reads(content.decode(), as_version=4)
    for cell in made.cells:
        cell.metadata = nbformat.NotebookNode()
        cell.pop("id", None)
    made.nbformat_minor = 4
    return nbformat.writes(made).encode()


GOOD: dict[str, Callable[[bytes], Files]] = {
    "copy of": lambda nb: {"Copy of doubling.ipynb": nb},
    "number in brackets": lambda nb: {"doubling (3).ipynb": nb},
    "copy by Jupyter": lambda nb: {"doubling-Copy1.ipynb": nb},
    "copy in German": lambda nb: {"Kopie von doubling.ipynb": nb},
    "spaces around": lambda nb: {" doubling .ipynb": nb},
    "no-break space": lambda nb: {"Copy\u00a0of doubling.ipynb": nb},
    "another case": lambda nb: {"Doubling.IPYNB": nb},
    "saved as text": lambda nb: {"doubling.ipynb.txt": nb},
    "saved as JSON": lambda nb: {"doubling.ipynb.json": nb},
    "JSON without ipynb": lambda nb: {"doubling.json": nb},
    "no suffix": lambda nb: {"doubling": nb},
    "suffix twice": lambda nb: {"doubling.ipynb.ipynb": nb},
    "the student's own name": lambda nb: {"Lovelace_HW1_final_FINAL.ipynb": nb},
    "accents in two forms": lambda nb: {unicodedata.normalize("NFD", "Übung_Löß.ipynb"): nb},
    "letters of another script": lambda nb: {"作业一.ipynb": nb},
    "byte order mark": lambda nb: {"doubling.ipynb": b"\xef\xbb\xbf" + nb},
    "cells that lost their names": lambda nb: {"mine.ipynb": without_ids(nb)},
    "in a folder": lambda nb: {"homework/week 1/doubling.ipynb": nb},
    "in a zip": lambda nb: {"hw.zip": zipped({"hw/doubling.ipynb": nb})},
    "in a zip in a zip": lambda nb: {"hw.zip": nested(nb, 2)},
    "in a tar": lambda nb: {"hw.tar.gz": tarred({"hw/doubling.ipynb": nb})},
    "a zip by macOS": lambda nb: {
        "hw.zip": zipped({"doubling.ipynb": nb, "__MACOSX/._doubling.ipynb": b"\0\5", ".DS_Store": b"x"})
    },
    "a checkpoint beside it": lambda nb: {"doubling.ipynb": nb, ".ipynb_checkpoints/x-checkpoint.ipynb": b"{}"},
    "an HTML export beside it": lambda nb: {"doubling.ipynb": nb, "doubling.html": b"<html class='jp-Notebook'>"},
    "a PDF beside it": lambda nb: {"report.pdf": b"%PDF", "doubling.ipynb": nb},
    "another notebook beside it": lambda nb: {"doubling.ipynb": nb, "notes.ipynb": another_notebook()},
    "a broken copy beside it": lambda nb: {"doubling.ipynb": nb, "broken.ipynb": b"{"},
    "a broken zip beside it": lambda nb: {"doubling.ipynb": nb, "old.zip": b"PK\x03\x04 cut off"},
    "an older one deeper": lambda nb: {
        "old/doubling.ipynb": nb.replace(b"# right", b"# old"), "doubling.ipynb": nb
    },
    "a name of 200 letters": lambda nb: {f"{'long ' * 40}.ipynb": nb},
    "signs that no disk takes": lambda nb: {'what? "mine" <1>*.ipynb': nb},
    "huge outputs": lambda nb: {
        "doubling.ipynb": nb.replace(b'"outputs": []', b'"outputs": [' + b" " * 3_000_000 + b"]")
    },
}  # fmt: skip


@pytest.mark.parametrize("odd", GOOD)
def test_odd_hand_in_is_collected(odd: str, released_course: SmallCourse, tmp_path: Path) -> None:
    files = GOOD[odd](notebook_of(released_course, "right"))
    archive = write_zip(
        tmp_path / "all.zip",
        [(f"Ada Lovelace_101_assignsubmission_file/{name}", content) for name, content in files.items()],
    )
    said = collect(released_course, archive)
    assert (said.status, marks(released_course), aside(released_course)) == (0, {"ada": "right"}, {}), said.out


HTML = b"<!DOCTYPE html><html><body class='jp-Notebook'>"
SAY = "ask for the .ipynb itself (in Jupyter and Colab: File > Download)"
BAD: dict[str, tuple[Callable[[bytes], Files], str]] = {
    "HTML export": (
        lambda nb: {"doubling.html": HTML}, f"doubling.html is an HTML export, which can't be graded: {SAY}"),
    "HTML export called a notebook": (
        lambda nb: {"doubling.ipynb": HTML}, f"doubling.ipynb is a web page and no notebook: {SAY}"),
    "HTML export in a zip": (
        lambda nb: {"a.zip": zipped({"doubling.html": HTML})},
        f"doubling.html is an HTML export, which can't be graded: {SAY}"),
    "cut off": (
        lambda nb: {"doubling.ipynb": nb[: len(nb) // 2]},
        "doubling.ipynb: not JSON (line"),
    "empty file": (lambda nb: {"doubling.ipynb": b""}, f"doubling.ipynb: the file is empty: {SAY}"),
    "PDF": (lambda nb: {"doubling.pdf": b"%PDF"}, "no notebook in it (doubling.pdf): ask for doubling.ipynb"),
    "script": (lambda nb: {"doubling.py": b"1"}, "no notebook in it (doubling.py): ask for doubling.ipynb"),
    "RAR": (lambda nb: {"hw.rar": b"Rar!"}, "no notebook in it (hw.rar): ask for doubling.ipynb"),
    "RAR called a zip": (lambda nb: {"hw.zip": b"Rar!"}, "hw.zip refused: a RAR archive"),
    "empty zip": (lambda nb: {"hw.zip": zipped({})}, "nothing in it"),
    "only what macOS leaves": (lambda nb: {"hw.zip": zipped({"__MACOSX/._doubling.ipynb": nb})}, "nothing in it"),
    "another course's notebook": (
        lambda nb: {"lab.ipynb": another_notebook()}, "lab.ipynb is not of this assignment"),
    "right name on another notebook": (
        lambda nb: {"doubling.ipynb": another_notebook()}, "doubling.ipynb has none of the exercises of doubling"),
    "a zip four deep": (lambda nb: {"hw.zip": nested(nb, 4)}, "0.zip refused: an archive in 3 others"),
    "names that differ in case": (
        lambda nb: {"doubling.ipynb": nb, "Doubling.ipynb": nb},
        "'doubling.ipynb' and 'Doubling.ipynb' are one name on some systems; it was left in the archive"),
}  # fmt: skip


@pytest.mark.parametrize("odd", BAD)
def test_what_can_not_be_graded_is_set_aside_with_a_reason(
    odd: str, released_course: SmallCourse, tmp_path: Path
) -> None:
    files, reason = BAD[odd][0](notebook_of(released_course)), BAD[odd][1]
    good = {"doubling.ipynb": notebook_of(released_course, "bob")}
    archive = moodle(tmp_path / "all.zip", [("Ada Lovelace", 101, files), ("Bob Tables", 102, good)])
    said = collect(released_course, archive)
    assert (said.status, marks(released_course)) == (0, {"bob": "bob"})  # nobody else pays for it
    assert aside(released_course)["Ada Lovelace_101"].startswith(reason)
    assert "\n" not in aside(released_course)["Ada Lovelace_101"]
    (folder,) = (released_course.root / "collected/01_first/aside").iterdir()
    assert reason in (folder / "REASON.txt").read_text()
    kept = {path.read_bytes() for path in folder.iterdir()}
    assert odd == "names that differ in case" or set(files.values()) <= kept


def test_notebook_of_another_assignment_is_called_so(released_course: SmallCourse, tmp_path: Path) -> None:
    text = notebook_of(released_course).decode()
    for word, other in (("double", "halve"), ("total", "rest"), ("twice", "half")):
        text = text.replace(word, other)
    content = text.encode()
    write_folder(released_course.root / "source/02_second", {"halving.ipynb": content})
    collect(released_course, moodle(tmp_path / "a.zip", [("Ada Lovelace", 1, {"doubling.ipynb": content})]))
    assert aside(released_course) == {"Ada Lovelace_1": "doubling.ipynb has the cells of 02_second"}


def test_several_notebooks_are_told_apart_and_a_missing_one_is_said(
    released_course: SmallCourse, tmp_path: Path
) -> None:
    released_course.write_master(name="halving")
    for path in released_course.root.glob("*/01_first/halving.ipynb"):
        made = nbformat.read(path, as_version=4)
        for cell in made.cells:
            if "nbgrader" in cell.metadata:
                cell.metadata.nbgrader.grade_id += "_of_halving"
        nbformat.write(made, path)
    halving = (released_course.root / "source/01_first/halving.ipynb").read_bytes()
    content = notebook_of(released_course, "right")
    archive = moodle(
        tmp_path / "a.zip",
        [
            ("Ada Lovelace", 1, {"one.ipynb": content, "two.ipynb": halving, "data.csv": b"1"}),
            ("Bob Tables", 2, {"doubling.ipynb": content}),
        ],
    )
    collect(released_course, archive)
    assert sorted(path.name for path in submitted(released_course).iterdir()) == [
        "data.csv",
        "doubling.ipynb",
        "halving.ipynb",
    ]
    ada, bob = read_attempts(released_course.folder, "01_first")
    assert "two.ipynb taken for halving.ipynb, whose cells it has" in ada.notes
    assert bob.notes == ("halving.ipynb missing",)


def test_files_keep_their_place_beside_the_notebook(released_course: SmallCourse, tmp_path: Path) -> None:
    files = {
        "hw/doubling.ipynb": notebook_of(released_course), "hw/data/points.csv": b"1", "hw/helper.py": b"2",
        "readme.txt": b"3", "hw/timestamp.txt": b"1999-01-01 UTC", "__MACOSX/hw/._x": b"",
        "hw/feedback/a.html": b"4",
    }  # fmt: skip
    collect(released_course, moodle(tmp_path / "a.zip", [("Ada Lovelace", 1, {"hw.zip": zipped(files)})]))
    home = submitted(released_course)
    found = {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}
    assert found == {"doubling.ipynb", "data/points.csv", "helper.py", "readme.txt"}


def test_other_files_without_measure_stay_in_collected(
    released_course: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course.grading.collect.build.BESIDE", 1000)
    files = {"doubling.ipynb": notebook_of(released_course), "model.pt": b"\0" * 2000}
    said = collect(released_course, moodle(tmp_path / "a.zip", [("Ada Lovelace", 1, files)]))
    assert [path.name for path in submitted(released_course).iterdir()] == ["doubling.ipynb"]
    assert (released_course.root / "collected/01_first/ada/1/model.pt").is_file()
    assert "1 other files not taken along: 2 kB" in said.out
