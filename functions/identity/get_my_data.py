"""GET /api/me/data: all stored data of the guest, page by page. A page may be short; the last one has no cursor."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.identity.my_data import read_data
from posthouse.entry.listing import ListQuery, list_answer, position_of


@endpoint(GUEST, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    position = position_of(request, "my_data")
    if isinstance(position, Refusal):
        return position
    page = read_data(request.caller.subject, request.query.limit, position, request.step)
    return list_answer(request, "my_data", page.items, page.position)
