"""PUT /api/staff/rooms/{room_id}/rate-plans/{rate_plan_id}: staff change a rate plan, given the version they read."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.catalogue.offer_views import rate_plan_json
from posthouse.entry.catalogue.rate_plan_input import RatePlanInput
from posthouse.entry.fields import Id, Version
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.catalogue.rate_plans import update_rate_plan


class RatePlanChange(RatePlanInput, kw_only=True):
    """A rate plan as it shall be: what is not sent has its default. The ids of the path count.

    It says whether the plan is enabled: by a default one that is switched off would be sold again.
    """

    enabled: bool
    version: Version
    rate_plan_id: Id | None = None
    room_id: Id | None = None


@endpoint(STAFF, body=RatePlanChange)
def handler(request: Request[RatePlanChange, Any]) -> Answer | Refusal:
    plan = request.body.to_plan(request.path["room_id"], request.path["rate_plan_id"], request.body.version)
    outcome = update_rate_plan(plan, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, rate_plan_json(outcome))
