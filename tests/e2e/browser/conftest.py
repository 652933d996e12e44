"""A browser for the tests of the pages, with windows: a page that writes to the console fails the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.browser.windows import PHONE, SCREENSHOTS, OpenWindow, Window, chromium
from tests.e2e.world import World

NO_CHROMIUM = (
    "the pages are not tested: Chromium is missing (on Debian: apt-get install chromium fonts-noto-cjk; "
    "elsewhere point CHROMIUM= at one)"
)

PATIENCE_MS = 60_000
"""How long a page may take on a busy machine."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for each file of tests; its event loop must end before other tests start theirs."""
    program = chromium()
    if program is None:
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        # Chromium's own sandbox needs rights that root in a container has not.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_window(browser: Browser, world: World) -> Iterator[OpenWindow]:
    """`open_window("guest")`: a new window, by default as wide as a phone and in Chinese.

    At the end of the test every window's console must be silent, but for what was `expected` ("401").
    """
    opened: list[Window] = []

    def make(
        name: str,
        size: tuple[int, int] = PHONE,
        language: Literal["zh-CN", "en-GB"] = "zh-CN",
        expected: tuple[str, ...] = (),
        zone: str = "Asia/Shanghai",
    ) -> Window:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=language,
            timezone_id=zone,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        window = Window(context.new_page(), name, world.cloud.url, expected=expected)
        window.page.on("console", window.hear)
        window.page.on("pageerror", lambda error: window.complaints.append(f"uncaught: {error}"))
        opened.append(window)
        return window

    yield make
    for window in opened:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        window.page.screenshot(path=SCREENSHOTS / f"{window.name}-last.png")
        window.page.context.close()
    assert [(it.name, it.complaints) for it in opened if it.complaints] == []
