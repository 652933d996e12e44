"""Queue invoice-refunds: an invoice says how much of it went back since it was issued."""

from posthouse.domain.event import Event
from posthouse.entry.queue import consumer
from posthouse.services.invoices.refund_notes import note_money_back
from posthouse.services.step import Step


@consumer("note_invoice_refund")
def handler(event: Event, name: str, step: Step) -> None:
    note_money_back(event, name, step)
