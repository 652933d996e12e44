"""DELETE /api/staff/hotels/{hotel_id}/numbers/{number}/out-of-order/{out_of_order_id}: it can be used again."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.house.repairs import end_out_of_order


@endpoint(STAFF)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    path = request.path
    refused = end_out_of_order(path["hotel_id"], path["number"], path["out_of_order_id"], request.caller, request.step)
    return Answer(204) if refused is None else refused
