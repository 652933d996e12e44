"""Queue cancelled-orders: the payment of a cancelled order is closed at WeChat."""

from posthouse.domain.event import Event
from posthouse.entry import wechat
from posthouse.entry.queue import consumer
from posthouse.services.payments.payments import PaymentChannel, close
from posthouse.services.step import Step


@consumer("close_payment")
def handler(event: Event, name: str, step: Step) -> None:
    close(event, name, PaymentChannel(wechat.credentials(), wechat.wechat_pay()), step)
