"""Refunds: their states and WeChat's reports of them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from posthouse.domain.money import ZERO, Money
from posthouse.domain.payment import SettlementMismatch
from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value


class RefundState(StrEnum):
    """The state of a refund."""

    REQUESTED = "requested"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


def next_states(state: RefundState) -> frozenset[RefundState]:
    """Returns the states that may follow. Every condition on a refund's state is derived from this table."""
    match state:
        case RefundState.REQUESTED:
            return frozenset({RefundState.PROCESSING, RefundState.SUCCEEDED, RefundState.FAILED})
        case RefundState.PROCESSING:
            return frozenset({RefundState.SUCCEEDED, RefundState.FAILED})
        case RefundState.FAILED:
            # An abnormal refund is sent by hand on WeChat's merchant platform, and succeeds then.
            return frozenset({RefundState.SUCCEEDED})
        case RefundState.SUCCEEDED:
            return frozenset()
        case _:
            assert_never(state)


def sources(target: RefundState) -> list[RefundState]:
    """Returns the states from which ``target`` may be reached, in the order of the enumeration."""
    return [state for state in RefundState if target in next_states(state)]


def refund_no_of(paid_by: str, request: str | None = None) -> str:
    """Returns WeChat's ``out_refund_no``, at most 64 characters.

    ``paid_by`` is the id of a payment, or of an order that the balance paid. ``request`` is the Idempotency-Key of a
    request of staff; None for the only refund that a payment gets without staff. The same arguments give the same
    number.
    """
    return f"{paid_by}-{0 if request is None else hashlib.sha256(request.encode()).hexdigest()[:16]}"


class RefundExceedsPayment(Refusal):
    """The refund is more than what was paid and not refunded yet (both in fen)."""

    asked: int
    refundable: int

    @property
    def explanation(self) -> str:
        return f"{self.refundable} fen can be refunded, not {self.asked}."


ABNORMAL = "ABNORMAL"
"""WeChat's status of a refund that could not be paid out: the merchant keeps the money until staff send it by hand."""


class Refund(Value):
    """A refund of a payment, in part or whole."""

    out_refund_no: str
    payment_id: str
    order_no: str
    user_id: str
    amount: Money
    total: Money
    reason: str
    status: RefundState
    requested_at: datetime
    openid: str
    refund_id: str | None = None
    failure: str | None = None
    ended_at: datetime | None = None
    from_balance: Money = ZERO
    """What was refunded to the guest's balance with it; ``amount`` is refunded through WeChat."""


class RefundReport(Value):
    """A refund, as WeChat reports it in an answer or a notification."""

    out_refund_no: str
    refund_id: str
    payment_id: str
    status: str
    amount: Money
    total: Money
    at: datetime | None

    @property
    def leads_to(self) -> RefundState:
        """The state that the report moves the refund to."""
        match self.status:
            case "SUCCESS":
                return RefundState.SUCCEEDED
            case "PROCESSING":
                return RefundState.PROCESSING
            case _:
                return RefundState.FAILED


def compare(refund: Refund, report: RefundReport) -> SettlementMismatch | None:
    """Returns the first field in which WeChat's report differs from our refund, or None."""
    pairs = (
        ("payment", refund.payment_id, report.payment_id),
        ("amount", refund.amount.fen, report.amount.fen),
        ("total", refund.total.fen, report.total.fen),
    )
    different = (SettlementMismatch(field, str(ours), str(theirs)) for field, ours, theirs in pairs if ours != theirs)
    return next(different, None)
