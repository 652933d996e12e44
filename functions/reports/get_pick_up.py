"""GET /api/staff/reports/pick-up?hotel_id=: what is sold of the next dates, and what was sold lately."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.fields import Id
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.reports.report_views import pick_up_json
from posthouse.services.reports.reading import pick_up


class PickUpQuery(Input):
    hotel_id: Id | None = None


@endpoint(STAFF, query=PickUpQuery)
def handler(request: Request[Any, PickUpQuery]) -> Answer | Refusal:
    found = pick_up(request.query.hotel_id, request.caller, request.step.now)
    if isinstance(found, Refusal):
        return found
    return Answer(200, {"items": [pick_up_json(each) for each in found], "next_cursor": None})
