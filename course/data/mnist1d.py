"""MNIST-1D: ten shapes of a line in 40 numbers each, moved, scaled, sheared and noisy.

Greydanus and Kobak, "Scaling down deep learning with MNIST-1D" (ICML, 2024). The examples here were made by the
authors' package, `mnist1d`, with its own settings and one seed: ``tools/make_mnist1d.py`` makes the file again. The
test examples of the coursework are others, from a seed that each course draws for itself.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

SHA256 = "3c17d2519d8b382573ffdd9b412dc5b6c772a8817fe329c5b2a72af075d99084"
CLASSES = 10
LENGTH = 40


@dataclass(frozen=True)
class Mnist1d:
    """Examples, one a row, to train on and to validate on.

    Attributes:
        x_train: signals, shape (4000, 40), float32; over all examples mean 0 and standard deviation 1.
        y_train: labels from 0 to 9, shape (4000,), int64.
        x_validation: signals, shape (2000, 40), float32.
        y_validation: labels, shape (2000,), int64.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_validation: np.ndarray
    y_validation: np.ndarray


def load() -> Mnist1d:
    """The examples that come with the course.

    Raises:
        ValueError: the file is not the one that was shipped.
    """
    content = files("course.data").joinpath("files", "mnist1d.npz").read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ValueError("course/data/files/mnist1d.npz is not the file that was shipped; install the course again")
    with np.load(io.BytesIO(content)) as arrays:
        return Mnist1d(**arrays)


@dataclass(frozen=True)
class Test:
    """A course's own test examples, which only tests may read.

    Attributes:
        x: signals, shape (2000, 40), float32.
        y: labels, shape (2000,), int64.
        seeds: of the three trainings that an answer is graded by.
        baseline_errors: percent of these examples that the given network gets wrong after the given training, for
            eight other seeds.
    """

    x: np.ndarray
    y: np.ndarray
    seeds: list[int]
    baseline_errors: np.ndarray


def load_test(path: Path) -> Test:
    """Read test examples.

    Args:
        path: of the file, ``check.private_path("mnist1d_test.npz")``.
    """
    with np.load(path) as arrays:
        return Test(arrays["x"], arrays["y"], arrays["seeds"].tolist(), arrays["baseline_errors"])
