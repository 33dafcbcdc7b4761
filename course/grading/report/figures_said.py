"""What students said of sections, in plots: how hard, and how clear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from matplotlib.ticker import MaxNLocator

from course.grading.report.plot import Plot, count, cut, percent
from course.grading.report.svg import drawing, svg_of
from course.grading.said import AllSaid, Said
from course.plots.style import BLUE, GOLD, ORANGE, SKY
from course.sections.record import CLARITY, DIFFICULTY

_DARK, _LIGHT = "#111111", "#ffffff"  # letters on a bar
_COLOURS = {
    **dict(zip(DIFFICULTY, ((SKY, _DARK), (BLUE, _LIGHT), (ORANGE, _DARK)), strict=True)),
    **dict(zip(CLARITY, ((ORANGE, _DARK), (GOLD, _DARK), (BLUE, _LIGHT)), strict=True)),
}
FEW = 3  # answers of which a share says nothing
Row = tuple[Said, Counter[str]]


def difficulty(said: AllSaid) -> Plot | None:
    """How hard students found each section."""
    rows = [(section, section.difficulty()) for section in said.answered if section.difficulty()]
    if not rows:
        return None
    see = "The longer the orange at the right of a bar, the more found the section too hard."
    see += _most(rows, "too hard", "too hard for")
    return Plot("how-hard", "How hard", _bars(rows, DIFFICULTY, "how-hard"), _told(rows, DIFFICULTY), see)


def clarity(said: AllSaid) -> Plot | None:
    """How clear students found each section."""
    rows = [(section, section.clarity()) for section in said.answered if section.clarity()]
    if not rows:
        return None
    see = "The longer the orange at the left of a bar, the more found the section unclear."
    see += _most(rows, "unclear", "unclear to")
    return Plot("how-clear", "How clear", _bars(rows, CLARITY, "how-clear"), _told(rows, CLARITY), see)


def _most(rows: Sequence[Row], choice: str, words: str) -> str:
    """A sentence about the section in which most chose something; nothing where hardly anybody answered."""
    several = [row for row in rows if row[1].total() >= FEW and row[1][choice]]
    if not several:
        return ""
    section, counts = max(several, key=lambda row: row[1][choice] / row[1].total())
    share = percent(counts[choice] / counts.total())
    return f" Most of all {_named(section, rows)}: {words} {share} of {counts.total()}."


def _bars(rows: Sequence[Row], choices: Sequence[str], name: str) -> str:
    places: list[tuple[str | Row, float]] = []
    at, notebook = 0.0, ""
    for row in rows:
        if _several(rows) and row[0].notebook != notebook:
            notebook = row[0].notebook
            places.append((notebook, at))
            at += 0.62
        places.append((row, at))
        at += 1.05
    widest = max(counts.total() for _, counts in rows)
    with drawing(0.75 + 0.42 * at) as (figure, axes):
        for row_or_name, top in places:
            if isinstance(row_or_name, str):
                axes.text(0, top + 0.34, cut(row_or_name), va="center", fontsize=9, fontweight="bold")
                continue
            section, counts = row_or_name
            axes.text(0, top + 0.24, cut(section.title), va="center", fontsize=9)
            left = 0
            for choice in choices:
                if counts[choice]:
                    colour, letters = _COLOURS[choice]
                    axes.barh(top + 0.7, counts[choice], left=left, height=0.46, color=colour)
                    if counts[choice] >= 0.045 * widest:
                        place = (left + counts[choice] / 2, top + 0.71)
                        axes.text(*place, str(counts[choice]), ha="center", va="center", fontsize=8, color=letters)
                    left += counts[choice]
        axes.set(xlim=(0, widest * 1.02), ylim=(at + 0.1, 0), yticks=[], xlabel="students")
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.grid(axis="y", visible=False)
        axes.spines["left"].set_visible(False)
        handles = [axes.barh(0, 0, color=_COLOURS[choice][0], label=choice) for choice in choices]
        figure.legend(handles=handles, loc="outside upper left", ncols=3, handlelength=1, columnspacing=1.2)
        return svg_of(figure, name)


def _told(rows: Sequence[Row], choices: Sequence[str]) -> str:
    parts = [
        f"{_named(section, rows)}: " + ", ".join(f"{counts[choice]} {choice}" for choice in choices)
        for section, counts in rows
    ]
    return f"Stacked bars of {count(len(rows), 'section')}, numbers of students. {'; '.join(parts)}."


def _several(rows: Sequence[Row]) -> bool:
    return len({section.notebook for section, _ in rows}) > 1


def _named(section: Said, rows: Sequence[Row]) -> str:
    """A section in a sentence; two notebooks may have one of the same title."""
    same = [other for other, _ in rows if other.title == section.title]
    return f"“{section.title}” ({section.notebook})" if len(same) > 1 else f"“{section.title}”"
