"""The given training on MNIST-1D: one loop, of which the model, the training or the regularisation is replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor, nn

from course.data import mnist1d
from course.progress import Progress

EPOCHS = 50
BATCH = 100
LEARNING_RATE, MOMENTUM = 0.05, 0.9


@dataclass(frozen=True)
class Run:
    """A training that has ended.

    Attributes:
        model: as trained, in evaluation mode.
        losses: mean over each epoch's batches, penalties included, shape (epochs,).
        train_errors: percent of the training examples that are wrong after each epoch that was looked at.
        validation_errors: the same for the validation examples.
    """

    model: nn.Module
    losses: list[float]
    train_errors: list[float]
    validation_errors: list[float]


def baseline_model() -> nn.Module:
    """The network to beat: 40 inputs, two hidden layers of 100 ReLUs, 10 outputs."""
    return nn.Sequential(
        nn.Linear(40, 100), nn.ReLU(), nn.Linear(100, 100), nn.ReLU(), nn.Linear(100, 10)
    )  # fmt: skip


def he_uniform(model: nn.Module) -> None:
    """Initialise a network's linear layers in place: He's uniform weights, biases of zero.

    He, Zhang, Ren and Sun, "Delving deep into rectifiers" (ICCV, 2015).
    """
    for layer in model.modules():
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


def sgd(model: nn.Module, weight_decay: float = 0.0) -> torch.optim.Optimizer:
    """Stochastic gradient descent with learning rate 0.05 and momentum 0.9."""
    return torch.optim.SGD(model.parameters(), lr=LEARNING_RATE, momentum=MOMENTUM, weight_decay=weight_decay)


def halve_every_ten_epochs(optimizer: torch.optim.Optimizer) -> torch.optim.lr_scheduler.LRScheduler:
    """The learning rate is halved after every ten epochs."""
    return torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.5)


def train(
    model: nn.Module,
    seed: int,
    *,
    initialize: Callable[[nn.Module], None] = he_uniform,
    make_optimizer: Callable[[nn.Module], torch.optim.Optimizer] = sgd,
    make_scheduler: Callable[
        [torch.optim.Optimizer], torch.optim.lr_scheduler.LRScheduler
    ] = halve_every_ten_epochs,
    augment: Callable[[Tensor, torch.Generator], Tensor] | None = None,
    penalty: Callable[[nn.Module], Tensor] | None = None,
    epochs: int = EPOCHS,
    device: torch.device | str = "cpu",
    show: bool = True,
) -> Run:
    """Train a network on the training examples of MNIST-1D.

    Args:
        model: gives 10 logits for each row of 40 numbers; changed in place.
        seed: of the initial weights, of the order of the examples, and of whatever is random in the network.
        initialize: gives the network its first weights, in place.
        make_optimizer: gives an optimizer of the network's parameters.
        make_scheduler: gives what changes the optimizer's learning rate; it is stepped after every epoch.
        augment: gives a batch of shape (B, 40) another look; its random numbers come from the generator.
        penalty: gives a number that is added to the loss of every batch.
        epochs: how often every example is used.
        device: to compute on.
        show: whether to count errors after every epoch, not after the last one only, and show a bar.
    """
    x, y, x_validation, y_validation = (part.to(device) for part in examples())
    order = torch.Generator().manual_seed(seed)
    losses, train_errors, validation_errors = [], [], []
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model.to(device)
        initialize(model)
        optimizer = make_optimizer(model)
        scheduler = make_scheduler(optimizer)
        counted = Progress(range(epochs))
        for epoch in counted if show else range(epochs):
            model.train()
            total = torch.zeros((), device=device)
            batches = torch.randperm(len(x), generator=order).split(BATCH)
            for batch in batches:
                inputs = x[batch] if augment is None else augment(x[batch], order)
                loss = nn.functional.cross_entropy(model(inputs), y[batch])
                if penalty is not None:
                    loss = loss + penalty(model)
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                optimizer.step()
                total += loss.detach()
            scheduler.step()
            losses.append(float(total) / len(batches))
            if not show and epoch < epochs - 1:
                continue
            train_errors.append(error(model, x, y))
            validation_errors.append(error(model, x_validation, y_validation))
            counted.note(f"validation error {validation_errors[-1]:.1f} %")
    model.eval()
    return Run(model, losses, train_errors, validation_errors)


def error(model: nn.Module, x: Tensor, y: Tensor) -> float:
    """Percent of the examples whose largest logit is not the label's, in evaluation mode.

    Args:
        model: its mode is put back.
        x: shape (n, 40).
        y: labels, shape (n,).
    """
    was_training = model.training
    model.eval()
    with torch.no_grad():
        wrong = (model(x).argmax(dim=1) != y).double().mean()
    model.train(was_training)
    return 100 * float(wrong)


@cache
def examples() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The examples to train on and their labels, and those to validate on; don't change them."""
    data = mnist1d.load()
    return (
        torch.from_numpy(data.x_train),
        torch.from_numpy(data.y_train),
        torch.from_numpy(data.x_validation),
        torch.from_numpy(data.y_validation),
    )
