"""PUT /api/staff/rooms/{room_id}/nights: staff open or change a range of nights, all of it or none."""

from typing import Annotated, Any

from pydantic import Field

from posthouse.domain.money import Money
from posthouse.domain.refusal import InvalidRequest, Refusal
from posthouse.entry.fields import Day, Price
from posthouse.entry.http import STAFF, Answer, Input, Request, endpoint
from posthouse.entry.views import night_json
from posthouse.services.catalogue import NightRange, open_nights
from posthouse.store.nights import NightChange

MAX_NIGHTS = 90


class NightsInput(Input):
    begin: Annotated[Day, Field(alias="from")]
    to: Day
    units: Annotated[int, Field(ge=0, le=999)] | None = None
    price: Price | None = None
    closed: bool | None = None


@endpoint(STAFF, body=NightsInput)
def handler(request: Request[NightsInput, Any]) -> Answer | Refusal:
    body = request.body
    if not 0 < (body.to - body.begin).days <= MAX_NIGHTS:
        return InvalidRequest("to", f"must be 1 to {MAX_NIGHTS} days after from")
    wanted = NightRange(request.path["room_id"], body.begin, body.to)
    change = NightChange(body.units, None if body.price is None else Money(body.price), body.closed)
    outcome = open_nights(wanted, change, request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    return Answer(200, {"items": [night_json(night) for night in outcome], "next_cursor": None})
