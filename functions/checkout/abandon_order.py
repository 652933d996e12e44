"""Step of the checkout workflow: the order is abandoned, unless it is confirmed after all."""

from collections.abc import Mapping
from typing import Any

from posthouse.entry.task import task
from posthouse.services.checkout.checkout_steps import abandon
from posthouse.services.step import Step


@task
def handler(facts: Mapping[str, Any], step: Step) -> dict[str, Any]:
    return {"outcome": abandon(facts["order_no"], step)}
