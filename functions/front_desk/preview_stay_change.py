"""GET /api/staff/bookings/{order_no}/changes: what a change of a stay would cost, or what is in its way."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.change_input import WantedStayInput
from posthouse.entry.bookings.change_views import priced_change_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.bookings.stay_changes import price_change


@endpoint(STAFF, query=WantedStayInput)
def handler(request: Request[Any, WantedStayInput]) -> Answer | Refusal:
    outcome = price_change(request.path["order_no"], request.query.wanted, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, priced_change_json(outcome))
