"""A language model to ask how likely each next token is: GPT-2, or a small one that comes with the course.

GPT-2 (Radford et al., "Language models are unsupervised multitask learners", 2019) is used where it is cached or
can be fetched. The small model has the same architecture and needs no network; ``small_language_model/README.md``
says how it came about.

The libraries are imported with this module, and not when a model is loaded: a grader imports it once for a class.
For that reason the module is imported only where a name of it is used (see :mod:`course.models`).
"""

from __future__ import annotations

import hashlib
import logging
import threading
import urllib.request
import warnings
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from huggingface_hub import hf_hub_url, snapshot_download, try_to_load_from_cache
from safetensors.torch import load
from tokenizers import Tokenizer
from transformers import GPT2Config, GPT2LMHeadModel
from transformers.utils import logging as transformers_logging

from course.offline import VARIABLE, is_offline

NAMES = ("auto", "gpt2", "small")
OFFLINE_VARIABLES = (VARIABLE, "HF_HUB_OFFLINE")
REPOSITORIES = ("openai-community/gpt2", "gpt2")  # the second is the older name, under which it may be cached
SMALL = Path(__file__).with_name("small_language_model")
FILES = ("config.json", "tokenizer.json", "model.safetensors")
SHA256 = {
    "config.json": "fc645808b66dd5ebb323f8cf481febf4009d2ffceb2983784badf3bd2f2c16cd",
    "tokenizer.json": "e2a14a4681634950dde450fe38587930a8e4c312405ceb1dccd34d9c7b06800f",
    "model.safetensors": "693503defd0353ea4c6c11686093bc8cc9549e641b13537cb8f148a03bd11cac",
}
ANSWER_TIMEOUT = 4.0  # seconds for a first answer from the network
REMEMBERED_BYTES = 128 * 2**20


class LanguageModelError(RuntimeError):
    """A language model was asked for that this machine neither has nor can fetch."""


