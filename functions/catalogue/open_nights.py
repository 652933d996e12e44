"""PUT /api/staff/rooms/{room_id}/nights: staff open or change a range of nights in one transaction."""

from typing import Annotated, Any

from msgspec import Meta

from posthouse.domain.money import Money
from posthouse.domain.refusal import Refusal
from posthouse.entry.catalogue.catalogue_input import NightsQuery
from posthouse.entry.catalogue.catalogue_views import night_json
from posthouse.entry.fields import Price
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.catalogue.calendar import NightRange, open_nights
from posthouse.store.nights import NightChange


class NightsInput(NightsQuery):
    units: Annotated[int, Meta(ge=0, le=999)] | None = None
    price: Price | None = None
    closed: bool | None = None


@endpoint(STAFF, body=NightsInput)
def handler(request: Request[NightsInput, Any]) -> Answer | Refusal:
    body = request.body
    wanted = NightRange(request.path["room_id"], body.begin, body.to)
    change = NightChange(body.units, None if body.price is None else Money(body.price), body.closed)
    outcome = open_nights(wanted, change, request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    return Answer(200, {"items": [night_json(night) for night in outcome], "next_cursor": None})
