"""Dead letters: an overview for staff, and the redrive to the queues that they came from.

SQS's own StartMessageMoveTask keeps the deduplication ids of FIFO messages, so SQS drops them within five minutes. Also
it does not report what it moved. So a redrive receives, sends and deletes. A crash in between leaves a message twice,
which every consumer recognises, and never loses one.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from posthouse.clients.queue_length import queue_length
from posthouse.domain.dead_letter import DEAD_LETTERS, DeadLetters, Healing
from posthouse.domain.event import Event
from posthouse.domain.ids import IdKind, has_kind
from posthouse.domain.value import Value
from posthouse.store import audit, inbox, outbox
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.services.step import Step

Message = dict[str, Any]

SAMPLE = 5
"""Dead letters of each queue that the overview shows."""

BATCH = 10
"""SQS receives, sends and deletes at most ten messages at once."""

AT_MOST = 300
"""Dead letters that one redrive handles; the next one continues."""

HIDDEN_SECONDS = 60
"""The visibility timeout of dead letters in a redrive; longer than a redrive lasts."""

_ODD = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""The errors of reading a body that is no message of ours."""

_ID = re.compile(r"[0-9A-Za-z_.#-]{1,128}")

_ORDERS = (IdKind.BOOKING, IdKind.SHOP_ORDER, IdKind.FLASH_ORDER)


class Queues(Value):
    """The stack's queues: ``prefix`` is the URL of each without its own name."""

    sqs: Any
    prefix: str

    def url(self, name: str) -> str:
        """Returns the URL of a queue."""
        return self.prefix + name


class Letter(Value):
    """What staff see of a dead letter: no personal data."""

    event_type: str | None
    event_id: str | None
    order_no: str | None
    consumer: str
    tries: int
    sent_at: datetime


class Waiting(Value):
    """One dead-letter queue: the number of messages (SQS's estimate) and a sample."""

    dead_letters: DeadLetters
    count: int
    sample: list[Letter]


class Redriven(Value):
    """The result of one redrive: how many were ``moved``, how many were ``kept``, and whether there may be ``more``."""

    queue: str
    moved: int
    kept: int
    more: bool


def overview(queues: Queues) -> list[Waiting]:
    """Returns every dead-letter queue.

    A sample is received with a visibility timeout of 0, so that it hides nothing. SQS counts this as a receive, which
    has no effect: a dead-letter queue has no dead-letter queue of its own.
    """
    return [_waiting(one, queues) for one in DEAD_LETTERS]


def _waiting(dead_letters: DeadLetters, queues: Queues) -> Waiting:
    url = queues.url(dead_letters.name)
    count = queue_length(queues.sqs, url)
    found = _receive(url, queues, SAMPLE, hidden_seconds=0) if count else []
    return Waiting(dead_letters, count, [_letter(message, dead_letters) for message in found])


def _receive(url: str, queues: Queues, at_most: int, hidden_seconds: int) -> list[Message]:
    answer = queues.sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=at_most,
        VisibilityTimeout=hidden_seconds,
        WaitTimeSeconds=1 if hidden_seconds else 0,  # a short poll may miss existing messages
        MessageSystemAttributeNames=["All"],
        MessageAttributeNames=["All"],
    )
    found: list[Message] = answer.get("Messages", [])
    return found


def _letter(message: Message, dead_letters: DeadLetters) -> Letter:
    facts = message["Attributes"]
    sent_at = datetime.fromtimestamp(int(facts["SentTimestamp"]) / 1000, UTC)
    tries = int(facts["ApproximateReceiveCount"])
    event = _event(message["Body"])
    if event is None:
        return Letter(*_unreadable(message["Body"]), dead_letters.consumer, tries, sent_at)
    dealing = inbox.dealing_with(event, dead_letters.consumer)
    order_no = _order_number(event.payload.get("order_no"), event.aggregate_id)
    tries = dealing.tries if dealing else tries
    return Letter(event.type, event.event_id, order_no, dead_letters.consumer, tries, sent_at)


def _event(body: str) -> Event | None:
    """Returns the event in a body; None for everything else, so that one bad message does not break the overview."""
    try:
        event = Event.from_json(body)
    except _ODD:
        return None
    named = isinstance(event.sequence, int) and _ID.fullmatch(str(event.aggregate_id))
    return event if named and isinstance(event.payload, dict) else None


