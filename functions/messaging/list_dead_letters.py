"""GET /api/staff/dead-letters: every dead-letter queue, with the number of messages and a sample."""

from typing import Any

from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.messaging.dead_letter_queues import queues, waiting_json
from posthouse.services.messaging.dead_letters import overview


@endpoint(ADMIN)
def handler(_request: Request[Any, Any]) -> Answer:
    return Answer(200, {"items": [waiting_json(waiting) for waiting in overview(queues())], "next_cursor": None})
