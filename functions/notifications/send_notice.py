"""Queue notifications.fifo: sends the notices of orders to guests, in order and at most once for each event."""

from posthouse.domain.event import Event
from posthouse.entry import wechat
from posthouse.entry.logs import count
from posthouse.entry.queue import consumer
from posthouse.services.notifications.notifier import Notifier
from posthouse.services.step import Step


def notifier() -> Notifier:
    credentials = wechat.credentials()
    return Notifier(wechat.mini_program(), credentials.app_id, credentials.notification_templates)


@consumer("send_notice", fifo=True)
def handler(event: Event, _name: str, step: Step) -> None:
    status = notifier().notify(event, step)
    count(f"Notifications{status.capitalize()}")
