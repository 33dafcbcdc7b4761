"""A hand-in as it came to a submission as grading wants it: notebooks by their names, and what lies beside."""

from __future__ import annotations

import datetime
import hashlib
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from course.grading.collect import safety
from course.grading.collect.contents import File, Found, Masters, files_in, find_notebooks, printable
from course.grading.collect.layouts import TYPED
from course.grading.collect.nested import is_packed, unpacked
from course.grading.collect.plain import TIMESTAMP
from course.grading.collect.said import said_files
from course.grading.settings import LEFT_BEHIND, NOT_COPIED

BESIDE = 100_000_000  # bytes of other files that go along with the notebooks of one submission
_SECRET = "submission_secret.txt"  # what feedback is called in the exchange, so that only its student finds it
_NBGRADERS = {TIMESTAMP, _SECRET}  # what nbgrader writes for itself


class NoNotebook(Exception):
    """A hand-in without a notebook of the assignment; the message says what it is, and what to do."""


@dataclass
class Built:
    """What was made of a hand-in.

    Attributes:
        notebooks: name of a notebook to the path, in the hand-in, of the file that it was.
        notes: what was renamed, unpacked, left out, a phrase each.
    """

    notebooks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def build(raw: Path, target: Path, masters: Masters, lms: str, scratch: Path) -> Built:
    """Write the submission that a hand-in is.

    Args:
        raw: the hand-in's files.
        target: the submission's folder, which must not exist.
        masters: the assignment's notebooks.
        lms: where it comes from.
        scratch: an empty folder.

    Raises:
        NoNotebook: there is none in it.
    """
    files = files_in(raw)
    notes: list[str] = []
    found = find_notebooks(files, masters, lms)
    if len(found.chosen) < len(masters.own) and any(map(is_packed, files)):
        inside = unpacked(files, scratch, notes)
        packed = [file for file in files if is_packed(file)]
        files = [file for file in files if file not in packed] + inside
        found = find_notebooks(files, masters, lms)
    if not found.chosen:
        raise NoNotebook(_why_none(files, found, notes, masters))
    notes += found.notes + found.problems
    notes += [f"{name}.ipynb missing" for name in masters.own if name not in found.chosen]
    target.mkdir(parents=True)
    for name, file in found.chosen.items():
        shutil.copyfile(file.path, target / f"{name}.ipynb")
    said, those = said_files(files, found, lms)
    for name, file in said.items():
        shutil.copyfile(file.path, target / name)
    _put_beside([file for file in files if file not in those], found, target, notes)
    if lms == "exchange" and (raw / _SECRET).is_file():  # `nbgrader release_feedback` asks for it
        shutil.copyfile(raw / _SECRET, target / _SECRET)
    return Built({name: file.parts for name, file in found.chosen.items()}, list(dict.fromkeys(notes)))


def _put_beside(files: list[File], found: Found, target: Path, notes: list[str]) -> None:
    """Copy what a notebook may need to where it is for the notebook."""
    taken = {id(file) for file in (*found.chosen.values(), *found.unused)}
    others = [file for file in files if id(file) not in taken and not _is_left_out(file)]
    size = sum(file.path.stat().st_size for file in others)
    if size > BESIDE or len(others) > safety.FILES_EACH:
        notes.append(f"{len(others)} other files not taken along: {safety.shown_size(size)}")
        return
    homes = sorted({file.parts[:-1] for file in found.chosen.values()}, key=len, reverse=True)
    there = {safety.folded(path.name) for path in target.iterdir()}
    for file in others:
        home = next((each for each in homes if file.parts[: len(each)] == each), ())
        parts = file.parts[len(home) :]
        key = safety.folded(parts[0] if len(parts) == 1 else "/".join(parts))
        path = target.joinpath(*parts)
        if key in there or path.exists() or any(above.is_file() for above in path.parents):
            notes.append(f"{file.name} not taken along: there are two")
            continue
        there.add(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.path, path)


def _is_left_out(file: File) -> bool:
    if file.parts[0] == TYPED or file.parts[-1] in _NBGRADERS:
        return True
    return any(Path(part).match(pattern) for part in file.parts for pattern in NOT_COPIED)


# What to say -----------------------------------------------------------------------------------------------------

_EXPORT = re.compile(
    rb"jp-Notebook|jp-Cell|class=\"cell border-box-sizing|nbconvert|<body class=\"jp-|data-jp-", re.IGNORECASE
)
_SAY = "ask for the .ipynb itself (in Jupyter and Colab: File > Download)"


def _why_none(files: list[File], found: Found, notes: list[str], masters: Masters) -> str:
    refused = [note for note in notes if " refused: " in note]
    if found.problems and not refused:
        return "; ".join(_mended(problem) for problem in found.problems)
    if refused:
        return "; ".join([*refused, *found.problems])
    typed = [file for file in files if file.parts[0] == TYPED]
    pages = [file for file in files if file.parts[-1].casefold().endswith((".html", ".htm")) and file not in typed]
    for page in pages:
        with open(page.path, "rb") as content:
            if _EXPORT.search(content.read(2_000_000)):
                return f"{page.name} is an HTML export, which can't be graded: {_SAY}"
    real = [file for file in files if file not in typed]
    if typed and not real:
        what = "a link" if typed[0].parts[-1].startswith("link") else "a text typed into the LMS"
        return f"{what} and no file: {_SAY}"
    if not real:
        return "nothing in it"
    names = ", ".join(file.name for file in real[:3]) + (f" and {len(real) - 3} more" if len(real) > 3 else "")
    wanted = " or ".join(f"{name}.ipynb" for name in list(masters.own)[:3])
    return f"no notebook in it ({names}): ask for {wanted}"


def _mended(problem: str) -> str:
    if "is a web page and no notebook" in problem:
        return f"{problem}: {_SAY}"
    if ": the file is empty" in problem or ": not JSON" in problem:
        return f"{problem.removesuffix('; was the file cut off, or saved as something else?')}: {_SAY}"
    return problem


# Folders as they are ---------------------------------------------------------------------------------------------


def digest_of(folder: Path, *, but_time: bool = False) -> str:
    """A hash of a folder's files, names and contents, but what editors leave there; "" where there is no folder.

    Args:
        folder: which.
        but_time: leave out what nbgrader writes for itself.
    """
    if not folder.is_dir():
        return ""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        left = any(Path(part).match(pattern) for part in parts for pattern in LEFT_BEHIND)
        if left or not path.is_file() or (but_time and path.name in _NBGRADERS):
            continue
        with open(path, "rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
        digest.update("/".join(parts).encode(errors="surrogateescape") + b"\0" + content)
    return digest.hexdigest()


def write_time(folder: Path, time: datetime.datetime | None) -> None:
    """Write down when a submission was handed in, as nbgrader does."""
    if time is not None:
        text = time.astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S.%f %Z")
        (folder / TIMESTAMP).write_text(text, encoding="utf-8")


__all__ = ["Built", "NoNotebook", "build", "digest_of", "printable", "write_time"]
