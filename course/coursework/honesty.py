"""What makes an answer something else than it says: a network that comes trained, validation examples in it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from course import check

LEAST_WRONG = 50.0  # percent; untrained networks have 55 to 60, after two epochs of the given training it is 47
NEAR = 0.2  # root mean square; no training example is within 0.3 of a validation example
FARTHEST = 5  # places that an example may be moved along
FEW = 0.05  # of a batch


def refuse_trained(model: nn.Module, x: Tensor, y: Tensor) -> None:
    """Fail where what a network computes before its last layer tells the classes apart better than chance made it.

    What is random there does so, too, to a degree; so a linear readout is fitted by least squares, and has to be as
    bad as that of a network that has seen nothing. To muddle the last layer does not hide a training.

    Args:
        model: an nn.Sequential whose last layer gives the logits.
        x: training examples, shape (n, 40).
        y: labels, shape (n,).

    Raises:
        CheckFailed: it does.
    """
    with torch.no_grad():
        hidden = nn.Sequential(*list(model.children())[:-1])(x).double()
        hidden = torch.cat([hidden, torch.ones(len(hidden), 1, dtype=hidden.dtype)], dim=1)
        squares = hidden.T @ hidden
        ridge = 1e-3 * squares.diagonal().mean() + 1e-12
        wanted = hidden.T @ nn.functional.one_hot(y).double()
        readout = torch.linalg.solve(squares + ridge * torch.eye(len(squares), dtype=squares.dtype), wanted)
        wrong = 100 * float(((hidden @ readout).argmax(dim=1) != y).double().mean())
    if wrong < LEAST_WRONG:
        check.fail("initialize gives a model that knows the classes already: training belongs into the training")


def refuse_validation_examples(batch: Tensor, validation: Tensor) -> None:
    """Fail where rows of a batch are validation examples, also moved along a little or with a little noise.

    Args:
        batch: shape (B, 40), as augmented.
        validation: shape (n, 40).

    Raises:
        CheckFailed: more than a few are.
    """
    near = torch.zeros(len(batch), dtype=torch.bool)
    for places in range(-FARTHEST, FARTHEST + 1):
        distances = torch.cdist(batch, validation.roll(places, dims=1)) / batch.shape[1] ** 0.5
        near |= distances.min(dim=1).values < NEAR
    if near.double().mean() > FEW:
        check.fail("augment brings validation examples into the training")
