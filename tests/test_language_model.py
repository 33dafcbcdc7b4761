"""The language model: what it answers, that nothing is fetched unasked, and the files of the one that ships."""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import torch
from courses import ROOT

from course.models import LanguageModel, LanguageModelError, language, load_language_model

FOLDER = ROOT / "course" / "models" / "small_language_model"
PROMPT = "The best thing about Bath is"
FIGURES = json.loads((ROOT / "tests" / "figures" / "transformers.json").read_text())
Next = Callable[[tuple[int, ...]], np.ndarray]


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Any use of the network fails, and is written down."""
    asked: list[object] = []

    def refuse(*arguments: object, **named: object) -> NoReturn:
        asked.append(arguments)
        raise OSError("the network was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return asked


@pytest.fixture
def no_gpt2(monkeypatch: pytest.MonkeyPatch) -> None:
    """GPT-2 is not cached, whatever this machine has."""
    monkeypatch.setattr(language, "_cached_folder", lambda repository: None)


@pytest.fixture(scope="module")
def lm() -> LanguageModel:
    return load_language_model("small")


@pytest.fixture
def fresh(lm: LanguageModel) -> LanguageModel:
    """The same model, that remembers nothing."""
    return LanguageModel("small", lm._model, lm._tokenizer)


def direct(lm: LanguageModel, ids: tuple[int, ...]) -> np.ndarray:
    """The probabilities as transformers computes them, from the whole model."""
    with torch.no_grad():
        logits = lm._model(torch.tensor([ids])).logits[0, -1].double()
    return torch.softmax(logits, 0).numpy()


# What it answers


def test_name_vocabulary_and_window(lm: LanguageModel) -> None:
    assert (lm.name, lm.vocabulary, lm.window) == ("small", 2048, 128)
    assert repr(lm) == "LanguageModel('small', vocabulary=2048, window=128)"


@pytest.mark.parametrize(
    "text", [PROMPT, "", "  two spaces\n\ttab", "naïve café — “quoted” 東京 🙂", "\x00\x7f", "ABC123!?"]
)
def test_decoding_gives_the_text_back(lm: LanguageModel, text: str) -> None:
    ids = lm.encode(text)
    assert isinstance(ids, tuple)
    assert all(type(id) is int and 0 <= id < lm.vocabulary for id in ids)
    assert lm.decode(ids) == text


def test_tokens_are_words_and_parts_of_words(lm: LanguageModel) -> None:
    ids = lm.encode(PROMPT)
    assert "".join(lm.token(id) for id in ids) == PROMPT
    assert len(ids) < len(PROMPT) / 2


def test_every_token_has_a_text(lm: LanguageModel) -> None:
    assert all(lm.token(id) for id in range(lm.vocabulary))


@pytest.mark.parametrize("text", ["a", PROMPT, "She was", 12 * PROMPT])
def test_probabilities_are_those_of_the_whole_model(fresh: LanguageModel, text: str) -> None:
    ids = fresh.encode(text)
    probabilities = fresh.next_probabilities(ids)
    assert probabilities.shape == (fresh.vocabulary,)
    assert probabilities.dtype == np.float64
    assert (probabilities > 0).all()
    assert probabilities.sum() == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(probabilities, direct(fresh, ids), rtol=0, atol=1e-6)


def test_answers_do_not_depend_on_what_was_asked_before(lm: LanguageModel, fresh: LanguageModel) -> None:
    ids = lm.encode(PROMPT)
    for length in range(1, len(ids)):
        fresh.next_probabilities(ids[:length])
    other = LanguageModel("small", lm._model, lm._tokenizer)
    np.testing.assert_array_equal(fresh.next_probabilities(ids), other.next_probabilities(ids))


@pytest.mark.parametrize("kind", [list, np.array, torch.tensor, iter], ids=["list", "array", "tensor", "iterator"])
def test_ids_may_come_in_any_container(lm: LanguageModel, kind: Callable[[tuple[int, ...]], object]) -> None:
    ids = lm.encode(PROMPT)
    np.testing.assert_array_equal(lm.next_probabilities(kind(ids)), lm.next_probabilities(ids))
    assert lm.decode(kind(ids)) == PROMPT


def test_of_a_long_context_the_last_tokens_count(fresh: LanguageModel) -> None:
    ids = fresh.encode(60 * PROMPT)
    assert len(ids) > fresh.window
    expected = direct(fresh, ids[-fresh.window :])
    np.testing.assert_allclose(fresh.next_probabilities(ids), expected, rtol=0, atol=1e-6)


def test_it_has_learnt_something(lm: LanguageModel) -> None:
    """A text that it was not trained on, of the kind that it was: far better than guessing, at 2048."""
    ids = lm.encode("She could not help thinking that her sister would be glad to see him again before the ball.")
    surprises = [-np.log(lm.next_probabilities(ids[:place])[ids[place]]) for place in range(1, len(ids))]
    assert np.exp(np.mean(surprises)) < 200


# Remembering


def test_a_repeated_question_computes_nothing(fresh: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[tuple[int, ...]] = []
    compute = fresh._computed
    monkeypatch.setattr(fresh, "_computed", lambda ids: [computed.append(ids), compute(ids)][1])
    for _ in range(3):
        fresh.next_probabilities((1, 2, 3))
        fresh.next_probabilities([1, 2])
    assert computed == [(1, 2, 3), (1, 2)]


def test_what_is_remembered_cannot_be_spoilt(lm: LanguageModel) -> None:
    with pytest.raises(ValueError, match="read-only"):
        lm.next_probabilities((1, 2, 3))[0] = 1


def test_what_was_not_asked_for_longest_is_forgotten(fresh: LanguageModel) -> None:
    fresh._room = 2
    for ids in ((1,), (2,), (1,), (3,)):
        fresh.next_probabilities(ids)
    assert list(fresh._remembered) == [(1,), (3,)]


# Errors


def test_no_tokens_are_an_error(lm: LanguageModel) -> None:
    with pytest.raises(ValueError, match="no tokens; the model needs at least one to predict the next from"):
        lm.next_probabilities(())


@pytest.mark.parametrize("id", [-1, 2048])
def test_a_token_outside_the_vocabulary_is_an_error(lm: LanguageModel, id: int) -> None:
    for ask in (lm.next_probabilities, lm.decode):
        with pytest.raises(ValueError, match=f"token {id} is not in the vocabulary; tokens run from 0 to 2047"):
            ask((1, id))
    with pytest.raises(ValueError, match="not in the vocabulary"):
        lm.token(id)


@pytest.mark.parametrize("name", ["GPT2", "gpt-2", "", "large"])
def test_an_unknown_name_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match=f"unknown model '{name}'; choose one of auto, gpt2, small"):
        load_language_model(name)


@pytest.mark.usefixtures("no_gpt2")
def test_gpt2_that_cannot_be_had_is_an_error_of_one_line(no_network: list[object]) -> None:
    with pytest.raises(
        LanguageModelError, match=r"GPT-2 cannot be had.*where there is a network, or choose"
    ) as raised:
        load_language_model("gpt2")
    assert "\n" not in str(raised.value)
    assert no_network == []


def test_a_file_that_is_not_the_shipped_one_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(language.SHA256, "model.safetensors", "0" * 64)
    with pytest.raises(
        ValueError, match=r"small_language_model/model\.safetensors is not the file that was shipped"
    ):
        load_language_model("small")


# Which model


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that was printed; nothing else was, and nothing to the standard error."""
    out, err = capsys.readouterr()
    assert err == ""
    (line,) = out.splitlines()
    return line


