"""What a terminal leaves of text that writes over itself, as progress bars do."""

from __future__ import annotations


def last_states(text: str) -> str:
    """Text with each line as it ends: of what was written over each other, the last that is not blank."""
    return "\n".join(map(_last_state, text.split("\n"))) if "\r" in text else text


def _last_state(line: str) -> str:
    return next((part for part in reversed(line.split("\r")) if part.strip()), "")
