"""The exercises of an assignment, in plots: what they brought, and how well they tell submissions apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from course.grading.report.items import FAIR, Item
from course.grading.report.plot import Plot, cut, percent
from course.grading.report.svg import INK, LINES, drawing, svg_of
from course.plots.style import BLUE, GOLD, GREY, ORANGE, SKY

KINDS = {
    "check": ("check", SKY),
    "hidden": ("hidden test", BLUE),
    "think": ("Think", GOLD),
    "other": ("other", GREY),
}


def exercises(items: Sequence[Item]) -> Plot | None:
    """What share of its points each exercise brought, its check and its hidden test beside each other."""
    items = [item for item in items if item.shares]
    if not items:
        return None
    kinds = [kind for kind in KINDS if any(kind in item.shares for item in items)]
    rows, height = _rows(items, lambda item: 0.56 + 0.34 * len(item.shares))
    with drawing(0.75 + 0.42 * height) as (figure, axes):
        _write_names(axes, rows, 0.0)
        for item, at in rows:
            if isinstance(item, Item):
                for row, (kind, share) in enumerate(item.shares.items()):
                    y = at + 0.62 + 0.34 * row
                    axes.barh(y, share, height=0.28, color=KINDS[kind][1])
                    axes.text(min(share, 1.0) + 0.01, y, f"{100 * share:.0f}", va="center", fontsize=8)
        _plain_axis(axes, height)
        axes.set(xlim=(0, 1.08), xticks=[0, 0.25, 0.5, 0.75, 1], xlabel="mean share of the points")
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %", decimals=0))
        bars = [axes.barh(0, 0, color=KINDS[kind][1], label=KINDS[kind][0]) for kind in kinds]
        figure.legend(handles=bars, loc="outside upper left", ncols=4, handlelength=1, columnspacing=1.2)
        svg = svg_of(figure, "exercises")
    rated = [item for item in items if item.share is not None]
    parts = "; ".join(f"{_named(item, items)}: {_parts(item)}" for item in items)
    see = "The shorter a bar, the harder the exercise."
    if rated:
        hardest = min(rated, key=lambda item: item.share or 0.0)
        see += (
            f" The hardest is {_named(hardest, items)}: {percent(hardest.share or 0.0)} of its points on average."
        )
    gaps = [
        (item.shares["check"] - item.shares["hidden"], item)
        for item in items
        if item.shares.keys() >= {"check", "hidden"}
    ]
    if gaps:
        most, item = max(gaps, key=lambda gap: gap[0])
        if most >= 0.15:
            see += (
                f" In {_named(item, items)} the check is passed more often than the hidden test ({percent(most)} "
                "apart): many answers fit its examples alone."
            )
    return Plot("exercises", "Points by exercise", svg, f"Bars, mean share of points. {parts}.", see)


def discrimination(items: Sequence[Item]) -> Plot | None:
    """How well each exercise tells strong submissions from weak ones."""
    told = [item for item in items if item.discrimination is not None]
    if not told:
        return None
    rows, height = _rows(told, lambda _: 0.86)
    low = min(0.0, min(item.discrimination or 0.0 for item in told))
    with drawing(0.75 + 0.42 * height) as (figure, axes):
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.axvline(FAIR, color=LINES, linewidth=1.6, linestyle="--")
        _write_names(axes, rows, low)
        for item, at in rows:
            if isinstance(item, Item):
                value, y = item.discrimination or 0.0, at + 0.62
                colour, marker = (ORANGE, "s") if value < FAIR else (BLUE, "o")
                axes.plot([0, value], [y, y], color=colour, linewidth=1.4)
                axes.plot([value], [y], marker, color=colour, markersize=6)
                right = max(value, 0.0) if value < 0 else value
                axes.annotate(
                    f"{value:.2f}", (right, y), (6, 0), textcoords="offset points", va="center", fontsize=8
                )
        _plain_axis(axes, height)
        axes.set(xlim=(low - (0.05 if low < 0 else 0), 1.05), xlabel="correlation with the rest of the points")
        svg = svg_of(figure, "discrimination")
    weak = [item for item in told if (item.discrimination or 0.0) < FAIR]
    see = f"Right of the dashed line ({FAIR:g}) an exercise tells strong submissions from weak ones."
    if weak:
        named = ", ".join(_named(item, items) for item in weak[:3]) + (" and others" if len(weak) > 3 else "")
        see += f" Left of it (squares): {named}. Look at wording and tests, or take it for what all should know."
    else:
        see += " All do."
    values = "; ".join(f"{_named(item, items)} {item.discrimination:.2f}" for item in told)
    return Plot("discrimination", "Discrimination", svg, f"Corrected item-total correlations. {values}.", see)


Rows = list[tuple[Item | str, float]]


def _rows(items: Sequence[Item], tall: Callable[[Item], float]) -> tuple[Rows, float]:
    """Exercises with where each begins, under the names of their notebooks where there are several; and the end."""
    rows: Rows = []
    at, notebook = 0.0, ""
    for item in items:
        if _several(items) and item.exercise.notebook != notebook:
            notebook = item.exercise.notebook
            rows.append((notebook, at))
            at += 0.62
        rows.append((item, at))
        at += tall(item)
    return rows, at


def _write_names(axes: Axes, rows: Rows, left: float) -> None:
    for item, at in rows:
        if isinstance(item, Item):
            axes.text(left, at + 0.24, cut(item.exercise.name), va="center", fontsize=9)
        else:
            axes.text(left, at + 0.34, cut(item), va="center", fontsize=9, fontweight="bold")


def _plain_axis(axes: Axes, height: float) -> None:
    axes.set(ylim=(height + 0.1, 0), yticks=[])
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)


def _several(items: Sequence[Item]) -> bool:
    return len({item.exercise.notebook for item in items}) > 1


def _named(item: Item, items: Sequence[Item]) -> str:
    """An exercise in a sentence; two notebooks may have one of the same name."""
    same = [other for other in items if other.exercise.name == item.exercise.name]
    return f"{item.exercise.name} ({item.exercise.notebook})" if len(same) > 1 else item.exercise.name


def _parts(item: Item) -> str:
    return ", ".join(f"{KINDS[kind][0]} {percent(share)}" for kind, share in item.shares.items())
