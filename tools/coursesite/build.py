"""Builds the site: writes Sphinx's sources, runs Sphinx on them, and puts the result in place when it is whole."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import executed as masters_of_course  # tools/executed.py
import nbformat

from course.grading.errors import CourseError
from course.grading.notebooks import read_notebook
from course.grading.publish import stale_releases
from course.grading.release import swap_in
from course.grading.settings import CourseFolder
from coursesite.guides import guide_page, guides_for, page_name
from coursesite.landing import landing_page, topic_page
from coursesite.pages import NotAPage, figure_of, page_of
from coursesite.reference import reference_pages
from coursesite.topics import TitleMissing, Topic, read_topics

HERE = Path(__file__).parent
NEEDED = ("mathjax", "myst_nb", "sphinx", "sphinx_book_theme", "sphinx_design")  # modules of the extra `site`
LEFT_OUT = (".buildinfo*", ".doctrees", "_sources", "objects.inv", "*webpack-macros.html")  # of what Sphinx writes
MATHJAX = "static/mathjax/es5/tex-svg-full.js"  # in the package that brings it


@dataclass
class Sources:
    """The files that Sphinx reads, by their place in its source folder."""

    files: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, text: str) -> None:
        """A page of text."""
        self.files[name] = text.encode()

    def write(self, folder: Path) -> bool:
        """Bring a folder to this; what has not changed stays untouched, so that Sphinx reads it only once.

        Returns:
            Whether the folder held the same files before, whatever was in them.
        """
        before = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        for name in before - self.files.keys():
            (folder / name).unlink()
        for name, content in self.files.items():
            path = folder / name
            if not path.is_file() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        return before == self.files.keys()

    def fingerprint(self, *folders: Path) -> str:
        """A hash of these files, and of the Python files, styles and scripts in some folders."""
        content = dict(self.files)
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                if path.suffix in (".css", ".js", ".py", ".toml"):
                    content[str(path)] = path.read_bytes()
        digest = hashlib.sha256()
        for name, each in sorted(content.items()):
            digest.update(name.encode() + b"\0" + hashlib.sha256(each).digest())
        return digest.hexdigest()


def build(root: Path, target: Path, store: Path, *, workers: int = 2) -> Path:
    """Build the site of a course.

    Args:
        root: the course folder; release/ must be fresh.
        target: the site's folder; it is replaced when the new one is whole.
        store: where executed masters are kept; see tools/executed.py.
        workers: how many masters and pages are worked on at the same time.

    Returns:
        The first page.

    Raises:
        CourseError: what is wrong and what to do, in one line.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise CourseError(f"the site needs {', '.join(missing)}: pip install -e '.[site]'")
    course = CourseFolder(root)
    stale = stale_releases(course)
    if stale:
        raise CourseError(f"{stale[0]}; run `make release` before building the site")
    work = target.parent / f"{target.name}-work"
    try:
        sources = write_sources(course, masters_of_course.execute(
            masters_of_course.masters(root), store, workers=workers))  # fmt: skip
    except masters_of_course.CanNotRun as error:
        raise CourseError(str(error)) from None
    built, stamp = work / "built.txt", sources.fingerprint(HERE, root / "course")
    if built.is_file() and built.read_text() == stamp and (target / "index.html").is_file():
        return target / "index.html"
    built.unlink(missing_ok=True)
    if not sources.write(work / "source"):
        shutil.rmtree(work / "html", ignore_errors=True)
    _add_mathjax(work / "static")
    _run_sphinx(work, workers)
    made = target.parent / f".{target.name}-new"
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(work / "html", made, ignore=shutil.ignore_patterns(*LEFT_OUT))
    swap_in(made, target)
    built.write_text(stamp)
    return target / "index.html"


def write_sources(course: CourseFolder, executed: dict[str, masters_of_course.Executed]) -> Sources:
    """All that Sphinx reads.

    Raises:
        CourseError: a master's title cell lacks something, or a released notebook and its master differ.
    """
    sources = Sources()
    try:
        topics = read_topics({name: each.notebook for name, each in executed.items()})
    except TitleMissing as error:
        raise CourseError(str(error)) from None
    alts: dict[str, str] = {}
    for topic in topics:
        alts[topic.name] = _add_topic(sources, course, topic, topics, executed)
    guides = {path.stem: path.read_text(encoding="utf-8") for path in sorted((course.root / "docs").glob("*.md"))}
    pages = {name.rpartition(".")[0] for name in sources.files} | {page_name(name) for name in guides}
    settings = course.settings
    repository = f"{settings.repository_url}/blob/{settings.repository_ref}"
    for name, text in guides.items():
        sources.add(f"{page_name(name)}.md", guide_page(name, text, pages, repository))
    for name, text in reference_pages(course.root / "course").items():
        sources.add(f"{name}.md", text)
    sections = {heading: [page_name(each) for each in names] for heading, names in guides_for(guides).items()}
    sections["For maintainers"].append("guides/engine")
    sections["For students"].append("api/index")
    sources.add("index.md", landing_page(topics, alts, sections))
    return sources


def _add_topic(
    sources: Sources,
    course: CourseFolder,
    topic: Topic,
    topics: list[Topic],
    executed: dict[str, masters_of_course.Executed],
) -> str:
    """Add a topic's pages; returns the alt text of its card's figure."""
    figures: dict[str, tuple[str, str]] = {}
    card = ""
    for notebook in topic.notebooks:
        where = f"{topic.name}/{notebook.name}"
        path = course.step("release") / f"{where}.ipynb"
        done = executed[where]
        try:
            page = page_of(
                read_notebook(path, course.relative(path)),
                done.notebook,
                done.demos,
                download=f"../downloads/{where}.ipynb",
                own_work=topic.own_work,
                folder=done.folder,
            )
        except NotAPage as error:
            raise CourseError(f"{course.relative(path)}: {error}") from None
        sources.add(f"{where}.ipynb", nbformat.writes(page))
        sources.files[f"downloads/{where}.ipynb"] = path.read_bytes()
        shown = [cell.id for cell in page.cells if figure_of(page, cell.id)]
        of_topic = topic.figure[1] if topic.figure[0] == notebook.name else ""
        chosen = of_topic or (shown[0] if shown else "")
        found = figure_of(page, chosen)
        if found:
            name = f"figures/{where}.png"
            sources.files[name] = base64.b64decode(found[0])
            figures[notebook.name] = (f"../{name}", found[1])
            if of_topic:
                sources.files[f"figures/{topic.name}.png"] = base64.b64decode(found[0])
                card = found[1]
    if f"figures/{topic.name}.png" not in sources.files:
        raise CourseError(f"topics.toml: {topic.name}: {':'.join(topic.figure)} is no cell that shows a figure")
    sources.add(f"{topic.name}/index.md", topic_page(topic, topics, figures))
    return card


def _add_mathjax(static: Path) -> None:
    """Put MathJax where Sphinx copies it from: one file with its fonts inside, from a package of extra `site`."""
    target = static / "mathjax" / "tex-svg-full.js"
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        with resources.as_file(resources.files("mathjax") / MATHJAX) as found:
            shutil.copyfile(found, target)


def _run_sphinx(work: Path, workers: int) -> None:
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-n", "-W", "--keep-going", "-j", str(workers),
               "-c", str(HERE), "-d", str(work / "doctrees"), str(work / "source"), str(work / "html")]  # fmt: skip
    environment = {**os.environ, "COURSESITE_WORK": str(work), "COURSE_OFFLINE": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise CourseError(f"Sphinx found something wrong with the pages:\n{said}")
