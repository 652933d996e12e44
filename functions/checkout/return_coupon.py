"""Compensation in the checkout workflow: the guest may use the order's coupon again."""

from collections.abc import Mapping
from typing import Any

from posthouse.entry.task import task
from posthouse.services.checkout.checkout_steps import return_coupon
from posthouse.services.step import Step


@task
def handler(facts: Mapping[str, Any], step: Step) -> dict[str, Any]:
    return {"outcome": "done", "changed": return_coupon(facts["order_no"], step)}
