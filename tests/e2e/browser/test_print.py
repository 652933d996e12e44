"""What the desk prints: the folio and the registration card, as PDF on A4, in the language of the guest."""

from __future__ import annotations

import io
import re
import unicodedata
import uuid
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.browser.test_desk import Desk, desk
from tests.e2e.browser.test_till import SMALL_PHONE, Till, fits, till
from tests.e2e.browser.windows import DESK, SCREENSHOTS, OpenWindow

pytestmark = pytest.mark.e2e
__all__ = ["desk", "till"]

A4 = (595, 842)
"""In points: 210 by 297 mm."""

NAME = "客栈·成都测试 Courierhouse Chengdu"
ADDRESS = "青羊区长顺上街 127 号 127 Changshun Shangjie, Qingyang"
TAX_NUMBER = "91510105MA0TEST001"


def printed(page: Page, name: str) -> tuple[PdfReader, str]:
    """What the page prints, which is kept beside the screenshots; its text is without spaces and breaks."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    data = page.pdf(prefer_css_page_size=True)
    (SCREENSHOTS / f"{name}.pdf").write_bytes(data)
    reader = PdfReader(io.BytesIO(data))
    for one in reader.pages:
        assert (round(one.mediabox.width), round(one.mediabox.height)) == A4
    return reader, plain("".join(one.extract_text() for one in reader.pages))


def plain(text: str) -> str:
    """A text without spaces; fonts give some ideographs by the code points of radicals."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def missing(text: str, *wanted: str) -> list[str]:
    return [it for it in wanted if plain(it) not in text]


def known_hotel(desk: Desk) -> dict[str, Any]:
    """The hotel of the test, with a name, an address and a tax in both languages."""
    hotel = desk.world.nobody.get(f"/api/hotels/{desk.room['hotel_id']}")
    facts = {"name": NAME, "address": ADDRESS, "phone": "028-86600127", "tax_number": TAX_NUMBER, "tax_rate_bp": 600}
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    changed: dict[str, Any] = desk.world.admin.send("PUT", path, {**hotel, **facts}).must(200)
    return changed


def stay_with_lines(till: Till, guest: str) -> str:
    """A stay of two nights with a fee, a discount, and money of three kinds: 846.50 yuan charged, 30.50 owed."""
    order_no = till.reserved(guest, nights=2)
    for kind, description, amount in (("fee", "Laundry", 5150), ("adjustment", "Noise", -500)):
        body = {"kind": kind, "description": description, "amount": amount}
        path = f"/api/staff/bookings/{order_no}/folio-lines"
        till.staff.send("POST", path, body, Idempotency_Key=uuid.uuid4().hex).must(201)
    till.send(order_no, "desk-payments", method="card", amount=60000, reference="POS-7711")
    till.send(order_no, "desk-payments", method="cash", amount=24650)
    line = {"kind": "fee", "description": "Taxi", "amount": 3050}
    path = f"/api/staff/bookings/{order_no}/folio-lines"
    till.staff.send("POST", path, line, Idempotency_Key=uuid.uuid4().hex).must(201)
    return order_no


