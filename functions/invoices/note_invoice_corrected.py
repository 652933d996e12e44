"""POST /api/staff/invoice-requests/{invoice_id}/corrected: staff have corrected it by what went back since."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.invoices.invoice_input import NotedInput
from posthouse.entry.invoices.invoice_views import invoice_json
from posthouse.services.invoices.invoicing import Listed, for_staff, note_corrected


def _again(request: Request[Any, Any], invoice_id: str) -> Answer | Refusal:
    return _answer(for_staff(invoice_id, request.caller))


@endpoint(STAFF, body=NotedInput, idempotent=_again)
def handler(request: Request[NotedInput, Any]) -> Answer | Refusal:
    return _answer(note_corrected(request.path["invoice_id"], request.body.noted, request.caller, request.step))


def _answer(outcome: Listed | Refusal) -> Answer | Refusal:
    return outcome if isinstance(outcome, Refusal) else Answer(200, invoice_json(outcome))
