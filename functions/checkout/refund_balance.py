"""Compensation in the checkout workflow: what the guest's balance paid is put back."""

from collections.abc import Mapping
from typing import Any

from posthouse.entry.task import task
from posthouse.services.checkout.checkout_steps import refund_balance
from posthouse.services.step import Step


@task
def handler(facts: Mapping[str, Any], step: Step) -> dict[str, Any]:
    return {"outcome": "done", "changed": refund_balance(facts["order_no"], step)}