@pytest.mark.parametrize("variable", ["COURSE_OFFLINE", "HF_HUB_OFFLINE"])
@pytest.mark.usefixtures("no_gpt2")
def test_offline_auto_is_the_small_model_and_fetches_nothing(
    variable: str, no_network: list[object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COURSE_OFFLINE")
    monkeypatch.setenv(variable, "1")
    assert load_language_model("auto").name == "small"
    assert no_network == []
    line = printed(capsys)
    assert line.startswith("Language model: the small one that comes with the course: GPT-2 is not cached")
    assert f"{variable} is set" in line
    assert "run load_language_model() once where there is a network" in line


@pytest.mark.usefixtures("no_gpt2")
def test_without_a_network_auto_is_the_small_model(
    no_network: list[object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COURSE_OFFLINE")
    assert load_language_model().name == "small"
    assert len(no_network) <= 2
    assert "no network answers" in printed(capsys)


@pytest.mark.usefixtures("no_gpt2")
def test_a_network_that_fails_half_way_gives_the_small_model(
    no_network: list[object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*arguments: object, **named: object) -> NoReturn:
        raise ConnectionError("cut off\nin two lines")

    monkeypatch.delenv("COURSE_OFFLINE")
    monkeypatch.setattr(language, "_network_answers", lambda: True)
    monkeypatch.setattr(language, "snapshot_download", fail)
    assert load_language_model().name == "small"
    out, err = capsys.readouterr()
    assert err == ""
    fetching, said = out.splitlines()
    assert fetching.startswith("Fetching GPT-2")
    assert "fetching it failed (ConnectionError)" in said


@pytest.mark.usefixtures("no_gpt2")
def test_a_network_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(language, "ANSWER_TIMEOUT", 0.2)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        monkeypatch.setattr(language, "hf_hub_url", lambda repository, file: url)
        assert not language._network_answers()


def test_a_cached_gpt2_is_used(
    tmp_path: Path, no_network: list[object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A model of GPT-2's form, where the hub's library keeps what it has fetched."""
    root = tmp_path / "models--openai-community--gpt2"
    snapshot = root / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (root / "refs").mkdir()
    (root / "refs" / "main").write_text("abc")
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (snapshot / name).symlink_to(FOLDER / name)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    assert language._cached_folder("openai-community/gpt2") == snapshot
    for name in ("auto", "gpt2"):
        loaded = load_language_model(name)
        assert loaded.name == "gpt2"
        assert printed(capsys) == "Language model: GPT-2."
    assert no_network == []
    small = load_language_model("small")
    np.testing.assert_allclose(loaded.next_probabilities((1, 2)), small.next_probabilities((1, 2)), atol=1e-6)


def test_a_broken_cache_gives_the_small_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes()[:1000])
    (tmp_path / "config.json").write_bytes((FOLDER / "config.json").read_bytes())
    monkeypatch.setattr(language, "_cached_folder", lambda repository: tmp_path)
    assert load_language_model().name == "small"
    assert "cached files cannot be read" in printed(capsys)


def test_small_is_said_in_one_line_without_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    load_language_model("small", device="cpu")
    assert printed(capsys) == "Language model: the small one that comes with the course."


def test_a_fresh_process_prints_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from course.models import load_language_model as load; load()"],
        env={**os.environ, "HF_HOME": str(tmp_path), "COURSE_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_importing_course_models_imports_neither_torch_nor_transformers() -> None:
    words = "import sys, course.models; print({'torch', 'transformers', 'tokenizers'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# The files that ship


def test_the_small_model_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 4_000_000


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_checksums_are_those_of_the_files(name: str) -> None:
    checksum = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
    assert language.SHA256[name] == checksum
    assert f"- `{name}`: `{checksum}`" in (FOLDER / "README.md").read_text()


def test_the_readme_says_what_text_how_long_and_what_loss() -> None:
    text = (FOLDER / "README.md").read_text()
    for said in ("public domain", "debian/copyright", "steps", "minutes", "Held-out", "perplexity", "tools/train_"):
        assert said in text, said


# The sentences of GPT-2


def greedy(following: Next, ids: tuple[int, ...], new: int) -> tuple[int, ...]:
    """The most likely token each time."""
    return kth(following, ids, new, 1)


def kth(following: Next, ids: tuple[int, ...], new: int, k: int) -> tuple[int, ...]:
    """The kth most likely token each time."""
    for _ in range(new):
        ids = (*ids, int(np.argsort(-following(ids), kind="stable")[k - 1]))
    return ids


def beams(following: Next, ids: tuple[int, ...], new: int, width: int) -> Iterator[tuple[int, ...]]:
    """The best sentence of a beam search after each new token."""
    kept = [(0.0, ids)]
    for _ in range(new):
        longer = [
            (score + float(np.log(probabilities[token])), (*sentence, int(token)))
            for score, sentence in kept
            for probabilities in (following(sentence),)
            for token in np.argsort(-probabilities, kind="stable")[:width]
        ]
        kept = sorted(longer, key=lambda pair: -pair[0])[:width]
        yield kept[0][1]


@pytest.fixture(scope="module")
def gpt2() -> LanguageModel:
    if not any(language._cached_folder(repository) for repository in language.REPOSITORIES):
        pytest.skip("GPT-2 is not cached on this machine, and tests fetch nothing")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("COURSE_OFFLINE", "1")
        return load_language_model("gpt2")


@pytest.mark.parametrize(("name", "k"), [("greedy", 1), ("second most likely token each time", 2)])
def test_gpt2_says_the_expected_sentence(gpt2: LanguageModel, name: str, k: int) -> None:
    ids = kth(gpt2.next_probabilities, gpt2.encode(FIGURES["prompt"]), FIGURES["new_tokens"], k)
    assert gpt2.decode(ids) == FIGURES["expected_with_real_gpt2_weights"][name]


def test_gpt2_finds_the_expected_sentence_by_beam_search(gpt2: LanguageModel) -> None:
    """The published sentence may be longer by one token."""
    new, width = FIGURES["new_tokens"], FIGURES["beams"]
    found = list(beams(gpt2.next_probabilities, gpt2.encode(FIGURES["prompt"]), new + 1, width))
    expected = FIGURES["expected_with_real_gpt2_weights"][f"beam search, {width} beams"]
    assert expected in {gpt2.decode(ids) for ids in found[-2:]}


def test_the_searches_of_this_file_work_on_the_small_model(lm: LanguageModel) -> None:
    ids = lm.encode(PROMPT)
    (*_, narrow) = beams(lm.next_probabilities, ids, 6, 1)
    assert narrow == greedy(lm.next_probabilities, ids, 6)
    assert kth(lm.next_probabilities, ids, 6, 2)[: len(ids)] == ids
    assert re.match(PROMPT, lm.decode(narrow))
