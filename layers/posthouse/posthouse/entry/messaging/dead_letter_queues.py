"""The dead letters' queues from the settings, and how staff see what lies in them."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict

from posthouse.clients import aws
from posthouse.domain.dead_letter import DEAD_LETTERS
from posthouse.entry.settings import Settings, read_settings
from posthouse.entry.views import rfc3339
from posthouse.services.messaging.dead_letters import Letter, Queues, Waiting

_RELAY = next(one for one in DEAD_LETTERS if one.queue == "relay")


class DeadLetterSettings(Settings):
    """One of the queues; the others' URLs differ from its in the name only (all together are too long for Lambda)."""

    relay_dead_letters_url: str


def queues() -> Queues:
    """The stack's queues."""
    url = read_settings(DeadLetterSettings).relay_dead_letters_url
    return Queues(aws.sqs(), url.removesuffix(_RELAY.name))


def waiting_json(waiting: Waiting) -> dict[str, Any]:
    """One queue of dead letters."""
    return {
        "queue": waiting.dead_letters.queue,
        "consumer": waiting.dead_letters.consumer,
        "waiting": waiting.count,
        "on_redrive": waiting.dead_letters.healing.value,
        "sample": [_letter_json(letter) for letter in waiting.sample],
    }


def _letter_json(letter: Letter) -> dict[str, Any]:
    return {**asdict(letter), "sent_at": rfc3339(letter.sent_at)}
