"""The pages' dates: each hotel's own day, dates in the address, dates that are not open, and one rule of cancelling."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.test_console import fill, log_in, saved
from tests.e2e.browser.test_stay import button, enter
from tests.e2e.browser.windows import DESK, PHONE, OpenWindow, Window
from tests.e2e.world import World, until

pytestmark = pytest.mark.long

DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def searching(window: Window, **search: Any) -> None:
    """Let the tab hold this search before its pages are opened."""
    kept = json.dumps(json.dumps(search))
    window.page.add_init_script(f"if (!sessionStorage['posthouse.search']) sessionStorage['posthouse.search'] = {kept}")


def shown(day: date) -> str:
    return f"{day.month}月{day.day}日"


def hotel_of(world: World, room: dict[str, Any], **facts: Any) -> dict[str, Any]:
    hotel = world.nobody.get(f"/api/hotels/{room['hotel_id']}")
    changed: dict[str, Any] = world.admin.send(
        "PUT", f"/api/staff/hotels/{hotel['hotel_id']}", {**hotel, **facts}
    ).must(200)
    until(lambda: world.nobody.get(f"/api/hotels?keyword={changed['name']}")["items"], bool)
    return changed


def test_dates_that_are_not_open_lead_to_those_that_are(world: World, open_window: OpenWindow) -> None:
    room = world.room(units=1, nights=10)
    hotel = hotel_of(world, room)
    window = open_window("days-not-open")
    late = world.today + 40 * DAY
    searching(window, keyword=hotel["name"], city="", sort="name", check_in=str(late), check_out=str(late + 2 * DAY))
    page = window.go("/")
    page.get_by_role("heading", name="所选日期没有可订的酒店").wait_for()
    expect(page.get_by_text(shown(world.today + 9 * DAY))).to_be_visible()
    window.look("told")
    button(page, f"看 {shown(world.today + 8 * DAY)} 入住").click()
    expect(page.locator(".hotel-card")).to_have_count(1)
    expect(page.locator(".dates")).to_contain_text("2 晚")
    # The dates are open but somebody has booked them: other dates can be chosen right there.
    world.book(world.guest(), world.wish(room["room_id"], begin=8)).must(201)
    page.reload()
    page.get_by_role("heading", name="所选日期没有可订的酒店").wait_for()
    expect(page.locator(".state .dates")).to_be_visible()
    button(page, "清除条件").click()
    expect(page.get_by_label("关键词")).to_have_value("")
    expect(page.get_by_role("button", name="推荐")).to_have_attribute("aria-pressed", "true")


def test_a_hotels_address_carries_the_dates(world: World, open_window: OpenWindow) -> None:
    room = world.room(units=1, nights=20)
    hotel_of(world, room)
    begin, end = world.today + 3 * DAY, world.today + 5 * DAY
    address = f"/#/hotels/{room['hotel_id']}/{begin}/{end}"
    page = open_window("days-address").go(address)
    expect(page.locator(".dates")).to_contain_text(shown(begin))
    page.locator(".room-row").click()
    page.get_by_role("heading", level=1, name="Twin").wait_for()
    assert page.url.endswith(f"/#/rooms/{room['room_id']}/{begin}/{end}")
    expect(page.locator(".foot")).to_contain_text("2 晚")
    page.locator(f'[data-date="{end}"]').click()
    page.locator(f'[data-date="{end + DAY}"]').click()
    expect(page.locator(".foot")).to_contain_text("1 晚")
    expect(page).to_have_url(re.compile(f"/rooms/{room['room_id']}/{end}/{end + DAY}$"))
    page.reload()
    expect(page.locator(f'[data-date="{end}"] small')).to_have_text("入住")
    page.get_by_role("link", name="返回").click()
    expect(page.locator(".dates")).to_contain_text(shown(end))
    assert page.url.endswith(f"/#/hotels/{room['hotel_id']}/{end}/{end + DAY}")
    # The sheet changes the address too, and Back leaves the page.
    page.locator(".dates").click()
    sheet = page.get_by_role("dialog")
    sheet.locator(f'[data-date="{begin}"]').click()
    sheet.locator(f'[data-date="{end}"]').click()
    sheet.get_by_role("button", name=re.compile("^确定")).click()
    expect(page).to_have_url(re.compile(f"/{begin}/{end}$"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    # Dates that are over are not taken.
    page = open_window("days-address-old").go(f"/#/hotels/{room['hotel_id']}/2020-01-01/2020-01-02")
    expect(page.locator(".dates")).to_contain_text(shown(world.today))
    expect(page).to_have_url(re.compile(f"/{world.today}/{world.today + DAY}$"))


def test_a_hotel_in_the_west_sells_its_tonight_to_guests_in_china(world: World, open_window: OpenWindow) -> None:
    room = world.room(units=1)
    hotel_of(world, room, time_zone="Etc/GMT+12")
    west = (datetime.now(UTC) - timedelta(hours=12 + 6)).date()
    nights = {"from": str(west), "to": str(west + 2 * DAY)}
    world.admin.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", nights).must(200)
    until(lambda: world.nobody.get("/api/hotels")["first_date"], lambda first: first == str(west))
    window = open_window("days-west")
    page = window.go("/")
    page.locator(".hotel-card").first.wait_for()
    page.locator("form .dates").click()
    tonight = page.get_by_role("dialog").locator(f'[data-date="{west}"]')
    if west < world.today and west.month != world.today.month:
        button(page, "上个月").click()
    expect(tonight).not_to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Escape")
    page = open_window("days-west-hotel").go(f"/#/hotels/{room['hotel_id']}/{west}/{west + DAY}")
    expect(page.locator(".room-row .charge")).to_be_visible()
    # Back in China that night is over.
    other = world.room(units=1)
    hotel_of(world, other)
    page = open_window("days-east").go(f"/#/hotels/{other['hotel_id']}/{west}/{west + DAY}")
    expect(page.locator(".dates")).to_contain_text(shown(world.today))
    expect(page.locator(".room-row .charge")).to_be_visible()
    world.admin.send("PUT", f"/api/staff/hotels/{room['hotel_id']}", closed(world, room)).must(200)


def closed(world: World, room: dict[str, Any]) -> dict[str, Any]:
    """The hotel, closed: the next test's first date is China's again."""
    return {**world.nobody.get(f"/api/hotels/{room['hotel_id']}"), "opening_state": "closed"}


@pytest.mark.parametrize("fee", [0, 5000])
def test_one_rule_of_cancelling_is_told_in_one_way(world: World, open_window: OpenWindow, fee: int) -> None:
    guest = world.guest()
    until(guest.coupons, bool)
    room = world.room(units=5, price=30000)
    hotel_of(world, room, check_in_time="15:30", day_turns_at="05:00")
    strict = {**room, "free_cancel_hours": 24, "cancel_fee_bp": fee}
    changeable = {key: strict[key] for key in strict if key not in {"room_id", "hotel"}}
    world.admin.send("PUT", f"/api/staff/rooms/{room['room_id']}", changeable).must(200)
    until(lambda: world.nobody.get(f"/api/rooms/{room['room_id']}")["cancel_fee_bp"], lambda it: it == fee)
    arrival = world.today + 3 * DAY
    if fee:
        told = (
            f"{shown(arrival - DAY)} 15:30 前可免费取消；之后取消或未到店将扣除应付金额的 50%，优惠券不退，其余自动退回"
        )
    else:
        told = f"{shown(arrival + DAY)} 05:00 前可免费取消，全额退款"
    window = open_window(f"days-rule-{fee}")
    page = enter(window, guest, f"/#/rooms/{room['room_id']}/{arrival}/{arrival + DAY}")
    expect(page.get_by_text(told)).to_be_visible()
    page.get_by_role("link", name="预订", exact=True).click()
    button(page, "提交订单").wait_for()
    expect(page.get_by_text(told)).to_be_visible()
    order_no = world.book(guest, world.wish(room["room_id"], begin=3)).must(201)["order_no"]
    world.pay(guest, order_no)
    world.wait_for(guest, order_no, "paid")
    page = enter(window, guest, f"/#/bookings/{order_no}")
    expect(page.get_by_text(told)).to_be_visible()
    expect(page.get_by_text("15:30 后入住，12:00 前退房")).to_be_visible()
    button(page, "取消订单").click()
    expect(page.get_by_role("dialog").get_by_text(told)).to_be_visible()
    desk = open_window(f"days-rule-desk-{fee}", DESK)
    page = log_in(desk, f"/bookings/{order_no}")
    expect(page.get_by_text(told)).to_be_visible()


def test_a_device_elsewhere_shows_the_hotels_time_and_says_so(world: World, open_window: OpenWindow) -> None:
    guest = world.guest()
    [coupon, *_] = until(guest.coupons, bool)
    room = world.room(units=5)
    arrival = world.today + 3 * DAY
    window = open_window("days-elsewhere", zone="America/New_York")
    page = enter(window, guest, f"/#/rooms/{room['room_id']}/{arrival}/{arrival + DAY}")
    expect(page.get_by_text(f"{shown(arrival + DAY)} 06:00（中国标准时间） 前可免费取消")).to_be_visible()
    window.look("room")
    page = enter(window, guest, "/#/me/coupons")
    end = datetime.fromisoformat(coupon["valid_until"]).astimezone(SHANGHAI)
    expect(page.get_by_text(f"{shown(end.date())} {end:%H:%M}（中国标准时间） 到期")).to_be_visible()


@pytest.mark.parametrize(("size", "months"), [(PHONE, 1), (DESK, 2)])
def test_a_wide_window_has_two_months_side_by_side(
    world: World, open_window: OpenWindow, size: tuple[int, int], months: int
) -> None:
    room = world.room(units=1, nights=80)
    window = open_window(f"days-months-{size[0]}", size)
    page = window.go(f"/#/rooms/{room['room_id']}")
    button(page, "下个月").click()
    grids = page.get_by_role("grid")
    expect(grids).to_have_count(months)
    window.look("room")
    if months == 2:
        one, other = (grids.nth(at).bounding_box() for at in range(2))
        assert one is not None
        assert other is not None
        assert one["x"] + one["width"] <= other["x"]


def test_an_admin_sets_a_hotels_hours(world: World, open_window: OpenWindow) -> None:
    room = world.room(units=1)
    hotel = hotel_of(world, room)
    desk = open_window("days-hours", DESK)
    page = log_in(desk, "/hotels")
    button(page, f"编辑 {hotel['name']}").click()
    form = page.get_by_role("dialog")
    expect(form.locator("[name=day_turns_at]")).to_have_value("06:00")
    fill(form, day_turns_at="04:30", check_in_time="15:00", check_out_time="11:00")
    desk.look("form")
    saved(page, form)
    changed = world.nobody.get(f"/api/hotels/{hotel['hotel_id']}")
    assert (changed["day_turns_at"], changed["check_in_time"], changed["check_out_time"]) == ("04:30", "15:00", "11:00")


def test_the_lists_of_a_day_say_whose_day_it_is(open_window: OpenWindow) -> None:
    page: Page = log_in(open_window("days-lists", DESK), "/audit")
    expect(page.get_by_label("日期（北京时间）")).to_have_value(str(datetime.now(SHANGHAI).date()))


@pytest.mark.parametrize(
    ("state", "language", "said", "not_said"),
    [
        ("closed", "zh-CN", "酒店已停业，不能预订", "即将开业"),
        ("closed", "en-GB", "This hotel is closed. You cannot book it.", "soon"),
        ("opening_soon", "zh-CN", "酒店即将开业，暂不能预订", "停业"),
    ],
)
def test_a_hotel_that_is_not_open_says_why(
    world: World, open_window: OpenWindow, state: str, language: str, said: str, not_said: str
) -> None:
    room = world.room(units=1)
    path = f"/api/staff/hotels/{room['hotel_id']}"
    hotel = world.nobody.get(f"/api/hotels/{room['hotel_id']}")
    world.admin.send("PUT", path, {**hotel, "opening_state": state}).must(200)
    until(lambda: world.nobody.get(f"/api/rooms/{room['room_id']}")["hotel"]["opening_state"], lambda it: it == state)
    window = open_window(f"state-{state}-{language}", PHONE, language)
    for page_path in (f"/#/hotels/{room['hotel_id']}", f"/#/rooms/{room['room_id']}"):
        page = window.go(page_path)
        expect(page.locator(".banner").filter(has_text=said)).to_be_visible()
        assert not_said not in page.locator("body").inner_text()
    expect(button(page, "预订" if language == "zh-CN" else "Book")).to_be_disabled()
    window.look("room")


@pytest.mark.parametrize("size", [(360, 640), (1024, 768), DESK], ids=lambda it: str(it[0]))
def test_a_long_price_is_whole_in_the_calendar(world: World, open_window: OpenWindow, size: tuple[int, int]) -> None:
    room = world.room(units=1, price=128850)
    window = open_window(f"days-long-price-{size[0]}", size)
    page = window.go(f"/#/rooms/{room['room_id']}")
    price = page.locator(".calendar td small").filter(has_text="¥1,288.50").first
    price.scroll_into_view_if_needed()
    # Neither cut nor over its neighbour, and a second line begins at the decimals.
    assert price.evaluate("""it => {
        const box = it.getBoundingClientRect(), cell = it.closest("td").getBoundingClientRect();
        const yuan = document.createRange();
        yuan.setStart(it.firstChild, 0);
        yuan.setEnd(it.firstChild, "¥1,288".length);
        const inside = box.left >= cell.left && box.right <= cell.right && it.scrollWidth <= it.clientWidth;
        return inside && yuan.getClientRects().length === 1;
    }""")
    window.look("calendar")
