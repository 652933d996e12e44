"""Notices: a class for each kind, and fields that WeChat accepts."""

from datetime import UTC, datetime

import pytest

from posthouse.domain.event import Event, EventType
from posthouse.domain.notice_fields import Notice, character_string, has_notice, notice_of, thing

FACTS = {
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
        "booking.paid": "paid",
        "booking.checked_in": "checked_in",
        "booking.finished": "finished",
        "booking.cancelled": "cancelled",
        "shop_order.created": "wait_for_payment",
        "shop_order.paid": "paid",
        "shop_order.cancelled": "cancelled",
    }
    with pytest.raises(KeyError):
        notice_of(event(EventType.GUEST_FIRST_LOGIN))


def test_times_are_the_hotels_own() -> None:
    assert notice_of(event(EventType.BOOKING_CREATED)).fields()["time4"] == "2026年11月22日 00:30"


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
