"""Where submissions come from: a folder, a zip archive or a tar archive, each read as a list of files."""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import stat
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from course.grading.collect import safety
from course.grading.collect.safety import Refused
from course.grading.errors import CourseError

_PIECE = 1 << 20


@dataclass(frozen=True)
class Entry:
    """A file of a source.

    Attributes:
        path: as the source has it, for messages and the record.
        parts: its folders and its name.
        size: bytes, unpacked.
        packed: bytes that it takes in the source.
        time: what the source says, with a zone; None where that is nothing.
        handle: what the source finds it by.
    """

    path: str
    parts: tuple[str, ...]
    size: int
    packed: int
    time: datetime.datetime | None
    handle: Any


class Source(ABC):
    """An opened source.

    Attributes:
        name: how messages and the record call it.
        entries: its files, in its own order, but for what systems leave behind.
        links: paths of what is neither file nor folder and was left out; only a folder on the disk has any.
        passed_over: folders of other assignments that were not even looked into.
        is_archive: whether somebody packed it.
    """

    is_archive = True

    def __init__(self, path: Path) -> None:
        self.name = path.name or str(path)
        self.path = path
        self.entries: list[Entry] = []
        self.links: list[str] = []
        self.passed_over = 0

    @abstractmethod
    def open(self, entry: Entry) -> IO[bytes]:
        """The bytes of a file.

        Raises:
            Refused: the source is damaged there.
        """

    def close(self) -> None:
        """Let go of the file."""
        return

    def write(self, entry: Entry, target: Path) -> None:
        """Write a file of the source.

        Args:
            entry: which.
            target: where; it must not exist, its folder must.

        Raises:
            Refused: the source is damaged there.
        """
        left = entry.size
        with self.open(entry) as bytes_, open(target, "xb") as file:
            while piece := bytes_.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise Refused(f"{entry.path[:80]!r} is larger than the archive says")
                file.write(piece)
        if left:
            raise Refused(f"{entry.path[:80]!r} is cut off; download the archive again")


class Folder(Source):
    """A folder on the disk. Links in it are not followed: whoever made them could have meant any file.

    Args:
        path: the folder.
        assignment: of an exchange, or of students' homes, only what lies in its folders is looked into; "" for all.
    """

    is_archive = False

    def __init__(self, path: Path, assignment: str = "") -> None:
        super().__init__(path.resolve())
        inbound = [each for depth in (".", "*") for each in sorted(self.path.glob(f"{depth}/inbound"))]
        if assignment and inbound:
            tops = inbound
        else:
            tops = [each for child in sorted(self.path.iterdir()) for each in _of_assignment(child, assignment)]
        for top in tops:
            if not top.is_dir() or top.is_symlink():
                self._add(top)
            else:
                self._walk(top, assignment)

    def _walk(self, top: Path, assignment: str) -> None:
        for folder, names, files in os.walk(top, onerror=_complain):
            for name in sorted(names):
                path = os.path.join(folder, name)
                if os.path.islink(path):
                    self.links.append(os.path.relpath(path, self.path))
                elif assignment and re.search(r"\+\d{4}-\d\d-\d\d ", name) and f"+{assignment}+" not in name:
                    self.passed_over += 1  # in an exchange, handed in for another one
                else:
                    continue
                names.remove(name)
            names.sort()
            for name in sorted(files):
                self._add(Path(folder, name))
            if len(self.entries) > safety.ENTRIES:
                raise Refused(f"more than {safety.ENTRIES} files; is it the right folder?")

    def _add(self, path: Path) -> None:
        relative = path.relative_to(self.path)
        parts = tuple(os.fsencode(part).decode("utf-8", "replace") for part in relative.parts)
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            self.links.append("/".join(parts))
        elif not safety.is_junk(parts):
            time = datetime.datetime.fromtimestamp(status.st_mtime, datetime.UTC)
            self.entries.append(Entry("/".join(parts), parts, status.st_size, status.st_size, time, path))

    def open(self, entry: Entry) -> IO[bytes]:
        """The bytes of a file, if it still is one."""
        try:
            handle = os.open(entry.handle, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except OSError as error:
            raise Refused(f"{entry.path}: can't be read: {error.strerror}") from None
        return os.fdopen(handle, "rb")


def _of_assignment(child: Path, assignment: str) -> list[Path]:
    """A student's folders for an assignment, if there are such; else the student's folder, or file, itself."""
    if not assignment or not child.is_dir() or child.is_symlink():
        return [child]
    found = [each for depth in (".", "*") for each in sorted(child.glob(f"{depth}/{assignment}"))]
    return [each for each in found if each.is_dir() and not each.is_symlink()] or [child]


def _complain(error: OSError) -> None:
    raise CourseError(f"{error.filename}: can't be read: {error.strerror}")


_KINDS = {
    b"PK": "zip",
    b"\x1f\x8b": "tar",
    b"BZh": "tar",
    b"\xfd7zXZ\x00": "tar",
    b"Rar!": "rar",
    b"7z\xbc\xaf": "7z",
}
_TAR_MAGIC = b"ustar"  # at byte 257


def kind_of(path: Path) -> str:
    """What a file is by its first bytes: "zip", "tar", "rar", "7z", "html", "empty" or "other"."""
    with open(path, "rb") as file:
        head = file.read(512)
    if not head:
        return "empty"
    for magic, kind in _KINDS.items():
        if head.startswith(magic):
            return kind
    if head[257:262] == _TAR_MAGIC:
        return "tar"
    return "html" if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else "other"


@contextlib.contextmanager
def opened(path: Path, scratch: Path, assignment: str = "") -> Iterator[Source]:
    """A source, closed afterwards.

    Args:
        path: a folder or an archive.
        scratch: a folder for what has to be unpacked before it can be read.
        assignment: what a folder is searched for, see :class:`Folder`.

    Raises:
        CourseError: there is no such file, or it is no archive.
        Refused: it is one that nobody should unpack.
    """
    from course.grading.collect.archives import Tar, Zip

    source: Source
    if path.is_dir():
        source = Folder(path, assignment)
    else:
        try:
            kind = kind_of(path)
        except OSError as error:
            raise CourseError(f"{path}: can't be read: {error.strerror}") from None
        if kind == "zip":
            source = Zip(path)
        elif kind == "tar":
            with tempfile.TemporaryDirectory(dir=scratch, prefix="tar-") as folder:
                source = Tar(path, Path(folder))
                with contextlib.closing(source):
                    yield source
            return
        else:
            raise CourseError(f"{path}: {_NO_ARCHIVE[kind]}")
    with contextlib.closing(source):
        yield source


_NO_ARCHIVE = {
    "rar": "a RAR archive; unpack it and give the folder",
    "7z": "a 7-Zip archive; unpack it and give the folder",
    "html": "a web page, not an archive; log in and download the submissions again",
    "empty": "the file is empty; download the submissions again",
    "other": "neither a folder nor a zip or tar archive",
}
