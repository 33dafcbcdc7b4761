"""Archives that students hand in, and archives in them: unpacked within what one hand-in may have."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from course.grading.collect import safety
from course.grading.collect.contents import File, files_in
from course.grading.collect.safety import Refused
from course.grading.collect.sources import opened
from course.grading.errors import CourseError

_PACKED = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")


def is_packed(file: File) -> bool:
    """Whether it is an archive, and none by another name, such as a document."""
    return file.name.casefold().endswith(_PACKED)


def unpacked(files: list[File], scratch: Path, notes: list[str]) -> list[File]:
    """What the archives of a hand-in hold, archives in archives too; what is refused is noted.

    Args:
        files: of the hand-in.
        scratch: a folder to unpack into.
        notes: gets a phrase for each archive.
    """
    found: list[File] = []
    waiting = [(file, 1) for file in files if is_packed(file)]
    number = sum(file.path.stat().st_size for file in files), len(files)
    for file, depth in waiting:
        try:
            if depth > safety.NESTED:
                raise Refused(f"an archive in {safety.NESTED} others")
            inside, number = _unpack(file, scratch / str(len(list(scratch.iterdir()))), scratch, number)
        except CourseError as reason:
            notes.append(f"{file.name} refused: {str(reason).removeprefix(str(file.path) + ': ')}")
            continue
        notes.append(f"{file.name} unpacked")
        found += [each for each in inside if not is_packed(each)]
        waiting += [(each, depth + 1) for each in inside if is_packed(each)]
    return found


def _unpack(file: File, target: Path, scratch: Path, before: tuple[int, int]) -> tuple[list[File], tuple[int, int]]:
    size, number = before
    target.mkdir()
    try:
        with opened(file.path, scratch) as source:
            size, number = size + sum(entry.size for entry in source.entries), number + len(source.entries)
            if number > safety.FILES_EACH or size > safety.BYTES_EACH:
                raise Refused(
                    f"more than {safety.FILES_EACH} files or {safety.shown_size(safety.BYTES_EACH)} in one hand-in"
                )
            for entry in source.entries:
                if problem := safety.too_large(entry.size, entry.packed):
                    raise Refused(f"{entry.path[:80]!r} {problem}")
            refuse_same_disk_names([entry.parts for entry in source.entries])
            for entry in source.entries:
                path = target.joinpath(*map(safety.disk_name, entry.parts))
                path.parent.mkdir(parents=True, exist_ok=True)
                source.write(entry, path)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    inside = files_in(target)
    for each in inside:
        each.parts = (*file.parts[:-1], *each.parts)
    return inside, (size, number)


def refuse_same_disk_names(paths: Iterable[tuple[str, ...]]) -> None:
    """Refuse files that would be one on some system.

    Raises:
        Refused: says which.
    """
    seen: dict[tuple[str, ...], tuple[str, ...]] = {}
    for parts in paths:
        key = tuple(safety.folded(safety.disk_name(part)) for part in parts)
        if seen.setdefault(key, parts) is not parts:
            one, other = ("/".join(each)[:60] for each in (seen[key], parts))
            raise Refused(f"{one!r} and {other!r} are one name on some systems")
    _refuse_same_folders(seen.values())


def _refuse_same_folders(paths: Iterable[tuple[str, ...]]) -> None:
    folders: dict[tuple[str, ...], tuple[str, ...]] = {}
    for parts in paths:
        for count in range(1, len(parts)):
            folder = parts[:count]
            other = folders.setdefault(tuple(map(safety.folded, folder)), folder)
            if other != folder:
                one, two = "/".join(other)[:60], "/".join(folder)[:60]
                raise Refused(f"the folders {one!r} and {two!r} are one name on some systems")
