"""GET /api/flash-sales/{sale_id}/orders/mine?ticket=: the verdict of a submission, or that it is still queued."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.flash_sales.flash_input import TicketQuery
from posthouse.entry.flash_sales.flash_tokens import read_ticket
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.store.flash_sales import verdict_of


@endpoint(GUEST, query=TicketQuery)
def handler(request: Request[Any, TicketQuery]) -> Answer | Refusal:
    ticket = read_ticket(request.query.ticket, request.path["sale_id"], request.caller.subject)
    if isinstance(ticket, Refusal):
        return ticket
    decided = verdict_of(ticket)
    if decided is None:
        return Answer(200, {"status": "queued", "order_no": None})
    return Answer(200, {"status": decided.verdict, "order_no": decided.order_no})
