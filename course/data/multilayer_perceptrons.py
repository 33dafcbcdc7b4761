"""Two rings of points, one inside the other: a problem that no straight line solves.

The points are those of scikit-learn's ``make_circles``, number for number, without scikit-learn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Problem:
    """Points in the plane and their labels.

    Attributes:
        X: points, shape (n, 2).
        z: labels, shape (n,): 1.0 for the inner ring, 0.0 for the outer one.
    """

    X: np.ndarray
    z: np.ndarray


def circles(samples: int = 1000, noise: float = 0.1, factor: float = 0.5, seed: int = 0) -> Problem:
    """The whole rings, in random order.

    Args:
        samples: points altogether; half of them on each ring.
        noise: standard deviation of what is added to both coordinates.
        factor: radius of the inner ring; that of the outer one is 1.
        seed: of the order and the noise.
    """
    outer = samples // 2
    inner = samples - outer
    generator = np.random.RandomState(seed)
    turns = [np.linspace(0, 2 * np.pi, count, endpoint=False) for count in (outer, inner)]
    radii = np.repeat([1.0, factor], [outer, inner])[:, None]
    angles = np.concatenate(turns)
    points = radii * np.column_stack([np.cos(angles), np.sin(angles)])
    labels = np.repeat([0.0, 1.0], [outer, inner])
    order = np.arange(samples)
    generator.shuffle(order)
    return Problem(points[order] + generator.normal(scale=noise, size=points.shape), labels[order])


def half_circles(samples: int = 1000, noise: float = 0.1, factor: float = 0.5, seed: int = 0) -> Problem:
    """The upper half of `circles`: the points whose second coordinate is above 0, about half of them."""
    whole = circles(samples, noise, factor, seed)
    upper = whole.X[:, 1] > 0
    return Problem(whole.X[upper], whole.z[upper])
