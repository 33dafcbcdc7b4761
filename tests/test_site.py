"""The course site as `make site` builds it: whole, without a solution, and good to read in a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from browser import DESKTOP, PHONE, chromium, is_too_wide, violations
from bs4 import BeautifulSoup
from courses import ROOT
from leaks import find_leaks
from playwright.sync_api import Page
from tool_modules import executed_masters

from course.grading.notebooks import role

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

MASTERS = {f"{path.parent.name}/{path.stem}": path for path in sorted((ROOT / "source").glob("*/*.ipynb"))}
TOPICS = sorted({name.partition("/")[0] for name in MASTERS})
OWN_WORK = "10_coursework"
each_notebook = pytest.mark.parametrize("name", MASTERS)


@pytest.fixture(scope="module")
def built(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The site of this repository, and what the command said."""
    executed_masters()  # or wait for whoever is at it, outside the time limit of the command
    target = tmp_path_factory.mktemp("site") / "site"
    command = [sys.executable, str(ROOT / "tools" / "make_site.py"), "--jobs", "2", "--target", str(target)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900)
    assert (done.returncode, done.stderr) == (0, "")
    return target, done.stdout


@pytest.fixture(scope="module")
def site(built: tuple[Path, str]) -> Path:
    """The site's folder."""
    return built[0]


@cache
def soup(page: Path) -> BeautifulSoup:
    """A page, parsed."""
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def cell_ids(name: str, page: BeautifulSoup) -> list[tuple[nbformat.NotebookNode, BeautifulSoup]]:
    """The code cells of a released notebook that its page shows, each with its place on the page."""
    released = nbformat.read(ROOT / "release" / f"{name}.ipynb", as_version=4)
    wanted = [
        cell for cell in released.cells if cell.cell_type == "code" and not cell.id.startswith("section-feedback")
    ]
    shown = page.select("div.cell")
    assert len(shown) == len(wanted)
    return list(zip(wanted, shown, strict=True))


# As built ----------------------------------------------------------------------------------------------------


def test_the_command_ends_with_the_page_to_open(built: tuple[Path, str]) -> None:
    target, said = built
    assert said.splitlines()[-1].endswith(f"open {target / 'index.html'}")


def test_building_again_without_a_change_writes_nothing(
    built: tuple[Path, str], environment: dict[str, str]
) -> None:
    target, _ = built
    before = (target / "index.html").stat().st_mtime_ns
    command = [sys.executable, str(ROOT / "tools" / "make_site.py"), "--target", str(target)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=300)
    assert (target / "index.html").stat().st_mtime_ns == before


def test_the_landing_page_has_a_card_with_a_figure_for_each_topic(site: Path) -> None:
    cards = soup(site / "index.html").select(".topic-card")
    links = [card.select_one("a.sd-stretched-link") for card in cards]
    assert [link["href"] for link in links] == [f"{topic}/index.html" for topic in TOPICS]
    assert [card for card in cards if len(card.select_one("img")["alt"]) < 40] == []
    assert [card for card in cards if not re.search(r"\d+½? (minutes|hours)|¼|¾", card.text)] == []
    assert [card for card in cards if "Builds on" not in card.text] == []


@each_notebook
def test_every_released_notebook_is_a_page_with_links_to_colab_and_to_the_file(name: str, site: Path) -> None:
    links = soup(site / f"{name}.html").select(".page-actions a")
    targets = {link.text.strip(): link["href"] for link in links}
    colab = targets.pop("Open in Colab")
    assert colab.startswith("https://colab.research.google.com/github/")
    assert colab.endswith(f"/release/{name}.ipynb")
    (download,) = targets.values()
    given = (site / f"{name}.html").parent / download
    assert given.read_bytes() == (ROOT / "release" / f"{name}.ipynb").read_bytes()


