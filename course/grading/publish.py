"""The student repository: released notebooks and the package without grading, in a folder ready to push."""

from __future__ import annotations

import hashlib
import importlib.metadata
import shutil
import tempfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import jinja2
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

import course as package
from course.grading.errors import CourseError
from course.grading.notebooks import read_notebook
from course.grading.release import swap_in
from course.grading.settings import PRIVATE, STEPS, CourseFolder
from course.sections.record import SUFFIX

OURS = ("release", "course", "pyproject.toml", "README.md", "LICENSE", ".gitignore")  # replaced; the rest stays


@dataclass(frozen=True)
class Published:
    """What was written: how many files."""

    files: int


def publish(course: CourseFolder, directory: Path) -> Published:
    """Write the student repository; in a clone of it, what is not ours (`.git`, say) stays as it is.

    Raises:
        CourseError: the folder is the instructor's own or holds something else, or release/ is stale.
    """
    _refuse_folder(course, directory)
    licence = course.root / "LICENSE"
    if not licence.is_file():
        raise CourseError(f"{licence}: missing; students have to know what they may do with the course")
    stale = stale_releases(course)
    if stale:
        raise CourseError(f"{stale[0]}; run `course release` and commit release/ before publishing")
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".course-publish-", dir=directory) as folder:
        made = Path(folder)
        _write(course, made)
        files = sum(path.is_file() for path in made.rglob("*"))
        for name in OURS:
            target = directory / name
            if (made / name).is_dir():
                swap_in(made / name, target)
            elif (made / name).is_file():
                (made / name).replace(target)
    return Published(files)


def stale_releases(course: CourseFolder) -> list[str]:
    """Released notebooks that are missing, left over, or older than their master or the package; a line each."""
    found = []
    for assignment in course.choose([]):
        folder, masters = course.step("release") / assignment, course.masters(assignment)
        for name, path in masters.items():
            released = folder / f"{name}.ipynb"
            if not released.is_file():
                found.append(f"{course.relative(released)} is missing")
                continue
            notebook = read_notebook(released, course.relative(released))
            record = notebook.metadata.get("course", {})
            if record.get("master_sha256") != hashlib.sha256(path.read_bytes()).hexdigest():
                found.append(f"{course.relative(released)} is older than its master")
            elif record.get("version") != package.__version__:
                found.append(f"{course.relative(released)} was released by version {record.get('version')}")
            elif cell := worked_on(notebook):
                found.append(f"{course.relative(released)} was worked on after its release (cell {cell})")
        left_over = [path for path in sorted(folder.glob("*.ipynb")) if path.stem not in masters]
        found += [f"{course.relative(path)} has no master any more" for path in left_over]
    return found


def worked_on(notebook: NotebookNode) -> str:
    """The first cell that ran, or is graded and holds something else, since nbgrader released it; "" if none.

    Somebody who tries a notebook where it lies must not publish their solution.
    """
    for cell in notebook.cells:
        checksum = cell.metadata.get("nbgrader", {}).get("checksum")
        ran = cell.cell_type == "code" and (cell.outputs or cell.execution_count is not None)
        if ran or (checksum is not None and checksum != compute_checksum(cell)):
            return str(cell.get("id", "without a name"))
    return ""


def _refuse_folder(course: CourseFolder, directory: Path) -> None:
    for folder in (directory, *directory.parents):
        if folder.is_file():
            raise CourseError(f"{folder}: a file, not a folder")
    resolved = directory.resolve()
    ours = any(resolved.is_relative_to(course.step(name).resolve()) for name in STEPS)
    if ours or resolved == course.root or resolved in course.root.parents or (resolved / "source").is_dir():
        raise CourseError(f"{directory}: an instructor's folder; students get a repository of their own")
    strangers = sorted(
        path.name
        for path in (resolved.iterdir() if resolved.is_dir() else ())
        if path.name not in OURS and not path.name.startswith(".")
    )
    if strangers and not (resolved / "release").is_dir():
        raise CourseError(
            f"{directory}: not empty and no student repository (it has {strangers[0]}); name another one"
        )


def _write(course: CourseFolder, made: Path) -> None:
    unwanted = shutil.ignore_patterns("__pycache__", "*.pyc", ".ipynb_checkpoints", PRIVATE, f"*{SUFFIX}")
    shutil.copytree(course.step("release"), made / "release", ignore=unwanted)
    shutil.copytree(
        Path(package.__file__).parent,
        made / "course",
        ignore=shutil.ignore_patterns("grading", "__pycache__", "*.pyc"),
    )
    shutil.copy(course.root / "LICENSE", made / "LICENSE")
    (made / ".gitignore").write_text("__pycache__/\n.ipynb_checkpoints/\n*.egg-info/\nbuild/\n")
    values = {
        "version": package.__version__,
        "requirements": _base_requirements(),
        "data_folders": _data_folders(made / "course"),
        "topics": _topics(course),
        "repository": course.settings.repository_url,
        "ref": course.settings.repository_ref,
        "guide": _guide(course),
    }
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    for name, template in (("README.md", "student_readme.md"), ("pyproject.toml", "student_pyproject.toml")):
        text = resources.files("course.grading").joinpath(f"templates/{template}").read_text(encoding="utf-8")
        (made / name).write_text(environment.from_string(text).render(values), encoding="utf-8")


def _guide(course: CourseFolder) -> str:
    """What a student does, step by step: docs/students.md without its title; "" where there is none."""
    page = course.root / "docs" / "students.md"
    if not page.is_file():
        return ""
    address = course.settings.repository_url
    text = page.read_text(encoding="utf-8").replace("https://github.com/gradient-course/student", address)
    return text.partition("\n")[2].strip() + "\n"


def _base_requirements() -> list[str]:
    """What the package needs without extras, as its own metadata say."""
    return [each for each in importlib.metadata.requires("gradient-course") or () if "extra ==" not in each]


def _data_folders(package_folder: Path) -> list[str]:
    """Folders with files that come with the package and are no modules, seen from its own folder."""
    data = (path for path in package_folder.rglob("*") if path.is_file() and path.suffix != ".py")
    return sorted({path.parent.relative_to(package_folder).as_posix() for path in data})


def _topics(course: CourseFolder) -> list[dict]:
    """Assignments with their released notebooks: file, title and badge, for the README."""
    topics = []
    for folder in sorted(path for path in course.step("release").iterdir() if path.is_dir()):
        notebooks = []
        for path in sorted(folder.glob("*.ipynb")):
            cells = read_notebook(path, course.relative(path)).cells
            texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
            heading = next((text for text in texts if text.startswith("# ")), path.stem)
            badge = next((text for text in texts if text.startswith("[![Open in Colab]")), "")
            notebooks.append({"path": f"release/{folder.name}/{path.name}", "badge": badge,
                              "title": heading.splitlines()[0].removeprefix("# ")})  # fmt: skip
        topics.append({"name": folder.name, "notebooks": notebooks})
    return topics
