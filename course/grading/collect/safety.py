"""What an archive may hold. Its names and bytes come from students, and are looked at before any is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from course.grading.errors import CourseError

ENTRIES = 20_000  # files and folders of an archive
TOTAL = 4_000_000_000  # bytes of an archive, unpacked
ONE = 300_000_000  # bytes of one file, unpacked
FILES_EACH = 1_000  # files of one hand-in, with what its own archives hold
BYTES_EACH = 500_000_000  # bytes of one hand-in, likewise
PACKED = 100  # times smaller than unpacked is what only a bomb is …
SMALL = 100_000_000  # … above so many bytes unpacked
NAME = 1_000  # characters of a path
DEPTH = 30  # folders of a path
NESTED = 3  # archives in archives in archives

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_DRIVE = re.compile(r"[A-Za-z]:")


class Refused(CourseError):
    """An archive that is not unpacked; the message says why, without the archive's name."""


def parts_of(name: str) -> tuple[str, ...]:
    """The folders and the name of a path in an archive; () for the archive itself.

    Raises:
        Refused: nobody who hands in a notebook has a path like this.
    """
    shown = repr(name[:80])
    if _CONTROL.search(name):
        raise Refused(f"the name {name[:80]!a} has characters that are no text")
    if len(name) > NAME:
        raise Refused(f"a name of {len(name)} characters begins with {shown}; at most {NAME} are read")
    path = name.replace("\\", "/")
    if path.startswith("/"):
        raise Refused(f"{shown} is an absolute path")
    if _DRIVE.match(path):
        raise Refused(f"{shown} begins with a drive letter")
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    if ".." in parts:
        raise Refused(f"{shown} climbs out of the archive")
    if len(parts) > DEPTH:
        raise Refused(f"{shown} lies {len(parts)} folders deep; at most {DEPTH} are read")
    return parts


def refuse_number(entries: int) -> None:
    """Refuse an archive of too many entries.

    Raises:
        Refused: there are too many.
    """
    if entries > ENTRIES:
        raise Refused(f"{entries} files and folders; at most {ENTRIES} are read")


def refuse_size(unpacked: int, packed: int) -> None:
    """Refuse an archive that is too large unpacked, or was packed as only a bomb is.

    Raises:
        Refused: it is.
    """
    if unpacked > TOTAL:
        raise Refused(f"it unpacks to more than {TOTAL / 1e9:g} GB")
    if is_bomb(unpacked, packed):
        raise Refused(f"it unpacks from {shown_size(packed)} to {shown_size(unpacked)}, as only a bomb does")


def is_bomb(unpacked: int, packed: int) -> bool:
    """Whether nothing that people write packs so well."""
    return unpacked > SMALL and unpacked > PACKED * max(packed, 1)


def too_large(unpacked: int, packed: int) -> str:
    """What is wrong with the size of one file; "" where nothing is."""
    if unpacked > ONE:
        return f"has {shown_size(unpacked)}; at most {shown_size(ONE)} are read"
    if is_bomb(unpacked, packed):
        return f"unpacks from {shown_size(packed)} to {shown_size(unpacked)}, as only a bomb does"
    return ""


def shown_size(size: int) -> str:
    """A number of bytes for people."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"


def refuse_same_names(paths: Iterable[Sequence[str]]) -> None:
    """Refuse files that have one name, and a file that is a folder as well.

    Raises:
        Refused: says which.
    """
    seen: set[tuple[str, ...]] = set()
    folders: set[tuple[str, ...]] = set()
    for parts in map(tuple, paths):
        if parts in seen:
            raise Refused(f"two files in it are called {'/'.join(parts)[:80]!r}")
        seen.add(parts)
        folders.update(parts[:count] for count in range(1, len(parts)))
    for parts in sorted(seen & folders):
        raise Refused(f"{'/'.join(parts)[:80]!r} is a file and a folder in it")


def folded(name: str) -> str:
    """What two names share that are one on some system."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


_MOST = 150  # bytes of a name on the disk


def disk_name(part: str) -> str:
    """The name that a file or folder of an archive gets on the disk: as it is, where it is a plain one."""
    name = unicodedata.normalize("NFC", part)
    # joiners belong to names in some scripts; what else can't be seen has no place in one
    name = "".join(sign if sign.isprintable() or sign in "\u200c\u200d" else "_" for sign in name)
    name = re.sub(r'[/\\:*?"<>|]', "_", name).strip(" ")
    name = name.rstrip(".") or "_"
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > 12:
        stem, dot, suffix = name, "", ""
    room = _MOST - len((dot + suffix).encode())
    if len(stem.encode()) > room:
        stem = stem.encode()[:room].decode(errors="ignore")
    return stem + dot + suffix


_JUNK_FOLDERS = {
    "__macosx",
    ".ipynb_checkpoints",
    "__pycache__",
    ".git",
    ".idea",
    ".vscode",
    ".venv",
    "node_modules",
}
_JUNK_FILES = {".ds_store", "thumbs.db", "desktop.ini", ".localized", "icon\r"}


def is_junk(parts: Sequence[str]) -> bool:
    """Whether a file is what systems and editors leave behind, and nobody has handed in."""
    *folders, name = (part.casefold() for part in parts)
    return name in _JUNK_FILES or name.startswith("._") or not _JUNK_FOLDERS.isdisjoint(folders)
