"""GET /api/me/notifications: the notices to the guest, newest first."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.entry.notifications.notice_views import notice_json
from posthouse.store import notices


@endpoint(GUEST, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    position = position_of(request, "my_notifications")
    if isinstance(position, Refusal):
        return position
    page = notices.list_of_guest(request.caller.subject, request.query.limit, position)
    return page_answer(request, "my_notifications", page, notice_json)
