"""A sentence with embeddings that can be read, and attention parameters chosen by hand for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FEATURES = ("article", "noun", "verb", "pronoun", "conjunction", "animal", "small", "moving")
ARTICLE, NOUN, VERB, PRONOUN, CONJUNCTION, ANIMAL, SMALL, MOVING = range(len(FEATURES))

_WORDS = {  # one number a feature
    "the": (1, 0, 0, 0, 0, 0, 0, 0),
    "cat": (0, 1, 0, 0, 0, 1, 0.3, 0.2),
    "saw": (0, 0, 1, 0, 0, 0, 0, -0.5),
    "bird": (0, 1, 0, 0, 0, 1, 1, 0.5),
    "and": (0, 0, 0, 0, 1, 0, 0, 0),
    "it": (0, 0, 0, 1, 0, 0.2, 0, 0),
    "fled": (0, 0, 1, 0, 0, 0, 0, 1),
}

Parameters = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Sentence:
    """Words and their embeddings.

    Attributes:
        tokens: the N words in order.
        features: what each of the D numbers of an embedding stands for.
        X: embeddings, one column a token, shape (D, N).
    """

    tokens: list[str]
    features: list[str]
    X: np.ndarray


def sentence(text: str = "the cat saw the bird and it fled") -> Sentence:
    """The embeddings of these words, of which there are seven: the, cat, saw, bird, and, it, fled."""
    tokens = text.split()
    return Sentence(tokens, list(FEATURES), np.array([_WORDS[token] for token in tokens], dtype=float).T)


def _seeking(asks: dict[int, float], offers: dict[int, float], omega_v: np.ndarray, rows: int) -> Parameters:
    """Parameters under which tokens with the features `asks` look for tokens with the features `offers`."""
    omega_q, omega_k = np.zeros((rows, len(FEATURES))), np.zeros((rows, len(FEATURES)))
    omega_q[0, list(asks)] = list(asks.values())
    omega_k[0, list(offers)] = list(offers.values())
    return omega_q, omega_k, omega_v, np.zeros((rows, 1)), np.zeros((rows, 1)), np.zeros((len(omega_v), 1))


def noun_seeker() -> Parameters:
    """omega_q, omega_k, omega_v (8, 8) and beta_q, beta_k, beta_v (8, 1): "who, or what?".

    Pronouns and, less, verbs and articles look for nouns. The values are the embeddings themselves.
    """
    asks = {PRONOUN: 6.0, VERB: 4.0, ARTICLE: 2.5}
    return _seeking(asks, {NOUN: 1.0, SMALL: 0.15}, np.eye(len(FEATURES)), len(FEATURES))


def two_heads() -> tuple[list[Parameters], np.ndarray]:
    """Six parameters for each of two heads, (4, 8) and (4, 1), and the matrix (8, 8) that combines the heads.

    The first head looks for nouns, the second for verbs. The values of the first are the embeddings' first four
    numbers, those of the second the other four; nothing is mixed at the end.
    """
    omega_v = np.eye(len(FEATURES))
    who = _seeking({PRONOUN: 10.0, VERB: 7.0, ARTICLE: 5.0}, {NOUN: 1.0, SMALL: 0.15}, omega_v[:4], 4)
    what_happens = _seeking({NOUN: 10.0, CONJUNCTION: 7.0, PRONOUN: 5.0}, {VERB: 1.0, MOVING: 0.1}, omega_v[4:], 4)
    return [who, what_happens], np.eye(len(FEATURES))


def random_queries(width: int, seed: int, n_tokens: int = 8) -> tuple[np.ndarray, Parameters]:
    """Tokens (width, n_tokens) and parameters for which all queries and keys have mean 0 and variance 1.

    Tokens are standard normal; the weights have a variance of 1/width, the biases are 0.
    """
    rng = np.random.default_rng(seed)
    tokens = rng.normal(size=(width, n_tokens))
    omega_q, omega_k, omega_v = rng.normal(size=(3, width, width)) / np.sqrt(width)
    beta = np.zeros((width, 1))
    return tokens, (omega_q, omega_k, omega_v, beta, beta.copy(), beta.copy())
