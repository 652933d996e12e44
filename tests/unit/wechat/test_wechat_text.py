"""Texts for WeChat: whatever people type, WeChat takes what is sent, and what it takes is not lost."""

from __future__ import annotations

import json
from dataclasses import replace as with_clock
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.wechat_simulator import SimulatorConfig
from local.wechat_simulator.message_fields import bad_field
from local.wechat_simulator.pay_rules import prepay_error, refund_error
from posthouse.clients.wechat.pay_bodies import PrepayRequest, RefundRequest, prepay_body, refund_body
from posthouse.domain.notice_fields import thing
from posthouse.domain.wechat_text import fit_bytes, fit_characters, wechat_text
from tests.support.examples import examples

NOW = datetime(2026, 11, 21, tzinfo=UTC)
EVERY_TEXT = st.text(st.characters(), max_size=300) | st.text("🧸𠮷 ‍️\x00\n房a", max_size=60)


@cache
def config() -> SimulatorConfig:
    return with_clock(SimulatorConfig.generate(), clock=NOW.timestamp)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("🧸", ""),
        ("𠮷", "〓"),
        ("𠮷野家 🍜 Yoshinoya", "〓野家 Yoshinoya"),
        ("庭院大床房\nCourtyard\tKing", "庭院大床房 Courtyard King"),
        ("👨\u200d👩\u200d👧", ""),
        ("\ufe0f\u200b\u202e", ""),
        ("\u0301", ""),
        ("❤\ufe0f 驿站", "❤ 驿站"),
        ("nul\x00l", "nul l"),
        ("\ud800", ""),
        ("café 茶・¥5", "café 茶・¥5"),
        ("\uff26\uff54", "\uff26\uff54"),
    ],
)
def test_what_is_sent_for_what_was_typed(typed: str, sent: str) -> None:
    assert wechat_text(typed) == sent


@examples(200)
@given(EVERY_TEXT)
def test_wechat_takes_every_text(text: str) -> None:
    """A name of nothing but emoji must not make a payment that can never be opened, with stock held for it."""
    wish = PrepayRequest(
        description=text,
        out_trade_no="P01JD0000000000000000000001",
        expires_at=NOW + timedelta(minutes=30),
        notify_url="https://hotel.example/api/payments/wechat/notifications",
        total=100,
        openid="oGuest",
        attach="B01JD0000000000000000000001",
    )
    body = json.loads(prepay_body(config().app_id, config().merchant_id, wish))
    assert prepay_error(body, config(), lambda openid: openid == "oGuest") is None
    back = RefundRequest(wish.out_trade_no, f"{wish.out_trade_no}-0", amount=1, total=100, reason=text)
    assert refund_error(json.loads(refund_body(back))) is None
    assert bad_field({"thing2": {"value": thing(text)}}) is None


@examples(200)
@given(EVERY_TEXT)
def test_what_wechat_takes_stays_as_it_is(text: str) -> None:
    sent = wechat_text(text)
    assert wechat_text(sent) == sent
    assert len(fit_bytes(text, 127).encode()) <= 127
    assert len(fit_characters(text, 20)) <= 20
    if len(sent) <= 20:
        assert fit_characters(text, 20) == sent


@examples(200)
@given(st.text("春眠不觉晓 abcXYZ0123・、。¥", min_size=1, max_size=40).map(lambda text: " ".join(text.split())))
def test_ordinary_names_are_sent_unchanged(text: str) -> None:
    assert wechat_text(text) == text
