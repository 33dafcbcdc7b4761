"""Figures of the notebook on decoding: distributions of the next token, a beam's tree, and texts compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from course.plots.style import BLACK, BLUE, CURVES, GREY, ORANGE, course_style, flat, panels

Sequences = Sequence[tuple[tuple[int, ...], float]]  # pairs of ids and a log probability


def readable(token: str) -> str:
    """A token's text with its blanks and line ends made visible, safe to draw."""
    shown = token.replace(" ", "␣").replace("\n", "↵").replace("\t", "→")
    return "".join(character if character in "␣↵→" or ord(character) < 0x250 else "□" for character in shown)


def _drawn(token: str) -> str:
    return readable(token).replace("$", r"\$")  # or matplotlib takes it for a formula


def next_tokens(
    distributions: Mapping[str, ArrayLike], token: Callable[[int], str], *, shown: int = 15, redrawn: bool = False
) -> plt.Figure:
    """Distributions of the next token side by side, for the tokens that are most probable in the first of them.

    Args:
        distributions: title to probabilities, shape (V,). From the second on, the first is drawn as an outline.
        token: the text of a token of this id.
        shown: how many tokens.
        redrawn: for a demo.
    """
    arrays = {title: flat(values) for title, values in distributions.items()}
    first = next(iter(arrays.values()))
    ids = np.argsort(-first, kind="stable")[:shown]
    places = np.arange(ids.size)
    with course_style():
        alone = len(arrays) == 1
        figure, axes = panels(len(arrays), width=6.0 if alone else 3.3, height=4.2, redrawn=redrawn)
        for number, (panel, (title, array)) in enumerate(zip(axes, arrays.items(), strict=True)):
            panel.barh(places, array[ids], height=0.75, color=BLUE if number == 0 else ORANGE)
            if number:
                panel.barh(places, first[ids], height=0.75, facecolor="none", edgecolor=BLACK, linewidth=0.8)
            panel.set(title=title, xlabel="probability", ylim=(ids.size - 0.4, -0.6))
            panel.xaxis.set_major_locator(MaxNLocator(4))
            panel.grid(axis="y", visible=False)
            panel.set_yticks(places, [_drawn(token(int(i))) for i in ids] if number == 0 else [""] * ids.size)
            panel.tick_params(axis="y", length=0)
        axes[0].set_ylabel("next token")
        if redrawn:
            figure.subplots_adjust(left=0.16, right=0.97, bottom=0.13, top=0.9, wspace=0.08)
    return figure


def beam_tree(steps: Sequence[Sequences], token: Callable[[int], str]) -> plt.Figure:
    """What a beam keeps after every step, as a tree whose branches end where all continuations were dropped.

    Args:
        steps: for each step the sequences kept after it, best first; every one is a token longer than before.
        token: the text of a token of this id.
    """
    best = steps[-1][0][0]
    rows = max(map(len, steps))
    with course_style():
        figure, (axes,) = panels(1, width=2.0 * (len(steps) + 0.6), height=max(0.75 * rows, 2.4))
        middle = (rows - 1) / 2
        axes.text(0, middle, "prompt", ha="center", va="center", bbox={"boxstyle": "round", "fc": "w", "ec": GREY})
        before: dict[tuple[int, ...], float] = {}
        for number, kept in enumerate(steps, start=1):
            places = {tuple(ids): float(rank) for rank, (ids, _) in enumerate(kept)}
            for ids, log_probability in kept:
                place, winner = places[tuple(ids)], tuple(ids) == tuple(best[: len(ids)])
                colour, width = (ORANGE, 2.4) if winner else (GREY, 1.2)
                start = before.get(tuple(ids[:-1]), middle)
                axes.plot([number - 0.68, number - 0.34], [start, place], color=colour, linewidth=width, zorder=1)
                axes.text(
                    number, place, f"{_drawn(token(int(ids[-1])))}\n{log_probability:.2f}",
                    ha="center", va="center", fontsize=9.5,
                    bbox={"boxstyle": "round", "fc": "w", "ec": colour, "lw": width},
                )  # fmt: skip
            before = places
        axes.set(xlim=(-0.45, len(steps) + 0.45), ylim=(rows - 0.4, -0.6), xlabel="tokens added")
        axes.set_xticks(range(1, len(steps) + 1))
        axes.set_yticks([])
        axes.grid(False)
        axes.spines["left"].set_visible(False)
    return figure


def text_log_probabilities(texts: Mapping[str, ArrayLike]) -> plt.Figure:
    """How the log probability of texts falls, token by token.

    Args:
        texts: name to the log probability of each token of the text given those before it, shape (n,).
    """
    with course_style():
        figure, (axes,) = panels(1, width=7.2, height=3.8)
        for number, (name, values) in enumerate(texts.items()):
            colour, line = CURVES[number % len(CURVES)]
            heights = np.concatenate([[0.0], np.cumsum(flat(values))])
            axes.plot(
                np.arange(heights.size), heights, linestyle=line, color=colour, marker="o", markersize=4, label=name
            )
        axes.set(xlabel="tokens added", ylabel="log probability of the text so far")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure
