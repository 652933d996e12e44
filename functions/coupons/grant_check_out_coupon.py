"""Step of the check-out workflow: the coupon of a finished stay is granted, once."""

from collections.abc import Mapping
from typing import Any

from posthouse.domain.coupon import Coupon, NoneLeft
from posthouse.entry.logs import count
from posthouse.entry.task import task
from posthouse.services.coupons.coupons import grant_for_check_out
from posthouse.services.step import Step


@task
def handler(facts: Mapping[str, Any], step: Step) -> dict[str, Any]:
    finished = facts["finished"]
    if finished["outcome"] != "finished":
        return {"outcome": "not_finished"}
    if finished.get("given_back"):
        return {"outcome": "given_back"}
    if not finished["user_id"]:
        return {"outcome": "no_guest"}  # staff booked it, and nobody has claimed it
    outcome = grant_for_check_out(finished["user_id"], facts["order_no"], step)
    match outcome:
        case Coupon():
            count("CouponsGranted")
            return {"outcome": "granted", "coupon_id": outcome.coupon_id}
        case NoneLeft():
            return {"outcome": "none_left"}
        case None:
            return {"outcome": "granted_before"}
