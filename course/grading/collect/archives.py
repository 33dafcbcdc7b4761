"""Zip and tar archives as sources. Names, sizes and kinds are looked at when one is opened; none is extracted."""

from __future__ import annotations

import bz2
import datetime
import gzip
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

from course.grading.collect import safety
from course.grading.collect.safety import Refused
from course.grading.collect.sources import Entry, Source

_UTF8 = 0x800  # flag of a zip entry: its name is UTF-8
_ENCRYPTED = 0x1
_DIRECTORY_BYTES = 16_000_000  # of a zip archive's list of files
_DAMAGED = "damaged or cut off; download it again"
_BROKEN = (zipfile.BadZipFile, EOFError, zlib.error, lzma.LZMAError, OSError, struct.error, ValueError)


class Zip(Source):
    """A zip archive."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        _refuse_long_list(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except UnicodeDecodeError:
            raise Refused("a file in it has a name that is no text") from None
        except (*_BROKEN, NotImplementedError):
            raise Refused(_DAMAGED) from None
        try:
            self._read_list(path.stat().st_size)
        except BaseException:
            self._zip.close()
            raise

    def _read_list(self, size: int) -> None:
        infos = self._zip.infolist()
        safety.refuse_number(len(infos))
        safety.refuse_size(sum(info.file_size for info in infos), size)
        paths = []
        for info in infos:
            if info.orig_filename != info.filename and "\0" in info.orig_filename:
                raise Refused(f"the name {info.orig_filename[:80]!a} has characters that are no text")
            name = _name_of(info)
            parts = safety.parts_of(name)
            if info.flag_bits & _ENCRYPTED:
                raise Refused(f"{name[:80]!r} is encrypted; unpack it with its password and give the folder")
            mode = info.external_attr >> 16
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
                kind = "a link" if stat.S_ISLNK(mode) else "neither a file nor a folder"
                raise Refused(f"{name[:80]!r} is {kind}")
            if name.endswith(("/", "\\")) or not parts:
                continue
            paths.append(parts)
            if not safety.is_junk(parts):
                self.entries.append(Entry(name, parts, info.file_size, info.compress_size, _time_of(info), info))
        safety.refuse_same_names(paths)

    def open(self, entry: Entry) -> IO[bytes]:
        """The bytes of a file."""
        try:
            return _Careful(self._zip.open(entry.handle), entry)  # type: ignore[return-value]
        except NotImplementedError:
            raise Refused(f"{entry.path[:80]!r} is packed in a way that only its own program knows") from None
        except (*_BROKEN, RuntimeError):
            raise Refused(_DAMAGED) from None

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()


class _Careful:
    """A file of an archive whose damage is a sentence."""

    def __init__(self, file: IO[bytes], entry: Entry) -> None:
        self._file, self._entry = file, entry

    def read(self, size: int = -1) -> bytes:
        try:
            return self._file.read(size)
        except _BROKEN as error:
            raise Refused(f"{self._entry.path[:80]!r} is {_DAMAGED}") from error

    def __enter__(self) -> _Careful:
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()


def _refuse_long_list(path: Path) -> None:
    """Refuse a list of files that is too long, before it is read: reading it takes memory by the entry.

    Raises:
        Refused: it is, or there is none.
    """
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        base = max(0, size - 22 - 65_535)  # the record at the end, and the longest comment after it
        file.seek(base)
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or at + 22 > len(tail):
            raise Refused(_DAMAGED)
        entries, length = struct.unpack_from("<HL", tail, at + 10)
        locator = tail[at - 20 : at] if at >= 20 else b""
        if locator.startswith(b"PK\x06\x07"):  # what does not fit stands in a second record
            file.seek(min(struct.unpack_from("<Q", locator, 8)[0], size))
            record = file.read(56)
            if record.startswith(b"PK\x06\x06") and len(record) == 56:
                entries, length = struct.unpack_from("<QQ", record, 32)
    safety.refuse_number(entries)
    if length > _DIRECTORY_BYTES:
        raise Refused(f"its list of files alone has {safety.shown_size(length)}")


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: many programs write UTF-8 and do not say so."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _time_of(info: zipfile.ZipInfo) -> datetime.datetime | None:
    """When a file was written: in the field that has a zone, else by the clock of whoever packed it."""
    extra, at = info.extra, 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 0x5455 and length >= 5 and extra[at + 4] & 1 and at + 9 <= len(extra):
            return _from_seconds(struct.unpack_from("<l", extra, at + 5)[0])
        at += 4 + length
    if info.date_time <= (1980, 1, 1, 23, 59, 59):  # what is written where there is none
        return None
    try:
        return datetime.datetime(*info.date_time).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def _from_seconds(seconds: float) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC) if seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


_READ_AT_ONCE = 1 << 24  # bytes; tarfile asks for more only where a header says so


class _Bounded:
    """An uncompressed tar archive that refuses to be read in huge pieces, which only a forged header asks for."""

    def __init__(self, path: Path) -> None:
        self._file = open(path, "rb")  # noqa: SIM115
        self.seek, self.tell, self.close = self._file.seek, self._file.tell, self._file.close

    def read(self, size: int = -1) -> bytes:
        if size > _READ_AT_ONCE:
            raise Refused("one of its headers is too large")
        return self._file.read(size)


class Tar(Source):
    """A tar archive, also a compressed one, which is decompressed into a file first."""

    def __init__(self, path: Path, scratch: Path) -> None:
        super().__init__(path)
        plain = scratch / "plain.tar"
        _decompress(path, plain)
        self._file = _Bounded(plain)
        try:
            self._tar = tarfile.open(fileobj=self._file, mode="r:")  # type: ignore[call-overload]  # noqa: SIM115
            self._read_list(scratch)
        except (tarfile.TarError, *_BROKEN):
            self._file.close()
            raise Refused(_DAMAGED) from None
        except BaseException:
            self._file.close()
            raise

    def _read_list(self, scratch: Path) -> None:
        paths: list[tuple[str, ...]] = []
        number = total = 0
        for info in self._tar:
            number += 1
            total += info.size
            safety.refuse_number(number)
            if total > safety.TOTAL:
                raise Refused(f"it unpacks to more than {safety.TOTAL / 1e9:g} GB")
            parts = safety.parts_of(info.name)
            if info.isdir():
                continue
            if not info.isreg() or info.issparse():
                kind = "a link" if info.issym() or info.islnk() else "neither a file nor a folder"
                raise Refused(f"{info.name[:80]!r} is {kind}")
            tarfile.data_filter(info, str(scratch))  # the standard library's own opinion
            paths.append(parts)
            if parts and not safety.is_junk(parts):
                self.entries.append(Entry(info.name, parts, info.size, info.size, _from_seconds(info.mtime), info))
        safety.refuse_same_names(paths)

    def open(self, entry: Entry) -> IO[bytes]:
        """The bytes of a file."""
        file: Any = self._tar.extractfile(entry.handle)
        return _Careful(file, entry)  # type: ignore[return-value]

    def close(self) -> None:
        """Let go of the file."""
        self._tar.close()
        self._file.close()


_COMPRESSED: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}


def _decompress(path: Path, target: Path) -> None:
    with open(path, "rb") as file:
        head = file.read(6)
    reader = next((each for magic, each in _COMPRESSED.items() if head.startswith(magic)), open)
    packed, written = path.stat().st_size, 0
    with reader(path, "rb") as source, open(target, "wb") as file:
        while True:
            try:
                piece = source.read(1 << 20)
            except _BROKEN as error:
                raise Refused(_DAMAGED) from error
            if not piece:
                return
            written += len(piece)
            safety.refuse_size(written, packed)
            file.write(piece)
