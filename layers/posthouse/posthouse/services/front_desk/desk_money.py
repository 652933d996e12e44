"""Money at the desk: staff take it for a stay, take a payment back that was none, and give money back.

Each time one transaction writes the folio's line, changes the booking's sums and counts the day's takings.
docs/decisions/0056-money-at-the-desk.md says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from posthouse.domain.booking import Booking, BookingState
from posthouse.domain.event import EventType
from posthouse.domain.folio import DeskMethod, Entry, Line, LineKind
from posthouse.domain.money import ZERO, Money
from posthouse.domain.refund import RefundExceedsPayment
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.takings import AlreadyReversed, desk_payment_refusal
from posthouse.domain.value import Value
from posthouse.services import folios
from posthouse.services.bookings.booking_events import enter, move_booking
from posthouse.services.bookings.cancellations import give_up
from posthouse.services.bookings.stays import for_staff
from posthouse.services.payments.order_payments import payments_of
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import folio_lines, hotels, idempotency, outbox, takings
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal


class DeskRequest(Value):
    """Money that staff take or give back; ``note`` is the reference of a payment, or the reason of a refund.

    ``from_credit``: it pays out what the folio has too much, and lowers no charge.
    """

    order_no: str
    method: DeskMethod
    amount: Money
    note: str | None
    caller_key: str
    body_hash: str
    from_credit: bool = False


def take(request: DeskRequest, caller: Principal, step: Step) -> Line | Refusal:
    """Take money for a stay, at most what is owed, once for each Idempotency-Key. A reserved one may be paid by it.

    Returns the folio's line. AWS calls: three reads, one transaction.
    """
    for _ in range(ATTEMPTS):
        booking = _found(request.order_no, caller)
        if isinstance(booking, NotFound):
            return booking
        made = _made_before(request)
        if made is not None:
            return made
        refusal = desk_payment_refusal(booking, request.amount)
        if refusal is not None:
            return refusal
        amount = ZERO - request.amount
        line = folios.desk_line(LineKind.PAYMENT, "payment", amount, request.method, caller.subject, step)
        line = replace(line, reference=request.note)
        transaction = Transaction()
        idempotency.claim(transaction, request.caller_key, request.body_hash, line.line_id, step.now)
        if booking.becomes_paid_by(request.amount):
            after = move_booking(transaction, booking, BookingState.PAID, step, entry=Entry((line,)))
        else:
            after = enter(transaction, booking, Entry((line,)), step)
        _count(transaction, "take_desk_payment", booking, after, line, step)
        if transaction.commit() is None:
            return line
    raise busy(request.order_no)


def give_back(request: DeskRequest, caller: Principal, step: Step) -> Line | Refusal:
    """Give money back at the desk, at most what it has taken, once for each Idempotency-Key.

    It lowers the charges as a refund does, unless it pays a credit. It ends a paid stay if nothing stays
    paid. Returns the folio's line. AWS calls: three reads, four for a stay that was paid online too, one transaction.
    """
    for _ in range(ATTEMPTS):
        booking = _found(request.order_no, caller)
        if isinstance(booking, NotFound):
            return booking
        made = _made_before(request)
        if made is not None:
            return made
        paid = payments_of(booking)
        # What is owed of refunds that failed goes back by these: it is no credit that the desk may pay.
        credit = max(ZERO - booking.balance - paid.owed, ZERO)
        refundable = min(booking.desk, credit) if request.from_credit else booking.desk
        if request.amount > refundable:
            return RefundExceedsPayment(request.amount.fen, refundable.fen)
        transaction = Transaction()
        entry = _refund(request, booking, credit, caller.subject, step)
        [line] = [each for each in entry.lines if each.is_desk_money]
        idempotency.claim(transaction, request.caller_key, request.body_hash, line.line_id, step.now)
        if booking.status is BookingState.PAID and booking.paid == request.amount and not request.from_credit:
            # The money is back already: the stay waits for no refund.
            after = give_up(transaction, booking, paid, BookingState.CANCELLED, entry, step)
        else:
            after = enter(transaction, booking, entry, step)
        _tell_of_money_back(transaction, booking, line, step)
        _count(transaction, "give_desk_refund", booking, after, line, step)
        if transaction.commit() is None:
            return line
    raise busy(request.order_no)


def _refund(request: DeskRequest, booking: Booking, credit: Money, by: str, step: Step) -> Entry:
    reason = request.note or ""
    # A stay that has ended has no charges left to lower: what it has too much is paid out first.
    out_of_credit = booking.ending is not None or request.from_credit
    lowered = max(request.amount - credit, ZERO) if out_of_credit else request.amount
    off = [folios.charge(LineKind.ADJUSTMENT, reason, ZERO - lowered, by, step)] if lowered > ZERO else []
    line = folios.desk_line(LineKind.REFUND, reason, request.amount, request.method, by, step)
    return Entry((*off, line), by=by)


def reverse(order_no: str, desk_payment_id: str, reason: str, caller: Principal, step: Step) -> Line | Refusal:
    """Take back a payment at the desk that was none, once; no state changes. Returns the opposite line.

    AWS calls: four reads, one transaction.
    """
    for _ in range(ATTEMPTS):
        booking = _found(order_no, caller)
        if isinstance(booking, NotFound):
            return booking
        line = _payment(order_no, desk_payment_id)
        if line is None:
            return NotFound("desk payment")
        opposite = _reversal(line, reason, caller.subject, step)
        if folio_lines.get(order_no, opposite.line_id) is not None:
            return AlreadyReversed(desk_payment_id)
        if opposite.amount > booking.desk:
            return RefundExceedsPayment(opposite.amount.fen, booking.desk.fen)
        transaction = Transaction()
        after = enter(transaction, booking, Entry((opposite,)), step)
        _tell_of_money_back(transaction, booking, opposite, step)
        _count(transaction, "reverse_desk_payment", booking, after, opposite, step)
        if transaction.commit() is None:
            return opposite
    raise busy(order_no)


def reversed_before(order_no: str, desk_payment_id: str, caller: Principal) -> Line | NotFound:
    """Returns the line that took a payment at the desk back."""
    booking = _found(order_no, caller)
    if isinstance(booking, NotFound):
        return booking
    return folio_lines.get(order_no, _reversal_id(desk_payment_id)) or NotFound("desk payment")


def _payment(order_no: str, desk_payment_id: str) -> Line | None:
    line = folio_lines.get(order_no, desk_payment_id)
    is_payment = line is not None and line.is_desk_money and line.amount < ZERO
    return line if is_payment else None


def _reversal_id(desk_payment_id: str) -> str:
    return f"{desk_payment_id}-reversal"


def _reversal(line: Line, reason: str, by: str, step: Step) -> Line:
    return replace(
        line,
        line_id=_reversal_id(line.line_id),
        description=reason,
        amount=ZERO - line.amount,
        at=step.now,
        by=by,
        reference=None,
    )


def _found(order_no: str, caller: Principal) -> Booking | NotFound:
    booking = for_staff(order_no, caller)
    return NotFound("order") if isinstance(booking, NotFound) else booking


def _made_before(request: DeskRequest) -> Line | Refusal | None:
    """Returns the line that the first request with the key made, a refusal if its body was another, or None."""
    line_id = idempotency.result_for(request.caller_key, request.body_hash)
    if line_id is None or isinstance(line_id, Refusal):
        return line_id
    return folio_lines.get(request.order_no, line_id) or NotFound("order")


def _tell_of_money_back(transaction: Transaction, booking: Booking, line: Line, step: Step) -> None:
    """Tell that the desk has less of a stay's money than before: an invoice may say more than is paid."""
    facts = {"order_no": booking.order_no, "amount": line.amount.fen}
    outbox.send(transaction, step.event(EventType.BOOKING_DESK_REFUND, line.line_id, 1, facts))


def _count(transaction: Transaction, action: str, booking: Booking, after: Booking, line: Line, step: Step) -> None:
    """Count a line in the takings of the hotel's business date, and note in the audit who wrote it."""
    hotel = hotels.get_hotel(booking.hotel_id)
    clock = booking.clock if hotel is None else hotel.clock
    takings.count(transaction, booking.hotel_id, clock.business_date(step.now), line)
    before, now = ({"status": each.status, "balance": each.balance.fen} for each in (booking, after))
    facts: dict[str, Any] = {"method": line.method, "amount": line.amount.fen, "number": line.number}
    facts["reason"] = line.reference or line.description
    record(transaction, step.actor(line.by), action, booking.order_no, before=before, after={**now, **facts})
