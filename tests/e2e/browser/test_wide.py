"""From 900 px on the guest's pages have the layout of a desk: the menu above, two columns, at most 1,200 px."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.test_in_sight import TOO_WIDE
from tests.e2e.browser.test_shop import article
from tests.e2e.browser.test_stay import enter
from tests.e2e.browser.windows import OpenWindow
from tests.e2e.world import World

pytestmark = pytest.mark.long

WIDEST = 1200


def columns(page: Page) -> list[float]:
    """Where the columns of the page begin, from the left."""
    boxes = [it.bounding_box() for it in page.locator("main > .column").all()]
    return [box["x"] for box in boxes if box and box["width"] > 0]


@pytest.mark.parametrize(("width", "language"), [(900, "en-GB"), (1440, "zh-CN"), (1440, "en-GB")])
def test_a_wide_window_has_the_menu_above_and_two_columns(
    world: World, open_window: OpenWindow, width: int, language: str
) -> None:
    guest, room, goods = world.guest(), world.room(units=2), article(world, stock=3, price=129900)
    order_no = world.book(guest, world.wish(room["room_id"])).must(201)["order_no"]
    window = open_window(f"wide-{width}-{language[:2]}", (width, 900), language)
    page = enter(window, guest, "/")
    page.locator(".hotel-card").first.wait_for()
    page.evaluate(
        f'sessionStorage[\'posthouse.checkout\'] = \'{{"items":[{{"goods_id":"{goods["goods_id"]}","quantity":1}}]}}\''
    )
    cards = [it.bounding_box() for it in page.locator(".hotel-card").all()[:3]]
    assert len({box["y"] for box in cards if box}) == 1, "hotels are side by side"
    window.look("home")
    ready = {
        f"/hotels/{room['hotel_id']}": ".room-row",
        f"/rooms/{room['room_id']}": ".calendar",
        f"/rooms/{room['room_id']}/booking": ".foot .button",
        f"/bookings/{order_no}": ".timeline",
        f"/shop/{goods['goods_id']}": ".goods-price",
        "/checkout": ".sum",
        "/me": ".me-tiles",
    }
    for path, shown in ready.items():
        page.goto(f"{world.cloud.url}/#{path}")
        page.locator(shown).first.wait_for()
        left, right = columns(page)
        assert left < right, path
        menu = page.get_by_role("navigation", name=re.compile("主导航|Main menu")).bounding_box()
        heading = page.get_by_role("heading", level=1).bounding_box()
        assert menu, path
        assert heading, path
        assert menu["y"] < heading["y"], path
        assert page.locator(".tabs").count() == 0, path
        edges = page.locator("main > .column").evaluate_all("all => all.map((it) => it.getBoundingClientRect())")
        assert max(it["right"] for it in edges) - min(it["left"] for it in edges) <= WIDEST, path
        assert page.evaluate(TOO_WIDE) == [], path
        window.look(path.strip("/").split("/")[0] + str(path.count("/")))


def test_a_window_that_is_made_wider_keeps_what_was_typed(world: World, open_window: OpenWindow) -> None:
    guest, room = world.guest(), world.room(units=2)
    window = open_window("wider", (899, 800))
    page = enter(window, guest, f"/#/rooms/{room['room_id']}/booking")
    page.get_by_label("入住人").fill("韩梅梅")
    expect(page.locator("main > .column").first).to_have_css("display", "contents")
    page.set_viewport_size({"width": 1200, "height": 800})
    expect(page.locator("main > .column").first).to_have_css("display", "grid")
    expect(page.get_by_label("入住人")).to_have_value("韩梅梅")
    page.set_viewport_size({"width": 700, "height": 800})
    expect(page.get_by_label("入住人")).to_have_value("韩梅梅")
    page.goto(f"{world.cloud.url}/#/me")
    page.locator(".tabs").wait_for()
