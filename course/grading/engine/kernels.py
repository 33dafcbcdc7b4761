"""A runner that starts a Jupyter kernel for every notebook, through nbclient.

It protects against nothing but time: a submission runs with the rights of whoever grades.
"""

from __future__ import annotations

import asyncio
import atexit
import copy
import logging
import os
import queue
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator

import zmq
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode, v4

from course import cores
from course.grading.engine.jobs import Job, Result

SECONDS_TO_ANSWER = 5.0  # for a kernel that was just interrupted
SECONDS_TO_START = 60.0
SECONDS_FOR_OUTPUT = 10  # from a cell's end until its last output is here
NUDGE_SECONDS = 0.2

_silent = logging.getLogger("course.grading.engine.nbclient")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


class KernelRunner:
    """Runs up to `workers` jobs at once, each notebook in a kernel of its own."""

    def __init__(self, workers: int) -> None:
        """
        Args:
            workers: how many jobs run at the same time, at least 1.
        """
        self.workers = max(1, workers)

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Run all jobs and yield their results as they finish; see :class:`Runner`."""
        waiting = list(jobs)
        results: queue.SimpleQueue[Result | BaseException] = queue.SimpleQueue()
        loop = asyncio.new_event_loop()
        main = loop.create_task(self._run_all(waiting, results))
        thread = threading.Thread(target=_drive, args=(loop, main, results), name="course-kernels")
        thread.start()
        try:
            for _ in waiting:
                result = results.get()
                if isinstance(result, BaseException):
                    raise result
                yield result
        finally:  # also when the caller stops early: kernels must not outlive this call
            loop.call_soon_threadsafe(main.cancel)
            thread.join()
            loop.close()

    async def _run_all(self, jobs: list[Job], results: queue.SimpleQueue[Result | BaseException]) -> None:
        turns = iter(jobs)

        async def work() -> None:
            for job in turns:
                results.put(await self._run_job(job))

        await asyncio.gather(*(work() for _ in range(min(self.workers, len(jobs)))))

    async def _run_job(self, job: Job) -> Result:
        started = time.monotonic()
        environment = {**os.environ, "NBGRADER_EXECUTION": "autograde", **job.environment}
        environment.setdefault("OMP_NUM_THREADS", str(max(1, cores.count() // self.workers)))
        done: dict[str, NotebookNode] = {}
        problem = None
        seconds: dict[str, float] = {}
        try:
            for name, notebook in job.notebooks.items():
                begun = time.monotonic()
                done[name] = await _run_notebook(notebook, job, environment)
                seconds[name] = time.monotonic() - begun
        except asyncio.CancelledError:
            raise
        except Exception as error:  # a kernel that does not start; the other jobs go on
            first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
            problem = f"could not be run: {first_line}"
            done = {}
        return Result(job.key, done, time.monotonic() - started, problem, seconds)


def _drive(loop: asyncio.AbstractEventLoop, main: asyncio.Task[None], results: queue.SimpleQueue) -> None:
    asyncio.set_event_loop(loop)
    # our own errors travel through results; what is left are tasks that nbclient forgets when it is cancelled
    loop.set_exception_handler(lambda _loop, _context: None)
    try:
        loop.run_until_complete(main)
    except asyncio.CancelledError:
        pass
    except BaseException as error:
        results.put(error)
    finally:
        loop.run_until_complete(_end_tasks())
        loop.run_until_complete(loop.shutdown_asyncgens())


async def _end_tasks() -> None:
    """End what nbclient leaves pending where it is cancelled; asyncio would complain of it on stderr."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


