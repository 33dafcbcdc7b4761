"""What two solutions have in common, whatever the order of their parts: fingerprints of runs of tokens.

A fingerprint is a hash of `RUN` tokens in a row, as in S. Schleimer, D. Wilkerson, A. Aiken, "Winnowing: Local
Algorithms for Document Fingerprinting", SIGMOD 2003. Of a class's solutions all can be kept, so none is left out.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

RUN = 10  # tokens: about a line of code; what is shorter says nothing
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def fingerprints_of(plain: Sequence[str]) -> np.ndarray:
    """The fingerprint of every run of tokens, by the place of its first one; the same on every machine."""
    if len(plain) < RUN:
        return np.zeros(0, dtype=np.uint64)
    numbers = np.array([zlib.crc32(text.encode("utf-8", "replace")) for text in plain], dtype=np.uint64)
    mixed = np.zeros(len(plain) - RUN + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):  # arithmetic modulo 2^64 is meant
        for place in range(RUN):
            mixed = mixed * _MULTIPLIER + numbers[place : place + len(mixed)]
    return mixed
