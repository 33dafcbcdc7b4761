"""MNIST-1D: the examples that ship, and those that a course makes for its own tests."""

import random

import numpy as np
import pytest

from course.data import mnist1d
from course.grading import mnist1d as making


def test_what_ships_is_what_the_package_makes():
    shipped = mnist1d.load()
    x, y = making.make(6000, 0)
    assert np.allclose(np.concatenate([shipped.x_train, shipped.x_validation]), x, atol=1e-6)
    assert np.array_equal(np.concatenate([shipped.y_train, shipped.y_validation]), y)


def test_shapes_types_and_classes():
    data = mnist1d.load()
    assert data.x_train.shape == (4000, 40) and data.x_validation.shape == (2000, 40)
    assert data.x_train.dtype == data.x_validation.dtype == np.float32
    assert data.y_train.dtype == data.y_validation.dtype == np.int64
    assert np.array_equal(np.bincount(np.concatenate([data.y_train, data.y_validation])), np.full(10, 600))


def test_no_validation_example_is_a_training_one():
    data = mnist1d.load()
    nearest = min(np.abs(data.x_train - each).max(axis=1).min() for each in data.x_validation)
    assert nearest > 1e-3


def test_every_call_gives_fresh_arrays():
    mnist1d.load().x_train[...] = 0
    assert mnist1d.load().x_train.std() > 0.9


def test_a_changed_file_is_refused(monkeypatch):
    monkeypatch.setattr(mnist1d, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match="not the file that was shipped"):
        mnist1d.load()


def test_a_test_set_is_made_by_its_seed_and_leaves_the_random_state_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(making, "MEASURED", 1)  # trainings of the baseline; each takes most of a second
    random.seed(3)
    np.random.seed(3)
    expected = random.random(), np.random.random()
    random.seed(3)
    np.random.seed(3)
    sets = []
    for seed in (5, 5, 6):
        making.make_test_set(tmp_path / "test.npz", seed)
        sets.append(mnist1d.load_test(tmp_path / "test.npz"))
    assert (random.random(), np.random.random()) == expected
    made, again, other = sets
    assert made.x.shape == (2000, 40) and made.x.dtype == np.float32
    assert np.array_equal(np.bincount(made.y), np.full(10, 200))
    assert len(set(made.seeds)) == making.GRADED and len(made.baseline_errors) == 1
    for field in ("x", "y", "seeds", "baseline_errors"):
        assert np.array_equal(getattr(made, field), getattr(again, field)), field
    assert not np.array_equal(made.x, other.x) and made.seeds != other.seeds