@each_notebook
def test_a_page_shows_the_released_code_and_no_output_of_solutions_and_hidden_cells(name: str, site: Path) -> None:
    for cell, shown in cell_ids(name, soup(site / f"{name}.html")):
        code = shown.select_one(".cell_input").text
        assert cell.source.strip().splitlines()[-1].strip() in code
        if role(cell).kind in ("solution", "hidden"):
            assert shown.select(".cell_output") == []


@each_notebook
def test_figures_and_checks_of_the_solution_are_on_the_page(name: str, site: Path) -> None:
    begun = False
    for cell, shown in cell_ids(name, soup(site / f"{name}.html")):
        begun = begun or role(cell).kind == "solution"
        if name.startswith(OWN_WORK) and begun:
            assert shown.select(".cell_output") == []
        elif {"figure", "demo"} & set(cell.metadata.get("tags", ())):
            assert len(shown.select(".cell_output img")) == 1
        elif role(cell).kind == "check":
            assert "✓" in shown.select_one(".cell_output").text


def test_every_image_says_in_words_what_it_shows(site: Path) -> None:
    bare = [
        (page.name, image["src"])
        for page in site.rglob("*.html")
        for image in soup(page).select("article img")
        if len(image.get("alt", "")) < 20 or image["alt"].startswith(("_images", ".."))
    ]
    assert bare == []


def test_every_table_says_what_is_in_its_columns(site: Path) -> None:
    tables = [(page.name, table) for page in site.rglob("*.html") for table in soup(page).select("article table")]
    headless = [
        name
        for name, table in tables
        if "genindextable" not in table.get("class", ()) and not "".join(cell.text for cell in table.select("th"))
    ]
    assert headless == []


# Links -------------------------------------------------------------------------------------------------------


@cache
def anchors(page: Path) -> set[str]:
    """The ids of a page."""
    return {element["id"] for element in soup(page).select("[id]")}


def references(page: Path) -> Iterator[str]:
    """All that a page links to or loads."""
    for tag, attribute in (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src")):
        yield from (str(each[attribute]) for each in soup(page).find_all(tag, **{attribute: True}))


def test_every_link_inside_the_site_leads_to_a_file_and_to_a_place_in_it(site: Path) -> None:
    broken = []
    for page in site.rglob("*.html"):
        for link in references(page):
            parts = urlsplit(link)
            if parts.scheme or link in ("#", ""):
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            there = target.is_file()
            if there and parts.fragment and target.suffix == ".html":
                there = unquote(parts.fragment) in anchors(target)
            if not there:
                broken.append(f"{page.relative_to(site)}: {link}")
    assert broken == []


def test_links_to_the_outside_are_addresses(site: Path) -> None:
    outside = {link for page in site.rglob("*.html") for link in references(page) if urlsplit(link).scheme}
    assert [link for link in outside if not re.fullmatch(r"https://[\w.-]+\.\w+(/\S*)?|data:\S+", link)] == []


# Nothing of a solution ---------------------------------------------------------------------------------------


def as_text(site: Path, target: Path) -> None:
    """Copy a site, with each page as the text that a reader sees: colours cut code into pieces."""
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        copy = target / path.relative_to(site)
        if path.suffix == ".html":
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(soup(path).get_text(), encoding="utf-8")
        elif path.suffix in (".ipynb", ".js", ".json", ".txt") and "_static" not in path.parts:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def test_no_line_of_a_solution_or_hidden_test_or_mark_scheme_is_on_the_site(site: Path, tmp_path: Path) -> None:
    as_text(site, tmp_path)
    assert find_leaks(ROOT / "source", tmp_path) == []


def test_a_line_of_a_solution_on_a_page_would_be_found(site: Path, tmp_path: Path) -> None:
    page = tmp_path / "site" / "page.html"
    page.parent.mkdir()
    code = '<span class="k">return</span> <span class="n">np</span>.maximum(<span class="mf">0.0</span>, x)'
    source = tmp_path / "source" / "01_topic"
    source.mkdir(parents=True)
    cell = nbformat.v4.new_code_cell("### BEGIN SOLUTION\n    return np.maximum(0.0, x)\n    ### END SOLUTION")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), source / "topic.ipynb")
    page.write_text(f"<pre>{code}</pre>")
    as_text(tmp_path / "site", tmp_path / "text")
    assert find_leaks(tmp_path / "source", tmp_path / "text") == ["page.html: return np.maximum(0.0, x)"]


