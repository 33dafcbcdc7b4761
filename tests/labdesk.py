"""What a student has in front of them: a notebook in JupyterLab, in a real browser, with mouse and keyboard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from browser import DESKTOP
from labserver import Server
from playwright.sync_api import Browser, Locator, Page, expect

SECONDS = 120_000  # milliseconds, as Playwright counts
APP = "window.jupyterapp"  # which JupyterLab is asked to show: to scroll to a cell, and to know that it has run
CURRENT = f"{APP}.shell.currentWidget"
# How well text is read on what lies behind it, as WCAG computes it.
CONTRAST = """element => {
    const parse = text => text.match(/[\\d.]+/g).map(Number);
    const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3]));
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
        const [r, g, b, a = 1] = parse(getComputedStyle(each).backgroundColor);
        layers.push([r, g, b, a]);
        if (a === 1) break;
    }
    const behind = layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
    const light = colour => colour.slice(0, 3).map(c => c / 255)
        .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const both = [light(parse(getComputedStyle(element).color)), light(behind)].sort((a, b) => b - a);
    return (both[0] + 0.05) / (both[1] + 0.05);
}"""


def settle_in(own: Path) -> None:
    """Settings of a person who has seen JupyterLab before: it does not ask about news. And it shows its insides."""
    settings = own / "config" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps({"fetchNews": "false"}))
    (own / "config" / "jupyter_lab_config.py").write_text("c.LabApp.expose_app_in_browser = True\n")


@dataclass
class Desk:
    """JupyterLab in a browser, with a notebook open.

    Attributes:
        page: of the browser.
        server: it talks to.
        shots: the folder for pictures of what is seen.
    """

    page: Page
    server: Server
    shots: Path

    def go(self, path: str = "") -> None:
        """To an address of the server, as somebody who has its token."""
        self.page.goto(f"{self.server.url}{path}{'&' if '?' in path else '?'}token={self.server.token}")

    def open(self, path: str) -> None:
        """A notebook, alone; until its kernel waits for work."""
        self.go(f"lab/tree/{path}?reset")
        self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        """Until the kernel of the open notebook waits for work."""
        idle = f"{CURRENT}?.sessionContext?.session?.kernel?.status === 'idle'"
        self.page.wait_for_function(f"{APP} && {CURRENT}?.content?.widgets && {idle}", timeout=SECONDS)

    def cell(self, name: str) -> Locator:
        """The cell with this id, scrolled to: JupyterLab draws the others later, or not at all."""
        at = self.page.evaluate(
            f"""async name => {{
                const notebook = {CURRENT}.content;
                const at = notebook.widgets.findIndex(cell => cell.model.id === name);
                await notebook.scrollToItem(at, 'center');
                return at;
            }}""",
            name,
        )
        found = self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{at}"]')
        found.wait_for()
        return found

    def count(self, name: str) -> int | None:
        """The number that stands before the cell: it rises when it has run."""
        number: int | None = self.page.evaluate(
            f"name => {CURRENT}.content.widgets.find(cell => cell.model.id === name).model.executionCount", name
        )
        return number

    @contextmanager
    def running(self, name: str) -> Iterator[None]:
        """What is done inside runs this cell; on the way out it has run."""
        before = self.count(name)
        yield
        self.page.wait_for_function(
            f"""([name, before]) => {{
                const {{model}} = {CURRENT}.content.widgets.find(cell => cell.model.id === name);
                return model.executionCount !== null && model.executionCount !== before
                    && model.executionState !== 'running';
            }}""",
            arg=[name, before],
            timeout=SECONDS,
        )
        self.wait_for_kernel()

    def run(self, name: str) -> Locator:
        """Run one cell with Shift-Enter; returns it."""
        cell = self.cell(name)
        cell.locator(".cm-content").click()
        with self.running(name):
            self.page.keyboard.press("Shift+Enter")
        return self.cell(name)

    def run_all(self, last: str) -> None:
        """Run all cells from the menu, until this one has run; a cell that fails is the last one."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        with self.running(last):
            self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    def write(self, name: str, source: str) -> None:
        """Put this into a cell, in place of what is there."""
        self.cell(name).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(source)

    def printed(self, name: str) -> list[str]:
        """The lines of a cell's text outputs."""
        outputs = self.cell(name).locator(".jp-OutputArea-output pre")
        expect(outputs.first).to_be_visible()
        return [line for text in outputs.all_inner_texts() for line in text.rstrip().splitlines()]

    def validate(self) -> list[str]:
        """Press Validate; returns the lines of the dialog, which is left open."""
        self.page.get_by_role("button", name="Validate").click()
        dialog = self.page.locator(".jp-Dialog")
        dialog.wait_for(timeout=SECONDS)
        return [line for line in dialog.inner_text().splitlines() if line.strip()]

    def close_dialog(self) -> None:
        """Press its button."""
        self.page.locator(".jp-Dialog").get_by_role("button", name="Ok").click()
        expect(self.page.locator(".jp-Dialog")).to_have_count(0)

    def dark(self) -> None:
        """JupyterLab's own dark theme."""
        self.page.evaluate(f"{APP}.commands.execute('apputils:change-theme', {{theme: 'JupyterLab Dark'}})")
        self.page.wait_for_function("document.body.dataset.jpThemeName === 'JupyterLab Dark'")
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0)  # which lies over all of it meanwhile

    def look(self, name: str) -> None:
        """Take a picture, for people who look at it."""
        self.page.screenshot(path=self.shots / f"lab-{name}.png")


def new_desk(browser: Browser, server: Server, shots: Path, size: tuple[int, int] = DESKTOP) -> Desk:
    """A desk in a browser window of its own, with nothing open."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    return Desk(context.new_page(), server, shots)


def figure(cell: Locator) -> str:
    """The figure under a cell, as the address of its picture."""
    picture = cell.locator(".jp-OutputArea-output img")
    expect(picture).to_have_count(1)
    assert picture.evaluate("each => each.decode().then(() => each.naturalWidth)") > 200
    return picture.get_attribute("src") or ""


def wait_for_another_figure(cell: Locator, than: str) -> str:
    """Until the figure under a cell is another one; returns it."""
    expect(cell.locator(".jp-OutputArea-output img")).not_to_have_attribute("src", than, timeout=SECONDS)
    return figure(cell)


def drag(slider: Locator, by: int) -> None:
    """Drag a slider's handle so many pixels to the right."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    mouse = slider.page.mouse
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + by, y, steps=5)
    mouse.up()
