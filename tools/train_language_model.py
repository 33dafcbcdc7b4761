"""Trains the small language model that comes with the course, and writes course/models/small_language_model/.

The text is public-domain prose out of Debian packages: Jane Austen's novels, Melville's "Moby-Dick", Bierce's
"Devil's Dictionary" and the Jargon File. `apt-get download` fetches the packages and `dpkg-deb` unpacks them;
nothing is installed. Nineteen of twenty blocks of text are trained on; the rest says how good the model is.

The training is seeded, on one core. It runs in bfloat16, so other processors give slightly other weights.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import os
import re
import subprocess
import time
import unicodedata
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GPT2Config, GPT2LMHeadModel

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "course" / "models" / "small_language_model"
PACKAGES = ROOT / "build" / "language_model_packages"
LIMIT = 4_000_000  # bytes, the whole folder
VOCABULARY, WINDOW, WIDTH, LAYERS, HEADS = 2048, 128, 160, 5, 5
BLOCK = 8000  # characters
HELD_OUT = 20  # one block of so many
LEARNING_RATE, WEIGHT_DECAY, WARM_UP = 3e-3, 0.1, 100
AVERAGED = 100  # steps, in a reported loss
PROMPTS = ("The best thing about Bath is", "She was not at all", "The captain looked at the sea and")


@dataclass(frozen=True)
class Source:
    """Text in a Debian package.

    Attributes:
        package: its name.
        path: of the text inside it.
        read: what makes paragraphs of the file's content.
        says: what the text is and why it may be used.
    """

    package: str
    path: str
    read: Callable[[bytes], list[str]]
    says: str


def _integer(content: bytes, start: int) -> int:
    return int.from_bytes(content[start : start + 4], "big", signed=True)


def _vectors_of_r(content: bytes) -> list[list[str]]:
    """The character vectors of an R package's data file, in order.

    Every object of such a file is a length and then a serialisation, in big-endian XDR form, compressed by zlib.
    """
    string, vector = 9, 16
    vectors = []
    while content:
        stream = zlib.decompressobj()
        data = stream.decompress(content[4:])
        content = stream.unused_data
        start = 2 + 3 * 4  # "X\n", version 3, the R that wrote it, the oldest that reads it
        start += 4 + _integer(data, start)  # the encoding
        if _integer(data, start) & 255 != vector:
            continue
        strings, start = [], start + 8
        for _ in range(_integer(data, start - 4)):
            if _integer(data, start) & 255 != string:
                raise ValueError("an R object of an unknown kind")
            length = _integer(data, start + 4)
            strings.append(data[start + 8 : start + 8 + length].decode())
            start += 8 + max(length, 0)
        vectors.append(strings)
    return vectors


def _paragraphs(text: str) -> list[str]:
    """Paragraphs, each in one line, of characters of ASCII; headings, rulers and tables are left out."""
    for old, new in {"‘": "'", "’": "'", "“": '"', "”": '"', "—": "--", "–": "-", "…": "...", "æ": "ae"}.items():
        text = text.replace(old, new)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    found = []
    for block in re.split(r"\n\s*\n", text):
        line = re.sub(r"\s+", " ", block.replace("_", "")).strip()
        letters = sum(character.islower() for character in line)
        if len(line) > 40 and letters > 0.6 * len(line):
            found.append(line)
    return found


def _austen(content: bytes) -> list[str]:
    """The novels one after the other."""
    return [paragraph for lines in _vectors_of_r(content) for paragraph in _paragraphs("\n".join(lines))]


def _melville(content: bytes) -> list[str]:
    """The novel, without what others wrote before and after it."""
    text = "\n".join(_vectors_of_r(content)[0])
    return _paragraphs(text[text.index("Call me Ishmael.") : text.index("End of Project Gutenberg")])


def _jargon(content: bytes) -> list[str]:
    """The Jargon File's sentences, without references {in braces}, pronunciations and word classes."""
    text = gzip.decompress(content).decode()
    text = re.sub(r"(?m)^ *:([^:\n]+):.*$", "", text)
    text = re.sub(r"(?m)^ *(\d+\.|\[[^\]]*\]) *", "", text)
    text = re.sub(r"(See also|Compare|See|Oppose|Contrast)\s+(the\s+)?\{[^.;]*[.;]", "", text)
    return _paragraphs(text.replace("{", "").replace("}", ""))


