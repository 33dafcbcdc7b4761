"""Living on after the grade, for the next submission or for anybody."""

# %% attack: daemon | a process of its own session that writes into the course and calls home
# % cell end
import os, socket, time

if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    for _ in range(12):
        time.sleep(0.25)
        try:
            open("@COURSE@/@NAME@.txt", "w").write("@NAME@")
        except OSError:
            pass
        try:
            socket.create_connection(("127.0.0.1", @PORT@), timeout=1).sendall(b"@NAME@")
        except OSError:
            pass
    os._exit(0)

# %% attack: at_exit | a file is written when the interpreter ends
# % cell end
import atexit, signal, sys


def _write(*arguments):
    open("@COURSE@/@NAME@.txt", "w").write("@NAME@")
    sys.exit()


atexit.register(_write)
signal.signal(signal.SIGTERM, _write)

# %% attack: leaves_a_file | leaves a text where another submission may look
# % cell end
import os

for _folder in ("/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~"), "@COURSE@", "/run/lock", ".", ".."):
    try:
        os.makedirs(_folder + "/attack-left", exist_ok=True)
        open(_folder + "/attack-left/note.txt", "w").write("@LEFT@")
    except OSError as _error:
        print(type(_error).__name__)

# %% attack: looks_for_files | reads what an earlier submission left
# % cell end
# uses everywhere
import shutil

_folders = ("/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~"), "@COURSE@", "/run/lock", ".", "..")
print(look_into(*(folder + "/attack-left/note.txt" for folder in _folders)))
for _folder in _folders:
    shutil.rmtree(_folder + "/attack-left", ignore_errors=True)

# %% attack: leaves_a_listener | a process that tells its text to whoever asks on a socket
# % cell end
import os, socket

_server = socket.socket(socket.AF_UNIX)
try:
    _server.bind("\0attack-of-a-student")
    _server.listen()
    if os.fork() == 0:
        os.setsid()
        _server.settimeout(15)
        try:
            _connection, _ = _server.accept()
            _connection.sendall(bytes.fromhex("@LEFTHEX@"))
        except OSError:
            pass
        os._exit(0)
except OSError as _error:
    print(_error)

# %% attack: listens_for_others | asks the listener of an earlier submission
# % cell end
import socket

_client = socket.socket(socket.AF_UNIX)
_client.settimeout(1)
try:
    _client.connect("\0attack-of-a-student")
    print(_client.recv(100).decode())
except OSError as _error:
    print(_error)

# %% attack: start_up_file | code that every later kernel runs first
# % cell end
import os

for _path in ("~/.ipython/profile_default/startup/00-attack.py", "~/.bashrc", "~/.jupyter/jupyter_config.py"):
    _path = os.path.expanduser(_path)
    try:
        os.makedirs(os.path.dirname(_path), exist_ok=True)
        open(_path, "a").write("# @NAME@\n")
    except OSError as _error:
        print(type(_error).__name__)
