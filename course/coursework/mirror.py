"""What of a student's training and regularisation has a part in a training of the course's own network.

The student's objects may be in another process: they are called and looked at, and what comes back is numbers.
Weights go there for a moment, labels never.
"""

from __future__ import annotations

import inspect
import math
import random
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from course import check
from course.coursework.honesty import refuse_validation_examples

LOOKED_AT = 0.02  # of all batches
MARK = 1 << 20  # a weight is never as large


def made(model: nn.Module) -> Any:
    """The same layers where the student's code is."""
    layers = []
    for layer in model.children():
        sizes = (layer.in_features, layer.out_features) if isinstance(layer, nn.Linear) else ()
        layers.append(check.make(type(layer), *sizes))
    return check.make(nn.Sequential, *layers)


def initialize(far: Any, function: Callable, model: nn.Module, seed: int) -> None:
    """Initialise our network as the student's function initialises one like it.

    Args:
        far: theirs; new in each training, so that nothing of an earlier one is left.
        function: the student's.
        model: ours.
        seed: for the student's side.

    Raises:
        CheckFailed: other shapes, numbers that are none.
    """
    own = [value.detach().cpu() for value in model.state_dict().values()]
    far.load_state_dict(dict(zip(list(far.state_dict()), own, strict=True)))
    check.seed(seed)
    function(far)
    weights = [weight.detach() for weight in far.parameters()]
    own = list(model.parameters())
    if [tuple(weight.shape) for weight in weights] != [tuple(weight.shape) for weight in own]:
        check.fail("initialize changes the shape of the model; it should give its weights other values, in place")
    if not all(torch.isfinite(weight).all() for weight in weights):
        check.fail("initialize gives weights that are not finite")
    with torch.no_grad():
        for weight, value in zip(own, weights, strict=True):
            weight.copy_(value)


class Optimizers:
    """An optimizer of ours that is what a student's is: of the same kind, with the same numbers, in every epoch."""

    def __init__(self, far: Any, make_optimizer: Callable, make_scheduler: Callable) -> None:
        """
        Args:
            far: a network of the student's side.
            make_optimizer: the student's.
            make_scheduler: the student's.
        """
        self._far, self._make, self._make_scheduler = far, make_optimizer, make_scheduler
        self._optimizer: Any = None  # theirs

    def make(self, model: nn.Module) -> torch.optim.Optimizer:
        """The optimizer of our network.

        Raises:
            CheckFailed: it is not one of torch.optim that a loop can step.
        """
        self._optimizer = self._make(self._far)
        kind = check.kinds(self._optimizer)[0]
        if kind not in _kinds():
            check.fail(
                f"make_optimizer gives an object of the kind {kind}; it should be an optimizer of torch.optim"
            )
        numbers = self._numbers_of_parameters()
        own = list(model.parameters())
        groups = []
        for group, positions in zip(self._groups(), numbers, strict=True):
            groups.append({**group, "params": [own[position] for position in positions]})
        try:
            return getattr(torch.optim, kind)(groups, **_needed(kind))
        except (TypeError, ValueError, KeyError) as error:
            check.fail(f"make_optimizer gives an optimizer that can't be made: {error}")

    def make_scheduler(self, optimizer: torch.optim.Optimizer) -> Any:
        """What changes our optimizer's numbers after every epoch as the student's scheduler changes theirs.

        Raises:
            CheckFailed: it can't be stepped.
        """
        scheduler = self._make_scheduler(self._optimizer)
        if not hasattr(scheduler, "step"):
            check.fail("make_scheduler should return a scheduler of torch.optim.lr_scheduler")
        return _Follows(scheduler, self._optimizer, self._groups, optimizer)

    def _groups(self) -> list[dict[str, Any]]:
        """Numbers of the student's optimizer, by group."""
        return [
            {str(name): value for name, value in group.items() if name != "params" and _is_setting(value)}
            for group in self._optimizer.state_dict()["param_groups"]
        ]

    def _numbers_of_parameters(self) -> list[list[int]]:
        """Which parameters of the network are in each group: each is told by the number that it is filled with."""
        before = [weight.detach() for weight in self._far.parameters()]
        names = list(self._far.state_dict())
        marked = {
            name: torch.full(tuple(weight.shape), MARK + float(k))
            for k, (name, weight) in enumerate(zip(names, before, strict=True))
        }
        self._far.load_state_dict(marked)
        found = [
            [float(weight.detach().reshape(-1)[0]) - MARK for weight in group["params"]]
            for group in self._optimizer.param_groups
        ]
        self._far.load_state_dict(dict(zip(names, before, strict=True)))
        if any(number not in range(len(names)) for group in found for number in group):
            check.fail("make_optimizer optimizes something else than the model's parameters")
        return [[int(number) for number in group] for group in found]


