"""GET /api/staff/hotels/{hotel_id}/house?date=: all numbers of a hotel on one board."""

from datetime import date
from typing import Any

from msgspec import field

from posthouse.domain.refusal import Refusal
from posthouse.entry.house.house_views import board_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.services.house.board import board_of


class HouseQuery(Input):
    day: date | None = field(default=None, name="date")


@endpoint(STAFF, query=HouseQuery)
def handler(request: Request[Any, HouseQuery]) -> Answer | Refusal:
    found = board_of(request.path["hotel_id"], request.query.day, request.caller, request.step.now)
    return found if isinstance(found, Refusal) else Answer(200, board_json(found))
