"""POST /api/orders/{order_no}/invoice-requests: the guest asks for the invoice of an order that is paid."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.invoices.invoice_input import InvoiceInput, buyer_of
from posthouse.entry.invoices.invoice_views import my_invoice_json
from posthouse.services.invoices.invoicing import request_invoice


@endpoint(GUEST, body=InvoiceInput)
def handler(request: Request[InvoiceInput, Any]) -> Answer | Refusal:
    buyer = buyer_of(request.body)
    if isinstance(buyer, Refusal):
        return buyer
    outcome = request_invoice(request.path["order_no"], buyer, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(201, my_invoice_json(outcome))
