"""MNIST's handwritten digits, fetched once and kept; where they can't be had, scikit-learn's digits.

LeCun, Cortes and Burges, "The MNIST database of handwritten digits". Its four IDX files come from public mirrors,
are compared with their known size and SHA-256, and stay in a folder of the user's. Nothing but the standard library
fetches them: torchvision and pooch do it too, but a student would install them for four files and one notebook.

Environment variables:
    COURSE_CACHE: the folder for files that are fetched; without it, a folder of the course's in the user's cache.
    COURSE_OFFLINE: 1 if nothing may be fetched. Then the digits are scikit-learn's, also where MNIST has been
        fetched before, so that grading sees the same ones everywhere.
    COURSE_TIMEOUT: seconds to wait for a mirror's answer, 2 unless set. One that has answered may pause for four
        times as long.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import queue
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import numpy as np
import torch
from sklearn.datasets import load_digits  # here, so that a grader imports it once for a class

from course.offline import VARIABLE, is_offline

CACHE, TIMEOUT = "COURSE_CACHE", "COURSE_TIMEOUT"
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://raw.githubusercontent.com/fgnt/mnist/master/",
)
TRAIN_LABELS, TRAIN_IMAGES = "train-labels-idx1-ubyte.gz", "train-images-idx3-ubyte.gz"
TEST_LABELS, TEST_IMAGES = "t10k-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz"
# Size in bytes and SHA-256 of each; small ones first, which find out sooner that there is no network.
FILES = {
    TRAIN_LABELS: (28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
    TEST_LABELS: (4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    TEST_IMAGES: (1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
    TRAIN_IMAGES: (9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
}
WAIT = 2.0  # seconds, see COURSE_TIMEOUT
PAUSE = 4  # times that, while a file comes
SLOWEST = 5000  # bytes a second; a mirror that gives less is left for the next one
TRIES = 4  # of one file at one mirror, as long as each brings it further
ABANDONED = 60  # seconds after which nobody writes to a partial file any more
CHUNK = 1 << 16

SIDE = 28
DIGITS_TEST = 360  # of scikit-learn's 1797 digits
DIGITS_SIDE = 24  # to which they are enlarged; the margin around them leaves room to move
MARGIN = (SIDE - DIGITS_SIDE) // 2
SEED = 0


@dataclass(frozen=True)
class Mnist:
    """Pictures of handwritten digits and what they show.

    Attributes:
        x_train: images, shape (n, 1, 28, 28), float32 from 0 (background) to 1 (ink).
        y_train: the digits, shape (n,), int64.
        x_test: images, shape (m, 1, 28, 28), float32 from 0 to 1.
        y_test: the digits, shape (m,), int64.
        source: ``"MNIST"`` or ``"scikit-learn's digits"``.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    source: str


class Unavailable(Exception):
    """MNIST can't be had here and now; the text says why."""


def load(train: int | None = None, test: int | None = None) -> Mnist:
    """MNIST, or scikit-learn's digits with a line on the screen that says so.

    Scikit-learn has 1437 digits to train on and 360 to test with, 8 by 8 pixels each, enlarged here. If more
    training images are asked for, the rest are copies, moved by up to two pixels each way. No copy of a test image
    is among them.

    Args:
        train: how many training images, drawn once and for all; without it as many as there are.
        test: how many test images, at most; likewise.
    """
    try:
        content = _files()
    except Unavailable as why:
        print(
            f"MNIST is not here ({why}): you see scikit-learn's handwritten digits, enlarged to 28 by 28 pixels. "
            "To get MNIST, run this with a network and without COURSE_OFFLINE."
        )
        return _digits(train, test)
    x_train, y_train = _some(content[TRAIN_IMAGES], content[TRAIN_LABELS], train)
    x_test, y_test = _some(content[TEST_IMAGES], content[TEST_LABELS], test)
    return Mnist(x_train, y_train, x_test, y_test, "MNIST")


