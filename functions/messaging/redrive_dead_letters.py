"""POST /api/staff/dead-letters/{queue}/redrive: redrives dead letters to their source queue."""

from typing import Any

from msgspec.structs import asdict

from posthouse.domain.dead_letter import dead_letters_of
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.logs import count, logger
from posthouse.entry.messaging.dead_letter_queues import queues
from posthouse.services.messaging.dead_letters import redrive


@endpoint(ADMIN)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    dead_letters = dead_letters_of(request.path["queue"])
    if dead_letters is None:
        return NotFound("queue")
    redriven = redrive(dead_letters, queues(), request.caller.subject, request.step)
    logger.info("dead letters were redriven", **asdict(redriven))
    if redriven.moved:
        count("DeadLettersRedriven", redriven.moved)
    return Answer(200, asdict(redriven))