async def _run_notebook(notebook: NotebookNode, job: Job, environment: dict[str, str]) -> NotebookNode:
    run = _NotebookRun(copy.deepcopy(notebook), job)
    try:
        async with run.client.async_setup_kernel(
            env=environment, cwd=str(job.folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ):
            await run.cells()
    finally:
        # nbclient cleans up after itself except where it is cancelled while the kernel starts
        atexit.unregister(run.client._cleanup_kernel)
        manager = run.client.km
        if manager is not None and await ensure_async(manager.is_alive()):
            await ensure_async(manager.shutdown_kernel(now=True))
    return run.notebook


class _NotebookRun:
    """One notebook in one kernel: its cells in order, each within what is left of the limits."""

    def __init__(self, notebook: NotebookNode, job: Job) -> None:
        self.notebook, self.limits, self.skip_tags = notebook, job.limits, job.skip_tags
        self.reply: dict = {}
        self.client = NotebookClient(
            notebook,
            allow_errors=True,
            interrupt_on_timeout=True,
            error_on_timeout={"ename": "TimeLimit", "evalue": "", "traceback": []},
            iopub_timeout=SECONDS_FOR_OUTPUT,
            raise_on_iopub_timeout=False,
            startup_timeout=SECONDS_TO_START,
            shutdown_kernel="immediate",  # nothing of a submission is worth waiting for at its end
            on_cell_executed=self._note_reply,
            log=_silent,
        )

    def _note_reply(self, cell: NotebookNode, cell_index: int, execute_reply: dict) -> None:
        self.reply = execute_reply["content"]

    async def cells(self) -> None:
        """Run every code cell that is not skipped; where that ends, say why in the cells that are left."""
        nudging = asyncio.create_task(self._nudge())
        try:
            await self._cells()
        finally:
            nudging.cancel()

    async def _nudge(self) -> None:
        """Look at the sockets now and then.

        ZeroMQ tells asyncio of news once, on an edge. A few runs in some hundred waited for a cell exactly as long
        as its time limit although it had long ended, nbgrader's own among them, as if that edge was missed.
        Asking for the events wakes whoever waits for them.
        """
        while True:
            await asyncio.sleep(NUDGE_SECONDS)
            client = self.client.kc
            if client is not None and client.channels_running:
                for channel in (client.shell_channel, client.iopub_channel):
                    channel.socket.get(zmq.EVENTS)

    async def _cells(self) -> None:
        deadline = time.monotonic() + self.limits.notebook_seconds
        stopped = ""
        for index, cell in enumerate(self.notebook.cells):
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count = [], None
            if self.skip_tags.intersection(cell.metadata.get("tags", ())) or not cell.source.strip():
                continue
            left = deadline - time.monotonic()
            if not stopped and left < 1:
                stopped = f"the notebook ran for {self.limits.notebook_seconds:g} seconds, the limit for all cells"
            if stopped:
                cell.outputs.append(_limit_output("NotRun", f"not run: {stopped}"))
            else:
                stopped = await self._cell(cell, index, left)

    async def _cell(self, cell: NotebookNode, index: int, left: float) -> str:
        """Run one cell; returns why no further cell can run, or ''."""
        self.reply = {}
        self.client.timeout = max(1, int(min(self.limits.cell_seconds, left)))
        try:
            await self.client.async_execute_cell(cell, index)
        except DeadKernelError:
            if asyncio.current_task().cancelling():  # type: ignore[union-attr]  # nbclient takes this for a death
                raise asyncio.CancelledError from None
            cell.outputs.append(
                _limit_output("ProcessEnded", "the process that runs the notebook ended in this cell")
            )
            return "the process that runs the notebook ended in an earlier cell"
        if self.reply.get("ename") != "TimeLimit":  # the reply that nbclient makes up
            self._keep_error(cell)
            return ""
        of = (
            "the limit for one cell" if left >= self.limits.cell_seconds else "what is left of the notebook's limit"
        )
        plural = "" if self.client.timeout == 1 else "s"
        text = f"stopped after {self.client.timeout} second{plural}, {of}: is there an endless loop?"
        cell.outputs.append(_limit_output("TimeLimit", text))
        return "" if await self._answers() else "an earlier cell could not be stopped"

    def _keep_error(self, cell: NotebookNode) -> None:
        """An error that the kernel replied with is in the outputs, also where it was not shown or came too late.

        Without it a failed test cell would pass.
        """
        if self.reply.get("status") == "error":
            name = self.reply.get("ename", "Error")
            if not any(output.output_type == "error" and output.ename == name for output in cell.outputs):
                traceback = self.reply.get("traceback") or [f"{name}: {self.reply.get('evalue', '')}"]
                cell.outputs.append(
                    v4.new_output("error", ename=name, evalue=self.reply.get("evalue", ""), traceback=traceback)
                )

    async def _answers(self) -> bool:
        """Whether the kernel takes requests again after an interrupt."""
        channel_client = self.client.kc
        assert channel_client is not None
        request = channel_client.kernel_info()

        async def reply() -> None:
            while (await channel_client.shell_channel.get_msg())["parent_header"].get("msg_id") != request:
                pass

        try:
            await asyncio.wait_for(reply(), SECONDS_TO_ANSWER)
        except TimeoutError:
            return False
        return True


def _limit_output(name: str, text: str) -> NotebookNode:
    return v4.new_output("error", ename=name, evalue=text, traceback=[f"\x1b[31m{name}\x1b[0m: {text}"])
