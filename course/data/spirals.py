"""Points on the arms of a spiral, one class an arm: a problem that no straight line solves."""

from __future__ import annotations

import numpy as np


def spirals(
    seed: int = 0, *, classes: int = 4, points: int = 1000, noise: float = 0.16
) -> tuple[np.ndarray, np.ndarray]:
    """Noisy spiral arms that start at the origin, class after class and from the inside to the outside.

    Point t of arm k lies at t (sin a, cos a) with a = 2 pi (2 t + k) / classes, and normal noise that grows
    with t as the arms spread.

    Args:
        seed: of the noise; the same seed gives the same points.
        classes: how many arms.
        points: how many on each arm.
        noise: standard deviation at the outer end.

    Returns:
        The points, shape (classes * points, 2), float32, and their labels 0 to classes - 1, shape
        (classes * points,), int64.
    """
    generator = np.random.default_rng(seed)
    t = np.linspace(0, 1, points)
    angles = 2 * np.pi / classes * (2 * t + np.arange(classes)[:, None])  # an arm a row
    arms = np.stack([np.sin(angles), np.cos(angles)], axis=-1)
    places = t[:, None] * (arms + noise * generator.normal(size=arms.shape))
    y = np.repeat(np.arange(classes), points)
    return places.reshape(-1, 2).astype(np.float32), y.astype(np.int64)
