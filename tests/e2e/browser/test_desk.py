"""The front desk: arrivals, departures, refunds and the calendar of nights, for staff of one hotel."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.windows import DESK, PHONE, OpenWindow, Window
from tests.e2e.world import Guest, World, until

pytestmark = [pytest.mark.e2e, pytest.mark.long]

PASSWORD = "a-long-enough-password"


@dataclass
class Desk:
    """The test's own hotel, with one room type and a member of staff."""

    world: World
    room: dict[str, Any]
    username: str

    def paid(self, name: str, begin: int = 0, nights: int = 1) -> tuple[Guest, str]:
        """A guest, and the number of their paid booking that begins in so many days."""
        guest = self.world.guest()
        wish = self.world.wish(self.room["room_id"], begin, nights, guest_name=name)
        order_no = self.world.book(guest, wish).must(201)["order_no"]
        self.world.pay(guest, order_no)
        self.world.wait_for(guest, order_no, "paid")
        return guest, order_no

    def log_in(self, window: Window, path: str = "/", button: str = "登录") -> Page:
        page = window.go(f"/staff/#{path}")
        page.locator("[name=username]").fill(self.username)
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name=button, exact=True).click()
        page.get_by_role("navigation").or_(page.get_by_role("button", name=re.compile("菜单|Menu"))).wait_for()
        return page


@pytest.fixture
def desk(world: World) -> Desk:
    room = world.room(units=5, price=40000)
    username = f"desk-{uuid.uuid4().hex[:8]}"
    account = {"username": username, "password": PASSWORD, "hotel_ids": [room["hotel_id"]]}
    world.admin.send("POST", "/api/staff/accounts", account).must(201)
    return Desk(world, room, username)


def section(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title, exact=True)


def test_a_guest_comes_and_goes(world: World, desk: Desk, open_window: OpenWindow) -> None:
    guest, order_no = desk.paid("李雷", nights=2)
    desk.paid("韩梅梅", begin=1)
    _, of_others = Desk(world, world.room(units=1), "").paid("别家客人")
    window = open_window("desk-day", DESK)
    page = desk.log_in(window)

    arriving, staying, leaving = (section(page, title) for title in ("预抵", "在住", "预离"))
    expect(arriving).to_contain_text("李雷")
    expect(page.locator("main")).not_to_contain_text("别家客人")
    # Tomorrow's guest is not in today's list, and today's guest cannot be a no-show before midnight.
    expect(page.locator("main")).not_to_contain_text("韩梅梅")
    expect(page.get_by_role("button", name=re.compile("未到店"))).to_have_count(0)
    expect(page.get_by_role("button", name="预抵")).to_contain_text("1")
    window.look("today")

    arriving.get_by_role("button", name="为李雷办理入住").click()
    page.get_by_role("dialog").get_by_role("button", name="办理入住").click()
    expect(staying).to_contain_text("李雷")
    expect(arriving).not_to_contain_text("李雷")
    assert guest.get(f"/api/bookings/{order_no}")["status"] == "checked_in"

    # Check-out frees the nights from the calendar date on: after midnight the first of them is over.
    left = (world.today + timedelta(days=2) - world.calendar_date).days
    staying.get_by_role("button", name="为李雷办理退房").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"剩下的 {left} 晚")
    page.get_by_role("dialog").get_by_role("button", name="返回").click()
    assert guest.get(f"/api/bookings/{order_no}")["status"] == "checked_in"
    staying.get_by_role("button", name="为李雷办理退房").click()
    page.get_by_role("dialog").get_by_role("button", name="办理退房").click()
    expect(arriving).to_contain_text("已完成")
    expect(staying).not_to_contain_text("李雷")
    expect(leaving).not_to_contain_text("李雷")
    assert guest.get(f"/api/bookings/{order_no}")["status"] == "finished"

    page.get_by_role("button", name="后一天").click()
    expect(arriving).to_contain_text("韩梅梅")
    expect(arriving.get_by_role("button", name=re.compile("办理入住"))).to_have_count(0)

    page.get_by_role("searchbox").fill(of_others)
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("main")).to_contain_text("找不到这个订单")
    window.look("unknown")


