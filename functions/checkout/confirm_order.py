"""Step of the checkout workflow: an order whose steps are all done is confirmed."""

from collections.abc import Mapping
from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.checkout.checkout_step import outcome_of
from posthouse.entry.logs import count
from posthouse.entry.task import task
from posthouse.services.checkout.checkout_steps import confirm
from posthouse.services.step import Step


@task
def handler(facts: Mapping[str, Any], step: Step) -> dict[str, Any]:
    outcome = confirm(facts["order_no"], step)
    if isinstance(outcome, Refusal):
        return outcome_of(outcome)
    count("ShopOrdersConfirmed")
    return outcome_of(None)
