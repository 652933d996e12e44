"""GET /api/staff/hotels/{hotel_id}/night-audit?date=: what a business date of a hotel left open."""

from datetime import date
from typing import Any

from msgspec import field

from posthouse.domain.refusal import InvalidRequest, Refusal
from posthouse.entry.house.audit_views import answer_json, audit_facts
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, list_answer, position_of
from posthouse.services.house.audit_pages import read_audit


class AuditQuery(ListQuery):
    day: date | None = field(default=None, name="date")


@endpoint(STAFF, query=AuditQuery)
def handler(request: Request[Any, AuditQuery]) -> Answer | Refusal:
    asked, hotel_id = request.query, request.path["hotel_id"]
    listing = f"night-audit {hotel_id}"
    position = position_of(request, listing)
    if isinstance(position, InvalidRequest):
        return position
    page = read_audit(hotel_id, asked.day, request.caller, asked.limit, position, request.step.now)
    if isinstance(page, Refusal):
        return page
    items = [answer_json(it) for it in page.answers.items]
    return list_answer(request, listing, items, page.answers.position, audit_facts(page))
