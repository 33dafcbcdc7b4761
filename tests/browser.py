"""A real browser for tests: Chromium, driven by Playwright; and axe, for what a screen reader trips over."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

DESKTOP, PHONE = (1280, 900), (390, 844)  # width and height in CSS pixels
SERIOUS = ("serious", "critical")  # axe's words


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window; a test on a machine that has none is skipped, and says so."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def open_file(browser: Browser, path: Path, size: tuple[int, int] = DESKTOP, *, dark: bool = False) -> Page:
    """A page from a file, with the network cut off: every request but those for files fails the test."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light", offline=True
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    outside = [url for url in asked if not url.startswith(("file:", "data:"))]
    assert outside == []
    return page


def violations(page: Page, *, thorough: bool = True) -> list[str]:
    """What axe finds serious or worse, a line each.

    Args:
        page: what is looked at.
        thorough: whether colours are, too, and what blocks of code and formulas are made of: seconds a page.
    """
    rules = {} if thorough else {"color-contrast": {"enabled": False}}
    context = None if thorough else {"exclude": [".highlight", "mjx-container"]}
    options = {
        "preload": False,
        "rules": rules,
    }  # axe would fetch style sheets that lie beside a page, which a page of files may not
    found = Axe().run(page, context=context, options=options).response["violations"]
    return [
        f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:120]} (and {len(each['nodes']) - 1} more)"
        for each in found
        if each["impact"] in SERIOUS
    ]


def is_too_wide(page: Page) -> bool:
    """Whether a reader has to scroll sideways to read the page."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
