"""The API reference at /docs/, under the policy of all pages: it shows the contract, and calls this host."""

from __future__ import annotations

import pytest
import yaml

from local.folders import ROOT
from tests.e2e.browser.windows import DESK, PHONE, OpenWindow, Window

pytestmark = pytest.mark.long

OF_THE_VIEWER = ("nested-interactive", "scrollable-region-focusable", "select-name")
"""swagger-ui puts a button inside a button, and has no labels on the choices of media types."""


def opened(open_window: OpenWindow, name: str, size: tuple[int, int], scheme: str = "light") -> Window:
    window: Window = open_window(name, size, "en-GB")
    window.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    window.go("/docs/").locator(".opblock").first.wait_for()
    return window


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_every_operation_of_the_contract_is_shown(open_window: OpenWindow, size: tuple[int, int], scheme: str) -> None:
    window = opened(open_window, f"reference-{size[0]}-{scheme}", size, scheme)
    paths = yaml.safe_load((ROOT / "openapi.yaml").read_text())["paths"]
    assert window.page.locator(".opblock").count() == sum(len(methods) for methods in paths.values())
    window.look("list", known=OF_THE_VIEWER)
    row = window.page.locator("#operations-catalogue-search_hotels")
    row.locator(".opblock-summary-control").click()
    row.get_by_role("heading", name="Responses").wait_for()
    window.look("operation", known=OF_THE_VIEWER)
    assert window.page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_what_is_tried_out_asks_this_host(open_window: OpenWindow) -> None:
    window = opened(open_window, "reference-try", DESK)
    row = window.page.locator("#operations-health-get_health")
    row.locator(".opblock-summary-control").click()
    row.get_by_role("button", name="Try it out").click()
    with window.page.expect_response("**/api/health") as asked:
        row.get_by_role("button", name="Execute").click()
    assert asked.value.url == f"{window.url}/api/health"
    assert asked.value.status == 200
    row.locator(".live-responses-table").get_by_text('"ok"').wait_for()
