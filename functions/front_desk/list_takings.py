"""GET /api/staff/takings?hotel_id=&date=: what a hotel's desk took and gave back on a business date."""

from datetime import date
from typing import Any

from msgspec import field

from posthouse.domain.refusal import Refusal
from posthouse.entry.fields import Id
from posthouse.entry.front_desk.desk_views import takings_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.services.front_desk.day_takings import takings_of


class TakingsQuery(Input):
    hotel_id: Id
    day: date | None = field(default=None, name="date")


@endpoint(STAFF, query=TakingsQuery)
def handler(request: Request[Any, TakingsQuery]) -> Answer | Refusal:
    asked = request.query
    found = takings_of(asked.hotel_id, asked.day, request.caller, request.step.now)
    return found if isinstance(found, Refusal) else Answer(200, takings_json(found))
