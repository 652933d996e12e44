"""Step of the checkout workflow: the guest's balance pays its part of the order."""

from collections.abc import Mapping
from typing import Any

from posthouse.entry.checkout.checkout_step import outcome_of
from posthouse.entry.task import task
from posthouse.services.checkout.checkout_steps import deduct_balance
from posthouse.services.step import Step


@task
def handler(facts: Mapping[str, Any], step: Step) -> dict[str, Any]:
    return outcome_of(deduct_balance(facts["order_no"], step))
