"""Logs as JSON lines with one correlation id from request to last consumer, and business metrics in EMF."""

from __future__ import annotations

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

logger = Logger(service="posthouse")
metrics = Metrics(namespace="Posthouse")


def log_as(correlation_id: str, **keys: object) -> None:
    """Begin the log lines of one request or message; nothing of the one before it stays on them."""
    logger.clear_state()
    logger.append_keys(**keys)
    logger.set_correlation_id(correlation_id)


def count(name: str, value: int = 1) -> None:
    """Count something that the business cares about."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def flush_metrics() -> None:
    """Write out what was counted in this invocation, if anything was."""
    if metrics.metric_set:
        metrics.flush_metrics()
