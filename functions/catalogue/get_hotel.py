"""GET /api/hotels/{hotel_id}: one hotel."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.catalogue.catalogue_views import hotel_json
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.revalidation import revalidated
from posthouse.store import hotels


@endpoint(OPEN)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    hotel = hotels.get_hotel(request.path["hotel_id"])
    return NotFound("hotel") if hotel is None else revalidated(request, hotel_json(hotel), {})
