"""Refunds: their states and the providers' reports of them."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from posthouse.domain.money import ZERO, Money
from posthouse.domain.payment import JSAPI, SettlementMismatch
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
    """Returns the refund's number at the provider, at most 64 characters.

    ``paid_by`` is the id of a payment, or of an order that the balance paid. ``request`` is the Idempotency-Key of a
    request of staff; None for the only refund that a payment gets without staff. The same arguments give the same
    number.
    """
    return f"{paid_by}-{0 if request is None else hashlib.sha256(request.encode()).hexdigest()[:16]}"


_TRY = re.compile(r"-r([0-9]+)\Z")


def next_refund_no(out_refund_no: str) -> str:
    """Returns the number of the next try after a refund that WeChat closed: it accepts no closed number again."""
    tried = _TRY.search(out_refund_no)
    begin, number = (out_refund_no, 1) if tried is None else (out_refund_no[: tried.start()], int(tried[1]))
    return f"{begin}-r{number + 1}"


class NothingOwed(Refusal):
    """The refund has arrived, or another refund has taken its place: there is nothing to try again."""

    out_refund_no: str

    @property
    def explanation(self) -> str:
        return f"Nothing is owed of the refund {self.out_refund_no}."


class RefundsOwedFirst(Refusal):
    """Too much for one step: so many refunds failed that one more cannot take the place of all, or so many payments."""

    owed: int

    @property
    def explanation(self) -> str:
        if self.owed == 0:
            return "This order has too many payments to refund at once: refund a part of it first."
        return f"Try the {self.owed} failed refunds of this order again first."


class RefundExceedsPayment(Refusal):
    """The refund is more than what was paid and not refunded yet (both in fen)."""

    asked: int
    refundable: int

    @property
    def explanation(self) -> str:
        return f"{self.refundable} fen can be refunded, not {self.asked}."


ABNORMAL = "ABNORMAL"
"""The status of a refund that could not be paid out: the merchant keeps the money until staff send it by hand."""

TRIED_AGAIN_AFTER = timedelta(minutes=1)
"""How soon staff can send the same refund again: two presses at once are one."""


class Trouble(StrEnum):
    """Why a guest does not get a refund: it failed for good, or it has been under way for too long."""

    FAILED = "failed"
    STUCK = "stuck"


STUCK_AFTER = {RefundState.REQUESTED: timedelta(hours=1), RefundState.PROCESSING: timedelta(hours=72)}
"""How long a refund may be in a state. WeChat accepts one in seconds, and a bank card takes up to three days."""


class Refund(Value):
    """A refund of a payment, in part or whole.

    ``owed`` is what the guest is still owed of a refund that failed and is not set aside any more. ``retried_by`` is
    the refund that took its place, ``retry_of`` the one whose place this one took. ``tries`` counts how often staff
    had WeChat asked again under the same number.
    """

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
    """What was refunded to the guest's balance with it; ``amount`` is refunded through the provider."""
    owed: Money = ZERO
    retry_of: str | None = None
    retried_by: str | None = None
    tries: int = 0
    tried_at: datetime | None = None
    trouble: Trouble | None = None
    trouble_since: datetime | None = None
    provider: str = JSAPI.provider
    """The provider of its payment: it is sent there, and asked about there."""

    @property
    def has_ended(self) -> bool:
        """Whether the provider will never pay it under this number: it has arrived, or it failed for good."""
        if self.status is RefundState.FAILED:
            return self.failure != ABNORMAL
        return self.status is RefundState.SUCCEEDED

    @property
    def stopped(self) -> Money:
        """What does not reach the guest until somebody acts."""
        if self.status is not RefundState.FAILED:
            return ZERO
        return self.owed if self.has_ended else self.amount

    def is_stuck(self, now: datetime) -> bool:
        """Whether it has been under way for too long."""
        longest = STUCK_AFTER.get(self.status)
        return longest is not None and now - self.requested_at > longest


class RefundReport(Value):
    """A refund, as its provider reports it in an answer or a notification.

    ``status`` is SUCCESS, PROCESSING or ABNORMAL; with any other word it has failed for good.
    """

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
    """Returns the first field in which a provider's report differs from our refund, or None."""
    pairs = (
        ("payment", refund.payment_id, report.payment_id),
        ("amount", refund.amount.fen, report.amount.fen),
        ("total", refund.total.fen, report.total.fen),
    )
    different = (SettlementMismatch(field, str(ours), str(theirs)) for field, ours, theirs in pairs if ours != theirs)
    return next(different, None)