def test_money_goes_back_in_part_and_once(world: World, desk: Desk, open_window: OpenWindow) -> None:
    guest, order_no = desk.paid("Han Meimei", nights=2)
    window = open_window("desk-refund", DESK, "en-GB")
    page = desk.log_in(window, "/bookings", "Log in")

    page.get_by_label("Status").select_option("paid")
    page.get_by_role("link", name="Han Meimei").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Booking of Han Meimei")
    page.get_by_role("button", name="Refund", exact=True).click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_label("Amount (yuan)")).to_have_value("800")
    expect(sheet).to_contain_text("A full refund closes the booking")
    sheet.get_by_label("Amount (yuan)").fill("800.01")
    expect(sheet).to_contain_text("No more than ¥800")
    sheet.get_by_label("Amount (yuan)").fill("120.50")
    expect(sheet).to_contain_text("the booking stays as it is")
    window.look("sheet")
    sheet.get_by_role("button", name="Refund ¥120.50").click()
    expect(sheet).to_contain_text("Enter a reason")
    sheet.get_by_label("Reason").fill("The heating was off")
    sheet.get_by_role("button", name="Refund ¥120.50").dblclick()
    expect(sheet).to_have_count(0)

    expect(page.locator("main")).to_contain_text("Refund completed")
    expect(page.locator("main")).to_contain_text("−¥120.50")
    window.look("booking")
    [refund] = guest.get(f"/api/bookings/{order_no}")["refunds"]
    assert (refund["amount"], refund["status"], refund["reason"]) == (12050, "succeeded", "The heating was off")
    assert guest.get(f"/api/bookings/{order_no}")["status"] == "paid"

    page.get_by_role("button", name="Refund", exact=True).click()
    expect(page.get_by_role("dialog").get_by_label("Amount (yuan)")).to_have_value("679.5")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_label("Status")).to_have_value("paid")


def test_nights_are_chosen_and_changed_by_keyboard(world: World, desk: Desk, open_window: OpenWindow) -> None:
    desk.paid("李雷", begin=2)
    window = open_window("desk-calendar", DESK)
    page = desk.log_in(window, "/calendar")
    nights = f"/api/rooms/{desk.room['room_id']}/nights?from={world.today}&to={world.today + timedelta(days=5)}"

    today = page.locator('[data-row="0"][data-column="0"]')
    today.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator('[aria-selected="true"]')).to_have_count(3)
    expect(page.locator('[data-column="3"]')).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Twin")).to_contain_text("3 晚")
    expect(page.locator('[data-column="2"]')).to_have_attribute("aria-label", re.compile("已售 1，共 5，房价 ¥400"))
    window.look("chosen")

    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("房量").fill("0")
    expect(sheet).to_contain_text("已售或停用 1 间，房量不能更少")
    sheet.get_by_label("房量").fill("3")
    sheet.get_by_label("房价").fill("455.5")
    window.look("sheet")
    page.keyboard.press("Enter")
    expect(sheet).to_have_count(0)
    expect(page.locator('[data-column="2"]')).to_contain_text("1/3")
    expect(page.locator('[data-column="2"]')).to_contain_text("455.5")
    prices = until(lambda: [it["price"] for it in world.nobody.get(nights)["items"]], lambda found: found[1] == 45550)
    assert prices == [40000, 45550, 45550, 45550, 40000]

    page.locator('[data-column="4"]').click()
    page.keyboard.press("Enter")
    sheet.get_by_label("销售状态").select_option("closed")
    sheet.get_by_role("button", name="保存 1 间夜").click()
    expect(page.locator('[data-column="4"]')).to_have_attribute("aria-label", re.compile("关房"))


def test_the_focus_follows_keys_that_come_faster_than_a_slow_device_paints(desk: Desk, open_window: OpenWindow) -> None:
    window = open_window("desk-slow", DESK)
    page = desk.log_in(window, "/calendar")
    page.locator('[data-row="0"][data-column="0"]').focus()
    # Both key presses come before the next frame is drawn.
    page.evaluate("""() => {
        const press = () => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key: "ArrowRight", shiftKey: true, bubbles: true }));
        press();
        return Promise.resolve().then(() => Promise.resolve()).then(press);
    }""")
    expect(page.locator('[aria-selected="true"]')).to_have_count(3)
    expect(page.locator('[data-column="2"]')).to_be_focused()


