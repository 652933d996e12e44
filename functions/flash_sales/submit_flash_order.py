"""POST /api/flash-sales/{sale_id}/orders: a guest wants one; a ticket says that the verdict will come."""

from typing import Any

from posthouse.clients import aws
from posthouse.domain.refusal import Refusal
from posthouse.entry.flash_sales import flash_tokens
from posthouse.entry.flash_sales.flash_input import FlashOrderInput
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.logs import count
from posthouse.entry.settings import Settings, read_settings
from posthouse.services.flash_sales.flash_gate import Submission, SubmissionQueue, submit


class SubmissionSettings(Settings):
    flash_orders_queue_url: str


@endpoint(GUEST, body=FlashOrderInput)
def handler(request: Request[FlashOrderInput, Any]) -> Answer | Refusal:
    sale_id, user_id = request.path["sale_id"], request.caller.subject
    solution = request.body.challenge
    wish = Submission(sale_id, user_id, lambda: solution is not None and solution.holds(sale_id, user_id))
    queue = SubmissionQueue(aws.sqs(), read_settings(SubmissionSettings).flash_orders_queue_url)
    outcome = submit(wish, queue, request.step)
    count("FlashRefused" if isinstance(outcome, Refusal) else "FlashSubmitted")
    if isinstance(outcome, Refusal):
        return outcome
    return Answer(202, {"ticket": flash_tokens.sign_ticket(outcome), "status": "queued"})
