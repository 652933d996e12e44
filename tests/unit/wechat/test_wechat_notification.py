"""Notifications: which ones can be opened, and each reason to refuse one."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.wechat_simulator import SimulatorConfig
from posthouse.clients.wechat import signing
from posthouse.clients.wechat.credentials import WechatCredentials
from posthouse.clients.wechat.notification import (
    NotificationRefused,
    PaymentNotification,
    RefundNotification,
    open_notification,
)
from posthouse.clients.wechat.trade import Trade

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
PAYMENT = {
    "appid": "wx1",
    "mchid": "16",
    "out_trade_no": "P000001",
    "transaction_id": "4200",
    "trade_state": "SUCCESS",
    "attach": "B1",
    "success_time": "2026-11-21T10:00:00+08:00",
    "payer": {"openid": "o1"},
    "amount": {"total": 100, "currency": "CNY"},
}
REFUND = {
    "mchid": "16",
    "out_trade_no": "P000001",
    "transaction_id": "4200",
    "out_refund_no": "R1",
    "refund_id": "503",
    "refund_status": "ABNORMAL",
    "amount": {"total": 100, "refund": 40},
}
Make = Callable[..., tuple[dict[str, str], bytes]]


@pytest.fixture(scope="module")
def config() -> SimulatorConfig:
    return SimulatorConfig.generate()


@pytest.fixture(scope="module")
def credentials(config: SimulatorConfig) -> WechatCredentials:
    return WechatCredentials.parse(config.secret_json())


@pytest.fixture
def make(config: SimulatorConfig) -> Make:
    def made(
        content: Any = PAYMENT, event_type: str = "TRANSACTION.SUCCESS", at: datetime = NOW, **envelope: Any
    ) -> tuple[dict[str, str], bytes]:
        plaintext = content if isinstance(content, bytes) else json.dumps(content).encode()
        resource = {
            "algorithm": "AEAD_AES_256_GCM",
            "nonce": "0123456789ab",
            "ciphertext": signing.encrypt_resource(config.api_v3_key, "0123456789ab", "", plaintext),
        }
        body = json.dumps({"id": "n1", "event_type": event_type, "resource": resource} | envelope).encode()
        return headers_for(config, body, at), body

    return made


def headers_for(config: SimulatorConfig, body: bytes, at: datetime = NOW) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    signature = signing.sign(config.platform_private_key, signing.response_message(timestamp, "n", body))
    return {
        "wechatpay-timestamp": timestamp,
        "Wechatpay-Nonce": "n",
        "WECHATPAY-SERIAL": config.platform_serial,
        "Wechatpay-Signature": signature,
    }


def test_a_payment_opens(make: Make, credentials: WechatCredentials) -> None:
    headers, body = make()
    assert open_notification(headers, body, credentials, NOW) == PaymentNotification(
        notification_id="n1",
        trade=Trade(
            app_id="wx1",
            merchant_id="16",
            out_trade_no="P000001",
            transaction_id="4200",
            attach="B1",
            openid="o1",
            total=100,
            currency="CNY",
            success_time=NOW,
            trade_state="SUCCESS",
        ),
    )


def test_a_refund_opens(make: Make, credentials: WechatCredentials) -> None:
    headers, body = make(REFUND, "REFUND.ABNORMAL")
    notice = open_notification(headers, body, credentials, NOW)
    assert isinstance(notice, RefundNotification)
    refund = notice.refund
    assert (refund.status, refund.amount, refund.total, refund.success_time) == ("ABNORMAL", 40, 100, None)


@pytest.mark.parametrize(
    ("seconds", "is_taken"), [(-300, False), (-299, True), (0, True), (299, True), (300, False), (86_400, False)]
)
def test_skew_is_less_than_five_minutes(
    make: Make, credentials: WechatCredentials, seconds: int, is_taken: bool
) -> None:
    headers, body = make(at=NOW + timedelta(seconds=seconds))
    notice = open_notification(headers, body, credentials, NOW)
    assert isinstance(notice, PaymentNotification) == is_taken
    assert is_taken or notice == NotificationRefused("stale")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"WECHATPAY-SERIAL": "PUB_KEY_ID_0"}, "unknown_serial"),
        ({"Wechatpay-Nonce": "m"}, "signature"),
        ({"Wechatpay-Signature": "WECHATPAY/SIGNTEST/abcd"}, "signtest"),
        ({"Wechatpay-Signature": "äöü"}, "signature"),
        ({"Wechatpay-Signature": ""}, "malformed"),
        ({"Wechatpay-Signature-Type": "WECHATPAY2-SM2-WITH-SM3"}, "signature"),
        ({"wechatpay-timestamp": "yesterday"}, "stale"),
        ({"wechatpay-timestamp": "9" * 5000}, "stale"),
        ({"wechatpay-timestamp": "²"}, "stale"),
    ],
)
def test_headers_that_do_not_fit(
    make: Make, credentials: WechatCredentials, change: dict[str, str], reason: str
) -> None:
    headers, body = make()
    refused = open_notification(headers | change, body, credentials, NOW)
    assert isinstance(refused, NotificationRefused)
    assert refused.reason == reason


def test_one_byte_more_is_another_body(make: Make, credentials: WechatCredentials) -> None:
    headers, body = make()
    assert open_notification(headers, body + b"\n", credentials, NOW) == NotificationRefused("signature")
    assert open_notification({}, body, credentials, NOW) == NotificationRefused("malformed")


@pytest.mark.parametrize(
    "content",
    [
        b"not json",
        b"[]",
        PAYMENT | {"amount": {"total": "100"}},
        PAYMENT | {"amount": {"total": True}},
        PAYMENT | {"trade_state": "NOTPAY"},
        PAYMENT | {"payer": {}},
        PAYMENT | {"success_time": "soon"},
        PAYMENT | {"success_time": "2026-11-21T10:00:00"},
        {name: value for name, value in PAYMENT.items() if name != "transaction_id"},
        {name: value for name, value in PAYMENT.items() if name != "mchid"},
    ],
)
def test_authentic_nonsense_is_malformed(make: Make, credentials: WechatCredentials, content: Any) -> None:
    headers, body = make(content)
    assert open_notification(headers, body, credentials, NOW) == NotificationRefused("malformed")


def test_envelopes_that_do_not_fit(config: SimulatorConfig, make: Make, credentials: WechatCredentials) -> None:
    sealed = {"algorithm": "AEAD_AES_256_GCM", "nonce": "0123456789ab", "ciphertext": "AAAA"}
    for resource, reason in (
        (sealed, "decrypt"),
        (sealed | {"ciphertext": "?"}, "decrypt"),
        (sealed | {"nonce": ""}, "decrypt"),
        (sealed | {"algorithm": "AEAD_SM4_GCM"}, "malformed"),
        ({}, "malformed"),
        ([], "malformed"),
    ):
        headers, body = make(resource=resource)
        refused = open_notification(headers, body, credentials, NOW)
        assert isinstance(refused, NotificationRefused)
        assert refused.reason == reason, resource
    for body in (b"", b"[]", b"\xff"):
        refused = open_notification(headers_for(config, body), body, credentials, NOW)
        assert refused == NotificationRefused("malformed")
