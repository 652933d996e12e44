"""POST /api/staff/hotels: an admin creates a hotel."""

from typing import Any

from posthouse.domain.ids import IdKind
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.catalogue.catalogue_input import HotelInput
from posthouse.entry.catalogue.catalogue_views import hotel_json
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.services.catalogue.catalogue_changes import create_hotel
from posthouse.store import hotels


def _again(_request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = hotels.get_hotel(target)
    return NotFound("hotel") if found is None else Answer(201, hotel_json(found))


@endpoint(ADMIN, body=HotelInput, idempotent=_again)
def handler(request: Request[HotelInput, Any]) -> Answer:
    hotel = request.body.to_hotel(request.step.new_id(IdKind.HOTEL), version=1)
    return Answer(201, hotel_json(create_hotel(hotel, request.caller, request.step)))
