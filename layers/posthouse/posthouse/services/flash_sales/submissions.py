"""Submissions to flash sales: a submission costs one message to a queue and no write to the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from posthouse.clients.queue_length import queue_length
from posthouse.domain.event import Event, EventType
from posthouse.domain.flash_sale import AlreadyBought, ChallengeRequired, Ticket, submission_refusal
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services.flash_sales.sale_cache import sale_cache
from posthouse.store import flash_sales

if TYPE_CHECKING:
    from posthouse.services.step import Step


class Submission(Value):
    """What a guest sends. ``is_solved`` checks the puzzle, which only some sales ask for."""

    sale_id: str
    user_id: str
    is_solved: Callable[[], bool]


class SubmissionQueue(Value):
    """The queue in which submissions wait for their verdict."""

    sqs: Any
    queue_url: str

    def send(self, ticket: Ticket, correlation_id: str) -> None:
        """Queue a submission."""
        payload = {"sale_id": ticket.sale_id, "user_id": ticket.user_id}
        event = Event(EventType.FLASH_SUBMITTED, ticket.ticket_id, 1, ticket.submitted_at, payload, correlation_id)
        self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=event.to_json())

    def waiting(self) -> int:
        """Returns SQS's estimate of the submissions, to all sales together, that have no verdict yet."""
        return queue_length(self.sqs, self.queue_url)


def submit(wish: Submission, queue: SubmissionQueue, step: Step) -> Ticket | Refusal:
    """Queue a submission and return its ticket, or return a refusal by what the cache knows of the sale.

    A guest who submits again while their ticket is queued gets the same ticket. AWS calls: one message; one or two
    reads more for a guest who has submitted here before.
    """
    known = sale_cache()
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
    """Returns the ticket that a message carries."""
    return Ticket(event.aggregate_id, event.payload["sale_id"], event.payload["user_id"], event.occurred_at)
