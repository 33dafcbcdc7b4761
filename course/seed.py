"""One call that makes a notebook repeatable."""

from __future__ import annotations

import random

import numpy as np

LARGEST_SEED = 2**32 - 1


def set_seed(seed: int) -> None:
    """Seed every global random generator that a notebook can reach.

    Makes repeatable, on the same machine with the same package versions: Python's ``random``, NumPy's
    legacy functions (``np.random.normal`` and its kind), PyTorch on every device (new weights, dropout,
    shuffling in a ``DataLoader`` without workers) and the choice of cuDNN's algorithms.

    Does not touch: generators that you made yourself (``np.random.default_rng(3)`` has its own seed),
    the order of a ``set`` of strings (fixed when Python starts), and GPU operations that add in no fixed
    order. Numbers may differ between a CPU and a GPU, and between versions of PyTorch.

    Args:
        seed: a whole number from 0 to 2**32 - 1, the range that NumPy accepts.

    Raises:
        ValueError: the seed is outside that range.
        TypeError: the seed is not a whole number.
    """
    import torch  # here, because a notebook without PyTorch need not wait for it

    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise TypeError(f"set_seed: the seed must be a whole number, not {seed!r}")
    if not 0 <= seed <= LARGEST_SEED:
        raise ValueError(f"set_seed: the seed must lie between 0 and {LARGEST_SEED}, not {seed}")
    random.seed(int(seed))
    np.random.seed(int(seed))
    torch.manual_seed(int(seed))
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True