def _unreadable(body: str) -> tuple[str | None, str | None, str | None]:
    """Returns type, id and order number of other messages: a stream record, a batch's position, or a scheduled run."""
    try:
        facts = json.loads(body)
        if "DDBStreamBatchInfo" in facts:
            return "stream batch", facts["DDBStreamBatchInfo"]["startSequenceNumber"], None
        if "dynamodb" not in facts:
            return facts["detail-type"], facts["id"], None
        image = facts["dynamodb"]["NewImage"]
        aggregate_id, sequence = _outbox_key(facts)
        return image.get("type", {}).get("S"), f"{aggregate_id}.{sequence}", _order_number(aggregate_id)
    except _ODD:
        return None, None, None


def _order_number(*candidates: object) -> str | None:
    named = (one for one in candidates if isinstance(one, str))
    return next((one for one in named if any(has_kind(one, kind) for kind in _ORDERS)), None)


def _outbox_key(record: dict[str, Any]) -> tuple[str, int]:
    keys = record["dynamodb"]["Keys"]
    return keys["aggregate_id"]["S"], int(keys["sequence"]["N"])


def redrive(dead_letters: DeadLetters, queues: Queues, caller: str, step: Step) -> Redriven:
    """Redrive up to AT_MOST dead letters, and write an audit row with the caller."""
    url = queues.url(dead_letters.name)
    transaction = Transaction()
    before = {"waiting": queue_length(queues.sqs, url)}
    audit.record(transaction, step.actor(caller), "redrive_dead_letters", dead_letters.queue, before=before)
    transaction.commit()
    moved = seen = 0
    while seen < AT_MOST:
        messages = _receive(url, queues, min(BATCH, AT_MOST - seen), HIDDEN_SECONDS)
        if not messages:
            return Redriven(dead_letters.queue, moved, seen - moved, more=False)
        seen += len(messages)
        healed = _heal(messages, dead_letters, queues, step)
        _delete(url, healed, queues)
        moved += len(healed)
    return Redriven(dead_letters.queue, moved, seen - moved, more=True)


def _heal(messages: list[Message], dead_letters: DeadLetters, queues: Queues, step: Step) -> list[Message]:
    """Redrive these messages. Returns those that can be deleted here."""
    match dead_letters.healing:
        case Healing.QUEUE:
            return _send(messages, dead_letters, queues)
        case Healing.OUTBOX:
            return [message for message in messages if _waits_again(message["Body"], step.now)]
        case Healing.NEXT_RUN:
            return messages


def _send(messages: list[Message], dead_letters: DeadLetters, queues: Queues) -> list[Message]:
    entries = [_entry(str(number), message, dead_letters) for number, message in enumerate(messages)]
    answer = queues.sqs.send_message_batch(QueueUrl=queues.url(dead_letters.source), Entries=entries)
    return [messages[int(sent["Id"])] for sent in answer.get("Successful", [])]


def _entry(number: str, message: Message, dead_letters: DeadLetters) -> dict[str, Any]:
    entry = {"Id": number, "MessageBody": message["Body"]}
    if message.get("MessageAttributes"):
        entry["MessageAttributes"] = message["MessageAttributes"]
    if dead_letters.fifo:
        entry["MessageGroupId"] = message["Attributes"]["MessageGroupId"]
        # A new id, because the queue remembers the old one for five minutes; a repeat gives the same id.
        entry["MessageDeduplicationId"] = f"redriven-{message['MessageId']}"
    return entry


def _waits_again(body: str, now: datetime) -> bool:
    """Whether the sweeper will send the events of the relay's dead letter."""
    try:
        facts = json.loads(body)
        if "DDBStreamBatchInfo" in facts:
            return True  # the sweeper finds every event that was not sent
        return outbox.wait_again(*_outbox_key(facts), now)
    except _ODD:
        return False


def _delete(url: str, messages: list[Message], queues: Queues) -> None:
    entries = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(messages)]
    if entries:
        queues.sqs.delete_message_batch(QueueUrl=url, Entries=entries)
