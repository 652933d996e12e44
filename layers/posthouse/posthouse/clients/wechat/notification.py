"""Open WeChat Pay's notifications: verify the exact bytes, refuse what is old or foreign, decrypt, read."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from posthouse.clients.wechat import signing
from posthouse.clients.wechat.credentials import WechatCredentials
from posthouse.clients.wechat.trade import MalformedError, optional, refund_from, required, trade_from
from posthouse.domain.value import Value

Refusal = Literal["signature", "stale", "unknown_serial", "signtest", "malformed", "decrypt"]


class PaymentNotification(Value):
    """A payment that WeChat says has come in; the caller compares every field with its own row. `total` is fen."""

    notice_id: str
    app_id: str
    merchant_id: str
    out_trade_no: str
    transaction_id: str
    attach: str
    openid: str
    total: int
    currency: str
    success_time: datetime
    trade_state: str


class RefundNotification(Value):
    """A refund that has ended; `status` is SUCCESS, CLOSED or ABNORMAL, `amount` and `total` are fen."""

    notice_id: str
    merchant_id: str
    out_trade_no: str
    transaction_id: str
    out_refund_no: str
    refund_id: str
    status: str
    amount: int
    total: int
    success_time: datetime | None


class NotificationRefused(Value):
    """Not provably a fresh notification of WeChat's to us; the answer is a 4xx and nothing changes."""

    reason: Refusal


def open_notification(
    headers: Mapping[str, str], body: bytes, credentials: WechatCredentials, now: datetime
) -> PaymentNotification | RefundNotification | NotificationRefused:
    """Verify and decrypt one notification.

    `body` must be the bytes as they came (behind API Gateway: base64-decoded where `isBase64Encoded`). Header names
    are taken in any case. An unknown serial is refused; no key is ever downloaded.
    """
    refusal = _verify(headers, body, credentials, now)
    if refusal is not None:
        return NotificationRefused(refusal)
    try:
        envelope = _object(body)
        event_type = required(envelope, "event_type", str)
        resource = required(envelope, "resource", dict)
        if required(resource, "algorithm", str) != "AEAD_AES_256_GCM":
            return NotificationRefused("malformed")
        plaintext = signing.decrypt_resource(
            credentials.api_v3_key,
            required(resource, "nonce", str),
            optional(resource, "associated_data", str) or "",
            required(resource, "ciphertext", str),
        )
        if plaintext is None:
            return NotificationRefused("decrypt")
        return _read(required(envelope, "id", str), event_type, _object(plaintext))
    except MalformedError:
        return NotificationRefused("malformed")


def _verify(headers: Mapping[str, str], body: bytes, credentials: WechatCredentials, now: datetime) -> Refusal | None:
    given = {name.lower(): value for name, value in headers.items()}
    timestamp, nonce, serial, signature = (
        given.get(f"wechatpay-{name}", "") for name in ("timestamp", "nonce", "serial", "signature")
    )
    if not (timestamp and nonce and serial and signature):
        return "malformed"
    if signature.startswith(signing.SIGNTEST_PREFIX):
        return "signtest"
    if given.get("wechatpay-signature-type", signing.SCHEME) != signing.SCHEME:
        return "signature"
    key = credentials.wechat_public_keys.get(serial)
    if key is None:
        return "unknown_serial"
    if not signing.is_fresh(timestamp, now):
        return "stale"
    return None if signing.verify(key, signing.response_message(timestamp, nonce, body), signature) else "signature"


def _read(notice_id: str, event_type: str, content: Mapping[str, Any]) -> PaymentNotification | RefundNotification:
    if event_type == "TRANSACTION.SUCCESS":
        return _payment(notice_id, content)
    if event_type in {"REFUND.SUCCESS", "REFUND.ABNORMAL", "REFUND.CLOSED"}:
        refund = refund_from(content, status_field="refund_status")
        return RefundNotification(
            notice_id=notice_id,
            merchant_id=required(content, "mchid", str),
            out_trade_no=refund.out_trade_no,
            transaction_id=refund.transaction_id,
            out_refund_no=refund.out_refund_no,
            refund_id=refund.refund_id,
            status=refund.status,
            amount=refund.amount,
            total=refund.total,
            success_time=refund.success_time,
        )
    raise MalformedError(f"event_type {event_type} is not one of ours")


def _payment(notice_id: str, content: Mapping[str, Any]) -> PaymentNotification:
    trade = trade_from(content)
    if (
        trade.transaction_id is None
        or trade.openid is None
        or trade.total is None
        or trade.success_time is None
        or trade.trade_state != "SUCCESS"
    ):
        raise MalformedError("a successful payment lacks a field")
    return PaymentNotification(
        notice_id=notice_id,
        app_id=trade.app_id,
        merchant_id=trade.merchant_id,
        out_trade_no=trade.out_trade_no,
        transaction_id=trade.transaction_id,
        attach=trade.attach or "",
        openid=trade.openid,
        total=trade.total,
        currency=trade.currency or "CNY",
        success_time=trade.success_time,
        trade_state=trade.trade_state,
    )


def _object(text: bytes) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except ValueError:
        raise MalformedError("not JSON") from None
    if not isinstance(content, dict):
        raise MalformedError("not a JSON object")
    return content
