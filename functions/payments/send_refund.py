"""Queue requested-refunds: a requested refund is sent to its provider."""

from posthouse.domain.event import Event
from posthouse.entry.logs import count
from posthouse.entry.providers import provider_of
from posthouse.entry.queue import consumer
from posthouse.services.payments.refunds import send
from posthouse.services.step import Step


@consumer("send_refund")
def handler(event: Event, name: str, step: Step) -> None:
    send(event, name, provider_of, step)
    count("RefundsSent")