def _devil(content: bytes) -> list[str]:
    """The definitions of the Devil's Dictionary; its verses, which are indented, are left out."""
    text = gzip.decompress(content).decode("latin1")
    text = text[text.index("ABASEMENT") :]
    return _paragraphs("\n".join(line for line in text.splitlines() if not line.startswith("    ")))


SOURCES = (
    Source(
        "r-cran-janeaustenr",
        "usr/lib/R/site-library/janeaustenr/data/Rdata.rdb",
        _austen,
        "Jane Austen's six novels (1811 to 1817). The author died in 1817 and the novels are in the public domain; "
        "the package around them is under the MIT licence (its debian/copyright)",
    ),
    Source(
        "r-cran-tokenizers",
        "usr/lib/R/site-library/tokenizers/data/Rdata.rdb",
        _melville,
        'Herman Melville, "Moby-Dick" (1851). The author died in 1891 and the novel is in the public domain; the '
        "package around it is under the MIT licence (its debian/copyright)",
    ),
    Source(
        "dict-devil",
        "usr/share/dictd/devil.dict.dz",
        _devil,
        'Ambrose Bierce, "The Devil\'s Dictionary" (1911). "The Devil\'s Dictionary is in the public domain, its '
        'copyright has expired" (debian/copyright)',
    ),
    Source(
        "jargon-text",
        "usr/share/doc/jargon-text/jargon.txt.gz",
        _jargon,
        'The Jargon File, version 4.4.7, 29 Dec 2003. "This document (the Jargon File) is in the public domain, to '
        'be freely used, shared, and modified" (debian/copyright)',
    ),
)


def fetch(source: Source, folder: Path) -> tuple[bytes, str]:
    """The file of a source, downloaded and unpacked if that was not done before, and its package's version."""
    unpacked = folder / source.package
    if not unpacked.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "--quiet", source.package], cwd=folder, check=True)
        package = next(folder.glob(f"{source.package}_*.deb"))
        subprocess.run(["dpkg-deb", "-x", str(package), str(unpacked)], check=True)
    version = next(folder.glob(f"{source.package}_*.deb")).name.split("_")[1]
    return (unpacked / source.path).read_bytes(), version


def split(paragraphs: list[str]) -> tuple[list[str], list[str]]:
    """Paragraphs to train on, and the held-out ones: every twentieth block of about 8000 characters."""
    train: list[str] = []
    held_out: list[str] = []
    characters = 0
    for paragraph in paragraphs:
        (held_out if characters // BLOCK % HELD_OUT == HELD_OUT - 1 else train).append(paragraph)
        characters += len(paragraph) + 1
    return train, held_out


def train_tokenizer(paragraphs: list[str]) -> Tokenizer:
    """A byte-level BPE tokenizer, like GPT-2's: any text has tokens, and decoding them gives it back."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator([paragraph + "\n" for paragraph in paragraphs], trainer)
    return tokenizer


def tokens_of(tokenizer: Tokenizer, paragraphs: list[str]) -> tuple[torch.Tensor, np.ndarray]:
    """All tokens in a row, and where paragraphs start."""
    encoded = [encoding.ids for encoding in tokenizer.encode_batch([paragraph + "\n" for paragraph in paragraphs])]
    starts = np.cumsum([0, *map(len, encoded[:-1])])
    return torch.tensor([id for ids in encoded for id in ids]), starts


def loss_of(logits: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy, in nats a token, of every token but the first, each from those before it."""
    return torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1).float(), ids[:, 1:].flatten())


