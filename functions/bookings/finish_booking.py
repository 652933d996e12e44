"""Step of the check-out workflow: the stay ends, and its nights left go back on sale."""

from collections.abc import Mapping
from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.logs import count
from posthouse.entry.task import task
from posthouse.services.bookings.stays import finish
from posthouse.services.step import Step


@task
def handler(facts: Mapping[str, Any], step: Step) -> dict[str, Any]:
    outcome = finish(facts["order_no"], facts["actor"], facts.get("left"), step)
    if isinstance(outcome, Refusal):
        return {"outcome": "refused", "reason": outcome.explanation}
    count("StaysFinished")
    return {"outcome": "finished", "user_id": outcome.user_id, "given_back": outcome.was_given_back}
