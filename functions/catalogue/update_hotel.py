"""PUT /api/staff/hotels/{hotel_id}: an admin changes a hotel, given the version that was read."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.catalogue.catalogue_input import HotelChange
from posthouse.entry.catalogue.catalogue_views import hotel_json
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.services.catalogue.hotel_changes import update_hotel


@endpoint(ADMIN, body=HotelChange)
def handler(request: Request[HotelChange, Any]) -> Answer | Refusal:
    hotel, kept = request.body.to_hotel(request.path["hotel_id"])
    outcome = update_hotel(hotel, kept, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, hotel_json(outcome))
