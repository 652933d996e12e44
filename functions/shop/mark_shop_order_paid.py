"""Queue paid-shop-orders: a payment pays its shop order, or is refunded if the order cannot be paid any more."""

from posthouse.domain.event import Event
from posthouse.entry.logs import count
from posthouse.entry.queue import consumer
from posthouse.services.shop.shop_settlements import settle
from posthouse.services.step import Step


@consumer("mark_shop_order_paid")
def handler(event: Event, name: str, step: Step) -> None:
    if settle(event, name, step) is not None:
        count("ShopOrdersPaid")
