"""Archives that nobody should unpack are refused in one line, and leave nothing behind."""

from __future__ import annotations

import functools
import io
import os
import stat
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from archives import aside, collect, marks, moodle, notebook_of, write_folder, write_roster, write_zip, zipped
from commands import one_clear_line
from courses import SmallCourse

from course.grading.collect import safety

NOTHING = "refused, and nothing was collected: "


def named(name: str) -> Callable[[Path], None]:
    """An archive with a file of this name after an innocent one."""
    return lambda path: files(path, {"ada/doubling.ipynb": b"{}", name: b"x"})


def files(path: Path, content: dict[str, bytes]) -> None:
    write_zip(path, content.items())


def twice(first: str, second: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # zipfile's own about the second
            write_zip(path, [(first, b"1"), (second, b"2")])

    return write


def of_kind(kind: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            info = zipfile.ZipInfo("ada/doubling.ipynb")
            info.external_attr = (kind | 0o644) << 16
            archive.writestr(info, "/etc/passwd")

    return write


def patched(offset_in_directory: int, value: bytes) -> Callable[[Path], None]:
    """An archive with other bytes in its list of files."""

    def write(path: Path) -> None:
        files(path, {"ada/doubling.ipynb": b"{}" * 100})
        data = bytearray(path.read_bytes())
        at = data.rfind(b"PK\x01\x02") + offset_in_directory
        data[at : at + len(value)] = value
        path.write_bytes(data)

    return write


def no_text(path: Path) -> None:
    """A name that claims to be UTF-8."""
    files(path, {"ada/\u00e4.ipynb": b"{}"})
    path.write_bytes(path.read_bytes().replace("\u00e4".encode(), b"\xff\xff"))


def bomb(path: Path) -> None:
    files(path, {"ada/doubling.ipynb": b"0" * 150_000_000})


def many_large(path: Path) -> None:
    """Files that claim 250 MB each, as a bomb whose parts overlap does."""
    files(path, {f"s{number}/doubling.ipynb": os.urandom(3000) for number in range(17)})
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<L", data, at + 24, 250_000_000)
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(data)


@functools.cache
def _hundred_thousand() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(100_000):
            archive.writestr(f"{number}", b"")
    return target.getvalue()


def hundred_thousand(path: Path) -> None:
    path.write_bytes(_hundred_thousand())


def claims_few(path: Path) -> None:
    """100 000 entries, and a record at the end that says one."""
    hundred_thousand(path)
    data = bytearray(path.read_bytes())
    end = data.rfind(b"PK\x05\x06")
    struct.pack_into("<HH", data, end + 8, 1, 1)
    del data[end - 76 : end]  # the second record, which says it right
    path.write_bytes(data)


def cut_off(path: Path) -> None:
    files(path, {"ada/doubling.ipynb": os.urandom(9000)})
    path.write_bytes(path.read_bytes()[:-4000])


def damaged(path: Path) -> None:
    files(path, {"ada/doubling.ipynb": os.urandom(9000)})
    data = bytearray(path.read_bytes())
    data[2000:2010] = b"damage!!!!"
    path.write_bytes(data)


ZIPS: dict[str, tuple[Callable[[Path], None], str]] = {
    "climbs out": (named("../../evil.ipynb"), "'../../evil.ipynb' climbs out of the archive"),
    "climbs out in the middle": (named("ada/../../evil"), "'ada/../../evil' climbs out of the archive"),
    "climbs out by backslashes": (named("..\\..\\evil"), r"'..\\..\\evil' climbs out of the archive"),
    "absolute": (named("/etc/cron.d/evil"), "'/etc/cron.d/evil' is an absolute path"),
    "absolute by a backslash": (named("\\evil"), r"'\\evil' is an absolute path"),
    "drive letter": (named("C:\\evil.bat"), r"'C:\\evil.bat' begins with a drive letter"),
    "link": (of_kind(stat.S_IFLNK), "'ada/doubling.ipynb' is a link"),
    "device": (of_kind(stat.S_IFCHR), "'ada/doubling.ipynb' is neither a file nor a folder"),
    "pipe": (of_kind(stat.S_IFIFO), "'ada/doubling.ipynb' is neither a file nor a folder"),
    "bomb by ratio": (bomb, "it unpacks from 146 kB to 150 MB, as only a bomb does"),
    "bomb by total size": (many_large, "it unpacks to more than 4 GB"),
    "two of one name": (twice("ada/x.ipynb", "ada/x.ipynb"), "two files in it are called 'ada/x.ipynb'"),
    "two of one name but for case": (
        twice("ada/x.ipynb", "ADA/X.ipynb"), "'ada/x.ipynb' and 'ADA/X.ipynb' are one name on some systems"),
    "two of one name but for accents": (
        twice("ada/\u00e4.ipynb", "ada/a\u0308.ipynb"),
        "'ada/\u00e4.ipynb' and 'ada/a\u0308.ipynb' are one name on some systems"),
    "folders of one name but for case": (
        twice("ada/x.ipynb", "Ada/y.ipynb"), "the folders 'ada' and 'Ada' are one name on some systems"),
    "file and folder of one name": (twice("ada", "ada/x.ipynb"), "'ada' is a file and a folder in it"),
    "100 000 entries": (hundred_thousand, "100000 files and folders; at most 20000 are read"),
    "100 000 entries that claim to be one": (claims_few, "100000 files and folders; at most 20000 are read"),
    "encrypted": (
        patched(8, b"\x01\x00"),
        "'ada/doubling.ipynb' is encrypted; unpack it with its password and give the folder"),
    "cut off": (cut_off, "damaged or cut off; download it again"),
    "damaged": (damaged, "'ada/doubling.ipynb' is damaged or cut off; download it again"),
    "larger than it says": (patched(24, b"\x05\x00\x00\x00"), "'ada/doubling.ipynb' is damaged or cut off"),
    "smaller than it says": (patched(24, b"\xff\x00\x00\x00"), "'ada/doubling.ipynb' is cut off"),
    "packed in an unknown way": (
        patched(10, b"\x63\x00"), "'ada/doubling.ipynb' is packed in a way that only its own program knows"),
    "a name with control characters": (named("ada/\x1b[2Jx"), r"the name 'ada/\x1b[2Jx' has characters"),
    "a name with a zero byte": (patched(46, b"ada\x00"), r"the name 'ada\x00"),
    "a name that is no text": (no_text, "a file in it has a name that is no text"),
    "a very long name": (named("ada/" + "x" * 2000), "a name of 2004 characters begins with 'ada/xxx"),
    "very deep folders": (named("a/" * 50 + "x"), "'a/a/a/a/"),
}  # fmt: skip


@pytest.mark.parametrize("attack", ZIPS)
def test_hostile_zip_is_refused_in_one_line_and_leaves_nothing(
    attack: str, released_course: SmallCourse, tmp_path: Path
) -> None:
    path = tmp_path / "all.zip"
    ZIPS[attack][0](path)
    words = ["collect", str(path), "--assignment", "01_first", "--roster", str(write_roster(released_course))]
    before = sorted(tmp_path.iterdir())
    line = one_clear_line(released_course, *words)
    assert line.startswith(f"course collect: {path}: {NOTHING}{ZIPS[attack][1]}"), line
    assert sorted(tmp_path.iterdir()) == before
    assert not list(released_course.root.glob(".course-collect*"))
    assert line.isprintable()


def tar_of(*infos: tarfile.TarInfo, mode: str = "w") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
            for info in infos:
                archive.addfile(info, io.BytesIO(b"\0" * info.size))

    return write


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", size: int = 0) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, size
    return info


def forged_header(path: Path) -> None:
    """A header that has 2 GB of names, all zeros."""
    info = member("x", tarfile.XHDTYPE, size=0)
    block = bytearray(info.tobuf())
    block[124:136] = b"%011o\0" % 2_000_000_000
    block[148:156] = b"        "
    block[148:156] = b"%06o\0 " % sum(block[:512])
    path.write_bytes(bytes(block) + b"\0" * 10_000)


TARS: dict[str, tuple[Callable[[Path], None], str]] = {
    "climbs out": (tar_of(member("../evil")), "'../evil' climbs out of the archive"),
    "absolute": (tar_of(member("/etc/evil")), "'/etc/evil' is an absolute path"),
    "symbolic link": (tar_of(member("ada/x", tarfile.SYMTYPE, "/etc/passwd")), "'ada/x' is a link"),
    "hard link": (tar_of(member("ada/x", tarfile.LNKTYPE, "../../x")), "'ada/x' is a link"),
    "device": (tar_of(member("ada/x", tarfile.CHRTYPE)), "'ada/x' is neither a file nor a folder"),
    "pipe": (tar_of(member("ada/x", tarfile.FIFOTYPE)), "'ada/x' is neither a file nor a folder"),
    "two of one name": (tar_of(member("ada/x"), member("ada/x")), "two files in it are called 'ada/x'"),
    "bomb": (tar_of(member("ada/x", size=150_000_000), mode="w:gz"), "it unpacks from 1"),
    "forged header": (forged_header, "one of its headers is too large"),
}


@pytest.mark.parametrize("attack", TARS)
def test_hostile_tar_is_refused_in_one_line_and_leaves_nothing(
    attack: str, released_course: SmallCourse, tmp_path: Path
) -> None:
    path = tmp_path / "all.tar"
    TARS[attack][0](path)
    line = one_clear_line(released_course, "collect", str(path), "--assignment", "01_first")
    assert line.startswith(f"course collect: {path}: {NOTHING}{TARS[attack][1]}"), line
    assert not list(released_course.root.glob(".course-collect*"))


def test_tar_of_too_many_entries_is_refused(
    released_course: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety, "ENTRIES", 10)
    tar_of(*(member(f"ada/{number}") for number in range(20)))(tmp_path / "all.tar")
    line = one_clear_line(released_course, "collect", str(tmp_path / "all.tar"), "--assignment", "01_first")
    assert "11 files and folders; at most 10 are read" in line


# What one student can do -----------------------------------------------------------------------------------------


STUDENTS: dict[str, Callable[[Path], dict[str, bytes]]] = {
    "bomb": lambda _: {"doubling.ipynb": b"0" * 150_000_000},
    "bomb in a zip": lambda _: {"hw.zip": zipped({"doubling.ipynb": b"0" * 150_000_000})},
    "bomb in a zip in a zip": lambda _: {
        "a.zip": zipped({"b.zip": zipped({"doubling.ipynb": b"0" * 150_000_000})})
    },
    "zip that climbs out": lambda _: {"hw.zip": zipped({"../../../doubling.ipynb": b"{}"})},
    "zip with an absolute name": lambda _: {"hw.zip": zipped({"/doubling.ipynb": b"{}"})},
    "zip of many": lambda _: {"hw.zip": zipped({f"{n}.ipynb": b"{}" for n in range(1500)})},
    "zip with a link": lambda path: {"hw.zip": written(path, of_kind(stat.S_IFLNK))},
    "encrypted zip": lambda path: {"hw.zip": written(path, patched(8, b"\x01\x00"))},
    "too many files": lambda _: {f"{n}.txt": b"x" for n in range(1500)},
}


def written(path: Path, write: Callable[[Path], None]) -> bytes:
    write(path)
    return path.read_bytes()


@pytest.mark.parametrize("attack", STUDENTS)
def test_what_one_student_does_costs_only_that_student(
    attack: str, released_course: SmallCourse, tmp_path: Path
) -> None:
    evil = STUDENTS[attack](tmp_path / "evil.zip")
    noise = {"doubling.ipynb": notebook_of(released_course, "bob"), "noise.bin": os.urandom(4_000_000)}
    archive = moodle(tmp_path / "all.zip", [("Ada Lovelace", 1, evil), ("Bob Tables", 2, noise)])
    said = collect(released_course, archive)
    assert (said.status, said.err, marks(released_course)) == (0, "", {"bob": "bob"}), said
    (reason,) = aside(released_course).values()
    assert "\n" not in reason
    kept = [path.stat().st_size for path in (released_course.root / "collected/01_first/aside").rglob("*")]
    assert max(kept) < 1_000_000  # what is packed stays so


def test_links_in_a_folder_are_not_followed(released_course: SmallCourse, tmp_path: Path) -> None:
    secret = write_folder(tmp_path / "secret", {"doubling.ipynb": notebook_of(released_course, "secret")})
    homes = write_folder(tmp_path / "homes", {"bob/doubling.ipynb": notebook_of(released_course, "bob")})
    (homes / "ada").symlink_to(secret)
    (homes / "cob").mkdir()
    (homes / "cob" / "doubling.ipynb").symlink_to(secret / "doubling.ipynb")
    os.mkfifo(homes / "bob" / "pipe")
    said = collect(released_course, homes)
    assert marks(released_course) == {"bob": "bob"}
    assert "not followed, because they are links: 'ada', 'bob/pipe', 'cob/doubling.ipynb'" in said.out


def test_file_names_of_any_bytes_on_the_disk_are_read(released_course: SmallCourse, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "all" / "ada", {"doubling.ipynb": notebook_of(released_course, "ada")})
    (folder / os.fsdecode(b"caf\xe9\x1b.txt")).write_bytes(b"x")
    assert collect(released_course, tmp_path / "all").status == 0
    assert sorted(path.name for path in (released_course.root / "collected/01_first/ada/1").iterdir()) == [
        "caf\ufffd_.txt",
        "doubling.ipynb",
    ]


# What a person gets wrong ----------------------------------------------------------------------------------------

MISTAKES: dict[str, tuple[bytes | None, str]] = {
    "nothing.zip": (None, "can't be read: No such file or directory"),
    "empty.zip": (b"", "the file is empty; download the submissions again"),
    "login.zip": (
        b"\n<!DOCTYPE html><title>Log in", "a web page, not an archive; log in and download the submissions again"),
    "all.rar": (b"Rar!\x1a\x07", "a RAR archive; unpack it and give the folder"),
    "all.7z": (b"7z\xbc\xaf\x27", "a 7-Zip archive; unpack it and give the folder"),
    "notes.txt": (b"hello", "neither a folder nor a zip or tar archive"),
    "none.zip": (zipped({}), "nothing in it"),
    "students.csv": (b"id,name\n1,Ada\n", "not Moodle's grading worksheet; a roster is given with --roster"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_what_is_no_archive_is_called_what_it_is(name: str, released_course: SmallCourse, tmp_path: Path) -> None:
    content, reason = MISTAKES[name]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    line = one_clear_line(released_course, "collect", str(tmp_path / name), "--assignment", "01_first")
    assert line.startswith(f"course collect: {tmp_path / name}: {reason}"), line


def test_folder_of_far_too_much_is_refused(
    released_course: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety, "ENTRIES", 3)
    write_folder(tmp_path / "all" / "ada", {f"{number}.txt": b"" for number in range(5)})
    line = one_clear_line(released_course, "collect", str(tmp_path / "all"), "--assignment", "01_first")
    assert line.endswith("more than 3 files; is it the right folder?")


def test_disk_that_is_too_full_is_seen_before_anything_is_written(
    released_course: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: os.terminal_size((0, 0)) and _Usage())
    archive = moodle(tmp_path / "a.zip", [("Ada Lovelace", 1, {"doubling.ipynb": b"0" * 4000})])
    line = one_clear_line(released_course, "collect", str(archive), "--assignment", "01_first")
    assert "unpacks to 4 kB, and" in line and "has room for 5 kB only" in line


class _Usage:
    free = 5000
