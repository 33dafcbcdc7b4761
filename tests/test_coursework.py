"""The coursework's judges, in one process: what is an answer, and that a mirrored training is the same training."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from course import check, coursework
from course.coursework.honesty import refuse_trained, refuse_validation_examples
from course.coursework.parts import ACTIVATIONS, LINEAR, read_parts, rebuilt
from course.coursework.points import _mirrored, _regularized
from course.coursework.training import examples

FEW = 2  # epochs


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """As in grading: several threads wait for each other where other tests run beside this one."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def deep(activation: type[nn.Module] = nn.SiLU) -> nn.Module:
    return nn.Sequential(
        nn.Linear(40, 30), activation(), nn.Sequential(nn.Linear(30, 20), activation()), nn.Linear(20, 10)
    )


class ByFunctions(nn.Module):
    def __init__(self, function: Callable[[Tensor], Tensor] = torch.tanh) -> None:
        super().__init__()
        self.first, self.second, self.last = nn.Linear(40, 30), nn.Linear(30, 20), nn.Linear(20, 10)
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.function(self.second(self.function(self.first(x)))))


class OneActivation(nn.Module):
    """One layer object that is used twice, which a list of parts shows once."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.last, self.act = (
            nn.Linear(40, 30),
            nn.Linear(30, 20),
            nn.Linear(20, 10),
            nn.ELU(),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.act(self.second(self.act(self.first(x)))))


class Skips(ByFunctions):
    def forward(self, x: Tensor) -> Tensor:
        h = torch.relu(self.first(x))
        return self.last(torch.relu(self.second(h)) + h[:, :20])


class SecretDropout(ByFunctions):
    def forward(self, x: Tensor) -> Tensor:
        h = nn.functional.dropout(torch.tanh(self.first(x)), 0.3, self.training)
        return self.last(torch.tanh(self.second(h)))


class AddedUp(nn.Module):
    """Convolution by hand: no part is one, and what it computes is not what its parts do."""

    def __init__(self) -> None:
        super().__init__()
        self.weights, self.last = nn.Linear(5, 8), nn.Linear(8 * 36, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(torch.relu(self.weights(x.unfold(1, 5, 1))).flatten(1))


def shared() -> nn.Module:
    layer = nn.Linear(40, 40)
    return nn.Sequential(layer, nn.ReLU(), layer, nn.ReLU(), nn.Linear(40, 10))


def copy_of(model: nn.Module) -> nn.Module:
    return rebuilt(model, read_parts(model, {**LINEAR, **ACTIVATIONS}, "linear layers"))


@pytest.mark.parametrize(
    "make", [deep, lambda: deep(nn.PReLU), ByFunctions, OneActivation, lambda: ByFunctions(nn.functional.gelu),
             lambda: nn.Sequential(nn.Linear(40, 10, bias=False))]
)  # fmt: skip
def test_the_copy_computes_what_the_original_does(make: Callable[[], nn.Module]) -> None:
    model, x = make(), torch.randn(5, 40)
    assert torch.allclose(copy_of(model)(x), model(x), atol=1e-5)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (Skips, "computes something else"),
        (SecretDropout, "in training the model is random"),
        (AddedUp, "computes something else"),
        (shared, "computes something else"),
        (lambda: nn.Sequential(nn.Linear(40, 30), nn.Dropout(0.1), nn.Linear(30, 10)), "of the kind Dropout"),
        (lambda: nn.Sequential(nn.Unflatten(1, (1, 40)), nn.Conv1d(1, 3, 3), nn.Flatten(), nn.Linear(114, 10)),
         "a part of the kind Unflatten"),
        (lambda: nn.Sequential(nn.Linear(40, 400), nn.Linear(400, 400), nn.Linear(400, 10)), "150000 weights"),
        (lambda: nn.Sequential(nn.Linear(40, 11)), r"\(64, 11\)"),
        (lambda: nn.Sequential(*[nn.Linear(40, 40) for _ in range(200)]), "more than 100 layers"),
        (lambda: 3, "of the kind int"),
    ],
)  # fmt: skip
def test_another_network_is_refused_in_words(make: Callable[[], nn.Module], words: str) -> None:
    with pytest.raises(check.CheckFailed, match=words):
        copy_of(make())


# The training, in the course's own loop and mirrored --------------------------------------------------------


def two_groups(model: nn.Module) -> torch.optim.Optimizer:
    weights = [each for each in model.parameters() if each.ndim > 1]
    biases = [each for each in model.parameters() if each.ndim == 1]
    return torch.optim.AdamW([{"params": biases, "lr": 1e-3}, {"params": weights, "weight_decay": 0.1}], lr=3e-3)


OPTIMIZERS = {
    "sgd": coursework.sgd,
    "groups in another order": two_groups,
    "adam": lambda model: torch.optim.Adam(model.parameters(), lr=2e-3, betas=(0.8, 0.99)),
    "rmsprop": lambda model: torch.optim.RMSprop(model.parameters(), lr=1e-3, momentum=0.5),
    "only the last layer": lambda model: torch.optim.SGD(list(model.parameters())[-2:], lr=0.1),
}
SCHEDULERS = {
    "halved": lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5),
    "warm-up": lambda optimizer: torch.optim.lr_scheduler.LinearLR(optimizer, 0.1, 1.0, 2),
    "one cycle": lambda optimizer: torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, total_steps=5),
    "by a function": lambda optimizer: torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 0.7**epoch),
}


def orthogonal(model: nn.Module) -> None:
    for layer in model.modules():
        if isinstance(layer, nn.Linear):
            nn.init.orthogonal_(layer.weight)
            nn.init.zeros_(layer.bias)


@pytest.mark.parametrize(
    ("optimizer", "scheduler"), [(each, "halved") for each in OPTIMIZERS] + [("sgd", each) for each in SCHEDULERS]
)
def test_a_mirrored_training_is_the_training(optimizer: str, scheduler: str) -> None:
    parts = orthogonal, OPTIMIZERS[optimizer], SCHEDULERS[scheduler]
    direct = coursework.train(
        coursework.baseline_model(), 3, epochs=FEW, show=False,
        initialize=parts[0], make_optimizer=parts[1], make_scheduler=parts[2],
    ).model  # fmt: skip
    mirrored = _mirrored(*parts, 3, epochs=FEW)
    for ours, theirs in zip(mirrored.parameters(), direct.parameters(), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-5)


def test_a_mirrored_penalty_and_augmentation_are_those() -> None:
    def augment(x: Tensor, generator: torch.Generator) -> Tensor:
        return x + 0.1 * torch.randn(x.shape, generator=generator)

    def penalty(model: nn.Module) -> Tensor:
        return 1e-3 * sum(weight.abs().sum() for weight in model.parameters())

    direct = coursework.train(
        coursework.baseline_model(), 3, epochs=FEW, show=False, augment=augment, penalty=penalty,
        make_optimizer=lambda model: coursework.sgd(model, 0.01),
    ).model  # fmt: skip
    mirrored = _regularized(coursework.baseline_model, augment, penalty, lambda: 0.01, 3, epochs=FEW)
    for ours, theirs in zip(mirrored.parameters(), direct.parameters(), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-4)


class Own(torch.optim.SGD):
    pass


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"make_optimizer": lambda model: Own(model.parameters(), lr=0.1)}, "kind Own"),
        ({"make_optimizer": lambda model: torch.optim.LBFGS(model.parameters())}, "LBFGS"),
        ({"make_optimizer": lambda model: coursework.sgd(nn.Linear(40, 100))}, "else than the model's parameters"),
        ({"make_scheduler": lambda each: torch.optim.lr_scheduler.LambdaLR(each, lambda epoch: torch.nan)},
         "learning rate that is not finite"),
        ({"make_scheduler": lambda optimizer: None}, "should return a scheduler"),
        ({"initialize": lambda model: nn.init.constant_(model[0].weight, torch.nan)}, "not finite"),
        ({"initialize": lambda model: [nn.init.zeros_(each) for each in model.parameters()]}, "does not learn"),
    ],
)  # fmt: skip
def test_another_training_is_refused_in_words(parts: dict, words: str) -> None:
    given = {"initialize": coursework.he_uniform, "make_optimizer": coursework.sgd,
             "make_scheduler": coursework.halve_every_ten_epochs}  # fmt: skip
    with pytest.raises(check.CheckFailed, match=words):
        coursework.check_training(**{**given, **parts})


# Honesty ----------------------------------------------------------------------------------------------------

INITIALIZATIONS = [coursework.he_uniform, orthogonal, lambda model: None,
                   lambda model: [nn.init.normal_(each, std=0.1) for each in model.parameters()]]  # fmt: skip


@pytest.mark.parametrize("initialize", INITIALIZATIONS)
@pytest.mark.parametrize("seed", range(5))
def test_an_untrained_network_does_not_know_the_classes(initialize: Callable, seed: int) -> None:
    torch.manual_seed(seed)
    model = coursework.baseline_model()
    initialize(model)
    refuse_trained(model, *examples()[:2])


@pytest.mark.parametrize("muddled", [False, True])
def test_a_trained_one_does_also_with_a_last_layer_of_noise(muddled: bool) -> None:
    model = coursework.train(coursework.baseline_model(), 0, epochs=4, show=False).model
    if muddled:
        nn.init.normal_(model[-1].weight)  # type: ignore[index, arg-type, union-attr]
    with pytest.raises(check.CheckFailed, match="knows the classes already"):
        refuse_trained(model, *examples()[:2])


@pytest.mark.parametrize("change", [lambda x: x, lambda x: x.roll(3, 1), lambda x: x + 0.1 * torch.randn(x.shape)])
def test_validation_examples_are_seen_and_training_examples_are_none(change: Callable[[Tensor], Tensor]) -> None:
    x, _, validation, _ = examples()
    refuse_validation_examples(change(x[:200]), validation)
    refuse_validation_examples(0.5 * change(x[200:400]), validation)
    with pytest.raises(check.CheckFailed, match="validation examples"):
        refuse_validation_examples(torch.cat([change(x[:180]), change(validation[:20])]), validation)


# Points -----------------------------------------------------------------------------------------------------


def test_points_are_the_steps_that_the_improvement_reaches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = np.random.default_rng(0)
    y = np.arange(200) % 10
    path = tmp_path / "test.npz"
    np.savez(
        path,
        x=data.normal(size=(200, 40)).astype("f4"),
        y=y,
        seeds=[4, 5, 6],
        baseline_errors=np.array([30.0, 34.0]),
    )
    wrong = iter([25.0, 28.0, 28.0])  # 27 on average, 5 under the baseline's 32
    seen = []
    monkeypatch.setattr(
        "course.coursework.points.train",
        lambda model, seed, **how: seen.append(seed) or coursework.Run(model, [], [], []),
    )
    monkeypatch.setattr("course.coursework.points.error", lambda *arguments: next(wrong))
    points = coursework.score_model(coursework.baseline_model, path, [1, 3, 5, 5.1, 9])
    assert (points, type(points), seen) == (3, int, [4, 5, 6])


def test_the_training_is_repeatable_and_leaves_the_random_state_alone() -> None:
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    runs = [coursework.train(coursework.baseline_model(), seed, epochs=1, show=False) for seed in (1, 1, 2)]
    assert torch.equal(torch.rand(2), expected) is False  # the models drew their first weights
    assert runs[0].losses == runs[1].losses != runs[2].losses
    model = coursework.baseline_model()
    torch.manual_seed(1)
    coursework.train(model, 1, epochs=1, show=False)
    assert torch.equal(torch.rand(2), expected)
