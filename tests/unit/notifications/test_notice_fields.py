"""Notices: a class for each kind, and fields that WeChat accepts."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from posthouse.domain.event import Event, EventType
from posthouse.domain.notice_fields import (
    BEYOND_STATES,
    Notice,
    character_string,
    has_notice,
    is_noticed,
    notice_of,
    thing,
)

FACTS = {
    "order_no": "B01KAHJ3W8Q6F2M9N4T7XBZC5DG",
    "amount": 12850,
    "carrier": "顺丰速运",
    "tracking_no": "SF1234567890",
    "user_id": "U1",
    "nickname": "小雨",
    "hotel_name": "驿站·成都宽窄巷子 Posthouse Chengdu",
    "room_name": "庭院大床房\nCourtyard King",
    "time_zone": "Asia/Shanghai",
    "check_in": "2026-11-21",
    "check_out": "2026-11-23",
    "payable": 12850,
    "expires_at": "2026-11-21T16:30:00+00:00",
}
AT = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def event(event_type: EventType) -> Event:
    return Event(event_type, "B01KAHJ3W8Q6F2M9N4T7XBZC5DG", 1, AT, FACTS, "c")


@pytest.mark.parametrize("kind", Notice.__subclasses__(), ids=lambda kind: str(kind.kind))
def test_every_field_keeps_within_its_type(kind: type[Notice]) -> None:
    for name, value in kind(event(EventType.BOOKING_CREATED)).fields().items():
        assert value.isprintable(), name
        if name.startswith("thing"):
            assert 0 < len(value) <= 20
        elif name.startswith("character_string"):
            assert value.isascii()
            assert 0 < len(value) <= 32
        elif name.startswith("amount"):
            assert value == "¥128.50"
        else:
            assert name.startswith("time")


def test_the_factory_knows_the_kind_of_each_event() -> None:
    kinds = {one: notice_of(event(one)).kind for one in EventType if has_notice(one)}
    assert {one.value: kind for one, kind in kinds.items()} == {
        "guest.logged_in": "login",
        "booking.created": "wait_for_payment",
        "booking.reserved": "reserved",
        "booking.paid": "paid",
        "booking.changed": "changed",
        "booking.checked_in": "checked_in",
        "booking.finished": "finished",
        "booking.cancelled": "cancelled",
        "shop_order.created": "wait_for_payment",
        "shop_order.paid": "paid",
        "shop_order.cancelled": "cancelled",
        "shop_order.shipped": "shipped",
        "refund.succeeded": "refunded",
        "refund.credited": "refunded",
    }
    with pytest.raises(KeyError):
        notice_of(event(EventType.GUEST_FIRST_LOGIN))


@pytest.mark.parametrize(
    ("facts", "much", "where"),
    [
        ({}, "¥128.50", "原路退回微信支付"),
        ({"from_balance": 5000}, "¥178.50", "余额 ¥50.00，其余退回微信"),
        ({"amount": 0, "from_balance": 5000}, "¥50.00", "退回账户余额"),
        ({"from_balance": 99_999_999_00}, "¥100000127.50", "余额 ¥99999999.00，其余退…"),
    ],
)
def test_a_refund_tells_how_much_went_where(facts: dict[str, int], much: str, where: str) -> None:
    refund = Event(EventType.REFUND_SUCCEEDED, "P1-0", 3, AT, FACTS | facts, "c")
    notice = notice_of(refund)
    fields = notice.fields()
    assert (fields["amount2"], fields["thing3"]) == (much, where)
    assert (fields["character_string1"], fields["time4"]) == (FACTS["order_no"], "2026年11月21日 12:00")
    assert (notice.order_no, notice.page.rsplit("%2F", 1)[1]) == (FACTS["order_no"], FACTS["order_no"])


def test_each_refund_of_an_order_has_a_place_of_its_own() -> None:
    places = {notice_of(Event(EventType.REFUND_SUCCEEDED, f"P1-{n}", 3, AT, FACTS, "c")).position for n in range(50)}
    assert len(places) == 50
    assert min(places) >= BEYOND_STATES
    assert max(places) < 2**53, "JavaScript and JSON keep it"
    assert notice_of(event(EventType.BOOKING_PAID)).position == 1


def test_times_are_the_hotels_own() -> None:
    assert notice_of(event(EventType.BOOKING_CREATED)).fields()["time4"] == "2026年11月22日 00:30"


@pytest.mark.parametrize("what", [EventType.BOOKING_RESERVED, EventType.BOOKING_CHANGED])
def test_a_stay_that_is_held_or_changed_is_told_with_its_dates_and_price(what: EventType) -> None:
    fields = notice_of(event(what)).fields()
    told = (fields["time3"], fields["time4"], fields["amount5"])
    assert told == ("2026年11月21日", "2026年11月23日", "¥128.50")
    assert fields["thing2"].startswith("驿站·成都")


@pytest.mark.parametrize("what", [one for one in EventType if one.startswith("booking.") and has_notice(one)])
def test_a_stay_of_nobody_is_told_to_nobody(what: EventType) -> None:
    assert is_noticed(event(what))
    assert not is_noticed(replace(event(what), payload={**FACTS, "user_id": ""}))


def test_texts_are_cut_and_cleaned() -> None:
    assert thing("一" * 21) == "一" * 19 + "…"
    assert thing("一" * 20) == "一" * 20
    assert thing(" \n\t ") == "-"
    assert character_string("订单B1") == "B1"


def test_an_event_survives_its_journey() -> None:
    sent = event(EventType.BOOKING_PAID)
    assert Event.from_json(sent.to_json()) == sent
    assert sent.event_id == "B01KAHJ3W8Q6F2M9N4T7XBZC5DG.1"
    with pytest.raises(ValueError, match="unheard"):
        Event.from_json(sent.to_json().replace("booking.paid", "unheard"))
