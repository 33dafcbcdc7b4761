"""Names and ids of people, as files write them."""

from __future__ import annotations

import unicodedata


def same_folder(identifier: str) -> str:
    """What is the same for two ids that name one folder on some system."""
    return unicodedata.normalize("NFC", identifier).casefold()


def in_one_line(text: str) -> str:
    """Text without line ends and other signs that would steer a terminal."""
    return " ".join("".join(" " if unicodedata.category(each) == "Cc" else each for each in text).split())


def split_name(full: str) -> tuple[str, str]:
    """First and last name of ``Lovelace, Ada`` or ``Ada Lovelace``."""
    if "," in full:
        last, _, first = full.partition(",")
    else:
        first, _, last = full.rpartition(" ")
    return first.strip(), last.strip()


def why_no_folder(identifier: str) -> str:
    """Why an id can't name a folder in submitted/, on every system and for nbgrader; "" where it can."""
    wrong = sorted({each for each in identifier if each in '/\\:*?"<>|[]' or not each.isprintable()})
    if wrong:
        return f"it has {' '.join(map(repr, wrong))} in it"
    if identifier[0] in ".~" or identifier[-1] in ". ":
        return "it begins or ends with a dot, or begins with ~"
    return ""
