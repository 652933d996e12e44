"""The gate of flash sales: what one environment knows of them without asking, and the submissions that it lets in.

A submission costs one message to a queue and no write to the database. What the gate knows is a second old at most.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from cachetools import TTLCache

from posthouse.domain.event import Event, EventType
from posthouse.domain.flash_sale import AlreadyBought, ChallengeRequired, FlashSale, Ticket, submission_refusal
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.store import flash_sales

if TYPE_CHECKING:
    from posthouse.services.step import Step

KNOWN_SECONDS = 1.0
"""How old a sale may be here: sold out is learned within it, and unlearned when units return."""

REMEMBERED_SECONDS = 600.0
SALES_KEPT = 1_000
TICKETS_KEPT = 50_000


class _Unknown:
    """What is not in the cache; None is a sale that is nowhere."""


_UNKNOWN = _Unknown()


class Gate:
    """One environment's knowledge of the sales, and of the tickets that it gave out."""

    def __init__(self) -> None:
        # By the wall clock: their own stands still while Lambda keeps an environment frozen.
        self._sales: TTLCache[str, FlashSale | _Unknown | None] = TTLCache(SALES_KEPT, KNOWN_SECONDS, time.time)
        self._left: TTLCache[str, int] = TTLCache(SALES_KEPT, KNOWN_SECONDS, time.time)
        self._tickets: TTLCache[tuple[str, str], Ticket] = TTLCache(TICKETS_KEPT, REMEMBERED_SECONDS, time.time)

    def sale(self, sale_id: str) -> FlashSale | None:
        """A sale as it was within the last second. AWS calls: one a second for each sale that is asked for."""
        found = self._sales.get(sale_id, _UNKNOWN)
        if isinstance(found, _Unknown):
            found = self._sales[sale_id] = flash_sales.get(sale_id)
        return found

    def left(self, sale: FlashSale) -> int:
        """How many units were left within the last second."""
        found = self._left.get(sale.sale_id)
        if found is None:
            found = self._left[sale.sale_id] = sum(shard.left for shard in flash_sales.shards_of(sale))
        return found

    def ticket_of(self, sale_id: str, user_id: str) -> Ticket | None:
        """The ticket that a guest was given here not long ago."""
        return self._tickets.get((sale_id, user_id))

    def remember(self, ticket: Ticket) -> None:
        """Know the guest again if they press once more."""
        self._tickets[ticket.sale_id, ticket.user_id] = ticket


@cache
def gate() -> Gate:
    """The environment's only one."""
    return Gate()


class Submission(Value):
    """What a guest sends: to which sale, and whether they have solved its puzzle."""

    sale_id: str
    user_id: str
    is_solved: Callable[[], bool]


class SubmissionQueue(Value):
    """Where submissions wait for their verdict."""

    sqs: Any
    queue_url: str

    def send(self, ticket: Ticket, correlation_id: str) -> None:
        """Queue a submission."""
        payload = {"sale_id": ticket.sale_id, "user_id": ticket.user_id}
        event = Event(EventType.FLASH_SUBMITTED, ticket.ticket_id, 1, ticket.submitted_at, payload, correlation_id)
        self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=event.to_json())

    def waiting(self) -> int:
        """How many submissions, to whatever sale, wait for their verdict or are being decided: SQS's estimate."""
        numbers = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=numbers)["Attributes"]
        return sum(int(attributes[number]) for number in numbers)


def submit(wish: Submission, queue: SubmissionQueue, step: Step) -> Ticket | Refusal:
    """Let a submission in, or submission_refusal it by what is known here.

    Who presses again while their ticket is queued gets the same one. AWS calls: one message; for a guest who was here
    before, one or two reads.
    """
    known = gate()
    sale = known.sale(wish.sale_id)
    if sale is None:
        return NotFound("sale")
    refusal = submission_refusal(sale, step.now)
    if refusal is not None:
        return refusal
    if sale.challenge and not wish.is_solved():
        return ChallengeRequired()
    earlier = known.ticket_of(wish.sale_id, wish.user_id)
    if earlier is not None and flash_sales.verdict_of(earlier) is None:
        return earlier
    if earlier is not None and flash_sales.bought_by(wish.sale_id, wish.user_id) >= sale.per_user_limit:
        return AlreadyBought(sale.per_user_limit)
    ticket = Ticket(step.new_ulid(), wish.sale_id, wish.user_id, step.now)
    queue.send(ticket, step.correlation_id)
    known.remember(ticket)
    return ticket


def ticket_of(event: Event) -> Ticket:
    """The submission that a message stands for."""
    return Ticket(event.aggregate_id, event.payload["sale_id"], event.payload["user_id"], event.occurred_at)