def cache_folder() -> Path:
    """The folder for MNIST's files; it need not exist yet."""
    if os.environ.get(CACHE):
        return Path(os.environ[CACHE]).expanduser() / "mnist"
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "gradient-course" / "mnist"


# Images and labels --------------------------------------------------------------------------------------------


def _files() -> dict[str, np.ndarray]:
    """Name to what is in the file, an array of bytes."""
    if is_offline():
        raise Unavailable(f"{VARIABLE} is set")
    failed: set[str] = set()
    try:
        return {name: _array(gzip.decompress(_content(name, failed))) for name in FILES}
    except (OSError, RuntimeError) as error:  # no home folder, a full disk, a folder that may not be written to
        raise Unavailable(f"{type(error).__name__}: {error}") from error


def _array(idx: bytes) -> np.ndarray:
    """An IDX file: two zeros, the type of its numbers (8: bytes), how many axes, their lengths, the numbers."""
    axes = idx[3]
    lengths = np.frombuffer(idx, ">u4", count=axes, offset=4)
    return np.frombuffer(idx, np.uint8, offset=4 + 4 * axes).reshape(lengths)


def _some(images: np.ndarray, labels: np.ndarray, count: int | None) -> tuple[np.ndarray, np.ndarray]:
    """The first images of an order that never changes: the files begin with the tidier writers."""
    chosen = np.random.default_rng(SEED).permutation(len(images))[:count]
    return images[chosen, None].astype(np.float32) / np.float32(255), labels[chosen].astype(np.int64)


def _digits(train: int | None, test: int | None) -> Mnist:
    """Scikit-learn's digits, of the same shapes."""
    digits = load_digits()
    small = torch.tensor(digits.images / 16, dtype=torch.float32)[:, None]
    large = torch.nn.functional.interpolate(small, size=DIGITS_SIDE, mode="bilinear", align_corners=False)
    images = np.pad(large.clamp(0, 1).numpy(), ((0, 0), (0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN)))
    labels = digits.target.astype(np.int64)
    generator = np.random.default_rng(SEED)
    order = generator.permutation(len(images))
    for_test, rest = order[:DIGITS_TEST], order[DIGITS_TEST:]
    copies = np.resize(rest, len(rest) if train is None else train)  # the same ones again and again
    x_train = images[copies]
    for copy in range(len(rest), len(copies)):
        x_train[copy] = np.roll(x_train[copy], generator.integers(-MARGIN, MARGIN + 1, size=2), axis=(1, 2))
    x_test, y_test = images[for_test][:test], labels[for_test][:test]
    return Mnist(x_train, labels[copies], x_test, y_test, "scikit-learn's digits")


# Files --------------------------------------------------------------------------------------------------------


def _is_right(name: str, content: bytes) -> bool:
    size, sha256 = FILES[name]
    return len(content) == size and hashlib.sha256(content).hexdigest() == sha256


def _content(name: str, failed: set[str]) -> bytes:
    """What is in a file, from the cache or a mirror; those that fail are added to `failed` and not asked again."""
    path = cache_folder() / name
    with suppress(FileNotFoundError):
        content = path.read_bytes()
        if _is_right(name, content):
            return content
    part = _begin(path)
    if name == TRAIN_IMAGES:  # the last and largest; mirrors have answered
        print("Fetching MNIST, once (11 MB).")
    try:
        content = _download(name, part, failed)
        with suppress(OSError):  # Windows, where another process reads the same file that it has just fetched
            os.replace(part, path)
            for left in _free(path):
                left.unlink(missing_ok=True)
        return content
    finally:
        with suppress(OSError):
            if part.exists() and part.stat().st_size:  # to be resumed, next time
                os.replace(part, path.with_name(f"{name}.part"))
            part.unlink(missing_ok=True)


