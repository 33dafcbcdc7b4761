"""The three problems of the loss-functions topic: one input, twenty examples, a shallow network to score.

All three share the inputs and the hidden layer; what differs is the kind of target and so the loss
(Prince, Understanding Deep Learning, 2023, chapter 5, figures 5.3 to 5.10 tell the same story).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# fmt: off
X_TRAIN: tuple[float, ...] = (
    0.09291784, 0.46809093, 0.93089486, 0.67612654, 0.73441752, 0.86847339, 0.49873225, 0.51083168,
    0.18343972, 0.99380898, 0.27840809, 0.38028817, 0.12055708, 0.56715537, 0.92005746, 0.7707227,
    0.85278176, 0.0531595, 0.87168699, 0.58858043,
)
REGRESSION_TARGETS: tuple[float, ...] = (
    -0.25934537, 0.18195445, 0.65127015, 0.13921448, 0.09366691, 0.30567674, 0.37229117, 0.20716968,
    -0.08131792, 0.51187806, 0.16943738, 0.3994327, 0.01906257, 0.5582041, 0.45256496, -0.1183121,
    0.02957665, -1.24354444, 0.24803884, 0.2682497,
)
BINARY_TARGETS: tuple[int, ...] = (
    0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 1,
)
CLASS_TARGETS: tuple[int, ...] = (
    2, 0, 1, 2, 1, 0, 0, 2, 2, 0, 2, 0, 2, 0, 1, 2, 1, 2, 1, 0,
)
# fmt: on


@dataclass(frozen=True)
class Problem:
    """Training data and the parameters that the notebook starts from.

    Attributes:
        x_train: inputs, shape (20,), between 0 and 1.
        y_train: targets, shape (20,): numbers, or the labels 0, 1, … as whole numbers.
        beta_0: offsets of the three hidden units, shape (3, 1).
        omega_0: slopes of the three hidden units, shape (3, 1).
        beta_1: offsets of the outputs, shape (outputs, 1).
        omega_1: weights from hidden units to outputs, shape (outputs, 3).
    """

    x_train: np.ndarray
    y_train: np.ndarray
    beta_0: np.ndarray
    omega_0: np.ndarray
    beta_1: np.ndarray
    omega_1: np.ndarray


def _problem(targets: tuple, beta_1: list[float], omega_1: list[list[float]]) -> Problem:
    return Problem(
        x_train=np.array(X_TRAIN),
        y_train=np.array(targets),
        beta_0=np.array([[0.3], [-1.0], [-0.5]]),
        omega_0=np.array([[-1.0], [1.8], [0.65]]),
        beta_1=np.array(beta_1)[:, None],
        omega_1=np.array(omega_1),
    )


def regression() -> Problem:
    """Targets are numbers; one output, the mean of a normal distribution. Its sigma is 0.2 at the start."""
    return _problem(REGRESSION_TARGETS, [0.1], [[-2.0, -1.0, 7.0]])


def binary_classification() -> Problem:
    """Targets are 0 or 1; one output, which a sigmoid turns into Pr(y = 1)."""
    return _problem(BINARY_TARGETS, [2.6], [[-24.0, -8.0, 50.0]])


def multiclass_classification() -> Problem:
    """Targets are 0, 1 or 2; three outputs, which a softmax turns into the classes' probabilities."""
    return _problem(
        CLASS_TARGETS,
        [2.0, -2.0, 0.0],
        [[-24.0, -8.0, 50.0], [-2.0, 8.0, -30.0], [16.0, -8.0, -8.0]],
    )
