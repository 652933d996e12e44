"""Queue cancelled-orders: the payment of a cancelled order is closed at its provider."""

from posthouse.domain.event import Event
from posthouse.entry.providers import provider_of
from posthouse.entry.queue import consumer
from posthouse.services.payments.payments import close
from posthouse.services.step import Step


@consumer("close_payment")
def handler(event: Event, name: str, step: Step) -> None:
    close(event, name, provider_of, step)
