"""Queue payment-log: every payment that came in is written into the log of its day."""

from posthouse.domain.event import Event
from posthouse.entry.logs import count
from posthouse.entry.queue import consumer
from posthouse.services.step import Step
from posthouse.store import inbox, payment_log
from posthouse.store.transaction import Transaction


@consumer("record_payment_log")
def handler(event: Event, name: str, step: Step) -> None:
    transaction = Transaction()
    inbox.done(transaction, event, name, step.now)
    payment_log.record(transaction, event, step.now)
    if transaction.commit() is None:
        count("PaymentsReceived")
