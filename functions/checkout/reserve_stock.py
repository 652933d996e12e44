"""Step of the checkout workflow: all lines of the order are taken out of stock, or none."""

from collections.abc import Mapping
from typing import Any

from posthouse.entry.checkout.checkout_step import outcome_of
from posthouse.entry.task import task
from posthouse.services.checkout.checkout_steps import reserve_stock
from posthouse.services.step import Step


@task
def handler(facts: Mapping[str, Any], step: Step) -> dict[str, Any]:
    return outcome_of(reserve_stock(facts["order_no"], step))
