"""Refunds: money on its way back to where it came from."""

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
    """Where a refund stands."""

    REQUESTED = "requested"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


def next_states(state: RefundState) -> frozenset[RefundState]:
    """The one table of a refund's transitions."""
    match state:
        case RefundState.REQUESTED:
            return frozenset({RefundState.PROCESSING, RefundState.SUCCEEDED, RefundState.FAILED})
        case RefundState.PROCESSING:
            return frozenset({RefundState.SUCCEEDED, RefundState.FAILED})
        case RefundState.FAILED:
            # An abnormal one is put right by hand on WeChat's merchant platform, and arrives after all.
            return frozenset({RefundState.SUCCEEDED})
        case RefundState.SUCCEEDED:
            return frozenset()
        case _:
            assert_never(state)


def sources(target: RefundState) -> list[RefundState]:
    """The states from which ``target`` may be reached, in the order of the enumeration."""
    return [state for state in RefundState if target in next_states(state)]


def refund_no_of(paid_by: str, request: str | None = None) -> str:
    """WeChat's ``out_refund_no``, at most 64 characters; ``paid_by`` is a payment, or an order that the balance paid.

    Without a request, of the one refund that a payment gets without staff; else of a request of staff, by its
    Idempotency-Key. Whoever asks again makes the same.
    """
    return f"{paid_by}-{0 if request is None else hashlib.sha256(request.encode()).hexdigest()[:16]}"


class RefundExceedsPayment(Refusal):
    """More would go back than what was paid and has not been refunded (both in fen)."""

    asked: int
    refundable: int

    @property
    def explanation(self) -> str:
        return f"{self.refundable} fen of what was paid can go back, not {self.asked}."


ABNORMAL = "ABNORMAL"
"""WeChat's report for a refund that reached no account: the money stays with the merchant until it is sent by hand."""


class Refund(Value):
    """A part of a payment, or all of it, that goes back."""

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
    """What went back to the guest's balance with it; ``amount`` is what goes back through WeChat."""


class RefundReport(Value):
    """What WeChat says of a refund, in an answer, to a query or by a notification."""

    out_refund_no: str
    refund_id: str
    payment_id: str
    status: str
    amount: Money
    total: Money
    at: datetime | None

    @property
    def leads_to(self) -> RefundState:
        """The state that it puts the refund into."""
        match self.status:
            case "SUCCESS":
                return RefundState.SUCCEEDED
            case "PROCESSING":
                return RefundState.PROCESSING
            case _:
                return RefundState.FAILED


def compare(refund: Refund, report: RefundReport) -> SettlementMismatch | None:
    """The first field in which WeChat's report differs from our row, or None if it is our refund indeed."""
    pairs = (
        ("payment", refund.payment_id, report.payment_id),
        ("amount", refund.amount.fen, report.amount.fen),
        ("total", refund.total.fen, report.total.fen),
    )
    different = (SettlementMismatch(field, str(ours), str(theirs)) for field, ours, theirs in pairs if ours != theirs)
    return next(different, None)
