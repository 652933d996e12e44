"""Step of the checkout workflow: the order's coupon is used."""

from collections.abc import Mapping
from typing import Any

from posthouse.entry.checkout.checkout_step import outcome_of
from posthouse.entry.logs import count
from posthouse.entry.task import task
from posthouse.services.checkout.checkout_steps import use_coupon
from posthouse.services.step import Step


@task
def handler(facts: Mapping[str, Any], step: Step) -> dict[str, Any]:
    refusal = use_coupon(facts["order_no"], step)
    if refusal is None:
        count("CouponsUsed")
    return outcome_of(refusal)
