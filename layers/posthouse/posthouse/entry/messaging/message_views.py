"""JSON forms of events and of their consumers' results, with the names of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.entry.views import rfc3339

if TYPE_CHECKING:
    from posthouse.services.messaging.order_messages import Message


def message_json(message: Message) -> dict[str, Any]:
    """Returns an event with the state of each consumer."""
    event, relayed_at = message.sent.event, message.sent.relayed_at
    return {
        "event_id": event.event_id,
        "type": event.type,
        "occurred_at": rfc3339(event.occurred_at),
        "state": "waiting" if relayed_at is None else "sent",
        "sent_at": None if relayed_at is None else rfc3339(relayed_at),
        "consumers": [
            {
                "consumer": dealing.consumer,
                "state": dealing.state,
                "tries": dealing.tries,
                "changed_at": None if dealing.changed_at is None else rfc3339(dealing.changed_at),
                "error": dealing.error,
            }
            for dealing in message.dealings
        ],
    }
