"""Makes examples of MNIST-1D with the authors' package: those that ship, and a course's own test set."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from course.grading.errors import CourseError

TEST_EXAMPLES = 2000
GRADED, MEASURED = 3, 8  # trainings by which an answer is graded, and the baseline measured


def make(examples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Examples in random order, as many of each class.

    Args:
        examples: how many, a multiple of ten.
        seed: the same one gives the same examples.

    Returns:
        Signals, shape (examples, 40), float32, with mean 0 and standard deviation 1 over all of them together; and
        labels, shape (examples,), int64.

    Raises:
        CourseError: the package is not installed.
    """
    try:
        from mnist1d.data import get_dataset_args, make_dataset
    except ImportError:
        raise CourseError("the package mnist1d is not installed: install gradient-course[teach]") from None
    settings = get_dataset_args()
    settings.num_samples, settings.train_split, settings.seed = examples, 1.0, seed
    with _random_state_kept():  # make_dataset seeds NumPy's and Python's own
        made: dict[str, Any] = make_dataset(settings)
    return made["x"].astype(np.float32), made["y"].astype(np.int64)


def make_test_set(path: Path, seed: int) -> None:
    """Write a course's own test examples, and how the baseline does on them.

    Args:
        path: of the file.
        seed: the course's secret; the seeds of the trainings that are graded follow from it.
    """
    import torch

    from course.coursework import baseline_model, error, train

    x, y = make(TEST_EXAMPLES, seed)
    seeds = np.random.default_rng(seed).choice(2**31, GRADED + MEASURED, replace=False)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as where answers are trained; several would only wait for each other
    try:
        errors = [
            error(train(baseline_model(), int(each), show=False).model, torch.from_numpy(x), torch.from_numpy(y))
            for each in seeds[GRADED:]
        ]
    finally:
        torch.set_num_threads(threads)
    with open(path, "wb") as file:  # savez would give another name its own ending
        np.savez_compressed(file, x=x, y=y, seeds=seeds[:GRADED], baseline_errors=np.array(errors))


@contextmanager
def _random_state_kept() -> Iterator[None]:
    python, numbers = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numbers)
