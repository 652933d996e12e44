"""Refunds of orders of either kind: staff request them, and the order is refunded when all its money has arrived."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from posthouse.domain.refund import RefundsOwedFirst
from posthouse.domain.refusal import IdempotencyKeyReused, NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import idempotency, inbox, payments, refunds
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.domain.event import Event
    from posthouse.domain.identity import Principal
    from posthouse.domain.money import Money
    from posthouse.domain.refund import Refund
    from posthouse.domain.shop_order import ShopOrder

NUMBERS = " "
"""What stands between the numbers of refunds that one request made."""

_REFUNDING = "refunding"
"""The state of an order that waits for its money to arrive, of either kind."""

T = TypeVar("T", bound="Booking | ShopOrder")


class OrderRefundRequest(Value):
    """A refund that staff request; without an amount, all that can still be refunded.

    ``from_credit``: it pays out what the folio of a booking has too much, and lowers no charge.
    """

    order_no: str
    amount: Money | None
    reason: str
    caller_key: str
    body_hash: str
    from_credit: bool = False


class RefundPlan(Value):
    """A refund that is possible now. ``before`` are the facts for the audit log, ``add`` makes it in a transaction.

    ``add`` returns one refund for each payment that gives a part, at least one.
    """

    amount: Money
    before: Mapping[str, Any]
    add: Callable[[Transaction], list[Refund]]
    owed: int = 0
    """How many refunds failed before, and are still owed."""


def refund_order(
    request: OrderRefundRequest, plan: Callable[[], RefundPlan | Refusal], caller: Principal, step: Step
) -> list[Refund] | Refusal:
    """Make the refunds that ``plan`` returns, once for each Idempotency-Key."""
    for _ in range(ATTEMPTS):
        made = _made_before(request)
        if made is not None:
            return made
        planned = plan()
        if isinstance(planned, Refusal):
            # The first request with the same key may have committed between our reads: then its refund is returned.
            return _made_before(request) or planned
        transaction = Transaction()
        made = planned.add(transaction)
        numbers = [refund.out_refund_no for refund in made]
        idempotency.claim(transaction, request.caller_key, request.body_hash, NUMBERS.join(numbers), step.now)
        after = {"amount": planned.amount.fen, "reason": request.reason, "out_refund_no": NUMBERS.join(numbers)}
        actor = step.actor(caller.subject)
        record(transaction, actor, "refund", request.order_no, before=planned.before, after=after)
        if transaction.is_too_large:
            return RefundsOwedFirst(planned.owed)
        failed = transaction.commit()
        if failed is None:
            return made
        if refunds.REFUND in failed and idempotency.find(request.caller_key) is None:
            # The key is older than keys are kept, but its refund is there and has the same number.
            return IdempotencyKeyReused()
    raise busy(request.order_no)


def _made_before(request: OrderRefundRequest) -> list[Refund] | Refusal | None:
    """Returns the refunds that the first request with the key made, a refusal if its body was another, or None."""
    numbers = idempotency.result_for(request.caller_key, request.body_hash)
    if numbers is None or isinstance(numbers, Refusal):
        return numbers
    found = refunds.get_many(numbers.split(NUMBERS))
    return found or NotFound("refund")


def end_refunding(
    event: Event, consumer: str, find: Callable[[str], T | None], end: Callable[[Transaction, T], T], step: Step
) -> T | None:
    """End an order that waits for its refunds, if this event's refund was the last one to arrive.

    Returns the order if this call ended it. All its payments must have gone back as far as was promised.
    """
    order_no, payment_id = event.payload["order_no"], event.payload["payment_id"]
    for _ in range(ATTEMPTS):
        order = find(order_no)
        if order is None or order.status != _REFUNDING or payment_id not in order.paid_by:
            break
        transaction = Transaction()
        inbox.done(transaction, event, consumer, step.now)
        for each in order.paid_by:
            payments.must_be_returned(transaction, each)
        ended = end(transaction, order)
        failed = transaction.commit()
        if failed is None:
            return ended
        if inbox.DONE in failed:
            return None
        if payments.PAYMENT in failed:
            break  # more of it is on its way, and its own event will come
    else:
        raise busy(order_no)
    inbox.note_done(event, consumer, step.now)
    return None
