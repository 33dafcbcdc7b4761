"""The deep-networks topic: the two shallow networks that the notebooks compose, and the sizes of a deep one."""

from __future__ import annotations

import numpy as np

from course.data.shallow_networks import Network

SIZES = (4, 5, 2, 4, 1)  # inputs, three hidden layers, outputs


def first_network() -> Network:
    """Zigzags three times between -1 and 1 (and a little beyond) while its input goes from -1 to 1 once."""
    return Network(np.array([1.0, -2.0, -3.0, 9.3]), np.array([[0.0, -1.0], [0.0, 1.0], [-0.67, 1.0]]))


def second_network() -> Network:
    """Has three joints between -1 and 1."""
    return Network(np.array([0.5, -1.0, -1.5, 2.0]), np.array([[-0.6, -1.0], [0.2, 1.0], [-0.5, 1.0]]))
