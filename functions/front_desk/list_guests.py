"""GET /api/staff/guests?query=: guests with a stay in the caller's hotels, by what is typed to find one."""

from typing import Any

from posthouse.domain.finding import read_query
from posthouse.domain.refusal import Refusal
from posthouse.entry.fields import SoughtStay
from posthouse.entry.front_desk.guest_views import found_guest_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.services.front_desk.guests import find_guests


class GuestsQuery(ListQuery, kw_only=True):
    query: SoughtStay


@endpoint(STAFF, query=GuestsQuery)
def handler(request: Request[Any, GuestsQuery]) -> Answer | Refusal:
    position = position_of(request, "guests")
    if isinstance(position, Refusal):
        return position
    sought = read_query(request.query.query)
    page = find_guests(request.caller, sought, request.query.limit, position, request.step.now)
    return page_answer(request, "guests", page, found_guest_json)
