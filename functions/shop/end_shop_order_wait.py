"""Queue shop-order-waits: an unpaid order is cancelled, a half-done checkout is undone, goods count as received."""

from posthouse.domain.event import Event
from posthouse.entry.logs import count
from posthouse.entry.providers import provider_of
from posthouse.entry.queue import consumer
from posthouse.entry.timers import shop_order_timer
from posthouse.services.shop.shop_order_waits import end_wait_if_due
from posthouse.services.step import Step


@consumer("end_shop_order_wait")
def handler(event: Event, _name: str, step: Step) -> None:
    state = end_wait_if_due(event, shop_order_timer(), provider_of, step)
    if state is not None:
        count(f"ShopOrdersTimedOut{state.capitalize()}")
