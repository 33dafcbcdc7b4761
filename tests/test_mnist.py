"""MNIST: fetched from mirrors on this machine that are good, cut off, wrong or slow; and its stand-in."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import os
import re
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from course.data import mnist
from course.offline import VARIABLE

GENERATOR = np.random.default_rng(8)
SIZES = {"train": 30, "t10k": 12}
DIGITS = "scikit-learn's digits"


def idx(array: np.ndarray) -> bytes:
    """A small file as MNIST's are."""
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(header + array.astype(np.uint8).tobytes(), mtime=0)


PIXELS = {name: GENERATOR.integers(0, 256, size=(n, 28, 28)) for name, n in SIZES.items()}
LABELS = {name: GENERATOR.integers(0, 10, size=n) for name, n in SIZES.items()}
CONTENT = {f"{name}-images-idx3-ubyte.gz": idx(PIXELS[name]) for name in SIZES} | {
    f"{name}-labels-idx1-ubyte.gz": idx(LABELS[name]) for name in SIZES
}
IMAGES = mnist.TRAIN_IMAGES


class Mirror:
    """A server for the small files, with a way to answer that a test chooses for each file."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str | None]] = []  # name and Range
        self.answers: dict[str, Callable[[Answer, bytes], None]] = {}
        self.otherwise: Callable[[Answer, bytes], None] = good
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *about: None  # type: ignore[method-assign]  # whom it answers hangs up
        self.server.mirror = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self.server.server_port}/mnist/"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def ranges(self, name: str) -> list[str | None]:
        """The Range of every request for a file, in order."""
        return [part for asked, part in self.requests if asked == name]


class Answer(BaseHTTPRequestHandler):
    """One request."""

    def do_GET(self) -> None:
        mirror = self.server.mirror  # type: ignore[attr-defined]
        name = self.path.rpartition("/")[2]
        mirror.requests.append((name, self.headers["Range"]))
        mirror.answers.get(name, mirror.otherwise)(self, CONTENT[name])

    def log_message(self, *arguments: object) -> None:
        pass

    def head(self, status: int, length: int, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def start(self) -> int:
        """Where the part that was asked for begins."""
        found = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
        return int(found[1]) if found else 0


def good(answer: Answer, content: bytes) -> None:
    start = answer.start()
    if start >= len(content):
        answer.head(416, 0, Content_Range=f"bytes */{len(content)}")
    elif start:
        span = f"bytes {start}-{len(content) - 1}/{len(content)}"
        answer.head(206, len(content) - start, Content_Range=span)
        answer.wfile.write(content[start:])
    else:
        answer.head(200, len(content))
        answer.wfile.write(content)


def cut_off(answer: Answer, content: bytes) -> None:
    """As if all came, but a third of what is left does not."""
    start = answer.start()
    rest = content[start:]
    if start:
        answer.head(206, len(rest), Content_Range=f"bytes {start}-{len(content) - 1}/{len(content)}")
    else:
        answer.head(200, len(rest))
    answer.wfile.write(rest[: 2 * len(rest) // 3])


def cut_off_once(answer: Answer, content: bytes) -> None:
    (good if answer.headers["Range"] else cut_off)(answer, content)


def ignores_range(answer: Answer, content: bytes) -> None:
    answer.head(200, len(content))
    answer.wfile.write(content if answer.headers["Range"] else content[: len(content) // 2])


def other_part(answer: Answer, content: bytes) -> None:
    start = answer.start()
    if not start:
        return cut_off(answer, content)
    answer.head(206, len(content), Content_Range=f"bytes 0-{len(content) - 1}/{len(content)}")
    answer.wfile.write(content)
    return None


def wrong(answer: Answer, content: bytes) -> None:
    """Another file of the same length, in parts if asked for."""
    good(answer, bytes(255 - byte for byte in content))


def too_long(answer: Answer, content: bytes) -> None:
    answer.send_response(200)  # without saying how long
    answer.end_headers()
    answer.wfile.write(3 * content)


def page(answer: Answer, content: bytes) -> None:
    """What the login page of a guest network answers to everything."""
    text = b"<html>Please log in.</html>"
    answer.head(200, len(text))
    answer.wfile.write(text)


def missing(answer: Answer, content: bytes) -> None:
    answer.head(404, 0)


def says_nothing(answer: Answer, content: bytes) -> None:
    time.sleep(3)


def stops(answer: Answer, content: bytes) -> None:
    answer.head(200, len(content))
    answer.wfile.write(content[: len(content) // 2])
    answer.wfile.flush()
    time.sleep(3)


def drips(answer: Answer, content: bytes) -> None:
    """Never silent for long, and never done."""
    answer.head(200, len(content))
    for byte in content[:100]:
        answer.wfile.write(bytes([byte]))
        answer.wfile.flush()
        time.sleep(0.05)


@pytest.fixture
def mirrors(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[Mirror]]:
    """Two mirrors for the small files, an empty cache and short time limits."""
    made = [Mirror(), Mirror()]
    table = {name: (len(CONTENT[name]), hashlib.sha256(CONTENT[name]).hexdigest()) for name in mnist.FILES}
    monkeypatch.setattr(mnist, "FILES", table)
    monkeypatch.setattr(mnist, "MIRRORS", tuple(mirror.url for mirror in made))
    monkeypatch.setenv(mnist.CACHE, str(tmp_path / "cache"))
    monkeypatch.setenv(mnist.TIMEOUT, "0.25")
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield made
    for mirror in made:
        mirror.server.shutdown()
        mirror.server.server_close()


def kept() -> list[str]:
    """Names of all files in the cache."""
    return sorted(path.name for path in mnist.cache_folder().iterdir())


def assert_whole(loaded: mnist.Mnist) -> None:
    """All images and labels are there, each beside its own; and in the cache is nothing but the four files."""
    assert loaded.source == "MNIST"
    pairs = ((loaded.x_train, loaded.y_train, "train"), (loaded.x_test, loaded.y_test, "t10k"))
    for images, labels, name in pairs:
        got = sorted((image.tobytes(), label) for image, label in zip(images, labels, strict=True))
        expected = PIXELS[name].astype(np.float32)[:, None] / np.float32(255)
        assert got == sorted((image.tobytes(), label) for image, label in zip(expected, LABELS[name], strict=True))
    assert kept() == sorted(CONTENT)
    assert all((mnist.cache_folder() / name).read_bytes() == CONTENT[name] for name in CONTENT)


# What mirrors do ----------------------------------------------------------------------------------------------


def test_good_mirror_is_asked_once_for_each_file(mirrors):
    assert_whole(mnist.load())
    assert mirrors[0].requests == [(name, None) for name in mnist.FILES]
    assert mirrors[1].requests == []


def test_second_load_asks_nobody_and_prints_nothing(mirrors, capsys):
    mnist.load()
    capsys.readouterr()
    asked = len(mirrors[0].requests)
    assert_whole(mnist.load())
    assert len(mirrors[0].requests) == asked
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", mnist.FILES)
def test_file_that_is_cut_off_is_resumed_where_it_ended(mirrors, name):
    mirrors[0].answers[name] = cut_off_once
    assert_whole(mnist.load())
    assert mirrors[0].ranges(name) == [None, f"bytes={2 * len(CONTENT[name]) // 3}-"]
    assert mirrors[1].requests == []


def test_file_that_is_cut_off_again_and_again_is_completed_elsewhere(mirrors):
    mirrors[0].answers[IMAGES] = cut_off
    assert_whole(mnist.load())
    ranges = mirrors[0].ranges(IMAGES)
    assert len(ranges) == mnist.TRIES and None not in ranges[1:]
    (last,) = mirrors[1].ranges(IMAGES)
    assert int(last[6:-1]) > int(ranges[-1][6:-1])


def test_next_session_resumes_what_the_last_one_left(mirrors):
    mirrors[0].answers[IMAGES] = stops
    mirrors[1].answers[IMAGES] = missing
    assert mnist.load().source == DIGITS
    assert kept() == sorted([*(name for name in CONTENT if name != IMAGES), f"{IMAGES}.part"])
    half = (mnist.cache_folder() / f"{IMAGES}.part").stat().st_size
    mirrors[0].answers.clear()
    assert_whole(mnist.load())
    assert half > 0 and mirrors[0].ranges(IMAGES)[-1] == f"bytes={half}-"


def test_answer_without_the_range_is_taken_from_its_beginning(mirrors):
    mirrors[0].answers[IMAGES] = ignores_range
    assert_whole(mnist.load())
    assert len(mirrors[0].ranges(IMAGES)) == 2
    assert mirrors[1].requests == []


@pytest.mark.parametrize("answer", [wrong, too_long, page, missing, says_nothing, stops, drips, other_part])
@pytest.mark.parametrize("name", [mnist.TRAIN_LABELS, IMAGES])
def test_next_mirror_is_tried(mirrors, answer, name):
    mirrors[0].answers[name] = answer
    assert_whole(mnist.load())
    assert mirrors[0].ranges(name)
    assert len(mirrors[1].ranges(name)) >= 1


def test_wrong_file_is_thrown_away(mirrors):
    mirrors[0].answers[IMAGES] = mirrors[1].answers[IMAGES] = wrong
    assert mnist.load().source == DIGITS
    assert IMAGES not in kept() and f"{IMAGES}.part" not in kept()
    assert mirrors[1].ranges(IMAGES) == [None]


def test_mirror_that_failed_is_not_asked_for_the_other_files(mirrors):
    mirrors[0].otherwise = missing
    assert_whole(mnist.load())
    assert len(mirrors[0].requests) == 1


def test_file_whose_beginning_was_wrong_is_fetched_anew_from_the_same_mirror(mirrors):
    mnist.cache_folder().mkdir(parents=True)
    (mnist.cache_folder() / f"{IMAGES}.part").write_bytes(b"x" * 1000)
    assert_whole(mnist.load())
    assert mirrors[0].ranges(IMAGES) == ["bytes=1000-", None]


@pytest.mark.parametrize("size", [0, 5])
def test_partial_file_that_is_too_long_is_fetched_anew(mirrors, size):
    mnist.cache_folder().mkdir(parents=True)
    (mnist.cache_folder() / f"{IMAGES}.part").write_bytes(b"x" * (len(CONTENT[IMAGES]) + size))
    assert_whole(mnist.load())
    assert mirrors[0].ranges(IMAGES) == [None]


def test_partial_file_that_is_whole_needs_no_request(mirrors):
    mnist.cache_folder().mkdir(parents=True)
    (mnist.cache_folder() / f"{IMAGES}.part").write_bytes(CONTENT[IMAGES])
    assert_whole(mnist.load())
    assert mirrors[0].ranges(IMAGES) == []


def test_partial_file_that_nobody_writes_any_more_is_taken_over(mirrors):
    mnist.cache_folder().mkdir(parents=True)
    left = mnist.cache_folder() / f"{IMAGES}.abcd.part"
    left.write_bytes(CONTENT[IMAGES][:777])
    long_ago = time.time() - 2 * mnist.ABANDONED
    os.utime(left, (long_ago, long_ago))
    assert_whole(mnist.load())
    assert mirrors[0].ranges(IMAGES) == ["bytes=777-"]


def test_partial_file_that_another_process_writes_is_left_alone(mirrors):
    mnist.cache_folder().mkdir(parents=True)
    left = mnist.cache_folder() / f"{IMAGES}.abcd.part"
    left.write_bytes(CONTENT[IMAGES][:777])
    assert mnist.load().source == "MNIST"
    assert mirrors[0].ranges(IMAGES) == [None]
    assert left.read_bytes() == CONTENT[IMAGES][:777]


def test_cached_file_that_has_been_damaged_is_fetched_anew(mirrors):
    mnist.load()
    (mnist.cache_folder() / IMAGES).write_bytes(CONTENT[IMAGES][:-1])
    asked = len(mirrors[0].requests)
    assert_whole(mnist.load())
    assert mirrors[0].requests[asked:] == [(IMAGES, None)]


SCRIPT = """
import json, sys
from course.data import mnist
table, mirrors = json.loads(sys.argv[1])
mnist.FILES, mnist.MIRRORS = {name: tuple(entry) for name, entry in table.items()}, tuple(mirrors)
print(mnist.load().source)
"""


def test_two_processes_at_once(mirrors):
    mirrors[0].answers[IMAGES] = cut_off_once
    table = json.dumps([mnist.FILES, mnist.MIRRORS])
    command = [sys.executable, "-c", SCRIPT, table]
    environment = {**os.environ, mnist.TIMEOUT: "20"}
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate(timeout=60)[0].splitlines()[-1] for process in running] == ["MNIST"] * 3
    assert_whole(mnist.load())


# Without MNIST ------------------------------------------------------------------------------------------------


def test_offline_nothing_is_asked_for_and_one_line_says_so(mirrors, monkeypatch, capsys):
    monkeypatch.setenv(VARIABLE, "1")
    assert mnist.load().source == DIGITS
    assert mirrors[0].requests == mirrors[1].requests == []
    assert not mnist.cache_folder().exists()
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    for said in ("MNIST", "scikit-learn's handwritten digits", VARIABLE, "network"):
        assert said in printed


def test_offline_digits_are_the_same_where_mnist_has_been_fetched(mirrors, monkeypatch):
    mnist.load()
    monkeypatch.setenv(VARIABLE, "1")
    assert mnist.load().source == DIGITS


def test_offline_set_to_0_means_nothing(mirrors, monkeypatch):
    monkeypatch.setenv(VARIABLE, "0")
    assert_whole(mnist.load())


@pytest.mark.parametrize("answer", [missing, wrong, page, says_nothing, drips])
def test_no_mirror_is_any_good(mirrors, capsys, answer):
    for mirror in mirrors:
        mirror.otherwise = answer
    before = time.monotonic()
    assert mnist.load().source == DIGITS
    assert time.monotonic() - before < 5  # two mirrors, and a limit of a quarter of a second with pauses of one
    assert [name for name in kept() if not name.endswith(".part")] == []
    assert kept() == [] or answer is drips  # what has come, right so far, is there to be resumed
    assert capsys.readouterr().out.count("\n") == 1


def test_no_network(mirrors, monkeypatch, capsys):
    monkeypatch.setattr(mnist, "MIRRORS", ("http://127.0.0.1:9/", "http://no-such-name.invalid/"))
    assert mnist.load().source == DIGITS
    assert "no mirror" in capsys.readouterr().out


def test_cache_that_cannot_be_made(mirrors, monkeypatch, tmp_path, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv(mnist.CACHE, str(tmp_path / "file"))
    assert mnist.load().source == DIGITS
    assert capsys.readouterr().out.count("\n") == 1
    assert mirrors[0].requests == []


@pytest.mark.parametrize(("train", "test"), [(None, None), (7, 5), (1437, 360), (2000, 1000)])
def test_digits_as_documented(monkeypatch, train, test):
    monkeypatch.setenv(VARIABLE, "1")
    first, second = mnist.load(train, test), mnist.load(train, test)
    assert first.x_train.shape == (train or 1437, 1, 28, 28)
    assert first.x_test.shape == (min(test or 360, 360), 1, 28, 28)
    for images, labels in ((first.x_train, first.y_train), (first.x_test, first.y_test)):
        assert (images.dtype, labels.dtype) == (np.float32, np.int64)
        assert labels.shape == images.shape[:1]
        assert images.min() == 0 and 0.9 < images.max() <= 1
    for field in ("x_train", "y_train", "x_test", "y_test"):
        assert np.array_equal(getattr(first, field), getattr(second, field))
        assert not np.shares_memory(getattr(first, field), getattr(second, field))


def test_copies_of_digits_are_moved_and_no_test_image_is_among_them(monkeypatch):
    monkeypatch.setenv(VARIABLE, "1")
    loaded = mnist.load(1437 * 3)
    originals, moved = loaded.x_train[:1437], loaded.x_train[1437 : 2 * 1437]
    assert np.array_equal(loaded.y_train[:1437], loaded.y_train[1437 : 2 * 1437])
    assert np.allclose(originals.sum(axis=(1, 2, 3)), moved.sum(axis=(1, 2, 3)), rtol=1e-4)  # no ink is lost
    same = (originals == moved).all(axis=(1, 2, 3)).mean()
    assert 0.01 < same < 0.09  # one move of 25 is none
    shapes = {np.sort(image.ravel())[-300:].tobytes() for image in loaded.x_train}
    assert not any(np.sort(image.ravel())[-300:].tobytes() in shapes for image in loaded.x_test)


# What comes back ----------------------------------------------------------------------------------------------


def test_part_of_mnist_is_drawn_once_and_for_all(mirrors):
    every, some, again = mnist.load(), mnist.load(10, 4), mnist.load(10, 4)
    assert some.x_train.shape == (10, 1, 28, 28) and some.x_test.shape == (4, 1, 28, 28)
    assert np.array_equal(some.x_train, again.x_train) and np.array_equal(some.x_train, every.x_train[:10])
    assert np.array_equal(some.y_test, every.y_test[:4])
    assert (some.x_train.dtype, some.y_train.dtype) == (np.float32, np.int64)
    assert some.x_train.min() >= 0 and some.x_train.max() <= 1


def test_fields_cannot_be_replaced(mirrors):
    with pytest.raises(dataclasses.FrozenInstanceError):
        mnist.load().source = "something else"


def test_mirrors_and_checksums_are_whole():
    assert all(re.fullmatch(r"https://[\w.-]+/([\w.-]+/)+", mirror) for mirror in mnist.MIRRORS)
    assert len(set(mnist.MIRRORS)) == len(mnist.MIRRORS) >= 2
    assert all(re.fullmatch("[0-9a-f]{64}", sha256) for _, sha256 in mnist.FILES.values())
    assert len(mnist.FILES) == 4


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_cache_is_a_folder_of_the_users(monkeypatch, platform):
    for name in (mnist.CACHE, "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(mnist.sys, "platform", platform)
    assert mnist.cache_folder().is_relative_to(Path.home())
    monkeypatch.setenv(mnist.CACHE, "~/elsewhere")
    assert mnist.cache_folder() == Path.home() / "elsewhere" / "mnist"