@pytest.mark.long
def test_the_card_of_a_stay_is_one_sheet_that_a_key_prints(till: Till, open_window: OpenWindow) -> None:
    known_hotel(till.desk)
    order_no = till.reserved("李雷", nights=2)
    window = open_window("print-card", DESK)
    page = till.desk.log_in(window, f"/bookings/{order_no}")
    page.get_by_role("link", name="住宿登记单").wait_for()
    page.keyboard.press("r")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"住宿登记单 {order_no[-6:]}")
    expect(page.locator(".paper")).to_contain_text("13800138000")
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.keyboard.press("p")
    expect(page).to_have_title("printed")
    window.look("screen")
    reader, text = printed(page, "print-card")
    assert len(reader.pages) == 1
    facts = (
        "李雷",
        "13800138000",
        order_no,
        "客栈·成都测试",
        "顺上街127号",
        "028-86600127",
        TAX_NUMBER,
    )
    assert missing(text, *facts, "住宿登记单", "客人签名", "¥400.00", "¥800.00", "证件号码", "晚数2") == []
    # Nothing of the console, and nothing of the other language.
    shown = [it for it in ("驿站后台", "今日", "打印", "Courierhouse", "Registration") if it in text]
    assert shown == []


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_folio_and_the_card_are_printed_in_the_guests_language(
    till: Till, open_window: OpenWindow, scheme: Any
) -> None:
    known_hotel(till.desk)
    order_no = stay_with_lines(till, "Zoë O'Hara")
    # The console is in Chinese, the guest reads English.
    window = open_window(f"print-{scheme}", DESK)
    window.page.emulate_media(color_scheme=scheme)
    page = till.desk.log_in(window, f"/bookings/{order_no}")
    page.get_by_role("link", name="账单").wait_for()
    page.keyboard.press("f")
    paper = page.locator(".paper")
    expect(paper).to_contain_text("其中含税（税率 6%）¥49.64")
    _, chinese = printed(page, f"print-{scheme}-folio-zh")
    assert missing(chinese, "账单", "客栈·成都测试", "付款", "现金", "待付", "¥877.00") == []
    page.get_by_role("group", name="打印语言").get_by_role("button", name="English").click()
    expect(paper).to_have_attribute("lang", "en-GB")
    expect(paper).to_contain_text("Tax contained (6%)")
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    window.look("folio")
    reader, text = printed(page, f"print-{scheme}-folio-en")
    assert len(reader.pages) == 1
    lines = ("Twin", "Laundry", "¥51.50", "Noise", "−¥5.00", "Card · POS-7711", "¥600.00", "Cash", "¥246.50", "Taxi")
    # 877.00 yuan are charged; 6 % of the price without it are in them: 49.64.
    sums = ("¥877.00", "¥846.50", "¥49.64", "Balance due", "¥30.50")
    head = ("Courierhouse Chengdu", "127 Changshun Shangjie, Qingyang", f"Tax number: {TAX_NUMBER}", "Folio")
    assert missing(text, *lines, *sums, *head, order_no, "Zoë O'Hara", "Nights2") == []
    assert not re.search(r"[\u4e00-\u9fff]", text), "a folio in English has no word of the console's language"
    page.goto(f"{window.url}/staff/#/bookings/{order_no}/card")
    page.get_by_role("group", name="打印语言").get_by_role("button", name="English").click()
    expect(paper).to_contain_text("Registration card")
    window.look("card")
    reader, text = printed(page, f"print-{scheme}-card-en")
    assert len(reader.pages) == 1
    rate = ("Rate", "¥400.00", "¥800.00", "Balance due", "¥30.50")
    by_hand = ("Document number", "Guest's signature", "Number plate", "Address")
    assert missing(text, "Registration card", "Zoë O'Hara", "13800138000", order_no, *rate, *by_hand) == []
    assert not re.search(r"[\u4e00-\u9fff]", text)


@pytest.mark.long
def test_the_notes_of_staff_are_printed_only_where_they_are_wanted(till: Till, open_window: OpenWindow) -> None:
    wish = till.desk.world.wish(till.desk.room["room_id"], 0, 1, guest_name="李雷")
    body = {**wish, "source": "walk_in", "notes": "VIP：安静的房间"}
    made = till.staff.send("POST", "/api/staff/bookings", body, Idempotency_Key=uuid.uuid4().hex).must(201)
    window = open_window("print-phone", SMALL_PHONE)
    page = till.desk.log_in(window, f"/bookings/{made['order_no']}/card")
    paper = page.locator(".paper")
    expect(paper).to_contain_text("李雷")
    expect(paper).not_to_contain_text("VIP")
    page.get_by_label("打印员工备注").check()
    expect(paper).to_contain_text("VIP：安静的房间")
    fits(page, SMALL_PHONE[0])
    window.look("card")
    page.goto(f"{window.url}/staff/#/bookings/{made['order_no']}/folio")
    expect(paper).to_contain_text("¥400.00")
    fits(page, SMALL_PHONE[0])
    window.look("folio")
    # What the guest asked for is theirs: it is printed, and there is nothing to choose.
    world = till.desk.world
    wish = world.wish(till.desk.room["room_id"], 1, 1, guest_name="韩梅梅", requests="高楼层")
    order_no = world.book(world.guest(), wish).must(201)["order_no"]
    page.goto(f"{window.url}/staff/#/bookings/{order_no}/card")
    expect(paper).to_contain_text("客人要求高楼层")
    expect(page.get_by_label("打印员工备注")).to_have_count(0)


