"""Queue payment-log: every payment that succeeded is written into the log of its day."""

from posthouse.domain.event import Event
from posthouse.entry.logs import count
from posthouse.entry.queue import consumer
from posthouse.services.payments.payment_log import record_payment
from posthouse.services.step import Step


@consumer("record_payment_log")
def handler(event: Event, _name: str, step: Step) -> None:
    if record_payment(event, step):
        count("PaymentsReceived")
