"""The three problems of the training topic, and the line search that its later notebooks are given.

A loss of one parameter with two valleys, a straight line to fit, and the Gabor model's data, whose loss has
many valleys (Prince, Understanding Deep Learning, 2023, chapter 6, figures 6.1 to 6.5 tell the same story).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

# fmt: off
LINE_INPUTS: tuple[float, ...] = (
    0.03, 0.19, 0.34, 0.46, 0.78, 0.81, 1.08, 1.18, 1.39, 1.6, 1.65, 1.9,
)
LINE_TARGETS: tuple[float, ...] = (
    0.67, 0.85, 1.05, 1.0, 1.4, 1.5, 1.3, 1.54, 1.55, 1.68, 1.73, 1.6,
)
GABOR_INPUTS: tuple[float, ...] = (
    -1.92, -14.22, 1.49, -1.94, -2.389, -5.09, -8.861, 3.578, -6.01, -6.995, 3.634, 0.8743, -10.96, 0.4073,
    -9.467, 8.56, 10.62, -0.1729, 10.4, -12.61, 0.1574, -13.04, -2.156, -12.1, -11.19, 2.902, -8.22, -11.79,
    -8.391, -4.505,
)
GABOR_TARGETS: tuple[float, ...] = (
    -1.051, -0.02482, 0.8896, -0.4943, -0.9371, 0.4306, 0.009577, -0.07944, 0.1624, -0.2682, -0.3129, 0.8303,
    -0.02365, 0.5098, -0.2777, 0.3367, 0.1927, -0.2222, 0.06352, 0.006888, 0.03224, 0.01091, -0.5706, -0.05258,
    -0.03666, 0.1709, -0.04805, 0.2008, -0.1904, 0.5952,
)
# fmt: on


@dataclass(frozen=True)
class Problem:
    """Training data.

    Attributes:
        x_train: inputs, shape (n,).
        y_train: targets, shape (n,).
    """

    x_train: np.ndarray
    y_train: np.ndarray


def linear_regression() -> Problem:
    """Twelve points near a straight line."""
    return Problem(np.array(LINE_INPUTS), np.array(LINE_TARGETS))


def gabor() -> Problem:
    """Thirty points near a Gabor function: a sine wave under a bell."""
    return Problem(np.array(GABOR_INPUTS), np.array(GABOR_TARGETS))


def two_valleys(phi: ArrayLike, depth: float = 0.45, centre: float = 0.35) -> np.ndarray:
    """A loss of one parameter: a wide valley around 0.65, and a narrow one.

    Args:
        phi: the parameter, any shape.
        depth: of the narrow valley.
        centre: of the narrow valley.

    Returns:
        The loss, of the shape of `phi`.
    """
    position = np.asarray(phi, dtype=float)
    wide = 0.5 * np.exp(-((position - 0.65) ** 2) / 0.1)
    narrow = depth * np.exp(-((position - centre) ** 2) / 0.02)
    return 1 - wide - narrow


# Given tools -------------------------------------------------------------------------------------------------


def line_search(
    loss: Callable[[float], float], max_dist: float = 0.1, threshold: float = 1e-5, max_iterations: int = 15
) -> float:
    """How far to go: the bracketing search of the first notebook, on distances from 0 to `max_dist`.

    Args:
        loss: of a distance.
        max_dist: the right end of the bracket at the start.
        threshold: stop when the two inner points are no further apart.
        max_iterations: stop after so many.

    Returns:
        The distance between the two inner points.
    """
    points = max_dist * np.array([0, 0.33, 0.66, 1.0])
    for _ in range(max_iterations):
        if abs(points[2] - points[1]) <= threshold:
            break
        start, left, right, end = (float(loss(float(point))) for point in points)
        if start < min(left, right, end):
            points[1:] /= 2
        else:
            low, high = points[[0, 2]] if left < right else points[[1, 3]]
            points = np.linspace(low, high, 4)
    return float(points[1] + points[2]) / 2


def line_search_descent(
    loss: Callable[[np.ndarray], float],
    gradient: Callable[[np.ndarray], np.ndarray],
    start: ArrayLike,
    steps: int,
    max_dist: float,
) -> np.ndarray:
    """Gradient descent in which a line search chooses the length of every step.

    Args:
        loss: of parameters of shape (p, 1).
        gradient: of the same, shape (p, 1).
        start: where it begins, shape (p, 1).
        steps: how many.
        max_dist: the longest distance, in multiples of the gradient.

    Returns:
        The path with its start, shape (steps + 1, p, 1).
    """
    path = [np.array(start, dtype=float)]
    for _ in range(steps):
        here, direction = path[-1], -np.asarray(gradient(path[-1]))

        def loss_after(distance: float, here: np.ndarray = here, direction: np.ndarray = direction) -> float:
            return loss(here + distance * direction)

        path.append(here + line_search(loss_after, max_dist) * direction)
    return np.stack(path)
