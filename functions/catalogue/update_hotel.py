"""PUT /api/staff/hotels/{hotel_id}: an admin changes a hotel, given the version that was read."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.catalogue.catalogue_input import HotelInput
from posthouse.entry.catalogue.catalogue_views import hotel_json
from posthouse.entry.fields import Fen, Id, Version
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.services.catalogue.hotel_changes import update_hotel


class HotelChange(HotelInput, kw_only=True):
    """The client may send back everything that it has read; fields that cannot change are ignored."""

    version: Version
    hotel_id: Id | None = None
    from_price: Fen | None = None


@endpoint(ADMIN, body=HotelChange)
def handler(request: Request[HotelChange, Any]) -> Answer | Refusal:
    hotel = request.body.to_hotel(request.path["hotel_id"], request.body.version)
    outcome = update_hotel(hotel, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, hotel_json(outcome))
