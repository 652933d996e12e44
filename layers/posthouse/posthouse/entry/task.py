"""Steps of workflows: a step takes facts and returns an outcome, which a Choice state can read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from posthouse.entry import clock
from posthouse.entry.faults import log_fault
from posthouse.entry.logs import flush_metrics, log_as, logger
from posthouse.services.step import Step

Facts = Mapping[str, Any]
Work = Callable[[Facts, Step], dict[str, Any]]


def task(work: Work) -> Callable[[Facts, Any], dict[str, Any]]:
    """Make a Lambda handler of a workflow step. It raises faults, so that the workflow retries the step."""

    def handler(facts: Facts, _context: Any) -> dict[str, Any]:
        correlation_id = str(facts.get("correlation_id", ""))
        log_as(correlation_id, order_no=facts.get("order_no"))
        try:
            outcome = work(facts, clock.step(correlation_id))
        except Exception as fault:
            log_fault("the step has failed", fault)
            raise
        finally:
            flush_metrics()
        logger.info("the step has ended", outcome=outcome.get("outcome"))
        return outcome

    return handler
