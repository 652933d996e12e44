"""Responses that a healthy WeChat never gives: our clients conclude nothing from them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.wechat_simulator import SimulatorConfig
from posthouse.clients.wechat import signing
from posthouse.clients.wechat.credentials import WechatCredentials
from posthouse.clients.wechat.errors import WechatUnavailable
from posthouse.clients.wechat.http import Answer, WechatHttp
from posthouse.clients.wechat.mini_program import MiniProgram
from posthouse.clients.wechat.pay import WechatPay
from posthouse.clients.wechat.pay_answers import Closed
from posthouse.clients.wechat.phone import PhoneNumber, PhoneRefused

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
CONFIG = SimulatorConfig.generate()
CREDENTIALS = WechatCredentials.parse(CONFIG.secret_json())
NOTPAY = {"appid": "wx1", "mchid": "16", "out_trade_no": "P000001", "trade_state": "NOTPAY"}


class Canned(WechatHttp):
    """Gives one response to every request and records the request's headers."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self._answer = answer
        self.headers: Mapping[str, str] = {}

    def send(
        self, api: str, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        self.headers = headers or {}
        return self._answer


def signed(body: bytes, at: datetime = NOW, status: int = 200) -> Answer:
    timestamp = str(int(at.timestamp()))
    signature = signing.sign(CONFIG.platform_private_key, signing.response_message(timestamp, "n", body))
    headers = {
        "wechatpay-timestamp": timestamp,
        "wechatpay-nonce": "n",
        "wechatpay-serial": CONFIG.platform_serial,
        "wechatpay-signature": signature,
    }
    return Answer(status, headers, body)


def paying(answer: Answer, credentials: WechatCredentials = CREDENTIALS) -> WechatPay:
    return WechatPay(credentials, "https://pay.invalid", lambda: NOW, lambda: "n0", Canned(answer))


def app(content: Any) -> MiniProgram:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return MiniProgram("wx1", "s", "https://app.invalid", Canned(Answer(200, {}, body)))


def test_a_signed_answer_is_taken_while_it_is_fresh() -> None:
    body = json.dumps(NOTPAY).encode()
    trade = paying(signed(body, NOW - timedelta(seconds=299))).query("P000001")
    assert trade is not None
    assert trade.trade_state == "NOTPAY"
    with pytest.raises(WechatUnavailable, match="stale"):
        paying(signed(body, NOW - timedelta(seconds=300))).query("P000001")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"not json", "answer is not JSON"),
        (b"[]", "answer is not a JSON object"),
        (b"", "answer is malformed: appid is missing"),
        (json.dumps(NOTPAY | {"amount": {"total": "1"}}).encode(), "answer is malformed: total is not of type int"),
        (json.dumps(NOTPAY | {"out_trade_no": "P000002"}).encode(), "answer is about another order"),
    ],
)
def test_signed_nonsense_is_a_fault(body: bytes, reason: str) -> None:
    with pytest.raises(WechatUnavailable) as raised:
        paying(signed(body)).query("P000001")
    assert raised.value.reason == reason


def test_a_prepay_without_its_id_and_an_unknown_serial_are_faults() -> None:
    with pytest.raises(WechatUnavailable, match="answer without prepay_id"):
        paying(signed(b"{}")).prepay(b"{}")
    foreign = replace(CREDENTIALS, wechat_public_keys={"PUB_KEY_ID_0": CONFIG.platform_public_key})
    with pytest.raises(WechatUnavailable, match="unknown serial"):
        paying(signed(b"{}"), foreign).prepay(b"{}")


def test_a_migrating_merchant_asks_for_the_public_key() -> None:
    keys = {"5DEA10EF55877E3C": CONFIG.merchant_public_key, CONFIG.platform_serial: CONFIG.platform_public_key}
    http = Canned(signed(b"", status=204))
    pay = WechatPay(
        replace(CREDENTIALS, wechat_public_keys=keys), "https://pay.invalid", lambda: NOW, lambda: "n0", http
    )
    assert pay.close("P000001") == Closed()
    assert http.headers["Wechatpay-Serial"] == CONFIG.platform_serial


@pytest.mark.parametrize("number", ["short", "P000001/close", "P000001?mchid=2", "P" * 33])
def test_numbers_that_would_change_the_path_are_not_sent(number: str) -> None:
    for call in (paying(signed(b"{}")).query, paying(signed(b"{}")).close):
        with pytest.raises(ValueError, match="out_trade_no"):
            call(number)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>", "answer is not JSON"),
        (b"[]", "answer is not a JSON object"),
        ({"openid": "o1"}, "answer without session_key"),
        ({"errcode": "0"}, "errcode is not a number"),
        ({"errcode": 40226.5}, "errcode is not a number"),
    ],
)
def test_a_login_answer_that_lacks_something(content: Any, reason: str) -> None:
    with pytest.raises(WechatUnavailable) as raised:
        app(content).code_to_session("x")
    assert raised.value.reason == reason


def test_a_phone_number_must_be_stamped_for_our_app() -> None:
    info = {"purePhoneNumber": "13800138000", "countryCode": 86, "watermark": {"appid": "wx1", "timestamp": 1}}
    assert app({"phone_info": info}).phone_number("t", "c") == PhoneNumber("13800138000", "86")
    foreign = info | {"watermark": {"appid": "wx2"}}
    assert app({"phone_info": foreign}).phone_number("t", "c") == PhoneRefused("foreign_app")
    with pytest.raises(WechatUnavailable, match="answer without phone_info"):
        app({"errcode": 0}).phone_number("t", "c")
