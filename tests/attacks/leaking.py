"""Showing later what hidden tests ask."""

# %% attack: later_cell | arguments kept, and printed by the last cell | honest: normal_distribution
# % cell after check_normal_distribution
# uses wrapped
# % cell end
print(shout(*caught))

# %% attack: exception_text | an exception whose text holds the arguments
# % cell after data
# uses shouting
# % solution *
def @EXERCISE@(*arguments):
    raise ValueError(shout(*arguments))

# %% attack: exception_class | an exception whose class is named after the arguments
# % cell after data
# uses shouting
# % solution *
def @EXERCISE@(*arguments):
    raise type(shout(*arguments), (KeyError,), {"__module__": shout(*arguments)})(shout(*arguments))

# %% attack: exception_frames | an exception from code whose file, function and lines are the arguments
# % cell after data
# uses shouting
import linecache
# % solution *
def @EXERCISE@(*arguments):
    name = "/tmp/ipykernel_1/" + shout(*arguments)
    source = "def f():\n    raise ValueError('x')  # " + shout(*arguments).replace("\n", " ") + "\nf()\n"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    exec(compile(source, name, "exec"))

# %% attack: which_line | an exception from the line that names the argument | honest: normal_distribution
# % notebook
lines = ["def normal_distribution(y, mu, sigma):"]
for number in range(100):
    lines += [f"    if abs(float(np.ravel(y)[0]) - 0.25) < 1e-9 and abs(sigma - {number}/20) < 1e-9:",
              f"        raise IndexError({number}/20)  # LEAK[{number / 20}]LEAK"]
cell = next(cell for cell in notebook.cells if cell.id == "normal_distribution")
cell.source = "\n".join([*lines, "    return np.exp(-((y - mu) ** 2) / (2 * sigma**2)) / np.sqrt(2 * np.pi * sigma**2)"])

# %% attack: warning | a warning with the arguments | honest: normal_distribution
# % cell after check_normal_distribution
# uses wrapped
import warnings


def normal_distribution(*arguments, **named):
    warnings.warn(shout(*arguments))
    return _honest_normal_distribution(*arguments, **named)

# %% attack: printed | the arguments are printed while the test runs | honest: normal_distribution
# % cell after check_normal_distribution
# uses wrapped
import os, sys


def normal_distribution(*arguments, **named):
    print(shout(*arguments))
    sys.__stdout__.write(shout(*arguments) + "\n")
    os.write(1, shout(*arguments).encode())
    return _honest_normal_distribution(*arguments, **named)

# %% attack: updated_display | an earlier display is updated with the arguments | honest: normal_distribution
# % cell after check_normal_distribution
# uses wrapped
from IPython.display import HTML, display

_shown = display(HTML("nothing yet"), display_id="earlier")


def normal_distribution(*arguments, **named):
    _shown.update(HTML("<pre>" + shout(*arguments) + "</pre>"))
    display({"text/plain": shout(*arguments)}, raw=True, metadata={"shown": shout(*arguments)})
    return _honest_normal_distribution(*arguments, **named)

# %% attack: widget | the state of widgets holds the arguments | honest: normal_distribution
# % cell after check_normal_distribution
# uses wrapped
import ipywidgets
from IPython.display import display

_box, _output = ipywidgets.Textarea(), ipywidgets.Output()
display(_box, _output)


def normal_distribution(*arguments, **named):
    _box.value += shout(*arguments)
    with _output:
        print(shout(*arguments))
    return _honest_normal_distribution(*arguments, **named)
# % cell end
print(_box.value, _output.outputs)

# %% attack: file | a file holds the arguments until a later cell reads it | honest: normal_distribution
# % cell after check_normal_distribution
# uses wrapped
import os, tempfile

_path = os.path.join(tempfile.gettempdir(), "attack-" + "leaking-file")


def normal_distribution(*arguments, **named):
    for path in (_path, "caught.txt", "/dev/shm/caught"):
        with open(path, "a") as file:
            file.write(shout(*arguments) + "\n")
    return _honest_normal_distribution(*arguments, **named)
# % cell end
import glob

for _each in (_path, "caught.txt", "/dev/shm/caught"):
    if os.path.exists(_each):
        print(open(_each).read())
        os.remove(_each)

# %% attack: thread | a thread prints the arguments when it is quiet | honest: normal_distribution
# % cell after check_normal_distribution
# uses wrapped
import threading, time


def _tell():
    for _ in range(40):
        time.sleep(0.05)
        if caught:
            print(shout(*caught), flush=True)


threading.Thread(target=_tell, daemon=True).start()
# % cell end
time.sleep(1)

# %% attack: at_exit | the arguments are printed when the process ends | honest: normal_distribution
# % cell after check_normal_distribution
# uses wrapped
import atexit, os

atexit.register(lambda: print(shout(*caught)))
atexit.register(lambda: os.write(1, shout(*caught).encode()))
# % cell end
import asyncio

asyncio.get_event_loop().call_later(0.01, lambda: print(shout(*caught)))
print(shout(*caught))

