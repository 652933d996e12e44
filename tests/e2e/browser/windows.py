"""Windows of a real browser: what one person sees, the browser's complaints, and axe's findings."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

from local.folders import ROOT

SCREENSHOTS = ROOT / ".local" / "screenshots"
PHONE, DESK = (390, 844), (1440, 900)
GRAVE = {"serious", "critical"}
# In the middle of a fade, every colour would be too pale for axe.
AT_REST = """() => Promise.all(document.getAnimations()
    .filter((it) => it.effect.getTiming().iterations !== Infinity).map((it) => it.finished))"""


def chromium() -> str | None:
    """The browser's program: `CHROMIUM`, or one on the PATH."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass
class Window:
    """A window of one person: their page, and the browser's complaints."""

    page: Page
    name: str
    url: str
    complaints: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def hear(self, message: ConsoleMessage) -> None:
        """Record errors and warnings that are not expected."""
        where = message.location.get("url", "")
        # axe uses inline styles, which the pages' policy refuses, as it should; their messages have no address.
        if not where and "inline style" in message.text:
            return
        text = f"{message.type}: {message.text} ({where})"
        if message.type in {"error", "warning"} and not any(it in text for it in self.expected):
            self.complaints.append(text)

    def go(self, path: str) -> Page:
        """Open a page of Posthouse: "/#/orders", "/staff/"."""
        self.page.goto(self.url + path)
        return self.page

    def look(self, name: str, *, known: tuple[str, ...] = ()) -> None:
        """Save a screenshot as `<window>-<name>.png`, and let axe check accessibility.

        `known` are axe's names of faults that we cannot fix.
        """
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate(AT_REST)
        self.page.screenshot(path=SCREENSHOTS / f"{self.name}-{name}.png")
        # It would load the style sheets again, and not find those that other sheets import.
        found = Axe().run(self.page, options={"preload": False}).response["violations"]
        grave = [
            f"{it['id']}: {it['help']}: {[node['html'][:160] for node in it['nodes'][:4]]}"
            for it in found
            if it["impact"] in GRAVE and it["id"] not in known
        ]
        assert not grave, f"{self.name} {name}: {grave}"


OpenWindow = Callable[..., Window]
