"""Payments: one attempt to pay an order through WeChat, and what WeChat says of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import assert_never

from posthouse.domain.money import ZERO, Money
from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value

FEN_A_POINT = 100
"""How much money earns a point."""


class CannotSettle(Exception):
    """Money came in that fits no order. Ends in the dead letters, where staff see it."""


class PaymentState(StrEnum):
    """Where an attempt to pay stands."""

    CREATED = "created"
    SUCCEEDED = "succeeded"
    CLOSED = "closed"


def next_states(state: PaymentState) -> frozenset[PaymentState]:
    """The one table of a payment's transitions."""
    match state:
        case PaymentState.CREATED:
            return frozenset({PaymentState.SUCCEEDED, PaymentState.CLOSED})
        case PaymentState.CLOSED:
            # Money may come in after all: the guest had WeChat's sheet open, or WeChat was slow to close.
            return frozenset({PaymentState.SUCCEEDED})
        case PaymentState.SUCCEEDED:
            return frozenset()
        case _:
            assert_never(state)


def sources(target: PaymentState) -> list[PaymentState]:
    """The states from which ``target`` may be reached, in the order of the enumeration."""
    return [state for state in PaymentState if target in next_states(state)]


class NotPayable(Refusal):
    """The order does not wait for a payment (any more)."""

    status: str

    @property
    def explanation(self) -> str:
        return f"The order is {self.status}; there is nothing to pay."


class PaymentRefused(Refusal):
    """WeChat will not take this payment; ``reason`` is its own code."""

    reason: str

    @property
    def explanation(self) -> str:
        return f"WeChat Pay refused: {self.reason}."


class Payment(Value):
    """An attempt to pay. ``request_body`` is what was sent to WeChat: the same number must come with the same body."""

    payment_id: str
    order_no: str
    user_id: str
    openid: str
    total: Money
    discount: Money
    payable: Money
    status: PaymentState
    request_body: str
    created_at: datetime
    expires_at: datetime
    prepay_id: str | None = None
    transaction_id: str | None = None
    succeeded_at: datetime | None = None
    refunded: Money = ZERO
    """What has gone back, or is on its way."""
    promised: Money = ZERO
    """The most that ``refunded`` has been: a refund that failed is still owed."""
    returned: Money = ZERO
    """What has arrived with the payer."""
    points: int | None = None
    """What of the guest's points this payment stands for; None until they have been given."""

    @property
    def points_due(self) -> int:
        """One point for each whole yuan that was paid and has not come back."""
        return (self.payable - self.returned).fen // FEN_A_POINT

    @property
    def refundable(self) -> Money:
        """What can still go back."""
        return self.payable - self.refunded if self.status is PaymentState.SUCCEEDED else ZERO


class Settlement(Value):
    """What WeChat says was paid, from a notification or a query."""

    app_id: str
    merchant_id: str
    payment_id: str
    transaction_id: str
    amount: Money
    openid: str
    succeeded_at: datetime


class SettlementMismatch(Refusal):
    """What WeChat says is not what we asked for; ``field`` is the first that differs."""

    field: str
    ours: str
    theirs: str

    @property
    def explanation(self) -> str:
        return f"The {self.field} is not ours."


def compare(payment: Payment, settlement: Settlement, app_id: str, merchant_id: str) -> SettlementMismatch | None:
    """The first field in which WeChat's word differs from our row, or None if it is our payment indeed."""
    pairs = (
        ("app", settlement.app_id, app_id),
        ("merchant", settlement.merchant_id, merchant_id),
        ("payment", settlement.payment_id, payment.payment_id),
        ("amount", settlement.amount, payment.payable),
        # The openid of a guest who has left is forgotten: then anybody may have been it.
        ("payer", settlement.openid, payment.openid or settlement.openid),
    )
    different = (
        SettlementMismatch(field, _text(ours), _text(theirs)) for field, theirs, ours in pairs if theirs != ours
    )
    return next(different, None)


def _text(value: Money | str) -> str:
    return f"{value.fen} {value.currency}" if isinstance(value, Money) else value
