"""Rates as guests see them: a plan with a deposit, what is possible instead of a restricted date, rooms by the hour."""

from __future__ import annotations

import json
import re
import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.test_desk import Desk, desk
from tests.e2e.browser.test_folio import folio
from tests.e2e.browser.test_party import press
from tests.e2e.browser.test_stay import button, enter
from tests.e2e.browser.windows import DESK, PHONE, OpenWindow, Window
from tests.e2e.world import Guest, World, until

pytestmark = pytest.mark.e2e
__all__ = ["desk"]

LONG = pytest.mark.long
SMALL_PHONE = (360, 740)
EARLY = {
    "name": "早鸟不可退 Early bird",
    "adjustment_bp": -1000,
    "breakfasts": 2,
    "free_cancel_hours": None,
    "cancel_fee_bp": 10000,
    "payment": "deposit",
    "deposit_bp": 3000,
}
ON_ARRIVAL = {"name": "到店付款 On arrival", "breakfasts": 0, "cancel_fee_bp": 0, "payment": "at_hotel"}
TAX_NUMBER = "91510105MA0TEST001"
CHANGED = ("hotel", "room_id", "available", "total")


def yuan(fen: int) -> str:
    return f"¥{fen / 100:,.2f}".removesuffix(".00")


def plan(world: World, room: dict[str, Any], **facts: Any) -> dict[str, Any]:
    path = f"/api/staff/rooms/{room['room_id']}/rate-plans"
    made: dict[str, Any] = world.admin.send("POST", path, facts).must(201)
    return made


def nights(world: World, room: dict[str, Any], begin: int, count: int = 1, **facts: Any) -> None:
    span = {"from": str(world.today + timedelta(days=begin)), "to": str(world.today + timedelta(days=begin + count))}
    world.admin.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", {**span, **facts}).must(200)


def changed(world: World, room: dict[str, Any], **facts: Any) -> None:
    """Change the room type; it is known everywhere when the call is over."""
    kept = {name: value for name, value in room.items() if name not in CHANGED}
    world.admin.send("PUT", f"/api/staff/rooms/{room['room_id']}", {**kept, **facts}).must(200)


def guest_of(world: World) -> Guest:
    """A guest who holds the welcome coupon: ¥20 off from ¥100."""
    guest = world.guest()
    until(guest.coupons, bool)
    return guest


def stay(world: World, begin: int, count: int) -> str:
    """The end of an address with these dates."""
    return f"{world.today + timedelta(days=begin)}/{world.today + timedelta(days=begin + count)}"


def offer(page: Page, name: str) -> Locator:
    return page.locator(".offer", has_text=name)


