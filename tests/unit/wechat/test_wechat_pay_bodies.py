"""Bodies of pay requests: canonical, without nulls and emoji, and refused early if WeChat would refuse them."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from msgspec.structs import replace

from posthouse.clients.wechat.pay_bodies import PrepayRequest, RefundRequest, prepay_body, refund_body

WISH = PrepayRequest(
    description="成都驿站 大床房 2 晚",
    out_trade_no="P01JD0000000000000000000001",
    expires_at=datetime(2026, 11, 21, 10, 30, tzinfo=timezone(timedelta(hours=8))),
    notify_url="https://hotel.example/api/payments/wechat/notifications",
    total=51200,
    openid="oGuest",
    attach="B01JD0000000000000000000001",
)


def test_the_body_is_the_same_bytes_every_time() -> None:
    body = prepay_body("wx1", "1600000000", WISH)
    assert body == prepay_body("wx1", "1600000000", WISH)
    assert body.decode() == (
        '{"appid":"wx1","mchid":"1600000000","description":"成都驿站 大床房 2 晚",'
        '"out_trade_no":"P01JD0000000000000000000001","time_expire":"2026-11-21T10:30:00+08:00",'
        '"attach":"B01JD0000000000000000000001",'
        '"notify_url":"https://hotel.example/api/payments/wechat/notifications",'
        '"amount":{"total":51200,"currency":"CNY"},"payer":{"openid":"oGuest"}}'
    )


def test_the_body_of_a_qr_code_names_no_payer() -> None:
    with_payer = json.loads(prepay_body("wx1", "16", WISH))
    assert json.loads(prepay_body("wx1", "16", replace(WISH, openid=None))) == {
        name: value for name, value in with_payer.items() if name != "payer"
    }


@pytest.mark.parametrize(
    ("name", "sent"), [("🏨 驿站𠮷 \ud800", "驿站〓"), ("🏨", "订单"), ("", "订单"), ("\n\t", "订单")]
)
def test_what_wechat_does_not_take_is_replaced(name: str, sent: str) -> None:
    body = prepay_body("wx1", "1600000000", replace(WISH, description=name))
    assert json.loads(body)["description"] == sent


def test_a_long_description_ends_on_a_character() -> None:
    description = json.loads(prepay_body("wx1", "16", replace(WISH, description="房" * 100)))["description"]
    assert description == "房" * 42
    assert len(description.encode()) <= 127


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"out_trade_no": "short"}, "out_trade_no"),
        ({"out_trade_no": "has a space"}, "out_trade_no"),
        ({"out_trade_no": "../../v3/x"}, "out_trade_no"),
        ({"total": 0}, "total"),
        ({"attach": "x" * 129}, "attach"),
        ({"expires_at": datetime(2026, 11, 21)}, "expires_at"),  # noqa: DTZ001 - that is the point
    ],
)
def test_what_wechat_refuses_is_refused_here(change: dict[str, object], line: str) -> None:
    with pytest.raises(ValueError, match=line):
        prepay_body("wx1", "1600000000", replace(WISH, **change))


def test_refund_bodies() -> None:
    wish = RefundRequest("P01JD0000000000000000000001", "R-1", amount=100, total=300)
    assert refund_body(wish) == (
        b'{"out_trade_no":"P01JD0000000000000000000001","out_refund_no":"R-1",'
        b'"amount":{"refund":100,"total":300,"currency":"CNY"}}'
    )
    full = json.loads(refund_body(replace(wish, reason="退" * 40, notify_url="https://h.example/n")))
    assert full["reason"] == "退" * 26
    assert full["notify_url"] == "https://h.example/n"
    for wrong in ({"amount": 0}, {"amount": 301}, {"out_refund_no": "a/b"}, {"out_trade_no": "x"}):
        with pytest.raises(ValueError):
            refund_body(replace(wish, **wrong))


def test_times_keep_their_zone() -> None:
    body = prepay_body("wx1", "16", replace(WISH, expires_at=datetime(2026, 11, 21, 2, 30, 0, 999, tzinfo=UTC)))
    assert json.loads(body)["time_expire"] == "2026-11-21T02:30:00+00:00"
