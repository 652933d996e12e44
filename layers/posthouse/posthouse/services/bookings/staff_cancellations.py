"""Staff cancel a stay that is reserved or paid: for the fee by its rule, or for less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.booking import Booking, staff_cancel_refusal
from posthouse.domain.money import ZERO, Money
from posthouse.domain.refund import RefundsOwedFirst
from posthouse.domain.refusal import InvalidRequest, NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services.bookings.cancellations import Keep, cancel_kept
from posthouse.services.bookings.stays import for_staff
from posthouse.services.payments.order_payments import payments_of
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import bookings, idempotency
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal


class CancelRequest(Value):
    """A cancellation by staff. ``fee`` is what the hotel keeps, None for what the booking's rule says now.

    The guest reads the reason in WeChat, if money goes back.
    """

    order_no: str
    reason: str
    fee: Money | None
    caller_key: str
    body_hash: str


def cancel_for_staff(request: CancelRequest, caller: Principal, step: Step) -> Booking | Refusal:
    """Cancel a booking, once for each Idempotency-Key. No day ends this: only a guest that has come does.

    AWS calls: three reads, one transaction.
    """
    for _ in range(ATTEMPTS):
        booking = for_staff(request.order_no, caller)
        if isinstance(booking, NotFound):
            return booking
        used = idempotency.result_for(request.caller_key, request.body_hash)
        if used is not None:
            return used if isinstance(used, Refusal) else bookings.get(used) or NotFound("booking")
        refusal = staff_cancel_refusal(booking)
        if refusal is not None:
            return refusal
        fee = _fee(request, booking, step)
        if isinstance(fee, InvalidRequest):
            return fee
        paid = payments_of(booking)
        transaction = Transaction()
        idempotency.claim(transaction, request.caller_key, request.body_hash, booking.order_no, step.now)
        cancelled = cancel_kept(transaction, booking, paid, Keep(fee, request.reason, caller.subject), step)
        before = {"status": booking.status}
        said = {"fee": fee.fen, "kept": cancelled.charges.fen, "reason": request.reason}
        actor, after = step.actor(caller.subject), {"status": cancelled.status, **said}
        record(transaction, actor, "cancel_booking", booking.order_no, before=before, after=after)
        if transaction.is_too_large:
            return RefundsOwedFirst(paid.failed_refunds)
        if transaction.commit() is None:
            return cancelled
    raise busy(request.order_no)


def _fee(request: CancelRequest, booking: Booking, step: Step) -> Money | InvalidRequest:
    most = booking.cancel_rule.fee(booking.stay, booking.clock, booking.price.payable, step.now) or ZERO
    if request.fee is not None and request.fee > most:
        return InvalidRequest("fee", f"is at most {most.fen} fen by the rule of this booking")
    return most if request.fee is None else request.fee
