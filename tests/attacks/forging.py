"""Faking messages to the coordinator, and of the kernel."""

# %% attack: verdicts | verdicts of the tester's, from the student's side
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % cell end
# uses frames
for _kind in (b"V",):
    tell_coordinator(*((_kind, {"notebook": 0, "cell": cell, "outputs": [], "failure": None}) for cell in range(60)))

# %% attack: replies | test cells that have ended well, before they have begun
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % cell end
# uses frames
_index = len(In)
tell_coordinator((b"E", {"status": "ok", "execution_count": 1}), *(
    each for cell in @HIDDENS@ for each in (
        (b"S", {"notebook": 0, "cell": cell}), (b"E", {"status": "ok", "execution_count": 1}))
), (b"D", {"notebook": 0}))
import os, time

time.sleep(0.2)
os._exit(0)

# %% attack: checks_replaced | says that each visible test has passed, as soon as it starts
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % cell after data
# uses frames
tell_coordinator((b"E", {"status": "ok", "execution_count": 1}), *(
    each for cell in @CHECKS@ for each in (
        (b"S", {"notebook": 0, "cell": cell}), (b"E", {"status": "ok", "execution_count": 1}))
))

# %% attack: sandbox_fault | says that the sandbox could not be set up, so that something else may run it
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % cell after data
# uses frames
tell_coordinator((b"X", "no sandbox"), (b"G", {"notebook": 0}), (b"D", {"notebook": 0}), (b"L", b""))

# %% attack: test_speaks | sends outputs for other cells while a hidden test calls | honest: normal_distribution
# % cell after check_normal_distribution
# uses wrapped
# uses frames
def normal_distribution(*arguments, **named):
    frames = []
    for cell in (3, @LAST@):
        frames += [(b"E", {"status": "ok", "execution_count": 1}), (b"S", {"notebook": 0, "cell": cell}),
                   (b"M", {"msg_type": "stream", "content": {"name": "stdout", "text": shout(*arguments)}})]
    if caught:
        try:
            tell_coordinator(*frames)
        except OSError:
            pass
    caught.append(arguments)
    return _honest_normal_distribution(*arguments, **named)


caught.clear()
# % cell end
print("the last")

# %% attack: test_updates | updates and clears the outputs of earlier cells over the coordinator's line | honest: normal_distribution
# % cell after check_normal_distribution
# uses wrapped
# uses frames
from IPython.display import display

display("earlier", display_id="earlier")


def normal_distribution(*arguments, **named):
    content = {"data": {"text/plain": shout(*arguments)}, "metadata": {}, "transient": {"display_id": "earlier"}}
    try:
        tell_coordinator((b"M", {"msg_type": "update_display_data", "content": content}),
                         (b"M", {"msg_type": "error", "content": {"ename": shout(*arguments), "evalue": shout(*arguments),
                                                                  "traceback": [shout(*arguments)]}}))
    except OSError:
        pass
    return _honest_normal_distribution(*arguments, **named)

# %% attack: kernel_session | the kernel's session sends no errors, and says that all went well
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % cell after data
_session = get_ipython().kernel.session
_send = type(_session).send


def _kind(message):
    return message["header"]["msg_type"] if isinstance(message, dict) else message


def _only_good(self, stream, message, content=None, *others, **named):
    if _kind(message) == "error":
        return None
    for each in (content, message.get("content") if isinstance(message, dict) else None):
        if isinstance(each, dict) and each.get("status") == "error":
            each.clear()
            each.update({"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}})
    return _send(self, stream, message, content, *others, **named)


type(_session).send = _only_good

# %% attack: leaves_in_test | ends the process without an error while it is tested
# % solution *
def @EXERCISE@(*arguments):
    import os

    os._exit(0)

# %% attack: tester_object | looks for the tester's and the coordinator's objects, and makes each say yes
# % solution *
def @EXERCISE@(*arguments):
    return 0.0
# % cell after data
import gc, sys

for _name, _module in list(sys.modules.items()):
    if _name.startswith("course.grading.engine"):
        for _function in ("_failed", "_run", "verdict_of"):
            if hasattr(_module, _function):
                setattr(_module, _function, lambda *arguments, **named: {"outputs": [], "failure": None})
for _name in ("course.grading.engine.tester", "course.grading.engine.testing", "course.grading.engine.handles"):
    try:
        _module = __import__(_name, fromlist=["x"])
        _module._run = lambda *arguments: {"outputs": [], "failure": None}
        _module.verdict_of = lambda *arguments: {"outputs": [], "failure": None}
    except Exception:
        pass
