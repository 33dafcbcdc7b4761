"""The shallow network of the first topic, for the topics that build on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def shallow_network(
    x: ArrayLike, beta_0: ArrayLike, omega_0: ArrayLike, beta_1: ArrayLike, omega_1: ArrayLike
) -> np.ndarray:
    """One input, D hidden ReLU units, any number of outputs; columns are examples.

    Computes ``beta_1 + omega_1 @ relu(beta_0 + omega_0 x)``
    (Prince, Understanding Deep Learning, 2023, section 3.1).

    Args:
        x: inputs, shape (n,) or (1, n).
        beta_0: offsets of the hidden units, shape (D,) or (D, 1).
        omega_0: their slopes, shape (D,) or (D, 1).
        beta_1: offsets of the outputs, a number, (D_o,) or (D_o, 1).
        omega_1: weights from hidden units to outputs, shape (D,) or (D_o, D).

    Returns:
        The outputs, shape (D_o, n); D_o is 1 where `omega_1` has one row.

    Raises:
        ValueError: the shapes do not fit together.
    """
    row = np.asarray(x, dtype=float).reshape(1, -1)
    offsets, slopes = (np.asarray(p, dtype=float).reshape(-1, 1) for p in (beta_0, omega_0))
    weights = np.atleast_2d(np.asarray(omega_1, dtype=float))
    output_offsets = np.asarray(beta_1, dtype=float).reshape(-1, 1)
    if offsets.shape != slopes.shape or weights.shape[1] != offsets.shape[0]:
        raise ValueError(
            f"shallow_network: {offsets.shape[0]} offsets, {slopes.shape[0]} slopes and output weights of "
            f"shape {weights.shape} do not fit together"
        )
    if output_offsets.shape[0] not in (1, weights.shape[0]):
        raise ValueError(
            f"shallow_network: {output_offsets.shape[0]} output offsets for {weights.shape[0]} outputs"
        )
    hidden = np.maximum(0.0, offsets + slopes * row)
    return output_offsets + weights @ hidden
