"""Payments and refunds as WeChat Pay reports them, in HTTP answers and in decrypted notifications."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from posthouse.domain.value import Value

T = TypeVar("T")


class Trade(Value):
    """A payment as WeChat holds it.

    Attributes
    ----------
    trade_state
        SUCCESS, REFUND (paid, and refunded later), NOTPAY, CLOSED, REVOKED, USERPAYING or PAYERROR.
    total
        Fen; None where WeChat does not report it (unpaid).
    """

    app_id: str
    merchant_id: str
    out_trade_no: str
    trade_state: str
    transaction_id: str | None
    attach: str | None
    openid: str | None
    total: int | None
    currency: str | None
    success_time: datetime | None

    @property
    def is_paid(self) -> bool:
        """Whether it was paid, also if it was refunded later."""
        return self.trade_state in {"SUCCESS", "REFUND"}


class Refund(Value):
    """A refund as WeChat holds it; `status` is SUCCESS, PROCESSING, CLOSED or ABNORMAL, amounts are fen."""

    out_refund_no: str
    refund_id: str
    out_trade_no: str
    transaction_id: str
    status: str
    amount: int
    total: int
    success_time: datetime | None


class MalformedError(ValueError):
    """A JSON object from WeChat lacks a required field; the message names the field."""


def trade_from(content: Mapping[str, Any]) -> Trade:
    """Returns the payment in a transaction object. Raises MalformedError."""
    amount = optional(content, "amount", dict) or {}
    payer = optional(content, "payer", dict) or {}
    return Trade(
        app_id=required(content, "appid", str),
        merchant_id=required(content, "mchid", str),
        out_trade_no=required(content, "out_trade_no", str),
        trade_state=required(content, "trade_state", str),
        transaction_id=optional(content, "transaction_id", str) or None,
        attach=optional(content, "attach", str),
        openid=optional(payer, "openid", str),
        total=optional(amount, "total", int),
        currency=optional(amount, "currency", str),
        success_time=moment(content, "success_time"),
    )


def refund_from(content: Mapping[str, Any], *, status_field: str = "status") -> Refund:
    """Returns the refund in a refund object; in a notification the status is `refund_status`. Raises MalformedError."""
    amount = required(content, "amount", dict)
    return Refund(
        out_refund_no=required(content, "out_refund_no", str),
        refund_id=required(content, "refund_id", str),
        out_trade_no=required(content, "out_trade_no", str),
        transaction_id=required(content, "transaction_id", str),
        status=required(content, status_field, str),
        amount=required(amount, "refund", int),
        total=required(amount, "total", int),
        success_time=moment(content, "success_time"),
    )


def required(content: Mapping[str, Any], name: str, kind: type[T]) -> T:
    """Returns a required field of that type. Raises MalformedError."""
    value = optional(content, name, kind)
    if value is None:
        raise MalformedError(f"{name} is missing")
    return value


def optional(content: Mapping[str, Any], name: str, kind: type[T]) -> T | None:
    """Returns a field of that type, or None. Raises MalformedError for another type; true is not a number."""
    value = content.get(name)
    if value is None:
        return None
    if not isinstance(value, kind) or isinstance(value, bool):
        raise MalformedError(f"{name} is not of type {kind.__name__}")
    return value


def moment(content: Mapping[str, Any], name: str) -> datetime | None:
    """Returns an RFC 3339 time with its zone, or None. Raises MalformedError."""
    text = optional(content, name, str)
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise MalformedError(f"{name} is not a time") from None
    if at.tzinfo is None:
        raise MalformedError(f"{name} has no time zone")
    return at
