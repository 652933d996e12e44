"""Staff add charges to the folio of a stay: an extra, a fee, or an adjustment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.booking import TAKES_LINES, Booking
from posthouse.domain.folio import Entry, FolioClosed, Line, LineKind
from posthouse.domain.refusal import InvalidRequest, NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services import folios
from posthouse.services.bookings.booking_events import enter
from posthouse.services.bookings.stays import for_staff
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import extras, folio_lines, idempotency
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal
    from posthouse.domain.money import Money


class ChargeRequest(Value):
    """A charge that staff add. An extra of the hotel has its name and price if the request does not say others."""

    order_no: str
    kind: LineKind
    description: str | None
    amount: Money | None
    extra_id: str | None
    quantity: int
    caller_key: str
    body_hash: str


def add_charge(request: ChargeRequest, caller: Principal, step: Step) -> Line | Refusal:
    """Add a charge to a folio, once for each Idempotency-Key. Returns its line.

    AWS calls: two reads, three for an extra, and one transaction.
    """
    for _ in range(ATTEMPTS):
        booking = for_staff(request.order_no, caller)
        if isinstance(booking, NotFound):
            return booking
        # Read after the booking: a repeat is of the caller's hotels too, and also returned when the folio has closed.
        made = _made_before(request)
        if made is not None:
            return made
        if booking.status not in TAKES_LINES:
            return FolioClosed(booking.status)
        line = _line(request, booking, caller, step)
        if isinstance(line, Refusal):
            return line
        transaction = Transaction()
        idempotency.claim(transaction, request.caller_key, request.body_hash, line.line_id, step.now)
        after = enter(transaction, booking, Entry((line,)), step)
        changed = {"kind": line.kind, "amount": line.amount.fen, "reason": line.description}
        actor = step.actor(caller.subject)
        was, now = {"balance": booking.balance.fen}, {"balance": after.balance.fen, **changed}
        record(transaction, actor, "add_folio_line", request.order_no, before=was, after=now)
        if transaction.commit() is None:
            return line
    raise busy(request.order_no)


def _line(request: ChargeRequest, booking: Booking, caller: Principal, step: Step) -> Line | Refusal:
    description, amount = request.description, request.amount
    if request.extra_id is not None:
        extra = extras.get_extra(booking.hotel_id, request.extra_id)
        if extra is None:
            return InvalidRequest("extra_id", "is no extra of this hotel")
        booked = extra.booked(request.quantity, booking.party, len(booking.stay))
        description, amount = description or extra.name, amount or booked.amount
    if description is None:
        return InvalidRequest("description", "is required")
    if amount is None:
        return InvalidRequest("amount", "is required")
    return folios.charge(request.kind, description, amount, caller.subject, step)


def _made_before(request: ChargeRequest) -> Line | Refusal | None:
    """Returns the line that the first request with the key made, a refusal if its body was another, or None."""
    line_id = idempotency.result_for(request.caller_key, request.body_hash)
    if line_id is None or isinstance(line_id, Refusal):
        return line_id
    return folio_lines.get(request.order_no, line_id) or NotFound("booking")
