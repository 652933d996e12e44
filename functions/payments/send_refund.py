"""Queue requested-refunds: a refund is handed in at WeChat."""

from posthouse.domain.event import Event
from posthouse.entry.logs import count
from posthouse.entry.payments.cashier import cashier
from posthouse.entry.queue import consumer
from posthouse.services.payments.refunds import send
from posthouse.services.step import Step


@consumer("send_refund")
def handler(event: Event, name: str, step: Step) -> None:
    send(event, name, cashier(), step)
    count("RefundsSent")
