"""Living things and their features: eight items of a family tree, with features that run in the family.

The features come from a branching diffusion on a binary tree, as in Saxe, McClelland and Ganguli, "A mathematical
theory of semantic development in deep neural networks" (PNAS, 2019). Those that people would name, and the facts
that break a rule, are written out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ITEMS: tuple[str, ...] = ("Goldfish", "Tuna", "Robin", "Canary", "Rose", "Daisy", "Pine", "Oak")
LEVELS = 3  # of branchings, each in two
FLIP_PROBABILITY = 0.15  # on every edge of the tree

# Feature to whether each item has it, in the order of ITEMS.
_NAMED_FEATURES: dict[str, tuple[int, ...]] = {
    "can_grow": (1, 1, 1, 1, 1, 1, 1, 1),
    "is_mammal": (0, 0, 0, 0, 0, 0, 0, 0),
    "has_leaves": (0, 0, 0, 0, 1, 1, 1, 1),
    "can_move": (1, 1, 1, 1, 0, 0, 0, 0),
    "has_trunk": (0, 0, 0, 0, 0, 0, 1, 1),
    "can_fly": (0, 0, 1, 1, 0, 0, 0, 0),
    "can_swim": (1, 1, 0, 0, 0, 0, 0, 0),
    "has_stem": (0, 0, 0, 0, 1, 1, 0, 0),
    "is_warmblooded": (0, 1, 1, 1, 0, 0, 0, 0),
    "can_flower": (0, 0, 0, 0, 1, 1, 0, 1),
}


@dataclass(frozen=True)
class NamedFeatures:
    """Features that people would name.

    Attributes:
        items: the eight living things.
        names: of the features, ten.
        values: 1 where an item has a feature and 0 where not, shape (10, 8).
    """

    items: list[str]
    names: list[str]
    values: np.ndarray


@dataclass(frozen=True)
class OddOneOut:
    """An item that breaks a rule of its family.

    Attributes:
        items: the eight living things, with the newcomer in its place.
        index: of the newcomer.
        feature: name of the feature by which it differs from its family.
        values: +1 where an item has the feature and -1 where not, shape (8,).
    """

    items: list[str]
    index: int
    feature: str
    values: np.ndarray


def named_features() -> NamedFeatures:
    """The items with ten features that have names."""
    values = np.array(list(_NAMED_FEATURES.values()), dtype=float)
    return NamedFeatures(list(ITEMS), list(_NAMED_FEATURES), values)


def tree_features(n_features: int = 10_000, seed: int = 0) -> np.ndarray:
    """Features of the eight items by branching diffusion.

    Each feature is a fair coin, +1 or -1, tossed at the root of a binary tree. Down every edge it is handed on, and
    flipped with probability 0.15. The leaves are the items.

    Args:
        n_features: how many, independent of one another.
        seed: of the generator.

    Returns:
        +1 or -1, shape (8, n_features), float64.
    """
    rng = np.random.default_rng(seed)
    values = np.where(rng.random((1, n_features)) < 0.5, -1.0, 1.0)
    for _ in range(LEVELS):
        values = np.repeat(values, 2, axis=0)  # two children below every node
        values = np.where(rng.random(values.shape) < FLIP_PROBABILITY, -values, values)
    return values


def shark() -> OddOneOut:
    """A fish without bones, in the place of the goldfish."""
    return _odd_one_out("Shark", 0, "has_bones", (-1, 1, 1, 1, -1, -1, -1, -1))


def parrot() -> OddOneOut:
    """A bird that can speak, in the place of the canary."""
    return _odd_one_out("Parrot", 3, "cannot_speak", (1, 1, 1, -1, 1, 1, 1, 1))


def _odd_one_out(name: str, index: int, feature: str, values: tuple[int, ...]) -> OddOneOut:
    items = list(ITEMS)
    items[index] = name
    return OddOneOut(items, index, feature, np.array(values, dtype=float))
