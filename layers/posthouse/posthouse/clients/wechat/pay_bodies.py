"""The bodies of WeChat Pay requests, built once so that a repeat sends the very same bytes.

The same `out_trade_no` or `out_refund_no` with other parameters is an error at WeChat, so the first body is kept.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from posthouse.domain.value import Value

DESCRIPTION_BYTES = 127
ATTACH_BYTES = 128
REASON_BYTES = 80
_TRADE_NO = re.compile(r"[0-9A-Za-z_-]{6,32}")
_REFUND_NO = re.compile(r"[0-9A-Za-z_-]{1,64}")


class PrepayRequest(Value):
    """What a prepay asks for: `total` in fen, `expires_at` with a time zone, `notify_url` https and without a query."""

    description: str
    out_trade_no: str
    expires_at: datetime
    notify_url: str
    total: int
    openid: str
    attach: str
    currency: str = "CNY"


class RefundRequest(Value):
    """What a refund asks for, in fen; `total` is what the payment was, `reason` is shown to the guest."""

    out_trade_no: str
    out_refund_no: str
    amount: int
    total: int
    reason: str | None = None
    notify_url: str | None = None
    currency: str = "CNY"


def prepay_body(app_id: str, merchant_id: str, wish: PrepayRequest) -> bytes:
    """JSON for POST /v3/pay/transactions/jsapi; raises ValueError for what WeChat would refuse in any case."""
    check_trade_no(wish.out_trade_no)
    _check_positive("total", wish.total)
    if len(wish.attach.encode()) > ATTACH_BYTES:
        raise ValueError(f"attach is longer than {ATTACH_BYTES} bytes")
    if wish.expires_at.tzinfo is None:
        raise ValueError("expires_at has no time zone")
    description = _fit(wish.description, DESCRIPTION_BYTES)
    if not description:
        raise ValueError("description is empty")
    return canonical_json(
        {
            "appid": app_id,
            "mchid": merchant_id,
            "description": description,
            "out_trade_no": wish.out_trade_no,
            "time_expire": wish.expires_at.isoformat(timespec="seconds"),
            "attach": wish.attach or None,
            "notify_url": wish.notify_url,
            "amount": {"total": wish.total, "currency": wish.currency},
            "payer": {"openid": wish.openid},
        }
    )


def refund_body(wish: RefundRequest) -> bytes:
    """JSON for POST /v3/refund/domestic/refunds; raises ValueError for what WeChat would refuse in any case."""
    check_trade_no(wish.out_trade_no)
    check_refund_no(wish.out_refund_no)
    _check_positive("amount", wish.amount)
    if wish.amount > wish.total:
        raise ValueError("amount is larger than total")
    return canonical_json(
        {
            "out_trade_no": wish.out_trade_no,
            "out_refund_no": wish.out_refund_no,
            "reason": _fit(wish.reason or "", REASON_BYTES) or None,
            "notify_url": wish.notify_url,
            "amount": {"refund": wish.amount, "total": wish.total, "currency": wish.currency},
        }
    )


def canonical_json(content: Mapping[str, Any]) -> bytes:
    """Compact UTF-8 in the order given, without fields that are None and without characters beyond the BMP."""
    given = {name: value for name, value in content.items() if value is not None}
    return _basic_plane(json.dumps(given, ensure_ascii=False, separators=(",", ":"))).encode()


def check_trade_no(number: str) -> None:
    """Raise ValueError unless it is an `out_trade_no` that needs no escaping in a path."""
    if not _TRADE_NO.fullmatch(number):
        raise ValueError("out_trade_no must be 6 to 32 of 0-9 A-Z a-z _ -")


def check_refund_no(number: str) -> None:
    """Raise ValueError unless it is an `out_refund_no` that needs no escaping in a path."""
    if not _REFUND_NO.fullmatch(number):
        raise ValueError("out_refund_no must be 1 to 64 of 0-9 A-Z a-z _ -")


def _check_positive(name: str, fen: int) -> None:
    if fen <= 0:
        raise ValueError(f"{name} must be positive")


def _fit(text: str, limit: int) -> str:
    # WeChat counts bytes in some places and characters in others; bytes are the stricter of the two.
    return _basic_plane(text).strip().encode()[:limit].decode(errors="ignore").strip()


def _basic_plane(text: str) -> str:
    return "".join(char for char in text if ord(char) <= 0xFFFF and not 0xD800 <= ord(char) <= 0xDFFF)
