"""Logs as JSON lines, with one correlation id from the request to the last consumer; business metrics in EMF."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

if TYPE_CHECKING:
    from posthouse.domain.event import Event

logger = Logger(service="posthouse")
metrics = Metrics(namespace="Posthouse")


def log_as(correlation_id: str, **keys: object) -> None:
    """Set the keys of all log lines of one request or message, and remove those of the one before."""
    logger.clear_state()
    # The step's name: the name from CloudFormation begins with the stacks' names and is cut off at 64 characters.
    logger.append_keys(function=os.environ.get("_HANDLER", "").removesuffix(".handler"), **keys)
    logger.set_correlation_id(correlation_id)


def log_event(event: Event, **keys: object) -> None:
    """Set the keys of all log lines of one event, with the correlation id of the request that caused it."""
    order_no = event.payload.get("order_no")
    known = {"order_no": order_no} if order_no else {}
    log_as(event.correlation_id, event_type=event.type, event_id=event.event_id, **known, **keys)


def count(name: str, value: int = 1) -> None:
    """Add to a business metric."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def flush_metrics() -> None:
    """Write the metrics of this invocation, if there are any."""
    if metrics.metric_set:
        metrics.flush_metrics()
