"""What `course publish` writes: the student repository, whole, and nothing of the instructor's."""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from commands import run_command
from courses import SmallCourse, small_master
from leaks import find_leaks, secret_lines

import course
from course.grading import publish as publisher
from course.grading.publish import publish
from course.grading.release import release
from course.grading.settings import CourseFolder


@pytest.fixture(scope="module")
def instructor(released_template: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """A released course with a licence, data and private data; not to be changed."""
    made = released_template.copy_to(tmp_path_factory.mktemp("publish") / "instructor")
    for name in ("LICENSE", "source/01_first/points.csv", "source/01_first/private/labels.csv", "tests/test_it.py"):
        (made.root / name).parent.mkdir(exist_ok=True)
        (made.root / name).write_text(f"this is {name}\n")
    nb = small_master()
    nb.cells[0].source = "# Tripling\n\nIs not doubling."
    made.write_master(nb, "02_second", "tripling")
    release(made.folder, [])
    return made


@pytest.fixture(scope="module")
def student(instructor: SmallCourse) -> Path:
    """What it publishes; not to be changed."""
    target = instructor.root.parent / "student"
    said = run_command(instructor, "publish", str(target))
    assert (said.status, said.err) == (0, "")
    assert said.out == (
        f"{len(files(target))} files in {target}, ready to push to https://github.com/gradient-course/student@main\n"
    )
    return target


@pytest.fixture
def own(instructor: SmallCourse, tmp_path: Path) -> SmallCourse:
    """The instructor's course, to change."""
    return instructor.copy_to(tmp_path / "instructor")


def files(folder: Path) -> dict[str, bytes]:
    """All files under a folder, with their content."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_the_top_has_what_a_student_needs_and_no_more(student: Path) -> None:
    assert sorted(path.name for path in student.iterdir()) == [
        ".gitignore", "LICENSE", "README.md", "course", "pyproject.toml", "release"
    ]  # fmt: skip


def test_release_is_the_instructors(student: Path, instructor: SmallCourse) -> None:
    assert files(student / "release") == files(instructor.root / "release")
    assert "01_first/points.csv" in files(student / "release")


def test_the_package_comes_without_grading(student: Path, repository: Path) -> None:
    wanted = {
        str(path.relative_to(repository / "course")): path.read_bytes()
        for path in (repository / "course").rglob("*")
        if path.is_file() and not {"grading", "__pycache__"} & set(path.parts)
    }
    assert files(student / "course") == wanted


@pytest.mark.parametrize(
    "word", ["source", "grading", "tests", "private", "gradebook", "nbgrader_config", "answers"]
)
def test_nothing_of_the_instructors_is_there(word: str, student: Path) -> None:
    assert not [path for path in student.rglob("*") if path.stem == word]


def test_the_licence_is_the_instructors(student: Path) -> None:
    assert (student / "LICENSE").read_text() == "this is LICENSE\n"


@pytest.mark.parametrize(("path", "title"), [("01_first/doubling", "Doubling"), ("02_second/tripling", "Tripling")])
def test_the_readme_has_every_notebook_with_title_and_badge(path: str, title: str, student: Path) -> None:
    badge = "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
    address = f"https://colab.research.google.com/github/gradient-course/student/blob/main/release/{path}.ipynb"
    row = f"| [{title}](release/{path}.ipynb) | {badge}({address}) |"
    assert row in (student / "README.md").read_text(encoding="utf-8").splitlines()


def test_the_readme_says_how_to_install(student: Path) -> None:
    line = 'pip install "gradient-course @ git+https://github.com/gradient-course/student@main" jupyterlab'
    assert line in (student / "README.md").read_text(encoding="utf-8").splitlines()


def test_readme_and_badges_follow_the_setting(own: SmallCourse, tmp_path: Path) -> None:
    own.configure('c.Course.student_repository = "https://github.com/uni/deep@v2"')
    release(own.folder, [])
    publish(own.folder, tmp_path / "student")
    readme = (tmp_path / "student" / "README.md").read_text(encoding="utf-8")
    assert "git+https://github.com/uni/deep@v2" in readme
    assert "/github/uni/deep/blob/v2/release/01_first/doubling.ipynb" in readme
    assert "gradient-course/student" not in readme


def test_a_notebook_without_a_title_goes_by_its_name(own: SmallCourse, tmp_path: Path) -> None:
    nb = small_master()
    del nb.cells[0]
    own.write_master(nb)
    release(own.folder, [])
    publish(own.folder, tmp_path / "student")
    assert "| [doubling](release/01_first/doubling.ipynb)" in (tmp_path / "student" / "README.md").read_text()


def test_no_secret_line_of_the_small_masters_is_published(student: Path, instructor: SmallCourse) -> None:
    assert secret_lines(small_master())
    assert find_leaks(instructor.root / "source", student) == []


def test_no_secret_line_of_the_courses_own_masters_is_published(repository: Path, tmp_path: Path) -> None:
    publish(CourseFolder(repository), tmp_path / "student")
    assert (tmp_path / "student" / "release").is_dir()
    assert find_leaks(repository / "source", tmp_path / "student") == []


def test_the_project_file_asks_for_the_base_requirements(student: Path, repository: Path) -> None:
    ours = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    theirs = tomllib.loads((student / "pyproject.toml").read_text())["project"]
    assert sorted(theirs["dependencies"]) == sorted(ours["dependencies"])
    assert (theirs["name"], theirs["version"], theirs["requires-python"]) == (
        ours["name"], course.__version__, ours["requires-python"]
    )  # fmt: skip
    assert "optional-dependencies" not in theirs


def test_it_builds_a_wheel_of_the_package_with_its_requirements(
    student: Path, repository: Path, tmp_path: Path
) -> None:
    shutil.copytree(student, tmp_path / "student")  # building leaves things behind
    words = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path)]
    if _setuptools() >= 77:  # as pyproject.toml asks for; without it pip gets one
        words.append("--no-build-isolation")
    subprocess.run([*words, str(tmp_path / "student")], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        info = f"gradient_course-{course.__version__}.dist-info"
        metadata = Parser().parsestr(archive.read(f"{info}/METADATA").decode())
        scripts = archive.read(f"{info}/entry_points.txt").decode()
    ours = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    assert sorted(metadata.get_all("Requires-Dist")) == sorted(ours["dependencies"])
    assert "course = course.cli:main" in scripts
    assert set(files(student / "course")) <= {name.removeprefix("course/") for name in names}
    assert not [name for name in names if "grading" in name]


def _setuptools() -> int:
    try:
        return int(importlib.metadata.version("setuptools").partition(".")[0])
    except importlib.metadata.PackageNotFoundError:
        return 0


def test_publishing_again_replaces_what_is_ours(own: SmallCourse, tmp_path: Path) -> None:
    target = tmp_path / "student"
    publish(own.folder, target)
    (own.root / "release" / "01_first" / "points.csv").unlink()
    (target / "README.md").write_text("something else")
    (target / "course" / "old.py").write_text("gone from the package")
    publish(own.folder, target)
    assert "01_first/points.csv" not in files(target / "release")
    assert "old.py" not in files(target / "course")
    assert (target / "README.md").read_text(encoding="utf-8").startswith("# Gradient Course")


def test_what_the_instructor_said_of_sections_while_trying_a_notebook_is_not_published(
    own: SmallCourse, tmp_path: Path
) -> None:
    (own.root / "release" / "01_first" / "doubling.feedback.json").write_text("{}")
    publish(own.folder, tmp_path / "student")
    assert "01_first/doubling.feedback.json" not in files(tmp_path / "student" / "release")


@pytest.mark.parametrize("name", [".git/HEAD", ".github/workflows/site.yml", ".nojekyll", "docs/index.md"])
def test_publishing_again_keeps_what_is_not_ours(name: str, own: SmallCourse, tmp_path: Path) -> None:
    target = tmp_path / "student"
    publish(own.folder, target)
    (target / name).parent.mkdir(parents=True, exist_ok=True)
    (target / name).write_text("theirs")
    publish(own.folder, target)
    assert (target / name).read_text() == "theirs"


def test_a_fresh_clone_is_filled(own: SmallCourse, tmp_path: Path) -> None:
    target = tmp_path / "student"
    (target / ".git").mkdir(parents=True)
    (target / "README.md").write_text("# student\n")
    (target / "LICENSE").write_text("made by the hosting site\n")
    publish(own.folder, target)
    assert (target / "LICENSE").read_text() == "this is LICENSE\n"


def test_publishing_twice_writes_the_same_bytes(student: Path, own: SmallCourse, tmp_path: Path) -> None:
    publish(own.folder, tmp_path / "student")
    assert files(tmp_path / "student") == files(student)


def test_nothing_is_half_written_when_it_fails(
    own: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "student"
    publish(own.folder, target)
    before = files(target)

    def fail() -> list[str]:
        raise OSError("disk full")

    monkeypatch.setattr(publisher, "_base_requirements", fail)
    with pytest.raises(OSError, match="disk full"):
        publish(own.folder, target)
    assert files(target) == before
    assert sorted(path.name for path in target.iterdir()) == sorted(publisher.OURS)


def test_the_readme_says_how_to_validate_and_hand_in(student: Path) -> None:
    readme = (student / "README.md").read_text(encoding="utf-8")
    assert "`course validate`" in readme
    assert "`course.validate()`" in readme


def test_the_courses_page_for_students_is_in_the_readme(own: SmallCourse, tmp_path: Path) -> None:
    (own.root / "docs").mkdir()
    (own.root / "docs" / "students.md").write_text("# For students\n\n## In Colab\n\nOpen it.\n")
    assert run_command(own, "publish", str(tmp_path / "student")).status == 0
    readme = (tmp_path / "student" / "README.md").read_text(encoding="utf-8")
    assert "\n## In Colab\n\nOpen it.\n" in readme
    assert "# For students" not in readme
