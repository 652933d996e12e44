"""Compensation in the checkout workflow: the order's goods are put back into stock."""

from collections.abc import Mapping
from typing import Any

from posthouse.entry.task import task
from posthouse.services.checkout.checkout_steps import restore_stock
from posthouse.services.step import Step


@task
def handler(facts: Mapping[str, Any], step: Step) -> dict[str, Any]:
    return {"outcome": "done", "changed": restore_stock(facts["order_no"], step)}
