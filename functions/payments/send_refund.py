"""Queue requested-refunds: a requested refund is sent to WeChat."""

from posthouse.domain.event import Event
from posthouse.entry.logs import count
from posthouse.entry.payments.refund_channel import refund_channel
from posthouse.entry.queue import consumer
from posthouse.services.payments.refunds import send
from posthouse.services.step import Step


@consumer("send_refund")
def handler(event: Event, name: str, step: Step) -> None:
    send(event, name, refund_channel(), step)
    count("RefundsSent")
