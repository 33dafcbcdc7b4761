"""What a student's network is made of, and the same network made anew.

The networks of the coursework are graded on a copy: its layers are read off the student's object, by name and by
settings from a list, and a network of PyTorch's own layers is made of them, and trained. Nothing of the student's
code has a part in that training. Before, the copy is compared with the original, so that nobody is graded on a
network that is not theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from course import check

Part = tuple[str, dict[str, Any]]  # a layer's class name, and its settings

ACTIVATIONS: dict[str, tuple[str, ...]] = {
    "CELU": ("alpha",), "ELU": ("alpha",), "GELU": ("approximate",), "GLU": ("dim",), "Hardshrink": ("lambd",),
    "Hardsigmoid": (), "Hardswish": (), "Hardtanh": ("min_val", "max_val"), "Identity": (),
    "LeakyReLU": ("negative_slope",), "LogSigmoid": (), "Mish": (), "PReLU": ("num_parameters",), "ReLU": (),
    "ReLU6": (), "SELU": (), "SiLU": (), "Sigmoid": (), "Softmax": ("dim",), "Softplus": ("beta", "threshold"),
    "Softshrink": ("lambd",), "Softsign": (), "Tanh": (), "Tanhshrink": (),
}  # fmt: skip
LINEAR: dict[str, tuple[str, ...]] = {"Linear": ("in_features", "out_features")}
REGULARIZING: dict[str, tuple[str, ...]] = {
    "AlphaDropout": ("p",), "Dropout": ("p",), "FeatureAlphaDropout": ("p",),
    "BatchNorm1d": ("num_features", "eps", "momentum", "affine"), "LayerNorm": ("normalized_shape", "eps"),
}  # fmt: skip
WITHOUT_SETTINGS = [nn.ReLU, nn.Tanh, nn.Sigmoid, nn.GELU, nn.SiLU, nn.ELU, nn.LeakyReLU, nn.Softplus, nn.Mish,
                    nn.Hardswish, nn.SELU, nn.CELU, nn.ReLU6, nn.Softsign]  # fmt: skip
MOST_PARTS = 100
MOST_WEIGHTS = 150_000


def read_parts(model: Any, allowed: dict[str, tuple[str, ...]], what: str) -> list[Part]:
    """The layers of a network, in the order in which it holds them.

    Args:
        model: a student's.
        allowed: class names of layers, and their settings.
        what: words for what is allowed.

    Raises:
        CheckFailed: a layer of another kind, or too many.
    """
    parts: list[Part] = []
    waiting, looked_at = [model], 0
    while waiting:
        each = waiting.pop(0)
        kind = check.kinds(each)[0]
        if kind in allowed:
            parts.append((kind, {name: _setting(getattr(each, name)) for name in allowed[kind]}))
            if kind == "Linear":
                parts[-1][1]["bias"] = each.bias is not None
        elif kind == "Sequential":
            waiting = [*each, *waiting]  # a layer that stands in it twice is there twice
        else:
            inside = list(each.children()) if hasattr(each, "children") else []
            if not inside:
                check.fail(f"the model has a part of the kind {kind}; it may have {what}, and nothing else")
            waiting = [*inside, *waiting]
        looked_at += 1
        if looked_at + len(waiting) > MOST_PARTS:
            check.fail(f"the model has more than {MOST_PARTS} layers")
    return parts


def rebuilt(model: Any, parts: Sequence[Part]) -> nn.Module:
    """A network that has a student's layers, and computes what theirs computes.

    Args:
        model: the student's.
        parts: of it.

    Raises:
        CheckFailed: it computes something else than its layers do, one after the other; or is too large.
    """
    if sum(_size(part) for part in parts) > MOST_WEIGHTS:
        check.fail(f"the model has more than {MOST_WEIGHTS} weights, offsets counted")
    x = torch.randn(64, 40, generator=torch.Generator().manual_seed(0))
    model.eval()
    wanted = _here(model(x))
    if tuple(wanted.shape) != (64, 10):
        check.fail(
            f"the model gives an array of shape {tuple(wanted.shape)} for 64 examples; it should be (64, 10)"
        )
    weights = [_here(weight) for weight in model.parameters()]
    for chain in [parts, *_with_functions(parts)]:
        made = _made(chain, weights)
        if made is not None and _agree(made.eval()(x), wanted):
            _compare_in_training(model, made, x)
            return made
    check.fail(
        "the model computes something else than its layers do in the order in which it holds them: build it with "
        "nn.Sequential, or make the layers in the order in which they are used, activations as layers, too"
    )


def _compare_in_training(model: Any, made: nn.Module, x: Tensor) -> None:
    """What is random in training, or depends on the batch, has to be among the layers."""
    model.train()
    made.train()
    differs = not _agree(_here(model(x)), _here(model(x)))
    with torch.no_grad():
        random = not torch.equal(made(x), made(x))
    model.eval()
    if differs and not random:
        check.fail("in training the model is random, and none of its layers is: use nn.Dropout as a layer")


def _with_functions(parts: Sequence[Part]) -> list[list[Part]]:
    """Networks with one function after every linear layer but the last, as a class may say in forward."""
    linear = [part for part in parts if part[0] == "Linear"]
    others = [part for part in parts if part[0] != "Linear"]
    if len(others) > 1 or not linear:
        return []
    functions = others or [(kind.__name__, {}) for kind in WITHOUT_SETTINGS]
    return [[each for layer in linear[:-1] for each in (layer, function)] + [linear[-1]] for function in functions]


def _made(parts: Sequence[Part], weights: Sequence[Tensor]) -> nn.Module | None:
    """The network of these parts and weights; None where they don't go together."""
    try:
        model = nn.Sequential(*(getattr(nn, kind)(**settings) for kind, settings in parts))
        own = list(model.parameters())
        if [weight.shape for weight in own] != [weight.shape for weight in weights]:
            return None
        with torch.no_grad():
            for weight, value in zip(own, weights, strict=True):
                weight.copy_(value)
            model.eval()(torch.zeros(2, 40))
    except (TypeError, ValueError, RuntimeError):
        return None
    return model


def _size(part: Part) -> int:
    kind, settings = part
    return (
        (int(settings["in_features"]) + settings["bias"]) * int(settings["out_features"]) if kind == "Linear" else 0
    )


def _setting(value: Any) -> Any:
    """A setting as data; a handle, which it never is for an honest layer, is none."""
    if isinstance(value, list | tuple):
        return tuple(_setting(each) for each in value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    check.fail("a layer of the model has a setting that is no number")


def _here(value: Any) -> Tensor:
    """A student's tensor as one without a graph."""
    detached = value.detach() if hasattr(value, "detach") else value
    if not isinstance(detached, Tensor):
        check.fail("the model's output is not a tensor")
    return detached.cpu()


def _agree(mine: Tensor, wanted: Tensor) -> bool:
    return mine.shape == wanted.shape and torch.allclose(mine.detach(), wanted, rtol=1e-4, atol=1e-5)
