"""Bookings that staff make in the console, and what they do with them: everything by keyboard alone, too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.test_desk import Desk, desk
from tests.e2e.browser.windows import DESK, OpenWindow
from tests.e2e.world import World

pytestmark = pytest.mark.e2e
__all__ = ["desk"]

SMALL_PHONE = (360, 740)


@dataclass
class Keys:
    """The keyboard of a member of staff. A key that is pressed and a field that is filled in are one input each."""

    page: Page
    inputs: int = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.inputs += 1

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.inputs += 1


def the_booking(desk: Desk) -> dict[str, Any]:
    """The only booking of the test's hotel."""
    [found] = desk.world.admin.get(f"/api/staff/bookings?hotel_id={desk.room['hotel_id']}")["items"]
    return dict(found)


def test_a_walk_in_by_keyboard_alone(world: World, desk: Desk, open_window: OpenWindow) -> None:
    window = open_window("walk-in", DESK)
    page = desk.log_in(window)
    page.get_by_role("heading", level=1).wait_for()
    keys = Keys(page)
    # When a guest without a booking stands at the desk
    keys.press("n")
    expect(page.get_by_label("入住人姓名")).to_be_focused()
    keys.write("李雷")
    keys.press("Tab")
    keys.write("138 0013 8001")
    keys.press("Enter")
    # Then the page of the new booking asks for the check-in, and after it for the payment of what is owed
    sheet = page.get_by_role("dialog", name="为李雷办理入住")
    expect(sheet).to_contain_text("还有 ¥400 未付")
    expect(sheet.get_by_role("button", name="办理入住")).to_be_focused()
    window.look("check-in")
    keys.press("Enter")
    sheet = page.get_by_role("dialog", name=re.compile("收款"))
    expect(sheet.get_by_role("button", name="收款 ¥400")).to_be_enabled()
    keys.press("Enter")
    expect(sheet).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("李雷的订单")
    expect(page.locator("main")).to_contain_text("客人在住")
    window.look("done")
    # The rest of the ten is for the printed card.
    assert keys.inputs == 7
    made = the_booking(desk)
    assert (made["status"], made["source"], made["balance"], made["paid"]) == ("checked_in", "walk_in", 0, 40000)
    assert (made["check_in"], made["check_out"]) == (str(world.today), str(world.today + timedelta(days=1)))
