"""GET /api/bookings/{order_no}/folio: what a guest owes for a stay, line by line, and what was paid."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.folio_views import my_folio_json
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.services.bookings.stays import for_guest
from posthouse.services.bookings.taxed_folios import read_taxed_folio


@endpoint(GUEST)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    outcome = read_taxed_folio(lambda: for_guest(request.path["order_no"], request.caller))
    return outcome if isinstance(outcome, Refusal) else Answer(200, my_folio_json(outcome, request.caller.subject))
