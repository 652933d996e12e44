"""Step of the checkout workflow: the order is written, unconfirmed, under its Idempotency-Key."""

from collections.abc import Mapping
from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.checkout.checkout_step import order_of, outcome_of
from posthouse.entry.settings import Settings, read_settings
from posthouse.entry.task import task
from posthouse.services.checkout.checkout_steps import Saved, save
from posthouse.services.step import Step


class SaveSettings(Settings):
    orders_per_hour: int


@task
def handler(facts: Mapping[str, Any], step: Step) -> dict[str, Any]:
    at_most = read_settings(SaveSettings).orders_per_hour
    outcome = save(order_of(facts), facts["body_hash"], at_most, step)
    if outcome is Saved.REPEAT:
        return {"outcome": "repeat"}
    return outcome_of(outcome if isinstance(outcome, Refusal) else None)