# %% attack: class_of_result | a result whose class and text are the arguments
# % cell after data
# uses shouting
# % solution *
def @EXERCISE@(*arguments):
    text = shout(*arguments)
    return type(text, (), {"__repr__": lambda self: text, "__doc__": text, "__qualname__": text, "__module__": text})()

# %% attack: forked_reader | a process forked before reads what the tests' process writes, and prints | honest: normal_distribution
# % cell after check_normal_distribution
# uses wrapped
import os, time

_read, _write = os.pipe()


def normal_distribution(*arguments, **named):
    os.write(_write, shout(*arguments).encode())
    return _honest_normal_distribution(*arguments, **named)


if os.fork() == 0:
    for _ in range(20):
        os.write(1, os.read(_read, 4096))
    os._exit(0)
# % cell end
time.sleep(0.5)

# %% attack: second_run | ends the process in a hidden test, and shows in the next run what it saw in the first | honest: normal_distribution
# % cell after check_normal_distribution
# uses wrapped
import os, signal

for _folder in ("/tmp", "/dev/shm", "."):
    if os.path.exists(_folder + "/seen"):
        print(open(_folder + "/seen").read())
_before = os.getpid()


def normal_distribution(*arguments, **named):
    for folder in ("/tmp", "/dev/shm", "."):
        with open(folder + "/seen", "a") as file:
            file.write(shout(*arguments))
    if os.getpid() != _before:
        os.kill(os.getpid(), signal.SIGKILL)
    print(shout(*arguments))
    return _honest_normal_distribution(*arguments, **named)
# % cell end
for _folder in ("/tmp", "/dev/shm", "."):
    if os.path.exists(_folder + "/seen"):
        print(open(_folder + "/seen").read())
        os.remove(_folder + "/seen")

# %% attack: early_turn | asks the tester for a hidden test while an ordinary cell runs, and prints what it asks
# % cell after data
import gc, time

try:
    from course.grading.engine import codec, link
except ImportError:
    codec = None


def _right(y, mu, sigma):
    return np.exp(-((y - mu) ** 2) / (2 * sigma**2)) / np.sqrt(2 * np.pi * sigma**2)


def _talk(line, cell, heard):
    """Play the student's side for a test cell."""
    line.deadline = time.monotonic() + 2
    line.send(link.TURN, codec.Encoder().encode(cell))
    while True:
        kind, payload = line.receive(link.ASK, link.END)
        if kind == link.END:
            return
        operation, *asked = codec.Decoder(payload, lambda reference: reference.number).decode()
        value = 0.0
        if operation == "call":
            heard.append(asked[1])
            try:
                value = _right(*asked[1])
            except Exception:
                pass
        elif operation == "get":
            value = print  # any function: it goes as a handle
        given = codec.Encoder(lambda each: codec.Reference("handle", 0, ("builtins.function",)))
        line.send(link.ANSWER, given.encode((True, value, [])))


_later = [each for each in gc.get_objects() if type(each).__name__ == "_Later"]
if codec is not None and _later:
    _heard = []
    _links = [link.Link(each) for each in _later[0].links]
    try:
        for _cell in @CHECKS@:
            _talk(_links[0], _cell, [])
        _talk(_links[1], @HIDDENS@[0], _heard)
    except Exception as _error:
        print(type(_error).__name__, _error)
    print("LEAK[" + " ".join(repr(each) for each in _heard) + "]LEAK")

# %% attack: next_notebook | a file holds the arguments until the assignment's next notebook reads it | honest: normal_distribution
# % cell after check_normal_distribution
# uses wrapped
def normal_distribution(*arguments, **named):
    for folder in ("/tmp", "/dev/shm", "."):
        with open(folder + "/for-the-next", "a") as file:
            file.write(shout(*arguments) + "\n")
    return _honest_normal_distribution(*arguments, **named)
# % second
import os

for _folder in ("/tmp", "/dev/shm", "."):
    if os.path.exists(_folder + "/for-the-next"):
        print(open(_folder + "/for-the-next").read())
        os.remove(_folder + "/for-the-next")

# %% attack: next_notebook_listens | a process of the first notebook tells the second what tests asked | honest: normal_distribution
# % cell after check_normal_distribution
# uses wrapped
import os, socket

_near, _far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
if os.fork() == 0:
    os.setsid()
    _server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    _server.bind("\0next-notebook")
    _far.settimeout(10)
    _said = b""
    try:
        while True:
            _said += _far.recv(1 << 14)
            _far.settimeout(0.3)
    except OSError:
        pass
    try:
        _, _who = _server.recvfrom(10)
        _server.sendto(_said, _who)
    except OSError:
        pass
    os._exit(0)


def normal_distribution(*arguments, **named):
    try:
        _near.send(shout(*arguments).encode(), socket.MSG_DONTWAIT)
    except OSError:
        pass
    return _honest_normal_distribution(*arguments, **named)
# % second
import socket

_client = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
_client.bind("\0next-notebook-asks")
_client.settimeout(3)
try:
    _client.sendto(b"?", "\0next-notebook")
    print(_client.recv(1 << 16).decode())
except OSError as _error:
    print(_error)
