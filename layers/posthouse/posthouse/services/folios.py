"""The folio of a stay: lines are added in the same transaction as what they tell of, and read with what was booked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.folio import SYSTEM, DeskMethod, Folio, Line, LineKind, folio_of
from posthouse.domain.ids import IdKind, has_kind
from posthouse.domain.money import ZERO, Money
from posthouse.domain.refusal import NotFound
from posthouse.services.step import ATTEMPTS, busy
from posthouse.store import bookings, folio_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from posthouse.domain.booking import Booking
    from posthouse.domain.payment import Payment
    from posthouse.domain.refund import Refund
    from posthouse.services.step import Step
    from posthouse.store.transaction import Transaction


def read_folio(find: Callable[[], Booking | NotFound]) -> Folio | NotFound:
    """Returns the folio of the booking that ``find`` reads. Its lines sum to what the booking says.

    A line that is added between the two reads makes them differ: then both are read again.
    AWS calls: two reads.
    """
    for _ in range(ATTEMPTS):
        booking = find()
        if isinstance(booking, NotFound):
            return booking
        folio = folio_of(booking, folio_lines.list_of_order(booking.order_no))
        if (folio.charges, folio.paid) == (booking.charges, booking.paid):
            return folio
    raise busy("the folio")


def charge(kind: LineKind, description: str, amount: Money, by: str, step: Step) -> Line:
    """Returns a line of a charge; a negative amount lowers what the guest owes."""
    return Line(step.new_ulid(), kind, description, amount, step.now, by)


def payment_line(payment: Payment, step: Step) -> Line:
    """Returns the line of a payment."""
    amount = ZERO - payment.payable
    return _money(LineKind.PAYMENT, "payment", amount, payment.user_id or SYSTEM, payment.payment_id, step)


def refund_line(refund: Refund, by: str, step: Step) -> Line:
    """Returns the line of a refund that is requested."""
    return _money(LineKind.REFUND, refund.reason, refund.amount, by, refund.out_refund_no, step)


def desk_line(kind: LineKind, description: str, amount: Money, method: DeskMethod, by: str, step: Step) -> Line:
    """Returns the line of money that the desk takes (negative) or gives back (positive); its id is its number too."""
    line_id = step.new_ulid()
    return Line(line_id, kind, description, amount, step.now, by, method, line_id)


def note_refund_failed(transaction: Transaction, refund: Refund, step: Step) -> None:
    """Add the opposite of a refund's line: it failed for good, and the guest has a credit until it is paid."""
    _note_money(transaction, refund, refund.amount, step)


def note_refund_paid(transaction: Transaction, refund: Refund, step: Step) -> None:
    """Add the line of a refund again: it takes the place of one that failed, or arrived although it had failed."""
    _note_money(transaction, refund, ZERO - refund.amount, step)


def _note_money(transaction: Transaction, refund: Refund, received_again: Money, step: Step) -> None:
    if not has_kind(refund.order_no, IdKind.BOOKING):
        return
    bookings.add_paid(transaction, refund.order_no, received_again)
    amount = ZERO - received_again
    line = _money(LineKind.REFUND, refund.reason, amount, SYSTEM, refund.out_refund_no, step)
    folio_lines.add(transaction, refund.order_no, [line])


def _money(kind: LineKind, description: str, amount: Money, by: str, number: str, step: Step) -> Line:
    return Line(step.new_ulid(), kind, description, amount, step.now, by, "wechat", number)
