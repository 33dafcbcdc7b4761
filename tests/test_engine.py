"""What the engine gives back of a notebook: outputs, limits, files, problems."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from courses import code, notebook, text
from nbformat import NotebookNode

from course.grading.engine.jobs import Job, Limits, Result
from course.grading.engine.kernels import KernelRunner

CELLS = {
    "stream": 'print("to stdout")\nimport sys\nprint("to stderr", file=sys.stderr)',
    "result": "6 * 7",
    "error": "def fails():\n    raise ValueError('the reason')\nfails()",
    "after": 'print("still running")',
    "display": "from IPython.display import HTML, display\ndisplay(HTML('<b>bold</b>'))",
    "warning": "import warnings\nimport course\nwarnings.warn('a word of caution', RuntimeWarning)",
    "folder": "import os\nprint(os.getcwd())\nopen('written.txt', 'w').write('by the first')\nNone",
    "environment": "print(os.environ['COURSE_TEST'], os.environ['NBGRADER_EXECUTION'])",
    "empty": "  ",
}
SKIPPED = 'print("skipped")'


def source_notebook() -> NotebookNode:
    """A notebook with the cells above, one to skip, one of text, and an output from somebody else's run."""
    cells = [code(source, name) for name, source in CELLS.items()]
    cells[0].outputs = [{"output_type": "stream", "name": "stdout", "text": "an old output"}]
    return notebook(text("# Text", "title"), *cells, code(SKIPPED, "skipped", ("demo",)))


SECOND = "from pathlib import Path\nprint(Path('written.txt').read_text())\nprint('fails' in globals())"


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    notebooks = {"first": source_notebook(), "second": notebook(code(SECOND, "second"))}
    folder = tmp_path_factory.mktemp("working")
    environment = {"COURSE_TEST": "by the job"}
    return Job("outputs", notebooks, folder, Limits(), environment, frozenset({"demo"}))


@pytest.fixture(scope="module")
def before(job: Job) -> dict[str, NotebookNode]:
    return {name: copy.deepcopy(each) for name, each in job.notebooks.items()}


@pytest.fixture(scope="module")
def result(job: Job, before: dict[str, NotebookNode]) -> Result:
    (made,) = KernelRunner(workers=1).run([job])
    return made


def outputs(result: Result, cell: str, name: str = "first") -> list[NotebookNode]:
    return next(each for each in result.notebooks[name].cells if each.id == cell).outputs


def printed(result: Result, cell: str, name: str = "first") -> str:
    return "".join(output.text for output in outputs(result, cell, name) if output.get("name") == "stdout")


def test_stdout_and_stderr_are_streams(result: Result) -> None:
    streams = {output.name: output.text for output in outputs(result, "stream")}
    assert streams == {"stdout": "to stdout\n", "stderr": "to stderr\n"}


def test_last_value_is_a_result(result: Result) -> None:
    (output,) = outputs(result, "result")
    assert (output.output_type, output.data["text/plain"]) == ("execute_result", "42")


def test_error_has_its_name_message_and_traceback(result: Result) -> None:
    (output,) = outputs(result, "error")
    assert (output.output_type, output.ename, output.evalue) == ("error", "ValueError", "the reason")
    assert "fails" in "\n".join(output.traceback)


def test_cells_after_an_error_run(result: Result) -> None:
    assert printed(result, "after") == "still running\n"


def test_display_keeps_its_data(result: Result) -> None:
    (output,) = outputs(result, "display")
    assert (output.output_type, output.data["text/html"]) == ("display_data", "<b>bold</b>")


def test_warning_is_printed_and_not_on_stderr(result: Result) -> None:
    assert "a word of caution" in printed(result, "warning")
    assert [output.get("name") for output in outputs(result, "warning")] == ["stdout"]


def test_cell_with_a_tag_to_skip_is_not_run(result: Result) -> None:
    assert outputs(result, "skipped") == []


def test_empty_cell_has_no_output(result: Result) -> None:
    assert outputs(result, "empty") == []


def test_code_works_in_the_folder_of_the_job(job: Job, result: Result) -> None:
    assert Path(printed(result, "folder").strip()).samefile(job.folder)


def test_files_that_code_writes_stay_in_the_folder(job: Job, result: Result) -> None:
    assert (job.folder / "written.txt").read_text() == "by the first"


def test_second_notebook_runs_after_the_first_in_the_same_folder(result: Result) -> None:
    assert printed(result, "second", "second").splitlines()[0] == "by the first"


def test_notebooks_share_no_variables(result: Result) -> None:
    assert printed(result, "second", "second").splitlines()[1] == "False"


def test_environment_of_the_job_reaches_the_code(result: Result) -> None:
    assert printed(result, "environment") == "by the job autograde\n"


def test_notebooks_given_are_not_changed(job: Job, before: dict[str, NotebookNode], result: Result) -> None:
    assert job.notebooks == before


def test_old_outputs_do_not_stay(result: Result) -> None:
    assert "an old output" not in printed(result, "stream")


def test_result_knows_its_key_and_how_long_it_took(result: Result) -> None:
    assert (result.key, result.problem) == ("outputs", None)
    assert result.seconds > 0


