"""GET /api/staff/invoice-requests?status=&hotel_id=: invoices of the caller's hotels; an admin sees all, of goods too.

Those that wait for somebody come in the order of their requests, all others newest first.
"""

from typing import Any, Literal

from posthouse.domain.invoice import Shelf
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.fields import Id
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.invoices.invoice_input import SHELVES
from posthouse.entry.invoices.invoice_views import invoice_json
from posthouse.entry.listing import ListQuery, list_answer, position_of
from posthouse.services.invoices.invoicing import with_orders
from posthouse.store import invoices
from posthouse.store.invoices import InvoiceFilter


class InvoicesQuery(ListQuery):
    status: Literal["requested", "issued", "to_correct"] | None = None
    hotel_id: Id | None = None


@endpoint(STAFF, query=InvoicesQuery)
def handler(request: Request[Any, InvoicesQuery]) -> Answer | Refusal:
    asked, position = request.query, position_of(request, "invoices")
    if isinstance(position, Refusal):
        return position
    if asked.hotel_id is not None and not request.caller.serves(asked.hotel_id):
        return NotFound("hotel")
    hotels = request.caller.hotels if asked.hotel_id is None else (asked.hotel_id,)
    wanted = InvoiceFilter(SHELVES[asked.status], hotels, asked.status in {"requested", "to_correct"})
    page = invoices.list_for_staff(wanted, asked.limit, position)
    found = with_orders(page.items)
    if asked.status == "to_correct":
        # What went back may have been paid again since; no event tells of that, so the order decides.
        found = [each for each in found if each.invoice.shelf is Shelf.TO_CORRECT]
    return list_answer(request, "invoices", [invoice_json(each) for each in found], page.position)
