"""Reads pages of feedback as a person would: an exercise's card, its points, its words."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """What a page says of one exercise: its HTML, its points, and its text."""

    html: str
    points: str
    text: str


def text_of(markup: str) -> str:
    """HTML as text, without what is not read."""
    markup = re.sub(r"<(style|script)\b.*?</\1>", " ", markup.replace("<wbr>", ""), flags=re.DOTALL)
    markup = re.sub(r"</?(?:a|b|code|em|span|strong)\b[^>]*>", "", markup)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def card(page: str, exercise: str, notebook: str = "doubling") -> Card:
    """The card of an exercise."""
    (found,) = re.findall(
        rf'<article class="card" aria-labelledby="e-{notebook}-{exercise}">(.*?)</article>', page, re.DOTALL
    )
    head, _, _ = found.partition("</div>")
    points = text_of(head).rpartition("· ")[2]
    return Card(found, points, text_of(found))


def overview(page: str) -> dict[str, str]:
    """The table on top: notebook or exercise to the rest of its line."""
    (table,) = re.findall(r'<table class="overview">(.*?)</table>', page, re.DOTALL)
    lines = re.findall(r"<tr>\s*<th scope=\"row(?:group)?\">(.*?)</th>(.*?)</tr>", table, re.DOTALL)
    return {text_of(name).replace(" ", ""): text_of(rest) for name, rest in lines}
