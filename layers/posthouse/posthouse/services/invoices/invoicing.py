"""Guests request invoices of what they paid; staff note the number of each, and of what corrects it.

docs/decisions/0070-invoices.md says why it is so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from posthouse.domain.booking import Booking
from posthouse.domain.identity import AccountDeleted, Role
from posthouse.domain.invoice import (
    Buyer,
    Invoice,
    InvoiceAmountChanged,
    InvoiceIssued,
    InvoiceRequested,
    InvoiceState,
    NothingToCorrect,
    NotPaid,
    invoice_id_of,
)
from posthouse.domain.money import ZERO, Money
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services.invoices.paid import Paid, must_stay_paid, paid_of
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import guests, invoices
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal


def request_invoice(order_no: str, buyer: Buyer, caller: Principal, step: Step) -> Invoice | Refusal:
    """Request the invoice of a guest's own order: it has one, unless all money went back before that was issued.

    AWS calls: two reads, three for an order of goods, one transaction.
    """
    for _ in range(ATTEMPTS):
        paid = paid_of([order_no]).get(order_no)
        if paid is None or paid.order.user_id != caller.subject:
            return NotFound("order")
        before = invoices.of_order(order_no)
        if before is not None and before.status is not InvoiceState.CANCELLED:
            return InvoiceRequested(before.invoice_id)
        if paid.amount <= ZERO:
            return NotPaid(paid.order.status)
        invoice = Invoice(
            invoice_id=invoice_id_of(order_no),
            order_no=order_no,
            user_id=caller.subject,
            hotel_id=paid.order.hotel_id if isinstance(paid.order, Booking) else "",
            buyer=buyer,
            status=InvoiceState.REQUESTED,
            amount=paid.amount,
            requested_at=step.now,
            entry=step.new_ulid(),
        )
        transaction = Transaction()
        invoices.write(transaction, invoice, before)
        must_stay_paid(transaction, paid)
        guests.must_stay(transaction, caller.subject)
        failed = transaction.commit()
        if failed is None:
            return invoice
        if guests.GUEST in failed:
            return AccountDeleted()
    raise busy(order_no)


def of_guest(order_no: str, caller: Principal) -> list[Invoice] | NotFound:
    """Returns the invoice of a guest's own order, in a list that is empty without one; amounts are those of now."""
    paid = paid_of([order_no]).get(order_no)
    if paid is None or paid.order.user_id != caller.subject:
        return NotFound("order")
    invoice = invoices.of_order(order_no)
    return [] if invoice is None else [invoice.with_paid(paid.amount)]


class Listed(Value):
    """An invoice as staff see it, with what is paid of its order now."""

    invoice: Invoice
    subject: str


def with_orders(found: list[Invoice]) -> list[Listed]:
    """Returns the invoices with what is paid of their orders now. AWS calls: at most two for a hundred."""
    paid = paid_of([invoice.order_no for invoice in found])
    return [_listed(invoice, paid[invoice.order_no]) for invoice in found]


def _listed(invoice: Invoice, paid: Paid) -> Listed:
    return Listed(invoice.with_paid(paid.amount), paid.subject)


class Noted(Value):
    """What staff note of an invoice: its number, and the amount for which they wrote it, if they say so."""

    number: str
    amount: Money | None

    def refusal(self, actual: Money) -> InvoiceAmountChanged | None:
        """Returns a refusal if it was written for another amount than it has now."""
        if self.amount is None or self.amount == actual:
            return None
        return InvoiceAmountChanged(self.amount.fen, actual.fen)


def note_issued(invoice_id: str, noted: Noted, caller: Principal, step: Step) -> Listed | Refusal:
    """Note the number of a requested invoice, once. Its amount is what is paid of the order then."""

    def issue(invoice: Invoice, paid: Paid) -> Invoice | Refusal:
        if invoice.status is not InvoiceState.REQUESTED:
            return InvoiceIssued(invoice.status, invoice.number)
        refusal = NotPaid(paid.order.status) if invoice.amount <= ZERO else noted.refusal(invoice.amount)
        return refusal or invoice.issued(noted.number, caller.subject, step.now)

    return _change(invoice_id, "issue_invoice", issue, caller, step)


def note_corrected(invoice_id: str, noted: Noted, caller: Principal, step: Step) -> Listed | Refusal:
    """Note the number of the invoice that takes off what went back of an issued one since."""

    def correct(invoice: Invoice, _: Paid) -> Invoice | Refusal:
        if invoice.status is not InvoiceState.ISSUED or invoice.to_correct <= ZERO:
            return NothingToCorrect(invoice.status)
        refusal = noted.refusal(invoice.to_correct)
        return refusal or invoice.with_correction(noted.number, caller.subject, step.now)

    return _change(invoice_id, "correct_invoice", correct, caller, step)


def for_staff(invoice_id: str, caller: Principal) -> Listed | NotFound:
    """Returns an invoice that this member of staff may see: of their hotels, or any for an admin."""
    invoice = _find(invoice_id, caller)
    return invoice if isinstance(invoice, NotFound) else with_orders([invoice])[0]


def _find(invoice_id: str, caller: Principal) -> Invoice | NotFound:
    invoice = invoices.get(invoice_id)
    if invoice is None or not (caller.role is Role.ADMIN or caller.serves(invoice.hotel_id)):
        return NotFound("invoice")
    return invoice


def _change(
    invoice_id: str,
    action: str,
    decide: Callable[[Invoice, Paid], Invoice | Refusal],
    caller: Principal,
    step: Step,
) -> Listed | Refusal:
    """Make what ``decide`` returns of an invoice as it is now. AWS calls: at most three reads, one transaction."""
    for _ in range(ATTEMPTS):
        stored = _find(invoice_id, caller)
        if isinstance(stored, NotFound):
            return stored
        paid = paid_of([stored.order_no])[stored.order_no]
        after = decide(stored.with_paid(paid.amount), paid)
        if isinstance(after, Refusal):
            return after
        transaction = Transaction()
        invoices.write(transaction, after, stored)
        must_stay_paid(transaction, paid)
        before, now = ({"status": it.status, "number": it.number} for it in (stored, after))
        corrections = [each.number for each in after.corrections]
        facts = {**now, "order_no": after.order_no, "amount": after.amount.fen, "corrections": corrections}
        record(transaction, step.actor(caller.subject), action, invoice_id, before=before, after=facts)
        if transaction.commit() is None:
            return Listed(after, paid.subject)
    raise busy(invoice_id)
