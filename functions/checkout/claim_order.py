"""Step of the checkout workflow: the order is given up, unless it was confirmed after all."""

from collections.abc import Mapping
from typing import Any

from posthouse.entry.task import task
from posthouse.services.checkout.checkout_steps import claim
from posthouse.services.step import Step


@task
def handler(facts: Mapping[str, Any], step: Step) -> dict[str, Any]:
    return {"outcome": claim(facts["order_no"], step)}
