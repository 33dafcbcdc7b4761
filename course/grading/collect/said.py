"""What students said of sections, in a hand-in: the files NOTEBOOK.feedback.json, under whatever names."""

from __future__ import annotations

from collections.abc import Iterable

from course.grading.collect.contents import File, Found, name_of
from course.grading.said import feedback_stem
from course.sections.record import SUFFIX


def said_files(files: Iterable[File], found: Found, lms: str) -> tuple[dict[str, File], list[File]]:
    """Which file goes with which notebook, by its name; of several copies the last.

    Args:
        files: of the hand-in.
        found: its notebooks; what goes with none of them is another file like any.
        lms: where it comes from.

    Returns:
        the file's name in the submission to the file, and all files that are such, used or not.
    """
    ranked: dict[str, list[tuple[tuple[bool, int, int, int], File]]] = {}
    every = []
    for file in files:
        stem = feedback_stem(file.parts[-1])
        name, rank = name_of(stem, found.chosen, lms) if stem else ("", (0, 0))
        if name:
            elsewhere = file.parts[:-1] != found.chosen[name].parts[:-1]
            ranked.setdefault(f"{name}{SUFFIX}", []).append(((elsewhere, len(file.parts), *rank), file))
            every.append(file)
    return {name: min(those, key=lambda each: each[0])[1] for name, those in ranked.items()}, every