class LanguageModel:
    """A language model and its tokenizer.

    Attributes:
        name: ``"gpt2"`` or ``"small"``.
        vocabulary: number of tokens.
        window: longest context; of a longer one the last `window` tokens count.
    """

    def __init__(self, name: str, model: GPT2LMHeadModel, tokenizer: Tokenizer) -> None:
        """
        Args:
            name: ``"gpt2"`` or ``"small"``.
            model: in evaluation mode, on the device to compute on.
            tokenizer: of the same vocabulary.
        """
        self.name = name
        self.vocabulary: int = model.config.vocab_size
        self.window: int = model.config.n_positions
        self._model = model
        self._tokenizer = tokenizer
        self._remembered: OrderedDict[tuple[int, ...], np.ndarray] = OrderedDict()
        self._room = max(1, REMEMBERED_BYTES // (8 * self.vocabulary))

    def __repr__(self) -> str:
        return f"LanguageModel({self.name!r}, vocabulary={self.vocabulary}, window={self.window})"

    def encode(self, text: str) -> tuple[int, ...]:
        """The tokens of a text."""
        return tuple(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def decode(self, ids: Iterable[int]) -> str:
        """The text of tokens; U+FFFD stands for bytes that make no whole character.

        Raises:
            ValueError: a token is not in the vocabulary.
        """
        return self._tokenizer.decode(list(self._checked(ids)), skip_special_tokens=False)

    def token(self, id: int) -> str:
        """One token as text.

        Raises:
            ValueError: the token is not in the vocabulary.
        """
        return self.decode((id,))

    def next_probabilities(self, ids: Iterable[int]) -> np.ndarray:
        """Probability of every token to be the next one.

        Results are remembered, so that a repeated question costs nothing.

        Args:
            ids: the tokens so far, at least one; of more than `window` the last ones count.

        Returns:
            Probabilities, shape (vocabulary,), float64, read-only; they sum to 1.

        Raises:
            ValueError: there are no tokens, or one is not in the vocabulary.
        """
        context = self._checked(ids)[-self.window :]
        if not context:
            raise ValueError("next_probabilities: no tokens; the model needs at least one to predict the next from")
        if context in self._remembered:
            self._remembered.move_to_end(context)
        else:
            self._remembered[context] = self._computed(context)
            if len(self._remembered) > self._room:
                self._remembered.popitem(last=False)
        return self._remembered[context]

    def _computed(self, context: tuple[int, ...]) -> np.ndarray:
        """The probabilities, from the whole context at once.

        Kept keys and values of earlier contexts would at best halve the time of GPT-2 (on one core 50 ms instead of
        110 for 16 tokens) and spare the small model nothing. They take memory for every branch of a search, and the
        last digits of a probability would depend on what was asked before.
        """
        with torch.inference_mode():
            tokens = torch.tensor([context], device=self._model.device)
            hidden = self._model.transformer(tokens, use_cache=False)[0]
            logits = self._model.lm_head(hidden[0, -1]).cpu().double().numpy()
        exponentials = np.exp(logits - logits.max())
        probabilities = exponentials / exponentials.sum()
        probabilities.flags.writeable = False
        return probabilities

    def _checked(self, ids: Iterable[int]) -> tuple[int, ...]:
        checked = tuple(int(id) for id in ids)
        for id in checked:
            if not 0 <= id < self.vocabulary:
                raise ValueError(f"token {id} is not in the vocabulary; tokens run from 0 to {self.vocabulary - 1}")
        return checked


def load_language_model(name: str = "auto", device: torch.device | str | None = None) -> LanguageModel:
    """A language model, ready to be asked; one printed line says which.

    Nothing is fetched where the environment variable ``COURSE_OFFLINE`` or ``HF_HUB_OFFLINE`` is 1.

    Args:
        name: ``"gpt2"``; ``"small"``, the model that comes with the course; or ``"auto"``, GPT-2 where it is cached
            or can be fetched, else the small one.
        device: where to compute; the CPU unless told.

    Raises:
        ValueError: `name` is none of the three, or the small model's files are not those that were shipped.
        LanguageModelError: ``"gpt2"`` was asked for, and is neither cached nor to be had.
    """
    if name not in NAMES:
        raise ValueError(f"load_language_model: unknown model {name!r}; choose one of {', '.join(NAMES)}")
    because = ""
    with _quiet():
        if name != "small":
            loaded = _gpt2(device or "cpu")
            if isinstance(loaded, LanguageModel):
                print("Language model: GPT-2.")
                return loaded
            if name == "gpt2":
                raise LanguageModelError(
                    f"load_language_model: GPT-2 cannot be had: {loaded}; "
                    'load it once where there is a network, or choose "small" or "auto"'
                )
            because = f": {loaded}. For GPT-2, run load_language_model() once where there is a network"
        model = _small(device or "cpu")
    print(f"Language model: the small one that comes with the course{because}.")
    return model


def _small(device: torch.device | str) -> LanguageModel:
    contents = {file: (SMALL / file).read_bytes() for file in FILES}
    for file, content in contents.items():
        if hashlib.sha256(content).hexdigest() != SHA256[file]:
            raise ValueError(
                f"course/models/{SMALL.name}/{file} is not the file that was shipped; install the course again"
            )
    model = GPT2LMHeadModel(GPT2Config.from_json_file(SMALL / "config.json"))
    weights = load(contents["model.safetensors"])
    model.transformer.load_state_dict(
        {name.removeprefix("transformer."): weight.float() for name, weight in weights.items()}
    )
    model.tie_weights()
    tokenizer = Tokenizer.from_str(contents["tokenizer.json"].decode())
    return LanguageModel("small", model.eval().to(device), tokenizer)


def _gpt2(device: torch.device | str) -> LanguageModel | str:
    """GPT-2, fetched if need be and possible; or why there is none."""
    folder = _gpt2_folder()
    if isinstance(folder, str):
        return folder
    try:
        model = GPT2LMHeadModel.from_pretrained(folder, local_files_only=True).float()
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # the libraries raise what they like about a broken file
        return f"its cached files cannot be read ({type(error).__name__}) and should be deleted"
    return LanguageModel("gpt2", model.eval().to(device), tokenizer)


def _gpt2_folder() -> Path | str:
    """The folder of GPT-2's files, fetched if need be and possible; or why there is none."""
    for repository in REPOSITORIES:
        folder = _cached_folder(repository)
        if folder is not None:
            return folder
    for variable in OFFLINE_VARIABLES:
        if is_offline(variable):
            return f"GPT-2 is not cached, and {variable} is set, so that nothing is fetched"
    if not _network_answers():
        return "GPT-2 is not cached, and no network answers"
    print("Fetching GPT-2, about 550 MB, once.")
    try:
        return Path(snapshot_download(REPOSITORIES[0], allow_patterns=list(FILES), etag_timeout=ANSWER_TIMEOUT))
    except Exception as error:  # whatever a network comes up with
        return f"GPT-2 is not cached, and fetching it failed ({type(error).__name__})"


def _cached_folder(repository: str) -> Path | None:
    paths = [try_to_load_from_cache(repository, file) for file in FILES]
    return Path(str(paths[0])).parent if all(isinstance(path, str) for path in paths) else None


def _network_answers() -> bool:
    """Whether there is an answer, within seconds, from where GPT-2 is fetched; through a proxy if one is set."""
    answers: list[int] = []

    def ask() -> None:
        try:
            with urllib.request.urlopen(hf_hub_url(REPOSITORIES[0], FILES[0]), timeout=ANSWER_TIMEOUT) as response:
                answers.append(response.status)
        except (OSError, ValueError):
            pass

    # In a thread, because looking up a name without a network can take longer than a socket's timeout.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(ANSWER_TIMEOUT)
    return answers == [200]


@contextmanager
def _quiet() -> Iterator[None]:
    """No warnings, no bars and no logs from the libraries that load models."""
    loggers = [logging.getLogger(name) for name in ("huggingface_hub", "transformers")]
    levels = [logger.level for logger in loggers]
    bars = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        if bars:
            transformers_logging.enable_progress_bar()
