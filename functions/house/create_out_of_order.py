"""POST /api/staff/hotels/{hotel_id}/numbers/{number}/out-of-order: a number cannot be used for some nights."""

from datetime import date
from typing import Any

from msgspec import field

from posthouse.domain.house import Period
from posthouse.domain.refusal import Refusal
from posthouse.entry.fields import Reason
from posthouse.entry.house.house_views import out_of_order_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.services.house.repairs import Repair, repair_for_staff, take_out_of_order


class RepairInput(Input):
    begin: date = field(name="from")
    to: date
    reason: Reason


def _again(request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = repair_for_staff(request.path["hotel_id"], request.path["number"], target, request.caller)
    return found if isinstance(found, Refusal) else Answer(201, out_of_order_json(found))


@endpoint(STAFF, body=RepairInput, idempotent=_again)
def handler(request: Request[RepairInput, Any]) -> Answer | Refusal:
    body, path = request.body, request.path
    wanted = Repair(path["hotel_id"], path["number"], Period(body.begin, body.to), body.reason)
    outcome = take_out_of_order(wanted, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(201, out_of_order_json(outcome))
