"""One seed, the same numbers from every global generator."""

import random

import numpy as np
import pytest
import torch

from course import set_seed

GENERATORS = {
    "random": random.random,
    "shuffle": lambda: random.sample(range(1000), 5),
    "NumPy, uniform": lambda: np.random.rand(3).tolist(),
    "NumPy, normal": lambda: np.random.normal(size=3).tolist(),
    "torch": lambda: torch.rand(3).tolist(),
    "weights": lambda: torch.nn.Linear(2, 2).weight.tolist(),
    "order of a DataLoader": lambda: list(torch.utils.data.DataLoader(range(100), None, shuffle=True)),
}


each_generator = pytest.mark.parametrize("generate", GENERATORS.values(), ids=GENERATORS)


def seeded(generate, seed):
    set_seed(seed)
    return generate()


@each_generator
def test_same_seed_gives_the_same_numbers(generate):
    assert seeded(generate, 3) == seeded(generate, 3)


@each_generator
def test_another_seed_gives_other_numbers(generate):
    assert seeded(generate, 3) != seeded(generate, 4)


@pytest.mark.parametrize("seed", [0, 2**32 - 1, np.int64(3), np.uint8(3)])
def test_seed_is_accepted(seed):
    set_seed(seed)


@each_generator
def test_numpy_number_seeds_as_the_same_whole_number(generate):
    assert seeded(generate, np.int64(3)) == seeded(generate, 3)


@pytest.mark.parametrize("seed", [-1, 2**32, np.int64(-1)])
def test_seed_out_of_range_is_refused(seed):
    with pytest.raises(ValueError, match=f"between 0 and 4294967295, not {seed}$"):
        set_seed(seed)


@pytest.mark.parametrize("seed", [1.0, "1", None, True, np.float64(1), [1]], ids=repr)
def test_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(TypeError, match="must be a whole number"):
        set_seed(seed)


@each_generator
@pytest.mark.parametrize("seed", [-1, 1.0])
def test_refused_seed_leaves_the_generators_alone(generate, seed):
    expected = seeded(generate, 3)
    set_seed(3)
    with pytest.raises((TypeError, ValueError)):
        set_seed(seed)
    assert generate() == expected


def test_cudnn_is_made_repeatable(monkeypatch):
    monkeypatch.setattr(torch.backends.cudnn, "benchmark", True)
    monkeypatch.setattr(torch.backends.cudnn, "deterministic", False)
    set_seed(3)
    assert (torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic) == (False, True)


def test_own_generator_is_left_alone():
    generator = np.random.default_rng(3)
    set_seed(5)
    assert generator.random() == np.random.default_rng(3).random()
