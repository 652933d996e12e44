"""Keeps invoices in step with the money that goes back: whatever an event tells, its order is read anew.

So it does not matter in which order events arrive, or how often.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.services.invoices.paid import must_stay_paid, paid_of
from posthouse.services.step import ATTEMPTS, busy
from posthouse.store import inbox, invoices
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.event import Event
    from posthouse.domain.invoice import Invoice
    from posthouse.services.step import Step


def note_money_back(event: Event, consumer: str, step: Step) -> Invoice | None:
    """Note on an order's invoice what went back. Returns the invoice if it has changed.

    AWS calls: one read and one write for an order without an invoice; else up to three reads, and one transaction.
    """
    order_no = event.payload["order_no"]
    for _ in range(ATTEMPTS):
        invoice = invoices.of_order(order_no)
        paid = None if invoice is None else paid_of([order_no])[order_no]
        after = None if invoice is None or paid is None else invoice.after_refunds(paid.amount)
        if invoice is None or paid is None or after is None or after == invoice:
            inbox.note_done(event, consumer, step.now)
            return None
        transaction = Transaction()
        inbox.done(transaction, event, consumer, step.now)
        invoices.write(transaction, after, invoice)
        must_stay_paid(transaction, paid)
        failed = transaction.commit()
        if failed is None:
            return after
        if inbox.DONE in failed:
            return None
    raise busy(order_no)
