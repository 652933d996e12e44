"""GET /api/staff/bookings/{order_no}/folio: what is owed for a stay, line by line, and what was paid."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.folio_views import folio_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.bookings.stays import for_staff
from posthouse.services.bookings.taxed_folios import read_taxed_folio


@endpoint(STAFF)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    outcome = read_taxed_folio(lambda: for_staff(request.path["order_no"], request.caller))
    return outcome if isinstance(outcome, Refusal) else Answer(200, folio_json(outcome))
