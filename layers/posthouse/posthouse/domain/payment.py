"""Payments: one attempt to pay an order at a provider, and the provider's report of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from msgspec import field
from msgspec.structs import replace

from posthouse.domain.money import ZERO, Money
from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value

FEN_A_POINT = 100
"""How many fen earn a point."""


class CannotSettle(Exception):
    """A payment succeeded that matches no order. The message ends in the dead letters, where staff see it."""


class PaymentState(StrEnum):
    """The state of a payment."""

    CREATED = "created"
    SUCCEEDED = "succeeded"
    CLOSED = "closed"


def next_states(state: PaymentState) -> frozenset[PaymentState]:
    """Returns the states that may follow. Every condition on a payment's state is derived from this table."""
    match state:
        case PaymentState.CREATED:
            return frozenset({PaymentState.SUCCEEDED, PaymentState.CLOSED})
        case PaymentState.CLOSED:
            # It may still be paid: the guest had the payment sheet open, or the provider closed late.
            return frozenset({PaymentState.SUCCEEDED})
        case PaymentState.SUCCEEDED:
            return frozenset()
        case _:
            assert_never(state)


def sources(target: PaymentState) -> list[PaymentState]:
    """Returns the states from which ``target`` may be reached, in the order of the enumeration."""
    return [state for state in PaymentState if target in next_states(state)]


class Way(Value):
    """A way to pay: ``provider`` takes the money, ``via`` is how the guest gets there."""

    provider: str
    via: str


JSAPI = Way("wechat", "jsapi")
"""WeChat Pay inside the mini program."""

NATIVE = Way("wechat", "native")
"""WeChat Pay by a QR code: whoever scans it pays."""

NO_BODY = "{}"
"""The request body of a payment whose guest has deleted the account: nothing that names the payer is kept any more."""


class NotPayable(Refusal):
    """The order cannot be paid, or not any more."""

    status: str

    @property
    def explanation(self) -> str:
        return f"The order is {self.status}; there is nothing to pay."


class WholeAmountOnly(Refusal):
    """The order is paid at once, not in parts; ``amount`` is what is asked for (fen)."""

    amount: int

    @property
    def explanation(self) -> str:
        return f"The order is paid at once, with {self.amount} fen: only what a stay still owes is paid in parts."


class PaymentRefused(Refusal):
    """The provider refuses this payment; ``reason`` is the provider's code, ``provider`` what a person calls it."""

    reason: str
    provider: str

    @property
    def explanation(self) -> str:
        return f"{self.provider} refused: {self.reason}."


class Payment(Value):
    """An attempt to pay. ``request_body`` is what was sent to the provider: retries must send the same body.

    ``provider`` and ``via`` are its way: all that is asked about it later is asked there. ``openid`` is of the only one
    who may pay it; where anybody may, it is empty until somebody has. ``user_id`` is the order's guest, empty where
    that is nobody yet. ``opened_as`` is what the provider opened it as, until ``opened_until``.
    """

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
    provider: str = JSAPI.provider
    via: str = JSAPI.via
    opened_as: str | None = None
    opened_until: datetime | None = None
    transaction_id: str | None = None
    succeeded_at: datetime | None = None
    refunded: Money = ZERO
    """What has been refunded, or is on its way."""
    promised: Money = ZERO
    """The most that ``refunded`` has been: after a failed refund the amount is still owed."""
    returned: Money = ZERO
    """What has arrived at the payer."""
    points: int | None = None
    """How many of the guest's points this payment has earned; None until they were given."""
    owed_by: Mapping[str, Money] = field(default_factory=dict)
    """What is owed of each refund that failed for good, by its number. Their sum is ``promised - refunded``."""

    @property
    def way(self) -> Way:
        """The way in which it is paid."""
        return Way(self.provider, self.via)

    def with_payer(self, payer: str) -> Payment:
        """Returns the payment with its payer, where none was known before and nothing of them has to be forgotten."""
        return self if self.openid or self.request_body == NO_BODY else replace(self, openid=payer)

    @property
    def points_due(self) -> int:
        """One point for each whole yuan that was paid and not refunded."""
        return (self.payable - self.returned).fen // FEN_A_POINT

    @property
    def refundable(self) -> Money:
        """What can still be refunded."""
        return self.payable - self.refunded if self.status is PaymentState.SUCCEEDED else ZERO

    @property
    def owed(self) -> Money:
        """What is owed of refunds that failed for good."""
        return sum(self.owed_by.values(), ZERO)

    @property
    def is_promised_wholly(self) -> bool:
        """Whether all of it has gone back, is on its way, or is owed."""
        return self.promised >= self.payable

    def owed_after(self, amount: Money, first: str | None = None) -> dict[str, Money]:
        """Returns what is owed of each failed refund once another of ``amount`` is requested: it pays them, oldest
        first, but ``first`` before all others.
        """
        owed = dict(self.owed_by)
        for number in sorted(owed, key=lambda each: each != first):
            part = min(owed[number], amount)
            owed[number] -= part
            amount -= part
        return owed


class Settlement(Value):
    """A payment that succeeded, as its provider reports it in a notification or a query."""

    app_id: str
    merchant_id: str
    payment_id: str
    transaction_id: str
    amount: Money
    payer: str
    succeeded_at: datetime


class SettlementMismatch(Refusal):
    """A provider's report differs from our row; ``field`` is the first field that differs."""

    field: str
    ours: str
    theirs: str

    @property
    def explanation(self) -> str:
        return f"The {self.field} is not ours."


def compare(payment: Payment, settlement: Settlement, app_id: str, merchant_id: str) -> SettlementMismatch | None:
    """Returns the first field in which a provider's report differs from our payment, or None."""
    pairs = (
        ("app", settlement.app_id, app_id),
        ("merchant", settlement.merchant_id, merchant_id),
        ("payment", settlement.payment_id, payment.payment_id),
        ("amount", settlement.amount, payment.payable),
        # Anybody may pay where no payer is bound; the openid of a guest who deleted the account is erased.
        ("payer", settlement.payer, payment.openid or settlement.payer),
    )
    different = (
        SettlementMismatch(field, _text(ours), _text(theirs)) for field, theirs, ours in pairs if theirs != ours
    )
    return next(different, None)


def _text(value: Money | str) -> str:
    return f"{value.fen} {value.currency}" if isinstance(value, Money) else value
