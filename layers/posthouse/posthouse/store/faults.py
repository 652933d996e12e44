"""Classifies errors of AWS calls, in this one place: temporary errors, and mistakes of ours."""

from __future__ import annotations

from botocore.exceptions import (
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own class, which is no subclass of Python's
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
)

_BUSY_CALL = frozenset(
    {
        "TransactionConflictException",
        "TransactionInProgressException",
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
    }
)
_DOWN_CALL = frozenset(
    {
        # by code, because pynamodb keeps no status
        "InternalServerError",
        "InternalError",
        "InternalFailure",
        "ServiceUnavailable",
        # errors below 500 that botocore itself retries
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "TooManyRequestsException",
        # codes of SNS, SQS, Secrets Manager and Step Functions
        "ExecutionLimitExceeded",
        "KMSThrottling",
        "KMSThrottlingException",
        "KmsThrottled",
        "OverLimit",
        "Throttled",
    }
)
_DOWN_STATUS = 500
_NO_CALL = (ConnectionError, HTTPClientError, CredentialRetrievalError, NoCredentialsError, PartialCredentialsError)
"""No connection (name, socket, TLS, proxy), a broken connection, or no credentials."""


def is_busy(error: Exception) -> bool:
    """Whether the error means only that the store could not accept the call now (a conflict or a throttle)."""
    code = getattr(error, "cause_response_code", None)
    if code is None and isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code")
    return code in _BUSY_CALL


def is_down(error: Exception) -> bool:
    """Whether AWS has failed a call after all retries of its client: a 5xx, a throttle, or no response.

    The call may have had its effect, so a retry must be idempotent.
    """
    cause = getattr(error, "cause", None) or error  # pynamodb wraps what botocore raises
    if isinstance(cause, ClientError):
        status = cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= _DOWN_STATUS or cause.response.get("Error", {}).get("Code") in _DOWN_CALL
    return isinstance(cause, _NO_CALL)
