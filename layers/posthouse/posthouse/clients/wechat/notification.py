"""Open WeChat Pay's notifications: verify the exact bytes, refuse old or foreign ones, decrypt, read."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from posthouse.clients.wechat import signing
from posthouse.clients.wechat.credentials import WechatCredentials
from posthouse.clients.wechat.trade import MalformedError, Refund, Trade, optional, refund_from, required, trade_from
from posthouse.domain.value import Value

Refusal = Literal["signature", "stale", "unknown_serial", "signtest", "malformed", "decrypt"]


class PaymentNotification(Value):
    """A payment that succeeded, as WeChat reports it; the caller compares every field with its own row."""

    notification_id: str
    trade: Trade


class RefundNotification(Value):
    """A refund that has ended, as WeChat reports it: its `status` is SUCCESS, CLOSED or ABNORMAL."""

    notification_id: str
    merchant_id: str
    refund: Refund


class NotificationRefused(Value):
    """The message is not proved to be a fresh notification from WeChat to us; the HTTP answer is a 4xx."""

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


def _read(
    notification_id: str, event_type: str, content: Mapping[str, Any]
) -> PaymentNotification | RefundNotification:
    if event_type == "TRANSACTION.SUCCESS":
        return PaymentNotification(notification_id, _paid(trade_from(content)))
    if event_type in {"REFUND.SUCCESS", "REFUND.ABNORMAL", "REFUND.CLOSED"}:
        refund = refund_from(content, status_field="refund_status")
        return RefundNotification(notification_id, required(content, "mchid", str), refund)
    raise MalformedError(f"event_type {event_type} is not one of ours")


def _paid(trade: Trade) -> Trade:
    facts = (trade.transaction_id, trade.openid, trade.total, trade.success_time)
    if None in facts or trade.trade_state != "SUCCESS":
        raise MalformedError("a successful payment lacks a field")
    return trade


def _object(text: bytes) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except ValueError:
        raise MalformedError("not JSON") from None
    if not isinstance(content, dict):
        raise MalformedError("not a JSON object")
    return content
