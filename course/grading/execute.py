"""nbgrader's step that runs a notebook, by our runner: so formgrader's button goes through the sandbox, too."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from course.device import VARIABLE as DEVICE_VARIABLE
from course.grading.confinement import choose_runner, environment_of
from course.grading.engine.jobs import Job
from course.grading.errors import CourseError
from course.grading.notebooks import read_notebook
from course.grading.private import make_private_files
from course.grading.settings import Course
from course.grading.submissions import is_public
from course.grading.tested import files_of_tests, tests_of


class ExecuteConfined(NbGraderPreprocessor):
    """Run the notebook in the sandbox, with the files that lie beside it."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        settings = Course(config=self.config)
        device = os.environ.get(DEVICE_VARIABLE)
        confined = not settings.unsafe_no_sandbox
        from course.grading.pipeline import CheckMaster  # which has this class in its chain

        tested = CheckMaster in self.config.GenerateAssignment.get("preprocessors", ())
        runner = choose_runner(settings, [nb], 1, confined=confined, tested=tested, device=device)
        with tempfile.TemporaryDirectory() as folder:
            _copy_files(Path(resources["metadata"]["path"]), Path(folder))
            name = resources["nbgrader"]["notebook"]
            environment = environment_of(device)
            masters = self._masters(resources["nbgrader"]["assignment"])
            make_private_files(settings, masters.parent, masters.name)
            files = files_of_tests(masters)
            master = masters / f"{name}.ipynb"
            tests = {name: tests_of(nb, read_notebook(master, master.name))} if tested else {}
            job = Job(name, {name: nb}, Path(folder), settings.limits, environment, tests=tests, test_files=files)
            (result,) = runner.run([job])
        if result.problem:
            raise CourseError(f"{name}: {result.problem}")
        return result.notebooks[name], resources

    def _masters(self, assignment: str) -> Path:
        where = CourseDirectory(config=self.config)
        return Path(where.root, where.source_directory, assignment)


def _copy_files(source: Path, target: Path) -> None:
    """All but notebooks: those hold the master's tests by now."""
    for path in source.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.suffix != ".ipynb" and is_public(path, source):
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
