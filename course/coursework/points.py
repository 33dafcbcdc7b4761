"""Whether an answer to the coursework is one, and how many points it gets.

All take the student's functions, and train with the course's own loop on a network of its own (:mod:`.parts`,
:mod:`.mirror`). In the tester no code of the student's has a hand in that: what comes from them are the layers, the
initial weights, the optimizer's kind and numbers, what a batch is turned into, and a penalty's gradient. The
private test set is read here and goes nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from course import check
from course.coursework import mirror
from course.coursework.honesty import refuse_trained
from course.coursework.parts import ACTIVATIONS, LINEAR, REGULARIZING, read_parts, rebuilt
from course.coursework.training import baseline_model, error, examples, sgd, train
from course.data import mnist1d

GUESSING = 90.0  # percent wrong
A_FEW = 3  # epochs of a trial
GOOD_ENOUGH = 80.0  # percent wrong after these, at most
SHAPES = [tuple(weight.shape) for weight in baseline_model().parameters()]


# The model ---------------------------------------------------------------------------------------------------


def check_model(make_model: Callable[[], nn.Module]) -> None:
    """Whether a network is made of linear layers and activations, and learns something in a few epochs.

    Args:
        make_model: gives a network, (N, 40) to (N, 10).

    Raises:
        CheckFailed: it is not, or does not.
    """
    model = _own_model(make_model)
    size = sum(weight.numel() for weight in model.parameters())
    _try_out(
        f"your model has {size} weights, offsets counted",
        train(model, 1, epochs=A_FEW, show=False).validation_errors[-1],
    )


def score_model(make_model: Callable[[], nn.Module], private: Path, steps: Sequence[float]) -> int:
    """Points of a network.

    Args:
        make_model: as above.
        private: file with the private test set.
        steps: by how many percentage points its error has to be under the baseline's, for each point.
    """
    return _points(private, steps, lambda seed: train(_own_model(make_model), seed, show=False).model)


def _own_model(make_model: Callable[[], nn.Module]) -> nn.Module:
    model = make_model()
    return rebuilt(model, read_parts(model, {**LINEAR, **ACTIVATIONS}, "linear layers and activations"))


# The training ------------------------------------------------------------------------------------------------


def check_training(initialize: Callable, make_optimizer: Callable, make_scheduler: Callable) -> None:
    """Whether first weights, an optimizer and a scheduler train the given network.

    Raises:
        CheckFailed: they do not.
    """
    run = _mirrored(initialize, make_optimizer, make_scheduler, 1, epochs=A_FEW)
    _try_out("your training works", error(run, *_validation()))


def score_training(
    initialize: Callable, make_optimizer: Callable, make_scheduler: Callable, private: Path, steps: Sequence[float]
) -> int:
    """Points of a training; as :func:`score_model`."""
    return _points(private, steps, lambda seed: _mirrored(initialize, make_optimizer, make_scheduler, seed))


def _mirrored(
    initialize: Callable, make_optimizer: Callable, make_scheduler: Callable, seed: int, **how: Any
) -> nn.Module:
    far = mirror.made(baseline_model())
    x, y, _, _ = examples()

    def begin(model: nn.Module) -> None:
        mirror.initialize(far, initialize, model, seed)
        refuse_trained(model, x, y)

    optimizers = mirror.Optimizers(far, make_optimizer, make_scheduler)
    return train(
        baseline_model(), seed, show=False, initialize=begin,
        make_optimizer=optimizers.make, make_scheduler=optimizers.make_scheduler, **how,
    ).model  # fmt: skip


# Regularisation ----------------------------------------------------------------------------------------------


def check_regularized(make_model: Callable, augment: Callable, penalty: Callable, weight_decay: Callable) -> None:
    """Whether a network is the given one but for regularising layers, and learns with all that is added.

    Raises:
        CheckFailed: it is not, or does not.
    """
    run = _regularized(make_model, augment, penalty, weight_decay, 1, epochs=A_FEW)
    _try_out("your regularisation trains", error(run, *_validation()))


def score_regularized(
    make_model: Callable,
    augment: Callable,
    penalty: Callable,
    weight_decay: Callable,
    private: Path,
    steps: Sequence[float],
) -> int:
    """Points of a regularisation; as :func:`score_model`."""
    return _points(private, steps, lambda seed: _regularized(make_model, augment, penalty, weight_decay, seed))


def _regularized(
    make_model: Callable, augment: Callable, penalty: Callable, weight_decay: Callable, seed: int, **how: Any
) -> nn.Module:
    check.seed(seed)
    far = make_model()
    allowed = {**LINEAR, **REGULARIZING, "ReLU": ()}
    parts = read_parts(far, allowed, "the layers of the given one and regularising ones such as nn.Dropout")
    made = rebuilt(far, parts)
    left = nn.Sequential(*(layer for layer in made if type(layer).__name__ not in REGULARIZING))  # type: ignore[attr-defined]
    if str(left) != str(baseline_model()):
        check.fail("without its regularising layers the model is not the given one, 40-100-100-10 with ReLUs")
    decay = weight_decay()
    if isinstance(decay, bool) or not isinstance(decay, int | float) or not 0 <= decay < np.inf:
        check.fail("weight_decay() should give a number that is 0 or more")
    return train(
        made, seed, show=False, make_optimizer=lambda model: sgd(model, float(decay)),
        augment=mirror.augmentation(augment, examples()[2], seed), penalty=mirror.Penalty(far, penalty), **how,
    ).model  # fmt: skip


# Points ------------------------------------------------------------------------------------------------------


def _try_out(what: str, wrong: float) -> None:
    found = f"after {A_FEW} epochs {wrong:.1f} % of the validation examples are wrong (guessing: {GUESSING:.0f} %)"
    if not wrong <= GOOD_ENOUGH:
        check.fail(f"it does not learn: {found}")
    print(f"✓ {what}; {found}")


def _points(private: Path, steps: Sequence[float], trained: Callable[[int], nn.Module]) -> int:
    test = mnist1d.load_test(private)
    x, y = torch.from_numpy(test.x), torch.from_numpy(test.y)
    wrong = float(np.mean([error(trained(seed), x, y) for seed in test.seeds]))
    return sum(bool(test.baseline_errors.mean() - wrong >= step) for step in steps)


def _validation() -> tuple[Tensor, Tensor]:
    return examples()[2:]
