"""The clients of AWS services beside DynamoDB: each is made once for an execution environment."""

from __future__ import annotations

from functools import cache
from typing import Any

from posthouse.store.connection import ATTEMPTS, READ_SECONDS, region, shared_session, timeouts


@cache
def _client(service: str) -> Any:
    config = timeouts(READ_SECONDS, ATTEMPTS)
    return shared_session().create_client(service, region_name=region(), config=config)


def sqs() -> Any:
    """The client of SQS."""
    return _client("sqs")


def sns() -> Any:
    """The client of SNS."""
    return _client("sns")


def secrets_manager() -> Any:
    """The client of Secrets Manager."""
    return _client("secretsmanager")


def step_functions() -> Any:
    """The client of Step Functions."""
    return _client("stepfunctions")


@cache
def patient_step_functions(read_seconds: float) -> Any:
    """A client of Step Functions that waits up to ``read_seconds`` for an answer and never repeats a call."""
    config = timeouts(read_seconds, attempts=1)
    return shared_session().new_client("stepfunctions", region_name=region(), config=config)