def test_a_week_is_dragged_over_and_its_weekend_changed(world: World, desk: Desk, open_window: OpenWindow) -> None:
    window = open_window("desk-weekend", DESK, "en-GB")
    page = desk.log_in(window, "/calendar", "Log in")
    page.locator('[data-column="7"]').hover()
    page.mouse.down()
    page.locator('[data-column="13"]').hover()
    page.mouse.up()
    expect(page.locator('[aria-selected="true"]')).to_have_count(7)
    page.get_by_role("button", name="Edit prices and rooms").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="Friday and Saturday").click()
    sheet.get_by_label("Price").fill("600")
    sheet.get_by_role("button", name="Save 2 room nights").click()
    expect(sheet).to_have_count(0)
    week = [world.today + timedelta(days=it) for it in range(7, 14)]
    path = f"/api/rooms/{desk.room['room_id']}/nights?from={week[0]}&to={week[-1] + timedelta(days=1)}"
    prices = {it["date"]: it["price"] for it in world.nobody.get(path)["items"]}
    assert prices == {str(it): 60000 if it.weekday() in {4, 5} else 40000 for it in week}


def test_the_desk_on_a_phone(desk: Desk, open_window: OpenWindow) -> None:
    _, order_no = desk.paid("李雷")
    window = open_window("desk-phone", PHONE)
    page = desk.log_in(window)
    expect(section(page, "预抵")).to_contain_text("李雷")
    window.look("today")
    for title, path in (("订单", "bookings"), ("房态日历", "calendar")):
        page.get_by_role("button", name="菜单").click()
        page.get_by_role("dialog").get_by_role("link", name=title, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.locator("main .table").wait_for()
        window.look(path)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0], f"{path} is wider than the phone"
    page.goto(f"{window.url}/staff/#/bookings/{order_no}")
    expect(page.get_by_role("heading", level=1)).to_have_text("李雷的订单")
    expect(page.get_by_text("138****8000")).to_be_visible()
    expect(page.get_by_text("床型", exact=True)).to_be_visible()
    window.look("booking")
    page.get_by_role("button", name="显示完整号码").click()
    expect(page.get_by_role("link", name="13800138000")).to_be_visible()
    window.look("booking-phone")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


@pytest.mark.parametrize(
    ("language", "size", "title", "log_in"),
    [("zh-CN", (360, 740), "订单", "登录"), ("en-GB", DESK, "Bookings", "Log in")],
)
def test_guests_are_found_by_what_they_say(
    desk: Desk, open_window: OpenWindow, language: str, size: tuple[int, int], title: str, log_in: str
) -> None:
    _, order_no = desk.paid("欧阳娜娜")
    _, other = desk.paid("Zoë O'Hara", begin=1)
    for wanted in (order_no, other):
        path = f"/api/staff/bookings?hotel_id={desk.room['hotel_id']}&query={wanted[-6:]}"
        until(lambda path=path: desk.world.admin.get(path)["items"], bool)  # type: ignore[misc]
    window = open_window(f"desk-find-{language}", size, language)
    page = desk.log_in(window, button=log_in)
    for query, name in (("娜娜", "欧阳娜娜"), (order_no[-6:].lower(), "欧阳娜娜"), ("zoe oh", "Zoë O'Hara")):
        page.goto(f"{window.url}/staff/#/")
        page.get_by_role("searchbox").fill(query)
        page.get_by_role("searchbox").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        found = page.get_by_role("link", name=re.compile("欧阳娜娜|Zoë"))
        expect(found).to_have_text(name)
        assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    window.look("list")
    # Now as she says her phone number: both stays have it.
    page.get_by_role("searchbox").fill("8000")
    page.get_by_role("searchbox").press("Enter")
    expect(found).to_have_count(2)
    page.get_by_role("searchbox").fill("梅梅梅")
    page.get_by_role("searchbox").press("Enter")
    expect(found).to_have_count(0)
    window.look("nothing")


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_nothing_of_a_booking_stands_over_its_card(desk: Desk, open_window: OpenWindow, language: str) -> None:
    hotel = desk.world.nobody.get(f"/api/hotels/{desk.room['hotel_id']}")
    name = {**hotel, "name": "客栈·北京鼓楼大街旗舰店 Courierhouse Beijing Drum Tower"}
    desk.world.admin.send("PUT", f"/api/staff/hotels/{hotel['hotel_id']}", name).must(200)
    _, order_no = desk.paid("李雷")
    window = open_window(f"desk-card-{language}", (360, 640), language)
    page = desk.log_in(window, f"/bookings/{order_no}", "登录" if language == "zh-CN" else "Log in")
    facts = page.locator(".desk-facts")
    facts.wait_for()
    assert (
        facts.evaluate("""it => [...it.querySelectorAll("*")]
        .filter(one => one.getBoundingClientRect().right > it.getBoundingClientRect().right + 1)
        .map(one => one.textContent)""")
        == []
    )
    window.look("booking")
