"""Queue flash-orders: gives every submission to a flash sale its verdict, and every winner an unpaid order."""

from datetime import timedelta

from posthouse.domain.event import Event
from posthouse.entry.logs import count
from posthouse.entry.queue import consumer
from posthouse.entry.settings import Settings, read_settings
from posthouse.services.flash_sales.flash_orders import place
from posthouse.services.flash_sales.flash_tally import write_tally
from posthouse.services.flash_sales.submissions import ticket_of
from posthouse.services.step import Step


class FlashOrderSettings(Settings):
    payment_timeout_seconds: int


@consumer("place_flash_order", after_batch=write_tally)
def handler(event: Event, _name: str, step: Step) -> None:
    timeout = timedelta(seconds=read_settings(FlashOrderSettings).payment_timeout_seconds)
    verdict = place(ticket_of(event), timeout, step)
    count("Flash" + "".join(word.capitalize() for word in verdict.split("_")))