# Limits ------------------------------------------------------------------------------------------------------

ENDLESS = "while True:\n    pass"
STUBBORN = (
    "while True:\n    try:\n        while True:\n            pass\n    except KeyboardInterrupt:\n        pass"
)
ENDS = "import os\nos._exit(3)"
SLOW = "import time\ntime.sleep(1.3)"
AFTER = 'print("after")'


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """Notebooks that don't end by themselves, run side by side; by key."""
    cells = {
        "endless": ([ENDLESS, AFTER], Limits(cell_seconds=2)),
        "stubborn": ([STUBBORN, AFTER], Limits(cell_seconds=1)),
        "ends": ([ENDS, AFTER], Limits()),
        "slow": ([SLOW, SLOW, AFTER, AFTER], Limits(cell_seconds=60, notebook_seconds=2.5)),
        "left": ([SLOW, ENDLESS, AFTER], Limits(cell_seconds=60, notebook_seconds=5)),
    }
    folder = tmp_path_factory.mktemp("limits")
    jobs = []
    for key, (sources, limits) in cells.items():
        made = notebook(*(code(source, f"cell{number}") for number, source in enumerate(sources)))
        jobs.append(Job(key, {"first": made}, folder, limits))
    return {result.key: result for result in KernelRunner(workers=3).run(jobs)}


def error(result: Result, cell: str) -> tuple[str, str]:
    errors = [output for output in outputs(result, cell) if output.output_type == "error"]
    return errors[-1].ename, errors[-1].evalue


def test_endless_loop_is_stopped_and_says_so_in_plain_words(limited: dict[str, Result]) -> None:
    expected = "stopped after 2 seconds, the limit for one cell: is there an endless loop?"
    assert error(limited["endless"], "cell0") == ("TimeLimit", expected)


def test_cells_after_a_stopped_one_run(limited: dict[str, Result]) -> None:
    assert printed(limited["endless"], "cell1") == "after\n"


def test_loop_that_catches_the_interrupt_ends_the_notebook(limited: dict[str, Result]) -> None:
    assert error(limited["stubborn"], "cell0")[1].startswith("stopped after 1 second, the limit for one cell")
    assert error(limited["stubborn"], "cell1") == ("NotRun", "not run: an earlier cell could not be stopped")


def test_process_that_ends_is_said_in_its_cell_and_the_later_ones(limited: dict[str, Result]) -> None:
    assert error(limited["ends"], "cell0") == (
        "ProcessEnded",
        "the process that runs the notebook ended in this cell",
    )
    assert error(limited["ends"], "cell1")[0] == "NotRun"


def test_cells_beyond_the_limit_of_the_notebook_are_not_run(limited: dict[str, Result]) -> None:
    expected = "not run: the notebook ran for 2.5 seconds, the limit for all cells"
    assert error(limited["slow"], "cell3") == ("NotRun", expected)


def test_cell_gets_no_more_than_is_left_of_the_notebooks_limit(limited: dict[str, Result]) -> None:
    name, text_ = error(limited["left"], "cell1")
    assert name == "TimeLimit"
    assert "what is left of the notebook's limit" in text_


def test_what_student_code_does_is_never_a_problem(limited: dict[str, Result]) -> None:
    assert {key: result.problem for key, result in limited.items()} == dict.fromkeys(limited)


def test_no_kernel_is_left_when_all_jobs_are_done(limited: dict[str, Result]) -> None:
    children = [child.cmdline() for child in psutil.Process().children(recursive=True)]
    assert [command for command in children if any("ipykernel" in word for word in command)] == []


# Several jobs ------------------------------------------------------------------------------------------------


def missing_folder(folder: Path) -> Job:
    return Job("bad", {"first": notebook(code(AFTER, "cell0"))}, folder / "nowhere")


def missing_kernel(folder: Path) -> Job:
    made = notebook(code(AFTER, "cell0"))
    made.metadata.kernelspec.name = "no_such_kernel"
    return Job("bad", {"first": made}, folder)


@pytest.mark.parametrize(("bad", "named"), [(missing_folder, "nowhere"), (missing_kernel, "no_such_kernel")])
def test_job_that_cannot_start_is_a_problem_and_stops_nobody(
    bad: Callable[[Path], Job], named: str, tmp_path: Path
) -> None:
    good = Job("good", {"first": notebook(code(AFTER, "cell0"))}, tmp_path)
    results = {result.key: result for result in KernelRunner(workers=1).run([bad(tmp_path), good])}
    problem = results["bad"].problem or ""
    assert named in problem and "\n" not in problem
    assert results["bad"].notebooks == {}
    assert printed(results["good"], "cell0") == "after\n"


def test_several_jobs_at_once_all_come_back_with_their_own_outputs(tmp_path: Path) -> None:
    jobs = [Job(str(number), {"n": notebook(code(f"print({number})", "cell"))}, tmp_path) for number in range(5)]
    results = {result.key: printed(result, "cell", "n") for result in KernelRunner(workers=3).run(jobs)}
    assert results == {str(number): f"{number}\n" for number in range(5)}


def test_no_jobs_are_no_results() -> None:
    assert list(KernelRunner(workers=2).run([])) == []
