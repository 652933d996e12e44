"""POST /api/flash-sales/{sale_id}/orders: queues a guest's submission and returns a ticket for the later verdict."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.flash_sales import flash_tokens
from posthouse.entry.flash_sales.flash_input import FlashOrderInput
from posthouse.entry.flash_sales.submission_queue import submission_queue
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.logs import count
from posthouse.services.flash_sales.submissions import Submission, submit


@endpoint(GUEST, body=FlashOrderInput)
def handler(request: Request[FlashOrderInput, Any]) -> Answer | Refusal:
    sale_id, user_id = request.path["sale_id"], request.caller.subject
    solution = request.body.challenge
    wish = Submission(sale_id, user_id, lambda: solution is not None and solution.holds(sale_id, user_id))
    outcome = submit(wish, submission_queue(), request.step)
    count("FlashRefused" if isinstance(outcome, Refusal) else "FlashSubmitted")
    if isinstance(outcome, Refusal):
        return outcome
    return Answer(202, {"ticket": flash_tokens.sign_ticket(outcome), "status": "queued"})
