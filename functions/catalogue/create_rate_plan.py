"""POST /api/staff/rooms/{room_id}/rate-plans: staff create a rate plan of their room type."""

from typing import Any

from posthouse.domain.ids import IdKind
from posthouse.domain.refusal import Refusal
from posthouse.entry.catalogue.offer_views import rate_plan_json
from posthouse.entry.catalogue.rate_plan_input import RatePlanInput
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.catalogue.rate_plans import create_rate_plan, rate_plan_for_staff


def _again(request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = rate_plan_for_staff(request.path["room_id"], target, request.caller)
    return found if isinstance(found, Refusal) else Answer(201, rate_plan_json(found))


@endpoint(STAFF, body=RatePlanInput, idempotent=_again)
def handler(request: Request[RatePlanInput, Any]) -> Answer | Refusal:
    plan = request.body.to_plan(request.path["room_id"], request.step.new_id(IdKind.RATE_PLAN), version=1)
    outcome = create_rate_plan(plan, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(201, rate_plan_json(outcome))