@torch.inference_mode()
def held_out_loss(model: GPT2LMHeadModel, ids: torch.Tensor, windows: int | None = None) -> float:
    """Mean cross-entropy in float32 over held-out text, in windows that do not overlap; the first few, or all."""
    rows = ids[: len(ids) // WINDOW * WINDOW].reshape(-1, WINDOW)[:windows]
    losses = [(float(loss_of(model(part, use_cache=False).logits, part)), len(part)) for part in rows.split(32)]
    return sum(loss * count for loss, count in losses) / len(rows)


def rate(step: int, done: float) -> float:
    """The learning rate: a linear rise in the first steps, and half a cosine down to nothing; done from 0 to 1."""
    return LEARNING_RATE * min(1.0, step / WARM_UP) * 0.5 * (1 + math.cos(math.pi * done))


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Files into the folder, each replaced at once, so that what is there can be used at any time."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        temporary = folder / f".{name}.part"
        temporary.write_bytes(content)
        temporary.replace(folder / name)


def packed(model: GPT2LMHeadModel) -> bytes:
    """The weights as float16, without the output layer, which is the embedding."""
    weights = {
        name: weight.detach().half().contiguous()
        for name, weight in model.state_dict().items()
        if name != "lm_head.weight"
    }
    return save(weights, metadata={"format": "pt"})


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of what the model consists of."""
    names = ("config.json", "tokenizer.json", "model.safetensors")
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


@torch.inference_mode()
def continuation(model: GPT2LMHeadModel, tokenizer: Tokenizer, prompt: str, new_tokens: int = 20) -> str:
    """The prompt and its greedy continuation."""
    ids = tokenizer.encode(prompt).ids
    for _ in range(new_tokens):
        ids.append(int(model(torch.tensor([ids]), use_cache=False).logits[0, -1].argmax()))
    return tokenizer.decode(ids).replace("\n", " / ")


def readme(sources: list[str], lines: list[str], sums: dict[str, str]) -> bytes:
    """The README.md of the folder."""
    return "\n".join(
        [
            "# The small language model",
            "",
            "`course.models.load_language_model` uses this where GPT-2 is not to be had. It is of GPT-2's kind:",
            f"{LAYERS} layers, {HEADS} heads, width {WIDTH}, {VOCABULARY} tokens (byte-level BPE, its own) and",
            f"a window of {WINDOW}. The weights are stored as float16, and float32 in use.",
            "",
            "## Text",
            "",
            *(f"- {source}." for source in sources),
            "",
            "Headings, verses, tables and markup were left out, and other characters than ASCII's replaced.",
            "",
            "## Training",
            "",
            *(f"- {line}" for line in lines),
            "",
            "Made by `.venv/bin/python tools/train_language_model.py`, on a machine with Debian's package sources.",
            "The weights are a part of the course, and under its licence.",
            "",
            "## Checksums (SHA-256)",
            "",
            *(f"- `{name}`: `{value}`" for name, value in sums.items()),
            "",
        ]
    ).encode()


def main() -> None:
    """Train, print how it goes, and write the folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--steps", type=int, default=2700, help="steps of the optimizer (default: %(default)s)")
    parser.add_argument(
        "--minutes",
        type=float,
        default=60.0,
        help="at most so long; on a slow machine there are fewer steps (default: %(default)s)",
    )
    parser.add_argument("--resume", action="store_true", help="go on where the last run was cut off")
    parser.add_argument("--batch", type=int, default=32, help="windows a step (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of weights and batches (default: %(default)s)")
    parser.add_argument("--every", type=int, default=200, help="steps between reports (default: %(default)s)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the model goes (default: in the course)")
    parser.add_argument(
        "--packages", type=Path, default=PACKAGES, help="where packages are kept (default: in build)"
    )
    arguments = parser.parse_args()
    state_file = arguments.packages / "training.pt"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    rng = np.random.default_rng(arguments.seed)

    train: list[str] = []
    held_out: list[str] = []
    sources = []
    for source in SOURCES:
        content, version = fetch(source, arguments.packages)
        parts = split(source.read(content))
        train += parts[0]
        held_out += parts[1]
        characters = sum(len(paragraph) for part in parts for paragraph in part)
        sources.append(f"{source.says}; {characters / 1e6:.2f} million characters of `{source.package}` {version}")
        print(f"{source.package} {version}: {characters} characters")
    tokenizer = train_tokenizer(train)
    ids, starts = tokens_of(tokenizer, train)
    held_ids, _ = tokens_of(tokenizer, held_out)
    held_characters = sum(len(paragraph) + 1 for paragraph in held_out)
    print(f"{len(ids)} tokens to train on, {len(held_ids)} held out")

    settings: dict[str, Any] = {
        "activation_function": "gelu_pytorch_tanh",  # GPT-2's own, computed at once
        "architectures": ["GPT2LMHeadModel"],
        "bos_token_id": None,
        "eos_token_id": None,
        "model_type": "gpt2",
        "n_embd": WIDTH,
        "n_head": HEADS,
        "n_layer": LAYERS,
        "n_positions": WINDOW,
        "vocab_size": VOCABULARY,
    }
    # A model as small as this learns little by heart and needs no dropout; "eager" is fastest in bfloat16.
    training: dict[str, Any] = {"attn_pdrop": 0.0, "embd_pdrop": 0.0, "resid_pdrop": 0.0}
    training["attn_implementation"] = "eager"
    model = GPT2LMHeadModel(GPT2Config(**settings, **training))
    print(f"{sum(parameter.numel() for parameter in model.parameters())} parameters")
    matrices = [parameter for parameter in model.parameters() if parameter.ndim > 1]
    vectors = [parameter for parameter in model.parameters() if parameter.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": vectors, "weight_decay": 0.0}],
        lr=LEARNING_RATE,
        betas=(0.9, 0.98),
        fused=True,
    )
    files = {"config.json": json.dumps(settings, indent=2).encode() + b"\n", "tokenizer.json": b""}
    files["tokenizer.json"] = json.dumps(
        json.loads(tokenizer.to_str()), separators=(",", ":"), ensure_ascii=False
    ).encode()
    starts = starts[starts < len(ids) - WINDOW]
    step, seconds, losses = 0, 0.0, []
    if arguments.resume:
        state = torch.load(state_file)
        step, seconds, losses = state["step"], state["seconds"], state["losses"]
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        rng.bit_generator.state = json.loads(state["rng"])
    started = time.perf_counter() - seconds
    last = False
    while not last:
        step += 1
        done = max(step / arguments.steps, (time.perf_counter() - started) / (60 * arguments.minutes))
        last = done >= 1
        for group in optimizer.param_groups:
            group["lr"] = rate(step, min(1.0, done))
        # Half of the windows start where a paragraph does, as prompts do.
        first = rng.integers(len(ids) - WINDOW, size=arguments.batch)
        first[::2] = rng.choice(starts, size=len(first[::2]))
        batch = torch.stack([ids[place : place + WINDOW] for place in first])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(batch, use_cache=False).logits
        loss = loss_of(logits, batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        if step % arguments.every and not last:
            continue
        seconds = time.perf_counter() - started
        held = held_out_loss(model.eval(), held_ids, None if last else 128)
        mean = sum(losses[-AVERAGED:]) / len(losses[-AVERAGED:])
        print(f"step {step}: loss {mean:.3f}, held out {held:.3f}, after {seconds / 60:.1f} minutes", flush=True)
        state = {"step": step, "seconds": seconds, "losses": losses, "rng": json.dumps(rng.bit_generator.state)}
        torch.save({**state, "model": model.state_dict(), "optimizer": optimizer.state_dict()}, state_file)
        write(arguments.folder, {**files, "model.safetensors": packed(model)})
        bits = held / math.log(2) * len(held_ids) / held_characters
        passes = step * arguments.batch * WINDOW / len(ids)
        lines = [
            f"{len(ids)} tokens, {step} steps with {arguments.batch} windows of {WINDOW} tokens, {passes:.1f} "
            f"times the text; {seconds / 60:.0f} minutes on one core.",
            f"Loss of the last {AVERAGED} steps: {mean:.3f} nats a token.",
            f"Held-out text ({len(held_ids)} tokens, one block of {BLOCK} characters in {HELD_OUT}): loss "
            f"{held:.3f} nats a token, perplexity {math.exp(held):.1f}, {bits:.2f} bits a character.",
            *(f'Greedy: "{continuation(model, tokenizer, prompt)}"' for prompt in PROMPTS),
        ]
        sums = checksums(arguments.folder)
        write(arguments.folder, {"README.md": readme(sources, lines, sums)})
        model.train()
    for prompt in PROMPTS:
        print(continuation(model.eval(), tokenizer, prompt))
    size = sum(path.stat().st_size for path in arguments.folder.iterdir())
    print(f"{size} bytes")
    for name, value in checksums(arguments.folder).items():
        print(f"{name}: {value}")
    if size > LIMIT:
        raise SystemExit(f"more than {LIMIT} bytes")


if __name__ == "__main__":
    main()
