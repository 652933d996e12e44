"""The messages of an order: each event that was written with it, and what each consumer has made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from posthouse.domain.event import SUBSCRIBERS
from posthouse.domain.notice import has_notice
from posthouse.store import inbox, outbox, payments, refunds
from posthouse.store.inbox import Dealing

if TYPE_CHECKING:
    from posthouse.store.outbox import Sent

NOTIFIER = "send_notification"
"""Whom the relay feeds by itself, in order."""


@dataclass(frozen=True)
class Message:
    """One event, and its consumers; one that has left no row is ``in_progress`` once the event has been sent."""

    sent: Sent
    dealings: list[Dealing]


def messages_of(order_no: str) -> list[Message]:
    """The events of an order, its payments and its refunds, as they happened."""
    found = [refund.out_refund_no for refund in refunds.list_of_order(order_no)]
    found += [payment.payment_id for payment in payments.list_of_order(order_no)]
    messages = [message for aggregate_id in (order_no, *found) for message in _of(aggregate_id, order_no)]
    return sorted(messages, key=lambda message: (message.sent.event.occurred_at, message.sent.event.event_id))


def _of(aggregate_id: str, order_no: str) -> list[Message]:
    events = outbox.events_of(aggregate_id)
    dealings = inbox.dealings_with(aggregate_id) if events else []
    return [Message(sent, _consumers(sent, dealings, order_no)) for sent in events]


def _consumers(sent: Sent, dealings: list[Dealing], order_no: str) -> list[Dealing]:
    event = sent.event
    expected = [one.consumer for one in SUBSCRIBERS if one.hears(event.type, order_no)]
    if has_notice(event.type):
        expected.append(NOTIFIER)
    known = {dealing.consumer: dealing for dealing in dealings if dealing.event_id == event.event_id}
    state = "waiting" if sent.relayed_at is None else "in_progress"
    missing = (Dealing(event.event_id, name, state, 0, None, None) for name in expected if name not in known)
    return sorted([*known.values(), *missing], key=lambda dealing: dealing.consumer)
