"""The messages of an order: each of its events, with the state of each consumer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.event import TIMERS, EventType, subscribers_to
from posthouse.domain.notice_fields import is_noticed, notice_of
from posthouse.domain.shop_order import ShopState
from posthouse.domain.value import Value
from posthouse.services import orders
from posthouse.store import inbox, lookups, notices, outbox, payment_log, payments, refunds, reports
from posthouse.store.inbox import Dealing
from posthouse.store.orders import PENDING_PAYMENT

if TYPE_CHECKING:
    from posthouse.domain.payment import Payment
    from posthouse.store.notices import NoticeAttempt
    from posthouse.store.outbox import Sent

NOTIFIER = "send_notice"
"""The consumer of the FIFO queue of notices."""

PAYMENT_LOG = "record_payment_log"
POINTS = "award_points"
BOOKING_INDEX = "index_booking"
REPORTS = "count_booking"
"""Consumers without inbox rows of their own: docs/decisions/0022-effects-that-are-their-own-inbox.md."""

_WAITS_IN: Mapping[EventType, str] = {
    **dict.fromkeys(TIMERS, PENDING_PAYMENT),
    EventType.SHOP_ORDER_SHIPPED: ShopState.SHIPPED,
}
"""The state in which an order waits, by the event that started the wait."""


class Message(Value):
    """One event and its consumers. A consumer without a row is ``in_progress`` once the event was sent."""

    sent: Sent
    dealings: list[Dealing]


def messages_of(order_no: str) -> list[Message]:
    """Returns the events of an order, its payments and its refunds, oldest first."""
    order = orders.find(order_no)
    paid = {payment.payment_id: payment for payment in payments.list_of_order(order_no)}
    tried = {it.sequence: it for it in notices.list_of_order(order_no)}
    facts = _Facts(order_no, None if order is None else order.status, paid, tried)
    found = [refund.out_refund_no for refund in refunds.list_of_order(order_no)]
    messages = [message for aggregate_id in (order_no, *found, *paid) for message in _of(aggregate_id, facts)]
    return sorted(messages, key=lambda message: (message.sent.event.occurred_at, message.sent.event.event_id))


class _Facts(Value):
    """What must be known of an order: its state, which tells whether it still waits, its payments and its notices."""

    order_no: str
    status: str | None
    paid: Mapping[str, Payment]
    notices: Mapping[int, NoticeAttempt]


def _of(aggregate_id: str, facts: _Facts) -> list[Message]:
    events = outbox.events_of(aggregate_id)
    if not events:
        return []
    dealings = {(it.event_id, it.consumer): it for it in inbox.dealings_with(aggregate_id)}
    told, entries, points = _notices(events, facts.notices), _log_entries(events), _points(events, facts.paid)
    read = chain(_indexings(events, facts.order_no), _countings(events, facts.order_no))
    for effect in chain(told, entries, points, read, _timers(events, facts, frozenset(dealings))):
        known = dealings.get((effect.event_id, effect.consumer))
        if known is None or known.state != "done":
            tries = (known.tries if known is not None else 0) + (effect.state == "done")
            dealings[effect.event_id, effect.consumer] = replace(effect, tries=tries)
    return [Message(sent, _consumers(sent, list(dealings.values()), facts.order_no)) for sent in events]


def _notices(events: Iterable[Sent], tried: Mapping[int, NoticeAttempt]) -> Iterator[Dealing]:
    """Returns the notifier's state for each event, from the attempts to send the notices of the order."""
    states = {"sending": "in_progress", "failed": "failed"}
    for event in (sent.event for sent in events if is_noticed(sent.event)):
        it = tried.get(notice_of(event).position)
        if it is not None:
            yield Dealing(event.event_id, NOTIFIER, states.get(it.status, "done"), 0, it.at, it.detail)


def _timers(events: Iterable[Sent], facts: _Facts, tried: Collection[tuple[str, str]]) -> Iterator[Dealing]:
    """Returns the timers that are done: a timer writes no inbox row if its order no longer waits.

    An event that only sometimes has a timer (shipped goods) counts if the timer has left a row before.
    """
    for sent in events:
        waits_in = _WAITS_IN.get(sent.event.type)
        if waits_in is None or facts.status == waits_in:
            continue
        consumer = TIMERS.get(sent.event.type, TIMERS[EventType.SHOP_ORDER_CREATED])
        if sent.event.type in TIMERS or (sent.event.event_id, consumer) in tried:
            yield Dealing(sent.event.event_id, consumer, "done", 0, None, None)


def _points(events: Iterable[Sent], paid: Mapping[str, Payment]) -> Iterator[Dealing]:
    """Returns the state of the points of payments, from the points in each payment's row."""
    for sent in events:
        payment = paid.get(sent.event.payload.get("payment_id", ""))
        if payment is not None and sent.event.type in {EventType.PAYMENT_SUCCEEDED, EventType.REFUND_SUCCEEDED}:
            settled = payment.points == payment.points_due
            if settled or (payment.points is not None and sent.event.type is EventType.PAYMENT_SUCCEEDED):
                yield Dealing(sent.event.event_id, POINTS, "done", 0, None, None)


def _log_entries(events: Iterable[Sent]) -> Iterator[Dealing]:
    """Returns the payment log's state for a payment's events, from the log's entries."""
    for sent in events:
        if sent.event.type is EventType.PAYMENT_SUCCEEDED:
            at = payment_log.recorded_at(sent.event)
            if at is not None:
                yield Dealing(sent.event.event_id, PAYMENT_LOG, "done", 0, at, None)


def _indexings(events: Iterable[Sent], order_no: str) -> Iterator[Dealing]:
    """Returns the lookup table's state for a booking's events: what it has of a version, it has of earlier ones."""
    all_events = (sent.event for sent in events)
    heard = [it for it in all_events if BOOKING_INDEX in subscribers_to(it.type, order_no, it.sequence)]
    indexed = lookups.get_indexed(order_no) if heard else None
    for event in heard:
        if indexed is not None and indexed.version >= event.sequence:
            yield Dealing(event.event_id, BOOKING_INDEX, "done", 0, None, None)


def _countings(events: Iterable[Sent], order_no: str) -> Iterator[Dealing]:
    """Returns the reports' state for a booking's events: once what the booking counts for is noted, all are done."""
    all_events = (sent.event for sent in events)
    heard = [it for it in all_events if REPORTS in subscribers_to(it.type, order_no, it.sequence)]
    if heard and reports.is_noted(heard[0].payload["hotel_id"], order_no):
        for event in heard:
            yield Dealing(event.event_id, REPORTS, "done", 0, None, None)


def _consumers(sent: Sent, dealings: list[Dealing], order_no: str) -> list[Dealing]:
    event = sent.event
    expected = subscribers_to(event.type, order_no, event.sequence)
    if event.type in TIMERS:
        expected.append(TIMERS[event.type])
    if is_noticed(event):
        expected.append(NOTIFIER)
    known = {dealing.consumer: dealing for dealing in dealings if dealing.event_id == event.event_id}
    state = "waiting" if sent.relayed_at is None else "in_progress"
    missing = (Dealing(event.event_id, name, state, 0, None, None) for name in expected if name not in known)
    return sorted([*known.values(), *missing], key=lambda dealing: dealing.consumer)
