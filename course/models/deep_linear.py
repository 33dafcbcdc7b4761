"""The deep linear network of topic 7, and a record of how it learns for the notebooks that look at one.

Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks"
(ICLR, 2014) is where such networks were first solved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn


class LNNet(nn.Module):
    """Two layers without biases and without activation functions: out = W2 W1 x.

    Attributes:
        in_hid: the first layer; its weight W1 has shape (hid_dim, in_dim).
        hid_out: the second one; its weight W2 has shape (out_dim, hid_dim).
    """

    def __init__(self, in_dim: int, hid_dim: int, out_dim: int) -> None:
        """
        Args:
            in_dim: number of inputs.
            hid_dim: number of hidden units.
            out_dim: number of outputs.
        """
        super().__init__()
        self.in_hid = nn.Linear(in_dim, hid_dim, bias=False)
        self.hid_out = nn.Linear(hid_dim, out_dim, bias=False)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Outputs and hidden activations; rows are examples.

        Args:
            x: inputs, shape (n, in_dim).

        Returns:
            out, shape (n, out_dim), and hid, shape (n, hid_dim).
        """
        hid = self.in_hid(x)
        return self.hid_out(hid), hid


@dataclass(frozen=True)
class Record:
    """What a network did in every epoch, before the epoch's step.

    Attributes:
        losses: mean squared errors, shape (n_epochs,).
        hidden: activations of the hidden units for every item, shape (n_epochs, n, hid_dim).
        predictions_last: output for the last feature of every item, shape (n_epochs, n).
    """

    losses: torch.Tensor
    hidden: torch.Tensor
    predictions_last: torch.Tensor


def record_learning(
    targets: torch.Tensor,
    hid_dim: int = 30,
    gamma: float = 1e-12,
    lr: float = 100.0,
    n_epochs: int = 250,
    seed: int = 0,
) -> Record:
    """Train a deep linear network on one-hot inputs, one a row of targets, and record how it learns.

    With one-hot inputs the columns of W1 are the hidden activations, and both gradients are one product of
    matrices: no graph is needed. Starts from normally distributed weights with the standard deviation
    gamma / sqrt(fan in + fan out).

    Args:
        targets: features of the items, shape (n, out_dim); the record stays on their device.
        hid_dim: number of hidden units.
        gamma: scale of the first weights.
        lr: learning rate of gradient descent on the mean squared error.
        n_epochs: number of steps, each with all items.
        seed: of the first weights, the same on every device.
    """
    n, out_dim = targets.shape
    rng = np.random.default_rng(seed)
    hidden = torch.as_tensor(rng.normal(size=(n, hid_dim)) * gamma / np.sqrt(n + hid_dim)).to(targets)
    outward = torch.as_tensor(rng.normal(size=(out_dim, hid_dim)) * gamma / np.sqrt(out_dim + hid_dim)).to(targets)
    losses, activations, predictions = [], [], []
    for _ in range(n_epochs):
        misses = hidden @ outward.T - targets
        losses.append(misses.square().mean())
        activations.append(hidden)
        predictions.append(misses[:, -1] + targets[:, -1])
        step = 2 * lr / misses.numel()
        hidden, outward = hidden - step * misses @ outward, outward - step * misses.T @ hidden
    return Record(torch.stack(losses), torch.stack(activations), torch.stack(predictions))
