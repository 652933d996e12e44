"""GET /api/orders/{order_no}/invoice-requests: the invoice of one of the guest's orders, if it was asked for."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.invoices.invoice_views import my_invoice_json
from posthouse.services.invoices.invoicing import of_guest


@endpoint(GUEST)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    found = of_guest(request.path["order_no"], request.caller)
    if isinstance(found, Refusal):
        return found
    return Answer(200, {"items": [my_invoice_json(invoice) for invoice in found], "next_cursor": None})