def _free(path: Path) -> Iterator[Path]:
    """Partial files that no process writes to."""
    for left in path.parent.glob(f"{path.name}.*part"):
        with suppress(OSError):
            if left.name == f"{path.name}.part" or time.time() - left.stat().st_mtime > ABANDONED:
                yield left


def _begin(path: Path) -> Path:
    """A partial file that is this process's own, with what an earlier one left in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, own = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    for left in _free(path):
        with suppress(OSError):  # another process was faster
            os.replace(left, own)
            os.utime(own)
            break
    return Path(own)


def _download(name: str, part: Path, failed: set[str]) -> bytes:
    """Complete a partial file at the first mirror that gives it whole and right; returns its content."""
    why = "no mirror has it"
    for mirror in MIRRORS:
        if mirror in failed:
            continue
        try:
            return _complete(name, mirror + name, part)
        except (OSError, HTTPException, ValueError) as error:
            failed.add(mirror)
            why = _in_words(error)
    raise Unavailable(why)


def _in_words(error: Exception) -> str:
    if isinstance(error, HTTPError):
        return f"a mirror answered {error.code}"
    if isinstance(error, URLError):
        return "no mirror was reached"
    return str(error) or type(error).__name__


def _complete(name: str, url: str, part: Path) -> bytes:
    """Complete a partial file at one mirror, in as many tries as bring it further; returns its content."""
    elsewhere = part.stat().st_size > 0  # some of it comes from somewhere else
    for _ in range(TRIES):
        content = part.read_bytes()
        if _is_right(name, content):
            return content
        if len(content) >= FILES[name][0]:
            part.write_bytes(b"")
            if not elsewhere:
                raise ValueError("a mirror gave a wrong file")
            elsewhere = False
        before = part.stat().st_size
        try:
            _append(url, part, FILES[name][0])
        except (TimeoutError, URLError):
            raise
        except (OSError, HTTPException):  # cut off
            if part.stat().st_size <= before:
                raise
    content = part.read_bytes()
    if _is_right(name, content):
        return content
    if len(content) >= FILES[name][0]:
        part.write_bytes(b"")
    raise ValueError("a mirror broke off again and again")


def _append(url: str, part: Path, size: int) -> None:
    """Ask for what is missing and write it, up to the end of the answer, which may come too soon."""
    try:
        wait = float(os.environ.get(TIMEOUT, ""))
    except ValueError:
        wait = WAIT
    have = part.stat().st_size
    headers = {"User-Agent": "gradient-course", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    try:
        response = _open(Request(url, headers=headers), wait)
    except HTTPError as error:
        error.close()
        if error.code != 416 or not have:  # 416: the file has no such part
            raise
        part.write_bytes(b"")
        return
    with response, part.open("r+b") as file:
        if response.status == 206 and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            raise ValueError("a mirror gave another part of the file than the one asked for")
        if response.status != 206 and int(response.headers.get("Content-Length") or size) != size:
            raise ValueError("a mirror gave a wrong file")  # a page to log in, perhaps
        file.seek(have if response.status == 206 else 0)  # 200: all of it, whatever was asked for
        file.truncate()
        since, received = time.monotonic(), 0
        while file.tell() <= size and (chunk := response.read1(CHUNK)):
            file.write(chunk)
            received += len(chunk)
            seconds = time.monotonic() - since
            if seconds > PAUSE * wait:
                if received < SLOWEST * seconds:
                    raise TimeoutError("the mirrors are too slow")
                since, received = time.monotonic(), 0


def _open(request: Request, wait: float) -> HTTPResponse:
    """Send a request and wait for the beginning of the answer.

    In a thread, because the time limit of a socket does not hold for looking up a name and counts anew for each of
    a mirror's addresses.
    """
    answers: queue.SimpleQueue[HTTPResponse | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(urlopen(request, timeout=PAUSE * wait))
        except Exception as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=wait)
    except queue.Empty:
        raise TimeoutError("no mirror answered in time") from None
    if isinstance(answer, Exception):
        raise answer
    return answer
