"""The shallow-networks topic: twenty examples to fit, and the parameters that the notebook starts from.

The inputs are those of the loss-functions topic, so that a student meets the same problem again there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course.data.loss_functions import X_TRAIN

# fmt: off
Y_TRAIN: tuple[float, ...] = (
    -0.15934537, 0.18195445, 0.45127015, 0.13921448, 0.09366691, 0.30567674, 0.37229117, 0.40716968,
    -0.08131792, 0.41187806, 0.36943738, 0.3994327, 0.01906257, 0.3582041, 0.45256496, -0.0183121,
    0.02957665, -0.24354444, 0.14803884, 0.2682497,
)
# fmt: on


@dataclass(frozen=True)
class Network:
    """Parameters of a shallow network with three hidden units and one output.

    Attributes:
        phi: offset of the output, then the weights of the three hidden units, shape (4,).
        theta: a row a hidden unit, its offset and then its slope along each input, shape (3, inputs + 1).
    """

    phi: np.ndarray
    theta: np.ndarray


def training_data() -> tuple[np.ndarray, np.ndarray]:
    """Inputs between 0 and 1, and targets, both of shape (20,)."""
    return np.array(X_TRAIN), np.array(Y_TRAIN)


def relu_network() -> Network:
    """One input, meant for ReLUs: the network that the notebook takes apart."""
    return Network(np.array([-0.3, 2.0, -1.0, 7.0]), np.array([[0.3, -1.0], [-1.0, 2.0], [-0.5, 0.65]]))


def sigmoid_network() -> Network:
    """One input, the same hidden units, other weights: meant for sigmoids."""
    return Network(np.array([0.3, 0.5, -1.0, 0.9]), np.array([[0.3, -1.0], [-1.0, 2.0], [-0.5, 0.65]]))


def two_input_network() -> Network:
    """Two inputs between 0 and 10, meant for ReLUs."""
    return Network(
        np.array([0.0, -1.0, 2.0, 0.6]), np.array([[4.0, -0.9, 0.0], [5.0, -0.9, -0.5], [-5.0, 0.5, 0.9]])
    )