# In a browser ------------------------------------------------------------------------------------------------


@dataclass
class Window:
    """A browser window without a network, and what it complained of.

    Attributes:
        page: shows what is opened.
        complaints: of the console, and requests to the outside; since they were last asked for.
    """

    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, path: Path) -> None:
        """Show a page, its formulas drawn."""
        self.complaints.clear()
        self.page.goto(path.as_uri())
        self.page.evaluate("window.MathJax?.startup?.promise?.then(() => null)")


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    """One window for all tests; each says the size and the theme it wants."""
    with chromium() as browser:
        window = Window(browser.new_context(offline=True).new_page())
        window.page.on("console", lambda said: said.type == "error" and window.complaints.append(said.text))
        window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
        window.page.on(
            "request",
            lambda request: request.url.startswith(("file:", "data:")) or window.complaints.append(request.url),
        )
        yield window


def look(window: Window, size: tuple[int, int], theme: str) -> None:
    """Give the window a size and the reader a taste."""
    window.page.set_viewport_size({"width": size[0], "height": size[1]})
    window.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")


def test_every_page_reads_well_in_both_themes_on_a_desk_and_on_a_phone(site: Path, window: Window) -> None:
    found = []
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site)
        look(window, DESKTOP, "light")
        window.open(path)
        found += [f"{name}: {each}" for each in violations(window.page, thorough=False)]
        if is_too_wide(window.page):
            found.append(f"{name}: wider than a screen")
        look(window, PHONE, "dark")
        window.page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
        if is_too_wide(window.page):
            found.append(f"{name}: wider than a phone")
        found += [f"{name}: {each}" for each in window.complaints]
    assert found == []


@pytest.mark.parametrize(
    "name", ["index", "03_loss_functions/regression", "api/check", "guides/grading", "students"]
)
@pytest.mark.parametrize(("size", "theme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desk", "phone-dark"])
def test_a_sample_of_pages_has_enough_contrast_and_no_serious_violation(
    name: str, size: tuple[int, int], theme: str, site: Path, window: Window
) -> None:
    look(window, size, theme)
    window.open(site / f"{name}.html")
    assert violations(window.page) == []


def test_formulas_are_drawn(site: Path, window: Window) -> None:
    window.open(site / "03_loss_functions" / "regression.html")
    assert window.page.locator("article mjx-container").count() > 10
    assert window.page.locator("article mjx-merror").count() == 0


def test_a_card_leads_to_its_topic_and_from_there_to_a_notebook(site: Path, window: Window) -> None:
    look(window, DESKTOP, "light")
    window.open(site / "index.html")
    window.page.locator(".topic-card", has_text="Loss functions").click()
    assert window.page.locator("article h1").inner_text().startswith("3. Loss functions")
    window.page.locator(".topic-card", has_text="regression").first.click()
    assert window.page.locator("article h1").inner_text().startswith("Loss functions 1: regression")


def test_search_finds_the_notebook_that_has_a_word(site: Path, window: Window) -> None:
    look(window, DESKTOP, "light")
    window.open(site / "index.html")
    window.page.keyboard.press("Control+k")
    window.page.keyboard.type("heteroscedastic")
    window.page.keyboard.press("Enter")
    result = window.page.locator("#search-results li a", has_text="Loss functions 1: regression").first
    result.wait_for()
    assert window.complaints == []
    result.click()
    assert window.page.locator("article h1").inner_text().startswith("Loss functions 1: regression")
