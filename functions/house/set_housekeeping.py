"""PUT /api/staff/hotels/{hotel_id}/numbers/{number}: housekeeping says how a number is."""

from typing import Any, Literal

from posthouse.domain.house import Housekeeping
from posthouse.domain.refusal import Refusal
from posthouse.entry.house.house_views import state_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.services.house.board import set_housekeeping


class HousekeepingInput(Input):
    housekeeping: Literal["clean", "dirty", "inspected"]


@endpoint(STAFF, body=HousekeepingInput)
def handler(request: Request[HousekeepingInput, Any]) -> Answer | Refusal:
    hotel_id, number = request.path["hotel_id"], request.path["number"]
    state = Housekeeping(request.body.housekeeping)
    outcome = set_housekeeping(hotel_id, number, state, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, state_json(outcome))
