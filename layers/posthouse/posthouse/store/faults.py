"""The one place that tells which errors of a call to AWS pass by themselves, and which are mistakes of ours."""

from __future__ import annotations

from botocore.exceptions import (
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own, which Python's knows nothing of
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
        # pynamodb keeps no status
        "InternalServerError",
        "InternalError",
        "InternalFailure",
        "ServiceUnavailable",
        # What botocore itself tries again, with a status below 500
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
        # SNS, SQS, Secrets Manager and Step Functions by names of their own
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
"""No connection (name, socket, TLS, proxy), one that broke, or nothing to sign the call with."""


def is_busy(error: Exception) -> bool:
    """Whether an error of a call says no more than that the store could not take it just now."""
    code = getattr(error, "cause_response_code", None)
    if code is None and isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code")
    return code in _BUSY_CALL


def is_down(error: Exception) -> bool:
    """Whether AWS itself has failed a call for longer than its client tries: a 5xx, a throttle, or no answer.

    The call may have been carried out all the same, so whoever tries again must know repeats.
    """
    cause = getattr(error, "cause", None) or error  # pynamodb wraps what botocore raises
    if isinstance(cause, ClientError):
        status = cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= _DOWN_STATUS or cause.response.get("Error", {}).get("Code") in _DOWN_CALL
    return isinstance(cause, _NO_CALL)
