"""POST /api/staff/hotels/{hotel_id}/extras: staff create something that their hotel sells with a stay."""

from typing import Any

from posthouse.domain.ids import IdKind
from posthouse.domain.refusal import Refusal
from posthouse.entry.catalogue.catalogue_views import extra_json
from posthouse.entry.catalogue.extra_input import ExtraInput
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.catalogue.hotel_extras import create_extra, extra_for_staff


def _again(request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = extra_for_staff(request.path["hotel_id"], target, request.caller)
    return found if isinstance(found, Refusal) else Answer(201, extra_json(found))


@endpoint(STAFF, body=ExtraInput, idempotent=_again)
def handler(request: Request[ExtraInput, Any]) -> Answer | Refusal:
    extra = request.body.to_extra(request.path["hotel_id"], request.step.new_id(IdKind.EXTRA), version=1)
    outcome = create_extra(extra, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(201, extra_json(outcome))
