"""Blocks that attacks use."""

# %% shared: shouting
caught = []


def shout(*values):
    return "LEAK[" + " ".join(repr(value) for value in values) + "]LEAK"


# %% shared: wrapped
caught = []


def shout(*values):
    return "LEAK[" + " ".join(repr(value) for value in values) + "]LEAK"


_honest_normal_distribution = normal_distribution


def normal_distribution(*arguments, **named):
    caught.append(arguments)
    return _honest_normal_distribution(*arguments, **named)


# %% shared: frames
import gc, json, os, socket, struct


def sockets():
    found = {}
    for descriptor in range(3, 64):
        try:
            each = socket.socket(fileno=os.dup(descriptor))
            each.getsockname()
            if each.type == socket.SOCK_STREAM:
                found[descriptor] = each
        except OSError:
            pass
    return found


def framed(kind, payload=b""):
    if not isinstance(payload, bytes):
        payload = json.dumps(payload).encode()
    return struct.pack(">cI", kind, len(payload)) + payload


def tell_coordinator(*frames):
    for descriptor, each in sorted(sockets().items())[:1]:
        each.setblocking(True)
        for kind, payload in frames:
            each.sendall(framed(kind, payload))


# %% shared: answers
import struct

try:
    from course.grading.engine import answering, codec, link
except ImportError:
    answering = None


def answer_with(make):
    """Let every answer to a call be made here, from what it would have been."""
    if answering is None:
        return
    real = answering.Answering._encode

    def encode(self, answer):
        operation_failed = answer[0] is not True
        raw = real(self, answer)
        return raw if operation_failed or callable(answer[1]) else make(self, answer, raw)

    answering.Answering._encode = encode


def answer(value, changes=b"l" + struct.pack(">I", 0)):
    """The bytes of (True, value, changes), where both are raw."""
    return b"t" + struct.pack(">I", 3) + b"T" + value + changes


def sized(letter, content, size=None):
    return letter + struct.pack(">I", len(content) if size is None else size) + content


# %% shared: everywhere
import glob, os, re


def tokens(text):
    return re.findall(r"(?:canary|legacy)[0-9a-f]{24}", text)


def look_into(*paths):
    found = []
    for path in paths:
        try:
            with open(path, "rb") as file:
                found += tokens(file.read(1 << 22).decode("latin-1"))
        except OSError:
            pass
    return sorted(set(found))
