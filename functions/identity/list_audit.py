"""GET /api/staff/audit?day=&actor=&target=: the changes by staff on one day (in China), newest first."""

from datetime import date
from typing import Annotated, Any

from msgspec import Meta

from posthouse.domain.days import HOME_TIME_ZONE, local_date
from posthouse.domain.refusal import Refusal
from posthouse.entry.fields import WORDS
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.identity.identity_views import audit_json
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.store import audit

Text = Annotated[str, WORDS, Meta(min_length=1, max_length=128)]


class AuditQuery(ListQuery):
    day: date | None = None
    actor: Text | None = None
    target: Text | None = None


@endpoint(ADMIN, query=AuditQuery)
def handler(request: Request[Any, AuditQuery]) -> Answer | Refusal:
    position = position_of(request, "audit")
    if isinstance(position, Refusal):
        return position
    query = request.query
    day = query.day or audit.day_of(position) or local_date(request.step.now, HOME_TIME_ZONE)
    wanted = audit.AuditFilter(day, query.actor, query.target)
    return page_answer(request, "audit", audit.list_of_day(wanted, query.limit, position), audit_json)
