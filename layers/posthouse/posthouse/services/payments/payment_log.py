"""The payment log: every payment that came in, by day, for those who keep the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.store import payment_log

if TYPE_CHECKING:
    from posthouse.domain.event import Event
    from posthouse.services.step import Step


def record_payment(event: Event, step: Step) -> bool:
    """Write a payment into the log. Returns False if an earlier delivery of the event has written it."""
    return payment_log.record(event, step.now)