@pytest.mark.long
def test_the_card_of_a_changed_stay_names_each_room_type_and_price(till: Till, open_window: OpenWindow) -> None:
    order_no = till.reserved("李雷", nights=2)
    world, hotel_id = till.desk.world, till.desk.room["hotel_id"]
    facts = {"hotel_id": hotel_id, "name": "湖景套房 Lake Suite", "price": 50000, "units": 2, "area": 30, "bed": "King"}
    suite = till.staff.send("POST", "/api/staff/rooms", facts).must(201)
    last = str(world.today + timedelta(days=3))
    span = {"from": str(world.today), "to": last}
    till.staff.send("PUT", f"/api/staff/rooms/{suite['room_id']}/nights", span).must(200)
    for change in ({"room_id": suite["room_id"], "reason": "The suite"}, {"check_out": last, "reason": "A night more"}):
        path = f"/api/staff/bookings/{order_no}/changes"
        till.staff.send("POST", path, change, Idempotency_Key=uuid.uuid4().hex).must(200)
    window = open_window("print-changed", DESK)
    page = till.desk.log_in(window, f"/bookings/{order_no}/card")
    paper = page.locator(".paper")
    expect(paper).to_contain_text("湖景套房")
    expect(paper).to_contain_text("3 晚¥500.001¥1,500.00")
    page.goto(f"{window.url}/staff/#/bookings/{order_no}/folio")
    expect(paper).to_contain_text("−¥400.00")
    shown = [it for it in paper.locator("tbody:not(.sums) td:nth-child(3)").all_inner_texts() if it]
    amounts = [round(float(it.replace("¥", "").replace("−", "-")) * 100) for it in shown]
    assert sum(amounts) == till.booking(order_no)["charges"] == 150000
    window.look("folio")


@pytest.mark.long
def test_a_long_folio_goes_on_the_next_sheet_with_its_head(till: Till, open_window: OpenWindow) -> None:
    order_no = till.reserved("李雷", nights=28)
    for number in range(25):
        body = {"kind": "fee", "description": f"洗衣 {number}", "amount": 100}
        path = f"/api/staff/bookings/{order_no}/folio-lines"
        till.staff.send("POST", path, body, Idempotency_Key=uuid.uuid4().hex).must(201)
    window = open_window("print-long", DESK)
    page = till.desk.log_in(window, f"/bookings/{order_no}/folio")
    expect(page.locator(".paper")).to_contain_text("洗衣 24")
    reader, text = printed(page, "print-long")
    assert len(reader.pages) == 2
    second = plain(reader.pages[1].extract_text())
    assert missing(second, "日期", "消费", "付款") == []
    assert text.count("其中含税") == 0, "the hotel has told no rate"
    assert text.count("¥11,225.00") == 2, "the sums stand at the end only, with what is due"
    # Seven nights of the same price are one line of the card.
    page.goto(f"{window.url}/staff/#/bookings/{order_no}/card")
    expect(page.locator(".paper")).to_contain_text("28 晚")
    reader, _ = printed(page, "print-long-card")
    assert len(reader.pages) == 1
