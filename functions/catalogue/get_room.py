"""GET /api/rooms/{room_id}: one room type, from the first of three cache levels that has it."""

from typing import Any

from msgspec.structs import replace

from posthouse.domain.refusal import NotFound
from posthouse.entry.catalogue.catalogue_views import room_view_json
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.logs import logger
from posthouse.entry.problems import Problem, problem_of
from posthouse.entry.revalidation import revalidated
from posthouse.services.catalogue.room_cache import room_cache


@endpoint(OPEN)
def handler(request: Request[Any, Any]) -> Answer | Problem:
    found = room_cache().read(request.path["room_id"])
    if found.behind:
        logger.warning("the catalogue's change log cannot be read; rooms may be up to 30 s old")
    level = {"X-Cache": found.level}
    if found.view is None:
        return replace(problem_of(NotFound("room")), headers=level)
    return revalidated(request, room_view_json(found.view), level)
