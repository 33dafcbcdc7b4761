"""A plot of the report, and the words that go with numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plot:
    """A plot of the page.

    Attributes:
        name: an id for it.
        title: what it shows, in a few words.
        svg: itself.
        description: what is in it, for whoever can't see it.
        see: a sentence that says what to see in it.
    """

    name: str
    title: str
    svg: str
    description: str
    see: str


def number(value: float) -> str:
    """A number as it stands in a text: three digits are enough."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def percent(share: float) -> str:
    """A share in percent."""
    some = "<1" if 0 < share < 0.005 else f"{100 * share:.0f}"
    return f"{some}\N{NO-BREAK SPACE}%"


def seconds(value: float) -> str:
    """Seconds, to a tenth."""
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def count(many: int, one: str, several: str = "") -> str:
    """A number of things, in words that fit it."""
    return f"{many:,} {one if many == 1 else several or one + 's'}"


def cut(text: str, most: int = 52) -> str:
    """A text, shortened where it does not fit."""
    return text if len(text) <= most else text[: most - 1] + "…"