class _Follows:
    """Steps the student's scheduler, and takes over what it did."""

    def __init__(
        self, scheduler: Any, far: Any, groups: Callable[[], list[dict[str, Any]]], optimizer: torch.optim.Optimizer
    ) -> None:
        self._scheduler, self._far, self._groups, self._optimizer = scheduler, far, groups, optimizer
        self._take_over()  # a scheduler may set the first learning rate

    def step(self) -> None:
        self._far.step()  # without gradients it does nothing, and the scheduler wants to come after it
        self._scheduler.step()
        self._take_over()

    def _take_over(self) -> None:
        for own, theirs in zip(self._optimizer.param_groups, self._groups(), strict=True):
            if not math.isfinite(float(theirs.get("lr", 0.0))):
                check.fail("make_scheduler gives a learning rate that is not finite")
            own.update({name: value for name, value in theirs.items() if name in own})


def augmentation(function: Callable, validation: Tensor, seed: int) -> Callable[[Tensor, torch.Generator], Tensor]:
    """The student's function, with what it gives looked at.

    Args:
        function: the student's.
        validation: examples that it must not bring in, shape (n, 40).
        seed: says which batches are compared with them.
    """
    chosen = random.Random(seed)

    def augment(x: Tensor, generator: torch.Generator) -> Tensor:
        got = function(x.clone(), generator)
        got = got.detach() if hasattr(got, "detach") else got
        if not isinstance(got, Tensor) or got.shape != x.shape:
            check.fail(f"augment should give a tensor of the shape that it gets, {tuple(x.shape)}")
        got = got.to(x)
        if not torch.isfinite(got).all():
            check.fail("augment gives numbers that are not finite")
        if chosen.random() < LOOKED_AT:
            refuse_validation_examples(got, validation)
        return got

    return augment


class Penalty:
    """The student's penalty at the weights of our network: a tensor with its gradient, if not its value."""

    def __init__(self, far: Any, function: Callable) -> None:
        """
        Args:
            far: the student's network.
            function: the student's.
        """
        self._far, self._function = far, function
        self._parameters = list(far.parameters())
        self._has_gradient: bool | None = None  # not known before it was called

    def __call__(self, model: nn.Module) -> Tensor:
        """
        Args:
            model: ours, with parameters in the same order.

        Raises:
            CheckFailed: it is not a tensor with one number in it, or its gradient is not finite.
        """
        if self._has_gradient is False:  # a constant changes nothing
            return torch.zeros(())
        if self._has_gradient is None:
            value = self._function(self._far)
            number = value.detach() if hasattr(value, "detach") else value
            if not isinstance(number, Tensor) or number.ndim:
                check.fail("penalty should give a tensor with a single number, shape ()")
            self._has_gradient = bool(value.requires_grad)
            return self(model)
        own = list(model.parameters())
        gradients = check.gradients(
            self._function, self._far, self._parameters, [weight.detach().cpu() for weight in own]
        )
        total = torch.zeros(())
        for weight, gradient in zip(own, gradients, strict=True):
            if gradient is not None:
                if not isinstance(gradient, Tensor) or not torch.isfinite(gradient).all():
                    check.fail("penalty gives a number, or has a gradient, that is not finite")
                total = total + (weight * gradient).sum()
        return total


def _kinds() -> list[str]:
    """Classes of torch.optim whose step needs no closure and takes dense gradients."""
    without = {"Optimizer", "LBFGS", "SparseAdam"}
    return [name for name, each in vars(torch.optim).items() if inspect.isclass(each) and name not in without]


def _needed(kind: str) -> dict[str, Any]:
    """Arguments without a default, which the groups have anyway."""
    parameters = inspect.signature(getattr(torch.optim, kind)).parameters.values()
    return {
        each.name: 1e-3
        for each in parameters
        if each.default is inspect.Parameter.empty and each.name not in ("params", "kwargs")
    }


def _is_setting(value: Any) -> bool:
    simple = value is None or isinstance(value, bool | int | float)
    return simple or (isinstance(value, tuple | list) and all(isinstance(each, int | float) for each in value))
