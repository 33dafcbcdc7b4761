"""A graded class whose notebooks tests can fill with what students print, draw and write; nothing of it is run."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import nbformat
from commands import Unrun
from courses import SmallCourse, cell_of, code, small_master, text
from nbformat import NotebookNode, v4

from course.grading.autograde import Options, autograde
from course.grading.feedback import feedback
from course.grading.release import release

ASSIGNMENT, NOTEBOOK = "01_first", "doubling"
CAPTION = "**What to see.** A line through $x = 0$ that is **straight**."


def drawing_master() -> NotebookNode:
    """The small master, with a figure and its text under the exercise `total`."""
    master = small_master()
    at = master.cells.index(cell_of(master, "hidden_total")) + 1
    master.cells[at:at] = [
        code("plot(total)", "figure_total", tags=("figure",)),
        text(CAPTION, "figure_total_caption"),
    ]
    return master


def drawing_course(root: Path) -> SmallCourse:
    """A released course with :func:`drawing_master`; nobody has handed in."""
    root.mkdir(parents=True, exist_ok=True)
    made = SmallCourse(root)
    made.write_master(drawing_master())
    release(made.folder, [])
    return made


def grade(course: SmallCourse, student: str, edit: Callable[[NotebookNode], None] = lambda notebook: None) -> None:
    """Hand in and grade without running, then change the graded notebook as a run would have."""
    course.submit(student)
    (row,) = autograde(course.folder, [], [student], Options(), runner=Unrun())
    assert row.problem == ""
    change(course, student, edit)


def change(course: SmallCourse, student: str, edit: Callable[[NotebookNode], None]) -> None:
    """Change a graded notebook."""
    path = course.root / "autograded" / student / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    edit(notebook)
    path.chmod(0o644)
    path.write_text(json.dumps(notebook), encoding="utf-8")  # nbformat takes long for millions of lines


def page_of(course: SmallCourse, student: str, **how: bool) -> str:
    """The page of a student, written now."""
    (path,) = feedback(course.folder, [ASSIGNMENT], [student], **how)
    return path.read_text(encoding="utf-8")


def shown(data: dict[str, str]) -> NotebookNode:
    """An output that is displayed."""
    return v4.new_output("display_data", data)


def printed(words: str, stream: str = "stdout") -> NotebookNode:
    """An output that was printed."""
    return v4.new_output("stream", name=stream, text=words)


def png(width: int = 60, height: int = 30, kilobytes: int = 0) -> str:
    """A picture, in base64; grey, and as large as wanted."""
    rows = b"".join(b"\0" + bytes([160]) * width for _ in range(height))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    filler = chunk(b"teXt", bytes(range(256)) * 4 * kilobytes) if kilobytes else b""
    parts = [chunk(b"IHDR", header), filler, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode()
