"""Queue payment-log: every payment that came in is written into the log of its day."""

from posthouse.domain.event import Event
from posthouse.entry.logs import count
from posthouse.entry.queue import consumer
from posthouse.services.step import Step
from posthouse.store import payment_log


@consumer("record_payment_log")
def handler(event: Event, _name: str, step: Step) -> None:
    if payment_log.record(event, step.now):
        count("PaymentsReceived")
