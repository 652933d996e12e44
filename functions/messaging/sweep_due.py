"""Every minute: the sweeper sends overdue events and timer messages again, which repairs lost ones.

It also forgets the guests of stays that staff booked and nobody has claimed, half a year after them.
"""

from typing import Any

from posthouse.entry import clock
from posthouse.entry.logs import count, flush_metrics, log_as, logger
from posthouse.entry.messaging.relay_settings import channels
from posthouse.entry.timers import booking_timer, shop_order_timer
from posthouse.services.bookings.booking_waits import wake_overdue
from posthouse.services.front_desk.unclaimed_stays import forget_unclaimed
from posthouse.services.messaging.relay import relay
from posthouse.services.shop.shop_order_waits import wake_overdue as wake_overdue_goods
from posthouse.store import booking_lists, outbox, shop_orders

AT_MOST = 100
"""Events of one shard in one run; the next run continues."""


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    log_as(context.aws_request_id)
    step = clock.step(context.aws_request_id)
    now = step.now
    try:
        sent = relay(outbox.due(now, AT_MOST), channels(), now)
    finally:
        # A fault in sending events must not stop the timers of orders.
        woken = wake_overdue(booking_lists.overdue(now, AT_MOST), booking_timer(), step)
        woken += wake_overdue_goods(
            shop_orders.overdue(now, AT_MOST), shop_order_timer(), clock.step(context.aws_request_id)
        )
        forgotten = forget_unclaimed(booking_lists.to_forget(now, AT_MOST), step)
    if sent:
        logger.warning("the sweeper sent events that the stream had not", events=sent)
        count("EventsSwept", sent)
    if woken:
        logger.warning("the sweeper woke timers of orders", orders=woken)
        count("TimersSwept", woken)
    if forgotten:
        count("StaysForgotten", forgotten)
    flush_metrics()
    return {"swept": sent, "woken": woken, "forgotten": forgotten}
