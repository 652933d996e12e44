"""Queue shipping-information: WeChat is told what was sent or used, so that it settles the money."""

from posthouse.domain.event import Event
from posthouse.entry.logs import count
from posthouse.entry.notifications.shipping_channel import shipping_channel
from posthouse.entry.queue import consumer
from posthouse.services.notifications.shipping import upload
from posthouse.services.step import Step


@consumer("upload_shipping_information")
def handler(event: Event, name: str, step: Step) -> None:
    for status in upload(event, name, shipping_channel(), step):
        count(f"ShippingInformation{status.title().replace('_', '')}")
