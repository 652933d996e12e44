"""The bodies of WeChat Pay requests. Each is built once and stored, so that a retry sends the same bytes.

WeChat refuses the same `out_trade_no` or `out_refund_no` with other parameters.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from posthouse.domain.value import Value
from posthouse.domain.wechat_text import NEUTRAL, fit_bytes

# WeChat counts bytes in some places and characters in others; bytes are the stricter of the two.
DESCRIPTION_BYTES = 127
ATTACH_BYTES = 128
REASON_BYTES = 80
_TRADE_NO = re.compile(r"[0-9A-Za-z_-]{6,32}")
_REFUND_NO = re.compile(r"[0-9A-Za-z_-]{1,64}")


class PrepayRequest(Value):
    """The facts of a prepay: `total` in fen, `expires_at` with a time zone, `notify_url` https and without a query.

    `description` may be any text; the other texts are ours, in ASCII. `openid` is of the only one who may pay; None for
    a QR code, which anybody may scan.
    """

    description: str
    out_trade_no: str
    expires_at: datetime
    notify_url: str
    total: int
    openid: str | None
    attach: str
    currency: str = "CNY"


class RefundRequest(Value):
    """The facts of a refund request, in fen; `total` is the payment's amount, `reason` is shown to the guest."""

    out_trade_no: str
    out_refund_no: str
    amount: int
    total: int
    reason: str | None = None
    notify_url: str | None = None
    currency: str = "CNY"


def prepay_body(app_id: str, merchant_id: str, request: PrepayRequest) -> bytes:
    """Returns JSON for POST /v3/pay/transactions/jsapi or /native. Raises ValueError for what WeChat always refuses."""
    check_trade_no(request.out_trade_no)
    _check_positive("total", request.total)
    if len(request.attach.encode()) > ATTACH_BYTES:
        raise ValueError(f"attach is longer than {ATTACH_BYTES} bytes")
    if request.expires_at.tzinfo is None:
        raise ValueError("expires_at has no time zone")
    return canonical_json(
        {
            "appid": app_id,
            "mchid": merchant_id,
            "description": fit_bytes(request.description, DESCRIPTION_BYTES) or NEUTRAL,
            "out_trade_no": request.out_trade_no,
            "time_expire": request.expires_at.isoformat(timespec="seconds"),
            "attach": request.attach or None,
            "notify_url": request.notify_url,
            "amount": {"total": request.total, "currency": request.currency},
            "payer": None if request.openid is None else {"openid": request.openid},
        }
    )


def refund_body(request: RefundRequest) -> bytes:
    """Returns JSON for POST /v3/refund/domestic/refunds. Raises ValueError for what WeChat always refuses."""
    check_trade_no(request.out_trade_no)
    check_refund_no(request.out_refund_no)
    _check_positive("amount", request.amount)
    if request.amount > request.total:
        raise ValueError("amount is larger than total")
    return canonical_json(
        {
            "out_trade_no": request.out_trade_no,
            "out_refund_no": request.out_refund_no,
            "reason": fit_bytes(request.reason or "", REASON_BYTES) or None,
            "notify_url": request.notify_url,
            "amount": {"refund": request.amount, "total": request.total, "currency": request.currency},
        }
    )


def canonical_json(content: Mapping[str, Any]) -> bytes:
    """Returns compact JSON in UTF-8, in the given order, without None fields."""
    given = {name: value for name, value in content.items() if value is not None}
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()


def check_trade_no(number: str) -> None:
    """Raises ValueError unless the number is an `out_trade_no` that needs no escaping in a path."""
    if not _TRADE_NO.fullmatch(number):
        raise ValueError("out_trade_no must be 6 to 32 of 0-9 A-Z a-z _ -")


def check_refund_no(number: str) -> None:
    """Raises ValueError unless the number is an `out_refund_no` that needs no escaping in a path."""
    if not _REFUND_NO.fullmatch(number):
        raise ValueError("out_refund_no must be 1 to 64 of 0-9 A-Z a-z _ -")


def _check_positive(name: str, fen: int) -> None:
    if fen <= 0:
        raise ValueError(f"{name} must be positive")
