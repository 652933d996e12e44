"""POST /api/staff/refunds/{out_refund_no}/retry: an admin has a refund tried again that did not reach the guest."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.logs import count
from posthouse.entry.payments.payment_views import refund_json
from posthouse.services.payments.refund_retries import retried, retry


def _again(_request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = retried(target)
    return NotFound("refund") if found is None else Answer(202, refund_json(found))


@endpoint(ADMIN, idempotent=_again)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    outcome = retry(request.path["out_refund_no"], request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("RefundsRetried")
    return Answer(202, refund_json(outcome))