def fits(page: Page) -> None:
    width = page.evaluate("innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def sheet(page: Page) -> Locator:
    return page.get_by_role("dialog")


def pay(page: Page, fen: int) -> None:
    sheet(page).get_by_role("button", name=f"支付 {yuan(fen)}", exact=True).click()
    button(page, "完成").click()


def take_in_cash(desk: Desk, window: Window, order_no: str, owed: int) -> None:
    """Take at the desk what is still owed of a stay."""
    page = desk.log_in(window, f"/bookings/{order_no}")
    button(page, "收款").click()
    expect(sheet(page).get_by_label("金额")).to_have_value(yuan(owed)[1:].replace(",", ""))
    sheet(page).get_by_role("button", name=f"收款 {yuan(owed)}").click()
    expect(folio(page)).to_contain_text("已结清")
    window.look("taken")


def ask_for_an_invoice(window: Window) -> None:
    """Ask for one that is made out to a company, on the page of a paid order."""
    page = window.page
    button(page, "申请发票").click()
    form = sheet(page)
    button(page, "单位").click()
    form.get_by_label("发票抬头").fill("驿站旅行有限公司")
    form.get_by_label("纳税人识别号").fill("short")
    form.get_by_label("接收邮箱").fill("family@example.com")
    form.locator("[type=submit]").click()
    expect(form).to_contain_text("请填写 15 至 20 位字母和数字")
    form.get_by_label("纳税人识别号").fill(TAX_NUMBER)
    form.locator("[type=submit]").click()
    expect(page.locator("main")).to_contain_text("已申请，等待开具")
    fits(page)
    window.look("invoice")


def test_a_family_pays_a_deposit_online_the_rest_at_the_desk_and_asks_for_an_invoice(
    world: World, desk: Desk, open_window: OpenWindow
) -> None:
    room = desk.room
    beds = {"max_adults": 3, "max_children": 1, "included_adults": 2, "extra_adult_price": 12345}
    changed(world, room, **beds)
    breakfast = {"name": "早餐 Breakfast", "price": 3900, "per": "guest_night"}
    path = f"/api/staff/hotels/{room['hotel_id']}/extras"
    world.admin.send("POST", path, breakfast, Idempotency_Key=uuid.uuid4().hex).must(201)
    plan(world, room, **EARLY)
    guest = guest_of(world)
    phone = open_window("rates-family", SMALL_PHONE)
    # Given a family of three for three nights, who are shown two prices, the cheaper one first
    page = enter(phone, guest, f"/#/hotels/{room['hotel_id']}/{stay(world, 5, 3)}/1-3-0")
    rooms, bed = 3 * 36000, 3 * 12345
    due = f"现付订金 {yuan(43511)}，到店付 {yuan(rooms + bed - 43511)}"
    for said in ("早鸟不可退", yuan(rooms + bed), due, "不可免费取消；取消或未到店已付金额和优惠券不退", "2 份早餐"):
        expect(page.locator(".offer").first).to_contain_text(said)
    expect(offer(page, "标准价")).to_contain_text(yuan(3 * 40000 + bed))
    fits(page)
    offer(page, "标准价").scroll_into_view_if_needed()
    phone.look("offers")
    page.get_by_role("link", name="预订 早鸟不可退").click()
    # When they add a breakfast for each of them: the coupon is off the whole, and of the rest a part is due now
    press(page, "早餐")
    total = rooms + bed + 3 * 3 * 3900
    payable = total - 2000
    now = (payable * 3000 + 5000) // 10000
    expect(page.locator(".foot .price")).to_have_text(yuan(now))
    expect(page.locator(".foot")).to_contain_text(f"到店付 {yuan(payable - now)}")
    facts = page.locator("section", has=page.get_by_role("heading", name="费用明细"))
    for part in ("加人费", "早餐", "现在支付", "到店支付"):
        expect(facts).to_contain_text(part)
    fits(page)
    phone.look("form")
    button(page, "提交订单").click()
    pay(page, now)
    # Then the stay is theirs, the rest is for the hotel, and the deposit would be lost
    page.get_by_role("heading", level=2, name="已支付", exact=True).wait_for()
    expect(page.locator("main")).to_contain_text(f"到店还需支付 {yuan(payable - now)}，也可现在支付")
    expect(page.locator("main")).to_contain_text("早鸟不可退 · 2 份早餐")
    fits(page)
    phone.look("deposit-paid")
    button(page, "取消订单").click()
    expect(sheet(page)).to_contain_text(f"扣除 {yuan(now)}，退回 ¥0")
    phone.look("cancel")
    page.keyboard.press("Escape")
    # When the desk takes the rest in cash
    order_no = page.url.rsplit("/", 1)[1]
    take_in_cash(desk, open_window("rates-family-desk", DESK), order_no, payable - now)
    # Then nothing is owed any more
    page.reload()
    expect(folio(page)).to_contain_text("已结清")
    expect(page.locator("main")).not_to_contain_text("到店还需支付")
    ask_for_an_invoice(phone)
    booking = guest.get(f"/api/bookings/{order_no}")
    assert (booking["total"], booking["payable"], booking["paid"], booking["balance"]) == (total, payable, payable, 0)
    assert (booking["due_now"], booking["rate_plan_name"], booking["guests_total"]) == (now, EARLY["name"], bed)
    [invoice] = guest.get(f"/api/orders/{order_no}/invoice-requests")["items"]
    assert (invoice["status"], invoice["amount"], invoice["tax_number"]) == ("requested", payable, TAX_NUMBER)


@LONG
@pytest.mark.parametrize("size", [SMALL_PHONE, DESK])
def test_a_date_that_is_closed_to_arrival_says_what_is_possible(
    world: World, open_window: OpenWindow, size: tuple[int, int]
) -> None:
    room = world.room(units=2, price=30000)
    nights(world, room, begin=6, closed_to_arrival=True)
    nights(world, room, begin=9, min_stay=3)
    window = open_window(f"rates-closed-{size[0]}", size, expected=("409",))
    guest = guest_of(world)
    page = enter(window, guest, f"/#/hotels/{room['hotel_id']}/{stay(world, 6, 2)}")
    # Given a date on which no stay begins: the room is not sold out, and another date is offered
    told = page.locator(".restricted")
    expect(told).to_contain_text("不能在这天入住")
    expect(page.locator("main")).not_to_contain_text("已满房")
    assert page.locator(".offer").count() == 0
    fits(page)
    told.scroll_into_view_if_needed()
    window.look("closed")
    told.get_by_role("button", name=re.compile("^改为 .* 入住，住 2 晚$")).click()
    # Then the page has these dates, and offers the room
    expect(offer(page, "标准价")).to_contain_text("¥600")
    assert re.search(rf"/{stay(world, 5, 2)}$|/{stay(world, 7, 2)}$", page.url)
    # A date from which a stay is long takes at least so many nights
    window.go(f"/#/rooms/{room['room_id']}/{stay(world, 9, 1)}")
    expect(page.locator(".restricted")).to_contain_text("需住满 3 晚")
    expect(page.locator(".foot")).to_contain_text("需住满 3 晚")
    expect(button(page, "预订")).to_be_disabled()
    window.look("min-stay")
    page.locator(".restricted").get_by_role("button", name=re.compile("住 3 晚$")).click()
    page.get_by_role("link", name="预订", exact=True).click()
    # And a rule that comes while the form is open is told there, with what is possible instead.
    button(page, "提交订单").wait_for()
    nights(world, room, begin=9, min_stay=4)
    button(page, "提交订单").click()
    expect(page.get_by_role("alert")).to_contain_text("需住满 4 晚")
    window.look("refused")
    page.get_by_role("alert").get_by_role("button", name=re.compile("住 4 晚$")).click()
    expect(page.locator(".foot .price")).to_have_text("¥1,180")
    button(page, "提交订单").click()
    pay(page, 118000)


@LONG
def test_a_search_that_a_restriction_empties_says_so(world: World, open_window: OpenWindow) -> None:
    room = world.room(units=2, price=30000)
    nights(world, room, begin=4, min_stay=2)
    name = world.nobody.get(f"/api/hotels/{room['hotel_id']}")["name"]
    check_in, check_out = stay(world, 4, 1).split("/")
    asked = f"/api/hotels?keyword={name}&check_in={check_in}&check_out={check_out}".replace(" ", "%20")
    until(lambda: world.nobody.get(asked), lambda found: "restriction" in found)
    kept = json.dumps(json.dumps({"keyword": name, "check_in": check_in, "check_out": check_out}))
    window = open_window("rates-search", SMALL_PHONE)
    window.page.add_init_script(f"sessionStorage['posthouse.search'] ??= {kept}")
    page = window.go("/")
    page.get_by_role("heading", name="有空房，但不能这样入住").wait_for()
    expect(page.locator(".restricted")).to_contain_text("需住满 2 晚")
    fits(page)
    window.look("restricted")
    page.locator(".restricted").get_by_role("button", name=re.compile("住 2 晚$")).click()
    expect(page.locator(".hotel-card")).to_contain_text("¥600")
    window.look("found")


@LONG
def test_a_plan_that_is_paid_at_the_hotel_is_booked_without_a_payment(world: World, open_window: OpenWindow) -> None:
    room = world.room(units=2, price=30000)
    on_arrival = plan(world, room, **ON_ARRIVAL, adjustment=500)
    plan(world, room, **{**ON_ARRIVAL, "name": "金卡 Gold", "payment": "full", "min_level": "gold"})
    plan(world, room, **{**ON_ARRIVAL, "name": "早订 Ahead", "payment": "full", "days_ahead": {"min": 5}})
    window = open_window("rates-at-hotel", PHONE, "en-GB", expected=("409",))
    guest = guest_of(world)
    page = enter(window, guest, f"/#/hotels/{room['hotel_id']}/{stay(world, 2, 2)}")
    # Given offers with the mark of a level, and one that can be booked for later dates
    expect(offer(page, "Gold")).to_contain_text("Gold members and up")
    page.locator("summary").click()
    expect(page.locator("details")).to_contain_text("Ahead: Book ahead: arrivals from")
    window.look("offers")
    # When the guest wants what is for another level
    page.get_by_role("link", name="Book Gold").click()
    button(page, "Book and pay").click()
    expect(page.get_by_role("alert")).to_contain_text("This rate is for: Gold members and up")
    window.look("level")
    page.get_by_role("alert").get_by_role("link", name="See other rates").click()
    page.get_by_role("link", name="Book On arrival").click()
    # Then they book one that is paid at the hotel, whose price has just changed
    expect(page.locator(".foot")).to_contain_text("Pay at the hotel")
    nights(world, room, begin=2, count=2, price=31000)
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("from ¥590 to ¥610")
    button(page, "Book at the new price").click()
    page.get_by_role("heading", level=2, name="Reserved", exact=True).wait_for()
    expect(page.locator("main")).to_contain_text("¥610 is due at the hotel. You can also pay it now.")
    window.look("reserved")
    # And they pay later after all.
    button(page, "Pay ¥610").click()
    sheet(page).get_by_role("button", name="Pay ¥610", exact=True).click()
    button(page, "Done").click()
    page.get_by_role("heading", level=2, name="Paid", exact=True).wait_for()
    [booking] = guest.get("/api/bookings")["items"]
    assert (booking["rate_plan_id"], booking["status"], booking["paid"]) == (on_arrival["rate_plan_id"], "paid", 61000)


@LONG
@pytest.mark.parametrize("size", [SMALL_PHONE, DESK])
def test_a_room_by_the_hour_is_found_booked_and_shown_with_its_hours(
    world: World, open_window: OpenWindow, size: tuple[int, int]
) -> None:
    room = world.room(units=1, price=12800)
    changed(world, room, day_use={"hours": 4, "from": "09:00", "to": "18:00"})
    window = open_window(f"rates-hours-{size[0]}", size)
    guest = guest_of(world)
    tomorrow = world.today + timedelta(days=1)
    # Given a hotel that has no room for the night, and one by the hour
    page = enter(window, guest, f"/#/hotels/{room['hotel_id']}/{stay(world, 1, 1)}")
    page.get_by_role("heading", name="暂无房型").wait_for()
    button(page, "钟点房").click()
    expect(page.locator(".room-row")).to_contain_text("09:00–18:00 之间任选 4 小时")
    expect(page).to_have_url(re.compile(f"/{tomorrow}/{tomorrow}$"))
    fits(page)
    window.look("hotel")
    page.locator(".room-row").click()
    expect(page.locator(".foot .price")).to_have_text("¥128")
    window.look("room")
    page.get_by_role("link", name="预订", exact=True).click()
    # When the guest chooses when to come, which is asked for
    button(page, "提交订单").click()
    expect(page.locator("main")).to_contain_text("请选择使用时间")
    hours = page.get_by_label("使用时间")
    assert hours.locator("option").all_inner_texts()[1::10] == ["09:00–13:00", "14:00–18:00"]
    hours.select_option("13:30")
    expect(page.locator(".stay-line")).to_contain_text("13:30–17:30")
    window.look("form")
    button(page, "提交订单").click()
    pay(page, 10800)
    # Then the order shows from when until when
    page.get_by_role("heading", level=2, name="已支付", exact=True).wait_for()
    expect(page.locator(".stay-line")).to_contain_text("13:30–17:30")
    fits(page)
    window.look("order")
    [booking] = guest.get("/api/bookings")["items"]
    assert (booking["check_in"], booking["check_out"]) == (str(tomorrow), str(tomorrow))
    # And the room is taken on that date.
    window.go(f"/#/hotels/{room['hotel_id']}/{tomorrow}/{tomorrow}")
    expect(page.locator(".room-row")).to_contain_text("已满房")


@LONG
def test_a_walk_in_takes_a_room_by_the_hour(world: World, desk: Desk, open_window: OpenWindow) -> None:
    changed(world, desk.room, day_use={"hours": 2, "from": "06:00", "to": "23:30"})
    window = open_window("rates-walk-in", DESK)
    page = desk.log_in(window)
    page.get_by_role("heading", level=1).wait_for()
    # Given a guest at the desk who wants a room for two hours
    page.keyboard.press("n")
    page.get_by_label("入住人姓名").fill("李雷")
    page.get_by_label("手机号").fill("138 0013 8001")
    button(page, "钟点房").click()
    expect(page.locator(".desk-total")).to_contain_text("¥400")
    # The guest is there now: the field is for the hours of the night, when nobody is.
    now = datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%H:%M")
    if not "06:00" <= now <= "21:29":
        now = "12:00"
        page.get_by_label("到店时间").fill(now)
    window.look("form")
    button(page, "预订并入住").click()
    # Then they are checked in and pay
    sheet(page).get_by_role("button", name="办理入住").click()
    sheet(page).get_by_role("button", name="收款 ¥400").click()
    expect(sheet(page)).to_have_count(0)
    expect(page.locator("main")).to_contain_text("客人在住")
    window.look("in-the-house")
    [booking] = world.admin.get(f"/api/staff/bookings?hotel_id={desk.room['hotel_id']}")["items"]
    assert (booking["day_use"], booking["status"], booking["check_in"]) == (True, "checked_in", booking["check_out"])
    assert booking["check_in_time"] >= now
    # What is printed has the guest's hours, and no nights.
    for paper in ("folio", "card"):
        window.go(f"/staff/#/bookings/{booking['order_no']}/{paper}")
        sheet_of_paper = page.locator(".paper")
        expect(sheet_of_paper).to_contain_text(f"{booking['check_in_time']} 起")
        expect(sheet_of_paper).to_contain_text(f"{booking['check_out_time']} 前")
        expect(sheet_of_paper).not_to_contain_text("晚数")
        window.look(f"printed-{paper}")
    window.go(f"/staff/#/bookings/{booking['order_no']}")
    # And when they leave, the room is not sold once more on this date.
    page.locator("main").get_by_role("button", name="办理退房").first.click()
    sheet(page).get_by_role("button", name="办理退房").click()
    until(
        lambda: world.admin.get(f"/api/staff/bookings/{booking['order_no']}")["status"],
        lambda status: status == "finished",
    )
    dates = f"from={booking['check_in']}&to={world.today + timedelta(days=1)}"
    [night] = world.admin.get(f"/api/staff/rooms/{desk.room['room_id']}/nights?{dates}")["items"]
    assert night["sold"] == 1
