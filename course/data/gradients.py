"""What the gradients topic works on: a chain of simple functions, a small deep network, and a curve to fit.

Prince, Understanding Deep Learning (2023), chapter 7, differentiates a chain and a network like these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Chain:
    """Input and parameters of y = b4 + w4 log(b3 + w3 cos(b2 + w2 exp(b1 + w1 sin(b0 + w0 x)))).

    Attributes:
        x: the input, one number.
        beta: offsets b0 to b4, shape (5,).
        omega: factors w0 to w4, shape (5,).
    """

    x: float
    beta: np.ndarray
    omega: np.ndarray


def chain_rule() -> Chain:
    """The point at which the chain is differentiated; its logarithm is of a positive number there."""
    return Chain(
        x=2.3,
        beta=np.array([1.0, 2.0, -3.0, 0.4, -0.3]),
        omega=np.array([0.1, -0.4, 2.0, 3.0, -0.5]),
    )


@dataclass(frozen=True)
class DeepNetwork:
    """Parameters of a network with K hidden layers, and one example; columns are examples.

    Attributes:
        all_weights: K + 1 arrays; the k-th has shape (width of the layer it feeds, width of the one it reads).
        all_biases: K + 1 arrays of shape (width of the layer it feeds, 1).
        net_input: the example's input, shape (1, 1).
        y: its target, shape (1, 1).
    """

    all_weights: list[np.ndarray]
    all_biases: list[np.ndarray]
    net_input: np.ndarray
    y: np.ndarray


def deep_network() -> DeepNetwork:
    """Five hidden layers of six units, one input, one output; standard normal parameters (seed 0)."""
    depth, width = 5, 6
    rng = np.random.RandomState(0)
    first_weights, last_weights = rng.normal(size=(width, 1)), rng.normal(size=(1, width))
    first_biases, last_biases = rng.normal(size=(width, 1)), rng.normal(size=(1, 1))
    weights, biases = [first_weights], [first_biases]
    for _ in range(depth - 1):
        weights.append(rng.normal(size=(width, width)))
        biases.append(rng.normal(size=(width, 1)))
    return DeepNetwork(
        all_weights=[*weights, last_weights],
        all_biases=[*biases, last_biases],
        net_input=np.array([[1.2]]),
        y=np.array([[20.0]]),
    )


def curve() -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets of a curve to fit, both of shape (1, 40): one wave and a bend, without noise."""
    x = np.linspace(-1, 1, 40).reshape(1, -1)
    return x, np.sin(4 * x) + 0.5 * np.abs(x)
